"""What must never be false of the plan, as questions to the database."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from trainingapp.core.db import Select
from trainingapp.core.health import Invariant
from trainingapp.scheduling.models import CourseSession, Meeting, SessionStatus, SessionTrainer

PATIENCE = timedelta(hours=1)  # sessions are started and finished every five minutes
EITHER = "Move one of the two, or give it another trainer or room."


def pairs(first: type[Meeting], second: type[Meeting]) -> Select:
    """Two meetings at the same time, of sessions that were not cancelled; the earlier row first."""
    one, other = aliased(CourseSession), aliased(CourseSession)
    return (
        sa.select(one.code + " and " + other.code)
        .select_from(first)
        .join(
            second,
            sa.and_(second.id > first.id, second.starts_at < first.ends_at, second.ends_at > first.starts_at),
        )
        .join(one, one.id == first.course_session_id)
        .join(other, other.id == second.course_session_id)
        .where(one.status != SessionStatus.CANCELLED, other.status != SessionStatus.CANCELLED)
        .distinct()
    )


def double_rooms(now: datetime) -> Select:
    first, second = aliased(Meeting), aliased(Meeting)
    return pairs(first, second).where(first.room_id == second.room_id, first.ends_at > now)


def double_trainers(now: datetime) -> Select:
    first, second = aliased(Meeting), aliased(Meeting)
    leads, leads_too = aliased(SessionTrainer), aliased(SessionTrainer)
    return (
        pairs(first, second)
        .join(leads, leads.course_session_id == first.course_session_id)
        .join(
            leads_too,
            sa.and_(leads_too.course_session_id == second.course_session_id, leads_too.person_id == leads.person_id),
        )
        .where(first.ends_at > now)
    )


def not_started(now: datetime) -> Select:
    """Sessions whose first meeting began over an hour ago, but that were not started."""
    return (
        sa.select(CourseSession.code)
        .join(Meeting, Meeting.course_session_id == CourseSession.id)
        .where(CourseSession.status == SessionStatus.CONFIRMED)
        .group_by(CourseSession.code)
        .having(sa.func.min(Meeting.starts_at) < now - PATIENCE)
        .order_by(CourseSession.code)
    )


INVARIANTS = (
    Invariant(
        name="rooms",
        holds="No room is used twice at the same time.",
        broken="Meetings in the same room at the same time",
        hint=EITHER,
        breaches=double_rooms,
    ),
    Invariant(
        name="trainers",
        holds="No trainer is planned twice at the same time.",
        broken="Meetings with the same trainer at the same time",
        hint=EITHER,
        breaches=double_trainers,
    ),
    Invariant(
        name="sessions.late",
        holds="Every confirmed session was started on its day.",
        broken="Confirmed sessions that should have been started",
        hint="Is `flask worker` running? `python3 manage.py run` starts it beside the server.",
        breaches=not_started,
        is_late=True,
    ),
)
