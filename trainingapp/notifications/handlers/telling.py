"""What the handlers share: letters of one kind to some people about a session."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from trainingapp.accounts.models import Person
from trainingapp.core.actor import acting
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.enrolment.events import PlaceEvent
from trainingapp.enrolment.models import Place
from trainingapp.notifications import queries
from trainingapp.notifications.letters import get_person, get_session, written
from trainingapp.notifications.services import keep


def tell(kind: str, people: list[Person], reason: str, session_id: int, **facts: Any) -> None:
    keep(written(kind, people, reason, about=get_session(session_id), **facts), now=utc_now())


def tell_one(kind: str, person_id: int, reason: str, session_id: int, **facts: Any) -> None:
    tell(kind, [get_person(person_id)], reason, session_id, **facts)


def tell_of_place(kind: str, event: PlaceEvent, **facts: Any) -> None:
    """Each of these happens to a place once; whoever asks again has another place."""
    facts.setdefault("mode", get_place(event.place_id).mode)
    tell_one(kind, event.person_id, f"{kind}:{event.place_id}", event.course_session_id, **facts)


def tell_contact_points(kind: str, place: Place, reason: str, **facts: Any) -> None:
    """Each contact point of the administration whose place it is, save whoever is acting now."""
    people = queries.contact_points_of([place.organisation_id])[place.organisation_id]
    others = [person for person in people if person.id != acting().person_id]
    tell(kind, others, reason, place.course_session_id, place=place, organisation=place.organisation, **facts)


def get_place(place_id: int) -> Place:
    return db.session.get_one(Place, place_id)


def this_moment() -> str:
    """Part of the reason for what can happen to the same person and session again."""
    return f"{utc_now():%Y%m%d%H%M%S}"


def as_date(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def as_moment(value: object) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
