"""Registers, results and completions that wait: for a trainer's own sessions, or for those of a coordinator."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from trainingapp.accounts.models import Centre
from trainingapp.attendance.models import AttendanceMark, Presence
from trainingapp.attendance.rules import LOOKING_BACK, needs_marking
from trainingapp.catalogue.models import Course, CourseKind
from trainingapp.core.clock import today_in
from trainingapp.core.db import Row, Rows, Select, db
from trainingapp.enrolment.models import Place, PlaceStatus
from trainingapp.records.models import Completion, ComponentResult, Outcome
from trainingapp.scheduling.models import CourseSession, Meeting, SessionStatus
from trainingapp.scheduling.queries.meetings import last_meeting_ends, meeting_rows
from trainingapp.scheduling.queries.sessions import UPCOMING, meets_at, session_rows
from trainingapp.scheduling.rules.due import AHEAD

Condition = sa.ColumnElement[bool]
DAY = timedelta(days=1)
HELD = (*UPCOMING, SessionStatus.FINISHED)


def seats() -> sa.ColumnElement[int]:
    """For a query over CourseSession: how many people have a seat."""
    return (
        sa.select(sa.func.count())
        .where(Place.course_session_id == CourseSession.id, Place.status == PlaceStatus.PLACED)
        .correlate(CourseSession)
        .scalar_subquery()
    )


def marked() -> sa.ColumnElement[int]:
    """For a query over Meeting: how many of those who have a seat are marked."""
    return (
        sa.select(sa.func.count())
        .select_from(AttendanceMark)
        .join(Place, Place.id == AttendanceMark.place_id)
        .where(
            AttendanceMark.meeting_id == Meeting.id,
            AttendanceMark.presence != Presence.NOT_RECORDED,
            AttendanceMark.missed_minutes.is_not(None),
            Place.status == PlaceStatus.PLACED,
        )
        .correlate(Meeting)
        .scalar_subquery()
    )


def registers() -> Select:
    """Meetings of sessions that are or were held, with the state of the register: ``marked`` of ``seats``."""
    return (
        meeting_rows()
        .add_columns(
            CourseSession.code,
            CourseSession.time_zone,
            CourseSession.joining_url,
            Course.title.label("course_title"),
            Course.kind,
            Centre.name.label("centre"),
            Centre.city.label("city"),
            seats().label("seats"),
            marked().label("marked"),
        )
        .join(CourseSession, CourseSession.id == Meeting.course_session_id)
        .join(Course, Course.id == CourseSession.course_id)
        .outerjoin(Centre, meets_at())
    )


def coming_meetings(now: datetime, within: Condition) -> Rows:
    """Meetings of today on the venue's clock, and of the next fourteen days."""
    rows = db.session.execute(
        registers().where(
            within,
            CourseSession.status.in_(HELD),
            Meeting.starts_at > now - 2 * DAY,
            Meeting.starts_at < now + AHEAD + DAY,
        )
    ).all()
    return [row for row in rows if is_today(row, now) or row.starts_at > now]


def is_today(meeting: Row, now: datetime) -> bool:
    """Whether the meeting begins on the day that the venue's calendar shows now."""
    return today_in(meeting.time_zone, meeting.starts_at) == today_in(meeting.time_zone, now)


def missing_registers(now: datetime, within: Condition) -> list[Row]:
    """Meetings of past days, or that are over, at which somebody with a seat is not marked; the oldest first.

    Of sessions finished long ago only their own pages tell.
    """
    recent = sa.or_(CourseSession.status.in_(UPCOMING), CourseSession.ends_on >= (now - LOOKING_BACK).date())
    rows = db.session.execute(
        registers().where(within, CourseSession.status.in_(HELD), recent, Meeting.ends_at <= now, seats() > marked())
    )
    return list(rows.all())


def sessions_to_mark(now: datetime, within: Condition) -> list[Row]:
    """Sessions that are over, with results or completions still to be recorded; the oldest first."""
    statement = (
        session_rows()
        .add_columns(
            seats().label("seats"),
            people_with_results().label("results"),
            people_with_results(ComponentResult.outcome == Outcome.PASSED).label("passed"),
            completed_people().label("completed"),
            sa.or_(Course.result_required, Course.kind == CourseKind.DISTANCE).label("results_wanted"),
            last_meeting_ends().label("last_ends_at"),
        )
        .where(
            within,
            CourseSession.status.in_([SessionStatus.CONFIRMED, SessionStatus.RUNNING, SessionStatus.FINISHED]),
            CourseSession.ends_on >= (now - LOOKING_BACK).date(),
            CourseSession.ends_on <= (now + DAY).date(),
        )
        .order_by(CourseSession.ends_on, CourseSession.code)
    )
    return [row for row in db.session.execute(statement) if needs_marking(row, now)]


def people_with_results(*conditions: Condition) -> sa.ColumnElement[int]:
    """For a query over CourseSession: how many of those who have a seat have a result that stands."""
    return (
        sa.select(sa.func.count(sa.distinct(ComponentResult.person_id)))
        .join(
            Place,
            sa.and_(
                Place.person_id == ComponentResult.person_id,
                Place.course_session_id == ComponentResult.course_session_id,
                Place.status == PlaceStatus.PLACED,
            ),
        )
        .where(
            ComponentResult.course_session_id == CourseSession.id, ComponentResult.superseded_at.is_(None), *conditions
        )
        .correlate(CourseSession)
        .scalar_subquery()
    )


def completed_people() -> sa.ColumnElement[int]:
    """For a query over CourseSession: how many completions stand."""
    return (
        sa.select(sa.func.count())
        .where(Completion.course_session_id == CourseSession.id, Completion.withdrawn_at.is_(None))
        .correlate(CourseSession)
        .scalar_subquery()
    )
