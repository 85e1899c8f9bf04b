"""The steps of a session's life, taken by people or, when their day has come, by the clock."""

from __future__ import annotations

from datetime import datetime

from trainingapp.catalogue.models import CourseKind, CourseStatus
from trainingapp.core.bus import publish
from trainingapp.core.db import locked, transaction
from trainingapp.core.events import Event
from trainingapp.scheduling.events import (
    SessionCancelled,
    SessionConfirmed,
    SessionFinished,
    SessionOpened,
    SessionStarted,
)
from trainingapp.scheduling.models import CourseSession
from trainingapp.scheduling.queries.sessions import due_to_finish, due_to_start
from trainingapp.scheduling.rules.clashes import Slot
from trainingapp.scheduling.rules.steps import Step, StepFacts, check_step, lacking


def open_enrolment(session_id: int, *, now: datetime) -> CourseSession:
    """Let people take or ask for places. Raises DomainError with everything that is missing."""
    return take(Step.OPEN, session_id, now=now)


def confirm(session_id: int, reason: str | None = None, *, now: datetime) -> CourseSession:
    """Say that the session will be held. Below the minimum it needs a reason. Raises DomainError."""
    return take(Step.CONFIRM, session_id, reason, now=now)


def start(session_id: int, *, now: datetime) -> CourseSession:
    """Begin the session, on its first day or later. Raises DomainError before."""
    return take(Step.START, session_id, now=now)


def finish(session_id: int, *, now: datetime) -> CourseSession:
    """End the session, after its last meeting. Raises DomainError before."""
    return take(Step.FINISH, session_id, now=now)


def cancel(session_id: int, reason: str, *, now: datetime) -> CourseSession:
    """Call the session off; its rooms and trainers are free again. Raises DomainError without a reason."""
    return take(Step.CANCEL, session_id, reason, now=now)


def advance(*, now: datetime) -> int:
    """Start the confirmed sessions whose first day has come and finish those that are over; how many there were."""
    started = [take_if_due(Step.START, session_id, now) for session_id in due_to_start(now)]
    finished = [take_if_due(Step.FINISH, session_id, now) for session_id in due_to_finish(now)]
    return sum(started) + sum(finished)


def take_if_due(step: Step, session_id: int, now: datetime) -> bool:
    with transaction():
        course_session = locked(CourseSession, session_id)
        if lacking(step, facts_of(course_session, now)):
            return False
        take(step, session_id, now=now)
    return True


def take(step: Step, session_id: int, reason: str | None = None, *, now: datetime) -> CourseSession:
    with transaction():
        course_session = locked(CourseSession, session_id)
        check_step(step, facts_of(course_session, now), reason)
        course_session.status = step.leads_to
        if step is Step.CANCEL:
            course_session.cancelled_at, course_session.cancel_reason = now, (reason or "").strip()
        publish(event_of(step, session_id, reason))
    return course_session


def event_of(step: Step, session_id: int, reason: str | None) -> Event:
    match step:
        case Step.OPEN:
            return SessionOpened(course_session_id=session_id)
        case Step.CONFIRM:
            return SessionConfirmed(course_session_id=session_id, reason=(reason or "").strip() or None)
        case Step.START:
            return SessionStarted(course_session_id=session_id)
        case Step.FINISH:
            return SessionFinished(course_session_id=session_id)
        case Step.CANCEL:
            return SessionCancelled(course_session_id=session_id, reason=(reason or "").strip())


def facts_of(course_session: CourseSession, now: datetime) -> StepFacts:
    """What a step has to know of the session, as it stands."""
    return StepFacts(
        status=course_session.status,
        now=now,
        course_published=course_session.course.status is CourseStatus.PUBLISHED,
        is_distance=course_session.course.kind is CourseKind.DISTANCE,
        time_zone=course_session.time_zone,
        starts_on=course_session.starts_on,
        ends_on=course_session.ends_on,
        closes_at=course_session.enrolment_closes_at,
        capacity_in_person=course_session.capacity_in_person,
        centre_id=course_session.centre_id,
        languages=course_session.languages,
        meetings=[Slot(starts_at=meeting.starts_at, ends_at=meeting.ends_at) for meeting in course_session.meetings],
        trainers=len(course_session.trainers),
        taken=course_session.taken,
        minimum=course_session.minimum,
    )
