"""What certificates show on the front pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask_login import current_user

from trainingapp.accounts.queries.roles import represented_by
from trainingapp.certificates.queries.certificates import (
    certificates_of_person,
    certificates_ready,
    expiring_certificates,
    state_of,
)
from trainingapp.core.cards import Card, FrontPage, Part, Tile, work_tile
from trainingapp.core.clock import today_in
from trainingapp.core.i18n import _n
from trainingapp.records import texts
from trainingapp.scheduling.queries.sessions import kept_by


def for_officer(now: datetime) -> Iterator[Card]:
    zone = current_user.time_zone
    today = today_in(zone, now)
    rows = certificates_of_person(current_user.id)
    values = {"certificates": [(row, state_of(row, today), today_in(zone, row.issued_at)) for row in rows]}
    yield Card(order=10, part=Part.LAST, template="certificates/cards/my_certificates.html", values=values)


def for_contact_point(now: datetime) -> Iterator[Tile | Card]:
    today = today_in(current_user.time_zone, now)
    rows = expiring_certificates(represented_by(current_user), today)
    text = _n("certificate expires within 90 days", "certificates expire within 90 days", len(rows))
    yield work_tile(30, len(rows), text, "#expiring")
    values = {"expiring": rows, "today": today, "texts": texts}
    yield Card(order=30, template="certificates/cards/expiring.html", values=values)


def for_coordinator(_now: datetime) -> Iterator[Tile | Card]:
    ready = certificates_ready(kept_by(current_user))
    number = sum(row.ready for row in ready)
    yield work_tile(
        60, number, _n("certificate ready to issue", "certificates ready to issue", number), "#certificates"
    )
    if ready:
        yield Card(order=50, template="certificates/cards/ready.html", values={"ready": ready})


CARDS = {
    FrontPage.OFFICER: for_officer,
    FrontPage.CONTACT_POINT: for_contact_point,
    FrontPage.COORDINATOR: for_coordinator,
}
