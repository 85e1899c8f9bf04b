"""A session under way: trainer, meetings, and people who have a seat in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from tests import builders
from trainingapp.accounts.models import Person
from trainingapp.catalogue.models import Course
from trainingapp.enrolment.models import Place, PlaceMode, PlaceStatus, Way
from trainingapp.scheduling.models import CourseSession, Meeting, MeetingMode

DURING = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)  # 10:00 in Baku, in the middle of the first meeting
AFTER = datetime(2026, 6, 2, 13, 0, tzinfo=UTC)  # 17:00 in Baku on the last day
BEFORE = datetime(2026, 5, 31, 6, 0, tzinfo=UTC)
PDF = b"%PDF-1.7 evidence"


@dataclass(frozen=True)
class Group:
    """Everything of one session, as ids and objects that tests ask for."""

    course: Course
    course_session: CourseSession
    trainer: Person
    meetings: list[Meeting]
    people: list[Person]
    places: list[Place]

    @property
    def session_id(self) -> int:
        return self.course_session.id

    @property
    def place_ids(self) -> list[int]:
        return [place.id for place in self.places]

    @property
    def person_ids(self) -> list[int]:
        return [person.id for person in self.people]


def a_place(person: Person, course_session: CourseSession, number: int = 1, **values: Any) -> Place:
    defaults: dict[str, Any] = {
        "person_id": person.id,
        "organisation_id": person.organisation_id,
        "course_session_id": course_session.id,
        "status": PlaceStatus.PLACED,
        "mode": PlaceMode.IN_PERSON,
        "way": Way.OFFICE,
        "queue_no": number,
        "asked_at": builders.NOW,
        "changed_at": builders.NOW,
    }
    return builders.add(Place(**{**defaults, **values}))


def a_group(
    size: int = 2,
    meetings: int = 2,
    mode: MeetingMode = MeetingMode.IN_PERSON,
    session: dict[str, Any] | None = None,
    **course: Any,
) -> Group:
    """A session of two days in June 2026 with half-day meetings of three hours and that many people."""
    template = builders.a_course(**course)
    values = {"capacity_in_person": 60, "trainers": (builders.a_trainer(),), **(session or {})}
    trainer = values["trainers"][0]
    course_session = builders.a_session(template, **values)
    first = course_session.starts_on
    dated = [
        builders.a_meeting(course_session, first + timedelta(days=number // 2), time(9 + 4 * (number % 2)), mode=mode)
        for number in range(meetings)
    ]
    people = [builders.an_officer(family_name=f"Алиева{number:02}") for number in range(size)]
    places = [a_place(person, course_session, number + 1) for number, person in enumerate(people)]
    return Group(template, course_session, trainer, dated, people, places)
