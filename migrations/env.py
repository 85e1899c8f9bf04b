"""Runs migrations on the application's own database, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app

from trainingapp.core.db import Base, UtcDateTime
from trainingapp.core.i18n import LanguageSet


def render_item(kind: str, item: Any, _autogen: Any) -> str | bool:
    """Write our own column types as plain ones: an old migration must not hang on today's code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, LanguageSet):
        return "sa.String(length=100)"
    return False


def compare_type(
    _context: Any, _inspected: Any, metadata_column: Any, inspected_type: Any, metadata_type: Any
) -> bool | None:
    """Our types are the same as the plain ones that they are stored as."""
    if isinstance(metadata_type, UtcDateTime):
        return not isinstance(inspected_type, sa.DateTime)
    return None


def run() -> None:
    options = current_app.extensions["migrate"].configure_args
    with connected() as connection, references_unchecked(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            **{**options, "compare_type": compare_type},
        )
        with context.begin_transaction():
            context.run_migrations()
            check_references(connection)


@contextmanager
def connected() -> Iterator[sa.Connection]:
    """The connection whose transaction the migrations are to be part of, where the caller has one; else a new one."""
    given = context.config.attributes.get("connection")
    if given is not None:
        yield given
        return
    with current_app.extensions["migrate"].db.engine.connect() as connection:
        yield connection


@contextmanager
def references_unchecked(connection: sa.Connection) -> Iterator[None]:
    """Let SQLite build a table anew that others refer to: for that it must not watch foreign keys meanwhile."""
    if connection.dialect.name != "sqlite":
        yield
        return
    database = connection.connection.dbapi_connection
    database.execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction
    try:
        yield
    finally:
        database.execute("PRAGMA foreign_keys=ON")


def check_references(connection: sa.Connection) -> None:
    """Refuse to commit a migration that leaves a row referring to nothing."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"rows refer to what is not there (table, row, other table, key): {broken[:10]}")


if context.is_offline_mode():
    raise SystemExit("Migrations run against a database; printing SQL only is not supported.")
run()
