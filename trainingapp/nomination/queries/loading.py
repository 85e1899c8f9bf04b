"""Calls, invitations and nominations one by one, and where a call stands."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from trainingapp.core.db import db
from trainingapp.nomination.models import Call, Invitation, Nomination, Stage
from trainingapp.nomination.rules.stages import CallMoments, stage_of


def find_call(call_id: int) -> Call | None:
    """The call with its session and terms."""
    return db.session.get(Call, call_id, options=(joinedload(Call.course_session), joinedload(Call.terms)))


def find_call_of_session(course_session_id: int) -> Call | None:
    return db.session.scalars(sa.select(Call).where(Call.course_session_id == course_session_id)).one_or_none()


def find_invitation(invitation_id: int) -> Invitation | None:
    """The invitation, once its call has been opened: before that nobody was invited."""
    found = db.session.get(Invitation, invitation_id)
    return found if found is not None and found.call.opened_at is not None else None


def find_invitation_of(call_id: int, organisation_id: int) -> Invitation | None:
    return db.session.scalars(
        sa.select(Invitation).where(Invitation.call_id == call_id, Invitation.organisation_id == organisation_id)
    ).one_or_none()


def find_nomination(nomination_id: int) -> Nomination | None:
    return db.session.get(Nomination, nomination_id)


def find_nomination_of(place_id: int) -> Nomination | None:
    """The nomination by which somebody came to the place; None where there was none."""
    return db.session.scalars(
        sa.select(Nomination).options(joinedload(Nomination.invitation)).where(Nomination.place_id == place_id)
    ).one_or_none()


def stage_at(call: Call, now: datetime) -> Stage:
    """Where the call stands."""
    return stage_of(
        CallMoments(
            session_status=call.course_session.status,
            opened_at=call.opened_at,
            closes_at=call.closes_at,
            proposed_at=call.proposed_at,
            final_at=call.terms.final_at,
        ),
        now,
    )
