"""What happens to courses and topics."""

from __future__ import annotations

from dataclasses import dataclass

from trainingapp.events.base import Event, Values


@dataclass(frozen=True, kw_only=True)
class CourseAdded(Event):
    course_id: int


@dataclass(frozen=True, kw_only=True)
class CourseChanged(Event):
    course_id: int
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class CoursePublished(Event):
    course_id: int


@dataclass(frozen=True, kw_only=True)
class CourseRetired(Event):
    course_id: int


@dataclass(frozen=True, kw_only=True)
class CourseDeleted(Event):
    course_id: int
    code: str


@dataclass(frozen=True, kw_only=True)
class TopicAdded(Event):
    code: str


@dataclass(frozen=True, kw_only=True)
class TopicChanged(Event):
    code: str
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class TopicDeleted(Event):
    code: str
