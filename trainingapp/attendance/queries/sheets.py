"""Reads of sheets, of what the marks add up to, and of who has completed. A constant number of queries each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from trainingapp.accounts.models import Person
from trainingapp.attendance.models import AttendanceCorrection, AttendanceMark, Presence, SheetScan
from trainingapp.attendance.rules import (
    UNMARKED,
    Attendance,
    CompletionDecision,
    CompletionFacts,
    Mark,
    MeetingFacts,
    decide_attendance,
    decide_completion,
)
from trainingapp.catalogue.models import CourseKind
from trainingapp.core.clock import today_in
from trainingapp.core.db import Row, Rows, Select, db
from trainingapp.core.files import StoredFile
from trainingapp.core.i18n import Bilingual
from trainingapp.enrolment.models import Place, PlaceMode, PlaceStatus
from trainingapp.enrolment.queries.lists import people_with_a_place
from trainingapp.records.models import Completion, ComponentResult
from trainingapp.records.queries import completions_of, results_of
from trainingapp.scheduling.models import CourseSession, Meeting, SessionStatus

ON_SHEETS = (PlaceStatus.PLACED, PlaceStatus.INCOMPLETE)


@dataclass(frozen=True)
class Participant:
    """Somebody who has, or had until he or she left, a seat in the session."""

    place_id: int
    person_id: int
    name: str
    latin_name: str
    organisation: Bilingual
    mode: PlaceMode
    left: bool


@dataclass(frozen=True)
class SheetLine:
    """One person on a meeting's sheet, and what is recorded."""

    participant: Participant
    mark: Mark
    recorded: bool


@dataclass(frozen=True)
class OverviewLine:
    """One person's marks at all meetings of the session, by meeting, and what they add up to."""

    participant: Participant
    marks: dict[int, Mark]
    attendance: Attendance


@dataclass(frozen=True)
class CompletionLine:
    """One person's way to completion: what is met, what is missing, and whether it has been marked."""

    participant: Participant
    attendance: Attendance
    result: ComponentResult | None
    completion: Completion | None
    decision: CompletionDecision


@dataclass(frozen=True)
class Correction:
    """Who changed whose mark, when, from what to what, and why."""

    at: datetime
    trainee: str
    corrector: str
    old: Mark
    new: Mark
    reason: str


def find_scan(scan_id: int) -> SheetScan | None:
    return db.session.get(SheetScan, scan_id)


def participants_of(course_session_id: int, *statuses: PlaceStatus) -> list[Participant]:
    """Who takes part (and who has left, unless other states are named), by name."""
    return [_participant(row) for row in people_with_a_place(course_session_id, statuses or ON_SHEETS)]


def sheet_of(meeting: Meeting) -> list[SheetLine]:
    """The meeting's sheet by name. Whoever has left is on it only where something was recorded before."""
    marks = {
        row.place_id: Mark(row.presence, row.missed_minutes)
        for row in db.session.execute(_mark_rows().where(AttendanceMark.meeting_id == meeting.id))
    }
    return [
        SheetLine(person, marks.get(person.place_id, UNMARKED), person.place_id in marks)
        for person in participants_of(meeting.course_session_id)
        if not person.left or person.place_id in marks
    ]


def overview_of(course_session: CourseSession) -> list[OverviewLine]:
    """Everyone's marks at every meeting, by name."""
    marks = _marks_by_place(_mark_rows().join(Meeting).where(Meeting.course_session_id == course_session.id))
    percent, meetings = course_session.course.attendance_percent, course_session.meetings
    return [
        OverviewLine(person, known, _add_up(percent, meetings, known))
        for person in participants_of(course_session.id)
        for known in [marks.get(person.place_id, {})]
    ]


def unrecorded_of(meeting_ids: Iterable[int]) -> dict[int, int]:
    """For each of these meetings how many participants have no mark yet, or one that lacks its minutes."""
    meeting_ids = list(meeting_ids)
    marked = sa.and_(AttendanceMark.place_id == Place.id, AttendanceMark.meeting_id == Meeting.id)
    is_open = sa.or_(AttendanceMark.missed_minutes.is_(None), AttendanceMark.presence == Presence.NOT_RECORDED)
    counts = db.session.execute(
        sa.select(Meeting.id, sa.func.count(Place.id).label("people"))
        .join(Place, Place.course_session_id == Meeting.course_session_id)
        .outerjoin(AttendanceMark, marked)
        .where(Meeting.id.in_(meeting_ids), Place.status == PlaceStatus.PLACED, is_open)
        .group_by(Meeting.id)
    ).all()
    return dict.fromkeys(meeting_ids, 0) | {row.id: row.people for row in counts}


def completion_of(course_session: CourseSession, now: datetime) -> list[CompletionLine]:
    """Everyone who takes part, by name: whether the completion rule is met, and what is missing."""
    attended = {line.participant.place_id: line.attendance for line in overview_of(course_session)}
    results, completions = results_of(course_session.id), completions_of(course_session.id)
    lines = []
    for person in participants_of(course_session.id, PlaceStatus.PLACED):
        attendance = attended[person.place_id]
        result = next(iter(reversed(results.get(person.person_id, []))), None)
        decision = decide_completion(_completion_facts(course_session, attendance, result, now))
        lines.append(CompletionLine(person, attendance, result, completions.get(person.person_id), decision))
    return lines


def corrections_of(meeting_id: int) -> list[Correction]:
    """Every correction on the meeting's sheet, the latest first."""
    trainee, corrector = aliased(Person), aliased(Person)
    rows = db.session.execute(
        sa.select(
            AttendanceCorrection.corrected_at,
            AttendanceCorrection.reason,
            AttendanceCorrection.old_presence,
            AttendanceCorrection.old_missed_minutes,
            AttendanceCorrection.new_presence,
            AttendanceCorrection.new_missed_minutes,
            trainee.name.label("trainee"),
            corrector.name.label("corrector"),
        )
        .join(AttendanceMark, AttendanceMark.id == AttendanceCorrection.mark_id)
        .join(trainee, trainee.id == AttendanceMark.person_id)
        .join(corrector, corrector.id == AttendanceCorrection.corrected_by_id)
        .where(AttendanceMark.meeting_id == meeting_id)
        .order_by(AttendanceCorrection.corrected_at.desc(), AttendanceCorrection.id.desc())
    )
    return [
        Correction(
            at=row.corrected_at,
            trainee=row.trainee.full,
            corrector=row.corrector.full,
            old=Mark(row.old_presence, row.old_missed_minutes),
            new=Mark(row.new_presence, row.new_missed_minutes),
            reason=row.reason,
        )
        for row in rows
    ]


def scans_of(meeting_id: int) -> Rows:
    """The scans of the meeting's signed sheets, the latest first."""
    return db.session.execute(
        sa.select(SheetScan.id, StoredFile.name, StoredFile.size, StoredFile.stored_at, StoredFile.sha256)
        .join(StoredFile, StoredFile.id == SheetScan.file_id)
        .where(SheetScan.meeting_id == meeting_id)
        .order_by(SheetScan.id.desc())
    ).all()


def marks_on(meeting_id: int) -> dict[int, AttendanceMark]:
    """The rows of the meeting's marks by place, to be changed."""
    statement = sa.select(AttendanceMark).where(AttendanceMark.meeting_id == meeting_id)
    rows = db.session.scalars(statement.execution_options(populate_existing=True))
    return {mark.place_id: mark for mark in rows}


def _participant(row: Row) -> Participant:
    return Participant(
        place_id=row.place_id,
        person_id=row.person_id,
        name=row.name.listed,
        latin_name=row.name.latin.listed,
        organisation=row.organisation,
        mode=row.mode,
        left=row.status is PlaceStatus.INCOMPLETE,
    )


def _mark_rows() -> Select:
    return sa.select(
        AttendanceMark.place_id, AttendanceMark.meeting_id, AttendanceMark.presence, AttendanceMark.missed_minutes
    )


def _marks_by_place(statement: Select) -> dict[int, dict[int, Mark]]:
    marks: dict[int, dict[int, Mark]] = {}
    for row in db.session.execute(statement):
        marks.setdefault(row.place_id, {})[row.meeting_id] = Mark(row.presence, row.missed_minutes)
    return marks


def _add_up(percent: int | None, meetings: Iterable[Meeting], marks: dict[int, Mark]) -> Attendance:
    return decide_attendance(
        percent, [MeetingFacts(meeting.minutes, marks.get(meeting.id, UNMARKED)) for meeting in meetings]
    )


def _completion_facts(
    course_session: CourseSession, attendance: Attendance, result: ComponentResult | None, now: datetime
) -> CompletionFacts:
    course = course_session.course
    is_distance = course.kind is CourseKind.DISTANCE
    return CompletionFacts(
        attendance=attendance,
        result_required=course.result_required,
        outcome=result.outcome if result else None,
        is_distance=is_distance,
        has_evidence=result is not None and result.evidence_id is not None,
        is_over=is_distance or _last_meeting_began(course_session, now),
        is_cancelled=course_session.status is SessionStatus.CANCELLED,
    )


def _last_meeting_began(course_session: CourseSession, now: datetime) -> bool:
    if course_session.meetings:
        return course_session.meetings[-1].starts_at <= now
    return course_session.ends_on <= today_in(course_session.time_zone, now)
