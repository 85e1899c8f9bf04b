"""Scheduling on both engines: plans, meetings, trainers, rooms, steps, and two coordinators at once."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from tests.builders import (
    NOW,
    a_centre,
    a_course,
    a_meeting,
    a_person,
    a_room,
    a_session,
    a_trainer,
    an_officer,
)
from trainingapp.catalogue.models import CourseKind, CourseStatus
from trainingapp.core import bus
from trainingapp.core.db import db, transaction
from trainingapp.core.errors import DomainError
from trainingapp.scheduling import events, services
from trainingapp.scheduling.models import CourseSession, Meeting, MeetingMode, SessionStatus, SessionTrainer
from trainingapp.scheduling.queries.centres import rooms_of
from trainingapp.scheduling.queries.sessions import get_session, suggested_code, upcoming
from trainingapp.scheduling.queries.trainers import trainer_candidates
from trainingapp.scheduling.rules.planning import MeetingDetails, SessionDetails
from trainingapp.scheduling.services.rooms import RoomDetails

FIRST, LAST = date(2026, 6, 1), date(2026, 6, 2)  # Monday and Tuesday


@pytest.fixture
def told(monkeypatch):
    """The events that were published; handlers of other features do not run."""
    heard = []
    monkeypatch.setattr(bus, "_handlers", {kind: [] for kind in vars(events).values() if isinstance(kind, type)})
    monkeypatch.setattr(bus, "_observers", [heard.append])
    return heard


def a_plan(**values) -> SessionDetails:
    defaults = {
        "code": "CCS-2026-01",
        "starts_on": FIRST,
        "ends_on": LAST,
        "closes": datetime.fromisoformat("2026-05-25T18:00"),
        "time_zone": "Asia/Baku",
        "capacity_online": 20,
        "minimum": 5,
        "languages": ("en", "ru"),
    }
    return SessionDetails(**{**defaults, **values})


def plan_of(course_session: CourseSession, **values) -> SessionDetails:
    """The plan that changes nothing, but for these values."""
    names = set(SessionDetails.__dataclass_fields__) - {"closes"}
    closes = datetime.fromisoformat("2026-05-25T18:00")
    return SessionDetails(**{**{name: getattr(course_session, name) for name in names}, "closes": closes, **values})


def at(day: date = FIRST, start: int = 9, end: int = 12, room=None, **values) -> MeetingDetails:
    mode = values.pop("mode", MeetingMode.IN_PERSON if room else MeetingMode.ONLINE)
    return MeetingDetails(
        day=day, start=time(start), end=time(end), room_id=room.id if room else None, mode=mode, **values
    )


def again(course_session: CourseSession) -> CourseSession:
    return get_session(course_session.id)


def kinds(told) -> list[str]:
    return [type(event).__name__ for event in told]


# --- sessions


def test_schedule_makes_a_draft_with_its_deadline_on_the_venues_clock(app, told):
    course = a_course()

    made = services.schedule(course.id, a_plan())

    assert made.status is SessionStatus.DRAFT
    assert made.enrolment_closes_at == datetime(2026, 5, 25, 14, 0, tzinfo=UTC)
    assert made.languages == ("en", "ru")
    assert told == [events.SessionScheduled(course_session_id=made.id, course_id=course.id)]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "TAKEN-1"}, "code"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"centre_id": 999_999}, "centre_id"),
        ({"capacity_in_person": 5}, "centre_id"),
        ({"minimum": 21}, "minimum"),
        ({"time_zone": "Europe/Brussels", "starts_on": date(2027, 4, 1), "ends_on": date(2027, 4, 1),
          "closes": datetime.fromisoformat("2027-03-28T02:30")}, "closes"),
    ],
)  # fmt: skip
def test_schedule_refuses_a_bad_plan_at_its_field(app, told, values, field):
    course = a_course()
    a_session(course, code="TAKEN-1")

    with pytest.raises(DomainError) as refusal:
        services.schedule(course.id, a_plan(**values))

    assert refusal.value.field == field
    assert told == []


def test_schedule_refuses_a_retired_course(app, told):
    course = a_course(status=CourseStatus.RETIRED)

    with pytest.raises(DomainError, match="retired"):
        services.schedule(course.id, a_plan())


def test_suggested_code_counts_on(app):
    course = a_course(code="CCS_1")
    for code in ("CCS_1-1", "CCS_1-9", "CCSX1-40", "CCS_1-spare", "CCS_1-2025-77"):
        a_session(course, code=code)

    assert suggested_code("CCS_1") == "CCS_1-10"
    assert suggested_code("NEW") == "NEW-1"


def test_change_tells_what_differs_ready_for_json(app, told):
    course_session = a_session(capacity_in_person=10, minimum=1)

    services.change(course_session.id, plan_of(course_session, capacity_in_person=15, ends_on=date(2026, 6, 3)))

    [event] = told
    assert json.loads(json.dumps(asdict(event))) == {
        "course_session_id": course_session.id,
        "old": {"capacity_in_person": 10, "ends_on": "2026-06-02", "enrolment_closes_at": "2026-05-31T20:00:00+00:00"},
        "new": {"capacity_in_person": 15, "ends_on": "2026-06-03", "enrolment_closes_at": "2026-05-25T14:00:00+00:00"},
    }


def test_change_that_changes_nothing_tells_nothing(app, told):
    course_session = a_session(enrolment_closes_at=datetime(2026, 5, 25, 14, 0, tzinfo=UTC))

    services.change(course_session.id, plan_of(course_session))

    assert told == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"capacity_in_person": 3, "minimum": 1}, "capacity_in_person"),
        ({"starts_on": date(2026, 6, 2)}, "ends_on"),
        ({"capacity_in_person": 31}, "capacity_in_person"),
        ({"code": "TAKEN-1"}, "code"),
    ],
)
def test_change_refuses_what_people_or_meetings_forbid(app, told, values, field):
    centre = a_centre()
    course_session = a_session(centre_id=centre.id, taken_in_person=4)
    a_meeting(course_session, room=a_room(centre, capacity=30))
    a_session(code="TAKEN-1")

    with pytest.raises(DomainError) as refusal:
        services.change(course_session.id, plan_of(course_session, **values))

    assert refusal.value.field == field
    assert told == []


def test_change_refuses_another_time_zone_that_moves_a_meeting_out(app, told):
    course_session = a_session(capacity_in_person=0, capacity_online=10)
    a_meeting(course_session, start=time(1), mode=MeetingMode.ONLINE)  # 21:00 of the day before in UTC

    with pytest.raises(DomainError, match="would be outside"):
        services.change(course_session.id, plan_of(course_session, time_zone="UTC"))


@pytest.mark.parametrize("status", [SessionStatus.FINISHED, SessionStatus.CANCELLED])
def test_what_is_over_cannot_be_changed(app, told, status):
    room, trainer = a_room(), a_trainer()
    cancelled_at = NOW if status is SessionStatus.CANCELLED else None
    course_session = a_session(status=status, cancelled_at=cancelled_at, trainers=(trainer,))
    meeting = a_meeting(course_session, room=room)
    attempts = [
        lambda: services.change(course_session.id, plan_of(course_session)),
        lambda: services.add_meeting(course_session.id, at(LAST)),
        lambda: services.change_meeting(meeting.id, at(LAST)),
        lambda: services.remove_meeting(meeting.id),
        lambda: services.assign_trainer(course_session.id, trainer.id),
        lambda: services.release_trainer(course_session.id, trainer.id),
    ]

    for attempt in attempts:
        with pytest.raises(DomainError, match="nothing about it can be changed"):
            attempt()

    assert told == []


# --- meetings


def test_add_meeting_keeps_the_venues_clock(app, told):
    centre = a_centre()
    course_session = a_session(centre_id=centre.id)

    made = services.add_meeting(course_session.id, at(room=a_room(centre), title_en="Yard"))

    assert (made.starts_at, made.ends_at) == (
        datetime(2026, 6, 1, 5, tzinfo=UTC),
        datetime(2026, 6, 1, 8, tzinfo=UTC),
    )
    assert again(course_session).planned_minutes == 180
    assert kinds(told) == ["MeetingAdded"]
    json.dumps(asdict(told[0]))


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Europe/Brussels", date(2026, 3, 29), 7),
        ("Europe/Brussels", date(2026, 3, 28), 8),
        ("Europe/Lisbon", date(2026, 10, 24), 8),
        ("Europe/Lisbon", date(2026, 10, 25), 9),
        ("Asia/Baku", date(2026, 3, 29), 5),
        ("Asia/Baku", date(2026, 10, 25), 5),
    ],
)
def test_add_meeting_is_right_on_the_days_of_the_change(app, zone, day, expected):
    course_session = a_session(
        time_zone=zone, starts_on=day, ends_on=day, capacity_in_person=0, capacity_online=10, centre_id=None
    )

    made = services.add_meeting(course_session.id, at(day))

    assert made.starts_at == datetime(day.year, day.month, day.day, expected, tzinfo=UTC)


def test_add_meeting_names_who_has_the_room_and_when(app, told):
    centre = a_centre()
    yard = a_room(centre, name_en="Container yard")
    a_meeting(a_session(a_course(title_en="Seven-point inspection"), code="CCS-2026-03"), room=yard)
    mine = a_session(centre_id=centre.id)

    with pytest.raises(DomainError) as refusal:
        services.add_meeting(mine.id, at(start=11, end=13, room=yard))

    assert str(refusal.value) == (
        "Room “Container yard” is taken by CCS-2026-03 “Seven-point inspection”: 1 June "
        "2026, 09:00–12:00 (Baku time, UTC+4)."
    )
    assert refusal.value.field == "room_id"
    assert told == []


def test_add_meeting_names_what_the_trainer_leads_and_when(app):
    leyla = a_trainer(given_name="Leyla", patronymic=None, family_name="Mammadova")
    a_meeting(a_session(a_course(title_en="X-ray images"), code="XR-2026-01", trainers=(leyla,)))
    mine = a_session(capacity_in_person=0, capacity_online=5, trainers=(leyla,))

    with pytest.raises(DomainError, match="Trainer Leyla Mammadova leads XR-2026-01 “X-ray images” at that time"):
        services.add_meeting(mine.id, at(start=8, end=10))


def test_a_cancelled_session_holds_neither_room_nor_trainer(app):
    centre, leyla = a_centre(), a_trainer()
    room = a_room(centre)
    a_meeting(a_session(status=SessionStatus.CANCELLED, cancelled_at=NOW, trainers=(leyla,)), room=room)
    mine = a_session(centre_id=centre.id, trainers=(leyla,))

    services.add_meeting(mine.id, at(room=room))

    assert len(again(mine).meetings) == 1


def test_change_meeting_does_not_clash_with_itself(app, told):
    centre = a_centre()
    room = a_room(centre)
    course_session = a_session(centre_id=centre.id)
    meeting = a_meeting(course_session, room=room)

    services.change_meeting(meeting.id, at(start=10, end=13, room=room))

    assert told[0].old == {"starts_at": "2026-06-01T05:00:00+00:00", "ends_at": "2026-06-01T08:00:00+00:00"}
    assert told[0].new == {"starts_at": "2026-06-01T06:00:00+00:00", "ends_at": "2026-06-01T09:00:00+00:00"}


def test_an_online_meeting_gives_its_room_back(app):
    centre = a_centre()
    room = a_room(centre)
    meeting = a_meeting(a_session(centre_id=centre.id), room=room)

    services.change_meeting(meeting.id, at(room=room, mode=MeetingMode.ONLINE))

    assert db.session.get(Meeting, meeting.id).room_id is None


def test_a_room_that_is_not_there_is_refused(app):
    course_session = a_session()

    with pytest.raises(DomainError) as refusal:
        services.add_meeting(course_session.id, replace(at(), room_id=999_999, mode=MeetingMode.IN_PERSON))

    assert refusal.value.field == "room_id"


def test_remove_meeting_tells_what_it_was(app, told):
    meeting = a_meeting(a_session())

    services.remove_meeting(meeting.id)

    assert db.session.get(Meeting, meeting.id) is None
    assert kinds(told) == ["MeetingRemoved"]
    assert told[0].old["starts_at"] == "2026-06-01T05:00:00+00:00"


def test_remove_meeting_is_refused_once_attendance_is_recorded(app, told):
    course_session = a_session(taken_in_person=1)
    meeting = a_meeting(course_session)
    officer, marker = an_officer(), a_trainer()
    with transaction():  # rows of a feature above: by table, so that no test of this one hangs on its services
        place = sa.table("place", *map(sa.column, PLACE))
        db.session.execute(place.insert().values(place_row(officer, course_session)))
        place_id = db.session.scalar(sa.select(sa.literal_column("max(id)")).select_from(sa.table("place")))
        mark = sa.table("attendance_mark", *map(sa.column, MARK))
        row = [meeting.id, place_id, officer.id, "present", 0, marker.id, NOW.replace(tzinfo=None)]
        db.session.execute(mark.insert().values(dict(zip(MARK, row, strict=True))))

    with pytest.raises(DomainError, match="Attendance is recorded"):
        services.remove_meeting(meeting.id)

    assert db.session.get(Meeting, meeting.id) is not None
    assert told == []


PLACE = [
    *("person_id", "organisation_id", "course_session_id", "status", "mode", "way", "queue_no", "steps"),
    *("asked_at", "changed_at"),
]
MARK = ["meeting_id", "place_id", "person_id", "presence", "missed_minutes", "recorded_by_id", "recorded_at"]


def place_row(person, course_session):
    moment, ids = NOW.replace(tzinfo=None), (person.id, person.organisation_id, course_session.id)
    return dict(zip(PLACE, [*ids, "placed", "in_person", "office", 1, 1, moment, moment], strict=True))


def test_add_daily_meetings_fills_every_day(app, told):
    centre = a_centre()
    room = a_room(centre)
    course_session = a_session(centre_id=centre.id, ends_on=date(2026, 6, 8))  # Monday to Monday

    made = services.add_daily_meetings(course_session.id, [at(room=room), at(start=14, end=17, room=room)])

    assert len(made) == len(told) == 12
    assert again(course_session).planned_minutes == 12 * 180
    assert date(2026, 6, 6) not in {meeting.starts_at.date() for meeting in made}


def test_add_daily_meetings_adds_none_when_one_clashes_and_names_each(app, told):
    centre = a_centre()
    room = a_room(centre)
    other = a_session(code="OTHER-1")
    a_meeting(other, FIRST, room=room)
    a_meeting(other, LAST, start=time(16), room=room)
    course_session = a_session(centre_id=centre.id)

    with pytest.raises(DomainError) as refusal:
        services.add_daily_meetings(course_session.id, [at(room=room), at(start=14, end=17, room=room)])

    assert str(refusal.value).count("OTHER-1") == 2
    assert again(course_session).meetings == []
    assert told == []


def test_add_daily_meetings_clash_among_themselves(app):
    course_session = a_session(capacity_in_person=0, capacity_online=5)

    with pytest.raises(DomainError, match="already meets at that time"):
        services.add_daily_meetings(course_session.id, [at(start=9, end=12), at(start=11, end=13)])


def test_add_daily_meetings_needs_a_day(app):
    saturday = date(2026, 6, 6)
    course_session = a_session(starts_on=saturday, ends_on=saturday, capacity_in_person=0, capacity_online=5)

    with pytest.raises(DomainError) as refusal:
        services.add_daily_meetings(course_session.id, [at()])

    assert refusal.value.field == "weekends"
    assert len(services.add_daily_meetings(course_session.id, [at()], weekends=True)) == 1


def test_the_number_of_meetings_has_an_end(app):
    course_session = a_session(ends_on=date(2027, 6, 1), capacity_in_person=0, capacity_online=5)

    with pytest.raises(DomainError, match="200 meetings at most"):
        services.add_daily_meetings(course_session.id, [at()])


# --- trainers


def test_assign_trainer_happens_once(app, told):
    course_session, trainer = a_session(), a_trainer()

    services.assign_trainer(course_session.id, trainer.id)
    services.assign_trainer(course_session.id, trainer.id)

    assert again(course_session).trainer_ids == {trainer.id}
    assert told == [events.TrainerAssigned(course_session_id=course_session.id, person_id=trainer.id)]


def test_assign_trainer_refuses_whoever_leads_something_at_that_time(app, told):
    trainer = a_trainer()
    a_meeting(a_session(code="OTHER-1", trainers=(trainer,)))
    mine = a_session()
    a_meeting(mine, start=time(11))

    with pytest.raises(DomainError) as refusal:
        services.assign_trainer(mine.id, trainer.id)

    assert "OTHER-1" in str(refusal.value)
    assert refusal.value.field == "person_id"


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (an_officer, "does not have the role of a trainer"),
        (partial(a_trainer, deactivated_at=NOW), "switched off"),
    ],
)
def test_assign_trainer_refuses_whoever_is_none(app, who, words):
    course_session, person = a_session(), who()

    with pytest.raises(DomainError, match=words):
        services.assign_trainer(course_session.id, person.id)


def test_assign_trainer_refuses_nobody(app):
    with pytest.raises(DomainError, match="no such person"):
        services.assign_trainer(a_session().id, 999_999)


def test_release_trainer_happens_once(app, told):
    trainer = a_trainer()
    course_session = a_session(trainers=(trainer,))

    services.release_trainer(course_session.id, trainer.id)
    services.release_trainer(course_session.id, trainer.id)

    assert again(course_session).trainer_ids == frozenset()
    assert kinds(told) == ["TrainerReleased"]


# --- two coordinators at once


def outcomes(results) -> tuple[int, int]:
    refused = [result for result in results if isinstance(result, DomainError)]
    broken = [result for result in results if isinstance(result, Exception) and not isinstance(result, DomainError)]
    assert not broken, broken
    return len(results) - len(refused), len(refused)


def test_of_many_who_want_the_same_room_one_gets_it(app, told, in_threads):
    centre = a_centre()
    room = a_room(centre)
    plans = [(a_session(centre_id=centre.id).id, at(start=9 + n % 2, end=12, room=room)) for n in range(8)]

    results = in_threads([partial(services.add_meeting, *wanted) for wanted in plans])

    assert outcomes(results) == (1, 7)
    assert db.session.scalar(sa.select(sa.func.count(Meeting.id)).where(Meeting.room_id == room.id)) == 1


def test_of_many_who_want_the_same_trainer_one_gets_him(app, told, in_threads):
    trainer = a_trainer()
    ids = []
    for _ in range(8):
        course_session = a_session()
        a_meeting(course_session)
        ids.append(course_session.id)

    results = in_threads([partial(services.assign_trainer, session_id, trainer.id) for session_id in ids])

    assert outcomes(results) == (1, 7)
    assert db.session.scalar(sa.select(sa.func.count(SessionTrainer.id))) == 1


def test_a_trainer_is_not_in_two_places_through_meetings_moved_at_once(app, told, in_threads):
    trainer = a_trainer()
    moves = []
    for day in range(1, 7):
        course_session = a_session(
            capacity_in_person=0, capacity_online=5, trainers=(trainer,), ends_on=date(2026, 6, 7)
        )
        meeting = a_meeting(course_session, date(2026, 6, day), mode=MeetingMode.ONLINE)
        moves.append(partial(services.change_meeting, meeting.id, at(date(2026, 6, 7))))

    results = in_threads(moves)

    assert outcomes(results) == (1, 5)


def test_rooms_wanted_crosswise_do_not_lock_each_other_out(app, told, in_threads):
    centre = a_centre()
    one, other = a_room(centre), a_room(centre)
    sessions = [a_session(centre_id=centre.id).id for _ in range(6)]
    both = [[at(room=one), at(start=13, end=15, room=other)], [at(room=other), at(start=13, end=15, room=one)]]

    results = in_threads(
        [partial(services.add_daily_meetings, session_id, both[n % 2]) for n, session_id in enumerate(sessions)]
    )

    got, refused = outcomes(results)
    assert (got, refused) in {(1, 5), (2, 4)}


def test_of_two_with_the_same_code_one_is_kept(app, told, in_threads):
    course_id = a_course().id

    results = in_threads([partial(services.schedule, course_id, a_plan())] * 4)

    assert outcomes(results) == (1, 3)
    assert {result.field for result in results if isinstance(result, DomainError)} == {"code"}


# --- steps


def ready(**values) -> CourseSession:
    """A draft that lacks nothing."""
    defaults = {
        "status": SessionStatus.DRAFT,
        "capacity_in_person": 0,
        "capacity_online": 10,
        "minimum": 1,
        "taken_online": 1,
        "trainers": (a_trainer(),),
    }
    course_session = a_session(**{**defaults, **values})
    a_meeting(course_session, mode=MeetingMode.ONLINE)
    return course_session


def test_a_session_goes_its_way(app, told):
    session_id = ready().id

    services.open_enrolment(session_id, now=NOW)
    services.confirm(session_id, now=NOW)
    services.start(session_id, now=datetime(2026, 6, 1, 5, tzinfo=UTC))
    services.finish(session_id, now=datetime(2026, 6, 1, 8, tzinfo=UTC))

    assert get_session(session_id).status is SessionStatus.FINISHED
    assert kinds(told) == ["SessionOpened", "SessionConfirmed", "SessionStarted", "SessionFinished"]


def test_open_enrolment_names_everything_that_is_missing(app, told):
    course_session = a_session(
        a_course(status=CourseStatus.DRAFT), status=SessionStatus.DRAFT, languages=(), enrolment_closes_at=NOW
    )

    with pytest.raises(DomainError) as refusal:
        services.open_enrolment(course_session.id, now=NOW)

    for words in ("not published", "no meeting", "No language", "deadline has passed"):
        assert words in str(refusal.value)
    assert again(course_session).status is SessionStatus.DRAFT


def test_a_distance_session_opens_without_meetings(app, told):
    course_session = a_session(
        a_course(kind=CourseKind.DISTANCE), status=SessionStatus.DRAFT, capacity_in_person=0, capacity_online=500
    )

    services.open_enrolment(course_session.id, now=NOW)

    assert kinds(told) == ["SessionOpened"]


def test_confirm_below_the_minimum_keeps_the_reason(app, told):
    session_id = ready(status=SessionStatus.OPEN, minimum=5).id

    with pytest.raises(DomainError, match="1 of 5"):
        services.confirm(session_id, now=NOW)
    services.confirm(session_id, " The sponsor insists. ", now=NOW)

    assert told == [events.SessionConfirmed(course_session_id=session_id, reason="The sponsor insists.")]


def test_cancel_keeps_the_reason_and_its_moment(app, told):
    session_id = ready(status=SessionStatus.CONFIRMED).id

    with pytest.raises(DomainError, match="Say why"):
        services.cancel(session_id, "  ", now=NOW)
    services.cancel(session_id, "The trainer is ill.", now=NOW)

    cancelled = get_session(session_id)
    assert (cancelled.status, cancelled.cancelled_at, cancelled.cancel_reason) == (
        SessionStatus.CANCELLED,
        NOW,
        "The trainer is ill.",
    )
    assert told == [events.SessionCancelled(course_session_id=session_id, reason="The trainer is ill.")]
    with pytest.raises(DomainError, match="Cancelled"):
        services.cancel(session_id, "Again.", now=NOW)


@pytest.mark.parametrize(
    ("zone", "begins"),
    [
        ("Asia/Almaty", datetime(2026, 5, 31, 19, tzinfo=UTC)),
        ("Europe/Lisbon", datetime(2026, 5, 31, 23, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2026, 5, 31, 10, tzinfo=UTC)),
    ],
)
def test_advance_starts_on_the_first_day_of_the_venue(app, told, zone, begins):
    session_id = ready(status=SessionStatus.CONFIRMED, time_zone=zone).id

    assert services.advance(now=begins - timedelta(seconds=1)) == 0
    assert services.advance(now=begins) == 1
    assert get_session(session_id).status is SessionStatus.RUNNING


def test_advance_finishes_after_the_last_meeting_and_starts_no_open_session(app, told):
    running, opened = ready(status=SessionStatus.RUNNING), ready(status=SessionStatus.OPEN)
    a_meeting(running, LAST, mode=MeetingMode.ONLINE)

    assert services.advance(now=datetime(2026, 6, 2, 7, 59, tzinfo=UTC)) == 0
    assert services.advance(now=datetime(2026, 6, 2, 8, tzinfo=UTC)) == 1
    assert services.advance(now=datetime(2026, 6, 2, 8, tzinfo=UTC)) == 0
    assert again(running).status is SessionStatus.FINISHED
    assert again(opened).status is SessionStatus.OPEN


def test_advance_takes_a_late_session_through_both_steps(app, told):
    session_id = ready(status=SessionStatus.CONFIRMED).id

    assert services.advance(now=datetime(2026, 7, 1, tzinfo=UTC)) == 2
    assert get_session(session_id).status is SessionStatus.FINISHED


# --- rooms


def test_rooms_are_added_changed_closed_and_reopened(app, told):
    centre = a_centre()

    room = services.add_room(centre.id, RoomDetails(name_en="Yard", name_ru="Площадка", capacity=12))
    services.change_room(room.id, RoomDetails(name_en="Yard", name_ru="Площадка", capacity=15), now=NOW)
    services.close_room(room.id, now=NOW)
    closed = [row.name.en for row in rooms_of(centre.id)]
    services.reopen_room(room.id)

    assert closed == []
    assert [row.capacity for row in rooms_of(centre.id)] == [15]
    assert kinds(told) == ["RoomAdded", "RoomChanged", "RoomChanged", "RoomChanged"]
    json.dumps([asdict(event) for event in told])


def test_a_room_in_which_sessions_meet_is_neither_closed_nor_made_too_small(app, told):
    centre = a_centre()
    room = a_room(centre, capacity=30)
    a_meeting(a_session(centre_id=centre.id, code="CCS-1", capacity_in_person=12), room=room)

    with pytest.raises(DomainError, match="CCS-1"):
        services.close_room(room.id, now=NOW)
    with pytest.raises(DomainError) as refusal:
        services.change_room(room.id, RoomDetails(name_en="Yard", capacity=11), now=NOW)
    services.change_room(room.id, RoomDetails(name_en="Yard", capacity=12), now=NOW)
    services.close_room(room.id, now=datetime(2026, 7, 1, tzinfo=UTC))

    assert refusal.value.field == "capacity"


def test_a_closed_room_takes_no_meeting(app):
    centre = a_centre()
    room = a_room(centre, closed_at=NOW)
    course_session = a_session(centre_id=centre.id)

    with pytest.raises(DomainError, match="no longer in use"):
        services.add_meeting(course_session.id, at(room=room))


# --- lists


def test_upcoming_lists_public_sessions_soonest_first(app):
    centre = a_centre()
    later = a_session(starts_on=date(2026, 8, 1), ends_on=date(2026, 8, 1), centre_id=centre.id)
    sooner = a_session(status=SessionStatus.CONFIRMED, taken_in_person=3)
    a_session(status=SessionStatus.DRAFT)
    a_session(status=SessionStatus.FINISHED)
    a_session(starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 2))

    rows = upcoming(NOW.date(), 10)

    assert [row.id for row in rows] == [sooner.id, later.id]
    assert (rows[0].taken, rows[0].capacity, rows[0].languages) == (3, 10, ("en",))
    assert str(rows[1].centre) == str(centre.name)
    assert [row.id for row in upcoming(NOW.date(), 10, centre_id=centre.id)] == [later.id]
    assert [row.id for row in upcoming(NOW.date(), 10, course_id=sooner.course_id)] == [sooner.id]


def test_trainer_candidates_are_those_who_could_be_added(app):
    leading, free, gone = a_trainer(), a_trainer(), a_trainer(deactivated_at=NOW)
    course_session = a_session(trainers=(leading,))
    a_person()

    ids = [row.id for row in trainer_candidates(course_session.id)]

    assert free.id in ids
    assert not {leading.id, gone.id} & set(ids)
