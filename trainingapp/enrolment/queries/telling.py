"""Whom letters about a session go to, and what they say of a place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from trainingapp.accounts.models import Person
from trainingapp.core.db import db
from trainingapp.enrolment.models import LIVE, Place, PlaceHistory, PlaceMode, PlaceStatus, Step
from trainingapp.enrolment.queries.standing import position_of
from trainingapp.scheduling.queries.trainers import leads


def people_on(course_session_id: int, *statuses: PlaceStatus) -> list[Person]:
    """Those whose place on the session is in one of these states."""
    held = sa.select(Place.person_id).where(Place.course_session_id == course_session_id, Place.status.in_(statuses))
    return everybody(Person.id.in_(held))


def waiting_number(place_id: int) -> int | None:
    """The number on the list of a place that waits."""
    return db.session.execute(sa.select(position_of()).where(Place.id == place_id)).scalar_one()


def offers_of(course_session_id: int) -> list[Place]:
    """The places of the session that are offered and not answered yet, with the people."""
    offered = sa.and_(Place.course_session_id == course_session_id, Place.status == PlaceStatus.OFFERED)
    statement = sa.select(Place).options(joinedload(Place.person)).where(offered).order_by(Place.id)
    return list(db.session.scalars(statement))


def modes_on(course_session_id: int) -> dict[int, PlaceMode]:
    """How each of those with a place on the session, or a hope of one, takes part: by the id of the person."""
    live = sa.and_(Place.course_session_id == course_session_id, Place.status.in_(LIVE))
    rows = db.session.execute(sa.select(Place.person_id, Place.mode).where(live))
    return {row.person_id: row.mode for row in rows}


def seated_and_trainers(course_session_id: int) -> list[Person]:
    """Those with a seat on a session, and those who lead it."""
    seated = sa.select(Place.person_id).where(
        Place.course_session_id == course_session_id, Place.status == PlaceStatus.PLACED
    )
    return everybody(Person.id.in_(seated) | leads(course_session_id))


def everybody(condition: sa.ColumnElement[bool]) -> list[Person]:
    return list(db.session.scalars(sa.select(Person).where(condition).order_by(Person.id)))


def step_of(place_id: int, *steps: Step) -> PlaceHistory | None:
    """The latest of these steps in the history of a place."""
    taken = sa.and_(PlaceHistory.place_id == place_id, PlaceHistory.what.in_(steps))
    return db.session.scalars(
        sa.select(PlaceHistory).where(taken).order_by(PlaceHistory.step.desc()).limit(1)
    ).one_or_none()


def offers_to_remind(now: datetime, near: datetime) -> Sequence[Place]:
    """Offers that nobody has answered and that lapse before ``near``."""
    return db.session.scalars(
        sa.select(Place)
        .options(joinedload(Place.person), joinedload(Place.course_session))
        .where(Place.status == PlaceStatus.OFFERED, Place.offered_until > now, Place.offered_until <= near)
        .order_by(Place.person_id)
    ).all()
