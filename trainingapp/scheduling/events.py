"""What happens to rooms, course sessions, meetings and trainers."""

from __future__ import annotations

from dataclasses import dataclass, field

from trainingapp.core.events import Event, Values
from trainingapp.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class RoomAdded(Event):
    sentence = _l("Room added: %(room)s, %(centre)s.")

    centre_id: int
    room_id: int


@dataclass(frozen=True, kw_only=True)
class RoomChanged(Event):
    sentence = _l("Room changed: %(room)s, %(centre)s.")

    centre_id: int
    room_id: int
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class SessionScheduled(Event):
    sentence = _l("Course session scheduled: %(session)s.")

    course_session_id: int
    course_id: int


@dataclass(frozen=True, kw_only=True)
class SessionChanged(Event):
    sentence = _l("Course session changed: %(session)s.")

    course_session_id: int
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class SessionOpened(Event):
    sentence = _l("Enrolment opened: %(session)s.")

    course_session_id: int


@dataclass(frozen=True, kw_only=True)
class SessionConfirmed(Event):
    """``reason`` says why it is held although the minimum was not reached."""

    sentence = _l("Course session confirmed: %(session)s.")

    course_session_id: int
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class SessionStarted(Event):
    sentence = _l("Course session started: %(session)s.")

    course_session_id: int


@dataclass(frozen=True, kw_only=True)
class SessionFinished(Event):
    sentence = _l("Course session finished: %(session)s.")

    course_session_id: int


@dataclass(frozen=True, kw_only=True)
class SessionCancelled(Event):
    sentence = _l("Course session cancelled: %(session)s.")

    course_session_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class MeetingAdded(Event):
    sentence = _l("Meeting added: %(meeting)s, %(session)s.")

    course_session_id: int
    meeting_id: int
    new: Values = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class MeetingChanged(Event):
    sentence = _l("Meeting changed: %(meeting)s, %(session)s.")

    course_session_id: int
    meeting_id: int
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class MeetingRemoved(Event):
    sentence = _l("Meeting removed: %(meeting)s, %(session)s.")

    course_session_id: int
    meeting_id: int
    old: Values = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TrainerAssigned(Event):
    sentence = _l("Trainer assigned: %(person)s, %(session)s.")

    course_session_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class TrainerReleased(Event):
    sentence = _l("Trainer released: %(person)s, %(session)s.")

    course_session_id: int
    person_id: int
