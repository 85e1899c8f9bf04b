"""What happens to courses and topics."""

from __future__ import annotations

from dataclasses import dataclass

from trainingapp.core.events import Event, Values
from trainingapp.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class CourseAdded(Event):
    sentence = _l("Course created: %(course)s.")

    course_id: int


@dataclass(frozen=True, kw_only=True)
class CourseChanged(Event):
    sentence = _l("Course changed: %(course)s.")

    course_id: int
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class CoursePublished(Event):
    sentence = _l("Course published: %(course)s.")

    course_id: int


@dataclass(frozen=True, kw_only=True)
class CourseRetired(Event):
    sentence = _l("Course retired: %(course)s.")

    course_id: int


@dataclass(frozen=True, kw_only=True)
class CourseDeleted(Event):
    sentence = _l("Course deleted: %(code)s.")

    course_id: int
    code: str


@dataclass(frozen=True, kw_only=True)
class TopicAdded(Event):
    sentence = _l("Topic added: %(code)s.")

    code: str


@dataclass(frozen=True, kw_only=True)
class TopicChanged(Event):
    sentence = _l("Topic changed: %(code)s.")

    code: str
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class TopicDeleted(Event):
    sentence = _l("Topic deleted: %(code)s.")

    code: str
