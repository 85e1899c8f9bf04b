"""Marking sheets, keeping their scans, recording results of a group and marking completion."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from trainingapp.attendance import rules
from trainingapp.attendance.events import AttendanceCorrected, AttendanceRecorded, SheetScanAttached
from trainingapp.attendance.models import AttendanceCorrection, AttendanceMark, Presence, SheetScan
from trainingapp.attendance.queries import sheets
from trainingapp.attendance.queries.sheets import CompletionLine, SheetLine
from trainingapp.attendance.rules import Mark
from trainingapp.catalogue.models import CourseKind
from trainingapp.core.actor import acting
from trainingapp.core.bus import publish
from trainingapp.core.clock import in_zone
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import DomainError
from trainingapp.core.files import keep
from trainingapp.core.i18n import _l
from trainingapp.enrolment.models import PlaceStatus
from trainingapp.records.models import ComponentResult
from trainingapp.records.rules import check_attestor, check_reason
from trainingapp.records.services import ResultDetails, Upload, record_completion, record_result
from trainingapp.scheduling.models import CourseSession, Meeting


@dataclass(frozen=True)
class SheetReport:
    """How many marks were recorded for the first time, and how many were corrected."""

    recorded: int = 0
    corrected: int = 0


@dataclass(frozen=True)
class CompletionReport:
    """Whose completion was marked, whose stood already, and what each of the others is missing; by person."""

    recorded: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    refused: dict[int, tuple[str, ...]] = field(default_factory=dict)


def mark_sheet(
    meeting_id: int,
    marks: Mapping[int, tuple[Presence, int | None]],
    reason: str | None = None,
    *,
    now: datetime,
    seen: Mapping[int, Mark] | None = None,
) -> SheetReport:
    """Record what the sheet says, per place; places that are not named stay as they are. All of it or nothing.

    A change of what was recorded is a correction: it needs the reason, and keeps the old value. ``seen`` is what the
    page showed: where somebody has recorded something else since, that is refused rather than overwritten. The same
    sheet saved twice writes nothing. Raises DomainError; fields ``mark-<place>``, ``missed-<place>``, ``reason``.
    """
    with transaction():
        meeting = _locked_meeting(meeting_id)
        course_session = meeting.course_session
        rules.check_open(course_session.status, meeting.starts_at, course_session.time_zone, now)
        changes = _changes(meeting, marks, seen or {})
        corrected = [line for line, _mark in changes if line.recorded]
        reason = check_reason(reason) if corrected else None
        rows = sheets.marks_on(meeting_id)
        for line, mark in changes:
            if reason and line.recorded:
                _correct(meeting, rows[line.participant.place_id], mark, reason, now)
            else:
                _record(meeting, line, mark, now)
        report = SheetReport(len(changes) - len(corrected), len(corrected))
        if changes:
            publish(
                AttendanceRecorded(
                    meeting_id=meeting_id,
                    course_session_id=course_session.id,
                    recorded=report.recorded,
                    corrected=report.corrected,
                )
            )
    return report


def attach_scan(meeting_id: int, data: bytes, name: str, *, now: datetime) -> SheetScan | None:
    """Keep the scan of the meeting's signed sheet. The same file again is kept once (then None comes back)."""
    with transaction():
        meeting = _locked_meeting(meeting_id)
        if sha256(data).hexdigest() in {scan.sha256 for scan in sheets.scans_of(meeting_id)}:
            return None
        stored = keep(data, name, by=acting().person_id, now=now, field="scan")
        scan = SheetScan(meeting_id=meeting_id, file_id=stored.id)
        db.session.add(scan)
        publish(
            SheetScanAttached(meeting_id=meeting_id, course_session_id=meeting.course_session_id, file_name=stored.name)
        )
    return scan


def record_results(session_id: int, entries: Mapping[int, ResultDetails], *, now: datetime) -> int:
    """Record a group's results, by person: all of them or none. Gives how many were named.

    Raises DomainError; its field ends in the person's id: ``outcome-17``, ``score-17``, ``remark-17``.
    """
    with transaction():
        locked(CourseSession, session_id)
        _check_seated(session_id, entries)
        for person_id, details in entries.items():
            try:
                record_result(person_id, session_id, details, now=now)
            except DomainError as error:
                raise DomainError(error.message, f"{error.field or 'outcome'}-{person_id}") from error
    return len(entries)


def record_one_result(
    session_id: int, person_id: int, details: ResultDetails, *, now: datetime, evidence: Upload | None = None
) -> ComponentResult:
    """Record how an attempt of one person of the session went. Raises DomainError, with the field."""
    with transaction():
        locked(CourseSession, session_id)
        _check_seated(session_id, [person_id])
        return record_result(person_id, session_id, details, now=now, evidence=evidence)


def _check_seated(session_id: int, person_ids: Iterable[int]) -> None:
    """Raise DomainError when one of them has given back the place since the page was opened."""
    seated = {person.person_id for person in sheets.participants_of(session_id, PlaceStatus.PLACED)}
    if not seated >= set(person_ids):
        raise DomainError(_l("Somebody in this list has no place in the session any more. Please look again."))


def mark_completion(session_id: int, person_ids: Collection[int], *, now: datetime) -> CompletionReport:
    """Mark completion for those of a group who meet the rule, and say of each of the others what is missing.

    Whoever has it marked already keeps it: doing this twice changes nothing.
    """
    report = CompletionReport()
    with transaction():
        course_session = locked(CourseSession, session_id)
        lines = {line.participant.person_id: line for line in sheets.completion_of(course_session, now)}
        for person_id in dict.fromkeys(person_ids):
            line = lines.get(person_id)
            missing = _reasons_against(line)
            if missing or line is None:
                report.refused[person_id] = missing
            elif line.completion:
                report.known.append(person_id)
            else:
                _complete(course_session, line, now)
                report.recorded.append(person_id)
    return report


def _locked_meeting(meeting_id: int) -> Meeting:
    """The meeting, with its session locked: two who save sheets of one session wait for each other."""
    locked(CourseSession, db.session.get_one(Meeting, meeting_id).course_session_id)
    return locked(Meeting, meeting_id)


def _changes(
    meeting: Meeting, marks: Mapping[int, tuple[Presence, int | None]], seen: Mapping[int, Mark]
) -> list[tuple[SheetLine, Mark]]:
    lines = {line.participant.place_id: line for line in sheets.sheet_of(meeting)}
    if not lines.keys() >= marks.keys():
        raise DomainError(_l("Somebody is not on this sheet any more. Please look at the list and save again."))
    changes = []
    for place_id, values in marks.items():
        line, mark = lines[place_id], rules.tidy_mark(Mark(*values))
        if mark == line.mark:
            continue
        rules.check_mark(mark, meeting.mode, meeting.minutes, place_id)
        rules.check_unseen(line.mark, seen.get(place_id, line.mark), place_id)
        try:
            check_attestor(line.participant.person_id, acting().person_id)
        except DomainError as error:
            raise DomainError(error.message, f"mark-{place_id}") from error
        changes.append((line, mark))
    return changes


def _record(meeting: Meeting, line: SheetLine, mark: Mark, now: datetime) -> None:
    db.session.add(
        AttendanceMark(
            meeting_id=meeting.id,
            place_id=line.participant.place_id,
            person_id=line.participant.person_id,
            presence=mark.presence,
            missed_minutes=mark.missed_minutes,
            recorded_by_id=acting().person_id,
            recorded_at=now,
        )
    )


def _correct(meeting: Meeting, row: AttendanceMark, mark: Mark, reason: str, now: datetime) -> None:
    old = Mark(row.presence, row.missed_minutes)
    db.session.add(
        AttendanceCorrection(
            mark_id=row.id,
            old_presence=old.presence,
            old_missed_minutes=old.missed_minutes or 0,
            new_presence=mark.presence,
            new_missed_minutes=mark.missed_minutes or 0,
            reason=reason,
            corrected_by_id=acting().person_id,
            corrected_at=now,
        )
    )
    row.presence, row.missed_minutes = mark
    publish(
        AttendanceCorrected(
            meeting_id=meeting.id,
            course_session_id=meeting.course_session_id,
            place_id=row.place_id,
            person_id=row.person_id,
            reason=reason,
            old={"presence": old.presence.value, "missed_minutes": old.missed_minutes},
            new={"presence": mark.presence.value, "missed_minutes": mark.missed_minutes},
        )
    )


def _reasons_against(line: CompletionLine | None) -> tuple[str, ...]:
    if line is None:
        return (str(_l("Has no place in this session.")),)
    if line.completion:
        return ()
    if line.participant.person_id == acting().person_id:
        return (str(_l("You cannot record your own attendance or results. Ask another trainer or a coordinator.")),)
    return line.decision.missing


def _complete(course_session: CourseSession, line: CompletionLine, now: datetime) -> None:
    meetings, result = course_session.meetings, line.result
    last = in_zone(meetings[-1].starts_at, course_session.time_zone).date() if meetings else None
    completed_on = rules.decide_completion_day(
        is_distance=course_session.course.kind is CourseKind.DISTANCE,
        last_meeting_on=last,
        achieved_on=result.achieved_on if result else None,
        ends_on=course_session.ends_on,
    )
    record_completion(
        line.participant.person_id,
        course_session.id,
        completed_on=completed_on,
        planned_minutes=line.attendance.planned,
        attended_minutes=line.attendance.attended,
        score=result.score if result else None,
        now=now,
    )
