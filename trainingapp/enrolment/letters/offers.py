"""Letters about offers, and about seats that officers leave: to them, and to whoever can name a replacement.

Contact points are written to only when something is asked of them, or lost: the rest they see on their page.
"""

from __future__ import annotations

from trainingapp.accounts.services.access import link_until
from trainingapp.core.actor import acting
from trainingapp.core.bus import afterwards
from trainingapp.core.clock import utc_now
from trainingapp.enrolment import events
from trainingapp.enrolment.letters.telling import (
    contacts_of,
    get_place,
    had_seat,
    left_from,
    offer_facts,
    tell_contact_points,
    tell_of_place,
)
from trainingapp.enrolment.models import PlaceMode, PlaceStatus
from trainingapp.enrolment.queries.terms import find_terms
from trainingapp.mail.letters.writing import get_session, planned_meetings, tell_one, this_moment


@afterwards(events.PlaceOffered)
def offer_the_place(event: events.PlaceOffered) -> None:
    """With a personal link for who has no account: the offer is the first that many officers hear from us."""
    place = get_place(event.place_id)
    left = get_place(event.replaced_id).person if event.replaced_id is not None else None
    link_id = link_until(event.person_id, event.until_at, now=utc_now())
    facts = {"from_reserve": event.from_reserve, "left": left, **offer_facts(place, link_id)}
    meetings = planned_meetings(event.course_session_id)
    tell_of_place("offered", event, urgent=True, link_id=link_id, meetings=meetings, **facts)


@afterwards(events.OfferShortened)
def ask_for_an_earlier_answer(event: events.OfferShortened) -> None:
    """While there is time for one; else the end of the offer is told."""
    if event.until_at <= utc_now():
        return
    place, link_id = get_place(event.place_id), link_until(event.person_id, event.until_at, now=utc_now())
    reason = f"offer-shortened:{place.id}:{event.until_at:%Y%m%d%H%M}"
    facts = {"urgent": True, "link_id": link_id, **offer_facts(place, link_id)}
    tell_one("offer_shortened", event.person_id, reason, event.course_session_id, **facts)


@afterwards(events.OfferConfirmed)
def acknowledge_confirmation(event: events.OfferConfirmed) -> None:
    tell_of_place(
        "offer_confirmed",
        event,
        place_id=event.place_id,
        mode=PlaceMode(event.mode),
        by_office=event.by_office,
        meetings=planned_meetings(event.course_session_id),
    )


@afterwards(events.PlaceModeChanged)
def tell_of_another_mode(event: events.PlaceModeChanged) -> None:
    """Who has not confirmed yet chooses on the way to it, and the confirmation says what was chosen."""
    place = get_place(event.place_id)
    if place.status is PlaceStatus.PLACED:
        reason = f"mode-changed:{place.id}:{this_moment()}"
        facts = {"old": PlaceMode(str(event.old["mode"])), "place": place, "mode": place.mode}
        session_id = event.course_session_id
        tell_one("mode_changed", event.person_id, reason, session_id, meetings=planned_meetings(session_id), **facts)


@afterwards(events.OfferTurnedDown)
def tell_who_turned_down(event: events.OfferTurnedDown) -> None:
    """Only when the office did it in the officer's name."""
    if acting().person_id != event.person_id:
        tell_of_place("turned_down", event, urgent=True, reason_given=event.reason)


@afterwards(events.OfferLapsed)
def tell_who_did_not_answer(event: events.OfferLapsed) -> None:
    place = get_place(event.place_id)
    tell_of_place(
        "offer_lapsed",
        event,
        place=place,
        has_begun=has_begun(event.course_session_id),
        contacts=contacts_of(place.organisation_id),
    )


@afterwards(events.PlaceReplaced)
def tell_who_was_replaced(event: events.PlaceReplaced) -> None:
    """Only who had the seat until now: who gave it back before knows that it is somebody else's."""
    place = get_place(event.place_id)
    if had_seat(place):
        colleague = get_place(event.replacement_place_id).person
        contacts = contacts_of(place.organisation_id)
        tell_of_place("replaced", event, urgent=True, colleague=colleague, reason_given=event.reason, contacts=contacts)


@afterwards(events.OfferTurnedDown, events.OfferLapsed, events.PlaceWithdrawn)
def tell_whose_seat_it_was(event: events.PlaceEvent) -> None:
    """To the contact points: that a seat of theirs is held for a replacement, or lost."""
    place = get_place(event.place_id)
    if find_terms(event.course_session_id) is None:
        return
    if isinstance(event, events.OfferLapsed) or had_seat(place):
        tell_contact_points(
            "seat_left",
            place,
            f"seat-left:{place.id}",
            was_offer=left_from(place) is PlaceStatus.OFFERED,
            has_begun=has_begun(event.course_session_id),
        )


@afterwards(events.SeatReleased)
def tell_of_released_seat(event: events.SeatReleased) -> None:
    place = get_place(event.place_id)
    tell_contact_points("seat_released", place, f"seat-released:{place.id}")


def has_begun(course_session_id: int) -> bool:
    return utc_now() >= get_session(course_session_id).starts_at
