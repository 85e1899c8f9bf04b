"""Reads of the training record: what somebody has completed, and what still lacks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from trainingapp.catalogue.models import Course, Prerequisite
from trainingapp.core.db import Row, Rows, Select, db
from trainingapp.core.i18n import Bilingual
from trainingapp.records.models import Completion, ComponentResult
from trainingapp.records.rules import Validity, is_valid, validity
from trainingapp.scheduling.models import CourseSession


@dataclass(frozen=True)
class Missing:
    """A required course that somebody has not completed, or (``expired_on``) not recently enough."""

    course_id: int
    code: str
    title: Bilingual
    expired_on: date | None


def find_result(result_id: int) -> ComponentResult | None:
    return db.session.get(ComponentResult, result_id)


def find_completion(completion_id: int) -> Completion | None:
    return db.session.get(Completion, completion_id)


def get_result(result_id: int) -> ComponentResult:
    return db.session.get_one(ComponentResult, result_id)


def get_completion(completion_id: int) -> Completion:
    return db.session.get_one(Completion, completion_id)


def missing_prerequisites_of(course_id: int, person_ids: Iterable[int], on: date) -> dict[int, list[Missing]]:
    """The same for many people, in two queries however many they are."""
    people = list(person_ids)
    required = _required_courses(course_id)
    completed = _last_days(people, [course.id for course in required]) if required and people else {}
    return {person_id: _missing(required, completed.get(person_id, {}), on) for person_id in people}


def results_of(course_session_id: int, person_ids: Iterable[int] | None = None) -> dict[int, list[ComponentResult]]:
    """The results that stand in a session, per person, first attempt first."""
    statement = sa.select(ComponentResult).where(
        ComponentResult.course_session_id == course_session_id, ComponentResult.superseded_at.is_(None)
    )
    if person_ids is not None:
        statement = statement.where(ComponentResult.person_id.in_(list(person_ids)))
    results: dict[int, list[ComponentResult]] = {}
    for result in db.session.scalars(statement.order_by(ComponentResult.attempt)):
        results.setdefault(result.person_id, []).append(result)
    return results


def history_of(course_session_id: int, person_id: int) -> list[ComponentResult]:
    """Every result ever recorded for the person in the session, corrected ones too, in the order of recording."""
    statement = (
        sa.select(ComponentResult)
        .where(ComponentResult.course_session_id == course_session_id, ComponentResult.person_id == person_id)
        .order_by(ComponentResult.attempt, ComponentResult.id)
    )
    return list(db.session.scalars(statement))


def completions_of(course_session_id: int) -> dict[int, Completion]:
    """The completions that stand in a session, per person."""
    statement = sa.select(Completion).where(
        Completion.course_session_id == course_session_id, Completion.withdrawn_at.is_(None)
    )
    return {completion.person_id: completion for completion in db.session.scalars(statement)}


@dataclass(frozen=True)
class Transcript:
    """A person's training record: what was completed and how each attempt went, the latest first."""

    completions: list[CompletedCourse]
    results: Rows

    def __bool__(self) -> bool:
        return bool(self.completions or self.results)


@dataclass(frozen=True)
class CompletedCourse:
    """One completion, with the sentence that says whether it still counts."""

    row: Row
    validity: Validity


def transcript_of(person_id: int, on: date) -> Transcript:
    """The person's training record as it reads on that day. Withdrawn completions stay in it and say so."""
    completed = [
        CompletedCourse(row, validity(row.valid_until, on, row.withdrawal_reason if row.withdrawn_at else None))
        for row in db.session.execute(_completion_rows(person_id)).all()
    ]
    return Transcript(completed, db.session.execute(_result_rows(person_id)).all())


_COURSE = (
    Course.code.label("course_code"),
    Course.kind,
    Course.title,
    CourseSession.id.label("course_session_id"),
    CourseSession.code.label("session_code"),
    CourseSession.starts_on,
    CourseSession.ends_on,
)


def _completion_rows(person_id: int) -> Select:
    return (
        sa.select(
            Completion.id,
            Completion.completed_on,
            Completion.valid_until,
            Completion.planned_minutes,
            Completion.attended_minutes,
            Completion.score,
            Completion.withdrawn_at,
            Completion.withdrawal_reason,
            Course.duration_minutes,
            *_COURSE,
        )
        .join(Course, Course.id == Completion.course_id)
        .join(CourseSession, CourseSession.id == Completion.course_session_id)
        .where(Completion.person_id == person_id)
        .order_by(Completion.completed_on.desc(), Completion.id.desc())
    )


def _result_rows(person_id: int) -> Select:
    return (
        sa.select(
            ComponentResult.id,
            ComponentResult.attempt,
            ComponentResult.outcome,
            ComponentResult.score,
            ComponentResult.remark,
            ComponentResult.achieved_on,
            ComponentResult.evidence_id,
            ComponentResult.correction_reason,
            *_COURSE,
        )
        .join(CourseSession, CourseSession.id == ComponentResult.course_session_id)
        .join(Course, Course.id == CourseSession.course_id)
        .where(ComponentResult.person_id == person_id, ComponentResult.superseded_at.is_(None))
        .order_by(ComponentResult.achieved_on.desc(), ComponentResult.id.desc())
    )


def _required_courses(course_id: int) -> Rows:
    statement = (
        sa.select(Course.id, Course.code, Course.title)
        .join(Prerequisite, Prerequisite.required_course_id == Course.id)
        .where(Prerequisite.course_id == course_id)
        .order_by(Course.code)
    )
    return db.session.execute(statement).all()


def _last_days(person_ids: list[int], course_ids: list[int] | None = None) -> dict[int, dict[int, date | None]]:
    """Per person and completed course the latest last day of validity; None where it is valid for ever."""
    statement = sa.select(Completion.person_id, Completion.course_id, Completion.valid_until).where(
        Completion.person_id.in_(person_ids), Completion.withdrawn_at.is_(None)
    )
    if course_ids is not None:
        statement = statement.where(Completion.course_id.in_(course_ids))
    last: dict[int, dict[int, date | None]] = {}
    for person_id, course_id, until in db.session.execute(statement):
        courses = last.setdefault(person_id, {})
        known = courses.get(course_id, date.min)
        courses[course_id] = None if until is None or known is None else max(until, known)
    return last


def _missing(required: Rows, last_days: dict[int, date | None], on: date) -> list[Missing]:
    return [
        Missing(course.id, course.code, course.title, last_days.get(course.id))
        for course in required
        if course.id not in last_days or not is_valid(last_days[course.id], on)
    ]
