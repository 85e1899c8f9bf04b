"""Recording, correcting and withdrawing what stands in a training record. Nothing is overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from trainingapp.catalogue.models import CourseKind
from trainingapp.core.actor import acting
from trainingapp.core.bus import publish
from trainingapp.core.clock import today_in
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import DomainError
from trainingapp.core.events import values_of
from trainingapp.core.files import keep
from trainingapp.core.i18n import _l
from trainingapp.records import queries, rules
from trainingapp.records.events import CompletionRecorded, CompletionWithdrawn, ResultCorrected, ResultRecorded
from trainingapp.records.models import Completion, ComponentResult, Outcome
from trainingapp.scheduling.models import CourseSession

TOLD = ("outcome", "score", "remark", "achieved_on", "evidence_id")

Upload = tuple[bytes, str]


@dataclass(frozen=True, kw_only=True)
class ResultDetails:
    """One result as somebody enters it. ``attempt`` is the number the page showed, which tells a double click."""

    outcome: Outcome
    score: int | None = None
    remark: str | None = None
    achieved_on: date | None = None
    attempt: int | None = None

    def values(self) -> dict[str, object]:
        return {"outcome": self.outcome, "score": self.score, "remark": self.remark}


def record_result(
    person_id: int, session_id: int, details: ResultDetails, *, now: datetime, evidence: Upload | None = None
) -> ComponentResult:
    """Record how an attempt went; the day is the session's last one, or today while it lasts, unless given.

    Recording the same attempt with the same values again changes nothing. Raises DomainError, with the field.
    """
    with transaction():
        course_session = locked(CourseSession, session_id)
        details = _cleaned(details, course_session, now)
        earlier = queries.results_of(session_id, [person_id]).get(person_id, [])
        if known := _same_attempt(earlier, details):
            return known
        _check(person_id, course_session, details, now, bool(evidence))
        attempt = rules.decide_attempt([result.outcome for result in earlier])
        result = _add_result(person_id, session_id, details, attempt, now)
        result.evidence_id = _keep(evidence, now)
        publish(
            ResultRecorded(
                person_id=person_id,
                course_session_id=session_id,
                course_id=course_session.course_id,
                attempt=attempt,
                outcome=details.outcome.value,
                score=details.score,
            )
        )
    return result


def correct_result(
    result_id: int, details: ResultDetails, reason: str | None, *, now: datetime, evidence: Upload | None = None
) -> ComponentResult:
    """Put another result in the place of a recorded one, which stays in the history with the reason.

    The evidence of the old one is kept unless a new file is given. The same values again change nothing.
    """
    with transaction():
        old = queries.get_result(result_id)
        course_session = locked(CourseSession, old.course_session_id)
        old = locked(ComponentResult, result_id)
        details = _cleaned(details, course_session, now, old.achieved_on)
        if _says_the_same(old, details) and not evidence:
            return old
        loses_pass = old.outcome is Outcome.PASSED and details.outcome is not Outcome.PASSED
        completed = old.person_id in queries.completions_of(course_session.id)
        rules.check_correction(old.superseded_at is not None, loses_pass, completed)
        reason = rules.check_reason(reason)
        _check(old.person_id, course_session, details, now, bool(evidence or old.evidence_id), old.achieved_on)
        evidence_id = _keep(evidence, now) or old.evidence_id
        old.superseded_at = now
        db.session.flush()
        new = _add_result(old.person_id, course_session.id, details, old.attempt, now)
        new.evidence_id, new.correction_reason = evidence_id, reason
        publish(_corrected(old, new, reason))
    return new


def record_completion(
    person_id: int,
    session_id: int,
    *,
    completed_on: date,
    planned_minutes: int,
    attended_minutes: int,
    score: int | None = None,
    now: datetime,
) -> Completion:
    """Record that the person completed the course in this session. Whether the rule is met was decided above.

    A completion that stands already is returned as it is. Raises DomainError for one's own.
    """
    with transaction():
        course_session = locked(CourseSession, session_id)
        if standing := queries.completions_of(session_id).get(person_id):
            return standing
        course = course_session.course
        completion = Completion(
            person_id=person_id,
            course_id=course.id,
            course_session_id=session_id,
            completed_on=completed_on,
            valid_until=rules.valid_until(completed_on, course.validity_months),
            planned_minutes=planned_minutes,
            attended_minutes=attended_minutes,
            score=score,
            marked_by_id=rules.check_attestor(person_id, acting().person_id),
            marked_at=now,
        )
        db.session.add(completion)
        db.session.flush()
        publish(CompletionRecorded(person_id=person_id, course_session_id=session_id, course_id=course.id))
    return completion


def withdraw_completion(completion_id: int, reason: str | None, *, now: datetime) -> Completion:
    """Take a completion back, with the reason; the row stays. Done twice, it changes nothing."""
    with transaction():
        completion = queries.get_completion(completion_id)
        locked(CourseSession, completion.course_session_id)
        completion = locked(Completion, completion_id)
        if completion.withdrawn_at is not None:
            return completion
        rules.check_attestor(completion.person_id, acting().person_id)
        completion.withdrawal_reason = rules.check_reason(
            reason, _l("Please give a reason: the trainee and the office will read it in the training record.")
        )
        completion.withdrawn_at = now
        publish(
            CompletionWithdrawn(
                person_id=completion.person_id,
                course_session_id=completion.course_session_id,
                course_id=completion.course_id,
                reason=completion.withdrawal_reason,
            )
        )
    return completion


def _cleaned(
    details: ResultDetails, course_session: CourseSession, now: datetime, day: date | None = None
) -> ResultDetails:
    """The details with the day filled in and the remark tidied."""
    today = today_in(course_session.time_zone, now)
    usual = course_session.ends_on if course_session.ends_on < today else today
    return ResultDetails(
        outcome=details.outcome,
        score=details.score,
        remark=rules.plain_text(details.remark, "remark"),
        achieved_on=details.achieved_on or day or usual,
        attempt=details.attempt,
    )


def _same_attempt(earlier: list[ComponentResult], details: ResultDetails) -> ComponentResult | None:
    """The result that was made of these details before. Raises DomainError when another one has taken its number."""
    if details.attempt is None or details.attempt > len(earlier) or details.attempt < 1:
        return None
    known = earlier[details.attempt - 1]
    if not _says_the_same(known, details):
        raise DomainError(
            _l("Somebody has recorded attempt %(number)s in the meantime. Please look at it.", number=details.attempt),
            field="outcome",
        )
    return known


def _says_the_same(result: ComponentResult, details: ResultDetails) -> bool:
    return (result.outcome, result.score, result.remark, result.achieved_on) == (
        details.outcome,
        details.score,
        details.remark,
        details.achieved_on,
    )


def _check(
    person_id: int,
    course_session: CourseSession,
    details: ResultDetails,
    now: datetime,
    has_evidence: bool,
    known_day: date | None = None,
) -> None:
    """``known_day``: the day of the result that is corrected, which may be kept also where the session was moved."""
    today = today_in(course_session.time_zone, now)
    is_distance = course_session.course.kind is CourseKind.DISTANCE
    rules.check_result(
        rules.ResultFacts(
            person_id=person_id,
            recorded_by_id=acting().person_id,
            outcome=details.outcome,
            score=details.score,
            pass_score=course_session.course.pass_score,
            achieved_on=details.achieved_on or today,
            today=today,
            begins_on=None if is_distance or details.achieved_on == known_day else course_session.starts_on,
            needs_evidence=is_distance,
            has_evidence=has_evidence,
        )
    )


def _add_result(
    person_id: int, session_id: int, details: ResultDetails, attempt: int, now: datetime
) -> ComponentResult:
    result = ComponentResult(
        person_id=person_id,
        course_session_id=session_id,
        attempt=attempt,
        achieved_on=details.achieved_on,
        recorded_by_id=acting().person_id,
        recorded_at=now,
        **details.values(),
    )
    db.session.add(result)
    db.session.flush()
    return result


def _keep(evidence: Upload | None, now: datetime) -> int | None:
    if evidence is None:
        return None
    data, name = evidence
    return keep(data, name, by=acting().person_id, now=now, field="evidence").id


def _corrected(old: ComponentResult, new: ComponentResult, reason: str) -> ResultCorrected:
    return ResultCorrected(
        person_id=new.person_id,
        course_session_id=new.course_session_id,
        attempt=new.attempt,
        reason=reason,
        old=values_of(old, TOLD),
        new=values_of(new, TOLD),
    )
