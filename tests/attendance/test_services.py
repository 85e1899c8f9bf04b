"""Sheets, scans, results of a group and completion: what is written, kept and refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.attendance.group import AFTER, BEFORE, DURING, PDF, a_group, a_place
from tests.builders import an_officer
from trainingapp.attendance import services
from trainingapp.attendance.models import AttendanceCorrection, AttendanceMark, Presence, SheetScan
from trainingapp.attendance.queries import sheets
from trainingapp.attendance.rules import Mark
from trainingapp.catalogue.models import CourseKind
from trainingapp.core.actor import acting_as
from trainingapp.core.db import db, transaction
from trainingapp.core.errors import DomainError
from trainingapp.enrolment.models import Place, PlaceMode, PlaceStatus
from trainingapp.records.models import Completion, ComponentResult, Outcome
from trainingapp.records.queries import completions_of
from trainingapp.records.services import ResultDetails, record_result
from trainingapp.scheduling.models import MeetingMode, SessionStatus

PRESENT, ABSENT, NOTHING = Mark(Presence.PRESENT), Mark(Presence.ABSENT), Mark()


def recorded() -> dict[int, Mark]:
    rows = db.session.execute(
        sa.select(AttendanceMark.place_id, AttendanceMark.presence, AttendanceMark.missed_minutes)
    )
    return {row.place_id: Mark(row.presence, row.missed_minutes) for row in rows}


def count(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def change_place(place_id: int, status: PlaceStatus) -> None:
    with transaction():
        db.session.get_one(Place, place_id).status = status


def test_mark_sheet_records_what_was_named_and_leaves_the_others(app: Flask) -> None:
    group = a_group(3)
    first, second, _third = group.place_ids

    with acting_as(group.trainer.id):
        report = services.mark_sheet(
            group.meetings[0].id, {first: PRESENT, second: Mark(Presence.LATE, 20)}, now=DURING
        )

    assert (report.recorded, report.corrected) == (2, 0)
    assert recorded() == {first: PRESENT, second: Mark(Presence.LATE, 20)}


def test_mark_sheet_twice_writes_once(app: Flask) -> None:
    group = a_group(2)
    marks = dict.fromkeys(group.place_ids, PRESENT)

    with acting_as(group.trainer.id):
        services.mark_sheet(group.meetings[0].id, marks, now=DURING)
        again = services.mark_sheet(group.meetings[0].id, marks, now=DURING)

    assert (again.recorded, again.corrected) == (0, 0)
    assert (count(AttendanceMark), count(AttendanceCorrection)) == (2, 0)


def test_mark_sheet_drops_minutes_that_mean_nothing(app: Flask) -> None:
    group = a_group(1)

    with acting_as(group.trainer.id):
        services.mark_sheet(group.meetings[0].id, {group.place_ids[0]: (Presence.PRESENT, 999)}, now=DURING)

    assert recorded() == {group.place_ids[0]: PRESENT}


@pytest.mark.parametrize("presence", [Presence.LATE, Presence.LEFT_EARLY])
@pytest.mark.parametrize("minutes", [None, 0])
def test_mark_sheet_asks_how_many_minutes_were_missed(app: Flask, presence: Presence, minutes: int | None) -> None:
    group = a_group(1)

    with acting_as(group.trainer.id), pytest.raises(DomainError, match="How many minutes were missed") as error:
        services.mark_sheet(group.meetings[0].id, {group.place_ids[0]: Mark(presence, minutes)}, now=DURING)

    assert error.value.field == f"missed-{group.place_ids[0]}"
    assert recorded() == {}


@pytest.mark.parametrize(
    "mark",
    [Mark(Presence.LATE, 0), Mark(Presence.LEFT_EARLY, -1), Mark(Presence.PRESENT, 5), Mark(Presence.ABSENT, None)],
)
def test_database_keeps_no_mark_with_impossible_minutes(app: Flask, mark: Mark) -> None:
    group = a_group(1)
    with acting_as(group.trainer.id):
        services.mark_sheet(group.meetings[0].id, {group.place_ids[0]: PRESENT}, now=DURING)

    with pytest.raises(sa.exc.IntegrityError, match="missed_when_late_or_early"), transaction():
        db.session.execute(sa.update(AttendanceMark).values(presence=mark.presence, missed_minutes=mark.missed_minutes))


def test_mark_without_its_minutes_is_still_to_be_recorded(app: Flask) -> None:
    group = a_group(1)
    meeting, place_id = group.meetings[0], group.place_ids[0]
    with acting_as(group.trainer.id):
        services.mark_sheet(meeting.id, {place_id: PRESENT}, now=DURING)
        with transaction():
            db.session.execute(sa.update(AttendanceMark).values(presence=Presence.LATE, missed_minutes=None))
        assert sheets.unrecorded_of([meeting.id]) == {meeting.id: 1}

        services.mark_sheet(meeting.id, {place_id: Mark(Presence.LATE, 15)}, "asked", now=DURING)

    assert sheets.unrecorded_of([meeting.id]) == {meeting.id: 0}
    (correction,) = sheets.corrections_of(meeting.id)
    assert str(correction.old) == "late (minutes not known)"


def test_correction_keeps_the_old_value_with_reason_and_author(app: Flask) -> None:
    group = a_group(1)
    place_id = group.place_ids[0]

    with acting_as(group.trainer.id):
        services.mark_sheet(group.meetings[0].id, {place_id: ABSENT}, now=DURING)
        report = services.mark_sheet(
            group.meetings[0].id, {place_id: Mark(Presence.LATE, 30)}, " came after the break ", now=AFTER
        )

    (correction,) = sheets.corrections_of(group.meetings[0].id)
    assert (report.recorded, report.corrected) == (0, 1)
    assert recorded() == {place_id: Mark(Presence.LATE, 30)}
    assert (correction.old, correction.new) == (ABSENT, Mark(Presence.LATE, 30))
    assert correction.reason == "came after the break"
    assert correction.corrector == group.trainer.name.full


@pytest.mark.parametrize("reason", [None, "", "   "])
def test_correction_without_a_reason_changes_nothing_at_all(app: Flask, reason: str | None) -> None:
    group = a_group(2)
    first, second = group.place_ids

    with acting_as(group.trainer.id):
        services.mark_sheet(group.meetings[0].id, {first: ABSENT}, now=DURING)
        with pytest.raises(DomainError) as error:
            services.mark_sheet(group.meetings[0].id, {first: PRESENT, second: PRESENT}, reason, now=DURING)

    assert error.value.field == "reason"
    assert recorded() == {first: ABSENT}


def test_mark_taken_back_is_a_correction_too(app: Flask) -> None:
    group = a_group(1)
    place_id = group.place_ids[0]

    with acting_as(group.trainer.id):
        services.mark_sheet(group.meetings[0].id, {place_id: PRESENT}, now=DURING)
        services.mark_sheet(group.meetings[0].id, {place_id: NOTHING}, "wrong person", now=DURING)

    assert recorded() == {place_id: NOTHING}
    assert count(AttendanceCorrection) == 1
    assert sheets.unrecorded_of([group.meetings[0].id]) == {group.meetings[0].id: 1}


def test_corrections_cannot_be_rewritten(app: Flask) -> None:
    group = a_group(1)
    with acting_as(group.trainer.id):
        services.mark_sheet(group.meetings[0].id, {group.place_ids[0]: PRESENT}, now=DURING)
        services.mark_sheet(group.meetings[0].id, {group.place_ids[0]: ABSENT}, "left", now=DURING)

    with pytest.raises(sa.exc.DatabaseError, match="append-only"), transaction():
        db.session.execute(sa.update(AttendanceCorrection).values(reason="another"))


def test_mark_sheet_refuses_what_somebody_else_recorded_since(app: Flask) -> None:
    group = a_group(1)
    place_id, meeting_id = group.place_ids[0], group.meetings[0].id

    with acting_as(group.trainer.id):
        services.mark_sheet(meeting_id, {place_id: PRESENT}, now=DURING)
        with pytest.raises(DomainError, match="present in person") as error:
            services.mark_sheet(meeting_id, {place_id: ABSENT}, "x", now=DURING, seen={place_id: NOTHING})
        services.mark_sheet(meeting_id, {place_id: PRESENT}, now=DURING, seen={place_id: NOTHING})

    assert error.value.field == f"mark-{place_id}"
    assert recorded() == {place_id: PRESENT}


def test_mark_sheet_refuses_places_of_others(app: Flask) -> None:
    group, other = a_group(1), a_group(1)

    with acting_as(group.trainer.id):
        for stranger in (other.place_ids[0], 999_999):
            marks = {group.place_ids[0]: PRESENT, stranger: PRESENT}
            with pytest.raises(DomainError, match="not on this sheet"):
                services.mark_sheet(group.meetings[0].id, marks, now=DURING)

    assert recorded() == {}


@pytest.mark.parametrize("status", [PlaceStatus.REQUESTED, PlaceStatus.WAITING, PlaceStatus.DECLINED])
def test_people_without_a_seat_are_on_no_sheet(app: Flask, status: PlaceStatus) -> None:
    group = a_group(1)
    place = a_place(an_officer(), group.course_session, 9, status=status)

    lines = sheets.sheet_of(group.meetings[0])

    assert [line.participant.place_id for line in lines] == group.place_ids
    assert place.id not in group.place_ids


def test_who_left_stays_where_something_was_recorded_and_is_off_the_other_sheets(app: Flask) -> None:
    group = a_group(2)
    stayed, left = group.place_ids
    with acting_as(group.trainer.id):
        services.mark_sheet(group.meetings[0].id, {stayed: PRESENT, left: PRESENT}, now=DURING)
    change_place(left, PlaceStatus.INCOMPLETE)

    first, second = (sheets.sheet_of(meeting) for meeting in group.meetings)

    assert [line.participant.place_id for line in first] == [stayed, left]
    assert [line.participant.place_id for line in second] == [stayed]
    assert recorded()[left] == PRESENT


def test_who_withdrew_is_off_the_sheet_and_keeps_the_marks(app: Flask) -> None:
    group = a_group(1)
    with acting_as(group.trainer.id):
        services.mark_sheet(group.meetings[0].id, {group.place_ids[0]: PRESENT}, now=DURING)
    change_place(group.place_ids[0], PlaceStatus.WITHDRAWN)

    assert sheets.sheet_of(group.meetings[0]) == []
    assert recorded() == {group.place_ids[0]: PRESENT}


@pytest.mark.parametrize(
    ("mode", "mark"), [(MeetingMode.IN_PERSON, Mark(Presence.ONLINE)), (MeetingMode.ONLINE, PRESENT)]
)
def test_mark_sheet_refuses_marks_that_the_meeting_does_not_know(app: Flask, mode: MeetingMode, mark: Mark) -> None:
    group = a_group(1, mode=mode)

    with acting_as(group.trainer.id), pytest.raises(DomainError) as error:
        services.mark_sheet(group.meetings[0].id, {group.place_ids[0]: mark}, now=DURING)

    assert error.value.field == f"mark-{group.place_ids[0]}"


def test_mark_sheet_is_closed_before_the_meeting_and_in_a_cancelled_session(app: Flask) -> None:
    group = a_group(1)
    cancelled = a_group(1, session={"status": SessionStatus.CANCELLED, "cancelled_at": BEFORE})

    for chosen, now in ((group, BEFORE), (cancelled, DURING)):
        with acting_as(chosen.trainer.id), pytest.raises(DomainError):
            services.mark_sheet(chosen.meetings[0].id, {chosen.place_ids[0]: PRESENT}, now=now)

    assert recorded() == {}


def test_nobody_marks_oneself_and_the_rest_is_not_half_saved(app: Flask) -> None:
    group = a_group(1)
    own = a_place(group.trainer, group.course_session, 5).id
    marks = {group.place_ids[0]: PRESENT, own: PRESENT}

    with acting_as(group.trainer.id), pytest.raises(DomainError, match="You cannot record your own") as error:
        services.mark_sheet(group.meetings[0].id, marks, now=DURING)

    assert error.value.field == f"mark-{own}"
    assert recorded() == {}


def test_two_trainers_who_save_at_once_lose_no_mark(app: Flask, in_threads: Callable[..., list[Any]]) -> None:
    group = a_group(12)
    meeting_id, trainer_id, places = group.meetings[0].id, group.trainer.id, group.place_ids
    shared = places[0]

    def job(mine: list[int]) -> Callable[[], Any]:
        def save() -> Any:
            with acting_as(trainer_id):
                marks = dict.fromkeys([shared, *mine], PRESENT)
                return services.mark_sheet(meeting_id, marks, now=DURING, seen=dict.fromkeys(marks, NOTHING))

        return save

    reports = in_threads([job(places[start : start + 3]) for start in (1, 4, 7, 9)])

    assert not [report for report in reports if isinstance(report, Exception)]
    assert recorded() == dict.fromkeys(places, PRESENT)
    assert sum(report.recorded for report in reports) == len(places)
    assert count(AttendanceCorrection) == 0


def test_two_trainers_who_disagree_do_not_overwrite_each_other(
    app: Flask, in_threads: Callable[..., list[Any]]
) -> None:
    group = a_group(1)
    meeting_id, trainer_id, place_id = group.meetings[0].id, group.trainer.id, group.place_ids[0]

    def job(mark: Mark) -> Callable[[], Any]:
        def save() -> Any:
            with acting_as(trainer_id):
                return services.mark_sheet(meeting_id, {place_id: mark}, "why", now=DURING, seen={place_id: NOTHING})

        return save

    reports = in_threads([job(PRESENT), job(ABSENT)])

    assert sorted(isinstance(report, DomainError) for report in reports) == [False, True]
    assert (count(AttendanceMark), count(AttendanceCorrection)) == (1, 0)


def test_attach_scan_keeps_the_same_file_once(app: Flask) -> None:
    group = a_group(1)
    meeting_id = group.meetings[0].id

    with acting_as(group.trainer.id):
        first = services.attach_scan(meeting_id, PDF, "../../Лист.pdf", now=AFTER)
        second = services.attach_scan(meeting_id, PDF, "again.pdf", now=AFTER)

    assert first is not None
    assert second is None
    assert [scan.name for scan in sheets.scans_of(meeting_id)] == ["Лист.pdf"]


def test_attach_scan_refuses_other_files(app: Flask) -> None:
    group = a_group(1)

    with acting_as(group.trainer.id), pytest.raises(DomainError) as error:
        services.attach_scan(group.meetings[0].id, b"<html>", "sheet.pdf", now=AFTER)

    assert error.value.field == "scan"
    assert count(SheetScan) == 0


def test_record_results_is_all_or_nothing(app: Flask) -> None:
    group = a_group(2, pass_score=70, result_required=True)
    first, second = group.person_ids
    entries = {
        first: ResultDetails(outcome=Outcome.PASSED, score=90, attempt=1),
        second: ResultDetails(outcome=Outcome.PASSED, score=60, attempt=1),
    }

    with acting_as(group.trainer.id), pytest.raises(DomainError) as error:
        services.record_results(group.session_id, entries, now=AFTER)

    assert error.value.field == f"score-{second}"
    assert count(ComponentResult) == 0


def test_record_results_twice_is_once(app: Flask) -> None:
    group = a_group(2)
    entries = {person_id: ResultDetails(outcome=Outcome.FAILED, attempt=1) for person_id in group.person_ids}

    with acting_as(group.trainer.id):
        services.record_results(group.session_id, entries, now=AFTER)
        services.record_results(group.session_id, entries, now=AFTER)

    assert count(ComponentResult) == 2


def test_record_results_refuses_people_without_a_place(app: Flask) -> None:
    group = a_group(1)
    entries = {person_id: ResultDetails(outcome=Outcome.PASSED) for person_id in (group.person_ids[0], an_officer().id)}

    with acting_as(group.trainer.id), pytest.raises(DomainError, match="no place"):
        services.record_results(group.session_id, entries, now=AFTER)

    assert count(ComponentResult) == 0


def test_result_of_somebody_who_has_left_meanwhile_is_refused(app: Flask) -> None:
    group = a_group(size=1)
    change_place(group.place_ids[0], PlaceStatus.INCOMPLETE)

    with acting_as(group.trainer.id), pytest.raises(DomainError, match="no place in the session any more"):
        services.record_one_result(
            group.session_id, group.person_ids[0], ResultDetails(outcome=Outcome.PASSED), now=AFTER
        )

    assert count(ComponentResult) == 0


def test_mark_completion_takes_those_who_meet_the_rule_and_names_what_others_lack(app: Flask) -> None:
    group = a_group(3, result_required=True, validity_months=12)
    complete, absent, unassessed = group.place_ids
    people = group.person_ids
    with acting_as(group.trainer.id):
        for meeting, presence in zip(group.meetings, (PRESENT, ABSENT), strict=True):
            marks = {complete: PRESENT, absent: presence, unassessed: PRESENT}
            services.mark_sheet(meeting.id, marks, now=AFTER)
        passed = ResultDetails(outcome=Outcome.PASSED, score=81)
        services.record_results(group.session_id, dict.fromkeys(people[:2], passed), now=AFTER)

        report = services.mark_completion(group.session_id, [*people, people[0], 999], now=AFTER)
        again = services.mark_completion(group.session_id, people[:1], now=AFTER)

    completion = completions_of(group.session_id)[people[0]]
    assert report.recorded == [people[0]]
    assert "has 50% of the planned hours, needs 80%" in report.refused[people[1]][0]
    assert report.refused[people[2]] == ("No result is recorded.",)
    assert "no place" in report.refused[999][0]
    assert (again.recorded, again.known) == ([], [people[0]])
    assert (completion.planned_minutes, completion.attended_minutes, completion.score) == (360, 360, 81)
    assert completion.completed_on == AFTER.date()
    assert count(Completion) == 1


def test_mark_completion_waits_for_the_last_meeting(app: Flask) -> None:
    group = a_group(1, meetings=3, attendance_percent=1)

    with acting_as(group.trainer.id):
        services.mark_sheet(group.meetings[0].id, {group.place_ids[0]: PRESENT}, now=DURING)
        early = services.mark_completion(group.session_id, group.person_ids, now=DURING)
        late = services.mark_completion(group.session_id, group.person_ids, now=AFTER)

    assert "last meeting" in early.refused[group.person_ids[0]][0]
    assert late.recorded == group.person_ids


def test_mark_completion_of_oneself_is_refused_and_of_the_others_done(app: Flask) -> None:
    group = a_group(1, attendance_percent=None, result_required=True, kind=CourseKind.WORKSHOP)
    a_place(group.trainer, group.course_session, 5)
    with acting_as(group.trainer.id):
        record_result(group.person_ids[0], group.session_id, ResultDetails(outcome=Outcome.PASSED), now=AFTER)

        report = services.mark_completion(group.session_id, [group.trainer.id, *group.person_ids], now=AFTER)

    assert report.recorded == group.person_ids
    assert "You cannot record your own" in report.refused[group.trainer.id][0]


def test_mark_completion_of_a_distance_course_takes_the_day_of_the_evidence(app: Flask) -> None:
    values: dict[str, Any] = {"kind": CourseKind.DISTANCE, "attendance_percent": None, "result_required": True}
    group = a_group(1, meetings=0, session={"capacity_in_person": 0, "capacity_online": 9}, **values)
    achieved_on = (AFTER - timedelta(days=30)).date()
    entry = ResultDetails(outcome=Outcome.PASSED, achieved_on=achieved_on)
    with acting_as(group.trainer.id):
        record_result(group.person_ids[0], group.session_id, entry, now=AFTER, evidence=(PDF, "clikc.pdf"))
        services.mark_completion(group.session_id, group.person_ids, now=AFTER)

    assert completions_of(group.session_id)[group.person_ids[0]].completed_on == achieved_on


@pytest.mark.parametrize("size", [1, 30])
def test_reads_ask_as_much_for_one_as_for_thirty(app: Flask, count_queries: Callable[[], Any], size: int) -> None:
    group = a_group(size, meetings=4)
    with acting_as(group.trainer.id):
        for meeting in group.meetings[:2]:
            services.mark_sheet(meeting.id, dict.fromkeys(group.place_ids, PRESENT), now=AFTER)
    course_session, meeting = group.course_session, group.meetings[0]
    assert course_session.course.attendance_percent == 80
    assert len(course_session.meetings) == 4

    counts = []
    for read in (
        lambda: sheets.sheet_of(meeting),
        lambda: sheets.overview_of(course_session),
        lambda: sheets.completion_of(course_session, AFTER),
        lambda: sheets.unrecorded_of([meeting.id]),
    ):
        with count_queries() as statements:
            read()
        counts.append(len(statements))

    assert counts == [2, 2, 5, 1]


def test_all_present_of_a_hybrid_meeting_follows_each_place(app: Flask) -> None:
    group = a_group(1, mode=MeetingMode.HYBRID, session={"capacity_online": 5})
    online = a_place(an_officer(), group.course_session, 5, mode=PlaceMode.ONLINE)

    lines = {line.participant.place_id: line.participant.mode for line in sheets.sheet_of(group.meetings[0])}

    assert lines == {group.place_ids[0]: PlaceMode.IN_PERSON, online.id: PlaceMode.ONLINE}
