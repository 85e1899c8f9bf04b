"""PostgreSQL: COPY of every table as of one snapshot, and all of it put back in one transaction.

It needs no program of PostgreSQL on this machine, whose version would have to fit the server's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import command
from flask import current_app
from sqlalchemy.engine import Connection, Engine

from trainingapp.core.backup.archive import TABLE, Manifest, Reader, Refused, Writer
from trainingapp.core.schema import drop_trigger_functions

if TYPE_CHECKING:  # an office on SQLite has no psycopg
    from psycopg import Cursor

VERSIONS = "alembic_version"
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
SEQUENCES = (
    "SELECT sequencename, last_value FROM pg_sequences "
    "WHERE schemaname = current_schema() AND last_value IS NOT NULL ORDER BY sequencename"
)


def write(engine: Engine, writer: Writer) -> list[str]:
    """Add every table as it is at one moment. Gives the SHA-256 of each file that the database names."""
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with snapshot.connect() as connection, connection.begin():
        inspector = sa.inspect(connection)
        for table in sorted(set(inspector.get_table_names()) - {VERSIONS}):
            columns = [each["name"] for each in inspector.get_columns(table) if not each.get("computed")]
            writer.manifest.columns[table] = columns
            write_table(connection, writer, table)
        found = connection.execute(sa.text(SEQUENCES)).all()  # never rolled back, so never behind the snapshot
        writer.manifest.sequences = {row.sequencename: row.last_value for row in found}
        return list(connection.scalars(sa.text("SELECT DISTINCT sha256 FROM stored_file ORDER BY sha256")))


def write_table(connection: Connection, writer: Writer, table: str) -> None:
    """Add a table, a row on a line, and make sure that none is missing."""
    rows = connection.scalar(sa.text(f'SELECT count(*) FROM "{table}"')) or 0
    lines = 0

    def blocks() -> Iterator[bytes]:
        nonlocal lines
        with cursor_of(connection) as cursor, cursor.copy(f"COPY {target(writer.manifest, table)} TO STDOUT") as copy:
            for block in copy:
                lines += bytes(block).count(b"\n")
                yield bytes(block)

    writer.add(TABLE.format(table), blocks())
    if lines != rows:
        raise Refused(f"The table {table} has {rows} rows, but {lines} were read.")
    writer.manifest.rows[table] = rows


def put_back(engine: Engine, reader: Reader, last: Callable[[Connection], None]) -> None:
    """Exchange everything in the database for what is in the archive, changed by ``last``, in one transaction."""
    with engine.connect() as connection, connection.begin():
        if connection.scalar(sa.text(OTHERS)):
            raise Refused(
                "Somebody is connected to this database. Stop the office on every machine and close other programs "
                "that use it, then give the command again."
            )
        drop_everything(connection)
        migrate(connection, reader.manifest.revision)
        made = sa.MetaData()
        made.reflect(connection)
        tables = [table.name for table in made.sorted_tables if table.name != VERSIONS]
        if set(tables) != set(reader.manifest.columns):
            raise Refused("The backup does not have the tables that its version of the program has.")
        check_names(reader.manifest, made, sa.inspect(connection).get_sequence_names())
        connection.execute(sa.text("TRUNCATE " + ", ".join(f'"{table}"' for table in tables)))
        for table in tables:
            read_table(connection, reader, table)
        for name, value in reader.manifest.sequences.items():
            connection.execute(sa.select(sa.func.setval(name, value)))
        last(connection)


def check_names(manifest: Manifest, made: sa.MetaData, sequences: Iterable[str]) -> None:
    """Refuse names that the tables do not have: they go into statements, and whoever altered the archive chose them."""
    columns = all(set(names) <= set(made.tables[table].columns.keys()) for table, names in manifest.columns.items())
    if not columns or not set(manifest.sequences) <= set(sequences):
        raise Refused("The backup does not have the columns that its version of the program has.")


def read_table(connection: Connection, reader: Reader, table: str) -> None:
    """Fill an empty table. Raises Refused when the rows are not taken, or are not as many as noted."""
    with cursor_of(connection) as cursor:
        try:
            with cursor.copy(f"COPY {target(reader.manifest, table)} FROM STDIN") as copy:
                for block in reader.blocks(TABLE.format(table)):
                    copy.write(block)
        except connection.dialect.loaded_dbapi.Error as error:
            said = str(error).partition("\n")[0]  # what follows are values
            raise Refused(f"The database does not take the rows of the table {table}: {said}") from None
        if cursor.rowcount != reader.manifest.rows[table]:
            raise Refused(f"The table {table} does not have the rows that the manifest says.")


def target(manifest: Manifest, table: str) -> str:
    columns = ", ".join(f'"{name}"' for name in manifest.columns[table])
    return f'"{table}" ({columns})'


def cursor_of(connection: Connection) -> Cursor[tuple[object, ...]]:
    """A cursor of the driver itself, in the connection's transaction."""
    driver: Any = connection.connection.driver_connection
    cursor: Cursor[tuple[object, ...]] = driver.cursor()
    return cursor


def drop_everything(connection: Connection) -> None:
    for table in sa.inspect(connection).get_table_names():
        connection.execute(sa.text(f'DROP TABLE "{table}" CASCADE'))
    drop_trigger_functions(connection)


def migrate(connection: Connection, revision: str) -> None:
    """Make the tables as they were at that revision, in the connection's transaction."""
    settings = current_app.extensions["migrate"].migrate.get_config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, revision)
