"""When a letter is tried again, what is worth a letter, when to remind, and what has become of a letter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from trainingapp.core.clock import days_later
from trainingapp.notifications.models import Failure, LetterState
from trainingapp.scheduling.models import SessionStatus

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
HOPELESS = frozenset({Failure.ADDRESS, Failure.LINK_OVER, Failure.FILE_GONE})
ABOUT_THE_SERVER = frozenset({Failure.UNREACHABLE, Failure.NOT_ADMITTED})
URGENT = frozenset(
    {
        "call_cancelled",
        "cancelled",
        "invitation",
        "new_address",
        "offer_reminder",
        "offer_shortened",
        "offered",
        "old_address",
        "password_changed",
        "password_reset",
        "replaced",
        "role_given",
        "role_taken",
        "turned_down",
        "withdrawn",
    }
)

TOLD_OF_DATES = frozenset({SessionStatus.OPEN, SessionStatus.CONFIRMED, SessionStatus.RUNNING})
TOLD_OF_MEETINGS = frozenset({SessionStatus.CONFIRMED, SessionStatus.RUNNING})
TELLING_FIELDS = frozenset({"starts_on", "ends_on", "centre_id", "joining_url"})
TELLING_MEETING_FIELDS = frozenset({"starts_at", "ends_at", "mode", "room_id"})
TELLING_PLACE_FIELDS = frozenset({"starts_on", "ends_on", "centre_id"})
TELLING_NUMBERS = frozenset({"nominate_each", "accept_each", "nominate_own", "accept_own"})

LAST_DAYS = 1
BEFORE_LAPSE_DAYS = 2


def concerns_the_letter(failure: Failure) -> bool:
    """Whether it says something about this letter, and not about the way to the mail server for all of them."""
    return failure not in ABOUT_THE_SERVER


def decide_next_try(tries: int, interruptions: int, failure: Failure, now: datetime) -> datetime | None:
    """When to try again, with growing pauses; None when it is time to give up.

    Nothing is given up because of the server, and nothing waits for it longer than half an hour: a letter at which the
    connection broke only lets others go first.
    """
    if failure is Failure.NOT_ADMITTED:
        return now
    if not concerns_the_letter(failure):
        return now + PAUSES[min(interruptions, 3) - 1]
    if failure in HOPELESS or tries > len(PAUSES):
        return None
    return now + PAUSES[tries - 1]


def decide_state(
    *, sent_at: datetime | None, given_up_at: datetime | None, next_try_at: datetime | None
) -> LetterState:
    """What has become of a letter."""
    if sent_at is not None:
        return LetterState.SENT
    if given_up_at is not None:
        return LetterState.FAILED
    return LetterState.KEPT if next_try_at is None else LetterState.WAITING


def can_try_again(state: LetterState, *, mail_is_set: bool, has_link: bool) -> bool:
    """Whether somebody may send the letter (again). Without a mail server nothing can be sent.

    A kept letter with a personal link is not sent later: by then the person has had the link in another way.
    """
    return mail_is_set and (state is LetterState.FAILED or (state is LetterState.KEPT and not has_link))


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


def is_lapse_near(offered_at: datetime, until: datetime, now: datetime, zone: str) -> bool:
    """Whether somebody is reminded of an offer: two days before it lapses, unless it was made later than that."""
    near = days_later(until, -BEFORE_LAPSE_DAYS, zone)
    return near <= now < until and offered_at < near
