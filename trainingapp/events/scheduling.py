"""What happens to rooms, course sessions, meetings and trainers."""

from __future__ import annotations

from dataclasses import dataclass, field

from trainingapp.events.base import Event, Values


@dataclass(frozen=True, kw_only=True)
class RoomAdded(Event):
    centre_id: int
    room_id: int


@dataclass(frozen=True, kw_only=True)
class RoomChanged(Event):
    centre_id: int
    room_id: int
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class SessionScheduled(Event):
    course_session_id: int
    course_id: int


@dataclass(frozen=True, kw_only=True)
class SessionChanged(Event):
    course_session_id: int
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class SessionOpened(Event):
    course_session_id: int


@dataclass(frozen=True, kw_only=True)
class SessionConfirmed(Event):
    """``reason`` says why it is held although the minimum was not reached."""

    course_session_id: int
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class SessionStarted(Event):
    course_session_id: int


@dataclass(frozen=True, kw_only=True)
class SessionFinished(Event):
    course_session_id: int


@dataclass(frozen=True, kw_only=True)
class SessionCancelled(Event):
    course_session_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class MeetingAdded(Event):
    course_session_id: int
    meeting_id: int
    new: Values = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class MeetingChanged(Event):
    course_session_id: int
    meeting_id: int
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class MeetingRemoved(Event):
    course_session_id: int
    meeting_id: int
    old: Values = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TrainerAssigned(Event):
    course_session_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class TrainerReleased(Event):
    course_session_id: int
    person_id: int
