"""What must never be false of calls and candidates: decision record 8, as questions to the database."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from trainingapp.accounts.models import Organisation
from trainingapp.core.db import Select
from trainingapp.core.health import Invariant, text
from trainingapp.enrolment.models import Place, PlaceStatus, Quota, Terms, Way
from trainingapp.nomination.models import Call, Invitation, Nomination
from trainingapp.scheduling.models import CourseSession

THE_CANDIDATE = CourseSession.code + ": place " + text(Place.id)
BY_HAND = "Somebody wrote into the database by hand. Compare the nomination and place tables, and the audit log."


def candidates() -> Select:
    return (
        sa.select(THE_CANDIDATE)
        .select_from(Place)
        .join(CourseSession, CourseSession.id == Place.course_session_id)
        .outerjoin(Nomination, Nomination.place_id == Place.id)
        .order_by(CourseSession.code, Place.id)
    )


def strayed_candidates(_now: datetime) -> Select:
    """Nominations to the call of another session, or by another administration than the place counts for."""
    return (
        candidates()
        .join(Invitation, Invitation.id == Nomination.invitation_id)
        .join(Call, Call.id == Invitation.call_id)
        .where(
            sa.or_(
                Call.course_session_id != Place.course_session_id,
                Invitation.organisation_id != Place.organisation_id,
            )
        )
    )


def unranked_candidates(_now: datetime) -> Select:
    """Who was nominated for a call, but stands on nobody's list."""
    return (
        candidates()
        .join(Call, Call.course_session_id == Place.course_session_id)
        .where(Place.way == Way.NOMINATION, Nomination.id.is_(None))
    )


def undecided_candidates(_now: datetime) -> Select:
    return (
        candidates()
        .join(Terms, Terms.course_session_id == Place.course_session_id)
        .where(Terms.final_at.is_not(None), Place.status == PlaceStatus.NOMINATED)
    )


def uncounted_invitations(_now: datetime) -> Select:
    """Administrations invited to an open call that could never get a seat: there is no quota."""
    return (
        sa.select(CourseSession.code + " " + Organisation.code)
        .select_from(Invitation)
        .join(Call, Call.id == Invitation.call_id)
        .join(CourseSession, CourseSession.id == Call.course_session_id)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .outerjoin(
            Quota,
            sa.and_(
                Quota.course_session_id == Call.course_session_id,
                Quota.organisation_id == Invitation.organisation_id,
            ),
        )
        .where(Call.opened_at.is_not(None), Quota.id.is_(None))
        .order_by(CourseSession.code, Organisation.code)
    )


INVARIANTS = (
    Invariant(
        name="candidates",
        holds="Every candidate belongs to the call and the administration of the place.",
        broken="Candidates of another call or administration than their place",
        hint=BY_HAND,
        breaches=strayed_candidates,
    ),
    Invariant(
        name="candidates.listed",
        holds="Every nominated officer is on the list of an administration.",
        broken="Nominated officers who are on no list",
        hint=BY_HAND,
        breaches=unranked_candidates,
    ),
    Invariant(
        name="candidates.decided",
        holds="Where the selection is final, every candidate is decided on.",
        broken="Candidates left undecided by a final selection",
        hint=BY_HAND,
        breaches=undecided_candidates,
    ),
    Invariant(
        name="invitations",
        holds="Every administration that is invited to an open call has a quota.",
        broken="Administrations invited to an open call, but without a quota",
        hint="Set the number of places of the administration on the page of the call.",
        breaches=uncounted_invitations,
    ),
)
