"""What is worth a letter about a session, and when somebody is reminded of an offer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from trainingapp.core.clock import days_later
from trainingapp.scheduling.models import SessionStatus

TOLD_OF_DATES = frozenset({SessionStatus.OPEN, SessionStatus.CONFIRMED, SessionStatus.RUNNING})
TOLD_OF_MEETINGS = frozenset({SessionStatus.CONFIRMED, SessionStatus.RUNNING})
TELLING_FIELDS = frozenset({"starts_on", "ends_on", "centre_id", "joining_url"})
TELLING_MEETING_FIELDS = frozenset({"starts_at", "ends_at", "mode", "room_id"})
TELLING_PLACE_FIELDS = frozenset({"starts_on", "ends_on", "centre_id"})

BEFORE_LAPSE_DAYS = 2


def is_worth_telling(status: SessionStatus, changed: Iterable[str]) -> bool:
    """Whether people are told that these values of their session changed: those by which they plan a journey."""
    return status in TOLD_OF_DATES and not TELLING_FIELDS.isdisjoint(changed)


def is_meeting_worth_telling(status: SessionStatus, changed: Iterable[str] | None = None) -> bool:
    """Whether people are told of a meeting: once the session is confirmed, and not of its title alone.

    Before, the plan is still being made. ``changed`` is None for a meeting that was added or removed.
    """
    if status not in TOLD_OF_MEETINGS:
        return False
    return changed is None or not TELLING_MEETING_FIELDS.isdisjoint(changed)


def is_lapse_near(offered_at: datetime, until: datetime, now: datetime, zone: str) -> bool:
    """Whether somebody is reminded of an offer: two days before it lapses, unless it was made later than that."""
    near = days_later(until, -BEFORE_LAPSE_DAYS, zone)
    return near <= now < until and offered_at < near
