"""SQLite: a copy through its own backup interface, and an exchange of the file in one step."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from trainingapp.core.backup.archive import DATABASE, Reader, Refused, Writer, blocks_of, sync_folder
from trainingapp.core.files import private_file, write_synced

BESIDE = ("-wal", "-shm", "-journal")
IN_USE = (
    "The database is in use. Stop the office and every other program that has it open, then give the command again."
)


def database_file(engine: Engine) -> Path:
    """Where the database is."""
    return Path(engine.url.database or "")


def write(engine: Engine, writer: Writer) -> list[str]:
    """Add the database as it is at one moment. Gives the SHA-256 of each file that it names."""
    with tempfile.TemporaryDirectory(dir=database_file(engine).parent) as folder:
        path = Path(folder) / "copy.sqlite3"
        private_file(path)
        with closing(sqlite3.connect(database_file(engine))) as source, closing(sqlite3.connect(path)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            writer.manifest.rows = counted(copy)
            hashes = [row[0] for row in copy.execute("SELECT DISTINCT sha256 FROM stored_file ORDER BY sha256")]
        with path.open("rb") as file:
            writer.add(DATABASE, blocks_of(file))
    return hashes


def counted(connection: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table has, in a database that is sound. Raises Refused for one that is not."""
    try:
        said = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        raise Refused(f"The database is damaged: {said}")
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    names = [row[0] for row in tables.fetchall()]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in sorted(names)}


def put_back(engine: Engine, reader: Reader, last: Callable[[Connection], None]) -> None:
    """Exchange the database for the one in the archive, changed by ``last``: there is always a whole one."""
    database = database_file(engine)
    new = database.with_name(database.name + ".restoring")
    new.unlink(missing_ok=True)
    write_synced(new, reader.blocks(DATABASE))
    with closing(sqlite3.connect(new)) as connection:
        if counted(connection) != reader.manifest.rows:
            raise Refused("The database in the backup does not have the rows that its manifest says.")
    changed = sa.create_engine(f"sqlite:///{new}", poolclass=sa.NullPool)
    with changed.begin() as connection:
        last(connection)
    empty_log_of(database)
    new.replace(database)
    sync_folder(database.parent)


def empty_log_of(database: Path) -> None:
    """Take what stands in the old write-ahead log into the old file: left there, it would be laid over the new one.

    Raises Refused when somebody has the database open.
    """
    try:
        with closing(sqlite3.connect(database, timeout=1)) as old:
            mode = old.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError:
        raise Refused(IN_USE) from None
    except sqlite3.DatabaseError:  # it cannot be read any more: nor can its log
        mode = "delete"
    if mode != "delete":
        raise Refused(IN_USE)
    remove(Path(f"{database}{ending}") for ending in BESIDE)


def remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
