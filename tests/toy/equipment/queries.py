"""Reads about equipment."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from trainingapp.equipment.models import Loan

from trainingapp.core.db import db


def loans_of(course_session_id: int) -> Sequence[Loan]:
    return db.session.scalars(sa.select(Loan).where(Loan.course_session_id == course_session_id)).all()


def things_lent() -> Sequence[str]:
    return db.session.scalars(sa.select(Loan.thing).order_by(Loan.thing)).all()
