"""Changes of courses and topics."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from trainingapp.catalogue import queries, rules
from trainingapp.catalogue.events import (
    CourseAdded,
    CourseChanged,
    CourseDeleted,
    CoursePublished,
    CourseRetired,
    TopicAdded,
    TopicChanged,
    TopicDeleted,
)
from trainingapp.catalogue.models import Course, CourseStatus, Topic
from trainingapp.catalogue.rules import CourseDetails
from trainingapp.core.bus import publish
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import Constraint, DomainError, refuse_if, refusing
from trainingapp.core.events import changes, set_values, values_of
from trainingapp.core.i18n import LazyText, _l

COURSE_CODE_TAKEN = Constraint(
    "uq_course_code", "course.code", _l("Another course has this code already. Choose a different one."), "code"
)
TOPIC_CODE_TAKEN = Constraint(
    "uq_topic_code", "topic.code", _l("Another topic has this code already. Choose a different one."), "code"
)


class CourseChangedMeanwhile(DomainError):
    """Somebody else has saved the course since it was opened for editing."""


def add_course(details: CourseDetails) -> int:
    """Write a new course, as a draft. Raises DomainError with the field at fault."""
    refuse_if(rules.course_problems(details))
    with transaction():
        course = Course(status=CourseStatus.DRAFT)
        write(course, details)
        db.session.add(course)
        with refusing(COURSE_CODE_TAKEN):
            db.session.flush()
        publish(CourseAdded(course_id=course.id))
        return course.id


def change_course(course_id: int, details: CourseDetails, version: int) -> None:
    """Save what was written on top of that version of the course.

    Raises CourseChangedMeanwhile when it has another version by now, DomainError with the field at fault.
    """
    refuse_if(rules.course_problems(details))
    with transaction():
        lock_prerequisites()
        course = locked(Course, course_id)
        if course.version != version:
            raise CourseChangedMeanwhile(
                _l(
                    "Somebody else has changed this course while you were writing. Your text is below. If "
                    "you save again, it replaces theirs."
                )
            )
        check_against_others(course, details)
        old = snapshot(course)
        write(course, details)
        with refusing(COURSE_CODE_TAKEN):
            db.session.flush()
        before, after = changes(old, snapshot(course))
        if after:
            course.version += 1
            publish(CourseChanged(course_id=course_id, old=before, new=after))


def lock_prerequisites() -> None:
    """One at a time: two changes that are harmless each can close a circle together."""
    ids = sa.select(Course.id).order_by(Course.id)
    db.session.execute(ids.with_for_update(key_share=True)).all()


def check_against_others(course: Course, details: CourseDetails) -> None:
    wanted = details.prerequisite_ids
    rules.check_prerequisites(course.id, wanted, queries.prerequisite_graph(), queries.codes_by_id())
    if course.status is CourseStatus.PUBLISHED:
        rules.check_published(details, drafts_among(queries.courses_by_ids(wanted)))


def drafts_among(courses: Collection[Course]) -> list[str]:
    return [course.code for course in courses if course.status is CourseStatus.DRAFT]


def write(course: Course, details: CourseDetails) -> None:
    """Give the course these details, and the keys by which it is found and sorted."""
    for name in queries.COLUMNS:
        setattr(course, name, getattr(details, name))
    course.topics = list(queries.topics_by_ids(details.topic_ids))
    course.prerequisites = list(queries.courses_by_ids(details.prerequisite_ids))
    if len(course.topics) < len(details.topic_ids):
        raise DomainError(_l("One of these topics no longer exists. Choose again."), "topic_ids")
    if len(course.prerequisites) < len(details.prerequisite_ids):
        raise DomainError(_l("One of these courses no longer exists. Choose again."), "prerequisite_ids")
    write_keys(course)


def write_keys(course: Course) -> None:
    """The only place where the keys of a course are made."""
    details = queries.details_of(course)
    topic_names = [name for topic in course.topics for name in (topic.name_en, topic.name_ru)]
    course.search_key = rules.search_key_of(details, topic_names)
    course.sort_key_en, course.sort_key_ru = rules.sort_keys_of(details)


def snapshot(course: Course) -> dict[str, object]:
    """The values of the course as they are told to the log."""
    return {
        **values_of(course, queries.COLUMNS),
        "topics": sorted(topic.code for topic in course.topics),
        "prerequisites": sorted(required.code for required in course.prerequisites),
    }


def publish_course(course_id: int, *, now: datetime) -> None:
    """Let everyone see a draft, or a retired course again. Raises DomainError that names all that is missing."""
    with transaction():
        course = locked(Course, course_id)
        rules.decide_to_publish(course.status, queries.details_of(course), drafts_among(course.prerequisites))
        course.status = CourseStatus.PUBLISHED
        course.published_at = course.published_at or now
        course.retired_at = None
        publish(CoursePublished(course_id=course_id))


def retire_course(course_id: int, *, now: datetime) -> None:
    """Offer the course no longer; its sessions, records and certificates stay."""
    with transaction():
        course = locked(Course, course_id)
        rules.decide_to_retire(course.status)
        course.status = CourseStatus.RETIRED
        course.retired_at = now
        publish(CourseRetired(course_id=course_id))


def delete_course(course_id: int) -> None:
    """Remove a draft that was never published and that nothing hangs on."""
    with transaction():
        course = locked(Course, course_id)
        was_published = course.published_at is not None
        required_by = queries.codes_that_require(course_id)
        rules.decide_to_delete(course.status, required_by, was_published=was_published)
        code = course.code
        with refusing_what_is_used(
            _l("It cannot be deleted while it has sessions or somebody has a record of it. Retire the course instead.")
        ):
            db.session.delete(course)
            db.session.flush()
        publish(CourseDeleted(course_id=course_id, code=code))


@contextmanager
def refusing_what_is_used(message: LazyText) -> Iterator[None]:
    """Features above keep rows about ours that we cannot see: their foreign keys speak for them."""
    try:
        yield
    except IntegrityError as error:
        raise DomainError(message) from error


def add_topic(code: str, name_en: str, name_ru: str | None) -> int:
    """A new topic. Raises DomainError with the field at fault."""
    rules.check_topic(code, name_en)
    with transaction():
        topic = Topic(code=code, name_en=name_en, name_ru=name_ru)
        db.session.add(topic)
        with refusing(TOPIC_CODE_TAKEN):
            db.session.flush()
        publish(TopicAdded(code=code))
        return topic.id


def change_topic(topic_id: int, code: str, name_en: str, name_ru: str | None) -> None:
    """Rename a topic; its courses are found by the new name at once."""
    rules.check_topic(code, name_en)
    with transaction():
        topic = locked(Topic, topic_id)
        old, new = set_values(topic, {"code": code, "name_en": name_en, "name_ru": name_ru})
        with refusing(TOPIC_CODE_TAKEN):
            db.session.flush()
        if new:
            publish(TopicChanged(code=code, old=old, new=new))
        for course in queries.courses_about(topic_id):
            write_keys(course)


def delete_topic(topic_id: int) -> None:
    """Remove a topic that no course carries."""
    with transaction():
        topic = locked(Topic, topic_id)
        with refusing_what_is_used(_l("Some courses use this topic. Remove it from them first.")):
            publish(TopicDeleted(code=topic.code))
            db.session.delete(topic)
            db.session.flush()
