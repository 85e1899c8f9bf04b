"""Reads about courses and topics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import fields

import sqlalchemy as sa

from trainingapp.accounts.models import Centre, Organisation
from trainingapp.catalogue.models import Course, CourseKind, CourseStatus, Prerequisite, Topic, course_topic
from trainingapp.catalogue.rules import TEXTS, CourseDetails
from trainingapp.core.db import Row, Rows, db
from trainingapp.core.i18n import LazyText, current_language
from trainingapp.core.text import sort_key

COLUMNS = tuple(item.name for item in fields(CourseDetails) if item.name not in {"topic_ids", "prerequisite_ids"})


def find_course(course_id: int) -> Course | None:
    return db.session.get(Course, course_id)


def find_topic(topic_id: int) -> Topic | None:
    return db.session.get(Topic, topic_id)


def details_of(course: Course) -> CourseDetails:
    """What a coordinator has written about the course, topics and prerequisites included."""
    columns = {name: getattr(course, name) for name in COLUMNS}
    return CourseDetails(
        **columns,
        topic_ids=frozenset(topic.id for topic in course.topics),
        prerequisite_ids=frozenset(required.id for required in course.prerequisites),
    )


def in_reading_order() -> sa.ColumnElement[str]:
    """Courses by title, as a reader of the present language expects."""
    return sa.type_coerce(Course.sort_key_ru if current_language() == "ru" else Course.sort_key_en, sa.String)


def topics_by_ids(topic_ids: Collection[int]) -> Sequence[Topic]:
    return db.session.scalars(sa.select(Topic).where(Topic.id.in_(topic_ids)).order_by(Topic.code)).all()


def courses_by_ids(course_ids: Collection[int]) -> Sequence[Course]:
    return db.session.scalars(sa.select(Course).where(Course.id.in_(course_ids)).order_by(Course.code)).all()


def courses_about(topic_id: int) -> Sequence[Course]:
    """The courses that carry the topic."""
    statement = sa.select(Course).join(course_topic).where(course_topic.c.topic_id == topic_id).order_by(Course.id)
    return db.session.scalars(statement).all()


def prerequisite_graph() -> dict[int, set[int]]:
    """For each course that requires others, which."""
    graph: dict[int, set[int]] = defaultdict(set)
    statement = sa.select(Prerequisite.course_id, Prerequisite.required_course_id)
    for course_id, required_id in db.session.execute(statement):
        graph[course_id].add(required_id)
    return graph


def codes_by_id() -> dict[int, str]:
    return dict(db.session.execute(sa.select(Course.id, Course.code)).all())


def codes_that_require(course_id: int) -> list[str]:
    """The codes of the courses before which this one is required."""
    statement = sa.select(Course.code).join(Prerequisite, Prerequisite.course_id == Course.id)
    return list(db.session.scalars(statement.where(Prerequisite.required_course_id == course_id).order_by(Course.code)))


def prerequisite_choices(course: Course | None) -> Rows:
    """What may be required: courses that people can take, and whatever is required already."""
    statement = sa.select(Course.id, Course.code, Course.title, Course.status)
    wanted = Course.status == CourseStatus.PUBLISHED
    if course is not None:
        required = sa.select(Prerequisite.required_course_id).where(Prerequisite.course_id == course.id)
        statement = statement.where(Course.id != course.id)
        wanted = wanted | Course.id.in_(required)
    return db.session.execute(statement.where(wanted).order_by(in_reading_order())).all()


def topic_rows() -> Rows:
    """Every topic, with how many courses carry it, by its name in the reader's language."""
    uses = sa.select(sa.func.count()).where(course_topic.c.topic_id == Topic.id).scalar_subquery()
    statement = sa.select(Topic.id, Topic.code, Topic.name, uses.label("uses"))
    rows = db.session.execute(statement.order_by(Topic.code)).all()
    return sorted(rows, key=lambda row: sort_key(str(row.name)))


def centre_rows() -> Rows:
    """Every centre's id, code and names."""
    statement = sa.select(Centre.id, Centre.code, Centre.name)
    return db.session.execute(statement.order_by(Centre.id)).all()


def lacks_russian(name: str) -> sa.ColumnElement[bool]:
    """The condition that the text of a course exists in English only."""
    table = Course.__table__.c
    return (sa.func.coalesce(table[f"{name}_en"], "") != "") & (sa.func.coalesce(table[f"{name}_ru"], "") == "")


def untranslated_courses() -> list[tuple[Row, list[LazyText]]]:
    """Courses with a text that exists in English only, and the labels of those texts."""
    lacking = {name: lacks_russian(name) for name in TEXTS}
    statement = sa.select(
        Course.id, Course.code, Course.title_en, Course.status, Course.centre_id, *(lacking[n].label(n) for n in TEXTS)
    )
    rows = db.session.execute(statement.where(sa.or_(*lacking.values())).order_by(Course.status, Course.code)).all()
    return [(row, [label for name, label in TEXTS.items() if row._mapping[name]]) for row in rows]


def untranslated_topics() -> Rows:
    statement = sa.select(Topic.id, Topic.code, Topic.name_en).where(sa.func.coalesce(Topic.name_ru, "") == "")
    return db.session.execute(statement.order_by(Topic.code)).all()


def untranslated_organisations() -> Rows:
    statement = sa.select(Organisation.id, Organisation.code, Organisation.name_en)
    return db.session.execute(
        statement.where(sa.func.coalesce(Organisation.name_ru, "") == "").order_by(Organisation.code)
    ).all()


def count_untranslated() -> int:
    """How many courses, topics and organisations lack a text in Russian."""
    return len(untranslated_courses()) + len(untranslated_topics()) + len(untranslated_organisations())


def course_counts() -> dict[CourseKind, int]:
    """How many courses of each kind are published; zero for a kind without any."""
    rows = db.session.execute(
        sa.select(Course.kind, sa.func.count()).where(Course.status == CourseStatus.PUBLISHED).group_by(Course.kind)
    )
    return dict.fromkeys(CourseKind, 0) | dict(rows.all())
