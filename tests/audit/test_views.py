from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from tests import builders
from tests.builders import a_coordinator, a_session, an_administrator, an_officer
from tests.pages import PageClient
from trainingapp.accounts.events import PersonChanged, PersonDeactivated, SignedIn
from trainingapp.audit.models import AuditEntry
from trainingapp.audit.services import NOTED_OF_ONE
from trainingapp.catalogue.events import CourseDeleted
from trainingapp.core.actor import acting_as
from trainingapp.core.bus import publish
from trainingapp.core.db import db, transaction
from trainingapp.core.events import Event
from trainingapp.enrolment import services as enrolment
from trainingapp.enrolment.models import PlaceMode
from trainingapp.scheduling.events import SessionOpened

Client = Callable[..., PageClient]


def tell(*told: Event) -> None:
    with transaction():
        for event in told:
            publish(event)


def a_place() -> Any:
    course_session = builders.a_session(builders.a_course(access_class="open"))
    return enrolment.enrol(builders.an_officer().id, course_session.id, PlaceMode.IN_PERSON, now=builders.NOW)


MAKERS = {
    "visitor": None,
    "officer": builders.an_officer,
    "contact point": builders.a_contact_point,
    "trainer": builders.a_trainer,
    "coordinator": builders.a_coordinator,
    "administrator": builders.an_administrator,
}
LOG = {"visitor": 302, "administrator": 200}
TRAINING = {"visitor": 302, "coordinator": 200, "administrator": 200}
SESSION = {"visitor": 302, "coordinator": 200}


@pytest.mark.parametrize("who", MAKERS)
def test_log_is_for_those_who_keep_the_object(client_as: Client, who: str) -> None:
    place = a_place()
    course_id, session_id = place.course_session.course_id, place.course_session_id
    person_id, organisation_id = place.person_id, place.person.organisation_id
    maker = MAKERS[who]
    client = client_as(maker() if maker else None)

    client.get("/audit", status=LOG.get(who, 403))
    client.get(f"/audit/person/{person_id}", status=LOG.get(who, 403))
    client.get(f"/audit/organisation/{organisation_id}", status=LOG.get(who, 403))
    client.get(f"/audit/course/{course_id}", status=TRAINING.get(who, 403))
    client.get(f"/audit/course_session/{session_id}", status=TRAINING.get(who, 403))
    client.get(f"/audit/place/{place.id}", status=TRAINING.get(who, 403))
    client.get(f"/sessions/{session_id}/log", status=SESSION.get(who, 403))


def test_coordinator_of_another_centre_sees_no_log(client_as: Client) -> None:
    place = a_place()
    client = client_as(builders.a_coordinator(centre=builders.a_centre()))

    client.get(f"/audit/place/{place.id}", status=403)
    client.get(f"/sessions/{place.course_session_id}/log", status=403)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_log_says_what_happened_and_who_did_it(client_as: Client, language: str) -> None:
    administrator = builders.an_administrator(language=language, given_name="Ольга", family_name="Смирнова")
    person = builders.an_officer(given_name="Иван", family_name="Петров")
    with acting_as(administrator.id, "192.0.2.7"):
        tell(
            PersonDeactivated(person_id=person.id),
            PersonChanged(person_id=person.id, old={"post": None}, new={"post": "инспектор"}),
        )

    text = client_as(administrator).text("/audit")

    names = {"en": ("Ivan Petrov", "Olga Smirnova"), "ru": ("Иван", "Петров", "Ольга", "Смирнова")}[language]
    for words in (*names, "192.0.2.7", "– → инспектор"):
        assert words in text


def test_addresses_are_for_administrators(client_as: Client) -> None:
    place = a_place()
    with acting_as(None, "192.0.2.7"):
        tell(SessionOpened(course_session_id=place.course_session_id))

    url = f"/audit/course_session/{place.course_session_id}"

    assert "192.0.2.7" in client_as(builders.an_administrator()).text(url)
    assert "192.0.2.7" not in client_as(builders.a_coordinator()).text(url)


def test_names_lead_to_logs_for_those_who_may_open_them(client_as: Client) -> None:
    place = a_place()
    administrator, coordinator = client_as(builders.an_administrator()), client_as(builders.a_coordinator())

    administrator.get(f"/audit/place/{place.id}")
    coordinator.get(f"/audit/place/{place.id}")

    assert f"/audit/person/{place.person_id}" in administrator.page.links
    assert not [link for link in coordinator.page.links if link.startswith("/audit")]


def test_deleted_object_keeps_its_log(client_as: Client) -> None:
    tell(CourseDeleted(course_id=77, code="CRS-77"))

    text = client_as(builders.an_administrator()).text("/audit/course/77")

    assert "Course deleted: CRS-77." in text


@pytest.mark.parametrize("url", ["/audit/course/5", "/audit/nonsense/1", "/audit/person/99999999999999999999"])
def test_log_of_what_never_was(client_as: Client, url: str) -> None:
    client_as(builders.an_administrator()).get(url, status=404)


def test_log_can_be_filtered(client_as: Client) -> None:
    person, other = (
        builders.an_officer(family_name="Ёлкина", family_name_latin="Yolkina"),
        builders.an_officer(family_name="Serik"),
    )
    tell(SignedIn(person_id=person.id), PersonDeactivated(person_id=other.id))
    client = client_as(builders.an_administrator())

    def shows(query: str) -> tuple[bool, bool]:
        text = client.text(f"/audit?{query}")
        return "Yolkina" in text, "Serik" in text

    assert shows("") == (True, True)
    assert shows("q=елкина") == (True, False)
    assert shows("event=PersonDeactivated") == (False, True)
    assert shows(f"kind=person&object={other.id}") == (False, True)
    assert shows("kind=place") == (False, False)
    assert shows("from=2026-01-01&to=2999-01-01") == (True, True)
    assert shows("to=2020-01-01") == (False, False)


@pytest.mark.parametrize(
    "query",
    [
        "event=Nonsense",
        "from=0001-01-01",
        "to=9999-12-31",
        "from=yesterday",
        "kind=nonsense&object=1",
        "kind=person&object=-5",
        "kind=person&object=99999999999999999999",
        "page=-1",
        "q=%25_%5C",
    ],
)
def test_odd_filters_do_no_harm(client_as: Client, query: str) -> None:
    tell(SignedIn(person_id=builders.an_officer().id))

    text = client_as(builders.an_administrator()).text(f"/audit?{query}")

    assert ("No entry fits these filters." if query.startswith("q=") else "1 entry") in text


def test_log_comes_in_pages(client_as: Client) -> None:
    person = builders.an_officer()
    tell(*(SignedIn(person_id=person.id) for _number in range(60)))
    client = client_as(builders.an_administrator())

    assert "Page 1 of 2" in client.text("/audit?event=SignedIn")
    assert "Page 2 of 2" in client.text("/audit?event=SignedIn&page=2")


def test_queries_do_not_grow_with_the_log(client_as: Client, count_queries: Any) -> None:
    client = client_as(builders.an_administrator())
    place = a_place()

    with count_queries() as few:
        client.get("/audit")
    for _number in range(5):
        a_place()
    with count_queries() as many:
        client.get("/audit")

    assert len(few) == len(many)
    assert place.id


def logged_events(kind):
    return list(db.session.execute(sa.select(AuditEntry.actor_id, AuditEntry.data).where(AuditEntry.event == kind)))


def test_refused_page_is_logged_and_does_not_fill_the_log(app, client_as):
    person = an_officer()
    client = client_as(person)

    for _ in range(NOTED_OF_ONE + 5):
        client.get("/audit", status=403)

    found = logged_events("PageRefused")
    assert len(found) == NOTED_OF_ONE
    assert tuple(found[0]) == (person.id, {"person_id": person.id, "page": "/audit"})
    text = client_as(an_administrator()).text("/audit?event=PageRefused")
    assert f"Page not shown: {person.given_name_latin} {person.family_name_latin}, /audit." in text


def test_list_that_is_taken_out_is_logged(app, client_as):
    coordinator, course_session = a_coordinator(), a_session()
    client = client_as(coordinator)

    for ending in (".pdf", ".xlsx", "/print"):
        client.get(f"/sessions/{course_session.id}/participants{ending}")
    client.get(f"/sessions/{course_session.id}/participants.xlsx?organisation=9999", status=404)

    found = logged_events("ParticipantsTakenOut")
    assert [(actor, data["course_session_id"], data["file_format"]) for actor, data in found] == [
        (coordinator.id, course_session.id, "PDF"),
        (coordinator.id, course_session.id, "XLSX"),
        (coordinator.id, course_session.id, "print"),
    ]
    text = client_as(an_administrator()).text("/audit?event=ParticipantsTakenOut")
    for file_format in ("XLSX", "page to print"):
        assert (
            f"List of participants exported: {course_session.code} {course_session.course.title}, {file_format}."
            in text
        )
