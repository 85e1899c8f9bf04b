"""Where coordinators write courses and topics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import (
    a_centre,
    a_contact_point,
    a_coordinator,
    a_course,
    a_session,
    a_topic,
    a_trainer,
    an_administrator,
    an_officer,
    an_organisation,
)
from trainingapp.catalogue import queries
from trainingapp.catalogue.models import Course, CourseStatus
from trainingapp.core.db import db

WRITTEN = {
    "code": "ccc-101",
    "kind": "practical",
    "access_class": "customs",
    "level": "",
    "centre_id": "",
    "title_en": "Container control",
    "title_ru": "Контроль контейнеров",
    "summary_en": "What a container is.",
    "description_en": "First.\r\n\r\n- one\r\n- two",
    "audience_en": "Officers.",
    "duration_minutes": "6,5",
    "languages": ["ru", "en"],
    "attendance_percent": "80",
}


@pytest.fixture
def coordinator(client_as: Callable[..., Any]) -> Any:
    return client_as(a_coordinator())


def only_course() -> Course:
    db.session.expire_all()
    return db.session.query(Course).one()


def test_coordinator_writes_a_course_in_both_languages(coordinator: Any) -> None:
    coordinator.get("/courses/new")

    answer = coordinator.post("/courses/new", WRITTEN)

    course = only_course()
    assert coordinator.location(answer) == f"/courses/{course.id}"
    assert (course.code, course.duration_minutes, course.languages) == ("CCC-101", 390, ("en", "ru"))
    assert course.description_en == "First.\n\n- one\n- two"
    assert course.status is CourseStatus.DRAFT


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"code": ""}, "Code"),
        ({"code": "два слова"}, "Use capital Latin letters"),
        ({"code": "A" * 31}, "Code"),
        ({"kind": "spacewalk"}, "Kind"),
        ({"kind": ""}, "Kind"),
        ({"access_class": "nobody"}, "Who may have a place"),
        ({"level": "godlike"}, "Level"),
        ({"centre_id": "999999999999999999999"}, "Responsible centre"),
        ({"centre_id": "x"}, "Responsible centre"),
        ({"title_en": " "}, "Title (English)"),
        ({"title_ru": "ё" * 201}, "Title (Russian)"),
        ({"description_ru": "ё" * 20_001}, "About the course (Russian)"),
        ({"duration_minutes": "six"}, "Enter the hours as a number above 0"),
        ({"duration_minutes": "1e999"}, "Enter the hours as a number above 0"),
        ({"duration_minutes": " "}, "Enter the hours as a number above 0"),
        ({"languages": []}, "Choose at least one language"),
        ({"languages": ["xx"]}, "Languages of delivery"),
        ({"attendance_percent": ""}, "Say what completes the course"),
        ({"attendance_percent": "9" * 400}, "Enter a number from 1 to 100"),
        ({"attendance_percent": "9" * 5000}, "Share of the planned hours"),
        ({"attendance_percent": "many"}, "Share of the planned hours"),
        ({"result_required": "y", "pass_score": "101"}, "Enter a number from 0 to 100"),
        ({"pass_score": "70"}, "A pass mark needs an assessment"),
        ({"validity_months": "-1"}, "Enter a number of months"),
        ({"followed_at_url": "javascript:alert(1)"}, "Enter a full address"),
        ({"topic_ids": ["4711"]}, "Topics"),
        ({"topic_ids": ["'; DROP TABLE course"]}, "Topics"),
        ({"prerequisite_ids": ["4711"]}, "Courses required before"),
    ],
)
def test_wrong_value_is_named_and_the_input_kept(coordinator: Any, wrong: dict[str, Any], told: str) -> None:
    a_topic()
    a_course(code="OTHER-1")

    coordinator.post("/courses/new", {**WRITTEN, "summary_ru": "Кратко о контейнере", **wrong}, status=422)

    assert told in coordinator.page.text
    assert "Please check what you entered" in coordinator.page.text
    assert db.session.query(Course).count() == 1


def test_refused_form_keeps_everything_that_was_written(coordinator: Any) -> None:
    answer = coordinator.post("/courses/new", {**WRITTEN, "duration_minutes": "much"}, status=422)

    html = answer.get_data(as_text=True)
    assert 'value="much"' in html
    assert "Контроль контейнеров" in html
    assert "- one" in html


def test_code_of_another_course_is_refused_at_the_field(coordinator: Any) -> None:
    a_course(code="CCC-101")

    answer = coordinator.post("/courses/new", WRITTEN, status=422)

    assert 'id="code-errors"' in answer.get_data(as_text=True)
    assert "Another course has this code already" in coordinator.page.text


def test_course_is_edited_with_what_it_has(coordinator: Any) -> None:
    required, topic = a_course(code="PRE-1"), a_topic(name_en="Seals")
    coordinator.post("/courses/new", {**WRITTEN, "topic_ids": [topic.id], "prerequisite_ids": [required.id]})
    course = queries.courses_about(topic.id)[0]

    html = coordinator.get(f"/courses/{course.id}/edit").get_data(as_text=True)
    coordinator.post(f"/courses/{course.id}/edit", {**WRITTEN, "title_en": "Containers", "version": "1"})

    assert 'value="6.5"' in html
    assert html.count(" checked") >= 6
    db.session.expire_all()
    assert (course.title_en, list(course.topics), list(course.prerequisites)) == ("Containers", [], [])


def test_later_save_is_refused_keeps_the_input_and_may_then_replace(coordinator: Any) -> None:
    coordinator.post("/courses/new", WRITTEN)
    address = f"/courses/{only_course().id}/edit"
    coordinator.post(address, {**WRITTEN, "title_en": "Somebody else's", "version": "1"})

    answer = coordinator.post(address, {**WRITTEN, "title_en": "My own title", "version": "1"}, status=422)

    html = answer.get_data(as_text=True)
    assert "Somebody else has changed this course" in html
    assert 'value="My own title"' in html
    assert "Title (English)" in html.split("differs from the course as it is now")[1].split("</div>")[0]
    assert only_course().title_en == "Somebody else's"

    coordinator.post(address, {**WRITTEN, "title_en": "My own title", "version": "2"})
    assert only_course().title_en == "My own title"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 400, "²"])
def test_save_without_a_version_that_was_seen_is_refused(coordinator: Any, version: str) -> None:
    coordinator.post("/courses/new", WRITTEN)

    coordinator.post(f"/courses/{only_course().id}/edit", {**WRITTEN, "version": version}, status=422)

    assert "Somebody else has changed this course" in coordinator.page.text


def test_circle_is_refused_at_the_field_with_its_way(coordinator: Any) -> None:
    first = a_course(code="AAA-1")
    second = a_course(code="BBB-2", prerequisites=(first,))
    written = {**WRITTEN, "code": "AAA-1", "version": "1", "prerequisite_ids": [second.id]}

    answer = coordinator.post(f"/courses/{first.id}/edit", written, status=422)

    assert "AAA-1 → BBB-2 → AAA-1" in coordinator.page.text
    assert 'id="prerequisite_ids-errors"' in answer.get_data(as_text=True)


def test_coordinator_of_a_centre_writes_courses_of_that_centre_only(client_as: Callable[..., Any]) -> None:
    baku, other = a_centre(), a_centre()
    client = client_as(a_coordinator(centre=baku))
    of_other, of_office = a_course(centre_id=other.id), a_course(centre_id=None)

    html = client.get("/courses/new").get_data(as_text=True)
    client.post("/courses/new", {**WRITTEN, "centre_id": ""}, status=422)
    client.post("/courses/new", {**WRITTEN, "centre_id": str(other.id)}, status=422)
    client.post("/courses/new", {**WRITTEN, "centre_id": str(baku.id)})

    assert other.name_en not in html
    for course in (of_other, of_office):
        client.get(f"/courses/{course.id}/edit", status=403)
        for action in ("publish", "retire", "delete"):
            client.post(f"/courses/{course.id}/{action}", status=403)


def test_course_is_published_retired_and_published_again(coordinator: Any) -> None:
    coordinator.post("/courses/new", WRITTEN)
    address = f"/courses/{only_course().id}"

    statuses = []
    for action in ("publish", "retire", "publish"):
        coordinator.post(f"{address}/{action}")
        statuses.append(only_course().status.value)

    assert statuses == ["published", "retired", "published"]
    assert "Some texts are in English only" in coordinator.text(address)


def test_publishing_an_unfinished_draft_says_what_is_missing(coordinator: Any) -> None:
    course = a_course(status=CourseStatus.DRAFT, published_at=None)

    coordinator.post(f"/courses/{course.id}/publish", status=409)

    assert "Summary (English), About the course (English), Who it is for (English)" in coordinator.page.text


def test_draft_is_deleted_and_a_used_course_is_not(coordinator: Any) -> None:
    draft, used = (a_course(status=CourseStatus.DRAFT, published_at=None) for _number in range(2))
    a_session(used)
    draft_id, used_id = draft.id, used.id

    answer = coordinator.post(f"/courses/{draft_id}/delete")
    coordinator.post(f"/courses/{used_id}/delete", status=409)

    assert coordinator.location(answer) == "/courses"
    assert "Retire the course instead" in coordinator.page.text
    assert queries.find_course(draft_id) is None
    assert queries.find_course(used_id) is not None


PAGES = ["/courses/new", "/courses/{course}/edit", "/topics", "/topics/{topic}/edit", "/untranslated"]
ACTIONS = [*(f"/courses/{{course}}/{action}" for action in ("publish", "retire", "delete")), "/topics/{topic}/delete"]


@pytest.mark.parametrize("make", [an_officer, a_trainer, a_contact_point, an_administrator])
def test_others_write_neither_courses_nor_topics(client_as: Callable[..., Any], make: Callable[..., Any]) -> None:
    client, numbers = client_as(make()), {"course": a_course().id, "topic": a_topic().id}

    for address in (*PAGES, *ACTIONS):
        client.post(address.format(**numbers), status=405 if address == "/untranslated" else 403)
    for address in PAGES:
        client.get(address.format(**numbers), status=403)

    assert only_course().status is CourseStatus.PUBLISHED


def test_visitors_are_sent_to_sign_in(client_as: Callable[..., Any]) -> None:
    client, numbers = client_as(None), {"course": a_course().id, "topic": a_topic().id}

    for address in PAGES:
        client.get(address.format(**numbers), status=302)
    for address in ACTIONS:
        client.post(address.format(**numbers), status=302)

    assert only_course().status is CourseStatus.PUBLISHED


@pytest.mark.parametrize("address", ["/courses/4711/edit", "/courses/99999999999999/edit", "/topics/4711/edit"])
def test_what_does_not_exist_is_not_found(coordinator: Any, address: str) -> None:
    coordinator.get(address, status=404)


@pytest.mark.parametrize("address", ACTIONS)
def test_nothing_changes_by_looking(coordinator: Any, address: str) -> None:
    numbers = {"course": a_course().id, "topic": a_topic().id}

    coordinator.get(address.format(**numbers), status=405)

    assert only_course().status is CourseStatus.PUBLISHED
    assert len(queries.topic_rows()) == 1


def test_topics_are_added_changed_and_deleted(coordinator: Any) -> None:
    coordinator.get("/topics")
    coordinator.post("/topics", {"code": "seals", "name_en": "Seals", "name_ru": ""})
    topic_id = queries.topic_rows()[0].id
    coordinator.get(f"/topics/{topic_id}/edit")
    coordinator.post(f"/topics/{topic_id}/edit", {"code": "seals", "name_en": "Seals", "name_ru": "Пломбы"})

    assert "Seals" in coordinator.text("/topics")
    assert queries.topic_rows()[0].name.ru == "Пломбы"
    coordinator.post(f"/topics/{topic_id}/delete")
    assert "There are no topics yet" in coordinator.text("/topics")


@pytest.mark.parametrize(
    ("name", "value"),
    [("code", "Пломбы"), ("code", ""), ("code", "a" * 41), ("code", "seals"), ("name_en", ""), ("name_ru", "ё" * 101)],
)
def test_wrong_topic_is_refused(coordinator: Any, name: str, value: str) -> None:
    a_topic(code="seals")

    coordinator.post("/topics", {"code": "risk", "name_en": "Risk", "name_ru": "", name: value}, status=422)

    assert len(queries.topic_rows()) == 1


def test_untranslated_names_what_lacks_russian(coordinator: Any) -> None:
    a_course(code="NOT-1", title_ru=None, summary_en="A summary")
    a_course(code="ALL-1")
    a_topic(name_en="Unknown topic", name_ru=None)
    an_organisation(name_en="Unknown land", name_ru=None)

    text = coordinator.text("/untranslated")

    assert "NOT-1" in text
    assert "Title, Summary" in text
    assert "ALL-1" not in text
    assert "Unknown topic" in text
    assert "Unknown land" in text


def test_nothing_untranslated_is_said(coordinator: Any) -> None:
    assert "Everything is there in both languages" in coordinator.text("/untranslated")


def test_pages_ask_as_often_for_thirty_courses_as_for_one(coordinator: Any, count_queries: Callable[..., Any]) -> None:
    counts: list[list[int]] = []
    for more in (1, 29):
        for _number in range(more):
            course_id = a_course(title_ru=None).id
            a_topic(name_ru=None)
        counts.append([])
        for address in ("/courses/new", f"/courses/{course_id}/edit", "/topics", "/untranslated"):
            db.session.remove()
            with count_queries() as statements:
                coordinator.get(address)
            counts[-1].append(len(statements))

    assert counts[0] == counts[1]
