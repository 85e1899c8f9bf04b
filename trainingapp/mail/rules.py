"""When a letter is tried again, and what has become of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from trainingapp.mail.models import Failure, LetterState

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
HOPELESS = frozenset({Failure.ADDRESS, Failure.LINK_OVER, Failure.FILE_GONE})
ABOUT_THE_SERVER = frozenset({Failure.UNREACHABLE, Failure.NOT_ADMITTED})


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
