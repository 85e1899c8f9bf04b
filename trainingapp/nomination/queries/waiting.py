"""What waits of calls, selections and offers. ``within`` limits it to the sessions that the coordinator keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from trainingapp.core.db import Rows, Select, db
from trainingapp.enrolment.models import Place, PlaceStatus, Terms, Vacancy
from trainingapp.nomination.models import Call, Nomination
from trainingapp.nomination.queries.calls import answered_count, invited_count
from trainingapp.scheduling.models import CourseSession, SessionStatus
from trainingapp.scheduling.queries.sessions import session_rows

Condition = sa.ColumnElement[bool]
CLOSING = timedelta(days=7)
LAPSING = timedelta(days=2)
AHEAD = (SessionStatus.OPEN, SessionStatus.CONFIRMED)
NOBODY = (Vacancy.NOBODY_CAN, Vacancy.NOBODY_WAITS, Vacancy.TOO_CLOSE)


@dataclass(frozen=True)
class Waiting:
    """Sessions that wait for something of a call."""

    selections: Rows
    closing: Rows
    lapsing: Rows
    held: Rows
    vacant: Rows


def waiting(within: Condition, now: datetime) -> Waiting:
    """All of it, in one query for each list."""
    return Waiting(
        selections=selections_due(within, now),
        closing=calls_closing(within, now),
        lapsing=offers_lapsing(within, now),
        held=held_places(within),
        vacant=vacant_sessions(within),
    )


def open_calls(within: Condition) -> Select:
    """Calls that have been opened and whose selection is not final."""
    return (
        session_rows()
        .add_columns(Call.id.label("call_id"), Call.closes_at, Call.proposed_at, Call.comments_until)
        .join(Call, Call.course_session_id == CourseSession.id)
        .join(Terms, Terms.course_session_id == CourseSession.id)
        .where(within, CourseSession.status.in_(AHEAD), Call.opened_at.is_not(None), Terms.final_at.is_(None))
    )


def calls_closing(within: Condition, now: datetime) -> Rows:
    """Calls whose deadline is in the next seven days, with how many of those ``invited`` have ``answered``."""
    near = Call.closes_at.between(now, now + CLOSING)
    counted = open_calls(within).add_columns(invited_count(), answered_count())
    return db.session.execute(
        counted.where(near, Call.proposed_at.is_(None)).order_by(Call.closes_at, CourseSession.code)
    ).all()


def selections_due(within: Condition, now: datetime) -> Rows:
    """Calls to select for: the deadline has passed, or the time for comments on what was proposed."""
    due = sa.func.coalesce(Call.comments_until, Call.closes_at)
    return db.session.execute(
        open_calls(within)
        .add_columns(candidates().label("candidates"))
        .where(sa.or_(sa.and_(Call.proposed_at.is_(None), Call.closes_at <= now), Call.comments_until <= now))
        .order_by(due, CourseSession.code)
    ).all()


def candidates() -> sa.ScalarSelect[int]:
    """For a query over Call: how many people are nominated and not decided on."""
    return (
        sa.select(sa.func.count())
        .select_from(Nomination)
        .join(Place, Place.id == Nomination.place_id)
        .where(Place.course_session_id == CourseSession.id, Place.status == PlaceStatus.NOMINATED)
        .correlate(CourseSession)
        .scalar_subquery()
    )


def offers_lapsing(within: Condition, now: datetime) -> Rows:
    """Sessions with offers that lapse in the next two days: how many, and when the first does."""
    near = sa.and_(Place.status == PlaceStatus.OFFERED, Place.offered_until <= now + LAPSING)
    return counted(within, near, Place.offered_until)


def held_places(within: Condition) -> Rows:
    """Sessions with places that are held for a replacement: how many, and until when the first is."""
    return counted(within, Place.held_until.is_not(None), Place.held_until)


def counted(within: Condition, condition: Condition, until: InstrumentedAttribute[datetime | None]) -> Rows:
    """Sessions with places of that kind: their ``number``, and the ``first_at`` of their deadlines."""
    found = (
        sa.select(Place.course_session_id, sa.func.count().label("number"), sa.func.min(until).label("first_at"))
        .where(condition)
        .group_by(Place.course_session_id)
        .subquery()
    )
    return db.session.execute(
        session_rows()
        .add_columns(found.c.number, found.c.first_at)
        .join(found, found.c.course_session_id == CourseSession.id)
        .where(within, CourseSession.status.in_(AHEAD))
        .order_by(found.c.first_at, CourseSession.code)
    ).all()


def vacant_sessions(within: Condition) -> Rows:
    """Sessions with free seats that go to nobody by themselves, with the reasons that were stored."""
    columns = (
        (CourseSession.capacity_in_person - CourseSession.taken_in_person).label("free_in_person"),
        (CourseSession.capacity_online - CourseSession.taken_online).label("free_online"),
        Terms.vacancy_in_person,
        Terms.vacancy_online,
    )
    nobody = sa.or_(Terms.vacancy_in_person.in_(NOBODY), Terms.vacancy_online.in_(NOBODY))
    return db.session.execute(
        session_rows()
        .add_columns(*columns)
        .join(Terms, Terms.course_session_id == CourseSession.id)
        .where(within, CourseSession.status.in_(AHEAD), Terms.final_at.is_not(None), nobody)
        .order_by(CourseSession.starts_on, CourseSession.code)
    ).all()
