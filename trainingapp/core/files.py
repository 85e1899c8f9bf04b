"""Files that people hand in: the bytes beside the database under their own hash, the facts in a row."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from flask import Response, current_app
from sqlalchemy.orm import Mapped, mapped_column

from trainingapp.core.db import Base, db, transaction
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.core.text import tidy

SIGNATURES = {
    "application/pdf": (b"%PDF-",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
}
EXTENSIONS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
}
EXTENSION = re.compile(r"\.(?!\d+$)[A-Za-z0-9]{1,8}$")  # the year in "letter of 12.05.2026" is none
LONGEST_NAME = 255
MAX_BYTES = 5 * 1024 * 1024


class StoredFile(Base):
    """A file as it was handed in. Never changed; two rows may share the same bytes."""

    __tablename__ = "stored_file"
    __table_args__ = (sa.CheckConstraint("size > 0", name="size_positive"),)

    name: Mapped[str] = mapped_column(sa.String(255))
    content_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    stored_at: Mapped[datetime]
    stored_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


def recognise(data: bytes, field: str | None = None) -> str:
    """The content type by what the file begins with. Raises DomainError for anything but PDF, JPEG and PNG."""
    if not data:
        raise DomainError(_l("The file is empty."), field)
    if len(data) > MAX_BYTES:
        raise DomainError(_l("The file is larger than 5 MB."), field)
    for content_type, beginnings in SIGNATURES.items():
        if data.startswith(beginnings):
            return content_type
    raise DomainError(_l("Please attach a PDF, JPEG or PNG file."), field)


def keep(data: bytes, name: str, *, by: int | None, now: datetime, field: str | None = None) -> StoredFile:
    """Keep a PDF, JPEG or PNG. Raises DomainError for other files, empty and too large ones."""
    content_type = recognise(data, field)
    digest = hashlib.sha256(data).hexdigest()
    if not path_of(digest).exists():
        write_synced(path_of(digest), [data])
    with transaction():
        stored = StoredFile(
            name=named_as_it_is(file_name(name), content_type),
            content_type=content_type,
            size=len(data),
            sha256=digest,
            stored_at=now,
            stored_by_id=by,
        )
        db.session.add(stored)
        db.session.flush()
    return stored


def file_name(name: str) -> str:
    """The last part of the name that the browser sent, without what no header and no file system takes."""
    printable = "".join(character if character.isprintable() else " " for character in name.replace("\\", "/"))
    return tidy(Path(printable).name)[-LONGEST_NAME:] or "file"


def named_as_it_is(name: str, content_type: str) -> str:
    """The name with the extension of what the file is: a PDF is never called .exe. Other types keep their names."""
    own = EXTENSIONS.get(content_type, ())
    if not own or name.lower().endswith(own):
        return name
    stem = EXTENSION.sub("", name) or "file"
    return stem if stem.lower().endswith(own) else stem[: LONGEST_NAME - len(own[0])] + own[0]


def read(stored: StoredFile) -> bytes:
    """The bytes of a stored file. Raises OSError when they are gone and ValueError when they were altered."""
    data = path_of(stored.sha256).read_bytes()
    if hashlib.sha256(data).hexdigest() != stored.sha256:
        raise ValueError(f"stored file {stored.id} is not what was handed in")
    return data


def download(data: bytes, name: str, content_type: str, *, inline: bool = False) -> Response:
    """A response whose file name survives Cyrillic (RFC 6266), and that no browser will take for a page."""
    name = named_as_it_is(name, content_type)
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    how = "inline" if inline else "attachment"
    headers: dict[str, str] = {
        "Content-Disposition": f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(data, mimetype=content_type, headers=headers)


def path_of(sha256: str) -> Path:
    """Where the bytes with this hash are kept."""
    return Path(current_app.config["FILES_DIR"]) / sha256[:2] / sha256


def write_synced(path: Path, blocks: Iterable[bytes]) -> None:
    """Write a file that is its owner's only, appears whole, and outlives a power cut as the row about it does."""
    private_folder(path.parent)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        for block in blocks:
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)


def private_folder(path: Path) -> None:
    """Make the folder, closed to other users of the machine. One that is there keeps the mode that somebody gave it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def private_file(path: Path) -> None:
    """Make sure that the file is there and that no other user of the machine can read it."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    if is_open_to_others(path):
        path.chmod(0o600)


def is_open_to_others(path: Path) -> bool:
    """Whether other users of the machine may do something with it."""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)
