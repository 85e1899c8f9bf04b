"""Sessions that are over, with people who were there: what certificates are issued from."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa

from tests.builders import NOW, a_completion, a_meeting, a_session, a_trainer, add, an_officer
from trainingapp.accounts.models import Person
from trainingapp.attendance.models import AttendanceMark, Presence
from trainingapp.catalogue.models import Course
from trainingapp.core.db import db
from trainingapp.enrolment.models import Place, PlaceMode, PlaceStatus, Way
from trainingapp.scheduling.models import CourseSession, Meeting, SessionStatus

LATER = datetime(2026, 6, 3, 8, 0, tzinfo=UTC)


def a_finished_session(course: Course | None = None, **values: Any) -> CourseSession:
    """Two days of three hours in Baku, over."""
    course_session = a_session(course, status=SessionStatus.FINISHED, **values)
    for day in (date(2026, 6, 1), date(2026, 6, 2)):
        a_meeting(course_session, day=day, start=time(9), minutes=180)
    return course_session


def a_place(course_session: CourseSession, person: Person | None = None, **values: Any) -> Place:
    """A seat in the session."""
    person = person or an_officer()
    number = (db.session.scalar(sa.select(sa.func.count(Place.id))) or 0) + 1
    defaults: dict[str, Any] = {
        "person_id": person.id,
        "organisation_id": person.organisation_id,
        "course_session_id": course_session.id,
        "status": PlaceStatus.PLACED,
        "mode": PlaceMode.IN_PERSON,
        "way": Way.SELF,
        "queue_no": number,
        "asked_at": NOW,
        "changed_at": NOW,
    }
    return add(Place(**{**defaults, **values}))


def attended(place: Place, *presences: Presence) -> None:
    """Mark the person's presence at the meetings of the session, one after the other."""
    trainer_id = a_trainer().id
    meetings = sa.select(Meeting.id).where(Meeting.course_session_id == place.course_session_id)
    in_order = db.session.scalars(meetings.order_by(Meeting.starts_at)).all()
    for meeting_id, presence in zip(in_order, presences, strict=True):
        add(
            AttendanceMark(
                meeting_id=meeting_id,
                place_id=place.id,
                person_id=place.person_id,
                presence=presence,
                recorded_by_id=trainer_id,
                recorded_at=NOW,
            )
        )


def someone_who_was_there(course_session: CourseSession, person: Person | None = None, **values: Any) -> Person:
    """A person with a seat who was present at every meeting."""
    place = a_place(course_session, person, **values)
    attended(place, Presence.PRESENT, Presence.PRESENT)
    return place.person


def someone_who_completed(course_session: CourseSession, person: Person | None = None, **values: Any) -> Person:
    """A person who was present at every meeting, and whose completion is recorded."""
    person = someone_who_was_there(course_session, person)
    a_completion(person, course_session.course, course_session_id=course_session.id, **values)
    return person
