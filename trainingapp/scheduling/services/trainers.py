"""Trainers: who leads a session."""

from __future__ import annotations

import sqlalchemy as sa

from trainingapp.accounts.models import Person
from trainingapp.core.bus import publish
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import DomainError, refuse_if
from trainingapp.core.i18n import _l
from trainingapp.core.permissions import Role
from trainingapp.scheduling.events import TrainerAssigned, TrainerReleased
from trainingapp.scheduling.models import CourseSession, SessionTrainer
from trainingapp.scheduling.rules.clashes import Slot, trainer_problems
from trainingapp.scheduling.services.locking import booked_around, locked_session


def assign_trainer(session_id: int, person_id: int) -> CourseSession:
    """Let the person lead the session; nothing happens when he or she does so already.

    Raises DomainError for somebody who is no trainer, or who leads something else at one of its times.
    """
    with transaction():
        course_session = locked_session(session_id)
        person = hold_trainer(person_id)
        if person_id in course_session.trainer_ids:
            return course_session
        check_free(course_session, person)
        db.session.add(SessionTrainer(course_session_id=session_id, person_id=person_id))
        db.session.flush()
        db.session.expire(course_session, ["trainers"])
        publish(TrainerAssigned(course_session_id=session_id, person_id=person_id))
    return course_session


def release_trainer(session_id: int, person_id: int) -> CourseSession:
    """Let the person lead the session no more; nothing happens when he or she does not."""
    with transaction():
        course_session = locked_session(session_id)
        if person_id not in course_session.trainer_ids:
            return course_session
        db.session.execute(
            sa.delete(SessionTrainer).where(
                SessionTrainer.course_session_id == session_id, SessionTrainer.person_id == person_id
            )
        )
        db.session.expire(course_session, ["trainers"])
        publish(TrainerReleased(course_session_id=session_id, person_id=person_id))
    return course_session


def hold_trainer(person_id: int) -> Person:
    """The person, locked. Raises DomainError (field ``person_id``) for somebody who cannot lead anything."""
    if db.session.get(Person, person_id) is None:
        raise DomainError(_l("There is no such person."), "person_id")
    person = locked(Person, person_id)
    if Role.TRAINER not in person.roles:
        raise DomainError(_l("%(name)s does not have the role of a trainer.", name=person.name), "person_id")
    if not person.is_active:
        raise DomainError(_l("The account of %(name)s is switched off.", name=person.name), "person_id")
    return person


def check_free(course_session: CourseSession, person: Person) -> None:
    """Raise DomainError when the person leads another session at one of this session's times."""
    own = [Slot(starts_at=meeting.starts_at, ends_at=meeting.ends_at) for meeting in course_session.meetings]
    booked = booked_around(own, course_session.id, rooms=[], trainers=[person.id])
    others = [booking for booking in booked if booking.session_id != course_session.id]
    refuse_if(trainer_problems(person.id, person.name.full, own, others))
