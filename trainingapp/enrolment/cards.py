"""What places show on the front pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask_login import current_user

from trainingapp.accounts.queries.roles import represented_by
from trainingapp.catalogue.models import AccessClass
from trainingapp.core.cards import Card, FrontPage, Part, Tile, work_tile
from trainingapp.core.db import Rows
from trainingapp.core.i18n import _n
from trainingapp.core.web import page_number, paged
from trainingapp.enrolment.queries import cards as queries
from trainingapp.enrolment.texts import cards as texts
from trainingapp.scheduling import texts as session_texts
from trainingapp.scheduling.queries.sessions import kept_by

MOST = 6


def for_officer(now: datetime) -> Iterator[Card]:
    values = {"meetings": queries.next_meetings(current_user.id, now, MOST)}
    yield Card(order=10, part=Part.FIRST, template="enrolment/cards/next_meeting.html", values=values)


def for_contact_point(now: datetime) -> Iterator[Tile | Card]:
    sessions = queries.open_sessions(now, MOST, AccessClass.CUSTOMS, AccessClass.OPEN)
    values = {"sessions": [row for row in sessions if not row.by_nomination]}
    yield Card(order=10, template="enrolment/cards/open_sessions.html", values=values)
    places = paged(queries.places_of_administrations(represented_by(current_user)), page_number())
    text = _n("place or request", "places and requests", places.total)
    yield work_tile(20, places.total, text, "#places", tone="neutral")
    yield Card(order=20, template="enrolment/cards/places.html", values={"places": places, "texts": texts})


def for_coordinator(now: datetime) -> Iterator[Tile | Card]:
    within = kept_by(current_user)
    requests = queries.requests(within)
    number = sum(row.requests for row in requests)
    yield work_tile(10, number, _n("request to decide", "requests to decide", number), "#requests")
    if requests:
        values = {"requests": requests, "now": now, "texts": texts}
        yield Card(order=10, template="enrolment/cards/requests.html", values=values)
    yield from steps_of_sessions(queries.current_sessions(within, now), now)


def steps_of_sessions(current: Rows, now: datetime) -> Iterator[Tile | Card]:
    """Two lists of one reading: sessions without enough people, and sessions that wait for a step."""
    below, steps = queries.below_minimum(current, now), queries.steps_due(current, now)
    text = _n("session below its minimum", "sessions below their minimum", len(below))
    yield work_tile(20, len(below), text, "#below-minimum")
    text = _n("session to open, confirm, start or finish", "sessions to open, confirm, start or finish", len(steps))
    yield work_tile(30, len(steps), text, "#steps")
    if below or steps:
        values = {"below_minimum": below, "steps": steps, "now": now, "texts": texts, "session_texts": session_texts}
        yield Card(order=30, template="enrolment/cards/steps.html", values=values)


CARDS = {
    FrontPage.OFFICER: for_officer,
    FrontPage.CONTACT_POINT: for_contact_point,
    FrontPage.COORDINATOR: for_coordinator,
}
