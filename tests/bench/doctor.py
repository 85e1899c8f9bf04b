"""How long each finding of the self-check takes in an office of very many places."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from tests.bench import office
from tests.builders import a_centre, a_coordinator, an_organisation
from trainingapp.accounts.models import Person
from trainingapp.cli import doctor, rows
from trainingapp.core.clock import utc_now
from trainingapp.core.db import Base, db, transaction
from trainingapp.core.health import Invariant
from trainingapp.enrolment.models import (
    Obstacle,
    Place,
    PlaceHistory,
    PlaceMode,
    PlaceStatus,
    Quota,
    Step,
    Terms,
    Way,
)
from trainingapp.scheduling.models import CourseSession

SEATS, LINE = 20, 50  # of each session: as the office's, and everybody who has or wants one
ADMINISTRATIONS, EACH = 10, 500
DAYS = {"offer_days": 7, "hold_days": 5, "claim_days": 3, "cut_off_days": 3, "still_days": 2}
NUMBER = sa.select(sa.literal(1).label("n")).cte("number", recursive=True)
NUMBER = NUMBER.union_all(sa.select(NUMBER.c.n + 1).where(NUMBER.c.n < LINE))


def seconds_by_finding(places: int) -> dict[str, float]:
    """An office with so many places; then the seconds that each finding takes."""
    fill(places // LINE)
    found = {name: seconds(check) for name, check in checks()}
    return dict(sorted(found.items(), key=lambda each: -each[1]))


def checks() -> Iterator[tuple[str, Any]]:
    for check in (rows.check_damage, rows.check_schema, rows.check_references):
        yield check.__name__, check
    of_features = [check.examine for check in current_app.extensions["checks"] if check.needs_tables]
    for examine in (*of_features, doctor.check_files):
        yield examine.__name__, examine
    for invariant in current_app.extensions["invariants"]:
        yield invariant.name, lambda chosen=invariant: is_well(chosen)


def is_well(invariant: Invariant) -> None:
    finding = rows.check(invariant, utc_now())
    assert finding.level is rows.Level.OK, finding.text


def seconds(check: Any) -> float:
    began = time.perf_counter()
    check()
    db.session.rollback()
    return time.perf_counter() - began


def fill(sessions: int) -> None:
    office.begin()
    now = utc_now()
    a_coordinator()
    people = [
        person
        for first in range(0, ADMINISTRATIONS * EACH, EACH)
        for person in numbered_officers(first, an_organisation().id, now)
    ]
    courses = office.published_courses(200, centres := [a_centre().id for _ in range(office.CENTRES)], now)
    office.upcoming_sessions((courses * (sessions // len(courses) + 1))[:sessions], centres, now)
    with transaction():
        db.session.execute(sa.update(CourseSession).values(taken_in_person=SEATS, last_queue_no=LINE))
        fill_places(people[0], now)
        fill_quotas(now)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")


def numbered_officers(first: int, organisation_id: int, now: datetime) -> list[int]:
    return office.insert(Person, (office.officer(first + number, organisation_id, now) for number in range(EACH)))


def fill_places(first_person: int, now: datetime) -> None:
    """Each session has the same number of people of each administration, the first of them with a seat."""
    n, group = NUMBER.c.n, NUMBER.c.n % ADMINISTRATIONS
    person = first_person + group * EACH + (CourseSession.id * 7 + n * 13) % EACH
    has_seat = n <= SEATS
    columns = {
        Place.person_id: Person.id,
        Place.course_session_id: CourseSession.id,
        Place.organisation_id: Person.organisation_id,
        Place.status: sa.case((has_seat, PlaceStatus.OFFERED.value), else_=PlaceStatus.WAITING.value),
        Place.mode: sa.literal(PlaceMode.IN_PERSON.value),
        Place.way: sa.literal(Way.NOMINATION.value),
        Place.queue_no: n,
        Place.steps: sa.literal(2),
        Place.asked_at: sa.literal(now),
        Place.changed_at: sa.literal(now),
        Place.offered_until: sa.case((has_seat, now + timedelta(days=1)), else_=None),
        Place.passed_over: sa.case((has_seat, None), else_=Obstacle.QUOTA.value),
    }
    crowd = sa.select(*plain(columns)).select_from(CourseSession)
    crowd = crowd.join(NUMBER, sa.true()).join(Person, Person.id == person)
    copy(Place, columns, crowd.order_by(CourseSession.id, n))
    steps = ((Step.NOMINATED, None, PlaceStatus.NOMINATED), (Step.RESERVED, PlaceStatus.NOMINATED, None))
    for number, (what, old, new) in enumerate(steps, start=1):
        columns = {
            PlaceHistory.place_id: Place.id,
            PlaceHistory.step: sa.literal(number),
            PlaceHistory.at: sa.literal(now),
            PlaceHistory.what: sa.literal(what.value),
            PlaceHistory.old_status: sa.literal(old.value) if old else sa.null(),
            PlaceHistory.new_status: sa.literal(new.value) if new else sa.cast(Place.status, sa.String),
            PlaceHistory.mode: sa.cast(Place.mode, sa.String),
        }
        copy(PlaceHistory, columns, sa.select(*plain(columns)).order_by(Place.id))


def fill_quotas(now: datetime) -> None:
    columns: dict[Any, Any] = {getattr(Terms, name): sa.literal(value) for name, value in DAYS.items()}
    columns |= {Terms.course_session_id: CourseSession.id, Terms.final_at: sa.literal(now - timedelta(days=1))}
    copy(Terms, columns, sa.select(*plain(columns)))
    taken = sa.select(Place.course_session_id, Place.organisation_id, sa.func.count(), sa.func.count())
    taken = taken.where(Place.status == PlaceStatus.OFFERED).group_by(Place.course_session_id, Place.organisation_id)
    db.session.execute(sa.insert(Quota).from_select(["course_session_id", "organisation_id", "accept", "taken"], taken))


def plain(columns: dict[Any, Any]) -> list[Any]:
    return [value.label(column.key) for column, value in columns.items()]


def copy(model: type[Base], columns: dict[Any, Any], found: Any) -> None:
    db.session.execute(sa.insert(model).from_select([column.key for column in columns], found))
