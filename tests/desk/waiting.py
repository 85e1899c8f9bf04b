"""Work that waits: an office in which every list of the desk has something, made as often as asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests import builders
from tests.builders import NOW, TODAY, add
from trainingapp.accounts.models import Organisation, Person
from trainingapp.attendance.models import AttendanceMark, Presence
from trainingapp.catalogue.models import Course, CourseKind
from trainingapp.certificates.models import Certificate, CertificateKind
from trainingapp.core.db import db, transaction
from trainingapp.enrolment.models import Place, PlaceHistory, PlaceMode, PlaceStatus, Step, Way
from trainingapp.mail.models import Letter
from trainingapp.scheduling.models import CourseSession, Meeting, SessionStatus

YESTERDAY = TODAY - timedelta(days=1)
RUNNING, FINISHED = SessionStatus.RUNNING, SessionStatus.FINISHED


def a_place(course_session: CourseSession, person: Person, status: PlaceStatus, **values: Any) -> Place:
    """A place with its first step; a seat is counted on the session."""
    with transaction():
        session = db.session.get_one(CourseSession, course_session.id)
        session.last_queue_no += 1
        session.taken_in_person += status is PlaceStatus.PLACED
        defaults = {
            "mode": PlaceMode.IN_PERSON,
            "way": Way.REQUEST,
            "asked_at": NOW - timedelta(days=3),
            "changed_at": NOW,
        }
        place = Place(
            course_session_id=session.id,
            person_id=person.id,
            organisation_id=person.organisation_id,
            status=status,
            queue_no=session.last_queue_no,
            steps=1,
            **{**defaults, **values},
        )
        db.session.add(place)
        db.session.flush()
        db.session.add(PlaceHistory(place_id=place.id, step=1, at=NOW, what=Step.ASKED, new_status=status))
    return place


def a_mark(meeting: Meeting, place: Place, by: Person, presence: Presence = Presence.PRESENT) -> AttendanceMark:
    return add(
        AttendanceMark(
            meeting_id=meeting.id,
            place_id=place.id,
            person_id=place.person_id,
            presence=presence,
            recorded_by_id=by.id,
            recorded_at=NOW,
        )
    )


def a_certificate(course_session: CourseSession, person: Person, **values: Any) -> Certificate:
    number = next(builders.numbers)
    defaults: dict[str, Any] = {
        "serial": f"OFFICE-2026-{number:06}",
        "code": f"code{number:016}",
        "kind": CertificateKind.COMPLETION,
        "issued_at": NOW - timedelta(days=1),
        "printed": {},
    }
    made = {**defaults, **values}
    return add(Certificate(course_session_id=course_session.id, person_id=person.id, **made))


def a_letter(person: Person, **values: Any) -> Letter:
    number = next(builders.numbers)
    defaults = {"reason": f"r{number}", "language": "en", "subject": f"Letter {number}", "body": "…", "written_at": NOW}
    return add(Letter(recipient_id=person.id, **{**defaults, **values}))


def a_busy_officer(officer: Person, count: int = 1) -> None:
    """Fill every list of the person's own page."""
    for number in range(count):
        ahead = builders.a_session(starts_on=date(2026, 6, 1) + timedelta(days=number), ends_on=date(2026, 7, 30))
        builders.a_meeting(ahead)
        a_place(ahead, officer, PlaceStatus.PLACED)
        a_place(builders.a_session(), officer, PlaceStatus.WAITING)
        distance = builders.a_course(kind=CourseKind.DISTANCE, followed_at_url="https://example.org/course")
        running = builders.a_session(distance, status=RUNNING, starts_on=YESTERDAY)
        a_place(running, officer, PlaceStatus.PLACED)
        course = builders.a_course()
        done = builders.a_session(course, status=FINISHED, starts_on=date(2026, 1, 12), ends_on=date(2026, 1, 12))
        a_place(done, officer, PlaceStatus.PLACED)
        builders.a_completion(officer, course, course_session_id=done.id, valid_until=date(2026, 6, 30))
        a_certificate(done, officer, valid_until=date(2026, 6, 30))
        a_letter(officer)


def a_busy_office(trainer: Person, organisation: Organisation, count: int = 1, **session: Any) -> None:
    """Fill every list of a trainer, of a coordinator, and of the organisation's contact point."""
    for number in range(count):
        officer = builders.an_officer(organisation_id=organisation.id)
        own = {"trainers": (trainer,), **session}
        asked = builders.a_session(**own, enrolment_closes_at=NOW + timedelta(days=5), minimum=3)
        a_place(asked, officer, PlaceStatus.REQUESTED)
        builders.a_session(**own, status=SessionStatus.DRAFT)
        running = builders.a_session(**own, status=RUNNING, starts_on=YESTERDAY, ends_on=TODAY + timedelta(days=3))
        for offset in (-1, 0, 2):
            builders.a_meeting(running, TODAY + timedelta(days=offset))
        a_place(running, officer, PlaceStatus.PLACED)
        over = builders.a_session(
            **own,
            status=FINISHED,
            starts_on=YESTERDAY - timedelta(days=9),
            ends_on=YESTERDAY - timedelta(days=8),
        )
        a_place(over, officer, PlaceStatus.PLACED)
        course = builders.a_course()
        ready_to_issue(course, officer, number, **own)
        a_letter(officer, given_up_at=NOW, course_session_id=over.id)


def ready_to_issue(course: Course, officer: Person, number: int, **session: Any) -> None:
    """A completion without a certificate, and a certificate of another course that expires soon."""
    done = builders.a_session(course, **session, status=FINISHED, starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 3))
    a_place(done, officer, PlaceStatus.PLACED)
    builders.a_completion(officer, course, course_session_id=done.id)
    other = builders.a_session(**session, status=FINISHED, starts_on=date(2024, 3, 2), ends_on=date(2024, 3, 3))
    a_certificate(other, officer, valid_until=date(2026, 6, 1) + timedelta(days=number))
