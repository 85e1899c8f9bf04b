"""What the front door shows."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from trainingapp.catalogue.models import AccessClass, Course, CourseKind, CourseStatus
from trainingapp.core.db import Rows, db
from trainingapp.enrolment.models import Terms
from trainingapp.scheduling.models import CourseSession, SessionStatus
from trainingapp.scheduling.queries import session_rows


def course_counts() -> dict[CourseKind, int]:
    """How many courses of each kind are published; zero for a kind without any."""
    rows = db.session.execute(
        sa.select(Course.kind, sa.func.count()).where(Course.status == CourseStatus.PUBLISHED).group_by(Course.kind)
    )
    return dict.fromkeys(CourseKind, 0) | dict(rows.all())


def open_sessions(now: datetime, limit: int, *classes: AccessClass) -> Rows:
    """Sessions that take people now, soonest first; of those access classes where some are named."""
    statement = session_rows().add_columns(Terms.id.is_not(None).label("by_nomination"))
    statement = statement.outerjoin(Terms, Terms.course_session_id == CourseSession.id).where(
        CourseSession.status.in_([SessionStatus.OPEN, SessionStatus.CONFIRMED]),
        CourseSession.enrolment_closes_at > now,
        Course.status == CourseStatus.PUBLISHED,
    )
    if classes:
        statement = statement.where(Course.access_class.in_(classes))
    return db.session.execute(statement.order_by(CourseSession.starts_on, CourseSession.code).limit(limit)).all()
