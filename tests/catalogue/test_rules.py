"""What a course must be; when it may be published, retired, deleted; that no course requires itself."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from trainingapp.catalogue import rules
from trainingapp.catalogue.models import AccessClass, CourseKind, CourseStatus
from trainingapp.catalogue.rules import MAX_MINUTES, CourseDetails
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import speaking

COMPLETE = CourseDetails(
    code="CCC-101",
    kind=CourseKind.PRACTICAL,
    access_class=AccessClass.CUSTOMS,
    title_en="Container control",
    summary_en="What a container is.",
    description_en="All about containers.",
    audience_en="Officers.",
    duration_minutes=360,
    languages=("en", "ru"),
    attendance_percent=80,
)


def test_course_that_is_complete_has_no_problem() -> None:
    assert list(rules.course_problems(COMPLETE)) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "ccc 101"}, "code"),
        ({"code": "КУРС-1"}, "code"),
        ({"code": "-"}, "code"),
        ({"code": ""}, "code"),
        ({"title_en": "  "}, "title_en"),
        ({"duration_minutes": 0}, "duration_minutes"),
        ({"duration_minutes": MAX_MINUTES + 1}, "duration_minutes"),
        ({"languages": ()}, "languages"),
        ({"languages": ("en", "xx")}, "languages"),
        ({"attendance_percent": None}, "attendance_percent"),
        ({"attendance_percent": 0}, "attendance_percent"),
        ({"attendance_percent": 101}, "attendance_percent"),
        ({"result_required": True, "pass_score": 101}, "pass_score"),
        ({"result_required": True, "pass_score": -1}, "pass_score"),
        ({"pass_score": 70}, "pass_score"),
        ({"validity_months": 0}, "validity_months"),
        ({"validity_months": 601}, "validity_months"),
        ({"followed_at_url": "javascript:alert(1)"}, "followed_at_url"),
    ],
)
def test_problem_is_found_at_its_field(wrong: dict[str, Any], field: str) -> None:
    problems = rules.course_problems(replace(COMPLETE, **wrong))

    assert [problem.field for problem in problems] == [field]


def test_problems_are_named_all_at_once() -> None:
    problems = rules.course_problems(replace(COMPLETE, code="", languages=(), attendance_percent=None))

    assert [problem.field for problem in problems] == ["code", "languages", "attendance_percent"]


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("https://e-training.example.org/ccc-101?a=1#b", True),
        ("http://127.0.0.1:8080/", True),
        ("https://обучение.example/курс", True),
        ("https://", False),
        ("//example.org", False),
        ("example.org", False),
        ("ftp://example.org", False),
        ("data:text/html,hello", False),
        ("https://exa mple.org", False),
        ("https://example.org/\n", False),
        ("https://example.org:99999/", False),
        ("https://[::1", False),
        ('https://example.org/"><script>', False),
    ],
)
def test_web_address_is_http_with_a_host(address: str, is_one: bool) -> None:
    assert rules.is_web_address(address) is is_one


@given(st.text())
def test_web_address_never_fails_on_text(text: str) -> None:
    assert rules.is_web_address(text) in {True, False}


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("6", 360), ("6.5", 390), ("6,5", 390), (" 6,5 ", 390), ("0.25", 15), ("1.33", 80), ("06", 360), ("2000", 120000)],
)
def test_hours_are_read_with_point_or_comma(text: str, minutes: int) -> None:
    assert rules.parse_hours(text) == minutes


@pytest.mark.parametrize(
    "text", ["", "0", "0.001", "-6", "+6", "6h", "1e3", "6.5.1", "6 5", "NaN", "inf", "٦", "2001", "99999", "6.", ",5"]
)
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(DomainError):
        rules.parse_hours(text)


@given(st.integers(1, MAX_MINUTES))
def test_hours_come_back_as_they_were_shown(minutes: int) -> None:
    assert rules.parse_hours(rules.show_hours(minutes)) == minutes


@given(st.text())
def test_hours_are_within_bounds_or_refused(text: str) -> None:
    try:
        minutes = rules.parse_hours(text)
    except DomainError:
        return
    assert 0 < minutes <= MAX_MINUTES


@pytest.mark.parametrize(
    ("lacking", "named"),
    [
        ({}, []),
        ({"summary_en": None}, ["Summary (English)"]),
        ({"description_en": "  ", "audience_en": ""}, ["About the course (English)", "Who it is for (English)"]),
        ({"languages": ()}, ["Languages of delivery"]),
        ({"kind": CourseKind.DISTANCE}, ["Address where the course is followed"]),
        ({"kind": CourseKind.DISTANCE, "followed_at_url": "https://example.org"}, []),
        ({"title_ru": None, "summary_ru": None}, []),
    ],
)
def test_missing_for_publishing_names_everything(app: Flask, lacking: dict[str, Any], named: list[str]) -> None:
    missing = rules.missing_for_publishing(replace(COMPLETE, **lacking))

    assert [str(label) for label in missing] == named


def test_missing_in_russian_names_texts_that_english_has(app: Flask) -> None:
    missing = rules.missing_in_russian(replace(COMPLETE, title_ru="Контроль контейнеров", admission_ru="Только это"))

    assert [str(label) for label in missing] == ["Summary", "About the course", "Who it is for"]


@pytest.mark.parametrize(
    ("status", "may_publish", "may_retire"),
    [
        (CourseStatus.DRAFT, True, False),
        (CourseStatus.PUBLISHED, False, True),
        (CourseStatus.RETIRED, True, False),
    ],
)
def test_status_decides_what_may_follow(status: CourseStatus, may_publish: bool, may_retire: bool) -> None:
    assert allows(rules.decide_to_publish, status, COMPLETE, []) is may_publish
    assert allows(rules.decide_to_retire, status) is may_retire


def test_course_that_requires_a_draft_stays_unpublished() -> None:
    assert not allows(rules.decide_to_publish, CourseStatus.DRAFT, COMPLETE, ["VRE-202"])


def test_published_course_keeps_what_it_could_not_be_published_without(app: Flask) -> None:
    assert allows(rules.check_published, COMPLETE, [])
    assert not allows(rules.check_published, replace(COMPLETE, summary_en=None), [])
    assert not allows(rules.check_published, COMPLETE, ["VRE-202"])


@pytest.mark.parametrize(
    ("status", "was_published", "required_by", "may_go"),
    [
        (CourseStatus.DRAFT, False, [], True),
        (CourseStatus.DRAFT, False, ["CSC-302"], False),
        (CourseStatus.DRAFT, True, [], False),
        (CourseStatus.PUBLISHED, True, [], False),
        (CourseStatus.RETIRED, True, [], False),
    ],
)
def test_only_an_unseen_draft_may_be_deleted(
    status: CourseStatus, was_published: bool, required_by: list[str], may_go: bool
) -> None:
    assert allows(rules.decide_to_delete, status, required_by, was_published=was_published) is may_go


def allows(decide: Any, *facts: Any, **more: Any) -> bool:
    try:
        decide(*facts, **more)
    except DomainError:
        return False
    return True


@pytest.mark.parametrize(
    ("wanted", "requires", "circle"),
    [
        ([], {}, None),
        ([2], {}, None),
        ([2], {2: [3], 3: [4]}, None),
        ([1], {}, [1, 1]),
        ([2], {2: [1]}, [1, 2, 1]),
        ([2], {2: [3], 3: [1]}, [1, 2, 3, 1]),
        ([2, 3], {2: [4], 3: [1]}, [1, 3, 1]),
        ([2], {2: [2, 3], 3: [2]}, None),
    ],
)
def test_circle_is_found_with_its_way(
    wanted: list[int], requires: dict[int, list[int]], circle: list[int] | None
) -> None:
    assert rules.find_circle(1, wanted, requires) == circle


@given(st.dictionaries(st.integers(1, 8), st.sets(st.integers(1, 8), max_size=4)), st.sets(st.integers(1, 8)))
def test_circle_is_found_exactly_where_the_course_reaches_itself(
    requires: dict[int, set[int]], wanted: set[int]
) -> None:
    circle = rules.find_circle(1, wanted, requires)

    assert (circle is not None) is (1 in reachable(wanted, requires))
    if circle is not None:
        assert circle[0] == circle[-1] == 1
        assert circle[1] in wanted
        assert all(after in requires[step] for step, after in pairwise(circle[1:]))


def reachable(start: set[int], requires: dict[int, set[int]]) -> set[int]:
    seen = set(start)
    while more := {after for step in seen for after in requires.get(step, ())} - seen:
        seen |= more
    return seen


def test_prerequisites_in_a_circle_are_refused_with_the_codes(app: Flask) -> None:
    with pytest.raises(DomainError) as refusal:
        rules.check_prerequisites(1, [2], {2: {1}}, {1: "CCC-101", 2: "PRC-210"})

    assert "CCC-101 → PRC-210 → CCC-101" in str(refusal.value)
    assert refusal.value.field == "prerequisite_ids"


def test_search_key_holds_both_languages_and_topics() -> None:
    course = replace(COMPLETE, title_ru="Ёмкости и пломбы", summary_ru="О пломбах")

    key = rules.search_key_of(course, ["Seals", "Пломбы", None])

    assert all(word in key for word in ("ccc-101", "container control", "емкости", "о пломбах", "seals", "пломбы"))


@pytest.mark.parametrize(("title_ru", "expected"), [("Ёж", "е\ue000ж"), (None, "container control")])
def test_russian_sort_key_falls_back_to_english(title_ru: str | None, expected: str) -> None:
    assert rules.sort_keys_of(replace(COMPLETE, title_ru=title_ru)) == ("container control", expected)


@given(st.text(max_size=200))
def test_sort_keys_fit_their_column(title: str) -> None:
    assert all(len(key) <= rules.SORT_KEY_LENGTH for key in rules.sort_keys_of(replace(COMPLETE, title_ru=title)))


@pytest.mark.parametrize(
    ("percent", "required", "score", "sentence"),
    [
        (80, False, None, "To complete it: attend at least 80% of the planned hours."),
        (100, False, None, "To complete it: attend all planned hours."),
        (100, True, None, "To complete it: attend all planned hours and pass the assessment."),
        (
            100,
            True,
            70,
            "To complete it: attend all planned hours and pass the assessment with at least 70 out of 100.",
        ),
        (None, True, None, "To complete it: pass the assessment."),
        (None, True, 70, "To complete it: pass the assessment with at least 70 out of 100."),
        (90, True, None, "To complete it: attend at least 90% of the planned hours and pass the assessment."),
        (
            75,
            True,
            0,
            "To complete it: attend at least 75% of the planned hours and pass the assessment "
            "with at least 0 out of 100.",
        ),
    ],
)
def test_completion_rule_is_said_in_a_sentence(
    app: Flask, percent: int | None, required: bool, score: int | None, sentence: str
) -> None:
    with speaking("en"):
        assert rules.completion_sentence(percent, required, score) == sentence


@pytest.mark.parametrize(
    ("months", "sentence"),
    [
        (None, "Once completed, it stays valid."),
        (1, "Once completed, it is valid for 1 month."),
        (24, "Once completed, it is valid for 24 months."),
    ],
)
def test_validity_is_said_in_a_sentence(app: Flask, months: int | None, sentence: str) -> None:
    with speaking("en"):
        assert rules.validity_sentence(months) == sentence


@pytest.mark.parametrize(
    ("code", "name", "field"),
    [("Риски", "Risk", "code"), ("", "Risk", "code"), ("a b", "Risk", "code"), ("risk", " ", "name_en")],
)
def test_topic_without_code_or_name_is_refused(code: str, name: str, field: str) -> None:
    with pytest.raises(DomainError) as refusal:
        rules.check_topic(code, name)

    assert refusal.value.field == field
