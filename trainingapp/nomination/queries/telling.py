"""What letters say of calls and candidates, and which administrations are to be reminded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from trainingapp.accounts.models import Person
from trainingapp.core.db import Row, Select, db
from trainingapp.enrolment.models import LIVE, Place, PlaceStatus
from trainingapp.enrolment.queries.standing import position_of
from trainingapp.nomination.models import Call, Invitation, Nomination
from trainingapp.scheduling.models import CourseSession, SessionStatus


def invitations_of(call_id: int) -> list[Invitation]:
    """The administrations invited to the call."""
    statement = sa.select(Invitation).where(Invitation.call_id == call_id).order_by(Invitation.id)
    loaded = statement.options(joinedload(Invitation.organisation), joinedload(Invitation.call))
    return list(db.session.scalars(loaded))


def candidates_by_invitation(call_id: int) -> dict[int, list[Row]]:
    """The candidates that each administration named, in the order of its ranking, with what became of each."""
    rows = db.session.execute(
        sa.select(
            Nomination.invitation_id,
            Nomination.proposal,
            Nomination.reserve_rank,
            Nomination.proposal_reason,
            Place.status,
            Place.offered_until,
            Place.reason,
            sa.case((Place.status == PlaceStatus.WAITING, position_of())).label("position"),
            Person.name,
        )
        .select_from(Nomination)
        .join(Place, Place.id == Nomination.place_id)
        .join(Person, Person.id == Place.person_id)
        .join(Invitation, Invitation.id == Nomination.invitation_id)
        .where(Invitation.call_id == call_id)
        .order_by(Nomination.invitation_id, Nomination.rank, Nomination.id)
    )
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.invitation_id].append(row)
    return found


def invitations_to_remind(now: datetime) -> Sequence[Invitation]:
    """Invitations to open calls without an answer: neither a candidate nor the word that there is nobody."""
    return db.session.scalars(unanswered(now)).all()


def unanswered_by(organisation_id: int, now: datetime) -> Sequence[Invitation]:
    """Those of one administration, the first deadline first."""
    mine = unanswered(now).where(Invitation.organisation_id == organisation_id)
    return db.session.scalars(mine.order_by(None).order_by(Call.closes_at, Invitation.id)).all()


def unanswered(now: datetime) -> Select:
    answered = (
        sa.select(Nomination.id)
        .join(Place, Place.id == Nomination.place_id)
        .where(Nomination.invitation_id == Invitation.id, Place.status.in_(LIVE))
        .exists()
    )
    is_open = sa.and_(
        Call.opened_at.is_not(None),
        Call.proposed_at.is_(None),
        Call.closes_at > now,
        CourseSession.status != SessionStatus.CANCELLED,
    )
    loaded = contains_eager(Invitation.call).contains_eager(Call.course_session)
    return (
        sa.select(Invitation)
        .join(Invitation.call)
        .join(Call.course_session)
        .options(loaded, joinedload(Invitation.organisation))
        .where(is_open, Invitation.declined_at.is_(None), ~answered)
        .order_by(Invitation.id)
    )
