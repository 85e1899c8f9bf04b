"""The measurements. Each is asked of the application whose context is open; none of them asserts a time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask, render_template
from flask.testing import FlaskClient

from tests.bench import calls, office
from tests.builders import a_course, a_session, a_sign_in
from tests.certificates.paper import paper
from trainingapp.accounts.models import Organisation, Person
from trainingapp.catalogue.models import AccessClass
from trainingapp.certificates.papers import certificate_pdf
from trainingapp.core.actor import acting_as
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.core.permissions import public
from trainingapp.enrolment.models import Place, PlaceMode, PlaceStatus
from trainingapp.enrolment.services import enrol
from trainingapp.scheduling.models import CourseSession

COURSES = 200
PARTICIPANTS = (100, 1000)
ROUNDS = 40
SIZES = (1, 30, 1000)
OFFICERS, SEATS, THREADS = 200, 10, 16
CERTIFICATES = 80
CANDIDATES = 1000

FLOOR = """
{% extends "base.html" %}
{% block title %}Floor{% endblock %}
{% block content %}<h1>Floor</h1><ul>{% for row in rows %}<li>{{ row.name_en }}</li>{% endfor %}</ul>{% endblock %}
"""


# ---------------------------------------------------------------- pages against a floor


def add_floor(app: Flask) -> None:
    """The least that a page of this application can be: one SELECT of twenty rows in the common frame."""
    template = app.jinja_env.from_string(FLOOR)

    @public
    def floor() -> str:
        rows = db.session.execute(sa.select(Organisation.id, Organisation.name_en).order_by(Organisation.id).limit(20))
        return render_template(template, rows=rows.all())

    app.add_url_rule("/floor", "floor", floor)


def page_ratios(app: Flask) -> dict[str, float]:
    """How many times as long as with the floor one core is busy with the pages that are opened most."""
    of = an_office(COURSES, sessions_per_course=2)
    visitor, session = browser(app), f"/sessions/{of.open_sessions[0]}"
    ratios = {
        f"The catalogue of {COURSES} courses, for a visitor": ratio(visitor, "/courses"),
        "The same, for somebody signed in": ratio(browser(app, of.officer_id), "/courses"),
        "A course session, for a visitor": ratio(visitor, session),
    }
    for size in PARTICIPANTS:
        of = an_office(size)
        path = f"/sessions/{of.group_id}/participants"
        ratios[f"{size:,} participants, for a coordinator"] = ratio(browser(app, of.coordinator_id), path)
    return ratios


def an_office(rows: int, **options: int) -> office.Office:
    """The office, with as many organisations as the floor shows."""
    filled = office.fill(rows, **options)
    office.insert(Organisation, ({"code": f"X{n}", "kind": "partner", "name_en": f"Land {n}"} for n in range(20)))
    return filled


def ratio(client: FlaskClient, path: str) -> float:
    """The median of rounds in which the page and a visitor's floor take turns."""
    visitor = browser(client.application)
    ratios = [busy(client, path) / busy(visitor, "/floor") for _round in range(ROUNDS)]
    return statistics.median(ratios[5:])


def busy(client: FlaskClient, path: str) -> float:
    """For how many seconds."""
    began = time.process_time()
    opened(client, path)
    return time.process_time() - began


def opened(client: FlaskClient, path: str) -> None:
    """Opens a page as a server does: in a context of its own, not in ours."""
    response = Context().run(client.get, path)
    if response.status_code != 200:
        raise RuntimeError(f"{path} answered {response.status}")


def browser(app: Flask, person_id: int | None = None) -> FlaskClient:
    """Of a visitor, or of that person."""
    client = app.test_client()
    if person_id is not None:
        with client.session_transaction() as session:
            session["_user_id"] = a_sign_in(db.session.get_one(Person, person_id))
    return client


# ---------------------------------------------------------------- a selection among a thousand


def selection_ratio(app: Flask) -> float:
    """How many times as long as with the floor one core is busy with the table of all candidates of a large call."""
    called = calls.fill(CANDIDATES)
    return ratio(browser(app, called.coordinator_id), f"/calls/{called.call_id}/selection")


# ---------------------------------------------------------------- queries per page


def queries_per_page(app: Flask) -> dict[str, list[int]]:
    """For each page how many questions it asks the database, with one row, with thirty, and with a thousand."""
    counted: dict[str, list[int]] = {}
    for rows in SIZES:
        for page, (person_id, path) in pages(office.fill(rows)).items():
            counted.setdefault(page, []).append(queries_of(browser(app, person_id), path))
        called = calls.fill(rows)
        path = f"/calls/{called.call_id}/selection"
        counted.setdefault("Selection of a call", []).append(queries_of(browser(app, called.coordinator_id), path))
    return counted


def pages(of: office.Office) -> dict[str, tuple[int | None, str]]:
    group = f"/sessions/{of.group_id}"
    return {
        "Catalogue": (None, "/courses"),
        "Sessions": (of.coordinator_id, "/sessions"),
        "People": (of.coordinator_id, "/people"),
        "Participants": (of.coordinator_id, f"{group}/participants"),
        "Attendance sheet (30 at most)": (of.coordinator_id, f"/meetings/{of.meeting_id}/attendance"),
        "Results": (of.coordinator_id, f"{group}/results"),
        "Completion": (of.coordinator_id, f"{group}/completion"),
        "Certificates of a session": (of.coordinator_id, f"{group}/certificates"),
        "My training": (of.officer_id, "/my-training"),
        "My letters": (of.officer_id, "/letters"),
        "Coordinator’s desk": (of.coordinator_id, "/desk"),
    }


def queries_of(client: FlaskClient, path: str) -> int:
    with counting() as statements:
        opened(client, path)
    return len(statements)


@contextmanager
def counting() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
            statements.append(statement)

    db.session.remove()
    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


# ---------------------------------------------------------------- the rush


@dataclass(frozen=True)
class Rush:
    """What came of it."""

    per_second: float
    placed: int
    waiting: int
    taken: int
    queue: list[int]

    @property
    def is_right(self) -> bool:
        """Not one seat too many and not one too few, everybody else waits, and every number was given once."""
        right = (SEATS, OFFICERS - SEATS, SEATS)
        return (self.placed, self.waiting, self.taken) == right and self.queue == list(range(1, OFFICERS + 1))


def rush(app: Flask) -> Rush:
    """Two hundred officers ask at once for ten places."""
    office.begin()
    people = office.officers(OFFICERS, utc_now())
    day = utc_now().date() + timedelta(days=30)
    course = a_course(access_class=AccessClass.OPEN)
    session_id = a_session(course, capacity_in_person=SEATS, starts_on=day, ends_on=day).id
    db.session.remove()

    def ask(person_id: int) -> None:
        with app.app_context(), acting_as(person_id):
            enrol(person_id, session_id, PlaceMode.IN_PERSON, now=utc_now())

    seconds = in_threads(ask, people)
    places = db.session.execute(sa.select(Place.status, Place.queue_no).order_by(Place.queue_no)).all()
    states = [place.status for place in places]
    return Rush(
        per_second=OFFICERS / seconds,
        placed=states.count(PlaceStatus.PLACED),
        waiting=states.count(PlaceStatus.WAITING),
        taken=db.session.get_one(CourseSession, session_id).taken,
        queue=[place.queue_no for place in places],
    )


def in_threads(work: Callable[[int], None], items: list[int]) -> float:
    """Does the work in as many threads as can be busy at once; how many seconds it took. Raises what went wrong."""
    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(work, items))
    return time.perf_counter() - began


# ---------------------------------------------------------------- certificates


def certificates_per_second() -> float:
    """How many certificates in both languages, each with a QR code of its own, one core makes in a second."""
    for number in range(3):
        make_certificate(-number)
    began = time.process_time()
    for number in range(CERTIFICATES):
        make_certificate(number)
    return CERTIFICATES / (time.process_time() - began)


def make_certificate(number: int) -> None:
    printed = paper(serial=f"ROCB-2026-{number:06}", name_latin=f"Aigerim Omarova {number}")
    certificate_pdf(printed, "both", f"https://training.example.org/verify/bench-{number}", utc_now())
