"""The front door and the landing pages: who sees which, what is on them, and what is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import render_template
from hypothesis import given
from hypothesis import strategies as st

from tests import builders
from tests.builders import NOW, TODAY
from tests.desk import waiting
from tests.pages import PageClient
from trainingapp.accounts.models import Person
from trainingapp.catalogue.models import AccessClass, CourseKind, CourseStatus
from trainingapp.core import cards, heartbeat
from trainingapp.core.cards import Card, FrontPage, Part
from trainingapp.core.db import db
from trainingapp.core.permissions import Role
from trainingapp.desk.views.front_pages import landing_of
from trainingapp.enrolment.models import Obstacle, PlaceMode, PlaceStatus
from trainingapp.scheduling.models import MeetingMode, SessionStatus

Client = Callable[..., PageClient]

PEOPLE: dict[str, Callable[..., Person] | None] = {
    "visitor": None,
    "officer": builders.an_officer,
    "contact point": builders.a_contact_point,
    "trainer": builders.a_trainer,
    "coordinator": builders.a_coordinator,
    "administrator": builders.an_administrator,
}
OPEN_TO = {
    "/": {*PEOPLE},
    "/my-training": {*PEOPLE} - {"visitor"},
    "/today": {"trainer"},
    "/desk": {"coordinator"},
    "/administration": {"administrator"},
    "/my-administration": {"contact point"},
}
LANDINGS = [
    ((Role.OFFICER,), "/my-training"),
    ((Role.OFFICER, Role.TRAINER), "/today"),
    ((Role.OFFICER, Role.TRAINER, Role.CONTACT_POINT), "/my-administration"),
    ((Role.ADMINISTRATOR,), "/administration"),
    ((Role.TRAINER, Role.COORDINATOR, Role.ADMINISTRATOR), "/desk"),
    ((), "/my-training"),
]


@pytest.fixture(autouse=True)
def _at_the_usual_time() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


# --- who sees which page


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("url", OPEN_TO)
def test_each_page_is_for_its_role_only(client_as: Client, url: str, who: str) -> None:
    make = PEOPLE[who]
    client = client_as(make() if make else None)

    refused = 302 if make is None else 403

    client.get(url, status=200 if who in OPEN_TO[url] else refused)


@pytest.mark.parametrize(("roles", "url"), LANDINGS)
def test_everybody_lands_on_the_first_page_of_the_own_work(
    client_as: Client, roles: tuple[Role, ...], url: str
) -> None:
    client = client_as(builders.a_person(*roles))

    response = client.get("/my", status=302)

    assert client.location(response) == url


def test_a_visitor_is_asked_to_sign_in_and_comes_back(client_as: Client) -> None:
    client = client_as()

    response = client.get("/my", status=302)

    assert client.location(response) == "/sign-in?next=/my"


@pytest.mark.parametrize("who", PEOPLE)
def test_the_menu_leads_only_to_pages_that_open(client_as: Client, who: str) -> None:
    make = PEOPLE[who]
    client = client_as(make() if make else None)
    client.get("/")

    own = [url for url in client.page.links if url in OPEN_TO]

    assert {url for url in own if url != "/"} == {url for url in OPEN_TO if who in OPEN_TO[url] and url != "/"}


def test_the_menu_marks_the_section_of_a_page(client_as: Client) -> None:
    session = builders.a_session()
    client = client_as(builders.a_coordinator())

    html = client.get(f"/sessions/{session.id}").get_data(as_text=True)

    assert re.findall(r'href="([^"]+)" aria-current="page"', html.split("<main")[0]) == ["/sessions"]


# --- the front door


def test_home_counts_published_courses_by_kind(client_as: Client) -> None:
    builders.a_course(kind=CourseKind.VR)
    builders.a_course(kind=CourseKind.VR)
    builders.a_course(kind=CourseKind.VR, status=CourseStatus.DRAFT, published_at=None)

    text = client_as().text("/")

    assert f"{CourseKind.VR.label} Scenarios with a headset, one officer at a time. 2 courses" in text


def test_home_shows_only_sessions_that_can_be_asked_for(client_as: Client) -> None:
    shown = builders.a_session()
    hidden = [
        builders.a_session(status=SessionStatus.DRAFT),
        builders.a_session(status=SessionStatus.RUNNING),
        builders.a_session(enrolment_closes_at=NOW - timedelta(hours=1)),
        builders.a_session(builders.a_course(status=CourseStatus.RETIRED)),
    ]
    client = client_as()

    client.get("/")

    assert f"/sessions/{shown.id}" in client.page.links
    assert not [row for row in hidden if f"/sessions/{row.id}" in client.page.links]


def test_home_without_sessions_says_what_would_fill_it(client_as: Client) -> None:
    text = client_as().text("/")

    assert "No session is open for enrolment just now." in text
    assert "Accounts are given by invitation" in text


def test_home_leads_a_member_to_the_own_page(client_as: Client) -> None:
    client = client_as(builders.a_trainer())

    text = client.text("/")

    assert "Go to my page" in text
    assert "Accounts are given by invitation" not in text


# --- my training


def test_my_training_without_anything_says_what_would_fill_it(client_as: Client) -> None:
    text = client_as(builders.an_officer()).text("/my-training")

    for sentence in (
        "You have no meeting ahead.",
        "Nothing at the moment.",
        "You have no place and no request.",
        "Nothing completed yet.",
        "No certificate yet.",
        "No letter yet.",
    ):
        assert sentence in text


def test_my_training_shows_the_next_meeting_on_both_clocks(client_as: Client) -> None:
    officer = builders.an_officer(time_zone="Europe/Lisbon")
    session = builders.a_session()
    builders.a_meeting(session, title_en="Doors and seals")
    waiting.a_place(session, officer, PlaceStatus.PLACED)

    text = client_as(officer).text("/my-training")

    assert "1 June 2026, 09:00–12:00 (Baku time, UTC+4) your time: 06:00–09:00 (Lisbon time, UTC+1)" in text
    assert "Doors and seals" in text
    assert "You have a place (in person)." in text


@pytest.mark.parametrize(("mode", "joins"), [(PlaceMode.ONLINE, True), (PlaceMode.IN_PERSON, False)])
def test_the_joining_link_is_for_those_who_take_part_online(client_as: Client, mode: PlaceMode, joins: bool) -> None:
    officer = builders.an_officer()
    session = builders.a_session(capacity_online=5, joining_url="https://example.org/join")
    builders.a_meeting(session, mode=MeetingMode.HYBRID)
    waiting.a_place(session, officer, PlaceStatus.PLACED, mode=mode)
    client = client_as(officer)

    client.get("/my-training")

    assert ("https://example.org/join" in client.page.links) is joins


def test_my_training_says_why_somebody_waits(client_as: Client) -> None:
    officer = builders.an_officer()
    waiting.a_place(builders.a_session(), officer, PlaceStatus.WAITING, passed_over=Obstacle.CLASH)

    text = client_as(officer).text("/my-training")

    assert "You are number 1 on the waiting list." in text
    assert "You were skipped for now because there is another place at the same time." in text


def test_my_training_asks_to_follow_distance_courses_and_to_renew(client_as: Client) -> None:
    officer = builders.an_officer()
    waiting.a_busy_officer(officer)
    client = client_as(officer)

    text = client.text("/my-training")

    assert "Follow this distance course by 2 June 2026." in text
    assert "Your completion counts until 30 June 2026 (57 days left)." in text
    assert "https://example.org/course" in client.page.links


def test_certificates_can_be_downloaded_unless_they_were_revoked(client_as: Client) -> None:
    officer = builders.an_officer()
    session = builders.a_session(status=SessionStatus.FINISHED)
    good = waiting.a_certificate(session, officer)
    revoked = waiting.a_certificate(
        session, officer, revoked_at=NOW, revocation_reason="A mistake", revocation_ground="error"
    )
    client = client_as(officer)

    client.get("/my-training")

    downloads = [url for url in client.page.links if url.endswith(".pdf")]
    assert downloads == [f"/certificates/{good.id}/{language}.pdf" for language in ("en", "ru", "both")]
    assert f"/certificates/{revoked.id}" in client.page.links


def test_my_training_shows_nothing_of_anybody_else(client_as: Client) -> None:
    waiting.a_busy_officer(builders.an_officer())

    client = client_as(builders.an_officer())
    text = client.text("/my-training")

    assert "You have no place and no request." in text
    assert not [url for url in client.page.links if url.startswith(("/places/", "/certificates/", "/letters/"))]


# --- today


def test_today_without_anything_says_what_would_fill_it(client_as: Client) -> None:
    text = client_as(builders.a_trainer()).text("/today")

    assert "You have no meeting today or in the next 14 days." in text
    assert "Nothing is left over from earlier days" in text


def test_today_shows_the_state_of_each_register(client_as: Client) -> None:
    trainer = builders.a_trainer()
    session = builders.a_session(trainers=(trainer,), status=SessionStatus.RUNNING, starts_on=TODAY)
    meeting = builders.a_meeting(session)
    first, _second = (waiting.a_place(session, builders.an_officer(), PlaceStatus.PLACED) for _number in range(2))
    waiting.a_mark(meeting, first, trainer)
    client = client_as(trainer)

    text = client.text("/today")

    assert "1 of 2 marked." in text
    assert f"/meetings/{meeting.id}/attendance" in client.page.links


def test_today_is_the_day_on_the_venues_calendar(client_as: Client) -> None:
    trainer = builders.a_trainer(time_zone="Europe/Lisbon")
    session = builders.a_session(
        trainers=(trainer,), status=SessionStatus.RUNNING, time_zone="Asia/Baku", starts_on=TODAY + timedelta(days=1)
    )
    builders.a_meeting(session)

    with time_machine.travel(NOW.replace(hour=21), tick=False):
        text = client_as(trainer).text("/today")

    assert "Nobody has a place in this session, so there is nobody to mark." in text
    assert "5 May 2026, 09:00–12:00 (Baku time, UTC+4)" in text


def test_today_names_registers_of_earlier_days_until_they_are_complete(client_as: Client) -> None:
    trainer = builders.a_trainer()
    session = builders.a_session(trainers=(trainer,), status=SessionStatus.RUNNING, starts_on=waiting.YESTERDAY)
    meeting = builders.a_meeting(session)
    place = waiting.a_place(session, builders.an_officer(), PlaceStatus.PLACED)
    client = client_as(trainer)

    before = client.text("/today")
    waiting.a_mark(meeting, place, trainer)
    after = client.text("/today")

    assert "1 attendance sheet is not complete" in before
    assert "Nobody is marked yet: 1 person is expected." in before
    assert "is not complete" not in after


def test_today_shows_nothing_of_other_trainers_sessions(client_as: Client) -> None:
    waiting.a_busy_office(builders.a_trainer(), builders.an_organisation())
    client = client_as(builders.a_trainer())

    text = client.text("/today")

    assert "You have no meeting today" in text
    assert not [url for url in client.page.links if re.match(r"/(sessions|meetings)/\d", url)]


# --- the coordinator's desk


def test_desk_without_anything_says_so(client_as: Client) -> None:
    text = client_as(builders.a_coordinator()).text("/desk")

    assert "Nothing waits for you" in text
    assert "No session is going on or begins in the next 14 days." in text


def test_desk_counts_what_waits(client_as: Client) -> None:
    waiting.a_busy_office(builders.a_trainer(), builders.an_organisation(), 2)

    text = client_as(builders.a_coordinator()).text("/desk")

    for tile in (
        "2 requests to decide",
        "2 sessions below their minimum",
        "2 sessions to open, confirm, start or finish",
        "4 attendance sheets not complete",
        "2 sessions with completion to mark",
        "2 certificates ready to issue",
        "2 letters not delivered",
        "The oldest has waited for 3 days.",
        "3 more people are needed.",
    ):
        assert tile in text


def test_a_coordinator_of_one_centre_sees_that_centres_work_only(client_as: Client) -> None:
    here, there = builders.a_centre(name_en="Skopje centre"), builders.a_centre()
    trainer, organisation = builders.a_trainer(), builders.an_organisation()
    waiting.a_busy_office(trainer, organisation, centre_id=here.id)
    waiting.a_busy_office(trainer, organisation, 3, centre_id=there.id)

    text = client_as(builders.a_coordinator(centre=here)).text("/desk")

    assert "Skopje centre ·" in text
    for tile in ("1 request to decide", "1 session below its minimum", "1 letter not delivered", "1 certificate ready"):
        assert tile in text


def test_long_lists_of_the_desk_say_how_many_more_there_are(client_as: Client) -> None:
    waiting.a_busy_office(builders.a_trainer(), builders.an_organisation(), 8)

    text = client_as(builders.a_coordinator()).text("/desk")

    assert "and 2 more · All sessions" in text


# --- the administrator's page


def test_administration_counts_people_by_account(client_as: Client) -> None:
    administrator = builders.an_administrator(password_hash="x")
    builders.an_officer()
    builders.an_officer()
    builders.an_officer(deactivated_at=NOW)

    text = client_as(administrator).text("/administration")

    assert "1 person can sign in" in text
    assert "2 people without an account" in text
    assert "1 account switched off" in text
    assert "You are the only administrator." in text
    assert "No mail server is set: letters are kept here" in text


# --- my administration


def test_my_administration_without_anything_says_what_would_fill_it(client_as: Client) -> None:
    text = client_as(builders.a_contact_point()).text("/my-administration")

    assert "None of your officers has a place or a request." in text
    assert "No session is open for customs officers just now." in text
    assert "No certificate of your officers expires within the next 90 days." in text


def test_my_administration_shows_own_officers_and_nobody_elses(client_as: Client) -> None:
    own, foreign = builders.an_organisation(), builders.an_organisation()
    trainer = builders.a_trainer()
    waiting.a_busy_office(trainer, own)
    waiting.a_busy_office(trainer, foreign, 3)
    contact_point = builders.a_contact_point(organisation_id=own.id)
    client = client_as(contact_point)

    text = client.text("/my-administration")

    mine = {person.id for person in people_of(own.id)}
    linked = {int(found) for found in re.findall(r"/people/(\d+)/record", " ".join(client.page.links))}
    assert linked == mine - {contact_point.id}
    assert "2 officers known to the office" in text
    assert "2 places and requests" in text
    assert "1 certificate expires within 90 days" in text


def people_of(organisation_id: int) -> list[Person]:
    return list(db.session.scalars(sa.select(Person).where(Person.organisation_id == organisation_id)))


def test_my_administration_leaves_out_courses_by_invitation(client_as: Client) -> None:
    invited = builders.a_session(builders.a_course(access_class=AccessClass.INVITATION))
    customs = builders.a_session(builders.a_course(access_class=AccessClass.CUSTOMS))
    client = client_as(builders.a_contact_point())

    client.get("/my-administration")

    assert f"/sessions/{customs.id}" in client.page.links
    assert f"/sessions/{invited.id}" not in client.page.links


# --- speed and languages


def test_the_number_of_queries_does_not_grow(client_as: Client, count_queries: Callable[[], Any]) -> None:
    organisation = builders.an_organisation()
    person = builders.a_person(*Role, organisation_id=organisation.id)
    trainee = builders.an_officer()
    readers = {url: client_as(trainee if url == "/my-training" else person) for url in OPEN_TO}

    def counts(more: int) -> dict[str, int]:
        waiting.a_busy_office(person, organisation, more)
        waiting.a_busy_officer(trainee, more)
        return {url: queries_of(readers[url], url, count_queries) for url in OPEN_TO}

    assert counts(1) == counts(29)


def queries_of(client: PageClient, url: str, count_queries: Callable[[], Any]) -> int:
    with count_queries() as statements:
        client.get(url)
    return len(statements)


ENGLISH = re.compile(r"\b[A-Za-z]?[a-z]{3,}\b")
NAMES = {"trainingapp", "English", "Ivanova", "Anna", "Letter"}


@pytest.mark.parametrize("url", OPEN_TO)
def test_russian_pages_speak_russian(client_as: Client, url: str) -> None:
    organisation = builders.an_organisation()
    person = builders.a_person(*Role, organisation_id=organisation.id, language="ru")
    waiting.a_busy_office(person, organisation)
    waiting.a_busy_officer(person)

    client = client_as(person)
    text = client.text(url)

    assert client.page.language == "ru"
    english = set(ENGLISH.findall(text)) - NAMES
    assert not english
    assert ".." not in text, text[text.index("..") - 60 :][:70]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_desks_say_what_has_stopped_and_what_to_do(client_as: Any, language: str) -> None:
    silent = {"en": "Automatic work has stopped", "ru": "Автоматические действия остановлены"}[language]
    advice = {"en": "start it again", "ru": "запустите её снова"}[language]
    asking = {"en": "Please tell an administrator.", "ru": "Сообщите администратору."}[language]
    administrator = client_as(builders.an_administrator(language=language))
    coordinator = client_as(builders.a_coordinator(language=language))

    before = administrator.text("/administration"), coordinator.text("/desk")
    heartbeat.beat(heartbeat.Work.JOBS)
    after = administrator.text("/administration"), coordinator.text("/desk")

    assert silent in before[0]
    assert advice in before[0]
    assert silent in before[1]
    assert asking in before[1]
    assert silent not in after[0] + after[1]


def test_desk_says_since_when_letters_cannot_be_sent_and_why(client_as: Any, app: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(app.config, "MAIL_SERVER", "127.0.0.1")
    heartbeat.beat(heartbeat.Work.MAIL, "not_admitted", "535 wrong password")

    text = client_as(builders.an_administrator()).text("/administration")

    assert "Letters have not been sent since" in text
    assert "does not accept our user name, password" in text
    assert "535 wrong password" in text


@pytest.mark.parametrize(
    ("language", "silent"),
    [("en", "Letters are neither written nor sent"), ("ru", "Письма не составляются и не отправляются")],
)
def test_desks_expect_letters_to_be_written_also_without_a_mail_server(
    client_as: Any, app: Any, language: str, silent: str
) -> None:
    readers = (
        (builders.an_administrator(language=language), "/administration"),
        (builders.a_coordinator(language=language), "/desk"),
    )
    assert not app.config["MAIL_SERVER"]

    before = [client_as(reader).text(url) for reader, url in readers]
    heartbeat.beat(heartbeat.Work.MAIL)
    after = [client_as(reader).text(url) for reader, url in readers]

    assert [silent in text for text in before + after] == [True, True, False, False]


def test_every_front_page_shows_cards_of_every_part(client_as: Any, app: Any, monkeypatch: Any) -> None:
    reader = client_as(builders.a_person(*Role, organisation_id=builders.an_organisation().id))
    planted = [Card(order=99, template=f"planted {part.name}", part=part) for part in Part]
    makers = app.extensions["cards"]
    monkeypatch.setitem(app.extensions, "cards", {page: [*makers[page], lambda _now: planted] for page in FrontPage})
    monkeypatch.setattr(cards, "render_template", render)
    pages = [url for url in OPEN_TO if url != "/"]

    texts = {url: reader.text(url) for url in pages}

    assert len(pages) == len(FrontPage)
    assert {(url, part.name) for url in pages for part in Part if f"planted {part.name}" not in texts[url]} == set()


def render(name: str, **values: object) -> str:
    """The template, or itself where one was planted."""
    return name if name.startswith("planted") else render_template(name, **values)


@given(st.sets(st.sampled_from(Role)))
def test_everybody_lands_somewhere(roles: set[Role]) -> None:
    assert landing_of(roles).startswith("desk.")
