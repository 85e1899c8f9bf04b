"""What the front pages show of places. ``within`` limits it to sessions, those that a coordinator keeps."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa

from trainingapp.accounts.models import Centre, Person
from trainingapp.catalogue.models import AccessClass, Course, CourseStatus
from trainingapp.core.db import Row, Rows, Select, db
from trainingapp.enrolment.models import LIVE, Place, PlaceStatus, Terms
from trainingapp.enrolment.queries.lists import PLACE_COLUMNS
from trainingapp.enrolment.queries.standing import with_standing
from trainingapp.scheduling.models import CourseSession, Meeting, SessionStatus
from trainingapp.scheduling.queries.meetings import last_meeting_ends, meeting_rows
from trainingapp.scheduling.queries.sessions import UPCOMING, meets_at, session_rows
from trainingapp.scheduling.rules.due import AHEAD, Due, decide_due, lacks_people

Condition = sa.ColumnElement[bool]
DAY = timedelta(days=1)


def requests(within: Condition) -> Rows:
    """Sessions with requests that nobody has decided, the longest wait first: how many, since when."""
    asked = (
        sa.select(
            Place.course_session_id,
            sa.func.count().label("requests"),
            sa.func.min(Place.asked_at).label("oldest_at"),
        )
        .where(Place.status == PlaceStatus.REQUESTED)
        .group_by(Place.course_session_id)
        .subquery()
    )
    return db.session.execute(
        session_rows()
        .add_columns(asked.c.requests, asked.c.oldest_at)
        .join(asked, asked.c.course_session_id == CourseSession.id)
        .where(within)
        .order_by(asked.c.oldest_at, CourseSession.code)
    ).all()


def current_sessions(within: Condition, now: datetime) -> Rows:
    """Drafts, and sessions whose deadline, first or last day is near or past: those that may need a step."""
    near = (now + AHEAD + DAY).date()
    soon = sa.and_(
        CourseSession.status == SessionStatus.OPEN,
        sa.or_(CourseSession.enrolment_closes_at <= now + AHEAD, CourseSession.starts_on <= near),
    )
    begun = sa.and_(CourseSession.status == SessionStatus.CONFIRMED, CourseSession.starts_on <= (now + DAY).date())
    ending = sa.and_(CourseSession.status == SessionStatus.RUNNING, CourseSession.ends_on <= (now + DAY).date())
    return db.session.execute(
        session_rows()
        .add_columns(last_meeting_ends().label("last_ends_at"), awaits_selection().label("awaits_selection"))
        .where(within, sa.or_(CourseSession.status == SessionStatus.DRAFT, soon, begun, ending))
        .order_by(CourseSession.starts_on, CourseSession.code)
    ).all()


def awaits_selection() -> sa.ColumnElement[bool]:
    """For a query over CourseSession: whether its places are given by a selection that is not final yet."""
    return sa.exists().where(Terms.course_session_id == CourseSession.id, Terms.final_at.is_(None))


def steps_due(sessions: Iterable[Row], now: datetime) -> list[tuple[Row, Due]]:
    """Of those sessions the ones that wait for a step, the late ones first."""
    due = [(session, decide_due(session, now)) for session in sessions]
    waiting = [(session, step) for session, step in due if step is not None]
    return sorted(waiting, key=lambda item: not item[1].is_late)


def below_minimum(sessions: Iterable[Row], now: datetime) -> list[Row]:
    """Of those sessions the ones that lack people shortly before the deadline or after it, the first deadline first.

    Before a selection is final, nobody can have a place: that is waited for under another heading.
    """
    lacking = (row for row in sessions if lacks_people(row, now) and not row.awaits_selection)
    return sorted(lacking, key=lambda row: row.enrolment_closes_at)


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


def places_of_administrations(organisation_ids: Collection[int]) -> Select:
    """The statement for the places of those organisations' people that have not ended, the next session first."""
    return (
        with_standing(
            sa.select(
                *(column for column in PLACE_COLUMNS if column is not Place.person_id),
                Person.id.label("person_id"),
                Person.name,
                CourseSession.code,
                Course.title.label("course_title"),
            ).select_from(Place)
        )
        .join(Person, Person.id == Place.person_id)
        .join(CourseSession, CourseSession.id == Place.course_session_id)
        .join(Course, Course.id == CourseSession.course_id)
        .where(
            Place.organisation_id.in_(organisation_ids),
            Place.status.in_(LIVE),
            CourseSession.status.not_in([SessionStatus.FINISHED, SessionStatus.CANCELLED]),
        )
        .order_by(CourseSession.starts_on, CourseSession.code, Person.sort_key, Place.id)
    )
