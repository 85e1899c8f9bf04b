"""The archive: a zip of parts, and a manifest that names each of them with its size and SHA-256."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import IO, TypedDict
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database/office.sqlite3"
TABLE = "database/{}.copy"
FILE = "files/{}"
KNOWN_PART = re.compile(r"database/office\.sqlite3|database/\w+\.copy|files/[0-9a-f]{64}")
BLOCK = 1024 * 1024
LARGEST_MANIFEST = 256 * BLOCK  # room for a million files


class Refused(Exception):
    """Says in a sentence why nothing was done."""


class Part(TypedDict):
    """The size in bytes, and the hash in hexadecimal digits."""

    size: int
    sha256: str


@dataclass
class Manifest:
    """What an archive holds: ``parts`` by name."""

    made_at: str
    version: str
    engine: str
    revision: str
    rows: dict[str, int] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    lost_files: list[str] = field(default_factory=list)
    parts: dict[str, Part] = field(default_factory=dict)
    format: int = FORMAT

    def check(self) -> None:
        """Raise TypeError, ValueError and the like where something has another form than a backup gives it."""
        datetime.fromisoformat(self.made_at)
        texts = [self.version, self.engine, self.revision, *self.lost_files, *chain(*self.columns.values())]
        numbers = [*self.rows.values(), *self.sequences.values(), *(part["size"] for part in self.parts.values())]
        if not all(isinstance(text, str) for text in texts) or not all(type(number) is int for number in numbers):
            raise TypeError("a text or a number is something else")

    @property
    def database(self) -> set[str]:
        """The parts that the database consists of."""
        return {DATABASE} if self.engine == "sqlite" else {TABLE.format(table) for table in self.columns}

    @property
    def files(self) -> list[str]:
        """The SHA-256 of every file that people handed in."""
        return [name.removeprefix("files/") for name in self.parts if name.startswith("files/")]


class Writer:
    """An archive that is being written."""

    def __init__(self, archive: ZipFile, manifest: Manifest) -> None:
        self.archive, self.manifest = archive, manifest

    def add(self, name: str, blocks: Iterable[bytes]) -> None:
        """Write a part and note what it must be when it is read again."""
        digest, size = hashlib.sha256(), 0
        with self.archive.open(name, "w", force_zip64=True) as part:
            for block in blocks:
                part.write(block)
                digest.update(block)
                size += len(block)
        self.manifest.parts[name] = {"size": size, "sha256": digest.hexdigest()}


@contextmanager
def writing(path: Path, manifest: Manifest) -> Iterator[Writer]:
    """An archive that appears under its name only when it is whole and has been read again. Raises Refused."""
    if path.exists():
        raise Refused(f"{path} is there already. Give another name: a backup never overwrites anything.")
    if not path.parent.is_dir():
        raise Refused(f"There is no folder {path.parent}.")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")  # readable by its owner only
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            with ZipFile(file, "w", ZIP_DEFLATED) as archive:
                yield Writer(archive, manifest)
                archive.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
            file.flush()
            os.fsync(file.fileno())
        verify(temporary)
        temporary.rename(path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


class Reader:
    """An archive that was proved whole."""

    def __init__(self, archive: ZipFile, manifest: Manifest) -> None:
        self.archive, self.manifest = archive, manifest

    def blocks(self, name: str) -> Iterator[bytes]:
        with self.archive.open(name) as part:
            yield from blocks_of(part)


@contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """The archive, after every part of it was compared with the manifest. Raises Refused."""
    with refusing_damage(path):
        archive = ZipFile(path)
    with archive:
        with refusing_damage(path):
            reader = Reader(archive, manifest_of(archive, path))
            for name, expected in reader.manifest.parts.items():
                check_part(reader, name, expected)
        yield reader


@contextmanager
def refusing_damage(path: Path) -> Iterator[None]:
    """Say in a sentence what :mod:`zipfile` says of broken, encrypted and strangely packed parts in six ways."""
    try:
        yield
    except (BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise Refused(f"{path} is damaged, or no backup of an office: {error}.") from None


def verify(path: Path) -> Manifest:
    """What the archive holds, after everything in it was read and compared. Raises Refused."""
    with reading(path) as reader:
        return reader.manifest


def manifest_of(archive: ZipFile, path: Path) -> Manifest:
    try:
        if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
            raise Refused(f"{path} is no backup of an office.")
        facts = json.loads(archive.read(MANIFEST))
        if facts["format"] != FORMAT:
            raise Refused(f"{path} was made by another version of this program ({facts['version']}).")
        manifest = Manifest(**facts)
        manifest.check()
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Refused(f"{path} is no backup of an office.") from None
    is_complete = set(archive.namelist()) == {*manifest.parts, MANIFEST} and manifest.database <= manifest.parts.keys()
    if not is_complete or not all(map(KNOWN_PART.fullmatch, manifest.parts)):
        raise Refused(f"{path} does not hold what its manifest says.")
    return manifest


def check_part(reader: Reader, name: str, expected: Part) -> None:
    digest, size = hashlib.sha256(), 0
    for block in reader.blocks(name):
        digest.update(block)
        size += len(block)
    found = {"size": size, "sha256": digest.hexdigest()}
    if found != expected or (name.startswith("files/") and name != FILE.format(digest.hexdigest())):
        raise Refused(f"The backup is damaged: {name} is not what was written.")


def blocks_of(file: IO[bytes]) -> Iterator[bytes]:
    """The bytes from here to the end, a piece at a time."""
    while block := file.read(BLOCK):
        yield block


def sync_folder(folder: Path) -> None:
    """Let a new name in the folder outlive a power cut."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
