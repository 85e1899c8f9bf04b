"""That the history of every place is whole, and tells how it came to be what it is."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from trainingapp.core.db import Select
from trainingapp.core.health import text
from trainingapp.enrolment.invariants.common import THE_PLACE, in_sessions
from trainingapp.enrolment.models import (
    Place,
    PlaceHistory,
    Step,
)
from trainingapp.enrolment.rules.joining import FOLLOWS
from trainingapp.scheduling.models import CourseSession


def lost_steps(_now: datetime) -> Select:
    """Places whose history has not as many steps as they counted, or skips one."""
    told = (
        sa.select(PlaceHistory.place_id, sa.func.count().label("steps"), sa.func.max(PlaceHistory.step).label("last"))
        .group_by(PlaceHistory.place_id)
        .subquery()
    )
    count, last = sa.func.coalesce(told.c.steps, 0), sa.func.coalesce(told.c.last, 0)
    return (
        in_sessions()
        .outerjoin(told, told.c.place_id == Place.id)
        .where(sa.or_(Place.steps != count, Place.steps != last, Place.steps == 0))
    )


def told_steps() -> sa.Subquery:
    """The steps with the status in which the step before ended."""
    return sa.select(
        PlaceHistory.place_id,
        PlaceHistory.step,
        PlaceHistory.old_status,
        PlaceHistory.new_status,
        sa.func.lag(PlaceHistory.new_status)
        .over(partition_by=PlaceHistory.place_id, order_by=PlaceHistory.step)
        .label("before"),
    ).subquery()


def broken_steps(_now: datetime) -> Select:
    """Steps that begin elsewhere than the one before ended, or lead where none may lead."""
    told = told_steps()
    is_allowed = sa.or_(
        *(
            sa.and_(told.c.old_status == old if old else told.c.old_status.is_(None), told.c.new_status.in_(follows))
            for old, follows in FOLLOWS.items()
        )
    )
    stays = told.c.old_status == told.c.new_status
    return (
        in_sessions(THE_PLACE + ", step " + text(told.c.step))
        .join(told, told.c.place_id == Place.id)
        .where(
            sa.or_(
                told.c.before.is_distinct_from(told.c.old_status),
                sa.not_(sa.func.coalesce(sa.or_(stays, is_allowed), sa.false())),
            )
        )
    )


def untold_states(_now: datetime) -> Select:
    """Places that are in another state than their last step says."""
    last = aliased(PlaceHistory)
    return (
        in_sessions()
        .join(last, sa.and_(last.place_id == Place.id, last.step == Place.steps))
        .where(sa.or_(last.new_status != Place.status, last.mode != Place.mode))
    )


def renumbered_lines(_now: datetime) -> Select:
    """Places whose number is not in the order in which the numbers were given.

    A number is given in the first step, and anew when somebody is put on the reserve list. Steps are written under the
    lock of the session, so the order of their rows is the order of the numbers.
    """
    given = (
        sa.select(PlaceHistory.place_id, sa.func.max(PlaceHistory.id).label("given"))
        .where(sa.or_(PlaceHistory.step == 1, PlaceHistory.what == Step.RESERVED))
        .group_by(PlaceHistory.place_id)
        .subquery()
    )
    line = (
        sa.select(
            Place.id,
            Place.queue_no,
            sa.func.lag(Place.queue_no)
            .over(partition_by=Place.course_session_id, order_by=given.c.given)
            .label("before"),
        )
        .join(given, given.c.place_id == Place.id)
        .subquery()
    )
    return (
        in_sessions()
        .join(line, line.c.id == Place.id)
        .where(sa.or_(line.c.before >= line.c.queue_no, Place.queue_no > CourseSession.last_queue_no))
    )
