"""Makers of the things that tests need: each gives a complete one, and takes what the test is about.

They write rows directly, so that a test of one feature does not hang on the pages and services of another.
Every function returns the object; ids may be used in another thread.
"""

from __future__ import annotations

import itertools
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from trainingapp.accounts.models import Centre, Organisation, OrganisationKind, Person, RoleGrant, SignIn
from trainingapp.accounts.rules.organisations import OrganisationDetails, check_organisation
from trainingapp.accounts.rules.people import PersonDetails, person_keys
from trainingapp.catalogue.models import AccessClass, Course, CourseKind, CourseStatus, Prerequisite, Topic
from trainingapp.core.clock import from_local
from trainingapp.core.db import db, transaction
from trainingapp.core.latin import in_latin
from trainingapp.core.passwords import hash_password
from trainingapp.core.permissions import Role
from trainingapp.core.text import search_key, sort_key
from trainingapp.core.tokens import new_token, token_hash
from trainingapp.enrolment.models import Place, PlaceHistory, PlaceMode, PlaceStatus, Quota, Step, Terms, Way
from trainingapp.nomination.models import Call, Invitation, Nomination
from trainingapp.records.models import Completion
from trainingapp.scheduling.models import CourseSession, Meeting, MeetingMode, Room, SessionStatus

NOW = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
ZONE_AT_CLOSING_TIME = "Asia/Vladivostok"  # now it is 18:00 there, so deadlines are whole days away
TODAY = date(2026, 5, 4)
PASSWORD = "harbour crane at dawn"
FAR = datetime(2999, 1, 1, tzinfo=UTC)

numbers = itertools.count(1)


def add(row: Any) -> Any:
    with transaction():
        db.session.add(row)
    return row


def an_organisation(**values: Any) -> Organisation:
    number = next(numbers)
    defaults = {"code": f"O{number}", "kind": OrganisationKind.ADMINISTRATION, "name_en": f"Land {number}"}
    details = OrganisationDetails(**{**defaults, "name_ru": f"Страна {number}", **values})
    return add(Organisation(**asdict(check_organisation(details))))


def a_centre(**values: Any) -> Centre:
    number = next(numbers)
    defaults = {
        "code": f"C{number}",
        "kind": "RTC",
        "name_en": f"Training centre {number}",
        "name_ru": f"Учебный центр {number}",
        "city_en": "Baku",
        "city_ru": "Баку",
        "country_code": "AZ",
        "time_zone": "Asia/Baku",
    }
    return add(Centre(**{**defaults, **values}))


def a_person(*roles: Role, centre: Centre | None = None, **values: Any) -> Person:
    """Somebody with these roles; officers and contact points for their own organisation."""
    number = next(numbers)
    if "organisation_id" not in values:
        values["organisation_id"] = an_organisation().id
    defaults: dict[str, Any] = {
        "email": f"person{number}@example.org",
        "given_name": "Анна",
        "family_name": f"Иванова{number}",
        "patronymic": "Петровна",
        "language": "en",
        "time_zone": "Asia/Baku",
        "created_at": NOW,
    }
    made = {**defaults, **values}
    for field in ("family_name", "given_name"):
        made.setdefault(f"{field}_latin", in_latin(made[field]))
    details = PersonDetails(**{field: made[field] for field in PersonDetails.__dataclass_fields__ if field in made})
    person = Person(**made, **person_keys(details))
    for role in roles:
        scoped = role in {Role.OFFICER, Role.CONTACT_POINT}
        person.grants.append(
            RoleGrant(
                role=role,
                organisation_id=made["organisation_id"] if scoped else None,
                centre_id=centre.id if centre and role is Role.COORDINATOR else None,
                granted_at=NOW,
            )
        )
    return add(person)


def a_sign_in(person: Person, **values: Any) -> str:
    """The token of a browser in which the person is signed in, whatever the clock says, until something ends it."""
    token = new_token()
    defaults = {
        "person_id": sa.inspect(person).identity[0],
        "began_at": FAR,
        "seen_at": FAR,
        "device": "Firefox, Linux",
    }
    add(SignIn(token_hash=token_hash(token), **{**defaults, **values}))
    return token


def an_officer(**values: Any) -> Person:
    return a_person(Role.OFFICER, **values)


def an_account(**values: Any) -> Person:
    """An officer who signs in with PASSWORD. Whether that is a good one is not asked: it takes longer than a test."""
    return an_officer(password_hash=hash_password(PASSWORD), password_version=1, **values)


def a_trainer(**values: Any) -> Person:
    return a_person(Role.TRAINER, **values)


def a_coordinator(**values: Any) -> Person:
    return a_person(Role.COORDINATOR, **values)


def an_administrator(**values: Any) -> Person:
    return a_person(Role.ADMINISTRATOR, **values)


def a_contact_point(**values: Any) -> Person:
    return a_person(Role.CONTACT_POINT, **values)


def a_topic(**values: Any) -> Topic:
    number = next(numbers)
    return add(
        Topic(**{"code": f"topic-{number}", "name_en": f"Topic {number}", "name_ru": f"Тема {number}", **values})
    )


def a_course(*, prerequisites: tuple[Course, ...] = (), **values: Any) -> Course:
    """A published practical for customs officers: 80 % attendance, no result needed, valid for ever."""
    number = next(numbers)
    defaults: dict[str, Any] = {
        "code": f"CRS-{number}",
        "kind": CourseKind.PRACTICAL,
        "status": CourseStatus.PUBLISHED,
        "access_class": AccessClass.CUSTOMS,
        "title_en": f"Container inspection {number}",
        "title_ru": f"Досмотр контейнеров {number}",
        "languages": ("en", "ru"),
        "duration_minutes": 360,
        "attendance_percent": 80,
        "result_required": False,
        "published_at": NOW,
    }
    made = {**defaults, **values}
    made.setdefault("search_key", search_key(made["code"], made["title_en"], made["title_ru"]))
    made.setdefault("sort_key_en", sort_key(made["title_en"]))
    made.setdefault("sort_key_ru", sort_key(made["title_ru"] or made["title_en"]))
    with transaction():
        course = Course(**made)
        db.session.add(course)
        db.session.flush()
        for required in prerequisites:
            db.session.add(Prerequisite(course_id=course.id, required_course_id=required.id))
    return course


def a_room(centre: Centre | None = None, **values: Any) -> Room:
    number = next(numbers)
    centre_id = centre.id if centre else a_centre().id
    defaults = {"centre_id": centre_id, "name_en": f"Hall {number}", "name_ru": f"Зал {number}", "capacity": 30}
    return add(Room(**{**defaults, **values}))


def a_session(course: Course | None = None, *, trainers: tuple[Person, ...] = (), **values: Any) -> CourseSession:
    """An open session with ten places in Baku, two days from 1 June 2026, without meetings."""
    number = next(numbers)
    course_id = course.id if course else a_course().id
    if "centre_id" not in values:
        values["centre_id"] = a_centre().id
    defaults: dict[str, Any] = {
        "course_id": course_id,
        "code": f"S-{number}",
        "status": SessionStatus.OPEN,
        "time_zone": "Asia/Baku",
        "starts_on": date(2026, 6, 1),
        "ends_on": date(2026, 6, 2),
        "capacity_in_person": 10,
        "capacity_online": 0,
        "minimum": 1,
        "languages": ("en",),
    }
    made = {**defaults, **values}
    made.setdefault("enrolment_closes_at", from_local(datetime.combine(made["starts_on"], time()), made["time_zone"]))
    with transaction():
        course_session = CourseSession(**made)
        course_session.trainers.extend(db.session.get_one(Person, trainer.id) for trainer in trainers)
        db.session.add(course_session)
    return course_session


def a_meeting(
    course_session: CourseSession,
    day: date | None = None,
    start: time = time(9),
    minutes: int = 180,
    room: Room | None = None,
    **values: Any,
) -> Meeting:
    """A meeting in a room of its own, on the session's first day from 09:00 on the venue's clock."""
    starts_at = from_local(datetime.combine(day or course_session.starts_on, start), course_session.time_zone)
    mode = values.pop("mode", MeetingMode.IN_PERSON)
    room_id = None if mode is MeetingMode.ONLINE else (room or a_room()).id
    return add(
        Meeting(
            course_session_id=course_session.id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            mode=mode,
            room_id=room_id,
            **values,
        )
    )


def a_completion(person: Person, course: Course, **values: Any) -> Completion:
    """That the person completed the course, in a session of long ago, for ever."""
    if "course_session_id" not in values:
        values["course_session_id"] = a_session(
            course, status=SessionStatus.FINISHED, starts_on=date(2026, 1, 12), ends_on=date(2026, 1, 13)
        ).id
    defaults: dict[str, Any] = {
        "person_id": person.id,
        "course_id": course.id,
        "completed_on": date(2026, 1, 13),
        "planned_minutes": 360,
        "attended_minutes": 360,
        "marked_at": NOW,
    }
    if "marked_by_id" not in values:
        values["marked_by_id"] = a_coordinator().id
    return add(Completion(**{**defaults, **values}))


def a_call(
    course_session: CourseSession | None = None,
    organisations: tuple[Organisation, ...] = (),
    opened: bool = True,
    **values: Any,
) -> Call:
    """A call, open until 18 May 2026, 18:00 in Baku, that invites these: four candidates for two places each.

    The terms come with it, and take what belongs to them: an offer stands 7 days, a seat is held 5, replacements are
    taken until 3 days before the start, and from then on nothing moves by itself.
    """
    course_session_id = course_session.id if course_session else a_session().id
    terms = {"offer_days": 7, "hold_days": 5, "claim_days": 5, "cut_off_days": 3, "still_days": 3, "final_at": None}
    terms |= {name: values.pop(name) for name in list(values) if name in terms}
    defaults: dict[str, Any] = {
        "nominate_each": 4,
        "accept_each": 2,
        "closes_at": datetime(2026, 5, 18, 14, 0, tzinfo=UTC),
        "remind_days": 7,
        "text_en": "You are invited to name candidates.",
        "text_ru": "Приглашаем вас выдвинуть кандидатов.",
        "created_at": NOW - timedelta(days=3),
        "opened_at": NOW - timedelta(days=2) if opened else None,
    }
    with transaction():
        call = Call(course_session_id=course_session_id, **{**defaults, **values})
        db.session.add_all([Terms(course_session_id=course_session_id, **terms), call])
    for organisation in organisations:
        an_invitation(call, organisation)
    return call


def an_invitation(call: Call, organisation: Organisation | None = None, **values: Any) -> Invitation:
    """That the administration is invited; with its quota, when the call has been opened."""
    organisation_id = organisation.id if organisation else an_organisation().id
    with transaction():
        invitation = Invitation(call_id=call.id, organisation_id=organisation_id, **values)
        db.session.add(invitation)
        db.session.flush()
        if call.opened_at is not None:
            session_id, accept = call.course_session_id, invitation.accept
            db.session.add(Quota(course_session_id=session_id, organisation_id=organisation_id, accept=accept, taken=0))
    return invitation


def a_nomination(invitation: Invitation, person: Person | None = None, **values: Any) -> Nomination:
    """That an officer of the administration is nominated, to take part in person, ranked after the others."""
    person_id = person.id if person else an_officer(organisation_id=invitation.organisation_id).id
    mode = values.pop("mode", PlaceMode.IN_PERSON)
    with transaction():
        course_session = db.session.get_one(CourseSession, invitation.call.course_session_id)
        course_session.last_queue_no += 1
        place = Place(
            person_id=person_id,
            course_session_id=course_session.id,
            organisation_id=invitation.organisation_id,
            status=PlaceStatus.NOMINATED,
            mode=mode,
            way=Way.NOMINATION,
            queue_no=course_session.last_queue_no,
            steps=1,
            asked_at=NOW,
            changed_at=NOW,
        )
        db.session.add(place)
        db.session.flush()
        first = {"what": Step.NOMINATED, "new_status": PlaceStatus.NOMINATED, "mode": mode}
        db.session.add(PlaceHistory(place_id=place.id, step=1, at=NOW, **first))
        others = db.session.query(Nomination).filter_by(invitation_id=invitation.id).count()
        defaults = {"place_id": place.id, "rank": others + 1, "nominated_at": NOW}
        nomination = Nomination(invitation_id=invitation.id, **{**defaults, **values})
        db.session.add(nomination)
    return nomination
