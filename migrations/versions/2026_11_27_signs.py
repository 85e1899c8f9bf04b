"""the sign of a footnote stands in the name

Revision ID: signs
Revises: letter_address

A note that begins with "*" is a footnote to the organisation's name, in each language: the name says so wherever it is
shown.
"""

import sqlalchemy as sa
from alembic import op

revision = "signs"
down_revision = "letter_address"
branch_labels = None
depends_on = None

NOTES = {"name_en": "coalesce(note_en, note_ru, '')", "name_ru": "coalesce(note_ru, note_en, '')"}


def upgrade() -> None:
    for name, note in NOTES.items():
        op.execute(f"UPDATE organisation SET {name} = rtrim({name}, '* ') WHERE {name} LIKE '%*'")
        op.execute(f"UPDATE organisation SET {name} = {name} || '*' WHERE substr({note}, 1, 1) = '*'")
    with op.batch_alter_table("organisation") as batch_op:
        for name, note in NOTES.items():
            condition = f"(substr({name}, length({name})) = '*') = (substr({note}, 1, 1) = '*')"
            batch_op.create_check_constraint(batch_op.f(f"ck_organisation_{name}_signed"), sa.text(condition))


def downgrade() -> None:
    with op.batch_alter_table("organisation") as batch_op:
        for name in NOTES:
            batch_op.drop_constraint(batch_op.f(f"ck_organisation_{name}_signed"), type_="check")
    for name in NOTES:
        op.execute(f"UPDATE organisation SET {name} = rtrim({name}, '*') WHERE {name} LIKE '%*'")
