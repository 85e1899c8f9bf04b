"""The real server begins, is told to stop, is killed; and says in a sentence why it cannot begin."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.newcomer.server import Server, alive, patiently, run_command, serving

pytestmark = pytest.mark.server

GONE_WITHIN = 20  # seconds


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where an office with empty tables is."""
    done = run_command(tmp_path / "office", "db", "upgrade")
    assert done.returncode == 0, done.stderr
    return tmp_path / "office"


@pytest.fixture
def office(folder: Path) -> Iterator[Server]:
    with serving(folder, "serve") as server:
        yield server


def test_nothing_stays_when_the_server_is_killed(office: Server) -> None:
    begun = office.processes()
    assert len(begun) >= 3, "two workers and what works beside them"

    os.kill(office.process.pid, signal.SIGKILL)

    for _ in patiently(GONE_WITHIN):
        if not any(alive(process) for process in begun):
            return
    raise AssertionError(f"still there: {[process for process in begun if alive(process)]}")


def test_copy_of_the_database_is_whole_when_the_server_has_stopped(office: Server, tmp_path: Path) -> None:
    file = office.folder / "trainingapp.sqlite3"
    reader = sqlite3.connect(file)  # keeps the last connection of the server from being the last one
    reader.execute("PRAGMA user_version = 7")
    reader.execute("SELECT count(*) FROM person").fetchone()

    assert office.stop() == 0

    copy = shutil.copy(file, tmp_path / "copy.sqlite3")
    assert not Path(f"{file}-wal").exists() or Path(f"{file}-wal").stat().st_size == 0
    assert sqlite3.connect(copy).execute("PRAGMA user_version").fetchone() == (7,)


def test_slow_senders_stop_nobody_and_are_refused(office: Server) -> None:
    """More of them than there are threads, each with a byte now and then."""
    head = b"POST /sign-in HTTP/1.1\r\nHost: office\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    senders = [socket.create_connection(("127.0.0.1", office.port), timeout=30) for _ in range(40)]
    for sender in senders:
        sender.sendall(head + b"Content-Length: 5000\r\n\r\nemail=")

    with urlopen(f"{office.url}/sign-in", timeout=8) as answer:
        assert answer.status == 200
    for sender in senders:
        sender.sendall(b"a")
    with urlopen(f"{office.url}/courses", timeout=8) as answer:
        assert answer.status == 200
    assert {sender.recv(30)[:12] for sender in senders} == {b"HTTP/1.1 408"}
    for sender in senders:
        sender.close()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"DATA_DIR": "{folder}/a file/office"}, "DATA_DIR cannot be used: {folder}/a file/office: Not a directory."),
        ({"FILES_DIR": "{folder}/nowhere"}, "FILES_DIR cannot be used: {folder}/nowhere: No such file or directory."),
        ({"FILES_DIR": "{folder}/a file"}, "FILES_DIR cannot be used: {folder}/a file: Not a directory."),
    ],
)
def test_start_without_its_folders_says_which(tmp_path: Path, settings: dict[str, str], sentence: str) -> None:
    (tmp_path / "a file").write_text("")
    named = {name: value.format(folder=tmp_path) for name, value in settings.items()}

    done = run_command(tmp_path / "office", "serve", **named)

    assert done.returncode == 1
    assert done.stderr.strip().startswith(sentence.format(folder=tmp_path))
    assert "Traceback" not in done.stderr


def test_start_without_tables_or_with_older_ones_says_what_to_do(tmp_path: Path) -> None:
    without = run_command(tmp_path / "office", "serve")
    run_command(tmp_path / "office", "db", "upgrade", "0003")
    older = run_command(tmp_path / "office", "serve")

    assert (without.returncode, older.returncode) == (1, 1)
    assert "There are no tables in the database yet. Run `python3 manage.py db upgrade`" in without.stderr
    assert "The tables are at 0003, the program needs" in older.stderr
    assert "Make a backup, then run `python3 manage.py db upgrade`." in older.stderr


def test_start_on_a_broken_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "office").mkdir()
    (tmp_path / "office" / "trainingapp.sqlite3").write_bytes(b"no database" * 1000)

    done = run_command(tmp_path / "office", "serve")

    assert done.returncode == 1
    assert "The database cannot be used: file is not a database" in done.stderr
    assert "Traceback" not in done.stderr
