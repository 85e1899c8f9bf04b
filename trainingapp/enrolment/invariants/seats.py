"""That seats and quotas are counted right, and given once."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from trainingapp.accounts.models import Organisation
from trainingapp.core.db import Select
from trainingapp.core.health import text
from trainingapp.enrolment.invariants.common import HAS_SEAT
from trainingapp.enrolment.models import (
    LIVE,
    Place,
    PlaceMode,
    Quota,
    Terms,
)
from trainingapp.scheduling.models import CourseSession


def double_places(_now: datetime) -> Select:
    return (
        sa.select(CourseSession.code + ": person " + text(Place.person_id))
        .select_from(Place)
        .join(CourseSession)
        .where(Place.status.in_(LIVE))
        .group_by(CourseSession.code, Place.person_id)
        .having(sa.func.count() > 1)
        .order_by(CourseSession.code, Place.person_id)
    )


def miscounted_seats(_now: datetime) -> Select:
    """Sessions whose counters say something else than their places; counted at once, not for each session."""

    def seats(kind: PlaceMode) -> sa.Label[int]:
        return sa.func.sum(sa.case((Place.mode.in_((kind, PlaceMode.BOTH)), 1), else_=0)).label(kind.value)

    counted = (
        sa.select(Place.course_session_id, seats(PlaceMode.IN_PERSON), seats(PlaceMode.ONLINE))
        .where(HAS_SEAT)
        .group_by(Place.course_session_id)
        .subquery()
    )
    taken = sa.func.coalesce
    return (
        sa.select(CourseSession.code)
        .outerjoin(counted, counted.c.course_session_id == CourseSession.id)
        .where(
            sa.or_(
                CourseSession.taken_in_person != taken(counted.c.in_person, 0),
                CourseSession.taken_online != taken(counted.c.online, 0),
            )
        )
        .order_by(CourseSession.code)
    )


def occupied_by_administration() -> sa.Subquery:
    return (
        sa.select(Place.course_session_id, Place.organisation_id, sa.func.count().label("seats"))
        .where(HAS_SEAT)
        .group_by(Place.course_session_id, Place.organisation_id)
        .subquery()
    )


def miscounted_quotas(_now: datetime) -> Select:
    counted = occupied_by_administration()
    return (
        sa.select(CourseSession.code + " " + Organisation.code)
        .select_from(Quota)
        .join(CourseSession, CourseSession.id == Quota.course_session_id)
        .join(Organisation, Organisation.id == Quota.organisation_id)
        .outerjoin(
            counted,
            sa.and_(
                counted.c.course_session_id == Quota.course_session_id,
                counted.c.organisation_id == Quota.organisation_id,
            ),
        )
        .where(sa.or_(Quota.taken != sa.func.coalesce(counted.c.seats, 0), Quota.taken > Quota.accept))
        .order_by(CourseSession.code, Organisation.code)
    )


def seats_without_quota(_now: datetime) -> Select:
    counted = occupied_by_administration()
    return (
        sa.select(CourseSession.code + " " + Organisation.code)
        .select_from(counted)
        .join(CourseSession, CourseSession.id == counted.c.course_session_id)
        .join(Organisation, Organisation.id == counted.c.organisation_id)
        .join(Terms, Terms.course_session_id == counted.c.course_session_id)
        .outerjoin(
            Quota,
            sa.and_(
                Quota.course_session_id == counted.c.course_session_id,
                Quota.organisation_id == counted.c.organisation_id,
            ),
        )
        .where(Quota.id.is_(None))
        .order_by(CourseSession.code, Organisation.code)
    )
