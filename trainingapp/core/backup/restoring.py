"""Putting an office back: everything is looked at first, files come before the database, the database comes at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from trainingapp.core.backup import postgres, sqlite
from trainingapp.core.backup.archive import FILE, Manifest, Reader, Refused, reading
from trainingapp.core.backup.making import is_whole
from trainingapp.core.db import Base, db
from trainingapp.core.files import path_of, write_synced
from trainingapp.core.occupancy import alone


def restore(path: Path, *, replace: bool, last: Callable[[Connection], None] = lambda _connection: None) -> Manifest:
    """Put the office of this archive in the place of an empty one, or with ``replace`` of whatever is there.

    ``last`` changes what is put back before anybody can use it. Whenever it ends, even by a power cut, there is the
    office of before or the one of the archive with these changes, never a mixture. Raises Refused.
    """
    with reading(path) as reader, alone(Path(current_app.config["DATA_DIR"])):
        check_fits(reader.manifest)
        if not replace and holds_rows():
            raise Refused("There is an office in this database already. To lose it and restore, add --replace.")
        put_back_files(reader)
        engine = db.engine
        db.session.remove()
        engine.dispose()
        if engine.dialect.name == "postgresql":
            postgres.put_back(engine, reader, last)
        else:
            sqlite.put_back(engine, reader, last)
        return reader.manifest


def check_fits(manifest: Manifest) -> None:
    """Refuse what this installation cannot read."""
    if manifest.engine != db.engine.dialect.name:
        raise Refused(
            f"The backup is of {manifest.engine}, but DATABASE_URL names {db.engine.dialect.name}. "
            "An office goes back to the kind of database that it came from."
        )
    scripts = ScriptDirectory(current_app.extensions["migrate"].directory)
    try:
        known = scripts.get_revision(manifest.revision)
    except CommandError:
        known = None
    if known is None:
        raise Refused(f"The backup is from a newer version of the program, {manifest.version}. Install that one first.")


def holds_rows() -> bool:
    """Whether there is anything in the tables; a database that cannot be read may hold something."""
    try:
        with db.engine.connect() as connection:
            there = set(sa.inspect(connection).get_table_names())
            tables = [table for table in Base.metadata.sorted_tables if table.name in there]
            return any(connection.scalar(sa.select(sa.literal(1)).select_from(table).limit(1)) for table in tables)
    except SQLAlchemyError:
        return True


def put_back_files(reader: Reader) -> None:
    """Add the files; each has its content for a name, so that none can stand in the way of another."""
    for sha256 in reader.manifest.files:
        path = path_of(sha256)
        if not is_whole(path, sha256):
            path.unlink(missing_ok=True)
            write_synced(path, reader.blocks(FILE.format(sha256)))
