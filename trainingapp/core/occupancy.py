"""Who uses the data folder: many who serve the office, or one who exchanges it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

LOCK = "in_use.lock"


class Occupied(Exception):
    """Says in a sentence who is in the way."""


@contextmanager
def in_use(folder: Path) -> Iterator[None]:
    """Serve from this folder. Raises Occupied while a backup is put back there.

    Each process that uses the folder says so itself: a lock does not pass to those that it begins.
    """
    with lock_file(folder) as file:
        if not locked(file, shared=True):
            raise Occupied("A backup is being put back here just now. Start the office when that is done.")
        yield


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Exchange what is in this folder. Raises Occupied while the office is served from it."""
    with lock_file(folder) as file:
        if not locked(file, shared=False):
            raise Occupied(
                "The office is running. Stop it (the server, `flask worker` and `flask mail`), "
                "then give the command again."
            )
        yield


@contextmanager
def lock_file(folder: Path) -> Iterator[IO[bytes]]:
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        yield file


def locked(file: IO[bytes], *, shared: bool) -> bool:
    """Whether the lock could be had; it goes when the file is closed, even by a crash. Always outside POSIX."""
    if os.name != "posix":
        return True
    import fcntl

    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
