"""Which step of a session is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainingapp.scheduling.models import SessionStatus as S
from trainingapp.scheduling.rules.due import Due, Why, decide_due, is_over, lacks_people
from trainingapp.scheduling.rules.steps import Step

NOW = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
TODAY = date(2026, 5, 4)


def a_row(**values: Any) -> Any:
    """An open session in Baku that begins in 28 days, has all it needs, and closes enrolment in 20."""
    defaults = {
        "status": S.OPEN,
        "time_zone": "Asia/Baku",
        "starts_on": TODAY + timedelta(days=28),
        "ends_on": TODAY + timedelta(days=29),
        "enrolment_closes_at": NOW + timedelta(days=20),
        "taken": 6,
        "minimum": 6,
        "last_ends_at": None,
    }
    return SimpleNamespace(**{**defaults, **values})


@pytest.mark.parametrize(
    ("values", "due"),
    [
        ({"status": S.DRAFT}, Due(Step.OPEN, Why.DRAFT)),
        ({"status": S.DRAFT, "starts_on": TODAY}, Due(Step.OPEN, Why.DRAFT_PAST, is_late=True)),
        ({}, None),
        ({"enrolment_closes_at": NOW}, Due(Step.CONFIRM, Why.READY)),
        ({"starts_on": TODAY + timedelta(days=14)}, Due(Step.CONFIRM, Why.READY)),
        ({"starts_on": TODAY + timedelta(days=14), "taken": 5}, None),
        ({"starts_on": TODAY, "taken": 0}, Due(Step.CONFIRM, Why.UNCONFIRMED, is_late=True)),
        ({"status": S.CONFIRMED}, None),
        ({"status": S.CONFIRMED, "starts_on": TODAY}, Due(Step.START, Why.BEGINS)),
        ({"status": S.CONFIRMED, "starts_on": TODAY - timedelta(days=1)}, Due(Step.START, Why.BEGINS, is_late=True)),
        ({"status": S.RUNNING, "last_ends_at": NOW + timedelta(minutes=1)}, None),
        ({"status": S.RUNNING, "last_ends_at": NOW}, Due(Step.FINISH, Why.OVER)),
        ({"status": S.RUNNING, "ends_on": TODAY - timedelta(days=1)}, Due(Step.FINISH, Why.OVER)),
        ({"status": S.FINISHED, "ends_on": TODAY - timedelta(days=1)}, None),
        ({"status": S.CANCELLED}, None),
    ],
)
def test_the_step_that_is_due(values: dict[str, Any], due: Due | None) -> None:
    assert decide_due(a_row(**values), NOW) == due


def test_the_first_day_begins_on_the_venues_clock() -> None:
    row = a_row(status=S.CONFIRMED, starts_on=TODAY + timedelta(days=1))

    assert decide_due(row, NOW.replace(hour=19)) is None
    assert decide_due(row, NOW.replace(hour=20)) == Due(Step.START, Why.BEGINS)


@pytest.mark.parametrize(
    ("values", "lacks"),
    [
        ({"taken": 5, "enrolment_closes_at": NOW + timedelta(days=14)}, True),
        ({"taken": 5, "enrolment_closes_at": NOW - timedelta(days=1)}, True),
        ({"taken": 5, "enrolment_closes_at": NOW + timedelta(days=15)}, False),
        ({"taken": 6, "enrolment_closes_at": NOW}, False),
        ({"taken": 5, "enrolment_closes_at": NOW, "starts_on": TODAY}, False),
        ({"taken": 5, "enrolment_closes_at": NOW, "status": S.CONFIRMED}, False),
    ],
)
def test_a_session_lacks_people_shortly_before_its_deadline(values: dict[str, Any], lacks: bool) -> None:
    assert lacks_people(a_row(**values), NOW) is lacks


@given(
    st.sampled_from(S),
    st.integers(-40, 40),
    st.integers(-40, 40),
    st.integers(0, 9),
    st.one_of(st.none(), st.integers(-40, 40)),
)
def test_no_session_stands_in_two_lists(status: S, start: int, closes: int, taken: int, ends: int | None) -> None:
    row = a_row(
        status=status,
        starts_on=TODAY + timedelta(days=start),
        ends_on=TODAY + timedelta(days=start + 1),
        enrolment_closes_at=NOW + timedelta(days=closes),
        taken=taken,
        last_ends_at=None if ends is None else NOW + timedelta(days=ends),
    )

    assert not (lacks_people(row, NOW) and decide_due(row, NOW))


def test_a_session_is_over_after_its_last_meeting_however_long_its_days_are() -> None:
    assert is_over(a_row(ends_on=TODAY, last_ends_at=NOW), NOW)
    assert not is_over(a_row(ends_on=TODAY - timedelta(days=9), last_ends_at=NOW + timedelta(hours=1)), NOW)
