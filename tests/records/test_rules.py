"""How long a completion counts, and which results may be recorded."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, TODAY
from trainingapp.core.errors import DomainError
from trainingapp.records import rules
from trainingapp.records.models import Outcome

PASSED, FAILED, REPEAT = Outcome.PASSED, Outcome.FAILED, Outcome.REPEAT


@pytest.mark.parametrize(
    ("completed_on", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 5, 4), 24, date(2028, 5, 4)),
        (date(2026, 5, 4), 200_000, date.max),
        (date(2026, 5, 4), None, None),
    ],
)
def test_valid_until_is_the_same_day_months_later_or_the_last_of_the_month(
    completed_on: date, months: int | None, expected: date | None
) -> None:
    assert rules.valid_until(completed_on, months) == expected


@given(completed_on=st.dates(date(1990, 1, 1), date(2100, 1, 1)), months=st.integers(1, 600))
def test_valid_until_lands_in_the_month_that_was_meant(completed_on: date, months: int) -> None:
    until = rules.valid_until(completed_on, months)

    assert until is not None
    assert (until.year * 12 + until.month) - (completed_on.year * 12 + completed_on.month) == months
    assert until.day <= completed_on.day
    assert rules.is_valid(until, until)
    assert not rules.is_valid(until, date.fromordinal(until.toordinal() + 1))


def test_is_valid_for_ever_without_a_last_day() -> None:
    assert rules.is_valid(None, date.max)


@pytest.mark.parametrize(
    ("outcome", "score", "pass_score", "refused"),
    [
        (PASSED, None, None, None),
        (PASSED, 0, None, None),
        (PASSED, 70, 70, None),
        (PASSED, 69, 70, "is 70, and you entered 69"),
        (PASSED, None, 70, "enter the score"),
        (FAILED, None, 70, None),
        (FAILED, 95, 70, None),
        (REPEAT, 10, 70, None),
        (PASSED, 101, None, "from 0 to 100"),
        (FAILED, -1, None, "from 0 to 100"),
        (FAILED, 10**30, None, "from 0 to 100"),
    ],
)
def test_check_score_wants_the_pass_score_of_those_who_passed(
    app: Flask, outcome: Outcome, score: int | None, pass_score: int | None, refused: str | None
) -> None:
    if refused is None:
        rules.check_score(outcome, score, pass_score)
        return

    with pytest.raises(DomainError, match=refused) as error:
        rules.check_score(outcome, score, pass_score)

    assert error.value.field == "score"


@pytest.mark.parametrize(
    ("outcomes", "attempt"), [([], 1), ([FAILED], 2), ([REPEAT, FAILED], 3), ([PASSED], None), ([FAILED, PASSED], None)]
)
def test_decide_attempt_counts_until_somebody_has_passed(
    app: Flask, outcomes: list[Outcome], attempt: int | None
) -> None:
    if attempt is not None:
        assert rules.decide_attempt(outcomes) == attempt
        return

    with pytest.raises(DomainError, match="passed already"):
        rules.decide_attempt(outcomes)


def facts(**values: Any) -> rules.ResultFacts:
    defaults = {
        "person_id": 1,
        "recorded_by_id": 2,
        "outcome": PASSED,
        "score": None,
        "pass_score": None,
        "achieved_on": date(2026, 5, 4),
        "today": date(2026, 5, 4),
    }
    return rules.ResultFacts(**{**defaults, **values})


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"recorded_by_id": 1}, None, "You cannot record your own"),
        ({"recorded_by_id": None}, None, "signed in"),
        ({"achieved_on": date(2026, 5, 5)}, "achieved_on", "still to come"),
        ({"begins_on": date(2026, 5, 5)}, "achieved_on", "before the first day of the session"),
        ({"achieved_on": date(1, 1, 1)}, "achieved_on", "check the year"),
        ({"needs_evidence": True}, "evidence", "attach the evidence"),
        ({"needs_evidence": True, "has_evidence": True, "outcome": FAILED}, "outcome", "once it is passed"),
    ],
)
def test_check_result_names_the_field_and_the_reason(
    app: Flask, values: dict[str, Any], field: str | None, sentence: str
) -> None:
    with pytest.raises(DomainError, match=sentence) as error:
        rules.check_result(facts(**values))

    assert error.value.field == field


def test_check_result_takes_a_distance_course_with_its_evidence(app: Flask) -> None:
    rules.check_result(facts(needs_evidence=True, has_evidence=True))


@pytest.mark.parametrize(
    ("superseded", "loses_pass", "has_completion", "refused"),
    [
        (False, False, False, False),
        (False, True, False, False),
        (False, False, True, False),
        (True, False, False, True),
        (False, True, True, True),
    ],
)
def test_check_correction_guards_what_a_completion_rests_on(
    app: Flask, superseded: bool, loses_pass: bool, has_completion: bool, refused: bool
) -> None:
    if not refused:
        rules.check_correction(superseded, loses_pass, has_completion)
        return

    with pytest.raises(DomainError):
        rules.check_correction(superseded, loses_pass, has_completion)


@pytest.mark.parametrize(
    ("until", "withdrawn", "state", "sentence"),
    [
        (None, None, "still valid", "without a time limit"),
        (date(2026, 5, 4), None, "still valid", "Valid until 4 May 2026, that day included"),
        (date(2026, 5, 3), None, "no longer valid", "last valid day was 3 May 2026"),
        (date(2026, 5, 3), "mistaken", "completion withdrawn", "mistaken"),
    ],
)
def test_validity_says_in_words_whether_a_completion_counts(
    app: Flask, until: date | None, withdrawn: str | None, state: str, sentence: str
) -> None:
    found = rules.validity(until, date(2026, 5, 4), withdrawn)

    assert found.state == state
    assert sentence in found.sentence


@pytest.mark.parametrize("reason", [None, "", "  \n "])
def test_check_reason_wants_one(app: Flask, reason: str | None) -> None:
    with pytest.raises(DomainError) as error:
        rules.check_reason(reason)

    assert error.value.field == "reason"


@pytest.mark.parametrize("text", ["a\x00b", "x" * 2001])
def test_plain_text_refuses_what_cannot_be_kept(app: Flask, text: str) -> None:
    with pytest.raises(DomainError) as error:
        rules.plain_text(text, "remark")

    assert error.value.field == "remark"


def a_completion(code: str, until: date | None, withdrawn_at: datetime | None = None) -> Any:
    return SimpleNamespace(course_code=code, valid_until=until, withdrawn_at=withdrawn_at)


def test_expiring_completions_are_near_their_end_and_not_outlived() -> None:
    near, last = a_completion("A", TODAY + timedelta(days=90)), a_completion("B", TODAY)
    rows = [
        near,
        last,
        a_completion("C", TODAY + timedelta(days=91)),
        a_completion("D", TODAY - timedelta(days=1)),
        a_completion("E", None),
        a_completion("F", TODAY),
        a_completion("F", None),
        a_completion("G", TODAY, withdrawn_at=NOW),
        a_completion("A", TODAY + timedelta(days=3)),
    ]

    assert rules.expiring(rows, TODAY) == [last, near]
