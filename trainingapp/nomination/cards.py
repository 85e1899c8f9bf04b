"""What calls and candidates show on the front pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from flask_login import current_user

from trainingapp.accounts.queries.roles import represented_by
from trainingapp.core.cards import Card, FrontPage, Part, Tile, work_tile
from trainingapp.core.clock import today_in
from trainingapp.core.db import Row
from trainingapp.core.i18n import _n
from trainingapp.enrolment.models import PlaceStatus
from trainingapp.enrolment.queries.lists import places_of
from trainingapp.enrolment.texts import cards as place_texts
from trainingapp.enrolment.texts import sentence
from trainingapp.nomination import texts
from trainingapp.nomination.models import Stage
from trainingapp.nomination.queries.calls import nomination_deadlines
from trainingapp.nomination.queries.invited import invitations_of, seats_in_question
from trainingapp.nomination.queries.waiting import Waiting, waiting
from trainingapp.scheduling.models import SessionStatus
from trainingapp.scheduling.queries.sessions import kept_by

OVER = {SessionStatus.FINISHED, SessionStatus.CANCELLED}


def for_officer(now: datetime) -> Iterator[Card]:
    """Places, with the day until which administrations nominate: that is why they are not cards of enrolment."""
    today = today_in(current_user.time_zone, now)
    places = places_of(current_user.id)
    live = [row for row in reversed(places) if is_live(row)]
    offers = [row for row in live if row.status is PlaceStatus.OFFERED]
    to_follow = [row for row in live if is_to_follow(row, today)]
    if offers or to_follow:
        asked = {"offers": sorted(offers, key=lambda row: row.offered_until), "to_follow": to_follow}
        values = {**asked, "now": now, "texts": place_texts}
        yield Card(order=10, part=Part.TO_DO, template="nomination/cards/asked.html", values=values)
    nominated = (row.course_session_id for row in live if row.status is PlaceStatus.NOMINATED)
    shown = {"live": live, "past": [row for row in places if not is_live(row)], "sentence": sentence}
    values = {**shown, "closing": nomination_deadlines(nominated), "now": now, "texts": texts}
    yield Card(order=20, template="nomination/cards/my_places.html", values=values)


def is_live(place: Row) -> bool:
    """Whether something is still to come of the place."""
    return place.status.is_live and place.session_status not in OVER


def is_to_follow(place: Row, today: date) -> bool:
    """Whether the place is one of a distance course that can be followed now."""
    return bool(place.followed_at_url and place.status is PlaceStatus.PLACED and place.starts_on <= today)


def for_contact_point(now: datetime) -> Iterator[Card]:
    own = represented_by(current_user)
    calls, seats = invitations_of(own, now), seats_in_question(own)
    values = {
        **{f"{stage.value}_calls": [one.row for one in calls if one.stage is stage] for stage in Stage},
        "held": [row for row in seats if row.held_until],
        "offered": [row for row in seats if not row.held_until],
        "of_several": len(own) > 1,
        "now": now,
        "sentences": texts,
    }
    yield Card(order=20, part=Part.FIRST, template="nomination/cards/calls.html", values=values)


def for_coordinator(now: datetime) -> Iterator[Tile | Card]:
    waits = waiting(kept_by(current_user), now)
    yield from (tile for tile in tiles_of(waits) if tile.number)  # few offices have all of them at once
    if any((waits.selections, waits.closing, waits.lapsing, waits.held, waits.vacant)):
        yield Card(order=20, template="nomination/cards/waiting.html", values={"waits": waits, "texts": texts})


def tiles_of(waits: Waiting) -> Iterator[Tile]:
    number = len(waits.selections)
    yield work_tile(70, number, _n("selection due", "selections due", number), "#selections")
    number = len(waits.closing)
    text = _n("call closes within 7 days", "calls close within 7 days", number)
    yield work_tile(80, number, text, "#closing", tone="neutral")
    number = sum(row.number for row in waits.lapsing)
    yield work_tile(90, number, _n("offer that ends soon", "offers that end soon", number), "#lapsing")
    number = sum(row.number for row in waits.held)
    text = _n("place kept for a replacement", "places kept for a replacement", number)
    yield work_tile(100, number, text, "#held", tone="neutral")
    number = len(waits.vacant)
    text = _n("session with free places that go to nobody", "sessions with free places that go to nobody", number)
    yield work_tile(110, number, text, "#vacant")


CARDS = {
    FrontPage.OFFICER: for_officer,
    FrontPage.CONTACT_POINT: for_contact_point,
    FrontPage.COORDINATOR: for_coordinator,
}
