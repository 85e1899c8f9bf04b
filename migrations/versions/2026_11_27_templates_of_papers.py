"""A paper that is kept with a letter says by which template it is printed.

Revision ID: templates_of_papers
Revises: deadlines
"""

import sqlalchemy as sa
from alembic import op

revision = "templates_of_papers"
down_revision = "deadlines"
branch_labels = None
depends_on = None

LETTERS = sa.table("letter", sa.column("id", sa.Integer), sa.column("paper", sa.JSON(none_as_null=True)))
INVITATION = "nomination/invitation.typ"  # the only paper until now


def upgrade() -> None:
    change(lambda paper: {**paper, "template": INVITATION})


def downgrade() -> None:
    change(lambda paper: {name: value for name, value in paper.items() if name != "template"})


def change(paper_of) -> None:
    connection = op.get_bind()
    kept = connection.execute(sa.select(LETTERS.c.id, LETTERS.c.paper).where(LETTERS.c.paper.is_not(None))).all()
    for row in kept:
        connection.execute(sa.update(LETTERS).where(LETTERS.c.id == row.id).values(paper=paper_of(row.paper)))
