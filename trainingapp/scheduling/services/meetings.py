"""Meetings: added, changed, removed; one by one, or the same on every day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.exc import IntegrityError

from trainingapp.core.bus import publish
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import DomainError, refuse_if
from trainingapp.core.events import set_values, values_of
from trainingapp.core.i18n import _l
from trainingapp.scheduling.events import MeetingAdded, MeetingChanged, MeetingRemoved
from trainingapp.scheduling.models import CourseSession, Meeting, MeetingMode
from trainingapp.scheduling.rules.clashes import Booking, Frame, Proposal, RoomFacts, Slot, problems_of
from trainingapp.scheduling.rules.planning import MOST_MEETINGS, MeetingDetails, days_between, slot_of
from trainingapp.scheduling.services.locking import (
    booked_around,
    frame_of,
    locked_rooms,
    locked_session,
    locked_trainers,
)

TOLD = ("starts_at", "ends_at", "mode", "room_id", "title_en", "title_ru")


def add_meeting(session_id: int, details: MeetingDetails) -> Meeting:
    """Add a meeting. Raises DomainError with every clash: who has the room or the trainer, and when."""
    return add_meetings(session_id, [details])[0]


def add_daily_meetings(session_id: int, parts: Sequence[MeetingDetails], *, weekends: bool = False) -> list[Meeting]:
    """Add the same meetings on every day of the session, all or none; the ``day`` of the parts does not matter.

    Raises DomainError with every clash.
    """
    with transaction():
        course_session = locked_session(session_id)
        days = days_between(course_session.starts_on, course_session.ends_on, weekends=weekends)
        if not days:
            raise DomainError(_l("The session has weekend days only: say that it meets at weekends too."), "weekends")
        return add_meetings(session_id, [replace(part, day=day) for day in days for part in parts])


def add_meetings(session_id: int, wanted: Sequence[MeetingDetails]) -> list[Meeting]:
    """Add all of them or none. Raises DomainError with every clash, also among themselves."""
    with transaction():
        course_session = locked_session(session_id)
        check_number(course_session, len(wanted))
        slots = [slot_of(details, course_session.time_zone) for details in wanted]
        check(course_session, wanted, slots)
        meetings = [
            Meeting(course_session_id=session_id, **columns(details, slot))
            for details, slot in zip(wanted, slots, strict=True)
        ]
        db.session.add_all(meetings)
        db.session.flush()
        db.session.expire(course_session, ["meetings"])
        for meeting in meetings:
            publish(MeetingAdded(course_session_id=session_id, meeting_id=meeting.id, new=values_of(meeting, TOLD)))
    return meetings


def change_meeting(meeting_id: int, details: MeetingDetails) -> Meeting:
    """Move the meeting or change what it is. Raises DomainError with every clash."""
    with transaction():
        course_session, meeting = lock_meeting(meeting_id)
        slot = slot_of(details, course_session.time_zone)
        check(course_session, [details], [slot], leaving_out=meeting_id)
        old, new = set_values(meeting, columns(details, slot))
        db.session.flush()
        db.session.expire(course_session, ["meetings"])
        if new:
            publish(MeetingChanged(course_session_id=course_session.id, meeting_id=meeting_id, old=old, new=new))
    return meeting


def remove_meeting(meeting_id: int) -> None:
    """Remove a meeting at which nobody's attendance was recorded. Raises DomainError otherwise."""
    with transaction():
        course_session, meeting = lock_meeting(meeting_id)
        before = values_of(meeting, TOLD)
        db.session.delete(meeting)
        try:
            db.session.flush()
        except IntegrityError as error:
            raise DomainError(_l("Attendance is recorded at this meeting, so it cannot be removed.")) from error
        db.session.expire(course_session, ["meetings"])
        publish(MeetingRemoved(course_session_id=course_session.id, meeting_id=meeting_id, old=before))


def lock_meeting(meeting_id: int) -> tuple[CourseSession, Meeting]:
    """The meeting and its session, both locked. Raises NoResultFound when there is none."""
    session_id = db.session.get_one(Meeting, meeting_id).course_session_id
    return locked_session(session_id), locked(Meeting, meeting_id)


def check_number(course_session: CourseSession, added: int) -> None:
    if len(course_session.meetings) + added > MOST_MEETINGS:
        raise DomainError(_l("A session has %(most)s meetings at most.", most=MOST_MEETINGS))


def check(
    course_session: CourseSession,
    wanted: Sequence[MeetingDetails],
    slots: Sequence[Slot],
    leaving_out: int | None = None,
) -> None:
    """Lock what the meetings need, then raise DomainError for everything that somebody else holds at that time."""
    rooms = locked_rooms(details.room_id for details in wanted if details.mode is not MeetingMode.ONLINE)
    frame = frame_of(course_session, locked_trainers(course_session))
    booked = booked_around(slots, course_session.id, rooms=rooms, trainers=frame.trainers, leaving_out=leaving_out)
    problems = []
    for details, slot in zip(wanted, slots, strict=True):
        room = rooms.get(details.room_id) if details.room_id is not None else None
        problems += problems_of(Proposal(slot=slot, mode=details.mode, room=room), frame, booked)
        booked.append(as_booking(slot, room, frame, course_session))
    refuse_if(problems)


def as_booking(slot: Slot, room: RoomFacts | None, frame: Frame, course_session: CourseSession) -> Booking:
    """A meeting that is about to be there, for the next one to be held against."""
    return Booking(
        slot=slot,
        session_id=frame.session_id,
        time_zone=frame.time_zone,
        code=course_session.code,
        title=course_session.course.title,
        room_id=room.room_id if room else None,
        trainers=frame.trainers,
    )


def columns(details: MeetingDetails, slot: Slot) -> dict[str, object]:
    """What the row holds. An online meeting has no room."""
    return {
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "mode": details.mode,
        "room_id": None if details.mode is MeetingMode.ONLINE else details.room_id,
        "title_en": details.title_en,
        "title_ru": details.title_ru,
    }
