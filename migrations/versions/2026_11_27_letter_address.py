"""letters that go to another address than the person's own

Revision ID: letter_address
Revises: russian_names
"""

import sqlalchemy as sa
from alembic import op

revision = "letter_address"
down_revision = "russian_names"
branch_labels = None
depends_on = None

NAME = "ck_letter_link_goes_to_the_person"


def upgrade() -> None:
    with op.batch_alter_table("letter") as batch_op:
        batch_op.add_column(sa.Column("address", sa.String(length=254), nullable=True))
    with op.batch_alter_table("letter") as batch_op:
        batch_op.create_check_constraint(op.f(NAME), sa.text("address IS NULL OR access_link_id IS NULL"))


def downgrade() -> None:
    """A letter to another address that was not sent yet is only kept: it would go to the wrong one."""
    op.execute("UPDATE letter SET next_try_at = NULL, given_up_at = NULL WHERE address IS NOT NULL AND sent_at IS NULL")
    with op.batch_alter_table("letter") as batch_op:
        batch_op.drop_constraint(op.f(NAME), type_="check")
        batch_op.drop_column("address")
