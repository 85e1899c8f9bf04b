"""Letters about who is nominated, who is a candidate no longer, and who nominates."""

from __future__ import annotations

from trainingapp.accounts.events import ContactPointHandedOver
from trainingapp.accounts.models import Organisation
from trainingapp.accounts.queries.roles import represents
from trainingapp.core.actor import acting
from trainingapp.core.bus import afterwards
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.enrolment.events import OfferTurnedDown, PlaceEvent, PlaceNominated, PlaceWithdrawn
from trainingapp.enrolment.letters.telling import contacts_of, get_place, had_seat, tell_contact_points, tell_of_place
from trainingapp.enrolment.queries.terms import find_terms
from trainingapp.mail.letters.writing import get_person, planned_meetings, this_moment, written
from trainingapp.mail.services.facts import Facts
from trainingapp.mail.services.writing import keep
from trainingapp.nomination.models import Stage
from trainingapp.nomination.queries.loading import (
    find_call_of_session,
    find_invitation_of,
    find_nomination_of,
    stage_at,
)
from trainingapp.nomination.queries.telling import unanswered_by


@afterwards(PlaceNominated)
def tell_of_nomination(event: PlaceNominated) -> None:
    """Who is named after the places were given has a letter about the reserve list or an offer instead."""
    nomination = find_nomination_of(event.place_id)
    terms = find_terms(event.course_session_id)
    if nomination is None or terms is None or terms.final_at is not None:
        return
    invitation = nomination.invitation
    tell_of_place(
        "nominated",
        event,
        chooses=True,
        organisation=invitation.organisation,
        nominated_by=nomination.nominated_by,
        by_office=not represents(acting().person_id, invitation.organisation_id),
        closes_at=invitation.call.closes_at if utc_now() < invitation.call.closes_at else None,
        contacts=contacts_of(invitation.organisation_id),
        meetings=planned_meetings(event.course_session_id),
    )


@afterwards(OfferTurnedDown, PlaceWithdrawn)
def tell_of_lost_candidate(event: PlaceEvent) -> None:
    """Of one who had no seat yet: with the way to name somebody else while the call is open."""
    place = get_place(event.place_id)
    if find_terms(event.course_session_id) is None or had_seat(place):
        return
    call = find_call_of_session(event.course_session_id)
    invitation = find_invitation_of(call.id, place.organisation_id) if call else None
    if call is not None and invitation is not None:
        closes_at = call.closes_at if stage_at(call, utc_now()) is Stage.OPEN else None
        reason = f"candidate-left:{place.id}"
        tell_contact_points("candidate_left", place, reason, invitation=invitation, closes_at=closes_at)


@afterwards(ContactPointHandedOver)
def tell_both_contact_points(event: ContactPointHandedOver) -> None:
    """The new one with the calls that wait for an answer; who was it before, so that nobody loses the role unseen."""
    now, reason = utc_now(), f"contact-point:{event.organisation_id}:{this_moment()}"
    successor = get_person(event.person_id)
    predecessor = get_person(event.predecessor_id) if event.predecessor_id is not None else None
    facts: Facts = {
        "organisation": db.session.get_one(Organisation, event.organisation_id),
        "successor": successor,
        "predecessor": predecessor,
        "invitations": [(one, one.call.course_session) for one in unanswered_by(event.organisation_id, now)],
    }
    drafts = written("contact_point_given", [successor], reason, **facts)
    if predecessor is not None:
        drafts += written("contact_point_taken", [predecessor], reason, **facts)
    keep(drafts, now=now)
