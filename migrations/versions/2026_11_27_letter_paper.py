"""letters carry what is printed on the invitation, not a file

Revision ID: letter_paper
Revises: claims
"""

import sqlalchemy as sa
from alembic import op

revision = "letter_paper"
down_revision = "claims"
branch_labels = None
depends_on = None

OLD = ("unreachable", "not_admitted", "address", "refused", "link_over", "file_gone")
NEW = (*OLD, "no_paper")


def exchange(batch_op, values: tuple[str, ...]) -> None:
    name = batch_op.f("ck_letter_letter_failure")
    batch_op.drop_constraint(name, type_="check")
    batch_op.create_check_constraint(name, sa.text(f"failure IN ({', '.join(repr(value) for value in values)})"))


def upgrade() -> None:
    with op.batch_alter_table("letter") as batch_op:
        batch_op.add_column(sa.Column("paper", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("paper_name", sa.String(length=255), nullable=True))
        exchange(batch_op, NEW)
    with op.batch_alter_table("letter") as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_letter_paper_has_its_name"), sa.text("(paper IS NULL) = (paper_name IS NULL)")
        )


def downgrade() -> None:
    """The papers themselves are lost: they can be printed again from the call."""
    op.execute("UPDATE letter SET failure = 'refused' WHERE failure = 'no_paper'")
    with op.batch_alter_table("letter") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_letter_paper_has_its_name"), type_="check")
        exchange(batch_op, OLD)
        batch_op.drop_column("paper_name")
        batch_op.drop_column("paper")
