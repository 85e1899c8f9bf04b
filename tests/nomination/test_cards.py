"""What waits of calls, selections and offers on a coordinator's desk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine

from tests import builders
from tests.builders import NOW
from tests.pages import PageClient
from trainingapp.core.db import db, transaction
from trainingapp.core.permissions import Role
from trainingapp.enrolment.models import Place, PlaceStatus, Terms, Vacancy
from trainingapp.enrolment.queries import cards
from trainingapp.nomination.models import Call
from trainingapp.nomination.queries import waiting
from trainingapp.scheduling.models import SessionStatus

pytestmark = pytest.mark.usefixtures("app")

Client = Callable[..., PageClient]
EVERYTHING = sa.true()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_the_usual_time() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def a_call(session: dict[str, Any] | None = None, **values: Any) -> Call:
    return builders.a_call(builders.a_session(**(session or {})), **values)


def in_state(call: Call, status: PlaceStatus, **values: Any) -> Place:
    """A place of that call's session in that state."""
    place_id = builders.a_nomination(builders.an_invitation(call)).place_id
    with transaction():
        place = db.session.get_one(Place, place_id)
        place.status = status
        for name, value in values.items():
            setattr(place, name, value)
        place.course_session.taken_in_person += bool(place.seats)
    return place


def a_final_call(session: dict[str, Any] | None = None, **values: Any) -> Call:
    return a_call(session, **{"closes_at": NOW - 9 * DAY, "final_at": NOW - DAY, **values})


def everything_waits(session: dict[str, Any] | None = None) -> None:
    """One of each that the desk names: five sessions."""
    closing = a_call(session, closes_at=NOW + 3 * DAY)
    builders.a_nomination(builders.an_invitation(closing))
    builders.an_invitation(closing)
    due = a_call(session, closes_at=NOW - DAY)
    builders.a_nomination(builders.an_invitation(due))
    in_state(a_final_call(session), PlaceStatus.OFFERED, offered_until=NOW + DAY)
    in_state(a_final_call(session), PlaceStatus.WITHDRAWN, held_until=NOW + DAY)
    vacant = a_final_call(session)
    with transaction():
        terms = db.session.scalars(sa.select(Terms).where(Terms.course_session_id == vacant.course_session_id)).one()
        terms.vacancy_in_person = Vacancy.NOBODY_WAITS


def ids(rows: Any) -> list[int]:
    return [row.id for row in rows]


@pytest.mark.both_engines
def test_each_list_holds_what_waits() -> None:
    everything_waits()

    (closing,) = waiting.calls_closing(EVERYTHING, NOW)
    (due,) = waiting.selections_due(EVERYTHING, NOW)
    (lapsing,) = waiting.offers_lapsing(EVERYTHING, NOW)
    (held,) = waiting.held_places(EVERYTHING)
    (vacant,) = waiting.vacant_sessions(EVERYTHING)

    assert (closing.answered, closing.invited) == (1, 2)
    assert due.candidates == 1
    assert (lapsing.number, lapsing.first_at) == (1, NOW + DAY)
    assert (held.number, held.first_at) == (1, NOW + DAY)
    assert (vacant.free_in_person, vacant.vacancy_in_person) == (10, Vacancy.NOBODY_WAITS)


def test_calls_that_do_not_close_soon_are_left_out() -> None:
    a_call(closes_at=NOW + 8 * DAY)
    a_call(closes_at=NOW + DAY, opened_at=None)
    a_call({"status": SessionStatus.CANCELLED, "cancelled_at": NOW}, closes_at=NOW + DAY)
    near = a_call(closes_at=NOW + 7 * DAY)

    assert ids(waiting.calls_closing(EVERYTHING, NOW)) == [near.course_session_id]


def test_selection_is_due_when_its_time_has_come() -> None:
    a_call(closes_at=NOW + DAY)
    a_call(closes_at=NOW - 3 * DAY, proposed_at=NOW - DAY, comments_until=NOW + DAY)
    a_final_call()
    closed = a_call(closes_at=NOW)
    commented = a_call(closes_at=NOW - 5 * DAY, proposed_at=NOW - 3 * DAY, comments_until=NOW - DAY)

    due = waiting.selections_due(EVERYTHING, NOW)

    assert ids(due) == [commented.course_session_id, closed.course_session_id]


def test_offers_with_time_to_answer_are_left_in_peace() -> None:
    in_state(a_final_call(), PlaceStatus.OFFERED, offered_until=NOW + 3 * DAY)

    assert ids(waiting.offers_lapsing(EVERYTHING, NOW)) == []


@pytest.mark.parametrize(
    ("vacancy", "is_listed"),
    [
        (None, False),
        (Vacancy.NOT_FINAL, False),
        (Vacancy.OVER, False),
        (Vacancy.NOBODY_CAN, True),
        (Vacancy.NOBODY_WAITS, True),
        (Vacancy.TOO_CLOSE, True),
    ],
)
def test_free_places_are_listed_when_somebody_has_to_act(vacancy: Vacancy | None, is_listed: bool) -> None:
    call = a_final_call()
    with transaction():
        db.session.get_one(Call, call.id).terms.vacancy_online = vacancy

    assert bool(waiting.vacant_sessions(EVERYTHING)) is is_listed


def test_session_that_waits_for_its_selection_is_not_below_its_minimum() -> None:
    undecided = a_call({"minimum": 5, "enrolment_closes_at": NOW + DAY})
    final = a_final_call({"minimum": 5, "enrolment_closes_at": NOW + DAY})

    sessions = cards.current_sessions(EVERYTHING, NOW)

    assert ids(cards.below_minimum(sessions, NOW)) == [final.course_session_id]
    assert undecided.course_session_id in ids(sessions)


def test_desk_names_what_waits_and_leads_there(client_as: Client) -> None:
    everything_waits()
    client = client_as(builders.a_coordinator())

    text = client.text("/desk")

    for words in (
        "1 selection due",
        "1 call closes within 7 days",
        "1 offer that ends soon",
        "1 place kept for a replacement",
        "1 session with free places that go to nobody",
        "Administrations that have answered: 1 of 2.",
        "1 candidate waits for the selection.",
        "1 offer without an answer; it ends on 5 May 2026, 12:00 (Baku time, UTC+4).",
        "1 place is kept for a replacement until 5 May 2026, 12:00 (Baku time, UTC+4).",
        "Free places in person: 10. Nobody is left on the reserve list for it.",
    ):
        assert words in text
    assert "Nothing waits for you" not in text
    (due,) = waiting.selections_due(EVERYTHING, NOW)
    assert f"/calls/{due.call_id}/selection" in client.page.links


@pytest.mark.parametrize(
    ("values", "sentence", "leads_to_selection"),
    [
        ({}, "nobody was nominated: move the deadline or cancel.", False),
        ({"proposed_at": NOW - 2 * DAY, "comments_until": NOW - DAY}, "make the selection final.", True),
    ],
)
def test_desk_says_what_a_selection_waits_for(
    client_as: Client, values: dict[str, Any], sentence: str, leads_to_selection: bool
) -> None:
    call = a_call(closes_at=NOW - 3 * DAY, **values)
    client = client_as(builders.a_coordinator())

    text = client.text("/desk")

    assert sentence in text
    assert (f"/calls/{call.id}/selection" in client.page.links) is leads_to_selection


def test_coordinator_of_one_centre_sees_the_calls_of_that_centre_only(client_as: Client) -> None:
    here, there = builders.a_centre(), builders.a_centre()
    everything_waits({"centre_id": here.id})
    for _number in range(2):
        everything_waits({"centre_id": there.id})

    text = client_as(builders.a_coordinator(centre=here)).text("/desk")

    for tile in ("1 selection due", "1 call closes", "1 offer that ends", "1 place kept", "1 session with free places"):
        assert tile in text


def test_queries_do_not_grow_with_the_calls(client_as: Client, count_queries: Callable[[], Any]) -> None:
    client = client_as(builders.a_coordinator())

    def statements(more: int) -> int:
        for _number in range(more):
            everything_waits()
        with count_queries() as found:
            client.get("/desk")
        return len(found)

    assert statements(1) == statements(8)


def test_long_lists_lead_to_all_calls(client_as: Client) -> None:
    for _number in range(8):
        everything_waits()

    text = client_as(builders.a_coordinator()).text("/desk")

    assert text.count("and 2 more · All calls") == 5


ENGLISH = re.compile(r"\b[A-Za-z]?[a-z]{3,}\b")


def test_desk_with_calls_speaks_russian(client_as: Client) -> None:
    everything_waits()

    text = client_as(builders.a_coordinator(language="ru")).text("/desk")

    assert set(ENGLISH.findall(text)) - {"trainingapp", "English"} == set()
    assert ".." not in text


@pytest.mark.parametrize(
    ("roles", "section"),
    [
        ((Role.CONTACT_POINT,), "/my-administration"),
        ((Role.COORDINATOR,), "/calls"),
        ((Role.COORDINATOR, Role.CONTACT_POINT), "/my-administration"),
    ],
)
def test_page_of_an_invitation_belongs_to_one_section(client_as: Client, roles: tuple[Role, ...], section: str) -> None:
    person = builders.a_person(*roles)
    invitation = builders.an_invitation(a_call(), person.organisation)
    client = client_as(person)

    html = client.get(f"/invitations/{invitation.id}").get_data(as_text=True)

    assert re.findall(r'href="([^"]+)" aria-current="page"', html.split("<main")[0]) == [section]


def test_menu_offers_calls_to_coordinators(client_as: Client) -> None:
    call = a_call()
    coordinator, officer = client_as(builders.a_coordinator()), client_as(builders.an_officer())

    html = coordinator.get(f"/sessions/{call.course_session_id}/call").get_data(as_text=True)
    officer.get("/")

    assert re.findall(r'href="([^"]+)" aria-current="page"', html.split("<main")[0]) == ["/calls"]
    assert "/calls" not in officer.page.links
