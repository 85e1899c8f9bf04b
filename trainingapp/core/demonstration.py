"""The mark of the demonstration: everybody knows the passwords in it, so nobody works in earnest on its database."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from flask import current_app

from trainingapp.core.db import db
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.core.notes import OfficeNote, find_note, note

MARK = "demonstration"


LOADING = "loading"


def mark_as_demonstration(now: datetime, *, is_whole: bool = True) -> None:
    """Say in the database itself that it is the demonstration's, and whether all of it is there."""
    note(MARK, "loaded" if is_whole else LOADING, now=now)


def is_half_loaded() -> bool:
    """Whether loading the demonstration was broken off."""
    return is_demonstration() and find_note(MARK).value == LOADING  # type: ignore[union-attr]


def is_demonstration() -> bool:
    """Whether the database was filled by the demonstration; asked also of one that has no tables yet."""
    has_notes = sa.inspect(db.session.connection()).has_table(OfficeNote.__tablename__)
    return has_notes and find_note(MARK) is not None


def refuse_demonstration() -> None:
    """Raise DomainError where the office is meant in earnest and the database is the demonstration's."""
    if not current_app.config["DEMONSTRATION"] and is_demonstration():
        raise DomainError(
            _l("These are the data of the demonstration, whose passwords everybody knows. Nobody can sign in here.")
        )
