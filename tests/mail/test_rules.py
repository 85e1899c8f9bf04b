from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW
from trainingapp.core.clock import from_local
from trainingapp.enrolment.rules.telling import is_lapse_near, is_meeting_worth_telling, is_worth_telling
from trainingapp.mail.models import Failure, LetterState
from trainingapp.mail.rules import HOPELESS, PAUSES, can_try_again, decide_next_try, decide_state
from trainingapp.nomination.rules.reminders import Reminder, decide_reminder
from trainingapp.scheduling.models import SessionStatus


def test_pauses_grow() -> None:
    assert list(PAUSES) == sorted(set(PAUSES))


@given(st.integers(min_value=1, max_value=20))
def test_letter_is_tried_eight_times_and_then_given_up(tries: int) -> None:
    next_try = decide_next_try(tries, 0, Failure.REFUSED, NOW)

    assert (next_try is None) == (tries >= 8)
    assert next_try is None or next_try > NOW


@pytest.mark.parametrize("failure", sorted(HOPELESS))
def test_hopeless_letter_is_not_tried_again(failure: Failure) -> None:
    assert decide_next_try(1, 0, failure, NOW) is None


@pytest.mark.parametrize(
    ("sent", "given_up", "next_try", "state"),
    [
        (False, False, False, LetterState.KEPT),
        (False, False, True, LetterState.WAITING),
        (True, False, True, LetterState.SENT),
        (False, True, True, LetterState.FAILED),
    ],
)
def test_state_follows_from_what_was_tried(sent: bool, given_up: bool, next_try: bool, state: LetterState) -> None:
    decided = decide_state(
        sent_at=NOW if sent else None,
        given_up_at=NOW if given_up else None,
        next_try_at=NOW + timedelta(hours=1) if next_try else None,
    )

    assert decided is state


@pytest.mark.parametrize(
    ("state", "mail_is_set", "has_link", "can"),
    [
        (LetterState.FAILED, True, False, True),
        (LetterState.FAILED, True, True, True),
        (LetterState.KEPT, True, False, True),
        (LetterState.KEPT, True, True, False),
        (LetterState.FAILED, False, False, False),
        (LetterState.SENT, True, False, False),
        (LetterState.WAITING, True, False, False),
    ],
)
def test_letter_can_be_tried_again(state: LetterState, mail_is_set: bool, has_link: bool, can: bool) -> None:
    assert can_try_again(state, mail_is_set=mail_is_set, has_link=has_link) is can


@pytest.mark.parametrize(
    ("status", "days", "meetings"),
    [
        (SessionStatus.DRAFT, False, False),
        (SessionStatus.OPEN, True, False),
        (SessionStatus.CONFIRMED, True, True),
        (SessionStatus.RUNNING, True, True),
        (SessionStatus.FINISHED, False, False),
        (SessionStatus.CANCELLED, False, False),
    ],
)
def test_people_are_told_of_what_they_count_on(status: SessionStatus, days: bool, meetings: bool) -> None:
    assert is_worth_telling(status, {"starts_on"}) is days
    assert is_meeting_worth_telling(status) is meetings
    assert is_meeting_worth_telling(status, {"starts_at"}) is meetings


def test_title_of_a_meeting_is_not_worth_a_letter() -> None:
    assert not is_meeting_worth_telling(SessionStatus.CONFIRMED, {"title_en", "title_ru"})


DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
BAKU = "Asia/Baku"
CLOSES = NOW + 20 * DAY


@pytest.mark.parametrize(
    ("opened", "remind_days", "now", "reminder"),
    [
        (NOW, 7, CLOSES - 8 * DAY, None),
        (NOW, 7, CLOSES - 7 * DAY, Reminder.EARLY),
        (NOW, 7, CLOSES - 2 * DAY, Reminder.EARLY),
        (NOW, 7, CLOSES - DAY, Reminder.LAST),
        (NOW, 7, CLOSES - HOUR, Reminder.LAST),
        (NOW, 7, CLOSES, None),
        (NOW, 0, CLOSES - 2 * DAY, None),
        (NOW, 0, CLOSES - DAY, Reminder.LAST),
        (NOW, 1, CLOSES - DAY, Reminder.LAST),
        (CLOSES - 6 * DAY, 7, CLOSES - 5 * DAY, None),
        (CLOSES - 6 * DAY, 7, CLOSES - DAY, Reminder.LAST),
        (CLOSES - 12 * HOUR, 7, CLOSES - HOUR, None),
        (NOW, 60, NOW + HOUR, None),
    ],
)
def test_reminder_comes_before_the_deadline_and_not_right_after_the_invitation(
    opened: datetime, remind_days: int, now: datetime, reminder: Reminder | None
) -> None:
    assert decide_reminder(opened, CLOSES, remind_days, now, BAKU) is reminder


@given(opened=st.integers(0, 40), closes=st.integers(1, 80), remind_days=st.integers(0, 60), now=st.integers(-5, 90))
def test_nobody_is_reminded_outside_of_the_time_to_answer(opened: int, closes: int, remind_days: int, now: int) -> None:
    reminder = decide_reminder(NOW + opened * DAY, NOW + closes * DAY, remind_days, NOW + now * DAY, BAKU)

    assert reminder is None or opened < now < closes


@pytest.mark.parametrize(
    ("offered", "until", "now", "near"),
    [
        (NOW, NOW + 7 * DAY, NOW + 4 * DAY, False),
        (NOW, NOW + 7 * DAY, NOW + 5 * DAY, True),
        (NOW, NOW + 7 * DAY, NOW + 7 * DAY, False),
        (NOW, NOW + 2 * DAY, NOW + DAY, False),
        (NOW, NOW + DAY, NOW + HOUR, False),
    ],
)
def test_offer_is_reminded_of_in_its_last_two_days(
    offered: datetime, until: datetime, now: datetime, near: bool
) -> None:
    assert is_lapse_near(offered, until, now, BAKU) is near


def test_days_before_a_deadline_are_days_at_the_venue_when_the_clocks_change() -> None:
    """The call closes, and the offer lapses, at 18:00 in Budapest on the Monday after the clocks went forward."""
    zone, opened = "Europe/Budapest", from_local(datetime.combine(date(2026, 3, 1), time(9)), "Europe/Budapest")
    closes = from_local(datetime.combine(date(2026, 3, 30), time(18)), zone)
    at_six = from_local(datetime.combine(date(2026, 3, 28), time(18)), zone)

    for moment, is_due in ((at_six - timedelta(seconds=1), False), (at_six, True)):
        assert (decide_reminder(opened, closes, 2, moment, zone) is Reminder.EARLY) == is_due
        assert is_lapse_near(opened, closes, moment, zone) == is_due
