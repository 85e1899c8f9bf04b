"""Places one by one, and those of a session that the services deal with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from trainingapp.core.db import db
from trainingapp.enrolment.models import LIVE, Obstacle, Place, PlaceMode, PlaceStatus
from trainingapp.scheduling.models import CourseSession, SessionStatus


def find_place(place_id: int) -> Place | None:
    return db.session.get(Place, place_id)


def find_live_place(person_id: int, course_session_id: int) -> Place | None:
    """The person's place on the session that has not ended, if there is one."""
    return db.session.scalars(
        sa.select(Place).where(
            Place.person_id == person_id, Place.course_session_id == course_session_id, Place.status.in_(LIVE)
        )
    ).one_or_none()


def waiting_places(course_session_id: int) -> Sequence[Place]:
    """The waiting list, in the order of asking."""
    return db.session.scalars(
        sa.select(Place)
        .where(Place.course_session_id == course_session_id, Place.status == PlaceStatus.WAITING)
        .order_by(Place.queue_no)
    ).all()


def count_claims(course_session_id: int, now: datetime) -> int:
    """How many of those who wait for a seat of each kind keep the one that is free."""
    claims = sa.and_(Place.passed_over == Obstacle.ONE_SEAT, Place.claim_until > now)
    waiting = sa.and_(Place.course_session_id == course_session_id, Place.status == PlaceStatus.WAITING)
    return db.session.scalar(sa.select(sa.func.count()).select_from(Place).where(waiting, claims)) or 0


def live_places(course_session_id: int) -> Sequence[Place]:
    """Every place of the session that has not ended, in the order of asking."""
    return db.session.scalars(
        sa.select(Place)
        .where(Place.course_session_id == course_session_id, Place.status.in_(LIVE))
        .order_by(Place.queue_no)
    ).all()


def waiting_people(course_session_id: int) -> Sequence[int]:
    """The ids of those on the waiting or reserve list."""
    return db.session.scalars(
        sa.select(Place.person_id).where(
            Place.course_session_id == course_session_id, Place.status == PlaceStatus.WAITING
        )
    ).all()


def nominated_places(course_session_id: int) -> Sequence[Place]:
    """Those nominated and not yet decided on, with the people and their administrations."""
    return places_where(course_session_id, Place.status == PlaceStatus.NOMINATED)


def overdue_offers(course_session_id: int, now: datetime) -> Sequence[Place]:
    """Offers that nobody answered until their deadline, the oldest first."""
    overdue = sa.and_(Place.status == PlaceStatus.OFFERED, Place.offered_until <= now)
    return places_where(course_session_id, overdue, Place.offered_until)


def offers_beyond(course_session_id: int, moment: datetime) -> Sequence[Place]:
    """Offers that can be answered after that moment."""
    return places_where(course_session_id, sa.and_(Place.status == PlaceStatus.OFFERED, Place.offered_until > moment))


def ended_holds(course_session_id: int, now: datetime) -> Sequence[Place]:
    """Ended places whose seat is held no longer, the oldest first."""
    return places_where(course_session_id, Place.held_until <= now, Place.held_until)


def held_places(course_session_id: int) -> Sequence[Place]:
    """Ended places whose seat is held for a replacement."""
    return places_where(course_session_id, Place.held_until.is_not(None), Place.held_until)


def places_where(
    course_session_id: int, condition: sa.ColumnElement[bool], *order: sa.SQLColumnExpression[datetime | None]
) -> Sequence[Place]:
    return db.session.scalars(
        sa.select(Place)
        .options(joinedload(Place.person), joinedload(Place.organisation))
        .where(Place.course_session_id == course_session_id, condition)
        .order_by(*order, Place.queue_no)
    ).all()


def sessions_overdue(now: datetime) -> Sequence[int]:
    """Sessions where an offer is overdue, or a hold has ended: by indexes, however many places there are."""
    is_over = sa.or_(sa.and_(Place.status == PlaceStatus.OFFERED, Place.offered_until <= now), Place.held_until <= now)
    found = sa.select(Place.course_session_id).where(is_over).distinct()
    return db.session.scalars(found.order_by(Place.course_session_id)).all()


def sessions_out_of_date(now: datetime) -> Sequence[int]:
    """Sessions where somebody waits although a seat is free, where an offer is overdue, or where a hold has ended.

    And those that nobody has started although their first day may be over, while somebody waits, asks or has an offer.
    """
    free = sa.or_(
        sa.and_(Place.mode != PlaceMode.ONLINE, CourseSession.taken_in_person < CourseSession.capacity_in_person),
        sa.and_(Place.mode != PlaceMode.IN_PERSON, CourseSession.taken_online < CourseSession.capacity_online),
    )
    due = sa.or_(
        sa.and_(Place.status == PlaceStatus.WAITING, free),
        sa.and_(Place.status == PlaceStatus.OFFERED, Place.offered_until <= now),
        Place.held_until <= now,
        sa.and_(
            Place.status.in_(LIVE - {PlaceStatus.PLACED}),
            CourseSession.status.in_((SessionStatus.OPEN, SessionStatus.CONFIRMED)),
            CourseSession.starts_on <= now.date(),
        ),
    )
    return db.session.scalars(
        sa.select(CourseSession.id)
        .join(Place, Place.course_session_id == CourseSession.id)
        .where(due)
        .distinct()
        .order_by(CourseSession.id)
    ).all()
