"""The catalogue as everyone reads it: the list with its filters, and the page of a course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from babel.dates import format_date
from flask import Blueprint, render_template, request, url_for
from flask_login import current_user

from trainingapp.catalogue.models import Course, CourseKind
from trainingapp.catalogue.queries import codes_that_require, details_of, find_course
from trainingapp.catalogue.rules import (
    can_delete,
    completion_sentence,
    missing_for_publishing,
    missing_in_russian,
    validity_sentence,
)
from trainingapp.core.clock import utc_now
from trainingapp.core.db import Row, Rows
from trainingapp.core.formats import LOCALES, hours
from trainingapp.core.i18n import DELIVERY_LANGUAGES, Bilingual, _, _n, current_language, language_name_in
from trainingapp.core.permissions import P, can, public, requires
from trainingapp.core.text import sort_key
from trainingapp.core.web import page_number
from trainingapp.desk import queries
from trainingapp.desk.rules import (
    Filters,
    Offer,
    Shown,
    decide_offer,
    judge,
    months_from,
    read_filters,
)

bp = Blueprint("courses", __name__, template_folder="../templates")

PAGE = 20
MONTHS_AHEAD = 12
Options = list[tuple[str, str]]
Ends = Mapping[int, Sequence[date | None]]


@bp.get("/courses")
@public
def index() -> str:
    now = utc_now()
    choices = queries.choices()
    topics, centres = by_name(choices, "topic"), by_name(choices, "centre")
    sees_all = can(P.COURSE_EDIT)
    filters, ignored = read_filters(request.args, dict(topics), dict(centres), sees_all=sees_all)
    options = options_of(filters, topics, centres, now) | ({"status": status_options()} if sees_all else {})
    found = queries.catalogue_page(filters, now, page_number(), PAGE)
    return render_template(
        "desk/courses.html",
        found=found,
        filters=filters,
        options=options,
        chips=chips_of(filters, options),
        ignored=[filter_labels()[name] for name in ignored],
        kinds=CourseKind,
        **words_for(found.rows),
    )


def words_for(rows: Rows) -> dict[str, dict[object, str]]:
    """What the lines of the list say, made once where lines say the same."""
    language = current_language()
    return {
        "hours": {minutes: hours(minutes) for minutes in {row.duration_minutes for row in rows}},
        "levels": {level: _("Level: %(level)s", level=level.label) for level in {row.level for row in rows} - {None}},
        "spoken": {
            codes: ", ".join(language_name_in(code, language) for code in codes)
            for codes in {row.languages for row in rows}
        },
        "places": {row.id: places_left(row.capacity - row.taken, row.capacity) for row in rows if row.starts_on},
    }


def places_left(left: int, capacity: int) -> str:
    if not left:
        return _("Full; there is a waiting list")
    return _n("%(num)s of %(all)s places left", "%(num)s of %(all)s places left", left, all=capacity)


def by_name(rows: Rows, wanted: str) -> Options:
    """Codes and names in the reader's language, sorted as its readers expect."""
    language = current_language()
    named = [(row.code, Bilingual(row.name_en, row.name_ru).within(language)) for row in rows if row.filter == wanted]
    return sorted(named, key=lambda option: sort_key(option[1]))


def options_of(filters: Filters, topics: Options, centres: Options, now: datetime) -> dict[str, Options]:
    """What each filter offers: value and text."""
    months = months_from(now.date(), MONTHS_AHEAD)
    if filters.month and filters.month not in months:
        months = sorted([*months, filters.month])
    language = current_language()
    return {
        "kind": [(kind.value, str(kind.label)) for kind in CourseKind],
        "language": languages_of_delivery(language),
        "topic": topics,
        "centre": centres,
        "month": [(f"{month:%Y-%m}", month_name(month, language)) for month in months],
    }


@cache
def languages_of_delivery(language: str) -> Options:
    """The office's two languages, then the others by their names."""
    spoken = [(code, language_name_in(code, language)) for code in DELIVERY_LANGUAGES]
    return spoken[:2] + sorted(spoken[2:], key=lambda option: sort_key(option[1]))


@lru_cache(maxsize=1000)
def month_name(month: date, language: str) -> str:
    return format_date(month, "LLLL y", locale=LOCALES[language])


def status_options() -> Options:
    return [
        (Shown.PUBLISHED, _("Published courses")),
        (Shown.DRAFT, _("Drafts")),
        (Shown.RETIRED, _("Retired courses")),
        (Shown.ALL, _("All courses")),
    ]


def filter_labels() -> dict[str, str]:
    return {
        "kind": _("Kind"),
        "language": _("Language"),
        "topic": _("Topic"),
        "centre": _("Centre"),
        "month": _("Month"),
        "free": _("Free places only"),
        "status": _("Status"),
    }


def chips_of(filters: Filters, options: dict[str, Options]) -> list[tuple[str, str]]:
    """What is set, in words, each with the address of the same list without it."""
    chips = []
    own_words = {"q": _("“%(text)s”", text=filters.q), "free": _("Free places only")}
    for name, value in filters.query().items():
        words = own_words.get(name) or dict(options[name])[value]
        rest: dict[str, Any] = dict(filters.without(name).query())
        chips.append((words, url_for("courses.index", **rest)))
    return chips


@bp.get("/courses/<int:course_id>")
@requires(P.COURSE_VIEW, on=find_course)
def course(course: Course) -> str:
    now = utc_now()
    edits = can(P.COURSE_EDIT, course)
    sessions = queries.sessions_of(course.id, now.date(), with_drafts=edits)
    ends = None if edits else own_completions(course)
    coming = next((row for row in sessions if row.status in queries.TAKING_PART), None)
    return render_template(
        "desk/course.html",
        course=course,
        sessions=[(row, offer_of(course, row, ends, now)) for row in sessions],
        next_session=coming,
        places=queries.own_places(current_user.id, course.id) if current_user.is_authenticated else {},
        standing=None if ends is None else standing_of(course, ends, coming.starts_on if coming else None, now.date()),
        completion=completion_sentence(course.attendance_percent, course.result_required, course.pass_score),
        validity=validity_sentence(course.validity_months),
        editing=editing_of(course) if edits else None,
        now=now,
    )


def own_completions(course: Course) -> Ends | None:
    """Until when the reader's completions of this course and of those that it requires count; None for a visitor."""
    if not current_user.is_authenticated:
        return None
    return queries.completions_of(current_user.id, [course.id, *(one.id for one in course.prerequisites)])


def offer_of(course: Course, row: Row, ends: Ends | None, now: datetime) -> Offer:
    return decide_offer(
        course.access_class,
        is_open=row.status in queries.TAKING_PART and now < row.enrolment_closes_at and course.is_public,
        is_full=row.taken >= row.capacity,
        is_ready=ends is None or not lacking_on(row.starts_on, course, ends),
        by_nomination=row.by_nomination,
    )


def lacking_on(day: date, course: Course, ends: Ends) -> list[Course]:
    """The required courses that do not count on that day."""
    return [one for one in course.prerequisites if not judge(ends.get(one.id, []), day).is_met]


def standing_of(course: Course, ends: Ends, next_start: date | None, today: date) -> dict[str, object]:
    """How the reader stands towards the course itself and towards each course that it requires."""
    return {
        "own": judge(ends.get(course.id, []), today),
        "required": {one.id: judge(ends.get(one.id, []), today) for one in course.prerequisites},
        "missing": lacking_on(today, course, ends),
        "too_short": next_start is not None and bool(lacking_on(next_start, course, ends)),
    }


def editing_of(course: Course) -> dict[str, object]:
    """What a coordinator is told and can do."""
    details = details_of(course)
    return {
        "missing": missing_for_publishing(details),
        "untranslated": missing_in_russian(details),
        "required_drafts": [one.code for one in course.prerequisites if not one.is_public],
        "can_delete": can_delete(course.status, was_published=course.published_at is not None)
        and not codes_that_require(course.id),
    }
