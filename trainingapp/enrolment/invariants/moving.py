"""That seats move on: to whoever is next, when time is over, and with the reason where they do not."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased

from trainingapp.core.db import Select
from trainingapp.enrolment.invariants.common import ENDED, PATIENCE, in_sessions
from trainingapp.enrolment.models import (
    LIVE,
    SEATED,
    Place,
    PlaceHistory,
    PlaceMode,
    PlaceStatus,
    Step,
    Terms,
    Vacancy,
)
from trainingapp.scheduling.models import CourseSession, Meeting, SessionStatus


def unexplained_vacancies(_now: datetime) -> Select:
    """Sessions by nomination where a free seat has no stored reason, or a taken one has."""

    def disagrees(
        free: sa.ColumnElement[int], vacancy: InstrumentedAttribute[Vacancy | None]
    ) -> sa.ColumnElement[bool]:
        return sa.or_(sa.and_(free > 0, vacancy.is_(None)), sa.and_(free <= 0, vacancy.is_not(None)))

    return (
        sa.select(CourseSession.code)
        .join(Terms, Terms.course_session_id == CourseSession.id)
        .where(
            sa.or_(
                disagrees(CourseSession.capacity_in_person - CourseSession.taken_in_person, Terms.vacancy_in_person),
                disagrees(CourseSession.capacity_online - CourseSession.taken_online, Terms.vacancy_online),
            )
        )
        .order_by(CourseSession.code)
    )


def overlooked(now: datetime) -> Select:
    """Who waits without a reason while a seat is free, where people enrol themselves."""
    free_in_person = CourseSession.capacity_in_person > CourseSession.taken_in_person
    free_online = CourseSession.capacity_online > CourseSession.taken_online
    return (
        in_sessions()
        .outerjoin(Terms, Terms.course_session_id == CourseSession.id)
        .where(
            Terms.id.is_(None),
            CourseSession.status.in_((SessionStatus.OPEN, SessionStatus.CONFIRMED)),
            CourseSession.starts_on > (now + timedelta(days=1)).date(),
            Place.status == PlaceStatus.WAITING,
            Place.passed_over.is_(None),
            Place.changed_at < now - PATIENCE,
            sa.or_(
                sa.and_(Place.mode == PlaceMode.IN_PERSON, free_in_person),
                sa.and_(Place.mode == PlaceMode.ONLINE, free_online),
                sa.and_(Place.mode == PlaceMode.BOTH, free_in_person, free_online),
            ),
        )
    )


def false_replacements(_now: datetime) -> Select:
    """Replacements in another session or administration, or of somebody whose seat was not given up for it."""
    replaced, step = aliased(Place), aliased(PlaceHistory)
    gave_up = sa.exists().where(step.place_id == replaced.id, step.what == Step.REPLACED)
    return (
        in_sessions()
        .join(replaced, replaced.id == Place.replaces_id)
        .where(
            sa.or_(
                replaced.course_session_id != Place.course_session_id,
                replaced.organisation_id != Place.organisation_id,
                replaced.status.in_(SEATED),
                replaced.held_until.is_not(None),
                sa.not_(gave_up),
            )
        )
    )


def outlived_offers(_now: datetime) -> Select:
    """Offers whose deadline comes after the session begins."""
    begins = (
        sa.select(sa.func.min(Meeting.starts_at))
        .where(Meeting.course_session_id == Place.course_session_id)
        .correlate(Place)
        .scalar_subquery()
    )
    return in_sessions().where(Place.status == PlaceStatus.OFFERED, Place.offered_until > begins)


def overdue(now: datetime) -> Select:
    """Offers and seats kept for a replacement whose time was over half an hour ago."""
    late = now - PATIENCE
    return in_sessions().where(
        sa.or_(sa.and_(Place.status == PlaceStatus.OFFERED, Place.offered_until < late), Place.held_until < late)
    )


def undecided_after_the_start(_now: datetime) -> Select:
    """Who waits, asks or has an offer in a session that has begun, or has a live place in a cancelled one."""
    undecided = [status for status in LIVE if status is not PlaceStatus.PLACED]
    return in_sessions().where(
        sa.or_(
            sa.and_(CourseSession.status.in_(ENDED), Place.status.in_(undecided)),
            sa.and_(CourseSession.status == SessionStatus.CANCELLED, Place.status.in_(LIVE)),
        )
    )
