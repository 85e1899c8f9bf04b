"""What the invariants of places share: how a place is named, and what to do about a fault."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from trainingapp.core.db import Select
from trainingapp.core.health import text
from trainingapp.enrolment.models import (
    SEATED,
    Place,
)
from trainingapp.scheduling.models import CourseSession, SessionStatus

PATIENCE = timedelta(minutes=30)  # the clock ends what is over every minute, and moves lists on every five
BY_HAND = "Somebody wrote into the database by hand. Compare the place and place_history tables, and the audit log."
CLOCK = "Is `flask worker` running? `python3 manage.py run` starts it beside the server."
ENDED = (SessionStatus.RUNNING, SessionStatus.FINISHED)

THE_PLACE = CourseSession.code + ": place " + text(Place.id)
HAS_SEAT = sa.or_(Place.status.in_(SEATED), Place.held_until.is_not(None))


def in_sessions(name: sa.ColumnElement[str] = THE_PLACE) -> Select:
    """Places by their session's code."""
    return sa.select(name).select_from(Place).join(CourseSession).order_by(CourseSession.code, Place.id)
