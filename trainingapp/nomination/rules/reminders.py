"""When an administration that has not answered a call is reminded."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from trainingapp.core.clock import days_later

LAST_DAYS = 1


class Reminder(StrEnum):
    """Which reminder of a call is due."""

    EARLY = "early"
    LAST = "last"


def decide_reminder(
    opened_at: datetime, closes_at: datetime, remind_days: int, now: datetime, zone: str
) -> Reminder | None:
    """The reminder that is due to an administration that has not answered: some days before the deadline, and one.

    Days are those of the ``zone``, the venue's, also when the clocks change meanwhile.

    None of them when its moment had come before the call was opened: the invitation itself was news then. The number
    0 asks for no early one.
    """
    if not now < closes_at:
        return None
    last, early = days_later(closes_at, -LAST_DAYS, zone), days_later(closes_at, -remind_days, zone)
    if now >= last:
        return Reminder.LAST if opened_at < last else None
    return Reminder.EARLY if remind_days and opened_at < early <= now else None
