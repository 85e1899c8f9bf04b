"""Letters to contact points about calls: asked, changed, proposed, final. Each about the own administration only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from trainingapp.accounts.models import Organisation, Person
from trainingapp.core.bus import on
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.core.i18n import speaking
from trainingapp.enrolment.events import SelectionApplied
from trainingapp.enrolment.models import PlaceStatus, Terms
from trainingapp.enrolment.queries import find_terms
from trainingapp.enrolment.services import terms_of
from trainingapp.nomination.document import file_name, invitation_paper
from trainingapp.nomination.events import (
    AdministrationInvited,
    AdministrationUninvited,
    CallChanged,
    CallOpened,
    InvitationChanged,
    SelectionProposed,
    SelectionReopened,
)
from trainingapp.nomination.models import Call, Invitation, Stage
from trainingapp.nomination.queries.loading import find_call_of_session, stage_at
from trainingapp.notifications import queries
from trainingapp.notifications.handlers.telling import as_moment, tell, this_moment
from trainingapp.notifications.letters import get_session, written
from trainingapp.notifications.rules import TELLING_NUMBERS
from trainingapp.notifications.services import Draft, keep
from trainingapp.scheduling.models import Meeting

DECIDED = {PlaceStatus.OFFERED, PlaceStatus.PLACED, PlaceStatus.WAITING, PlaceStatus.DECLINED}


@on(CallOpened)
def ask_for_candidates(event: CallOpened) -> None:
    invitations = queries.invitations_of(event.call_id)
    keep(asking(invitations, "called"), now=utc_now())


@on(AdministrationInvited)
def ask_one_more(event: AdministrationInvited) -> None:
    """Of a call that is being prepared nobody is told yet."""
    if event.is_open:
        invitation = db.session.get_one(Invitation, event.invitation_id)
        keep(asking([invitation], f"called-later:{this_moment()}"), now=utc_now())


def asking(invitations: Sequence[Invitation], reason: str) -> list[Draft]:
    """The letters to the contact points, with the invitation as PDF in the language of each."""
    people = queries.contact_points_of([invitation.organisation_id for invitation in invitations])
    drafts: list[Draft] = []
    meetings: list[Meeting] = queries.meetings_of(invitations[0].call.course_session_id) if invitations else []
    for invitation in invitations:
        for language, readers in by_language(people[invitation.organisation_id]):
            drafts += written(
                "called",
                readers,
                f"{reason}:{invitation.id}",
                **enclosed(invitation, language),
                meetings=meetings,
                **about(invitation),
            )
    return drafts


def by_language(people: Iterable[Person]) -> list[tuple[str, list[Person]]]:
    ordered = sorted(people, key=attrgetter("language", "id"))
    return [(language, list(readers)) for language, readers in groupby(ordered, attrgetter("language"))]


def enclosed(invitation: Invitation, language: str) -> dict[str, Any]:
    """The invitation as it is on this day, to be typeset when the letter is sent."""
    with speaking(language):
        name = file_name(invitation.call, invitation)
    return {"paper": invitation_paper(invitation.call, invitation, language, utc_now()), "paper_name": name}


def about(invitation: Invitation) -> dict[str, Any]:
    """What every letter about an invitation speaks of."""
    return {
        "about": invitation.call.course_session,
        "invitation": invitation,
        "organisation": invitation.organisation,
    }


@on(AdministrationUninvited)
def tell_that_nobody_is_asked(event: AdministrationUninvited) -> None:
    call = find_call_of_session(event.course_session_id)
    if call is not None and call.opened_at is not None:
        organisation = db.session.get_one(Organisation, event.organisation_id)
        people = queries.contact_points_of([organisation.id])[organisation.id]
        reason = f"call-uninvited:{call.id}:{organisation.id}:{this_moment()}"
        tell("call_uninvited", people, reason, event.course_session_id, organisation=organisation)


@on(CallChanged)
def tell_of_changed_call(event: CallChanged) -> None:
    """Of another deadline to all; of other numbers to those who have none of their own."""
    call = db.session.get_one(Call, event.call_id)
    old_closes_at = as_moment(event.old["closes_at"]) if "closes_at" in event.new else None
    asked = [one for one in queries.invitations_of(call.id) if old_closes_at or follows(one, event.new)]
    tell_of_terms(call, asked, old_closes_at=old_closes_at)


def follows(invitation: Invitation, changed: Iterable[str]) -> bool:
    """Whether the administration has the number of the call that changed, and not one of its own."""
    own = {"nominate_each": invitation.nominate_own, "accept_each": invitation.accept_own}
    return any(name in own and own[name] is None for name in changed)


@on(InvitationChanged)
def tell_of_changed_numbers(event: InvitationChanged) -> None:
    if not TELLING_NUMBERS.isdisjoint(event.new):
        invitation = db.session.get_one(Invitation, event.invitation_id)
        tell_of_terms(invitation.call, [invitation], old_closes_at=None)


def tell_of_terms(call: Call, invitations: Sequence[Invitation], **facts: Any) -> None:
    """What the call asks now. While it is being prepared, nobody has been told of anything else."""
    if call.opened_at is None:
        return
    is_open = stage_at(call, utc_now()) is Stage.OPEN
    people = queries.contact_points_of([invitation.organisation_id for invitation in invitations])
    reason, drafts = f"call-changed:{this_moment()}", list[Draft]()
    for invitation in invitations:
        readers = people[invitation.organisation_id]
        values = {**about(invitation), **facts, "is_open": is_open}
        drafts += written("call_changed", readers, f"{reason}:{invitation.id}", **values)
    keep(drafts, now=utc_now())


@on(SelectionProposed)
def ask_for_comments(event: SelectionProposed) -> None:
    call = db.session.get_one(Call, event.call_id)
    reason = f"selection-proposed:{this_moment()}"
    tell_those_with_candidates("selection_proposed", call, reason, until=event.until_at)


@on(SelectionReopened)
def tell_of_taken_back_proposal(event: SelectionReopened) -> None:
    call = db.session.get_one(Call, event.call_id)
    tell_those_with_candidates("selection_reopened", call, f"selection-reopened:{this_moment()}")


@on(SelectionApplied)
def tell_of_final_selection(event: SelectionApplied) -> None:
    """One letter for all candidates of an administration, however many there are."""
    call, terms = find_call_of_session(event.course_session_id), find_terms(event.course_session_id)
    if call is not None and terms is not None:
        cut_off = replaceable_until(terms)
        tell_those_with_candidates("selection_final", call, "selection-final", cut_off=cut_off)


def replaceable_until(terms: Terms) -> Any:
    """Until when colleagues can be named; None when it is too late already."""
    cut_off = terms_of(terms, get_session(terms.course_session_id)).cut_off
    return cut_off if cut_off > utc_now() else None


def tell_those_with_candidates(kind: str, call: Call, reason: str, **facts: Any) -> None:
    """To the contact points of each administration that has candidates, about its own candidates only."""
    candidates = {
        invitation_id: [row for row in rows if row.status in DECIDED | {PlaceStatus.NOMINATED}]
        for invitation_id, rows in queries.candidates_by_invitation(call.id).items()
    }
    invitations = [one for one in queries.invitations_of(call.id) if candidates.get(one.id)]
    people = queries.contact_points_of([invitation.organisation_id for invitation in invitations])
    meetings = queries.meetings_of(call.course_session_id)
    drafts: list[Draft] = []
    for invitation in invitations:
        values = {**about(invitation), **facts, "candidates": candidates[invitation.id], "meetings": meetings}
        drafts += written(kind, people[invitation.organisation_id], f"{reason}:{invitation.id}", **values)
    keep(drafts, now=utc_now())
