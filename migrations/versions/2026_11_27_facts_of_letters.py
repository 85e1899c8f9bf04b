"""letters are kept as facts, and put into words later

Those that are there have their words, and keep them.

Revision ID: facts_of_letters
Revises: templates_of_papers
"""

import sqlalchemy as sa
from alembic import op

revision = "facts_of_letters"
down_revision = "templates_of_papers"
branch_labels = None
depends_on = None

OLD = ("unreachable", "not_admitted", "address", "refused", "link_over", "file_gone", "no_paper")
NEW = (*OLD, "no_words")
WORDLESS = sa.text("facts IS NOT NULL AND given_up_at IS NULL")
CHECKS = {
    "facts_or_words": "(facts IS NULL) = (subject IS NOT NULL)",
    "subject_with_body": "(subject IS NULL) = (body IS NULL)",
    "facts_of_a_kind": "facts IS NULL OR kind IS NOT NULL",
    "sent_in_words": "sent_at IS NULL OR subject IS NOT NULL",
}


def exchange(batch_op, values: tuple[str, ...]) -> None:
    name = batch_op.f("ck_letter_letter_failure")
    batch_op.drop_constraint(name, type_="check")
    batch_op.create_check_constraint(name, sa.text(f"failure IN ({', '.join(repr(value) for value in values)})"))


def upgrade() -> None:
    with op.batch_alter_table("letter") as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=50), nullable=True))
        batch_op.add_column(sa.Column("facts", sa.JSON(none_as_null=True), nullable=True))
        batch_op.alter_column("subject", existing_type=sa.String(length=300), nullable=True)
        batch_op.alter_column("body", existing_type=sa.Text(), nullable=True)
        exchange(batch_op, NEW)
    with op.batch_alter_table("letter") as batch_op:
        for name, condition in CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_letter_{name}"), sa.text(condition))
        batch_op.create_index(
            "ix_letter_wordless", ["can_wait", "id"], sqlite_where=WORDLESS, postgresql_where=WORDLESS
        )


def downgrade() -> None:
    """Letters that have no words yet cannot be kept by the older program: let `flask mail` write them before.

    Those that were given up without words stay without: what they were about stands in their place.
    """
    if op.get_bind().execute(sa.text("SELECT 1 FROM letter WHERE facts IS NOT NULL AND given_up_at IS NULL")).first():
        raise RuntimeError("Some letters have no words yet: let `flask mail` run for a minute, then try again.")
    op.execute("UPDATE letter SET subject = kind, body = reason, facts = NULL WHERE facts IS NOT NULL")
    op.execute("UPDATE letter SET failure = 'refused' WHERE failure = 'no_words'")
    with op.batch_alter_table("letter") as batch_op:
        batch_op.drop_index("ix_letter_wordless")
        for name in CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_letter_{name}"), type_="check")
        exchange(batch_op, OLD)
        batch_op.alter_column("body", existing_type=sa.Text(), nullable=False)
        batch_op.alter_column("subject", existing_type=sa.String(length=300), nullable=False)
        batch_op.drop_column("facts")
        batch_op.drop_column("kind")
