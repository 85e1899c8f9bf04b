"""Reads about meetings, and what is booked at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from trainingapp.catalogue.models import Course
from trainingapp.core.db import Rows, Select, db
from trainingapp.scheduling.models import CourseSession, Meeting, Room, SessionStatus, SessionTrainer
from trainingapp.scheduling.queries.trainers import trainers_by_session
from trainingapp.scheduling.rules.clashes import Booking, Slot


def find_meeting(meeting_id: int) -> Meeting | None:
    return db.session.get(Meeting, meeting_id)


@cache
def meeting_rows() -> Select:
    """What a line in a list shows of each meeting."""
    statement = sa.select(
        Meeting.id,
        Meeting.course_session_id,
        Meeting.starts_at,
        Meeting.ends_at,
        Meeting.mode,
        Meeting.title,
        Room.name.label("room"),
        Room.capacity.label("room_capacity"),
    )
    return statement.outerjoin(Room, Room.id == Meeting.room_id).order_by(Meeting.starts_at, Meeting.id)


def last_meeting_ends() -> sa.ScalarSelect[datetime]:
    """For a query over CourseSession: when its last meeting ends; NULL without meetings."""
    return (
        sa.select(sa.func.max(Meeting.ends_at))
        .where(Meeting.course_session_id == CourseSession.id)
        .correlate(CourseSession)
        .scalar_subquery()
    )


def meetings_of(session_id: int) -> Rows:
    """The session's meetings in their order."""
    return db.session.execute(meeting_rows().where(Meeting.course_session_id == session_id)).all()


def bookings(
    session_id: int,
    *,
    room_ids: Iterable[int],
    trainer_ids: Iterable[int],
    start: datetime,
    end: datetime,
    leaving_out: int | None = None,
) -> list[Booking]:
    """The meetings in that time of the session itself, in these rooms, or led by these people."""
    people = list(trainer_ids)
    statement = (
        sa.select(Meeting, CourseSession.code, CourseSession.time_zone, Course.title)
        .join(CourseSession, CourseSession.id == Meeting.course_session_id)
        .join(Course, Course.id == CourseSession.course_id)
        .where(Meeting.starts_at < end, Meeting.ends_at > start, CourseSession.status != SessionStatus.CANCELLED)
        .where(takes_up(session_id, list(room_ids), people))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    if leaving_out is not None:
        statement = statement.where(Meeting.id != leaving_out)
    rows = db.session.execute(statement).all()
    leading = trainers_by_session({meeting.course_session_id for meeting, *_rest in rows}, people)
    return [
        Booking(
            slot=Slot(starts_at=meeting.starts_at, ends_at=meeting.ends_at),
            session_id=meeting.course_session_id,
            time_zone=zone,
            code=code,
            title=title,
            room_id=meeting.room_id,
            trainers=leading.get(meeting.course_session_id, {}),
        )
        for meeting, code, zone, title in rows
    ]


def takes_up(session_id: int, room_ids: Collection[int], trainer_ids: Collection[int]) -> sa.ColumnElement[bool]:
    """The condition that a meeting is of the session, in one of these rooms, or led by one of these people."""
    led = sa.select(SessionTrainer.course_session_id).where(SessionTrainer.person_id.in_(trainer_ids))
    return sa.or_(
        Meeting.course_session_id == session_id, Meeting.room_id.in_(room_ids), Meeting.course_session_id.in_(led)
    )
