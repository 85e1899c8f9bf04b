"""Clashes, plans and steps: tables, and what hypothesis finds. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainingapp.catalogue.models import CourseKind
from trainingapp.core.errors import SHOWN, DomainError, Problem, refuse_if
from trainingapp.scheduling.models import MeetingMode, SessionStatus
from trainingapp.scheduling.rules.clashes import (
    Booking,
    Frame,
    Proposal,
    RoomFacts,
    Slot,
    covers,
    problems_of,
    trainer_problems,
)
from trainingapp.scheduling.rules.planning import (
    Commitments,
    MeetingDetails,
    SessionDetails,
    change_problems,
    days_between,
    details_problems,
    has_ended,
    hours_apart,
    slot_of,
)
from trainingapp.scheduling.rules.steps import FROM, Step, StepFacts, check_step, lacking, next_step

NOW = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
YARD = RoomFacts(room_id=1, centre_id=7, name="Container yard", capacity=12)
HALL = RoomFacts(room_id=2, centre_id=7, name="Hall", capacity=40)


def slot(start: int, end: int, day: int = 12) -> Slot:
    """Hours of a day of May 2026 on the clock of Baku (UTC+4)."""
    midnight = datetime(2026, 5, day, tzinfo=UTC) - timedelta(hours=4)
    return Slot(starts_at=midnight + timedelta(hours=start), ends_at=midnight + timedelta(hours=end))


def frame(**values):
    defaults = {
        "session_id": 1,
        "centre_id": 7,
        "time_zone": "Asia/Baku",
        "starts_on": date(2026, 5, 12),
        "ends_on": date(2026, 5, 13),
        "capacity_in_person": 12,
        "closes_at": datetime(2026, 5, 1, tzinfo=UTC),
    }
    return Frame(**{**defaults, **values})


def test_meeting_does_not_begin_before_the_enrolment_deadline():
    proposal = Proposal(slot=slot(9, 12), mode=MeetingMode.ONLINE)

    assert problems_of(proposal, frame(closes_at=slot(9, 12).starts_at), []) == []
    [problem] = problems_of(proposal, frame(closes_at=slot(10, 12).starts_at), [])
    assert problem.field == "start"
    assert "deadline (12 May 2026, 10:00" in str(problem)


def booking(at: Slot, **values):
    defaults = {
        "slot": at,
        "session_id": 2,
        "time_zone": "Asia/Baku",
        "code": "CCS-2026-03",
        "title": "Seven-point inspection",
    }
    return Booking(**{**defaults, **values})


def meeting(at: Slot, room: RoomFacts | None = YARD, mode: MeetingMode = MeetingMode.IN_PERSON) -> Proposal:
    return Proposal(slot=at, mode=mode, room=room)


def sentences(problems) -> list[str]:
    return [str(problem) for problem in problems]


# --- clashes


def test_a_taken_room_is_refused_with_who_what_and_when():
    taken = booking(slot(9, 12), room_id=1)

    problems = problems_of(meeting(slot(11, 13)), frame(), [taken])

    assert sentences(problems) == [
        "Room “Container yard” is taken by CCS-2026-03 “Seven-point inspection”: 12 May "
        "2026, 09:00–12:00 (Baku time, UTC+4)."
    ]
    assert problems[0].field == "room_id"


def test_a_busy_trainer_is_refused_with_who_what_and_when():
    elsewhere = booking(slot(9, 12), room_id=2, trainers={5: "Leyla Mammadova"})

    problems = problems_of(meeting(slot(11, 13)), frame(trainers={5: "Leyla Mammadova", 6: "Anna Novak"}), [elsewhere])

    assert sentences(problems) == [
        "Trainer Leyla Mammadova leads CCS-2026-03 “Seven-point inspection” at that time: "
        "12 May 2026, 09:00–12:00 (Baku time, UTC+4)."
    ]


@pytest.mark.parametrize(
    ("proposal", "expected"),
    [
        (meeting(slot(12, 13)), []),
        (meeting(slot(8, 9)), []),
        (meeting(slot(9, 12, day=13)), []),
        (meeting(slot(9, 12), room=HALL), []),
        (meeting(slot(9, 12), room=YARD, mode=MeetingMode.ONLINE), []),
        (meeting(slot(9, 10)), ["room_id"]),
        (meeting(slot(8, 13)), ["room_id"]),
        (meeting(slot(10, 11), mode=MeetingMode.HYBRID), ["room_id"]),
    ],
)
def test_only_what_overlaps_in_the_same_room_clashes(proposal, expected):
    problems = problems_of(proposal, frame(), [booking(slot(9, 12), room_id=1)])

    assert [problem.field for problem in problems] == expected


def test_a_session_does_not_meet_twice_at_once_even_online():
    own = booking(slot(9, 12), session_id=1, room_id=1)

    problems = problems_of(meeting(slot(11, 13), room=None, mode=MeetingMode.ONLINE), frame(), [own])

    assert sentences(problems) == [
        "This session already meets at that time: 12 May 2026, 09:00–12:00 (Baku time, UTC+4)."
    ]


@pytest.mark.parametrize(
    ("proposal", "field", "words"),
    [
        (meeting(slot(9, 12), room=None), "room_id", "Choose the room"),
        (
            meeting(slot(9, 12), room=replace(YARD, capacity=11)),
            "room_id",
            "it is for 11 people, and the session has 12 places",
        ),
        (meeting(slot(9, 12), room=replace(YARD, is_closed=True)), "room_id", "no longer in use"),
        (meeting(slot(9, 12), room=replace(YARD, centre_id=8)), "room_id", "another centre"),
        (meeting(slot(12, 9)), "end", "must end after it starts"),
        (meeting(slot(9, 9)), "end", "must end after it starts"),
        (meeting(slot(9, 34)), "end", "24 hours at most"),
        (meeting(slot(9, 12, day=11)), "day", "11 May 2026, 09:00–12:00 (Baku time, UTC+4) is outside the dates"),
        (meeting(slot(9, 12, day=14)), "day", "outside the dates"),
        (meeting(slot(22, 25, day=13)), "day", "outside the dates"),
    ],
)
def test_a_meeting_that_cannot_be_is_refused_at_its_field(proposal, field, words):
    problems = problems_of(proposal, frame(), [])

    assert [problem.field for problem in problems] == [field]
    assert words in str(problems[0])


def test_every_problem_is_named_at_once():
    booked = [booking(slot(9, 12), room_id=1, trainers={5: "Leyla"}), booking(slot(12, 15), session_id=3, room_id=1)]

    problems = problems_of(meeting(slot(8, 13), room=replace(YARD, capacity=3)), frame(trainers={5: "Leyla"}), booked)

    assert [problem.field for problem in problems] == ["room_id", "room_id", "person_id", "room_id"]


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        (slot(20, 24, day=13), "Asia/Baku", True),  # ends at midnight: still that day
        (slot(20, 24.5, day=13), "Asia/Baku", False),
        (slot(0, 2, day=12), "Asia/Baku", True),
        (slot(0, 2, day=12), "UTC", False),  # 20:00 of the day before in UTC
        (slot(23, 26, day=12), "Asia/Baku", True),  # across midnight, inside the session
    ],
)
def test_days_are_those_of_the_venue(at, zone, expected):
    assert covers(date(2026, 5, 12), date(2026, 5, 13), at, zone) is expected


moments = st.integers(min_value=0, max_value=48).map(lambda quarter: NOW + timedelta(minutes=15 * quarter))


@st.composite
def slots(draw) -> Slot:
    first, second = sorted(draw(st.lists(moments, min_size=2, max_size=2, unique=True)))
    return Slot(starts_at=first, ends_at=second)


@given(slots(), slots())
def test_overlap_is_symmetric(one, other):
    assert one.overlaps(other) is other.overlaps(one)


@given(slots(), slots())
def test_overlap_means_a_common_quarter_of_an_hour(one, other):
    def quarters(part: Slot) -> set[int]:
        first = int((part.starts_at - NOW) / timedelta(minutes=15))
        last = int((part.ends_at - NOW) / timedelta(minutes=15))
        return set(range(first, last))

    assert one.overlaps(other) is bool(quarters(one) & quarters(other))


@given(slots(), st.integers(min_value=1, max_value=600))
def test_touching_ends_are_no_clash(one, minutes):
    following = Slot(starts_at=one.ends_at, ends_at=one.ends_at + timedelta(minutes=minutes))

    assert not one.overlaps(following)
    assert not following.overlaps(one)


@given(st.lists(st.tuples(slots(), st.sampled_from([YARD, HALL]), st.integers(1, 3)), max_size=12))
def test_no_overlap_is_ever_accepted(wanted):
    whole = frame(starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 31), trainers={5: "Leyla"})
    accepted: list[Booking] = []
    for at, room, session_id in wanted:
        if not problems_of(meeting(at, room), replace(whole, session_id=session_id), accepted):
            accepted.append(booking(at, session_id=session_id, room_id=room.room_id, trainers={5: "Leyla"}))

    pairs = [(a, b) for i, a in enumerate(accepted) for b in accepted[i + 1 :]]
    assert not [pair for pair in pairs if pair[0].slot.overlaps(pair[1].slot)]  # all have the same trainer


@given(slots(), slots())
def test_two_rooms_are_free_of_each_other(one, other):
    whole = frame(starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 31))

    assert problems_of(meeting(one, YARD), whole, [booking(other, room_id=HALL.room_id)]) == []


def test_a_trainer_is_free_where_nothing_overlaps():
    booked = [booking(slot(9, 12), trainers={5: "Leyla"}), booking(slot(14, 17), trainers={6: "Anna"})]

    assert trainer_problems(5, "Leyla", [slot(12, 14), slot(14, 17)], booked) == []
    assert len(trainer_problems(5, "Leyla", [slot(11, 14)], booked)) == 1


# --- times on the venue's clock


def test_meetings_keep_their_wall_clock_over_the_change_to_summer_time():
    plan = MeetingDetails(day=date(2026, 3, 28), start=time(9), end=time(12))

    before, after = (slot_of(replace(plan, day=day), "Europe/Brussels") for day in (plan.day, date(2026, 3, 29)))

    assert (before.starts_at.hour, after.starts_at.hour) == (8, 7)
    assert before.ends_at - before.starts_at == after.ends_at - after.starts_at == timedelta(hours=3)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Brussels", date(2026, 3, 28), 4),  # 22:00 to 03:00 over the lost hour
        ("Europe/Brussels", date(2026, 10, 24), 6),  # and over the doubled one
        ("Europe/Lisbon", date(2026, 3, 28), 4),
        ("Europe/Lisbon", date(2026, 10, 24), 6),
        ("Asia/Baku", date(2026, 3, 28), 5),
        ("Asia/Baku", date(2026, 10, 24), 5),
    ],
)
def test_a_night_meeting_lasts_as_long_as_the_night_does(zone, day, hours):
    night = slot_of(MeetingDetails(day=day, start=time(22), end=time(3), overnight=True), zone)

    assert night.ends_at - night.starts_at == timedelta(hours=hours)


@pytest.mark.parametrize(("zone", "hour"), [("Europe/Brussels", 2), ("Europe/Lisbon", 1)])
def test_a_time_that_the_clocks_skip_is_refused_at_its_field(zone, hour):
    plan = MeetingDetails(day=date(2026, 3, 29), start=time(hour, 30), end=time(9))

    with pytest.raises(DomainError) as refusal:
        slot_of(plan, zone)

    assert refusal.value.field == "start"
    assert "does not exist" in str(refusal.value)


def test_a_time_that_comes_twice_is_the_first_of_the_two():
    night = slot_of(MeetingDetails(day=date(2026, 10, 25), start=time(2, 30), end=time(9)), "Europe/Brussels")

    assert night.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_baku_knows_no_summer_time():
    plan = MeetingDetails(day=date(2026, 3, 29), start=time(2, 30), end=time(9))

    assert slot_of(plan, "Asia/Baku").starts_at == datetime(2026, 3, 28, 22, 30, tzinfo=UTC)


def test_days_between_leaves_out_weekends_unless_wanted():
    friday, monday = date(2026, 5, 15), date(2026, 5, 18)

    assert days_between(friday, monday, weekends=False) == [friday, monday]
    assert len(days_between(friday, monday, weekends=True)) == 4


# --- plans


def plan(**values) -> SessionDetails:
    defaults = {
        "code": "CCS-2026-01",
        "starts_on": date(2026, 5, 12),
        "ends_on": date(2026, 5, 13),
        "closes": datetime.fromisoformat("2026-05-10T18:00"),
        "time_zone": "Asia/Baku",
        "centre_id": 7,
        "capacity_in_person": 12,
        "minimum": 6,
        "languages": ("en",),
    }
    return SessionDetails(**{**defaults, **values})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ends_on": date(2026, 5, 11)}, "ends_on"),
        ({"ends_on": date(2029, 5, 13)}, "ends_on"),
        ({"capacity_in_person": 0, "minimum": 0}, "capacity_in_person"),
        ({"centre_id": None}, "centre_id"),
        ({"minimum": 13}, "minimum"),
        ({"languages": ()}, "languages"),
        ({"closes": datetime.fromisoformat("2026-05-13T00:00")}, "closes"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_at_its_field(values, field):
    problems = list(details_problems(plan(**values)))

    assert [problem.field for problem in problems] == [field]


def commitments(**values) -> Commitments:
    defaults = {
        "status": SessionStatus.OPEN,
        "centre_id": 7,
        "taken_in_person": 5,
        "taken_online": 0,
        "meetings": ((slot(9, 12), YARD),),
    }
    return Commitments(**{**defaults, **values})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, None),
        ({"capacity_in_person": 5, "minimum": 0}, None),
        ({"capacity_in_person": 4, "minimum": 0}, "capacity_in_person"),
        ({"capacity_in_person": 13}, "capacity_in_person"),  # the yard holds 12
        ({"starts_on": date(2026, 5, 13)}, "ends_on"),
        ({"time_zone": "Pacific/Kiritimati", "starts_on": date(2026, 5, 13)}, "ends_on"),
        ({"centre_id": 8}, "centre_id"),
        ({"closes": datetime.fromisoformat("2026-05-12T09:00")}, None),
        ({"closes": datetime.fromisoformat("2026-05-12T09:01")}, "closes"),  # nobody is taken when it has begun
    ],
)
def test_a_change_that_people_or_meetings_forbid_is_refused_at_its_field(values, field):
    problems = list(change_problems(plan(**values), commitments()))

    assert [problem.field for problem in problems] == ([field] if field else [])


def test_places_online_may_not_fall_below_those_taken():
    problems = list(change_problems(plan(capacity_online=1), commitments(taken_online=2)))

    assert sentences(problems) == ["2 people have a place online: there cannot be fewer places."]


@pytest.mark.parametrize("status", [SessionStatus.FINISHED, SessionStatus.CANCELLED])
def test_what_is_over_does_not_change(status):
    assert len(list(change_problems(plan(capacity_in_person=1), commitments(status=status)))) == 1


# --- steps


def facts(**values) -> StepFacts:
    defaults = {
        "status": SessionStatus.DRAFT,
        "now": NOW,
        "course_published": True,
        "is_distance": False,
        "time_zone": "Asia/Baku",
        "starts_on": date(2026, 5, 12),
        "ends_on": date(2026, 5, 13),
        "closes_at": NOW + timedelta(days=3),
        "capacity_in_person": 12,
        "centre_id": 7,
        "languages": ("en",),
        "meetings": (slot(9, 12), slot(9, 12, day=13)),
        "trainers": 1,
        "taken": 6,
        "minimum": 6,
    }
    return StepFacts(**{**defaults, **values})


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("status", SessionStatus)
def test_a_step_is_taken_from_its_own_states_only(step, status):
    over = facts(status=status, now=datetime(2026, 5, 20, tzinfo=UTC), closes_at=datetime(2027, 1, 1, tzinfo=UTC))

    assert (lacking(step, over, "because") == []) is (status in FROM[step])


def test_each_state_leads_to_the_next_one():
    way = [SessionStatus.DRAFT]
    while step := next_step(way[-1]):
        way.append(step.leads_to)

    assert way == ["draft", "open", "confirmed", "running", "finished"]
    assert next_step(SessionStatus.CANCELLED) is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"course_published": False}, "not published"),
        ({"meetings": ()}, "no meeting"),
        ({"languages": ()}, "No language"),
        ({"centre_id": None}, "no centre"),
        ({"closes_at": NOW}, "deadline has passed"),
    ],
)
def test_opening_names_what_is_missing(values, words):
    problems = sentences(lacking(Step.OPEN, facts(**values)))

    assert len(problems) == 1
    assert words in problems[0]


def test_opening_names_everything_that_is_missing_at_once():
    bare = facts(course_published=False, meetings=(), languages=(), closes_at=NOW)

    with pytest.raises(DomainError) as refusal:
        check_step(Step.OPEN, bare)

    assert str(refusal.value).count(".") == len(lacking(Step.OPEN, bare)) == 4


def test_a_distance_course_needs_neither_meetings_nor_a_trainer():
    distance = {"is_distance": True, "meetings": (), "trainers": 0, "capacity_in_person": 0, "centre_id": None}

    assert lacking(Step.OPEN, facts(**distance)) == []
    assert lacking(Step.CONFIRM, facts(status=SessionStatus.OPEN, **distance)) == []


@pytest.mark.parametrize(
    ("taken", "reason", "allowed"),
    [(6, None, True), (5, None, False), (5, "  ", False), (5, "The sponsor insists.", True)],
)
def test_below_the_minimum_confirming_needs_a_reason(taken, reason, allowed):
    problems = lacking(Step.CONFIRM, facts(status=SessionStatus.OPEN, taken=taken), reason)

    assert (problems == []) is allowed


def test_confirming_needs_a_trainer():
    problems = sentences(lacking(Step.CONFIRM, facts(status=SessionStatus.OPEN, trainers=0)))

    assert problems == ["Nobody leads the session yet: add a trainer."]


@pytest.mark.parametrize(
    ("now", "allowed"),
    [
        (datetime(2026, 5, 11, 19, 59, tzinfo=UTC), False),
        (datetime(2026, 5, 11, 20, 0, tzinfo=UTC), True),  # midnight in Baku
    ],
)
def test_starting_waits_for_the_first_day_of_the_venue(now, allowed):
    assert (lacking(Step.START, facts(status=SessionStatus.CONFIRMED, now=now)) == []) is allowed


@pytest.mark.parametrize(
    ("values", "end"),
    [
        ({}, datetime(2026, 5, 13, 8, tzinfo=UTC)),  # 12:00 in Baku
        ({"meetings": ()}, datetime(2026, 5, 13, 20, tzinfo=UTC)),  # the end of the last day in Baku
    ],
)
def test_finishing_waits_for_the_end(values, end):
    running = facts(status=SessionStatus.RUNNING, **values)

    assert lacking(Step.FINISH, replace(running, now=end - timedelta(seconds=1))) != []
    assert lacking(Step.FINISH, replace(running, now=end)) == []


def test_cancelling_needs_a_reason():
    assert [problem.field for problem in lacking(Step.CANCEL, facts(), " ")] == ["reason"]


# --- refusals


def test_a_refusal_belongs_to_a_field_only_when_all_its_problems_do():
    with pytest.raises(DomainError) as same:
        refuse_if([Problem("One.", "day"), Problem("Two.", "day")])
    with pytest.raises(DomainError) as mixed:
        refuse_if([Problem("One.", "day"), Problem("Two.", "room_id")])

    assert (same.value.field, str(same.value)) == ("day", "One. Two.")
    assert mixed.value.field is None


def test_a_long_refusal_is_cut_and_says_so():
    with pytest.raises(DomainError) as refusal:
        refuse_if(Problem(f"Clash {number}.") for number in range(SHOWN + 3))

    assert str(refusal.value).endswith("There are 3 more.")


def test_nothing_is_refused_without_a_problem():
    refuse_if([])


@pytest.mark.parametrize(
    ("kind", "course", "planned", "apart"),
    [
        (CourseKind.PRACTICAL, 450, 450, False),
        (CourseKind.PRACTICAL, 450, 1170, True),
        (CourseKind.WORKSHOP, 450, 449, True),
        (CourseKind.VR, 450, 0, False),
        (CourseKind.DISTANCE, 960, 480, False),
        (CourseKind.DISTANCE, 480, 960, True),
    ],
)
def test_hours_of_meetings_and_course_are_compared(kind: CourseKind, course: int, planned: int, apart: bool) -> None:
    assert hours_apart(kind, course, planned) is apart


@pytest.mark.parametrize(
    ("status", "now", "expected"),
    [
        (SessionStatus.RUNNING, datetime(2026, 6, 2, 19, 59, tzinfo=UTC), False),
        (SessionStatus.RUNNING, datetime(2026, 6, 2, 20, 0, tzinfo=UTC), True),
        (SessionStatus.FINISHED, datetime(2026, 6, 1, 8, 0, tzinfo=UTC), True),
        (SessionStatus.CANCELLED, datetime(2026, 6, 3, 8, 0, tzinfo=UTC), False),
    ],
)
def test_session_has_ended_when_its_last_day_is_over_at_the_venue(status, now, expected):
    assert has_ended(status, date(2026, 6, 2), "Asia/Baku", now) is expected
