"""What waits for an administration in the calls that it is invited to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from trainingapp.accounts.models import Organisation, Person
from trainingapp.catalogue.models import Course
from trainingapp.core.db import Row, Rows, db
from trainingapp.enrolment.models import LIVE, Place, PlaceStatus, Terms
from trainingapp.nomination.models import Call, Invitation, Nomination, Stage
from trainingapp.nomination.rules.stages import CallMoments, stage_of
from trainingapp.scheduling.models import CourseSession, SessionStatus

AHEAD = (SessionStatus.DRAFT, SessionStatus.OPEN, SessionStatus.CONFIRMED)


@dataclass(frozen=True)
class Invited:
    """A call that an administration is invited to, and how far it has come."""

    row: Row
    stage: Stage


def invitations_of(organisation_ids: Collection[int], now: datetime) -> list[Invited]:
    """The calls for sessions ahead that those organisations are invited to, the first deadline first."""
    rows = db.session.execute(
        sa.select(
            Invitation.id.label("invitation_id"),
            Invitation.declined_at,
            Invitation.letter_id,
            sa.func.coalesce(Invitation.nominate_own, Call.nominate_each).label("nominate"),
            candidates_who_are(*LIVE).label("named"),
            candidates_who_are(PlaceStatus.PLACED).label("placed"),
            candidates_who_are(PlaceStatus.OFFERED).label("offered"),
            candidates_who_are(PlaceStatus.WAITING).label("waiting"),
            Organisation.name.label("organisation"),
            Call.opened_at,
            Call.closes_at,
            Call.proposed_at,
            Call.comments_until,
            Terms.final_at,
            CourseSession.status.label("session_status"),
            CourseSession.code,
            CourseSession.starts_on,
            CourseSession.ends_on,
            CourseSession.time_zone,
            Course.title,
        )
        .join(Call, Call.id == Invitation.call_id)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .join(CourseSession, CourseSession.id == Call.course_session_id)
        .join(Course, Course.id == CourseSession.course_id)
        .join(Terms, Terms.course_session_id == CourseSession.id)
        .where(
            Invitation.organisation_id.in_(organisation_ids),
            Call.opened_at.is_not(None),
            CourseSession.status.in_(AHEAD),
        )
        .order_by(Call.closes_at, Invitation.id)
    ).all()
    return [Invited(row, stage_at(row, now)) for row in rows]


def candidates_who_are(*statuses: PlaceStatus) -> sa.ScalarSelect[int]:
    """For a query over Invitation: how many of the candidates are in one of these states."""
    return (
        sa.select(sa.func.count())
        .select_from(Nomination)
        .join(Place, Place.id == Nomination.place_id)
        .where(Nomination.invitation_id == Invitation.id, Place.status.in_(statuses))
        .correlate(Invitation)
        .scalar_subquery()
    )


def stage_at(row: Row, now: datetime) -> Stage:
    return stage_of(
        CallMoments(
            session_status=row.session_status,
            opened_at=row.opened_at,
            closes_at=row.closes_at,
            proposed_at=row.proposed_at,
            final_at=row.final_at,
        ),
        now,
    )


def seats_in_question(organisation_ids: Collection[int]) -> Rows:
    """Places of those organisations that are held for a replacement, or offered and not answered; the first end first.

    Of sessions ahead.
    """
    until = sa.func.coalesce(Place.held_until, Place.offered_until)
    return db.session.execute(
        sa.select(
            Place.id.label("place_id"),
            Place.held_until,
            Place.offered_until,
            Place.person_id,
            Person.name,
            CourseSession.code,
            CourseSession.time_zone,
            CourseSession.starts_on,
            CourseSession.ends_on,
            Course.title,
        )
        .join(Person, Person.id == Place.person_id)
        .join(CourseSession, CourseSession.id == Place.course_session_id)
        .join(Course, Course.id == CourseSession.course_id)
        .where(
            Place.organisation_id.in_(organisation_ids),
            sa.or_(Place.held_until.is_not(None), Place.status == PlaceStatus.OFFERED),
            CourseSession.status.in_(AHEAD),
        )
        .order_by(Place.held_until.is_(None), until, Person.sort_key, Place.id)
    ).all()
