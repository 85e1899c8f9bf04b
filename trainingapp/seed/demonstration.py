"""The demonstration office: courses, people and sessions around today, built through the services.

So it obeys every rule, and cannot rot. All people in it are fictional.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from trainingapp.accounts.models import Centre, Organisation, Sex
from trainingapp.accounts.rules.people import PersonDetails
from trainingapp.accounts.services import access, people
from trainingapp.accounts.services.reference import load_reference
from trainingapp.catalogue import services as catalogue
from trainingapp.catalogue.models import AccessClass, CourseKind, Level
from trainingapp.catalogue.rules import CourseDetails
from trainingapp.core.actor import acting_as
from trainingapp.core.clock import standing_at
from trainingapp.core.db import db, transaction
from trainingapp.core.demonstration import mark_as_demonstration
from trainingapp.core.permissions import Role
from trainingapp.scheduling import services as scheduling
from trainingapp.scheduling.services.rooms import RoomDetails
from trainingapp.seed.calls import live_through_call
from trainingapp.seed.sessions import Cast, Plan, live_through

DATA = Path(__file__).parent / "data"
PASSWORD = "seven-point-inspection"
COORDINATOR = "coordinator@example.org"
ACCOUNTS = (
    ("officer (English)", "officer@example.org"),
    ("officer (Russian)", "officer.ru@example.org"),
    ("National Contact Point (English)", "contact@example.org"),
    ("National Contact Point (Russian)", "contact.ru@example.org"),
    ("trainer", "trainer@example.org"),
    ("coordinator", COORDINATOR),
    ("administrator", "administrator@example.org"),
)
PAST = timedelta(days=900)


def read(name: str) -> list[Plan]:
    """One of the files of the demonstration's texts."""
    rows: list[Plan] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def load_demonstration(*, now: datetime) -> None:
    """Fill an empty database. Every session is lived through as of its own days; ``now`` is today."""
    mark_as_demonstration(now, is_whole=False)
    with standing_at(now - PAST) as began:
        load_reference()
        cast = load_people(began)
        with acting_as(cast.coordinator_id):
            load_rooms()
            load_courses(load_topics(), began)
        open_accounts(cast, began)
    for number, plan in enumerate(read("sessions")):
        with transaction():
            live_through(plan, cast, now - timedelta(seconds=number), today=now)
    for plan in read("calls"):
        with transaction():
            live_through_call(plan, cast, today=now)
    mark_as_demonstration(now)


def ids_by_code(model: type[Centre] | type[Organisation]) -> dict[str, int]:
    return {row.code: row.id for row in db.session.execute(sa.select(model.code, model.id))}


def load_people(now: datetime) -> Cast:
    """Everybody, with their roles."""
    organisations, centres = ids_by_code(Organisation), ids_by_code(Centre)
    ids: dict[str, int] = {}
    with transaction():
        for row in read("people"):
            person = people.add_person(person_details(row), organisations[row["organisation"]], now=now)
            ids[row["key"]] = person.id
            for role in row["roles"]:
                people.grant_role(
                    person.id,
                    Role(role["role"]),
                    organisation_id=scope_of(role, row, organisations),
                    centre_id=centres[role["centre"]] if role.get("centre") else None,
                    now=now,
                )
    emails = {row["email"]: ids[row["key"]] for row in read("people")}
    return Cast(people=ids, accounts=[emails[email] for _, email in ACCOUNTS], coordinator_id=emails[COORDINATOR])


def person_details(row: Plan) -> PersonDetails:
    plain = {name: row.get(name) for name in PersonDetails.__dataclass_fields__ if name != "sex"}
    return PersonDetails(**plain, sex=Sex(row["sex"]) if row.get("sex") else None)  # type: ignore[arg-type]


def scope_of(role: dict[str, str], row: Plan, organisations: dict[str, int]) -> int | None:
    if role["role"] not in {Role.OFFICER, Role.CONTACT_POINT}:
        return None
    return organisations[role.get("organisation") or row["organisation"]]


def open_accounts(cast: Cast, now: datetime) -> None:
    """Let the people of the sign-in list choose the password that is printed for the visitor."""
    for person_id in cast.accounts:
        access.use_link(access.invite(person_id, now=now), PASSWORD, now=now)


def load_rooms() -> None:
    centres = ids_by_code(Centre)
    with transaction():
        for row in read("rooms"):
            details = RoomDetails(name_en=row["name_en"], name_ru=row["name_ru"], capacity=row["capacity"])
            scheduling.add_room(centres[row["centre"]], details)


def load_topics() -> dict[str, int]:
    return {row["code"]: catalogue.add_topic(row["code"], row["name_en"], row["name_ru"]) for row in read("topics")}


def load_courses(topics: dict[str, int], now: datetime) -> None:
    """Every course, and then its state: published, retired or still a draft."""
    centres = ids_by_code(Centre)
    ids: dict[str, int] = {}
    rows = read("courses")
    for row in in_order_of_prerequisites(rows):
        ids[row["code"]] = catalogue.add_course(course_details(row, topics, centres, ids))
        if row["status"] != "draft":
            catalogue.publish_course(ids[row["code"]], now=now)
    for row in rows:
        if row["status"] == "retired":
            catalogue.retire_course(ids[row["code"]], now=now)


def in_order_of_prerequisites(rows: list[Plan]) -> list[Plan]:
    """Required courses before those that require them."""
    ordered: list[Plan] = []
    waiting = list(rows)
    while waiting:
        done = {row["code"] for row in ordered}
        ready = [row for row in waiting if set(row["prerequisites"]) <= done]
        ordered += ready
        waiting = [row for row in waiting if row not in ready]
    return ordered


def course_details(
    row: Plan, topics: dict[str, int], centres: dict[str, int], courses: dict[str, int]
) -> CourseDetails:
    plain = {name: row[name] for name in CourseDetails.__dataclass_fields__ if name in row}
    return CourseDetails(
        **{
            **plain,
            "kind": CourseKind(row["kind"]),
            "access_class": AccessClass(row["access_class"]),
            "level": Level(row["level"]) if row["level"] else None,
            "languages": tuple(row["languages"]),
            "centre_id": centres[row["centre"]] if row["centre"] else None,
            "topic_ids": frozenset(topics[code] for code in row["topics"]),
            "prerequisite_ids": frozenset(courses[code] for code in row["prerequisites"]),
        }
    )
