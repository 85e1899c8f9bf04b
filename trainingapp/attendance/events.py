"""What happens to attendance."""

from __future__ import annotations

from dataclasses import dataclass

from trainingapp.core.events import Event, Values
from trainingapp.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class AttendanceRecorded(Event):
    sentence = _l("Attendance recorded: %(meeting)s, %(session)s; recorded: %(recorded)s, corrected: %(corrected)s.")

    meeting_id: int
    course_session_id: int
    recorded: int
    corrected: int


@dataclass(frozen=True, kw_only=True)
class AttendanceCorrected(Event):
    sentence = _l("Attendance corrected: %(person)s, %(meeting)s, %(session)s.")

    meeting_id: int
    course_session_id: int
    place_id: int
    person_id: int
    reason: str
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class SheetScanAttached(Event):
    sentence = _l("Scan of the sign-in sheet attached: %(file_name)s, %(meeting)s, %(session)s.")

    meeting_id: int
    course_session_id: int
    file_name: str
