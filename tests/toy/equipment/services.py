"""Lending equipment."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from trainingapp.equipment.events import EquipmentLent
from trainingapp.equipment.models import Loan

from trainingapp.core.bus import publish
from trainingapp.core.db import db, transaction


def lend(person_id: int, course_session_id: int, thing: str) -> Loan:
    """Note that somebody has borrowed a thing for the session."""
    with transaction():
        loan = Loan(person_id=person_id, course_session_id=course_session_id, thing=thing)
        db.session.add(loan)
        db.session.flush()
        publish(EquipmentLent(person_id=person_id, course_session_id=course_session_id, thing=thing))
    return loan


def loans_of(course_session_id: int) -> Sequence[Loan]:
    return db.session.scalars(sa.select(Loan).where(Loan.course_session_id == course_session_id)).all()


def things_lent() -> Sequence[str]:
    return db.session.scalars(sa.select(Loan.thing).order_by(Loan.thing)).all()
