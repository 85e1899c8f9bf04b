"""Reads about centres and their rooms."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from trainingapp.accounts.models import Centre
from trainingapp.catalogue.models import Course
from trainingapp.core.db import Rows, db
from trainingapp.scheduling.models import CourseSession, Meeting, Room, SessionStatus
from trainingapp.scheduling.queries.sessions import UPCOMING


def find_room(room_id: int) -> Room | None:
    return db.session.get(Room, room_id)


def centre_rows() -> Rows:
    """The centres with the number of rooms in use and of sessions ahead."""
    rooms = sa.select(sa.func.count()).where(Room.centre_id == Centre.id, Room.closed_at.is_(None)).scalar_subquery()
    ahead = (
        sa.select(sa.func.count())
        .where(CourseSession.centre_id == Centre.id, CourseSession.status.in_(UPCOMING))
        .scalar_subquery()
    )
    statement = sa.select(
        Centre.id,
        Centre.code,
        Centre.name,
        Centre.city,
        Centre.time_zone,
        rooms.label("rooms"),
        ahead.label("ahead"),
    )
    return db.session.execute(statement.order_by(Centre.id)).all()


def centre_choices() -> Rows:
    """The centres to choose from: id, name, city and time zone."""
    return db.session.execute(
        sa.select(Centre.id, Centre.name, Centre.city, Centre.time_zone).order_by(Centre.id)
    ).all()


def rooms_of(centre_id: int, *, also_closed: bool = False) -> Rows:
    """The centre's rooms: id, name, capacity, closed_at; those in use only, unless asked otherwise."""
    statement = sa.select(Room.id, Room.name, Room.capacity, Room.closed_at).where(Room.centre_id == centre_id)
    if not also_closed:
        statement = statement.where(Room.closed_at.is_(None))
    return db.session.execute(statement.order_by(Room.closed_at.is_not(None), Room.name_en, Room.id)).all()


def sessions_ahead_in(room_id: int, now: datetime) -> Rows:
    """The sessions that still meet in the room: id, code, title and places in person."""
    statement = (
        sa.select(CourseSession.id, CourseSession.code, Course.title, CourseSession.capacity_in_person)
        .join(Course, Course.id == CourseSession.course_id)
        .where(
            CourseSession.status.not_in([SessionStatus.CANCELLED, SessionStatus.FINISHED]),
            CourseSession.id.in_(
                sa.select(Meeting.course_session_id).where(Meeting.room_id == room_id, Meeting.ends_at > now)
            ),
        )
        .order_by(CourseSession.starts_on, CourseSession.code)
    )
    return db.session.execute(statement).all()
