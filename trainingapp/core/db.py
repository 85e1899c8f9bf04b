"""The database: our declarative base, UTC times, and the one way to write.

SQLite's defaults lose updates under threads and PostgreSQL's READ COMMITTED has the same hole. So every change
happens inside :func:`transaction` (``BEGIN IMMEDIATE`` on SQLite) and begins by locking the row on which the
decision hangs (:func:`locked`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import Enum
from functools import partial
from typing import Any, ClassVar, TypeVar

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DDL, MetaData, Table, event
from sqlalchemy.engine import Connection, Dialect, Engine, ExceptionContext
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, mapped_column
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.elements import KeyedColumnElement
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

WRITING: ContextVar[bool] = ContextVar("writing", default=False)

Model = TypeVar("Model", bound="Base")

# A row has the columns that its statement names; what each of them holds is said by the model.
Columns = tuple[sa.SQLColumnExpression[Any], ...]
NamedColumns = ReadOnlyColumnCollection[str, KeyedColumnElement[Any]]
Select = sa.Select[*tuple[Any, ...]]
Row = sa.Row[*tuple[Any, ...]]
Rows = Sequence[Row]


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware and in UTC on both engines; a naive value is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[type, type[UtcDateTime]]] = {datetime: UtcDateTime}

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-10)


@event.listens_for(Base, "mapper_configured", propagate=True)
def keep_composites_true(mapper: Mapper[Base], model: type[Base]) -> None:
    """Let a value of several columns be put together anew once one of them is set, and not only when it is written.

    Whoever listens to the event of a change would else tell of the name of before.
    """
    for composite in mapper.composites:
        for column in composite.props:
            event.listen(getattr(model, column.key), "set", partial(forget, composite.key))


def forget(composite: str, row: Base, *_values: object) -> None:
    vars(row).pop(composite, None)


db = SQLAlchemy(metadata=Base.metadata)


def enum_column(kind: type[Enum], name: str) -> sa.Enum:
    """A column type for a StrEnum: its values as text, held by a check constraint on both engines."""
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=30,
        values_callable=lambda members: [member.value for member in members],
    )


APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER {table}_keeps_{verb} BEFORE {verb} ON {table} "
        "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION {table}_keeps_{verb}() RETURNS trigger AS "
        "$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$ LANGUAGE plpgsql; "
        "CREATE TRIGGER {table}_keeps_{verb} BEFORE {verb} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION {table}_keeps_{verb}()"
    ),
}


def append_only_statements(table: str, dialect: str) -> list[str]:
    """The triggers that make the database itself refuse to change or delete the rows of a history table."""
    return [APPEND_ONLY[dialect].format(table=table, verb=verb) for verb in ("update", "delete")]


def append_only(table: Table) -> None:
    """Give a history table those triggers wherever it is created from the models."""
    expect_triggers(table, "keeps_update", "keeps_delete")
    for dialect in APPEND_ONLY:
        for statement in append_only_statements(table.name, dialect):
            on_creation(table, dialect, statement)


FROZEN = {
    "sqlite": (
        "CREATE TRIGGER {table}_is_frozen BEFORE UPDATE OF {columns} ON {table} "
        "BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END",
        "CREATE TRIGGER {table}_is_kept BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION {table}_is_frozen() RETURNS trigger AS "
        "$$ BEGIN RAISE EXCEPTION '{table} is frozen'; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER {table}_is_frozen BEFORE UPDATE OF {columns} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION {table}_is_frozen()",
        "CREATE TRIGGER {table}_is_kept BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_is_frozen()",
    ),
}


def frozen(table: Table, *columns: str) -> None:
    """Let the database itself refuse to delete the rows of a table, and to change these columns of them."""
    expect_triggers(table, "is_frozen", "is_kept")
    for dialect, statements in FROZEN.items():
        for statement in statements:
            on_creation(table, dialect, statement.format(table=table.name, columns=", ".join(columns)))


def expect_triggers(table: Table, *names: str) -> None:
    """Note which triggers the table must have, for the self-check: see :mod:`trainingapp.core.schema`."""
    table.info["triggers"] = [f"{table.name}_{name}" for name in names]


def on_creation(table: Table, dialect: str, statement: str) -> None:
    escaped = statement.replace("%", "%%")
    trigger = DDL(escaped).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
    event.listen(table, "after_create", trigger)


def setup_sqlite(engine: Engine) -> None:
    """Pragmas, and our own BEGIN: immediate for work that writes, plain for pages that only read."""

    @event.listens_for(engine, "connect")
    def _connect(dbapi: sqlite3.Connection, _record: object) -> None:
        dbapi.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "foreign_keys=ON"):
            dbapi.execute("PRAGMA " + pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if WRITING.get() else "BEGIN")


def checkpoint() -> None:
    """Take SQLite's log into its file, so that a stopped office is one file."""
    if db.engine.dialect.name == "sqlite":
        with closing(db.engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def hide_values(engine: Engine) -> None:
    """Let no error carry values into the log: PostgreSQL adds the whole refused row, with its password hash.

    What a statement was given is hidden by the engine's ``hide_parameters``.
    """

    @event.listens_for(engine, "handle_error")
    def _first_lines(context: ExceptionContext) -> None:
        for error in (context.original_exception, context.sqlalchemy_exception):
            if error is not None:
                error.args = tuple(said.partition("\n")[0] if isinstance(said, str) else said for said in error.args)


@contextmanager
def transaction() -> Iterator[None]:
    """All or nothing: the outermost block commits, inner blocks join it.

    A read that the request made before (the signed-in user) ends here, so that on SQLite the next BEGIN is
    IMMEDIATE; objects loaded before are read again inside, under the lock.
    """
    session = db.session()
    if session.info.get("open"):
        yield
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside a transaction")
    session.rollback()
    token = WRITING.set(True)
    session.info["open"] = True
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["open"] = False
        WRITING.reset(token)


def in_transaction() -> bool:
    """Whether a :func:`transaction` is open in this thread."""
    return bool(db.session().info.get("open"))


def locked(model: type[Model], row_id: int) -> Model:
    """The row, read again and locked until the transaction ends.

    Lock in ladder order: course session, place, person; people by their ids. A key-share lock lets others refer to the
    row meanwhile: a letter or a log entry about somebody must not wait for, or deadlock with, whoever decides about
    that person. Raises ``NoResultFound`` when there is no such row.
    """
    if not in_transaction():
        raise RuntimeError("a lock outside a transaction holds nothing")
    statement = sa.select(model).where(model.id == row_id).with_for_update(of=model, key_share=True)
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()
