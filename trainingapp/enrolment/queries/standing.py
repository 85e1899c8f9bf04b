"""Where a place stands: everything that the sentence about it has to know, read together with the place.

The columns are built once: SQLAlchemy takes longer to put them together than the database to answer.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased

from trainingapp.accounts.models import Organisation, Person
from trainingapp.core.db import Select
from trainingapp.enrolment.models import HOLDABLE, LIVE, Place, PlaceHistory, PlaceMode, PlaceStatus, Quota, Step, Terms
from trainingapp.records.models import Completion
from trainingapp.scheduling.models import CourseSession, Meeting

Value = TypeVar("Value")
WAITS = Place.status == PlaceStatus.WAITING

held, held_for = aliased(Place, name="held"), aliased(Organisation, name="held_for")
successor, successor_person = aliased(Place, name="successor"), aliased(Person, name="successor_person")
predecessor, predecessor_person = aliased(Place, name="predecessor"), aliased(Person, name="predecessor_person")


def competes(other: type[Place]) -> sa.ColumnElement[bool]:
    """That the other place and this one are about a seat of the same kind of the same session."""
    return sa.and_(
        other.course_session_id == Place.course_session_id,
        sa.or_(other.mode == Place.mode, other.mode == PlaceMode.BOTH, Place.mode == PlaceMode.BOTH),
    )


@cache
def position_of() -> sa.Label[int | None]:
    """For a query over Place: how many wait before it for a seat of its kind, and itself; 1 is the first.

    None for a place that does not wait.
    """
    ahead = aliased(Place)
    before = (
        sa.select(sa.func.count())
        .where(competes(ahead), ahead.status == PlaceStatus.WAITING, ahead.queue_no <= Place.queue_no)
        .correlate(Place)
        .scalar_subquery()
    )
    return sa.case((WAITS, before), else_=None).label("position")


@cache
def next_hold() -> sa.ColumnElement[int | None]:
    """The held seat that is free first, for a place that waits."""
    seat = aliased(Place)
    first = (
        sa.select(seat.id)
        .where(competes(seat), seat.held_until.is_not(None))
        .order_by(seat.held_until, seat.id)
        .limit(1)
        .correlate(Place)
        .scalar_subquery()
    )
    return sa.case((WAITS, first), else_=None)


@cache
def next_offer() -> sa.Label[datetime | None]:
    """Until when the offer stands that ends first, for a place that waits."""
    offered = aliased(Place)
    first = (
        sa.select(sa.func.min(offered.offered_until))
        .where(competes(offered), offered.status == PlaceStatus.OFFERED)
        .correlate(Place)
        .scalar_subquery()
    )
    return sa.case((WAITS, first), else_=None).label("next_offer_until")


@cache
def ended_by() -> sa.Label[Step | None]:
    """For a query over Place: the step with which it came into its state, for one that ended before the start."""
    return sa.case((Place.status.in_(HOLDABLE), last_change(PlaceHistory.what)), else_=None).label("ended_by")


@cache
def ended_by_id() -> sa.Label[int | None]:
    """For a query over Place: who ended it, for one that ended before the start; None when the clock did."""
    return sa.case((Place.status.in_(HOLDABLE), last_change(PlaceHistory.actor_id)), else_=None).label("ended_by_id")


@cache
def left_from() -> sa.Label[PlaceStatus | None]:
    """For a query over Place: the state that it had before it ended; None while it is live.

    It tells a lapsed offer from a list that never moved, and a place given back from a request or candidacy.
    """
    return sa.case((Place.status.in_(LIVE), None), else_=last_change(PlaceHistory.old_status)).label("left_from")


def last_change(column: InstrumentedAttribute[Value]) -> sa.ScalarSelect[Value]:
    """What the history says in this column of the step with which the place came into its state."""
    return (
        sa.select(column)
        .where(
            PlaceHistory.place_id == Place.id,
            PlaceHistory.new_status == Place.status,
            PlaceHistory.old_status != Place.status,
        )
        .order_by(PlaceHistory.step.desc())
        .limit(1)
        .correlate(Place)
        .scalar_subquery()
    )


@cache
def has_completed() -> sa.Label[bool]:
    """For a query over Place: whether its holder's completion of the session is recorded."""
    return (
        sa.exists()
        .where(
            Completion.person_id == Place.person_id,
            Completion.course_session_id == Place.course_session_id,
            Completion.withdrawn_at.is_(None),
        )
        .correlate(Place)
        .label("has_completed")
    )


@cache
def first_meeting() -> sa.Label[datetime]:
    return (
        sa.select(sa.func.min(Meeting.starts_at))
        .where(Meeting.course_session_id == CourseSession.id)
        .correlate(CourseSession)
        .scalar_subquery()
        .label("first_meeting_at")
    )


def with_predecessor(statement: Select) -> Select:
    """Add to a statement over Place whose place it was before."""
    return (
        statement.add_columns(predecessor_person.name.label("predecessor"))
        .outerjoin(predecessor, predecessor.id == Place.replaces_id)
        .outerjoin(predecessor_person, predecessor_person.id == predecessor.person_id)
    )


def with_standing(statement: Select) -> Select:
    """Add to a statement over Place and CourseSession what ``texts.sentence`` needs besides ``PLACE_COLUMNS``."""
    return (
        with_predecessor(statement)
        .add_columns(
            position_of(),
            next_offer(),
            ended_by(),
            ended_by_id(),
            left_from(),
            has_completed(),
            first_meeting(),
            CourseSession.status.label("session_status"),
            CourseSession.starts_on,
            CourseSession.ends_on,
            CourseSession.enrolment_closes_at.label("closes_at"),
            CourseSession.time_zone,
            Terms.id.is_not(None).label("by_nomination"),
            Terms.offer_days,
            Terms.hold_days,
            Terms.claim_days,
            Terms.cut_off_days,
            Terms.still_days,
            Terms.final_at,
            Quota.accept.label("quota_accept"),
            Quota.taken.label("quota_taken"),
            held.held_until.label("next_hold_until"),
            held.organisation_id.label("next_hold_organisation_id"),
            held_for.name.label("next_hold_for"),
            successor.id.label("successor_id"),
            successor_person.name.label("successor"),
        )
        .outerjoin(Terms, Terms.course_session_id == Place.course_session_id)
        .outerjoin(
            Quota,
            sa.and_(Quota.course_session_id == Place.course_session_id, Quota.organisation_id == Place.organisation_id),
        )
        .outerjoin(held, held.id == next_hold())
        .outerjoin(held_for, held_for.id == held.organisation_id)
        .outerjoin(successor, successor.replaces_id == Place.id)
        .outerjoin(successor_person, successor_person.id == successor.person_id)
    )
