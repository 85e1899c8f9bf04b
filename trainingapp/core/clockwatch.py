"""Watching the machine's clock: when it leaps, automatic work stops and asks.

A wrong date would end offers, close lists and send reminders that nobody can take back. Within one process the wall
clock must go as the clock that only counts seconds; a process that starts anew, after a weekend without power say, has
nothing to compare with and simply goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import wraps

from flask import current_app

from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.core.notes import OfficeNote, find_note, note
from trainingapp.core.serverclock import SERVER, Reading, seconds_gone

LARGEST_LEAP = timedelta(hours=1)
NAME = "clock leap"


def read_clocks() -> Reading:
    """Both clocks of this machine."""
    return Reading(datetime.now(UTC), seconds_gone())


def leap_between(earlier: Reading, later: Reading) -> timedelta:
    """How far the wall clock went beyond what went by; negative when it was put back."""
    return later.wall - earlier.wall - timedelta(seconds=later.seconds - earlier.seconds)


@dataclass
class Watch:
    """Compares with the readings at the start, and after a leap with those after it: each leap is told once."""

    began: Reading | None = field(default_factory=lambda: read_clocks())
    read: Callable[[], Reading | None] = field(default=lambda: read_clocks())

    def leap(self) -> timedelta | None:
        """The leap since then, if it is one."""
        before, now = self.began, self.read()
        found = leap_between(before, now) if before and now else timedelta()
        if before is None or abs(found) > LARGEST_LEAP:
            self.began = now
        return found if abs(found) > LARGEST_LEAP else None


WATCH = Watch()  # of this process
SERVER_WATCH = Watch(began=None, read=lambda: SERVER.reading)  # each clock is compared with itself alone


def by_the_clock(job: Callable[[], None]) -> Callable[[], None]:
    """The job, unless the clock has leapt and nobody has said yet that it is right."""

    @wraps(job)
    def run() -> None:
        db.session.connection()  # made anew, it reads the server's clock: before that is compared, not after
        notice_leap()
        if find_pause() is None:
            job()

    return run


def notice_leap() -> None:
    """Remember a leap, for every process and for the next start, until somebody says that the clock is right."""
    found = WATCH.leap() or SERVER_WATCH.leap()
    if found is not None:
        note(NAME, str(round(found.total_seconds())), now=utc_now())
        current_app.logger.error("the clock leapt by %s: automatic work has stopped", found)


def find_pause() -> OfficeNote | None:
    """The leap for which automatic work stands still: ``value`` in seconds, negative when the clock was put back."""
    return find_note(NAME)


def hours_of(pause: OfficeNote) -> int:
    """How far the clock leapt, in whole hours; negative when it was put back."""
    return round(int(pause.value) / 3600)
