"""Time: UTC inside, the venue's zone outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.core.serverclock import SERVER

_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


def utc_now() -> datetime:
    """This moment, aware, in UTC: the same on every machine that serves the office."""
    return _standing.get() or SERVER.now() or datetime.now(UTC)


@contextmanager
def standing_at(moment: datetime) -> Iterator[datetime]:
    """Let the clock stand at that moment inside the block: the demonstration office has a past."""
    token = _standing.set(moment)
    try:
        yield moment
    finally:
        _standing.reset(token)


@cache
def zone_names() -> frozenset[str]:
    """The names of time zones that this machine knows."""
    return frozenset(available_timezones())


def zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name. Raises DomainError (field ``time_zone``) when there is none."""
    if name not in zone_names():
        raise DomainError(_l("There is no time zone of this name."), field="time_zone")
    return ZoneInfo(name)


def in_zone(moment: datetime, zone_name: str) -> datetime:
    """The same moment on the clock of that zone."""
    return moment.astimezone(ZoneInfo(zone_name))


def from_local(wall: datetime, zone_name: str, field: str | None = None) -> datetime:
    """The UTC moment when the clock of the zone shows ``wall`` (naive).

    The first of the two when the clock shows it twice. Raises DomainError for a time that the change to summer
    time skips.
    """
    moment = wall.replace(tzinfo=zone(zone_name), fold=0).astimezone(UTC)
    if in_zone(moment, zone_name).replace(tzinfo=None) != wall:
        raise DomainError(_l("This time does not exist on that day: the clocks go forward."), field=field)
    return moment


def days_later(moment: datetime, days: int, zone_name: str) -> datetime:
    """The UTC moment when the clock of the zone shows the same time of day, so many days later (or before: negative).

    A day on which the clocks change has 23 or 25 hours. A time that the change skips is taken as late as it would be.
    """
    return (in_zone(moment, zone_name) + timedelta(days=days)).astimezone(UTC)


def day_start(day: date, zone_name: str) -> datetime:
    """The UTC moment when the day begins in that zone."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone_name)).astimezone(UTC)


def today_in(zone_name: str, now: datetime) -> date:
    """The date that the clock of the zone shows."""
    return in_zone(now, zone_name).date()


def minutes_left(until: datetime, now: datetime) -> int:
    """Whole minutes until the moment, at least one."""
    return max(1, round((until - now).total_seconds() / 60))
