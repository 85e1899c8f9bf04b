"""Somebody of a list with the name of a known officer and another address: who is it?"""

from __future__ import annotations

import pytest

from tests.builders import NOW, a_person, an_administrator, an_officer, an_organisation
from trainingapp.accounts.models import Person
from trainingapp.accounts.rules.roster import Answer
from trainingapp.accounts.services.roster import import_people
from trainingapp.core.db import db
from trainingapp.core.permissions import Role

LIST = "Фамилия;Имя;E-mail\nОмурбеков;Бакыт;new@example.org\n"


@pytest.fixture
def known(app):
    return an_officer(family_name="Өмүрбеков", given_name="Бакыт", email="old@example.org")


def take_in(known: Person, **options):
    return import_people(LIST.encode(), known.organisation_id, now=NOW, **options)


def addresses() -> set[str]:
    return {person.email for person in db.session.query(Person)}


@pytest.mark.both_engines
def test_namesake_waits_for_an_answer(known):
    report = take_in(known)

    [question] = report.asked
    assert [row.email for row in question.known] == ["old@example.org"]
    assert "new@example.org" not in addresses()


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer.SAME, {"old@example.org"}),
        (Answer.MOVED, {"new@example.org"}),
        (Answer.ANOTHER, {"old@example.org", "new@example.org"}),
    ],
)
def test_answer_says_who_the_namesake_is(known, answer, expected):
    report = take_in(known, answers={"new@example.org": answer})

    assert report.asked == []
    assert addresses() == expected


def test_namesake_in_another_organisation_is_another_person(known):
    report = import_people(LIST.encode(), an_organisation().id, now=NOW)

    assert len(report.added) == 1


def test_page_asks_and_takes_the_answer(app, client_as, known):
    client = client_as(an_administrator())
    fields = {"organisation_id": str(known.organisation_id), "language": "ru", "time_zone": "Asia/Bishkek"}
    page = client.post("/people/import/namesakes", {**fields, "rows": LIST.replace(";", "\t")}, status=200).text

    assert "The same person?" in page
    assert "ol…@example.org" in page
    assert "old@example.org" not in page
    client.post(
        "/people/import/namesakes",
        {**fields, "rows": LIST.replace(";", "\t"), "answer:new@example.org": "moved"},
        status=200,
    )
    assert addresses() >= {"new@example.org"}
    assert "old@example.org" not in addresses()


@pytest.mark.both_engines
@pytest.mark.parametrize("number", ["9" * 30, "-" + "9" * 30])
def test_number_that_is_none_is_no_organisation(app, client_as, number):
    client_as(an_administrator()).post(
        "/people/import/namesakes",
        {"organisation_id": number, "language": "ru", "time_zone": "UTC", "rows": LIST},
        status=403,
    )


def test_contact_point_cannot_give_a_known_officer_another_address(app, client_as, known):
    client = client_as(a_person(Role.CONTACT_POINT, organisation_id=known.organisation_id))
    fields = {"organisation_id": str(known.organisation_id), "language": "ru", "time_zone": "Asia/Bishkek"}

    client.post(
        "/people/import/namesakes",
        {**fields, "rows": LIST.replace(";", "\t"), "answer:new@example.org": "moved"},
        status=200,
    )

    assert "new@example.org" not in addresses()
