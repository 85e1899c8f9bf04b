"""Letters to contact points about a selection: proposed, taken back, final. Each about the own candidates only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from trainingapp.accounts.queries.roles import contact_points_of
from trainingapp.core.bus import afterwards
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.enrolment.events import SelectionApplied
from trainingapp.enrolment.models import PlaceStatus, Terms
from trainingapp.enrolment.queries.terms import find_terms
from trainingapp.enrolment.rules.moving import TermsFacts
from trainingapp.mail.letters.writing import this_moment, written
from trainingapp.mail.services.writing import Draft, keep
from trainingapp.nomination.events import SelectionProposed, SelectionReopened
from trainingapp.nomination.letters.calls import about
from trainingapp.nomination.models import Call
from trainingapp.nomination.queries.loading import find_call_of_session
from trainingapp.nomination.queries.telling import candidates_by_invitation, invitations_of

DECIDED = {PlaceStatus.OFFERED, PlaceStatus.PLACED, PlaceStatus.WAITING, PlaceStatus.DECLINED}


@afterwards(SelectionProposed)
def ask_for_comments(event: SelectionProposed) -> None:
    call = db.session.get_one(Call, event.call_id)
    reason = f"selection-proposed:{this_moment()}"
    tell_those_with_candidates("selection_proposed", call, reason, until=event.until_at)


@afterwards(SelectionReopened)
def tell_of_taken_back_proposal(event: SelectionReopened) -> None:
    call = db.session.get_one(Call, event.call_id)
    tell_those_with_candidates("selection_reopened", call, f"selection-reopened:{this_moment()}")


@afterwards(SelectionApplied)
def tell_of_final_selection(event: SelectionApplied) -> None:
    """One letter for all candidates of an administration, however many there are."""
    call, terms = find_call_of_session(event.course_session_id), find_terms(event.course_session_id)
    if call is not None and terms is not None:
        cut_off = replaceable_until(terms)
        tell_those_with_candidates("selection_final", call, "selection-final", cut_off=cut_off)


def replaceable_until(terms: Terms) -> datetime | None:
    """Until when colleagues can be named; None when it is too late already."""
    cut_off = TermsFacts.of(terms).cut_off
    return cut_off if cut_off > utc_now() else None


def tell_those_with_candidates(kind: str, call: Call, reason: str, **facts: Any) -> None:
    """To the contact points of each administration that has candidates, about its own candidates only."""
    candidates = {
        invitation_id: [row._asdict() for row in rows if row.status in DECIDED | {PlaceStatus.NOMINATED}]
        for invitation_id, rows in candidates_by_invitation(call.id).items()
    }
    invitations = [one for one in invitations_of(call.id) if candidates.get(one.id)]
    people = contact_points_of([invitation.organisation_id for invitation in invitations])
    drafts: list[Draft] = []
    for invitation in invitations:
        values = {**about(invitation), **facts, "candidates": candidates[invitation.id]}
        drafts += written(kind, people[invitation.organisation_id], f"{reason}:{invitation.id}", **values)
    keep(drafts, now=utc_now())
