"""Making the archive, while the office works: first the database of one moment, then the files that it names."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from trainingapp.core.backup import postgres, sqlite
from trainingapp.core.backup.archive import FILE, Manifest, Refused, Writer, blocks_of, writing
from trainingapp.core.db import db
from trainingapp.core.files import path_of
from trainingapp.core.schema import current_revision

PROJECT = Path(__file__).resolve().parents[3] / "pyproject.toml"


def make(path: Path, *, now: datetime) -> Manifest:
    """Write the office into a new file and read it again.

    Files that are named in the database and gone from the disk, or altered there, do not stop it: they are listed in
    ``lost_files``. Raises Refused.
    """
    engine, revision = db.engine, current_revision()
    if revision is None:
        raise Refused("There is no office in this database yet.")
    manifest = Manifest(
        made_at=now.isoformat(timespec="seconds"),
        version=program_version(),
        engine=engine.dialect.name,
        revision=revision,
    )
    with writing(path, manifest) as writer:
        hashes = postgres.write(engine, writer) if engine.dialect.name == "postgresql" else sqlite.write(engine, writer)
        for sha256 in hashes:
            add_file(writer, sha256)
    return manifest


def add_file(writer: Writer, sha256: str) -> None:
    """Add a file that was handed in. It was on the disk before the row that names it, and nothing ever removes it."""
    if is_whole(path_of(sha256), sha256):
        writer.add(FILE.format(sha256), pieces(path_of(sha256)))
    else:
        writer.manifest.lost_files.append(sha256)


def is_whole(path: Path, sha256: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from blocks_of(file)


def program_version() -> str:
    return str(tomllib.loads(PROJECT.read_text("utf-8"))["project"]["version"])
