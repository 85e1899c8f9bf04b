"""What somebody's own page shows beside places, record, certificates and letters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from trainingapp.accounts.models import Centre
from trainingapp.catalogue.models import Course
from trainingapp.core.db import Rows, db
from trainingapp.enrolment.models import Place, PlaceStatus
from trainingapp.nomination.models import Call
from trainingapp.scheduling.models import CourseSession, Meeting
from trainingapp.scheduling.queries import UPCOMING, meeting_rows, meets_at


def next_meetings(person_id: int, now: datetime, limit: int) -> Rows:
    """The meetings to come, or going on, of sessions in which the person has a seat."""
    statement = (
        meeting_rows()
        .add_columns(
            CourseSession.code,
            CourseSession.time_zone,
            CourseSession.joining_url,
            CourseSession.status,
            Place.mode.label("place_mode"),
            Course.title.label("course_title"),
            Course.kind,
            Centre.name.label("centre"),
            Centre.city.label("city"),
        )
        .join(CourseSession, CourseSession.id == Meeting.course_session_id)
        .join(Place, Place.course_session_id == CourseSession.id)
        .join(Course, Course.id == CourseSession.course_id)
        .outerjoin(Centre, meets_at())
        .where(Place.person_id == person_id, Place.status == PlaceStatus.PLACED)
        .where(CourseSession.status.in_(UPCOMING), Meeting.ends_at > now)
    )
    return db.session.execute(statement.limit(limit)).all()


def nomination_deadlines(session_ids: Iterable[int]) -> dict[int, datetime]:
    """Until when administrations can name candidates for these sessions: the selection comes after it."""
    wanted = list(session_ids)
    if not wanted:
        return {}
    rows = db.session.execute(
        sa.select(Call.course_session_id, Call.closes_at).where(Call.course_session_id.in_(wanted))
    )
    return {row[0]: row[1] for row in rows}
