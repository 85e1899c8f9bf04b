"""Counting attempts, for what a stranger may try: signing in, guessing codes."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from trainingapp.core.clock import minutes_left
from trainingapp.core.db import Base, db, transaction
from trainingapp.core.errors import TooManyAttempts
from trainingapp.core.i18n import _

LONGEST_WINDOW = timedelta(days=1)
NOTED_WITHIN = timedelta(hours=1)


class Throttle(Base):
    """How often something was tried since the window began. Rows of windows that have passed are deleted."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    window_began_at: Mapped[datetime] = mapped_column(index=True)
    attempts: Mapped[int]


def attempts_within(key: str, within: timedelta, now: datetime) -> int:
    """How many attempts there have been in the window."""
    row = find_window(key, within, now)
    return row.attempts if row else 0


def find_window(key: str, within: timedelta, now: datetime) -> Throttle | None:
    current = sa.and_(Throttle.key == key, Throttle.window_began_at > now - within)
    return db.session.scalars(sa.select(Throttle).where(current)).one_or_none()


def check_attempts(key: str, limit: int, within: timedelta, now: datetime) -> None:
    """Raise TooManyAttempts when there were ``limit`` attempts or more in the window. Counts nothing."""
    row = find_window(key, within, now)
    if row is not None and row.attempts >= limit:
        minutes = minutes_left(row.window_began_at + within, now)
        raise TooManyAttempts(_("Too many attempts. Please try again in %(minutes)s min.", minutes=minutes))


def count_attempt(key: str, within: timedelta, now: datetime) -> int:
    """Count one more attempt; a window that has passed begins anew. Gives how many there are in the window now."""
    try:
        return _count(key, within, now)
    except IntegrityError:  # another first attempt came at the same moment
        return _count(key, within, now)


def _count(key: str, within: timedelta, now: datetime) -> int:
    with transaction():
        row = db.session.scalars(sa.select(Throttle).where(Throttle.key == key).with_for_update()).one_or_none()
        if row is None:
            db.session.execute(sa.delete(Throttle).where(Throttle.window_began_at < now - LONGEST_WINDOW))
            row = Throttle(key=key, window_began_at=now, attempts=0)
            db.session.add(row)
        elif row.window_began_at + within <= now:
            row.window_began_at, row.attempts = now, 0
        row.attempts += 1
        return row.attempts


def forget_attempts(key: str) -> None:
    """Begin anew: the right person has come."""
    with transaction():
        db.session.execute(sa.delete(Throttle).where(Throttle.key == key))


def is_worth_noting(key: str, most: int, now: datetime) -> bool:
    """Whether one more of these is worth a row in a log: the first of an hour, then each tenfold. Counts it."""
    count = count_attempt(f"noted {key}", NOTED_WITHIN, now)
    return count <= most or str(count).strip("0") == "1"
