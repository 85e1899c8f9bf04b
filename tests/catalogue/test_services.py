"""Courses and topics are written, published, retired and deleted; on both engines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from tests.builders import NOW, a_completion, a_course, a_person, a_session, a_topic
from trainingapp.catalogue import queries, services
from trainingapp.catalogue.events import CourseAdded, CourseChanged, CourseDeleted, CoursePublished, CourseRetired
from trainingapp.catalogue.models import AccessClass, Course, CourseKind, CourseStatus, Topic
from trainingapp.catalogue.rules import CourseDetails
from trainingapp.catalogue.services import CourseChangedMeanwhile
from trainingapp.core import bus
from trainingapp.core.db import db
from trainingapp.core.errors import DomainError

COMPLETE = CourseDetails(
    code="CCC-101",
    kind=CourseKind.PRACTICAL,
    access_class=AccessClass.CUSTOMS,
    title_en="Container control",
    title_ru="Контроль контейнеров",
    summary_en="What a container is.",
    description_en="All about containers.",
    audience_en="Officers.",
    duration_minutes=390,
    languages=("en", "ru"),
    attendance_percent=80,
)


@pytest.fixture(autouse=True)
def _in_app(app: Flask) -> None:
    """Every test here writes."""


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What has been told to the house."""
    heard: list[Any] = []
    monkeypatch.setattr(bus, "_observers", [*bus._observers, heard.append])
    return heard


def course_by_id(course_id: int) -> Course:
    db.session.expire_all()
    return db.session.get_one(Course, course_id)


def test_new_course_is_a_draft_with_everything_written(events: list[Any]) -> None:
    topic, required = a_topic(), a_course()
    values = replace(COMPLETE, topic_ids=frozenset({topic.id}), prerequisite_ids=frozenset({required.id}))

    course_id = services.add_course(values)

    course = course_by_id(course_id)
    assert (course.status, course.version, course.published_at) == (CourseStatus.DRAFT, 1, None)
    assert queries.details_of(course) == values
    assert events == [CourseAdded(course_id=course_id)]


def test_new_course_is_found_by_its_topics_in_both_languages() -> None:
    topic = a_topic(name_en="Seals", name_ru="Пломбы")

    course = course_by_id(services.add_course(replace(COMPLETE, topic_ids=frozenset({topic.id}))))

    assert "seals" in course.search_key
    assert "пломбы" in course.search_key


def test_code_is_used_once() -> None:
    services.add_course(COMPLETE)

    with pytest.raises(DomainError) as refusal:
        services.add_course(COMPLETE)

    assert refusal.value.field == "code"


def test_code_taken_in_the_same_moment_is_refused_at_its_field(in_threads: Callable[..., list[Any]]) -> None:
    results = in_threads([lambda: services.add_course(COMPLETE)] * 4)

    assert sorted(type(result).__name__ for result in results) == ["DomainError", "DomainError", "DomainError", "int"]
    assert {result.field for result in results if isinstance(result, DomainError)} == {"code"}


@pytest.mark.parametrize("name", ["topic_ids", "prerequisite_ids"])
def test_choice_that_is_gone_is_refused(name: str) -> None:
    with pytest.raises(DomainError) as refusal:
        services.add_course(replace(COMPLETE, **{name: frozenset({4711})}))

    assert refusal.value.field == name


def test_change_is_saved_and_told_with_old_and_new_values(events: list[Any]) -> None:
    course_id = services.add_course(COMPLETE)

    services.change_course(course_id, replace(COMPLETE, title_en="Containers", kind=CourseKind.VR), 1)

    course = course_by_id(course_id)
    assert (course.title_en, course.version, course.sort_key_en) == ("Containers", 2, "containers")
    assert events[1:] == [
        CourseChanged(
            course_id=course_id,
            old={"title_en": "Container control", "kind": "practical"},
            new={"title_en": "Containers", "kind": "vr"},
        )
    ]


def test_saving_without_a_change_tells_nobody(events: list[Any]) -> None:
    course_id = services.add_course(COMPLETE)

    services.change_course(course_id, COMPLETE, 1)

    assert course_by_id(course_id).version == 1
    assert len(events) == 1


def test_second_writer_on_the_same_version_is_refused() -> None:
    course_id = services.add_course(COMPLETE)
    services.change_course(course_id, replace(COMPLETE, title_en="First"), 1)

    with pytest.raises(CourseChangedMeanwhile):
        services.change_course(course_id, replace(COMPLETE, title_en="Second"), 1)

    assert course_by_id(course_id).title_en == "First"


def test_of_writers_at_once_one_wins(in_threads: Callable[..., list[Any]]) -> None:
    course_id = services.add_course(COMPLETE)

    def write(title: str) -> None:
        services.change_course(course_id, replace(COMPLETE, title_en=title), 1)

    results = in_threads([lambda title=title: write(title) for title in ("One", "Two", "Three", "Four")])

    assert sorted(type(result).__name__ for result in results) == ["CourseChangedMeanwhile"] * 3 + ["NoneType"]
    assert course_by_id(course_id).version == 2


def test_prerequisites_in_a_circle_are_refused() -> None:
    first = services.add_course(COMPLETE)
    second = services.add_course(replace(COMPLETE, code="CCC-102", prerequisite_ids=frozenset({first})))

    with pytest.raises(DomainError, match="CCC-101 → CCC-102 → CCC-101"):
        services.change_course(first, replace(COMPLETE, prerequisite_ids=frozenset({second})), 1)


def test_circle_is_not_closed_by_two_at_once(in_threads: Callable[..., list[Any]]) -> None:
    first, second = services.add_course(COMPLETE), services.add_course(replace(COMPLETE, code="CCC-102"))

    def require(course_id: int, code: str, other: int) -> None:
        services.change_course(course_id, replace(COMPLETE, code=code, prerequisite_ids=frozenset({other})), 1)

    results = in_threads([lambda: require(first, "CCC-101", second), lambda: require(second, "CCC-102", first)])

    assert sorted(type(result).__name__ for result in results) == ["DomainError", "NoneType"]


def test_publishing_shows_the_course_and_keeps_its_first_day(events: list[Any]) -> None:
    course_id = services.add_course(COMPLETE)

    services.publish_course(course_id, now=NOW)
    services.retire_course(course_id, now=NOW.replace(hour=9))
    services.publish_course(course_id, now=NOW.replace(hour=10))

    course = course_by_id(course_id)
    assert (course.status, course.published_at, course.retired_at) == (CourseStatus.PUBLISHED, NOW, None)
    assert [type(event) for event in events[1:]] == [CoursePublished, CourseRetired, CoursePublished]


def test_publishing_names_everything_that_is_missing() -> None:
    course_id = services.add_course(replace(COMPLETE, summary_en=None, audience_en=None))

    with pytest.raises(DomainError, match=r"Summary \(English\), Who it is for \(English\)"):
        services.publish_course(course_id, now=NOW)

    assert course_by_id(course_id).status is CourseStatus.DRAFT


def test_publishing_waits_for_the_courses_it_requires() -> None:
    required = a_course(status=CourseStatus.DRAFT, code="VRE-202")
    course_id = services.add_course(replace(COMPLETE, prerequisite_ids=frozenset({required.id})))

    with pytest.raises(DomainError, match="VRE-202"):
        services.publish_course(course_id, now=NOW)


def test_published_course_cannot_lose_what_it_needs() -> None:
    course_id = services.add_course(COMPLETE)
    services.publish_course(course_id, now=NOW)

    with pytest.raises(DomainError):
        services.change_course(course_id, replace(COMPLETE, description_en=None), 1)

    assert course_by_id(course_id).description_en == COMPLETE.description_en


def test_draft_disappears_with_its_topics_and_prerequisites(events: list[Any]) -> None:
    topic, required = a_topic(), a_course()
    values = replace(COMPLETE, topic_ids=frozenset({topic.id}), prerequisite_ids=frozenset({required.id}))
    course_id, topic_id, required_id = services.add_course(values), topic.id, required.id

    services.delete_course(course_id)

    assert queries.find_course(course_id) is None
    assert queries.find_topic(topic_id) is not None
    assert queries.find_course(required_id) is not None
    assert events[-1] == CourseDeleted(course_id=course_id, code="CCC-101")


def test_course_with_a_session_or_a_record_stays() -> None:
    with_session, with_record = a_course(status=CourseStatus.DRAFT, published_at=None), a_course()
    a_session(with_session)
    a_completion(a_person(), with_record)

    for course in (with_session, with_record):
        with pytest.raises(DomainError):
            services.delete_course(course.id)
        assert queries.find_course(course.id) is not None


def test_draft_that_another_course_requires_stays() -> None:
    course_id = services.add_course(COMPLETE)
    services.add_course(replace(COMPLETE, code="CCC-102", prerequisite_ids=frozenset({course_id})))

    with pytest.raises(DomainError, match="CCC-102"):
        services.delete_course(course_id)


def test_renamed_topic_finds_its_courses_by_the_new_name() -> None:
    topic_id = services.add_topic("seals", "Seals", None)
    course_id = services.add_course(replace(COMPLETE, topic_ids=frozenset({topic_id})))

    services.change_topic(topic_id, "seals", "Locks", "Замки")

    key = course_by_id(course_id).search_key
    assert "locks" in key
    assert "замки" in key
    assert "seals" not in key


def test_topic_code_is_used_once() -> None:
    services.add_topic("seals", "Seals", None)
    other = services.add_topic("risk", "Risk", None)

    with pytest.raises(DomainError) as adding:
        services.add_topic("seals", "Seals again", None)
    with pytest.raises(DomainError) as changing:
        services.change_topic(other, "seals", "Risk", None)

    assert adding.value.field == changing.value.field == "code"


def test_topic_goes_only_when_no_course_carries_it() -> None:
    free, carried = services.add_topic("risk", "Risk", None), services.add_topic("seals", "Seals", None)
    services.add_course(replace(COMPLETE, topic_ids=frozenset({carried})))

    services.delete_topic(free)
    with pytest.raises(DomainError):
        services.delete_topic(carried)

    assert db.session.get(Topic, free) is None
    assert db.session.get(Topic, carried) is not None
