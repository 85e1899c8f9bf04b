"""Letters to contact points about calls: asked, changed, cancelled. Each about the own administration only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from trainingapp.accounts.models import Organisation, Person
from trainingapp.accounts.queries.roles import contact_points_of
from trainingapp.core.bus import afterwards
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.core.i18n import speaking
from trainingapp.enrolment.letters.sessions import changed_days
from trainingapp.enrolment.rules.telling import TELLING_PLACE_FIELDS, is_worth_telling
from trainingapp.mail.letters.writing import as_moment, get_session, tell, this_moment, written
from trainingapp.mail.services.facts import Facts, as_fact, attributes
from trainingapp.mail.services.writing import Draft, keep
from trainingapp.nomination.events import (
    AdministrationInvited,
    AdministrationUninvited,
    CallChanged,
    CallOpened,
    InvitationChanged,
)
from trainingapp.nomination.models import Call, Invitation, Stage
from trainingapp.nomination.papers import file_name, invitation_paper
from trainingapp.nomination.queries.loading import find_call_of_session, stage_at
from trainingapp.nomination.queries.telling import invitations_of
from trainingapp.scheduling.events import SessionCancelled, SessionChanged

TELLING_NUMBERS = frozenset({"nominate_each", "accept_each", "nominate_own", "accept_own"})


@as_fact.register
def invitation_facts(invitation: Invitation) -> Facts:
    return {**attributes(invitation, "id", "nominate", "accept"), "call": attributes(invitation.call, "closes_at")}


@afterwards(CallOpened)
def ask_for_candidates(event: CallOpened) -> None:
    invitations = invitations_of(event.call_id)
    keep(asking(invitations, "called"), now=utc_now())


@afterwards(AdministrationInvited)
def ask_one_more(event: AdministrationInvited) -> None:
    """Of a call that is being prepared nobody is told yet."""
    if event.is_open:
        invitation = db.session.get_one(Invitation, event.invitation_id)
        keep(asking([invitation], f"called-later:{this_moment()}"), now=utc_now())


def asking(invitations: Sequence[Invitation], reason: str) -> list[Draft]:
    """The letters to the contact points, with the invitation as PDF in the language of each."""
    people = contact_points_of([invitation.organisation_id for invitation in invitations])
    drafts: list[Draft] = []
    for invitation in invitations:
        for language, readers in by_language(people[invitation.organisation_id]):
            drafts += written(
                "called",
                readers,
                f"{reason}:{invitation.id}",
                **enclosed(invitation, language),
                meetings=invitation.call.course_session.meetings,
                **about(invitation),
            )
    return drafts


def by_language(people: Iterable[Person]) -> list[tuple[str, list[Person]]]:
    ordered = sorted(people, key=attrgetter("language", "id"))
    return [(language, list(readers)) for language, readers in groupby(ordered, attrgetter("language"))]


def enclosed(invitation: Invitation, language: str) -> Facts:
    """The invitation as it is on this day, to be typeset when the letter is sent."""
    with speaking(language):
        name = file_name(invitation.call, invitation)
    return {"paper": invitation_paper(invitation.call, invitation, language, utc_now()), "paper_name": name}


def about(invitation: Invitation) -> Facts:
    """What every letter about an invitation speaks of."""
    return {
        "about": invitation.call.course_session,
        "invitation": invitation,
        "organisation": invitation.organisation,
    }


@afterwards(AdministrationUninvited)
def tell_that_nobody_is_asked(event: AdministrationUninvited) -> None:
    call = find_call_of_session(event.course_session_id)
    if call is not None and call.opened_at is not None:
        organisation = db.session.get_one(Organisation, event.organisation_id)
        people = contact_points_of([organisation.id])[organisation.id]
        reason = f"call-uninvited:{call.id}:{organisation.id}:{this_moment()}"
        tell("call_uninvited", people, reason, event.course_session_id, organisation=organisation)


@afterwards(CallChanged)
def tell_of_changed_call(event: CallChanged) -> None:
    """Of another deadline to all; of other numbers to those who have none of their own."""
    call = db.session.get_one(Call, event.call_id)
    old_closes_at = as_moment(event.old["closes_at"]) if "closes_at" in event.new else None
    asked = [one for one in invitations_of(call.id) if old_closes_at or follows(one, event.new)]
    tell_of_terms(call, asked, old_closes_at=old_closes_at)


def follows(invitation: Invitation, changed: Iterable[str]) -> bool:
    """Whether the administration has the number of the call that changed, and not one of its own."""
    own = {"nominate_each": invitation.nominate_own, "accept_each": invitation.accept_own}
    return any(name in own and own[name] is None for name in changed)


@afterwards(InvitationChanged)
def tell_of_changed_numbers(event: InvitationChanged) -> None:
    if not TELLING_NUMBERS.isdisjoint(event.new):
        invitation = db.session.get_one(Invitation, event.invitation_id)
        tell_of_terms(invitation.call, [invitation], old_closes_at=None)


def tell_of_terms(call: Call, invitations: Sequence[Invitation], **facts: Any) -> None:
    """What the call asks now. While it is being prepared, nobody has been told of anything else."""
    if call.opened_at is None:
        return
    is_open = stage_at(call, utc_now()) is Stage.OPEN
    people = contact_points_of([invitation.organisation_id for invitation in invitations])
    reason, drafts = f"call-changed:{this_moment()}", list[Draft]()
    for invitation in invitations:
        readers = people[invitation.organisation_id]
        values = {**about(invitation), **facts, "is_open": is_open}
        drafts += written("call_changed", readers, f"{reason}:{invitation.id}", **values)
    keep(drafts, now=utc_now())


@afterwards(SessionCancelled)
def tell_of_cancelled_call(event: SessionCancelled) -> None:
    for people, facts in contact_points(event.course_session_id):
        reason = f"call-cancelled:{facts['invitation'].id}"
        about_it = {"urgent": True, "reason_given": event.reason, **facts}
        tell("call_cancelled", people, reason, event.course_session_id, **about_it)


@afterwards(SessionChanged)
def tell_of_other_days(event: SessionChanged) -> None:
    """Of another time or venue: those who are asked for candidates plan their journey by it."""
    about_session, moment, drafts = get_session(event.course_session_id), this_moment(), list[Draft]()
    if TELLING_PLACE_FIELDS.isdisjoint(event.new) or not is_worth_telling(about_session.status, event.new):
        return
    reason = f"session-changed:{about_session.id}:{moment}"
    for people, facts in contact_points(about_session.id):
        values = {**changed_days(event), **facts, "meetings": about_session.meetings}
        drafts += written("changed_for_administration", people, reason, about=about_session, **values)
    keep(drafts, now=utc_now())


def contact_points(session_id: int) -> Iterator[tuple[list[Person], Facts]]:
    """The contact points of each administration that was asked for candidates and did not decline."""
    call = find_call_of_session(session_id)
    if call is None or call.opened_at is None:
        return
    invitations = [invitation for invitation in invitations_of(call.id) if invitation.declined_at is None]
    people = contact_points_of([invitation.organisation_id for invitation in invitations])
    for invitation in invitations:
        yield people[invitation.organisation_id], {"invitation": invitation, "organisation": invitation.organisation}
