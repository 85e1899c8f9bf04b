"""keys for sorting and searching

Revision ID: keys
Revises: letter_paper

Letters of other alphabets than the Russian and the English one stand beside their base letter now, and are found by it.
Stored keys are made anew by the rules of the application, whatever these are when the migration runs.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from trainingapp.core.text import search_key, sort_key

revision = "keys"
down_revision = "letter_paper"
branch_labels = None
depends_on = None

CHUNK = 1000
PERSON = sa.table(
    "person", *map(sa.column, ("id", "family_name", "given_name", "patronymic", "search_key", "sort_key"))
)
COURSE = sa.table("course", *map(sa.column, ("id", "title_en", "title_ru", "search_key", "sort_key_en", "sort_key_ru")))


def upgrade() -> None:
    recompute(PERSON, person_keys)
    recompute(COURSE, course_keys)


def downgrade() -> None:
    """The keys stay: the application makes those that it changes."""


def person_keys(row: Any) -> dict[str, str]:
    return {
        "search_key": search_key(row.search_key)[:1000],
        "sort_key": sort_key(row.family_name, row.given_name, row.patronymic)[:400],
    }


def course_keys(row: Any) -> dict[str, str]:
    return {
        "search_key": search_key(row.search_key),
        "sort_key_en": sort_key(row.title_en)[:400],
        "sort_key_ru": sort_key(row.title_ru or row.title_en)[:400],
    }


def recompute(table: sa.TableClause, keys_of: Callable[[Any], dict[str, str]]) -> None:
    for rows in chunks(table):
        changes = [{"row_id": row.id, **keys_of(row)} for row in rows]
        values = {name: sa.bindparam(name) for name in changes[0] if name != "row_id"}
        op.get_bind().execute(table.update().where(table.c.id == sa.bindparam("row_id")).values(values), changes)


def chunks(table: sa.TableClause) -> Iterator[Sequence[Any]]:
    last = 0
    while (
        rows := op.get_bind().execute(sa.select(table).where(table.c.id > last).order_by(table.c.id).limit(CHUNK)).all()
    ):
        yield rows
        last = rows[-1].id
