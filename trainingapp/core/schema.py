"""Whether the database still has what keeps its rows true: tables, columns, constraints, unique indexes, triggers.

The models say what must be there. What somebody dropped by hand, or a bad restore left out, is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from warnings import catch_warnings

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import Table
from sqlalchemy.engine import Connection
from sqlalchemy.engine.reflection import Inspector

from trainingapp.core.db import Base, db

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND upper(sql) LIKE '%RAISE(ABORT%'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
}
INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": (
        "SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS sql FROM pg_index i "
        "JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indisvalid"
    ),
}
TRIGGER_FUNCTIONS = (
    "SELECT proname FROM pg_proc "
    "WHERE pronamespace = current_schema()::regnamespace AND prorettype = 'trigger'::regtype"
)
UNWATCHED = (
    "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE t.tgisinternal AND t.tgenabled = 'D'"
)


def current_revision() -> str | None:
    """The migration that the tables are at; None where there are none."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The migration that this program needs."""
    return ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head()


def drop_all_tables() -> None:
    """Leave an empty database. The session must have ended before."""
    with db.engine.begin() as connection:
        Base.metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")
        drop_trigger_functions(connection)


def drop_trigger_functions(connection: Connection) -> None:
    """PostgreSQL keeps them when their tables go."""
    if connection.dialect.name == "postgresql":
        for function in connection.scalars(sa.text(TRIGGER_FUNCTIONS)).all():
            connection.execute(sa.text(f'DROP FUNCTION "{function}"() CASCADE'))


def missing(connection: Connection) -> list[str]:
    """What the models ask for and the database does not have, each as "trigger place_history_keeps_update"."""
    inspector = sa.inspect(connection)
    there = set(inspector.get_table_names())
    triggers = set(connection.exec_driver_sql(TRIGGERS[connection.dialect.name]).scalars())
    indexes = {row.name: row.sql for row in connection.exec_driver_sql(INDEXES[connection.dialect.name])}
    found: list[str] = []
    for table in Base.metadata.sorted_tables:
        if table.name in there:
            found += missing_of(table, inspector, triggers, indexes)
        else:
            found.append(f"table {table.name}")
    return found + unwatched(connection)


def missing_of(table: Table, inspector: Inspector, triggers: set[str], indexes: dict[str, str]) -> Iterator[str]:
    columns = {column["name"] for column in inspector.get_columns(table.name)}
    yield from (f"column {table.name}.{column.name}" for column in table.columns if column.name not in columns)
    yield from (f"trigger {name}" for name in table.info.get("triggers", ()) if name not in triggers)
    yield from missing_indexes(table, indexes)
    yield from missing_constraints(table, inspector)


def missing_indexes(table: Table, indexes: dict[str, str]) -> Iterator[str]:
    """Indexes that are not there, or are no longer unique or limited to the rows that they were made for."""
    for index in table.indexes:
        made = indexes.get(str(index.name), "").upper()
        is_partial = any(index.dialect_options[name]["where"] is not None for name in ("sqlite", "postgresql"))
        if not made or (index.unique and " UNIQUE " not in made) or is_partial != (" WHERE " in made):
            yield f"index {index.name}"


def missing_constraints(table: Table, inspector: Inspector) -> Iterator[str]:
    names = {each["name"] for each in inspector.get_check_constraints(table.name)}
    with catch_warnings(action="ignore", category=sa.exc.SAWarning):  # indexes of expressions are compared as text
        uniques = {tuple(sorted(each["column_names"])) for each in inspector.get_unique_constraints(table.name)}
    referring = inspector.get_foreign_keys(table.name)
    keys = {(tuple(each["constrained_columns"]), each["referred_table"]) for each in referring}
    for constraint in table.constraints:
        if isinstance(constraint, sa.CheckConstraint):
            is_there = written(constraint, table) in names
        elif isinstance(constraint, sa.UniqueConstraint):
            is_there = tuple(sorted(column.name for column in constraint.columns)) in uniques
        elif isinstance(constraint, sa.ForeignKeyConstraint):
            is_there = (tuple(constraint.column_keys), constraint.referred_table.name) in keys
        else:
            continue
        if not is_there:
            yield f"constraint {written(constraint, table)}"


def written(constraint: sa.Constraint, table: Table) -> str:
    """The name under which the database knows the constraint."""
    dialect = sa.create_mock_engine("sqlite://", lambda *_: None).dialect
    return str(dialect.identifier_preparer.format_constraint(constraint) or f"on {table.name}")


def unwatched(connection: Connection) -> list[str]:
    """On PostgreSQL: tables whose foreign keys somebody has switched off."""
    if connection.dialect.name != "postgresql":
        return []
    return [f"foreign keys of {name}" for name in connection.exec_driver_sql(UNWATCHED).scalars()]


def dangling(connection: Connection, at_most: int) -> list[str]:
    """Rows that refer to a row that is not there, as "place 12: person_id 7"; at most so many for each reference."""
    found: list[str] = []
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            referred = key.column.table.alias()
            lost = (
                sa.select(*table.primary_key.columns, key.parent)
                .outerjoin(referred, key.parent == referred.c[key.column.name])
                .where(key.parent.is_not(None), referred.c[key.column.name].is_(None))
                .limit(at_most)
            )
            found += [f"{table.name} {row[0]}: {key.parent.name} {row[-1]}" for row in connection.execute(lost)]
    return found


def damage(connection: Connection) -> list[str]:
    """What SQLite says of a damaged file; nothing on PostgreSQL, which has tools of its own for that."""
    if connection.dialect.name != "sqlite":
        return []
    said = connection.exec_driver_sql("PRAGMA quick_check(10)").scalars().all()
    return [] if said == ["ok"] else list(said)
