"""What marks add up to, which marks are possible, and who has completed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from trainingapp.attendance import rules
from trainingapp.attendance.models import Presence
from trainingapp.attendance.rules import Mark, MeetingFacts, Outlook, decide_attendance
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import speaking
from trainingapp.enrolment.models import PlaceMode
from trainingapp.records.models import Outcome
from trainingapp.scheduling.models import MeetingMode, SessionStatus

PRESENT, ABSENT, OPEN = Mark(Presence.PRESENT), Mark(Presence.ABSENT), Mark()
STARTS = datetime(2026, 6, 1, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mark", "attended"),
    [
        (Mark(Presence.PRESENT), 180),
        (Mark(Presence.ONLINE), 180),
        (Mark(Presence.LATE, 20), 160),
        (Mark(Presence.LEFT_EARLY, 45), 135),
        (Mark(Presence.LATE, 500), 0),
        (Mark(Presence.LATE, None), 0),
        (Mark(Presence.LEFT_EARLY, 0), 0),
        (Mark(Presence.EXCUSED), 0),
        (Mark(Presence.ABSENT), 0),
        (Mark(Presence.NOT_RECORDED), 0),
    ],
)
def test_meeting_counts_the_minutes_that_were_attended(mark: Mark, attended: int) -> None:
    assert MeetingFacts(180, mark).attended == attended


@pytest.mark.parametrize("minutes", [None, 0])
def test_meeting_stays_open_until_the_missed_minutes_are_known(app: Flask, minutes: int | None) -> None:
    unclear = Mark(Presence.LATE, minutes)

    attendance = decide_attendance(50, [MeetingFacts(60, unclear)])

    assert attendance.outlook is Outlook.POSSIBLE
    assert str(unclear) == "late (minutes not known)"


@pytest.mark.parametrize(
    ("marks", "percent", "has", "outlook", "best"),
    [
        ([PRESENT] * 5 + [ABSENT] * 5, 80, 50, Outlook.IMPOSSIBLE, 50),
        ([PRESENT] * 5 + [OPEN] * 5, 80, 50, Outlook.POSSIBLE, 100),
        ([PRESENT] * 5 + [OPEN] * 5, 50, 50, Outlook.MET, 100),
        ([PRESENT] * 8 + [ABSENT] * 2, 80, 80, Outlook.MET, 80),
        ([ABSENT] * 3 + [OPEN] * 7, 80, 0, Outlook.IMPOSSIBLE, 70),
        ([PRESENT, PRESENT, ABSENT], 67, 66, Outlook.IMPOSSIBLE, 66),
        ([PRESENT, PRESENT, ABSENT], 66, 66, Outlook.MET, 66),
        ([OPEN] * 4, 100, 0, Outlook.POSSIBLE, 100),
        ([], 80, 0, Outlook.NO_MEETINGS, 0),
        ([ABSENT], None, 0, Outlook.NO_RULE, 0),
    ],
)
def test_decide_attendance_counts_planned_hours(
    marks: list[Mark], percent: int | None, has: int, outlook: Outlook, best: int
) -> None:
    attendance = decide_attendance(percent, [MeetingFacts(60, mark) for mark in marks])

    assert (attendance.has_percent, attendance.outlook, attendance.best_percent) == (has, outlook, best)


MEETINGS = st.lists(
    st.builds(
        MeetingFacts,
        st.integers(1, 600),
        st.builds(Mark, st.sampled_from(Presence), st.integers(0, 700)).map(rules.tidy_mark),
    ),
    max_size=12,
)


@given(meetings=MEETINGS, index=st.integers(0, 11))
def test_decide_attendance_never_falls_when_somebody_comes(meetings: list[MeetingFacts], index: int) -> None:
    before = decide_attendance(80, meetings)
    better = [
        MeetingFacts(meeting.minutes, PRESENT) if number == index else meeting
        for number, meeting in enumerate(meetings)
    ]

    after = decide_attendance(80, better)

    assert 0 <= before.has_percent <= after.has_percent <= 100
    assert before.planned == after.planned


@given(meetings=MEETINGS, low=st.integers(1, 100), high=st.integers(1, 100))
def test_decide_attendance_is_met_by_whoever_meets_a_stricter_rule(
    meetings: list[MeetingFacts], low: int, high: int
) -> None:
    strict, lenient = decide_attendance(max(low, high), meetings), decide_attendance(min(low, high), meetings)

    assert lenient.is_met or not strict.is_met


@given(meetings=MEETINGS.filter(lambda meetings: sum(m.is_open for m in meetings) <= 6), percent=st.integers(1, 100))
def test_outlook_agrees_with_trying_every_future(meetings: list[MeetingFacts], percent: int) -> None:
    attendance = decide_attendance(percent, meetings)
    futures = product(*([PRESENT, ABSENT] if meeting.is_open else [meeting.mark] for meeting in meetings))

    reachable = any(
        decide_attendance(
            percent, [MeetingFacts(m.minutes, mark) for m, mark in zip(meetings, future, strict=True)]
        ).is_met
        for future in futures
    )

    assert reachable == (attendance.outlook in {Outlook.MET, Outlook.POSSIBLE})


@given(meetings=MEETINGS, percent=st.integers(1, 100))
def test_lacking_is_the_least_that_meets_the_rule(meetings: list[MeetingFacts], percent: int) -> None:
    attendance = decide_attendance(percent, meetings)
    reached = attendance.attended + attendance.lacking

    assert reached * 100 >= percent * attendance.planned
    assert attendance.lacking == 0 or (reached - 1) * 100 < percent * attendance.planned


@pytest.mark.parametrize(
    ("marks", "english", "russian"),
    [
        ([PRESENT] * 4, "Enough: 80% of the planned hours are needed.", "80\u00a0%"),
        ([PRESENT, PRESENT, OPEN, OPEN], "needs 1 h 12 min more of the 2 h", "1 ч 12 мин"),
        ([PRESENT, ABSENT, ABSENT, OPEN], "at best 50% of the planned hours, and 80% are needed", "50\u00a0%"),
    ],
)
def test_sentence_says_whether_somebody_can_still_pass(
    app: Flask, marks: list[Mark], english: str, russian: str
) -> None:
    attendance = decide_attendance(80, [MeetingFacts(60, mark) for mark in marks])

    assert english in attendance.sentence
    with speaking("ru"):
        assert russian in attendance.sentence


@pytest.mark.parametrize(
    ("mode", "impossible"),
    [
        (MeetingMode.IN_PERSON, {Presence.ONLINE}),
        (MeetingMode.ONLINE, {Presence.PRESENT}),
        (MeetingMode.HYBRID, set()),
    ],
)
def test_possible_presences_follow_how_the_meeting_is_held(mode: MeetingMode, impossible: set[Presence]) -> None:
    assert set(Presence) - set(rules.possible_presences(mode)) == impossible


@pytest.mark.parametrize(
    ("meeting", "place", "presence"),
    [
        (MeetingMode.IN_PERSON, PlaceMode.IN_PERSON, Presence.PRESENT),
        (MeetingMode.IN_PERSON, PlaceMode.ONLINE, Presence.PRESENT),
        (MeetingMode.ONLINE, PlaceMode.IN_PERSON, Presence.ONLINE),
        (MeetingMode.HYBRID, PlaceMode.IN_PERSON, Presence.PRESENT),
        (MeetingMode.HYBRID, PlaceMode.ONLINE, Presence.ONLINE),
    ],
)
def test_usual_presence_is_always_a_possible_one(meeting: MeetingMode, place: PlaceMode, presence: Presence) -> None:
    assert rules.usual_presence(meeting, place) is presence
    assert presence in rules.possible_presences(meeting)


@pytest.mark.parametrize(
    ("mark", "mode", "field"),
    [
        (Mark(Presence.ONLINE), MeetingMode.IN_PERSON, "mark-7"),
        (Mark(Presence.PRESENT), MeetingMode.ONLINE, "mark-7"),
        (Mark(Presence.LATE, 180), MeetingMode.IN_PERSON, "missed-7"),
        (Mark(Presence.LATE, -1), MeetingMode.IN_PERSON, "missed-7"),
        (Mark(Presence.LEFT_EARLY, 10**40), MeetingMode.HYBRID, "missed-7"),
    ],
)
def test_check_mark_refuses_what_cannot_have_happened(app: Flask, mark: Mark, mode: MeetingMode, field: str) -> None:
    with pytest.raises(DomainError) as error:
        rules.check_mark(mark, mode, 180, 7)

    assert error.value.field == field


@pytest.mark.parametrize(
    ("status", "minutes_before", "refused"),
    [
        (SessionStatus.CONFIRMED, 31, "from 30 minutes before"),
        (SessionStatus.CONFIRMED, 30, None),
        (SessionStatus.OPEN, 0, None),
        (SessionStatus.FINISHED, -100_000, None),
        (SessionStatus.CANCELLED, 0, "cancelled"),
        (SessionStatus.DRAFT, 0, "draft"),
    ],
)
def test_check_open_lets_sheets_be_filled_from_half_an_hour_before(
    app: Flask, status: SessionStatus, minutes_before: int, refused: str | None
) -> None:
    now = STARTS - timedelta(minutes=minutes_before)

    if refused is None:
        rules.check_open(status, STARTS, "Asia/Baku", now)
        return

    with pytest.raises(DomainError, match=refused):
        rules.check_open(status, STARTS, "Asia/Baku", now)


def facts(**values: Any) -> rules.CompletionFacts:
    marks = values.pop("marks", [PRESENT, PRESENT])
    attendance = decide_attendance(values.pop("percent", 80), [MeetingFacts(60, mark) for mark in marks])
    return rules.CompletionFacts(
        **{"attendance": attendance, "result_required": True, "outcome": Outcome.PASSED, **values}
    )


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({}, []),
        ({"marks": [PRESENT, PRESENT, ABSENT]}, ["has 66% of the planned hours, needs 80%"]),
        ({"marks": []}, ["no meetings"]),
        ({"marks": [], "percent": None}, []),
        ({"outcome": None}, ["No result"]),
        ({"outcome": None, "result_required": False}, []),
        ({"outcome": Outcome.FAILED}, ["failed"]),
        ({"outcome": Outcome.REPEAT}, ["repeated"]),
        ({"outcome": Outcome.FAILED, "result_required": False}, []),
        ({"outcome": None, "marks": [ABSENT]}, ["has 0%", "No result"]),
        ({"is_over": False}, ["last meeting"]),
        ({"is_cancelled": True, "outcome": None}, ["cancelled"]),
        ({"is_distance": True, "percent": None, "has_evidence": True}, []),
        ({"is_distance": True, "percent": None}, ["evidence"]),
        ({"is_distance": True, "outcome": None, "result_required": False}, ["No result"]),
    ],
)
def test_decide_completion_names_everything_that_is_missing(
    app: Flask, values: dict[str, Any], missing: list[str]
) -> None:
    decision = rules.decide_completion(facts(**values))

    assert decision.is_met is (not missing)
    assert len(decision.missing) == len(missing)
    assert all(part in sentence for part, sentence in zip(missing, decision.missing, strict=True))


@pytest.mark.parametrize(
    ("is_distance", "last_meeting_on", "achieved_on", "expected"),
    [
        (False, date(2026, 6, 2), None, date(2026, 6, 2)),
        (False, date(2026, 6, 2), date(2026, 6, 9), date(2026, 6, 9)),
        (False, None, None, date(2026, 6, 30)),
        (True, date(2026, 6, 2), date(2026, 5, 1), date(2026, 5, 1)),
    ],
)
def test_decide_completion_day(
    is_distance: bool, last_meeting_on: date | None, achieved_on: date | None, expected: date
) -> None:
    found = rules.decide_completion_day(
        is_distance=is_distance,
        last_meeting_on=last_meeting_on,
        achieved_on=achieved_on,
        ends_on=date(2026, 6, 30),
    )

    assert found == expected
