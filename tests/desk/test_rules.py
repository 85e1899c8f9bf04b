"""What the catalogue is asked for, how a reader stands, and what a session offers."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainingapp.catalogue.models import AccessClass, CourseKind
from trainingapp.desk.rules import (
    Filters,
    Judgement,
    Offer,
    Standing,
    decide_offer,
    judge,
    months_from,
    next_month,
    read_filters,
    read_month,
)


@given(st.dictionaries(st.sampled_from([field.name for field in fields(Filters)]), st.text()))
def test_filters_read_back_what_they_say(asked: dict[str, str]) -> None:
    filters, ignored = read_filters(asked, {"seals"}, {"BAK"}, sees_all=True)

    again, nothing = read_filters(filters.query(), {"seals"}, {"BAK"}, sees_all=True)
    assert again == filters
    assert nothing == []
    assert set(ignored) <= set(asked)


@given(st.text())
def test_month_is_read_or_is_none(text: str) -> None:
    month = read_month(text)

    assert month is None or f"{month:%Y-%m}".zfill(7) == text


@pytest.mark.parametrize(
    ("month", "following"),
    [
        (date(2026, 1, 1), date(2026, 2, 1)),
        (date(2026, 12, 1), date(2027, 1, 1)),
        (date(9999, 12, 1), date.max),
    ],
)
def test_month_is_followed_by_the_next(month: date, following: date) -> None:
    assert next_month(month) == following


def test_months_ahead_begin_with_this_one() -> None:
    assert months_from(date(2026, 11, 21), 3) == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]


@pytest.mark.parametrize(
    ("ends", "judgement"),
    [
        ([], Judgement(Standing.NOT_YET)),
        ([None], Judgement(Standing.MET)),
        ([date(2026, 5, 3), None], Judgement(Standing.MET)),
        ([date(2026, 5, 4)], Judgement(Standing.MET, date(2026, 5, 4))),
        ([date(2026, 5, 3)], Judgement(Standing.EXPIRED, date(2026, 5, 3))),
        ([date(2025, 1, 1), date(2027, 1, 1)], Judgement(Standing.MET, date(2027, 1, 1))),
    ],
)
def test_completion_counts_until_its_last_day(ends: list[date | None], judgement: Judgement) -> None:
    assert judge(ends, date(2026, 5, 4)) == judgement


@pytest.mark.parametrize(
    ("access", "is_open", "is_full", "offer"),
    [
        (AccessClass.OPEN, True, False, Offer.TAKE),
        (AccessClass.OPEN, True, True, Offer.WAIT),
        (AccessClass.CUSTOMS, True, False, Offer.ASK),
        (AccessClass.CUSTOMS, True, True, Offer.ASK),
        (AccessClass.INVITATION, True, False, Offer.INVITED_ONLY),
        (AccessClass.OPEN, False, False, Offer.CLOSED),
        (AccessClass.INVITATION, False, True, Offer.CLOSED),
    ],
)
def test_session_offers_what_the_access_class_allows(
    access: AccessClass, is_open: bool, is_full: bool, offer: Offer
) -> None:
    assert decide_offer(access, is_open=is_open, is_full=is_full) is offer


def test_filters_without_one_keep_the_others() -> None:
    filters = Filters(q="x", kind=CourseKind.VR, free=True)

    assert filters.without("kind").query() == {"q": "x", "free": "1"}


@pytest.mark.parametrize(
    ("access", "offer"),
    [
        (AccessClass.OPEN, Offer.REQUIRES),
        (AccessClass.CUSTOMS, Offer.REQUIRES),
        (AccessClass.INVITATION, Offer.INVITED_ONLY),
    ],
)
def test_session_asks_first_for_what_the_course_requires(access: AccessClass, offer: Offer) -> None:
    assert decide_offer(access, is_open=True, is_full=False, is_ready=False) is offer
