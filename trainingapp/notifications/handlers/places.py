"""Letters to the person whose place it is: asked for, nominated, given, waiting, declined, ended."""

from __future__ import annotations

from trainingapp.core.actor import acting
from trainingapp.core.bus import on
from trainingapp.core.clock import utc_now
from trainingapp.core.permissions import Role
from trainingapp.enrolment import events
from trainingapp.enrolment.models import SEATED, Place, PlaceStatus, Step, Way
from trainingapp.enrolment.queries import find_terms
from trainingapp.nomination.queries.loading import find_nomination_of
from trainingapp.notifications import queries
from trainingapp.notifications.handlers.telling import get_place, tell_of_place
from trainingapp.notifications.letters import get_person, get_session
from trainingapp.scheduling.models import SessionStatus


@on(events.PlaceRequested)
def acknowledge_request(event: events.PlaceRequested) -> None:
    tell_of_place("requested", event)


@on(events.PlaceNominated)
def tell_of_nomination(event: events.PlaceNominated) -> None:
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
        contacts=queries.contact_points_of([invitation.organisation_id])[invitation.organisation_id],
    )


@on(events.PlaceGiven)
def tell_of_seat(event: events.PlaceGiven) -> None:
    tell_of_place(
        "placed",
        event,
        place_id=event.place_id,
        from_waiting_list=event.from_waiting_list,
        by_office=event.by_office,
    )


@on(events.PlaceWaitlisted)
def tell_of_waiting(event: events.PlaceWaitlisted) -> None:
    tell_of_place("waitlisted", event, position=queries.waiting_number(event.place_id))


@on(events.PlaceReserved)
def tell_of_reserve(event: events.PlaceReserved) -> None:
    """Many at once, when a selection is final, so nothing is read that the letter does not need."""
    place = get_place(event.place_id)
    tell_of_place(
        "reserved", event, organisation=place.organisation, position=event.position, chooses=True, meetings=()
    )


@on(events.PlaceDeclined)
def tell_of_refusal(event: events.PlaceDeclined) -> None:
    """Many at once, when a selection is final, so nothing is read that the letter does not need."""
    by_nomination = was_nominated(get_place(event.place_id))
    tell_of_place("declined", event, reason_given=event.reason, was_nominated=by_nomination, meetings=())


@on(events.PlaceWithdrawn)
def tell_of_withdrawal(event: events.PlaceWithdrawn) -> None:
    """Only when it was somebody else: who gives a place back knows it."""
    if not event.by_office:
        return
    place = get_place(event.place_id)
    before = left_from(place)
    was_offer = before is PlaceStatus.OFFERED  # which is the office's to withdraw, whoever else acts for it
    by_administration = not was_offer and represents(acting().person_id, place.organisation_id)
    tell_of_place(
        "withdrawn",
        event,
        reason_given=event.reason,
        was_candidate=was_nominated(place) and before not in SEATED,
        was_request=before in {PlaceStatus.REQUESTED, PlaceStatus.WAITING},
        was_offer=was_offer,
        by_administration=by_administration,
        contacts=queries.contact_points_of([place.organisation_id])[place.organisation_id] if by_administration else [],
    )


@on(events.PlaceCancelled)
def tell_of_cancellation(event: events.PlaceCancelled) -> None:
    tell_of_place("cancelled", event, reason_given=event.reason, leads=False)


@on(events.PlaceLapsed)
def tell_of_lapse(event: events.PlaceLapsed) -> None:
    step = queries.step_of(event.place_id, Step.LAPSED)
    tell_of_place(
        "lapsed",
        event,
        was_nominated=was_nominated(get_place(event.place_id)),
        was_requested=step is not None and step.old_status is PlaceStatus.REQUESTED,
        is_left_open=get_session(event.course_session_id).status in {SessionStatus.OPEN, SessionStatus.CONFIRMED},
    )


@on(events.PlaceLeft)
def tell_of_leaving(event: events.PlaceLeft) -> None:
    tell_of_place("left", event, reason_given=event.reason)


def was_nominated(place: Place) -> bool:
    return place.way is Way.NOMINATION


def left_from(place: Place) -> PlaceStatus | None:
    """What the place was that has just ended."""
    step = queries.step_of(place.id, Step.WITHDRAWN, Step.TURNED_DOWN, Step.REPLACED)
    return step.old_status if step else None


def had_seat(place: Place) -> bool:
    """Whether the person who has just left the place had a seat, or the offer of one."""
    return left_from(place) in SEATED


def represents(person_id: int | None, organisation_id: int) -> bool:
    """Whether somebody is a contact point of the organisation."""
    if person_id is None:
        return False
    grants = get_person(person_id).grants
    return any(grant.role is Role.CONTACT_POINT and grant.organisation_id == organisation_id for grant in grants)
