"""A call with two administrations in it, and what the engine does with its candidates, on a clock that stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests import builders
from tests.builders import NOW
from tests.mail.scenes import letters
from trainingapp.accounts.models import Organisation, Person
from trainingapp.core.actor import acting_as
from trainingapp.core.clock import standing_at
from trainingapp.enrolment import services as places
from trainingapp.enrolment.models import Place, PlaceMode
from trainingapp.enrolment.rules.selecting import Selection
from trainingapp.mail.models import Letter
from trainingapp.nomination.models import Call, Invitation
from trainingapp.scheduling.models import CourseSession

DAY = timedelta(days=1)
AFTER = NOW + timedelta(days=20, hours=6)  # after the deadline, at closing time in Baku, a week before the session
ONLINE, IN_PERSON, BOTH = PlaceMode.ONLINE, PlaceMode.IN_PERSON, PlaceMode.BOTH


@dataclass(frozen=True)
class Call2:
    """Georgia and Latvia are invited, each with a contact point; all read the same language."""

    call: Call
    course_session: CourseSession
    georgia: Invitation
    latvia: Invitation
    contact: Person
    other: Person
    coordinator: Person
    language: str

    def officer(self, **values: Any) -> Person:
        """An officer of Georgia with an account."""
        return self.of(self.georgia, **values)

    def of(self, invitation: Invitation, **values: Any) -> Person:
        defaults = {"language": self.language, "time_zone": "Europe/Moscow", "password_hash": "x"}
        return builders.an_officer(organisation_id=invitation.organisation_id, **{**defaults, **values})

    def named(self, person: Person | None = None, mode: PlaceMode = IN_PERSON, now: datetime = NOW) -> Place:
        """The place of somebody whom the contact point of Georgia names."""
        person_id = (person or self.officer()).id
        with standing_at(now), acting_as(self.contact.id):
            return places.nominate(person_id, self.course_session.id, mode, now=now)

    def named_elsewhere(self) -> Place:
        with standing_at(NOW), acting_as(self.other.id):
            return places.nominate(self.of(self.latvia).id, self.course_session.id, IN_PERSON, now=NOW)

    def selected(
        self,
        *offered: Place,
        reserve: Sequence[Place] = (),
        declined: Mapping[int, str] | None = None,
        now: datetime = AFTER,
    ) -> None:
        """The office gives the places."""
        chosen = Selection(
            offered=[place.id for place in offered],
            reserve=[place.id for place in reserve],
            declined=declined or {},
        )
        with standing_at(now), acting_as(self.coordinator.id):
            places.give_places(self.course_session.id, chosen, now=now)


def a_call(language: str = "en", session: Mapping[str, Any] | None = None, **values: Any) -> Call2:
    organisations = [
        builders.an_organisation(name_en="Georgia", name_ru="Грузия"),
        builders.an_organisation(name_en="Latvia", name_ru="Латвия"),
    ]
    contact, other = (a_contact(organisation, language) for organisation in organisations)
    coordinator = builders.a_coordinator(language=language, given_name="Ольга", family_name="Смирнова")
    centre = builders.a_centre(name_en="Baku Centre", name_ru="Бакинский центр")
    room = builders.a_room(centre, name_en="Hall 1", name_ru="Зал 1")
    course = builders.a_course(title_en="Container inspection", title_ru="Досмотр контейнеров")
    seats = {"capacity_in_person": 2, "centre_id": centre.id, "code": "CCTC-2026-01"}
    course_session = builders.a_session(course, **{**seats, **(session or {})})
    builders.a_meeting(course_session, room=room)
    call = builders.a_call(course_session, **values)
    georgia, latvia = (builders.an_invitation(call, organisation) for organisation in organisations)
    return Call2(call, course_session, georgia, latvia, contact, other, coordinator, language)


def a_contact(organisation: Organisation, language: str, **values: Any) -> Person:
    defaults = {"given_name": "Нино", "family_name": "Беридзе", "patronymic": None, "time_zone": "Europe/Moscow"}
    named = {**defaults, "language": language, "password_hash": "x", **values}
    return builders.a_contact_point(organisation_id=organisation.id, **named)


def kinds(person: Person) -> list[str]:
    return [letter.reason.partition(":")[0] for letter in letters(person)]


def latest(person: Person, kind: str) -> Letter:
    """The last letter of that kind to the person."""
    return next(letter for letter in reversed(letters(person)) if letter.reason.startswith(f"{kind}:"))
