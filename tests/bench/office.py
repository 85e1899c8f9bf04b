"""An office with as many rows as wanted, written in bulk: a thousand of everything in about a second."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from tests.builders import a_centre, a_coordinator, a_room, an_officer, an_organisation
from trainingapp.accounts.models import Person, RoleGrant
from trainingapp.attendance.models import AttendanceMark, Presence
from trainingapp.catalogue.models import AccessClass, Course, CourseKind, CourseStatus, Topic, course_topic
from trainingapp.core.clock import utc_now
from trainingapp.core.db import Base, db, transaction
from trainingapp.core.permissions import Role
from trainingapp.core.text import search_key, sort_key
from trainingapp.enrolment.models import Place, PlaceMode, PlaceStatus, Way
from trainingapp.mail.models import Letter
from trainingapp.scheduling.models import CourseSession, Meeting, MeetingMode, SessionStatus

SHEET = 30
TOPICS = 12
CENTRES = 9
SUMMARY_EN = "Officers inspect loaded containers, find hiding places and write up what they found."
SUMMARY_RU = "Сотрудники досматривают гружёные контейнеры, находят тайники и оформляют найденное."


@dataclass(frozen=True)
class Office:
    """What the measurements ask for by its id."""

    officer_id: int
    coordinator_id: int
    people: list[int]
    open_sessions: list[int]
    group_id: int
    meeting_id: int


def begin() -> None:
    """Empty tables."""
    db.session.remove()
    Base.metadata.drop_all(db.engine)
    Base.metadata.create_all(db.engine)


def insert(model: type[Base], rows: Iterable[dict[str, Any]]) -> list[int]:
    """Writes the rows at once; their ids in the same order."""
    statement = sa.insert(model).returning(model.id, sort_by_parameter_order=True)
    values = list(rows)
    if not values:
        return []
    with transaction():
        return list(db.session.scalars(statement, values))


def fill(rows: int, sessions_per_course: int = 1) -> Office:
    """As many courses, sessions with a request, people, members of one group, and places and letters of one officer."""
    begin()
    now = utc_now()
    centres = [a_centre().id for _ in range(CENTRES)]
    officer_id, coordinator_id, people = an_officer().id, a_coordinator().id, officers(rows, now)
    courses = published_courses(rows, centres, now)
    sessions = upcoming_sessions(courses * sessions_per_course, centres, now)
    places(sessions, [officer_id], PlaceStatus.PLACED, now)
    places(sessions, people, PlaceStatus.REQUESTED, now, queue_no=2)
    group_id, _meeting = group(courses[0], people, coordinator_id, now)
    _session, meeting_id = group(courses[0], people[:SHEET], coordinator_id, now)
    letters(officer_id, rows, now)
    return Office(officer_id, coordinator_id, people, sessions, group_id, meeting_id)


def officers(count: int, now: datetime) -> list[int]:
    organisation_id = an_organisation().id
    people = insert(Person, (officer(number, organisation_id, now) for number in range(count)))
    role = {"role": Role.OFFICER, "organisation_id": organisation_id, "granted_at": now}
    insert(RoleGrant, ({**role, "person_id": person_id} for person_id in people))
    return people


def officer(number: int, organisation_id: int, now: datetime) -> dict[str, Any]:
    name = f"Ахметов{number:04}"
    return {
        "email": f"officer{number}@customs.example.org",
        "given_name": "Ержан",
        "family_name": name,
        "given_name_latin": "Erzhan",
        "family_name_latin": f"Akhmetov{number:04}",
        "organisation_id": organisation_id,
        "language": ("en", "ru")[number % 2],
        "time_zone": "Asia/Almaty",
        "created_at": now,
        "search_key": search_key(name, "Ержан"),
        "sort_key_en": sort_key(f"Akhmetov{number:04}", "Erzhan"),
        "sort_key_ru": sort_key(name, "Ержан"),
    }


def published_courses(count: int, centres: list[int], now: datetime) -> list[int]:
    names = ({"code": f"t{n}", "name_en": f"Subject {n}", "name_ru": f"Предмет {n}"} for n in range(TOPICS))
    topics = insert(Topic, names)
    courses = insert(Course, (course(number, centres[number % CENTRES], now) for number in range(count)))
    carried = [{"course_id": one, "topic_id": topics[number % TOPICS]} for number, one in enumerate(courses)]
    with transaction():
        db.session.execute(sa.insert(course_topic), carried)
    return courses


def course(number: int, centre_id: int, now: datetime) -> dict[str, Any]:
    title_en, title_ru = f"Container inspection in port {number:04}", f"Досмотр контейнеров в порту {number:04}"
    return {
        "code": f"CIP-{number}",
        "kind": list(CourseKind)[number % 4],
        "status": CourseStatus.PUBLISHED,
        "access_class": AccessClass.OPEN,
        "centre_id": centre_id,
        "title_en": title_en,
        "title_ru": title_ru,
        "summary_en": SUMMARY_EN,
        "summary_ru": SUMMARY_RU,
        "languages": ("en", "ru"),
        "duration_minutes": 360,
        "attendance_percent": 80,
        "result_required": False,
        "published_at": now,
        "search_key": search_key(title_en, title_ru),
        "sort_key_en": sort_key(title_en),
        "sort_key_ru": sort_key(title_ru),
    }


def session(course_id: int, code: str, centre_id: int, starts_on: date, **values: Any) -> dict[str, Any]:
    begins = datetime.combine(starts_on, time(9), tzinfo=utc_now().tzinfo)
    plain = {
        "course_id": course_id,
        "code": code,
        "status": SessionStatus.OPEN,
        "centre_id": centre_id,
        "time_zone": "Asia/Baku",
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=2),
        "enrolment_closes_at": begins - timedelta(days=1),
        "capacity_in_person": 20,
        "capacity_online": 0,
        "minimum": 1,
        "taken_in_person": 1,
        "last_queue_no": 2,
        "languages": ("en", "ru"),
    }
    return {**plain, **values}


def upcoming_sessions(courses: list[int], centres: list[int], now: datetime) -> list[int]:
    days = (now.date() + timedelta(days=3 + number % 300) for number in range(len(courses)))
    return insert(
        CourseSession,
        (
            session(course_id, f"CIP-{number}-S", centres[number % CENTRES], day)
            for number, (course_id, day) in enumerate(zip(courses, days, strict=True))
        ),
    )


def places(
    sessions: list[int], people: list[int], status: PlaceStatus, now: datetime, *, queue_no: int | None = 1
) -> list[int]:
    """A place on each session for one of the people in turn; without ``queue_no`` all in one queue."""
    plain = {"status": status, "mode": PlaceMode.IN_PERSON, "way": Way.SELF, "asked_at": now, "changed_at": now}
    organisations = dict(db.session.execute(sa.select(Person.id, Person.organisation_id)).tuples().all())
    return insert(
        Place,
        (
            {
                **plain,
                "course_session_id": session_id,
                "person_id": people[number % len(people)],
                "organisation_id": organisations[people[number % len(people)]],
                "queue_no": queue_no or number + 1,
            }
            for number, session_id in enumerate(sessions)
        ),
    )


def group(course_id: int, people: list[int], coordinator_id: int, now: datetime) -> tuple[int, int]:
    """A running session with all these people and a meeting at which half of them were marked: both ids."""
    size = len(people)
    room = a_room()
    seats = {"capacity_in_person": size, "taken_in_person": size, "last_queue_no": size}
    state = {"status": SessionStatus.RUNNING, **seats}
    [session_id] = insert(CourseSession, [session(course_id, f"G{room.id}", room.centre_id, now.date(), **state)])
    attended = places([session_id] * size, people, PlaceStatus.PLACED, now, queue_no=None)
    hours = {"starts_at": now - timedelta(hours=4), "ends_at": now - timedelta(hours=1)}
    meeting = {"course_session_id": session_id, "mode": MeetingMode.IN_PERSON, "room_id": room.id, **hours}
    [meeting_id] = insert(Meeting, [meeting])
    mark = {"meeting_id": meeting_id, "presence": Presence.PRESENT, "recorded_by_id": coordinator_id}
    marked = list(zip(attended, people, strict=True))[: max(1, size // 2)]
    insert(AttendanceMark, ({**mark, "place_id": p, "person_id": who, "recorded_at": now} for p, who in marked))
    return session_id, meeting_id


def letters(person_id: int, count: int, now: datetime) -> None:
    plain = {"recipient_id": person_id, "language": "en", "subject": "Your place", "body": "It is yours."}
    insert(Letter, ({**plain, "reason": f"bench:{number}", "written_at": now} for number in range(count)))
