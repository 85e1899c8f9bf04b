"""Lending equipment."""

from __future__ import annotations

import sqlalchemy as sa
from trainingapp.equipment.events import EquipmentLent
from trainingapp.equipment.models import Loan
from trainingapp.equipment.queries import loans_of
from trainingapp.equipment.rules import check_loan

from trainingapp.core.bus import publish
from trainingapp.core.db import db, locked, transaction
from trainingapp.scheduling.models import CourseSession


def lend(person_id: int, course_session_id: int, thing: str) -> Loan:
    """Note that somebody has borrowed a thing for the session. Raises DomainError for one that he or she has."""
    with transaction():
        locked(CourseSession, course_session_id)
        check_loan(thing, {loan.thing for loan in loans_of(course_session_id) if loan.person_id == person_id})
        loan = Loan(person_id=person_id, course_session_id=course_session_id, thing=thing)
        db.session.add(loan)
        db.session.flush()
        publish(EquipmentLent(person_id=person_id, course_session_id=course_session_id, thing=thing))
    return loan


def take_back(course_session_id: int) -> None:
    """Note that everything has come back."""
    with transaction():
        db.session.execute(sa.delete(Loan).where(Loan.course_session_id == course_session_id))
