"""What happens to attendance, results and completions."""

from __future__ import annotations

from dataclasses import dataclass

from trainingapp.events.base import Event, Values


@dataclass(frozen=True, kw_only=True)
class AttendanceRecorded(Event):
    meeting_id: int
    course_session_id: int
    recorded: int
    corrected: int


@dataclass(frozen=True, kw_only=True)
class AttendanceCorrected(Event):
    meeting_id: int
    course_session_id: int
    place_id: int
    person_id: int
    reason: str
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class SheetScanAttached(Event):
    meeting_id: int
    course_session_id: int
    file_name: str


@dataclass(frozen=True, kw_only=True)
class ResultRecorded(Event):
    person_id: int
    course_session_id: int
    course_id: int
    attempt: int
    outcome: str
    score: int | None


@dataclass(frozen=True, kw_only=True)
class ResultCorrected(Event):
    person_id: int
    course_session_id: int
    attempt: int
    reason: str
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class CompletionRecorded(Event):
    person_id: int
    course_session_id: int
    course_id: int


@dataclass(frozen=True, kw_only=True)
class CompletionWithdrawn(Event):
    person_id: int
    course_session_id: int
    course_id: int
    reason: str
