"""When a letter is tried again, what is worth a letter, and what has become of one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from trainingapp.notifications.models import Failure, LetterState
from trainingapp.scheduling.models import SessionStatus

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
HOPELESS = frozenset({Failure.ADDRESS, Failure.LINK_OVER})

TOLD_OF_DATES = frozenset({SessionStatus.OPEN, SessionStatus.CONFIRMED, SessionStatus.RUNNING})
TOLD_OF_MEETINGS = frozenset({SessionStatus.CONFIRMED, SessionStatus.RUNNING})
TELLING_FIELDS = frozenset({"starts_on", "ends_on", "centre_id", "joining_url"})
TELLING_MEETING_FIELDS = frozenset({"starts_at", "ends_at", "mode", "room_id"})


def decide_next_try(tries: int, failure: Failure, now: datetime) -> datetime | None:
    """When to try again after that many tries, with growing pauses; None when it is time to give up."""
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
