"""What the installation remembers about itself, from one start to the next and on every machine that serves it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainingapp.core.db import Base, db, transaction


class OfficeNote(Base):
    """One thing to remember, under its name."""

    __tablename__ = "office_note"

    key: Mapped[str] = mapped_column(sa.String(50), unique=True)
    value: Mapped[str] = mapped_column(sa.String(200))
    noted_at: Mapped[datetime]


def find_note(key: str) -> OfficeNote | None:
    """What is remembered under that name."""
    return db.session.scalars(sa.select(OfficeNote).where(OfficeNote.key == key)).one_or_none()


def note(key: str, value: str, *, now: datetime) -> None:
    """Remember this in the place of what was remembered under the name."""
    with transaction():
        forget(key)
        db.session.add(OfficeNote(key=key, value=value, noted_at=now))


def forget(key: str) -> None:
    with transaction():
        db.session.execute(sa.delete(OfficeNote).where(OfficeNote.key == key))
