"""What the letters about places share: to whose place it is, and to the contact points of the administration."""

from __future__ import annotations

from typing import Any

from trainingapp.accounts.models import AccessLink, Person
from trainingapp.accounts.queries.roles import contact_points_of
from trainingapp.core.actor import acting
from trainingapp.core.db import db
from trainingapp.enrolment.events import PlaceEvent
from trainingapp.enrolment.models import SEATED, Place, PlaceStatus, Step
from trainingapp.enrolment.queries.telling import step_of
from trainingapp.mail.letters.writing import tell, tell_one
from trainingapp.mail.services.facts import Facts, as_fact, attributes


def tell_of_place(kind: str, event: PlaceEvent, **facts: Any) -> None:
    """Each of these happens to a place once; whoever asks again has another place."""
    facts.setdefault("mode", get_place(event.place_id).mode)
    tell_one(kind, event.person_id, f"{kind}:{event.place_id}", event.course_session_id, **facts)


def tell_contact_points(kind: str, place: Place, reason: str, **facts: Any) -> None:
    """Each contact point of the administration whose place it is, save whoever is acting now."""
    people = contacts_of(place.organisation_id)
    others = [person for person in people if person.id != acting().person_id]
    tell(kind, others, reason, place.course_session_id, place=place, organisation=place.organisation, **facts)


@as_fact.register
def place_facts(place: Place) -> Facts:
    return attributes(place, "id", "person", "status", "mode", "reason", "offered_until", "held_until")


def get_place(place_id: int) -> Place:
    return db.session.get_one(Place, place_id)


def contacts_of(organisation_id: int) -> list[Person]:
    """Whom an officer of the administration can turn to."""
    return contact_points_of([organisation_id])[organisation_id]


def left_from(place: Place) -> PlaceStatus | None:
    """What the place was that has just ended."""
    step = step_of(place.id, Step.WITHDRAWN, Step.TURNED_DOWN, Step.REPLACED)
    return step.old_status if step else None


def had_seat(place: Place) -> bool:
    """Whether the person who has just left the place had a seat, or the offer of one."""
    return left_from(place) in SEATED


def offer_facts(place: Place, link_id: int | None) -> Facts:
    """What a letter about an offer speaks of: with a personal link, also until when that works."""
    expires_at = db.session.get_one(AccessLink, link_id).expires_at if link_id is not None else None
    return {
        "place": place,
        "until": place.offered_until,
        "mode": place.mode,
        "chooses": True,
        "expires_at": expires_at,
    }
