"""The training record on the screen: who sees whose, in words, and the evidence behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from tests.builders import (
    NOW,
    a_completion,
    a_contact_point,
    a_coordinator,
    a_course,
    a_session,
    a_trainer,
    an_administrator,
    an_officer,
)
from tests.pages import PageClient
from trainingapp.catalogue.models import CourseKind
from trainingapp.core.actor import acting_as
from trainingapp.records import services
from trainingapp.records.models import Outcome
from trainingapp.records.services import ResultDetails

ClientAs = Callable[..., PageClient]
PDF = (b"%PDF-1.7 certificate", "Сертификат.pdf")


def record_of_somebody(**officer: Any) -> Any:
    """An officer with a distance course completed and evidenced."""
    person, course = an_officer(**officer), a_course(kind=CourseKind.DISTANCE, title_en="Risk analysis")
    session_id = a_session(course).id
    with acting_as(a_trainer().id):
        entry = ResultDetails(outcome=Outcome.PASSED, score=91, remark="<b>thorough</b>")
        services.record_result(person.id, session_id, entry, now=NOW, evidence=PDF)
    a_completion(person, course, course_session_id=session_id, valid_until=date(2020, 1, 1), score=91)
    return person


def test_my_record_shows_what_was_completed_and_whether_it_counts(app: Flask, client_as: ClientAs) -> None:
    text = client_as(record_of_somebody()).text("/my-record")

    assert "Risk analysis" in text
    assert "no longer valid" in text
    assert "last valid day was 1 January 2020" in text
    assert "<b>thorough</b>" in text


@pytest.mark.parametrize(("language", "heading"), [("en", "My training record"), ("ru", "Моя история обучения")])
def test_my_record_is_there_for_a_newcomer_in_both_languages(
    app: Flask, client_as: ClientAs, language: str, heading: str
) -> None:
    client = client_as(an_officer(language=language))

    client.get("/my-record")

    assert client.page.headings == [heading]


def test_record_is_seen_by_those_whose_work_it_is(app: Flask, client_as: ClientAs) -> None:
    person = record_of_somebody()
    readers = {
        an_officer(): 403,
        an_officer(organisation_id=person.organisation_id): 403,
        a_trainer(): 403,
        an_administrator(): 403,
        a_contact_point(): 403,
        a_contact_point(organisation_id=person.organisation_id): 200,
        a_coordinator(): 200,
        person: 200,
    }

    for reader, status in readers.items():
        client_as(reader).get(f"/people/{person.id}/record", status=status)

    client_as(None).get(f"/people/{person.id}/record", status=302)
    client_as(a_coordinator()).get("/people/999999/record", status=404)


def test_evidence_is_given_to_those_who_see_the_record_or_lead_the_session(app: Flask, client_as: ClientAs) -> None:
    officer, leader = an_officer(), a_trainer()
    session_id = a_session(a_course(kind=CourseKind.DISTANCE), trainers=(leader,)).id
    with acting_as(leader.id):
        result = services.record_result(
            officer.id, session_id, ResultDetails(outcome=Outcome.PASSED), now=NOW, evidence=PDF
        ).id

    for reader, status in (
        (officer, 200),
        (leader, 200),
        (a_coordinator(), 200),
        (a_trainer(), 403),
        (an_officer(), 403),
    ):
        client_as(reader).get(f"/results/{result}/evidence", status=status)

    response = client_as(officer).get(f"/results/{result}/evidence")
    assert response.data == PDF[0]
    assert "filename*=UTF-8''%D0%A1" in response.headers["Content-Disposition"]


def test_evidence_that_was_never_given_is_not_found(app: Flask, client_as: ClientAs) -> None:
    officer = an_officer()
    with acting_as(a_trainer().id):
        result = services.record_result(
            officer.id, a_session(starts_on=NOW.date()).id, ResultDetails(outcome=Outcome.FAILED), now=NOW
        ).id

    client_as(officer).get(f"/results/{result}/evidence", status=404)
    client_as(officer).get("/results/99999999999999999999/evidence", status=404)


@pytest.mark.parametrize("count", [1, 30])
def test_record_asks_the_same_however_long_it_is(
    app: Flask, client_as: ClientAs, count_queries: Callable[[], Any], count: int
) -> None:
    person = an_officer()
    for _ in range(count):
        a_completion(person, a_course())
    client = client_as(person)

    with count_queries() as statements:
        client.get("/my-record")

    assert len(statements) == 4
