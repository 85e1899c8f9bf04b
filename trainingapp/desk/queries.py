"""Reads of the catalogue together with what only features above it know: sessions, places, records."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from functools import lru_cache

import sqlalchemy as sa

from trainingapp.accounts.models import Centre
from trainingapp.catalogue.models import Course, CourseStatus, Topic, course_topic
from trainingapp.core.db import NamedColumns, Row, Rows, Select, db
from trainingapp.core.i18n import current_language, speaks
from trainingapp.core.text import like_pattern
from trainingapp.core.web import Page
from trainingapp.desk.rules import Filters, Shown, next_month
from trainingapp.enrolment.models import LIVE, Place, Terms
from trainingapp.records.models import Completion
from trainingapp.scheduling.models import CourseSession, SessionStatus
from trainingapp.scheduling.queries.sessions import meets_at

Conditions = list[sa.ColumnElement[bool]]

TAKING_PART = (SessionStatus.OPEN, SessionStatus.CONFIRMED)
COURSE, SESSION, CENTRE = Course.__table__.c, CourseSession.__table__.c, Centre.__table__.c
FOLLOWING = CourseSession.__table__.alias("following")
CAPACITY = SESSION.capacity_in_person + SESSION.capacity_online
TAKEN = SESSION.taken_in_person + SESSION.taken_online


def upcoming(today: date) -> sa.ColumnElement[bool]:
    """The condition that a session is announced and has not begun."""
    return SESSION.status.in_(TAKING_PART) & (SESSION.starts_on >= today)


def wanted_sessions(filters: Filters, now: datetime) -> Conditions:
    """What an upcoming session must be to count as the next one."""
    conditions = [upcoming(now.date())]
    if filters.language:
        conditions.append(speaks(SESSION.languages, filters.language))
    if filters.centre:
        conditions.append(SESSION.centre_id.in_(sa.select(CENTRE.id).where(CENTRE.code == filters.centre)))
    if filters.month:
        conditions += [SESSION.starts_on < next_month(filters.month), SESSION.ends_on >= filters.month]
    if filters.free:
        conditions += [TAKEN < CAPACITY, SESSION.enrolment_closes_at > now]
    return conditions


def wanted_courses(filters: Filters, sessions: Conditions) -> Conditions:
    """What a course must be to stand in the list."""
    conditions: Conditions = []
    has_session = COURSE.id.in_(sa.select(SESSION.course_id).where(*sessions))
    if filters.status is not Shown.ALL:
        conditions.append(COURSE.status == CourseStatus(filters.status or Shown.PUBLISHED))
    if filters.kind:
        conditions.append(COURSE.kind == filters.kind)
    if filters.language:
        conditions.append(speaks(COURSE.languages, filters.language))
    if filters.topic:
        carries = sa.select(course_topic.c.course_id).join(Topic).where(Topic.code == filters.topic)
        conditions.append(COURSE.id.in_(carries))
    if filters.ask_for_dates:
        conditions.append(has_session)
    elif filters.centre:
        own_centre = sa.select(CENTRE.id).where(CENTRE.code == filters.centre)
        conditions.append(COURSE.centre_id.in_(own_centre) | has_session)
    conditions += [COURSE.search_key.like(like_pattern(word), escape="\\") for word in filters.words]
    return conditions


def in_reader_language(table: NamedColumns, name: str, language: str) -> list[sa.SQLColumnExpression[object]]:
    """The text as the reader gets it, and whether that is the other language."""
    own, other = table[f"{name}_{language}"], table[f"{name}_{'en' if language == 'ru' else 'ru'}"]
    return [sa.func.coalesce(own, other).label(name), own.is_(None).label(f"{name}_is_foreign")]


def catalogue_page(filters: Filters, now: datetime, page: int, size: int) -> Page:
    """That page of the courses that match, by title, each with its next session that matches: one query."""
    minute = now.replace(second=0, microsecond=0)
    rows = list(db.session.execute(catalogue_statement(filters, minute, page, size, current_language())).all())
    if not rows and page > 1:
        return catalogue_page(filters, now, 1, size)
    total = rows[0].total if rows else 0
    return Page(rows, page, max(1, math.ceil(total / size)), total)


@lru_cache(maxsize=500)
def catalogue_statement(filters: Filters, now: datetime, page: int, size: int, language: str) -> Select:
    """Kept, since to write the statement takes longer than to execute it.

    Only the courses of the page are joined with sessions: the length of the catalogue costs next to nothing.
    """
    sessions = wanted_sessions(filters, now)
    shown = shown_courses(wanted_courses(filters, sessions), language).limit(size).offset((page - 1) * size)
    return with_next_session(shown.subquery("shown"), sessions, language)


def shown_courses(conditions: Conditions, language: str) -> Select:
    place = COURSE[f"sort_key_{language}"].label("place")
    total = sa.func.count().over().label("total")
    return sa.select(COURSE.id, place, total).where(*conditions).order_by(place, COURSE.id)


def with_next_session(shown: sa.Subquery, sessions: Conditions, language: str) -> Select:
    of_course = sa.select(SESSION.id).where(SESSION.course_id == shown.c.id, *sessions)
    next_id = of_course.order_by(SESSION.starts_on, SESSION.id).limit(1).scalar_subquery()
    columns = (
        COURSE.id,
        COURSE.code,
        COURSE.kind,
        COURSE.status,
        COURSE.level,
        COURSE.duration_minutes,
        COURSE.languages,
        *in_reader_language(COURSE, "title", language),
        *in_reader_language(COURSE, "summary", language),
        shown.c.total,
        FOLLOWING.c.starts_on,
        FOLLOWING.c.ends_on,
        (FOLLOWING.c.capacity_in_person + FOLLOWING.c.capacity_online).label("capacity"),
        (FOLLOWING.c.taken_in_person + FOLLOWING.c.taken_online).label("taken"),
        *in_reader_language(CENTRE, "city", language),
    )
    joined = sa.join(shown, Course.__table__, COURSE.id == shown.c.id)
    joined = joined.outerjoin(FOLLOWING, FOLLOWING.c.id == next_id)
    joined = joined.outerjoin(Centre.__table__, meets_at(FOLLOWING.c))
    return sa.select(*columns).select_from(joined).order_by(shown.c.place, shown.c.id)


CARRIED = sa.select(course_topic.c.topic_id).join(Course).where(Course.status == CourseStatus.PUBLISHED)
TOPICS = sa.select(sa.literal("topic").label("filter"), Topic.code, Topic.name_en, Topic.name_ru)
CENTRES = sa.select(sa.literal("centre").label("filter"), Centre.code, Centre.name_en, Centre.name_ru)
CHOICES = sa.union_all(TOPICS.where(Topic.id.in_(CARRIED)), CENTRES)


def choices() -> Rows:
    """The centres, and the topics that a published course carries: no choice leads nowhere."""
    return db.session.execute(CHOICES).all()


def sessions_of(course_id: int, today: date, *, with_drafts: bool) -> Rows:
    """The sessions of a course that have not ended, the next first; drafts only for those who schedule."""
    shown = {*TAKING_PART, SessionStatus.RUNNING, *([SessionStatus.DRAFT] if with_drafts else [])}
    statement = (
        sa.select(
            CourseSession.id,
            CourseSession.code,
            CourseSession.status,
            CourseSession.starts_on,
            CourseSession.ends_on,
            CourseSession.time_zone,
            CourseSession.enrolment_closes_at,
            CourseSession.languages,
            CAPACITY.label("capacity"),
            TAKEN.label("taken"),
            CourseSession.capacity_in_person,
            CourseSession.capacity_online,
            Terms.id.is_not(None).label("by_nomination"),
            Centre.name,
            Centre.city,
        )
        .outerjoin(Centre, meets_at())
        .outerjoin(Terms, Terms.course_session_id == CourseSession.id)
        .where(CourseSession.course_id == course_id, CourseSession.status.in_(shown), CourseSession.ends_on >= today)
    )
    return db.session.execute(statement.order_by(CourseSession.starts_on, CourseSession.id)).all()


def own_places(person_id: int, course_id: int) -> dict[int, Row]:
    """The person's live places on sessions of the course: session → its state."""
    statement = (
        sa.select(Place.course_session_id, Place.status, Place.way)
        .join(CourseSession, CourseSession.id == Place.course_session_id)
        .where(Place.person_id == person_id, CourseSession.course_id == course_id, Place.status.in_(LIVE))
    )
    return {row.course_session_id: row for row in db.session.execute(statement)}


def completions_of(person_id: int, course_ids: Collection[int]) -> dict[int, list[date | None]]:
    """The last days of the person's completions of these courses (None: without end); withdrawn ones do not count."""
    statement = sa.select(Completion.course_id, Completion.valid_until).where(
        Completion.person_id == person_id, Completion.course_id.in_(course_ids), Completion.withdrawn_at.is_(None)
    )
    ends: dict[int, list[date | None]] = defaultdict(list)
    for course_id, valid_until in db.session.execute(statement):
        ends[course_id].append(valid_until)
    return ends
