"""Letters are kept with the change they tell of, in its transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from trainingapp.core.db import db, in_transaction, transaction
from trainingapp.mail.models import Letter
from trainingapp.mail.services import smtp

LINK = "{link}"  # in the body of a letter with a personal link, in its place
ROWS_AT_ONCE = 500  # a webinar has thousands of participants, and a statement only so many parameters


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A letter as it is written: what has happened, to be put into words later.

    It goes to the person's own address unless it has another one; then it may have no personal link.
    """

    recipient_id: int
    address: str | None = None
    reason: str
    language: str
    kind: str
    facts: dict[str, object]
    can_wait: bool = True
    course_session_id: int | None = None
    access_link_id: int | None = None
    paper: dict[str, Any] | None = None
    paper_name: str | None = None


def keep(drafts: Iterable[Draft], *, now: datetime) -> None:
    """Keep the letters, in the transaction of the change they tell of. Nobody is told twice for the same reason."""
    if not in_transaction():
        raise RuntimeError("a letter tells of something that has happened")
    next_try_at = now if smtp.is_set() else None
    rows = [{**vars(draft), "written_at": now, "next_try_at": next_try_at} for draft in drafts]
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    with db.session.no_autoflush:  # what a letter refers to is there; the rest can be written together, at the end
        for begin in range(0, len(rows), ROWS_AT_ONCE):
            some = insert(Letter).values(rows[begin : begin + ROWS_AT_ONCE])
            db.session.execute(some.on_conflict_do_nothing(index_elements=[Letter.recipient_id, Letter.reason]))


def keep_some(drafts: Sequence[Draft], *, now: datetime) -> int:
    """Keep the letters in a transaction of their own; how many. Where there is none, nothing is written at all."""
    if drafts:
        with transaction():
            keep(drafts, now=now)
    return len(drafts)
