"""What somebody has completed, and what the prerequisites of a course still lack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from tests.builders import NOW, TODAY, a_completion, a_course, an_officer
from trainingapp.accounts.models import Person
from trainingapp.catalogue.models import Course
from trainingapp.records import queries
from trainingapp.records.queries import Missing


def test_the_latest_last_day_of_a_completion_counts(app: Flask) -> None:
    officer, renewed, eternal, expired, withdrawn = an_officer(), a_course(), a_course(), a_course(), a_course()
    course = a_course(prerequisites=(renewed, eternal, expired, withdrawn))
    a_completion(officer, renewed, valid_until=date(2026, 5, 3))
    a_completion(officer, renewed, valid_until=TODAY)
    a_completion(officer, eternal, valid_until=date(2020, 1, 1))
    a_completion(officer, eternal, valid_until=None)
    a_completion(officer, expired, valid_until=date(2026, 5, 3))
    a_completion(officer, withdrawn, withdrawn_at=NOW, withdrawal_reason="mistaken")
    a_completion(an_officer(), withdrawn)

    assert {item.code for item in missing(course, officer)} == {expired.code, withdrawn.code}


def missing(course: Course, officer: Person) -> list[Missing]:
    return queries.missing_prerequisites_of(course.id, [officer.id], TODAY)[officer.id]


def test_missing_prerequisites_tell_expired_from_never_taken(app: Flask) -> None:
    officer, never, expired, fine = an_officer(), a_course(code="A"), a_course(code="B"), a_course(code="C")
    course = a_course(prerequisites=(fine, expired, never))
    a_completion(officer, expired, valid_until=date(2026, 5, 3))
    a_completion(officer, fine)

    found = missing(course, officer)

    assert [(item.code, item.expired_on) for item in found] == [("A", None), ("B", date(2026, 5, 3))]
    assert found[0].title == never.title


def test_missing_prerequisites_are_none_without_any(app: Flask) -> None:
    assert missing(a_course(), an_officer()) == []
    assert queries.missing_prerequisites_of(a_course(prerequisites=(a_course(),)).id, [], TODAY) == {}


@pytest.mark.parametrize("people", [1, 30])
def test_missing_prerequisites_of_many_ask_as_much_as_of_one(
    app: Flask, count_queries: Callable[[], Any], people: int
) -> None:
    required = a_course()
    course_id = a_course(prerequisites=(required,)).id
    officers = [an_officer() for _ in range(people)]
    a_completion(officers[0], required)
    ids = [officer.id for officer in officers]

    with count_queries() as statements:
        found = queries.missing_prerequisites_of(course_id, ids, TODAY)

    assert len(statements) == 2
    assert [bool(found[person_id]) for person_id in ids] == [False] + [True] * (people - 1)


def test_transcript_holds_own_completions_only_and_keeps_withdrawn_ones(app: Flask) -> None:
    officer, course = an_officer(), a_course()
    a_completion(officer, course, completed_on=date(2026, 1, 13), score=88)
    a_completion(officer, course, completed_on=date(2026, 2, 13), withdrawn_at=NOW, withdrawal_reason="mistaken")
    a_completion(an_officer(), course)

    transcript = queries.transcript_of(officer.id, TODAY)

    assert [(item.row.completed_on, item.validity.state) for item in transcript.completions] == [
        (date(2026, 2, 13), "completion withdrawn"),
        (date(2026, 1, 13), "still valid"),
    ]
    assert bool(transcript)
    assert not queries.transcript_of(an_officer().id, TODAY)
