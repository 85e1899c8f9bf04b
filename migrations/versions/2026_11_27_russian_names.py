"""names in Russian spelling, and a key for sorting in each language

Revision ID: russian_names
Revises: keys

Lists sort people by the spelling that they show, which differs with the reader's language: so there are two keys. They
are made by the rules of the application, whatever these are when the migration runs.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from trainingapp.core.names import PersonName
from trainingapp.core.text import sort_key

revision = "russian_names"
down_revision = "keys"
branch_labels = None
depends_on = None

CHUNK = 1000
RUSSIAN = ("family_name_ru", "given_name_ru", "patronymic_ru")
NAMES = ("family_name", "given_name", "patronymic", "family_name_latin", "given_name_latin", *RUSSIAN)
KEYS = ("sort_key_en", "sort_key_ru")
KEY = sa.String(400).with_variant(sa.String(400, collation="C"), "postgresql")
WHOLE = "(family_name_ru IS NULL) = (given_name_ru IS NULL) AND (patronymic_ru IS NULL OR given_name_ru IS NOT NULL)"
PERSON = sa.table("person", *map(sa.column, ("id", *NAMES, *KEYS, "sort_key")))


def upgrade() -> None:
    with op.batch_alter_table("person") as batch_op:
        for name in RUSSIAN:
            batch_op.add_column(sa.Column(name, sa.String(length=100), nullable=True))
        for name in KEYS:
            batch_op.add_column(sa.Column(name, KEY, nullable=True))
    for rows in people():
        keys = {f"sort_key_{code}": sa.bindparam(f"new_{code}") for code in ("en", "ru")}
        statement = PERSON.update().where(PERSON.c.id == sa.bindparam("row_id")).values(keys)
        op.get_bind().execute(statement, [keys_of(row) for row in rows])
    with op.batch_alter_table("person") as batch_op:
        for name in KEYS:
            batch_op.alter_column(name, existing_type=KEY, nullable=False)
            batch_op.create_index(batch_op.f(f"ix_person_{name}"), [name], unique=False)
        batch_op.create_check_constraint(batch_op.f("ck_person_russian_name_whole"), sa.text(WHOLE))
        batch_op.drop_index(batch_op.f("ix_person_sort_key"))
        batch_op.drop_column("sort_key")


def downgrade() -> None:
    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("sort_key", KEY, nullable=True))
    op.execute(PERSON.update().values(sort_key=PERSON.c.sort_key_ru))
    with op.batch_alter_table("person") as batch_op:
        batch_op.alter_column("sort_key", existing_type=KEY, nullable=False)
        batch_op.create_index(batch_op.f("ix_person_sort_key"), ["sort_key"], unique=False)
        batch_op.drop_constraint(batch_op.f("ck_person_russian_name_whole"), type_="check")
        for name in KEYS:
            batch_op.drop_index(batch_op.f(f"ix_person_{name}"))
        for name in (*KEYS, *RUSSIAN):
            batch_op.drop_column(name)


def keys_of(row: Any) -> dict[str, Any]:
    return {"row_id": row.id, **{f"new_{code}": place_of(row, code) for code in ("en", "ru")}}


def place_of(row: Any, language: str) -> str:
    shown = PersonName(**{name: getattr(row, name) for name in NAMES}).within(language)
    return sort_key(shown.family, shown.first)[:400]


def people() -> Iterator[Sequence[Any]]:
    last = 0
    columns = [PERSON.c.id, *(PERSON.c[name] for name in NAMES)]
    while (
        rows := op.get_bind()
        .execute(sa.select(*columns).where(PERSON.c.id > last).order_by(PERSON.c.id).limit(CHUNK))
        .all()
    ):
        yield rows
        last = rows[-1].id
