"""Whom to tell of a session or of what concerns an administration."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from trainingapp.accounts.models import Person, RoleGrant
from trainingapp.core.db import db
from trainingapp.core.permissions import Role
from trainingapp.enrolment.models import LIVE, Place, PlaceMode, PlaceStatus
from trainingapp.enrolment.queries import position_of
from trainingapp.scheduling.models import Meeting, SessionTrainer


def people_on(course_session_id: int, *statuses: PlaceStatus) -> list[Person]:
    """Those whose place on the session is in one of these states."""
    held = sa.select(Place.person_id).where(Place.course_session_id == course_session_id, Place.status.in_(statuses))
    return people(Person.id.in_(held))


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
    return people(Person.id.in_(seated) | Person.id.in_(leading(course_session_id)))


def trainers_of(course_session_id: int) -> list[Person]:
    return people(Person.id.in_(leading(course_session_id)))


def leading(course_session_id: int) -> sa.Select[int]:
    return sa.select(SessionTrainer.person_id).where(SessionTrainer.course_session_id == course_session_id)


def people(condition: sa.ColumnElement[bool]) -> list[Person]:
    return list(db.session.scalars(sa.select(Person).where(condition).order_by(Person.id)))


def contact_points_of(organisation_ids: Collection[int]) -> dict[int, list[Person]]:
    """The contact points of each of the organisations whose accounts are on; an empty list where there is none."""
    rows = db.session.execute(
        sa.select(RoleGrant.organisation_id, Person)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == Role.CONTACT_POINT,
            RoleGrant.organisation_id.in_(organisation_ids),
            Person.deactivated_at.is_(None),
        )
        .order_by(Person.id)
    )
    found: dict[int, list[Person]] = defaultdict(list)
    for organisation_id, person in rows:
        if organisation_id is not None:
            found[organisation_id].append(person)
    return found


def meetings_of(course_session_id: int) -> list[Meeting]:
    """The meetings with their rooms, in the order of time."""
    statement = sa.select(Meeting).where(Meeting.course_session_id == course_session_id).order_by(Meeting.starts_at)
    return list(db.session.scalars(statement.options(joinedload(Meeting.room))))
