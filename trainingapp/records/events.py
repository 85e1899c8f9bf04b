"""What happens to results and completions."""

from __future__ import annotations

from dataclasses import dataclass

from trainingapp.core.events import Event, Values
from trainingapp.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class ResultRecorded(Event):
    sentence = _l("Result recorded: %(person)s, %(outcome)s, attempt %(attempt)s, %(session)s.")

    person_id: int
    course_session_id: int
    course_id: int
    attempt: int
    outcome: str
    score: int | None


@dataclass(frozen=True, kw_only=True)
class ResultCorrected(Event):
    sentence = _l("Result corrected: %(person)s, attempt %(attempt)s, %(session)s.")

    person_id: int
    course_session_id: int
    attempt: int
    reason: str
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class CompletionRecorded(Event):
    sentence = _l("Completion recorded: %(person)s, %(session)s.")

    person_id: int
    course_session_id: int
    course_id: int


@dataclass(frozen=True, kw_only=True)
class CompletionWithdrawn(Event):
    sentence = _l("Completion withdrawn: %(person)s, %(session)s.")

    person_id: int
    course_session_id: int
    course_id: int
    reason: str
