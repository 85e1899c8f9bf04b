"""Reads about who leads sessions, and who could."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from trainingapp.accounts.models import Person, RoleGrant, binds_to_centres
from trainingapp.core.db import Rows, db
from trainingapp.core.permissions import Role
from trainingapp.scheduling.models import CourseSession, SessionTrainer


def trainers_by_session(session_ids: Iterable[int], people: Iterable[int]) -> dict[int, dict[int, str]]:
    """For each of the sessions, which of these people lead it, with their names."""
    found: dict[int, dict[int, str]] = {}
    statement = (
        sa.select(SessionTrainer.course_session_id, Person)
        .join(Person, Person.id == SessionTrainer.person_id)
        .where(SessionTrainer.course_session_id.in_(list(session_ids)), Person.id.in_(list(people)))
    )
    for session_id, person in db.session.execute(statement):
        found.setdefault(session_id, {})[person.id] = person.name.full
    return found


@binds_to_centres
def leads_a_session(centres: Collection[int]) -> sa.ColumnElement[bool]:
    """Leads a session of one of the centres."""
    of_centre = sa.and_(CourseSession.id == SessionTrainer.course_session_id, CourseSession.centre_id.in_(centres))
    return sa.exists().where(SessionTrainer.person_id == Person.id, of_centre)


def trainers_of(course_session_id: int) -> list[Person]:
    """Those who lead the session."""
    return list(db.session.scalars(sa.select(Person).where(leads(course_session_id)).order_by(Person.id)))


def leads(course_session_id: int) -> sa.ColumnElement[bool]:
    """The condition that a person leads the session."""
    led = sa.select(SessionTrainer.person_id).where(SessionTrainer.course_session_id == course_session_id)
    return Person.id.in_(led)


def trainer_candidates(session_id: int) -> Rows:
    """Everybody with the trainer's role who does not lead the session yet: id, family name, given name."""
    leading = sa.select(SessionTrainer.person_id).where(SessionTrainer.course_session_id == session_id)
    trainers = sa.select(RoleGrant.person_id).where(RoleGrant.role == Role.TRAINER)
    statement = (
        sa.select(Person.id, Person.name)
        .where(Person.deactivated_at.is_(None), Person.id.in_(trainers), Person.id.not_in(leading))
        .order_by(Person.sort_key, Person.id)
    )
    return db.session.execute(statement).all()
