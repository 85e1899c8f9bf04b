"""What is due, and how pressing it is: pure decisions about rows that the desk's queries give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from trainingapp.core.clock import today_in
from trainingapp.core.db import Row
from trainingapp.core.permissions import Role
from trainingapp.scheduling.models import SessionStatus
from trainingapp.scheduling.rules.steps import Step

AHEAD = timedelta(days=14)
LOOKING_BACK = timedelta(days=90)
EXPIRING = timedelta(days=90)

LANDINGS = (
    (Role.COORDINATOR, "desk.coordinator"),
    (Role.CONTACT_POINT, "desk.my_administration"),
    (Role.TRAINER, "desk.today"),
    (Role.ADMINISTRATOR, "desk.administrator"),
)


def landing_of(roles: Iterable[Role]) -> str:
    """The first page of somebody's work: of the role that has most of it to do each day."""
    held = set(roles)
    return next((endpoint for role, endpoint in LANDINGS if role in held), "desk.my_training")


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
    """The step that is due for a row of the desk; None while there is nothing to do.

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


def needs_marking(session: Row, now: datetime) -> bool:
    """Whether a session is over and results are missing, or no completion is marked though somebody's could be."""
    if not session.seats or not is_over(session, now):
        return False
    if session.results_wanted and session.results < session.seats:
        return True
    return not session.completed and (not session.results_wanted or session.passed > 0)


def expiring(completions: Iterable[Row], today: date) -> list[Row]:
    """The completions whose last valid day is near and that no later one of the same course outlives."""
    standing = [row for row in completions if row.withdrawn_at is None]
    latest: dict[str, Row] = {}
    for row in standing:
        known = latest.get(row.course_code)
        if known is None or last_day(row) > last_day(known):
            latest[row.course_code] = row
    near = [row for row in latest.values() if today <= last_day(row) <= today + EXPIRING]
    return sorted(near, key=last_day)


def last_day(row: Row) -> date:
    return row.valid_until or date.max
