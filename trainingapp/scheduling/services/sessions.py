"""Sessions: scheduled and changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from trainingapp.accounts.queries.organisations import find_centre
from trainingapp.catalogue.models import Course, CourseStatus
from trainingapp.core import clock
from trainingapp.core.bus import publish
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import Constraint, DomainError, refuse_if, refusing
from trainingapp.core.events import set_values
from trainingapp.core.i18n import _l
from trainingapp.scheduling.events import SessionChanged, SessionScheduled
from trainingapp.scheduling.models import CourseSession, SessionStatus
from trainingapp.scheduling.rules.clashes import RoomFacts, Slot
from trainingapp.scheduling.rules.planning import Commitments, SessionDetails, change_problems, details_problems
from trainingapp.scheduling.services.locking import locked_rooms, locked_session

CODE_TAKEN = Constraint(
    "uq_course_session_code", "course_session.code", _l("Another session has this code already."), "code"
)


def schedule(course_id: int, details: SessionDetails) -> CourseSession:
    """Make a draft of a session of the course. Raises DomainError with everything that is wrong with the details."""
    with transaction():
        course = locked(Course, course_id)
        if course.status is CourseStatus.RETIRED:
            raise DomainError(_l("This course is retired: it gets no new sessions."))
        check_details(details)
        course_session = CourseSession(course_id=course_id, status=SessionStatus.DRAFT, **columns(details))
        db.session.add(course_session)
        with refusing(CODE_TAKEN):
            db.session.flush()
        publish(SessionScheduled(course_session_id=course_session.id, course_id=course_id))
    return course_session


def change(session_id: int, details: SessionDetails) -> CourseSession:
    """Change the session as far as those who count on it allow. Raises DomainError with everything that is wrong."""
    with transaction():
        course_session = locked_session(session_id)
        rooms = locked_rooms(meeting.room_id for meeting in course_session.meetings)
        meetings = [
            (Slot(starts_at=meeting.starts_at, ends_at=meeting.ends_at), rooms.get(meeting.room_id or 0))
            for meeting in course_session.meetings
        ]
        check_details(details, commitments_of(course_session, meetings))
        old, new = set_values(course_session, columns(details))
        with refusing(CODE_TAKEN):
            db.session.flush()
        db.session.expire(course_session, ["centre"])
        if new:
            publish(SessionChanged(course_session_id=session_id, old=old, new=new))
    return course_session


def commitments_of(course_session: CourseSession, meetings: Sequence[tuple[Slot, RoomFacts | None]]) -> Commitments:
    return Commitments(
        status=course_session.status,
        centre_id=course_session.centre_id,
        taken_in_person=course_session.taken_in_person,
        taken_online=course_session.taken_online,
        meetings=meetings,
    )


def check_details(details: SessionDetails, commitments: Commitments | None = None) -> None:
    clock.zone(details.time_zone)
    if details.centre_id is not None and find_centre(details.centre_id) is None:
        raise DomainError(_l("There is no such centre."), "centre_id")
    problems = list(details_problems(details))
    if commitments is not None:
        problems += change_problems(details, commitments)
    refuse_if(problems)


def columns(details: SessionDetails) -> dict[str, object]:
    """What the row holds: the deadline is a moment. Raises DomainError for one that the clocks skip."""
    values = asdict(details)
    closes = values.pop("closes")
    return {**values, "enrolment_closes_at": clock.from_local(closes, details.time_zone, "closes")}
