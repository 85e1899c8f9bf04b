"""Which step of a session is due: pure decisions about rows that the queries give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from trainingapp.core.clock import today_in
from trainingapp.core.db import Row
from trainingapp.scheduling.models import SessionStatus
from trainingapp.scheduling.rules.steps import Step

AHEAD = timedelta(days=14)


class Why(StrEnum):
    """Why a step of a session is due."""

    DRAFT = "draft"
    DRAFT_PAST = "draft_past"
    UNCONFIRMED = "unconfirmed"
    READY = "ready"
    BEGINS = "begins"
    OVER = "over"


@dataclass(frozen=True)
class Due:
    """The step of a session that waits for the coordinator. ``is_late``: its day has come already."""

    step: Step
    why: Why
    is_late: bool = False


def decide_due(session: Row, now: datetime) -> Due | None:
    """The step that is due for a row of a list; None while there is nothing to do.

    The row has ``status``, the dates, ``time_zone``, ``enrolment_closes_at``, ``taken``, ``minimum``, ``last_ends_at``.
    """
    today = today_in(session.time_zone, now)
    begun = session.starts_on <= today
    match session.status:
        case SessionStatus.DRAFT:
            return Due(Step.OPEN, Why.DRAFT_PAST if begun else Why.DRAFT, is_late=begun)
        case SessionStatus.OPEN if begun:
            return Due(Step.CONFIRM, Why.UNCONFIRMED, is_late=True)
        case SessionStatus.OPEN if session.taken >= session.minimum and is_near(session, now, today):
            return Due(Step.CONFIRM, Why.READY)
        case SessionStatus.CONFIRMED if begun:
            return Due(Step.START, Why.BEGINS, is_late=session.starts_on < today)
        case SessionStatus.RUNNING if is_over(session, now):
            return Due(Step.FINISH, Why.OVER)
    return None


def is_near(session: Row, now: datetime, today: date) -> bool:
    """Whether enrolment has closed or the first day is near: time to say that the session is held."""
    return bool(session.enrolment_closes_at <= now or session.starts_on <= today + AHEAD)


def is_over(session: Row, now: datetime) -> bool:
    """After the end of the last meeting; without meetings, after the last day."""
    if session.last_ends_at is not None:
        return bool(session.last_ends_at <= now)
    return bool(session.ends_on < today_in(session.time_zone, now))


def lacks_people(session: Row, now: datetime) -> bool:
    """Whether an open session is below its minimum and has two weeks or less to change that."""
    return bool(
        session.status is SessionStatus.OPEN
        and session.taken < session.minimum
        and session.enrolment_closes_at <= now + AHEAD
        and session.starts_on > today_in(session.time_zone, now)
    )
