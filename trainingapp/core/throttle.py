"""Counting attempts, for what a stranger may try: signing in, guessing codes."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from trainingapp.core.db import Base, db, transaction
from trainingapp.core.errors import TooManyAttempts
from trainingapp.core.i18n import _


class Throttle(Base):
    """How often something was tried since the window began."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    window_began_at: Mapped[datetime]
    attempts: Mapped[int]


def check_attempts(key: str, limit: int, within: timedelta, now: datetime) -> None:
    """Raise TooManyAttempts when there were ``limit`` attempts or more in the window. Counts nothing."""
    row = db.session.scalars(sa.select(Throttle).where(Throttle.key == key)).one_or_none()
    if row is None or row.attempts < limit or row.window_began_at + within <= now:
        return
    minutes = max(1, round((row.window_began_at + within - now).total_seconds() / 60))
    raise TooManyAttempts(_("Too many attempts. Please try again in %(minutes)s min.", minutes=minutes))


def count_attempt(key: str, within: timedelta, now: datetime) -> None:
    """Count one more attempt; a window that has passed begins anew."""
    try:
        _count(key, within, now)
    except IntegrityError:  # another first attempt came at the same moment
        _count(key, within, now)


def _count(key: str, within: timedelta, now: datetime) -> None:
    with transaction():
        row = db.session.scalars(sa.select(Throttle).where(Throttle.key == key).with_for_update()).one_or_none()
        if row is None:
            db.session.add(Throttle(key=key, window_began_at=now, attempts=1))
        elif row.window_began_at + within <= now:
            row.window_began_at, row.attempts = now, 1
        else:
            row.attempts += 1


def forget_attempts(key: str) -> None:
    """Begin anew: the right person has come."""
    with transaction():
        db.session.execute(sa.delete(Throttle).where(Throttle.key == key))
