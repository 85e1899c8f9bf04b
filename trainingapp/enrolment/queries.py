"""Reads about places. Lists are Core rows, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from trainingapp.accounts.models import Organisation, Person
from trainingapp.catalogue.models import Course
from trainingapp.core.db import db
from trainingapp.enrolment.models import LIVE, Place, PlaceHistory, PlaceStatus
from trainingapp.enrolment.rules import Candidate
from trainingapp.records.queries import missing_prerequisites_of
from trainingapp.scheduling.models import CourseSession, Meeting, SessionStatus, SessionTrainer

Rows = Sequence[Any]  # rows of the columns that the query names

HELD = {SessionStatus.OPEN, SessionStatus.CONFIRMED, SessionStatus.RUNNING}


def find_place(place_id: int) -> Place | None:
    return db.session.get(Place, place_id)


def find_live_place(person_id: int, course_session_id: int) -> Place | None:
    """The person's place on the session that has not ended, if there is one."""
    return db.session.scalars(
        sa.select(Place).where(
            Place.person_id == person_id, Place.course_session_id == course_session_id, Place.status.in_(LIVE)
        )
    ).one_or_none()


def waiting_places(course_session_id: int) -> Sequence[Place]:
    """The waiting list, in the order of asking."""
    return db.session.scalars(
        sa.select(Place)
        .where(Place.course_session_id == course_session_id, Place.status == PlaceStatus.WAITING)
        .order_by(Place.queue_no)
    ).all()


def live_places(course_session_id: int) -> Sequence[Place]:
    """Every place of the session that has not ended, in the order of asking."""
    return db.session.scalars(
        sa.select(Place)
        .where(Place.course_session_id == course_session_id, Place.status.in_(LIVE))
        .order_by(Place.queue_no)
    ).all()


def candidates(course_session: CourseSession, person_ids: Iterable[int]) -> dict[int, Candidate]:
    """What speaks for or against these people on the session, in a constant number of queries."""
    ids = list(person_ids)
    people = db.session.execute(
        sa.select(Person.id, Person.deactivated_at, Organisation.kind)
        .join(Person.organisation)
        .where(Person.id.in_(ids))
    ).all()
    leading = set(
        db.session.scalars(
            sa.select(SessionTrainer.person_id).where(SessionTrainer.course_session_id == course_session.id)
        )
    )
    missing = missing_prerequisites_of(course_session.course_id, ids, course_session.starts_on)
    clashes = clashes_of(course_session.id, ids)
    return {
        person.id: Candidate(
            is_active=person.deactivated_at is None,
            leads=person.id in leading,
            of_administration=person.kind == "administration",
            missing=tuple(str(course.title) for course in missing.get(person.id, ())),
            clash=clashes.get(person.id),
        )
        for person in people
    }


def clashes_of(course_session_id: int, person_ids: Sequence[int]) -> dict[int, str]:
    """For each person the code of another session with a seat of theirs that meets at the same time as this one."""
    mine, theirs = aliased(Meeting), aliased(Meeting)
    rows = db.session.execute(
        sa.select(Place.person_id, sa.func.min(CourseSession.code).label("code"))
        .join(CourseSession, CourseSession.id == Place.course_session_id)
        .join(theirs, theirs.course_session_id == CourseSession.id)
        .join(mine, sa.and_(mine.starts_at < theirs.ends_at, theirs.starts_at < mine.ends_at))
        .where(
            mine.course_session_id == course_session_id,
            Place.person_id.in_(person_ids),
            Place.course_session_id != course_session_id,
            Place.status == PlaceStatus.PLACED,
            CourseSession.status.in_(HELD),
        )
        .group_by(Place.person_id)
    )
    return {row.person_id: row.code for row in rows}


def position_of() -> sa.ColumnElement[int]:
    """For a query over Place: how many wait before it for the same kind of seat, and itself; 1 is the first."""
    ahead = aliased(Place)
    return (
        sa.select(sa.func.count())
        .where(
            ahead.course_session_id == Place.course_session_id,
            ahead.status == PlaceStatus.WAITING,
            ahead.mode == Place.mode,
            ahead.queue_no <= Place.queue_no,
        )
        .correlate(Place)
        .scalar_subquery()
        .label("position")
    )


PLACE_COLUMNS = (
    Place.id.label("place_id"),
    Place.person_id,
    Place.course_session_id,
    Place.status,
    Place.mode,
    Place.way,
    Place.reason,
    Place.passed_over,
    Place.asked_at,
    Place.changed_at,
)


def places_of(person_id: int) -> Rows:
    """A person's places with what is to be told of each, the next to come first."""
    return db.session.execute(
        sa.select(
            *PLACE_COLUMNS,
            position_of(),
            CourseSession.code,
            CourseSession.status.label("session_status"),
            CourseSession.starts_on,
            CourseSession.ends_on,
            CourseSession.time_zone,
            CourseSession.capacity_in_person,
            CourseSession.capacity_online,
            CourseSession.joining_url,
            CourseSession.course_id,
            Course.kind,
            Course.title_en,
            Course.title_ru,
            Course.followed_at_url,
        )
        .join(CourseSession, CourseSession.id == Place.course_session_id)
        .join(Course, Course.id == CourseSession.course_id)
        .where(Place.person_id == person_id)
        .order_by(CourseSession.starts_on.desc(), Place.id.desc())
    ).all()


def roster(course_session_id: int, *statuses: PlaceStatus) -> Rows:
    """The session's places with the people's names, in the order of asking; all states unless some are named."""
    statement = (
        sa.select(
            *PLACE_COLUMNS,
            Place.motivation,
            position_of(),
            Person.given_name,
            Person.family_name,
            Person.patronymic,
            Person.given_name_latin,
            Person.family_name_latin,
            Person.email,
            Person.post,
            Person.language,
            Person.sort_key,
            Organisation.name_en.label("organisation_en"),
            Organisation.name_ru.label("organisation_ru"),
        )
        .join(Person, Person.id == Place.person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(Place.course_session_id == course_session_id)
        .order_by(Place.queue_no)
    )
    return db.session.execute(statement.where(Place.status.in_(statuses)) if statuses else statement).all()


def participants(course_session_id: int) -> list[Any]:
    """Those who have a seat, by name."""
    return sorted(roster(course_session_id, PlaceStatus.PLACED), key=lambda row: row.sort_key)


def history_of(place_id: int) -> Rows:
    """Every step of a place, the first one first."""
    return db.session.execute(
        sa.select(
            PlaceHistory.at,
            PlaceHistory.what,
            PlaceHistory.reason,
            PlaceHistory.obstacle,
            PlaceHistory.new_status,
            Person.given_name,
            Person.family_name,
        )
        .outerjoin(Person, Person.id == PlaceHistory.actor_id)
        .where(PlaceHistory.place_id == place_id)
        .order_by(PlaceHistory.step)
    ).all()


def sessions_to_fill() -> Sequence[int]:
    """Sessions where somebody waits although a seat of that kind is free."""
    free = sa.or_(
        sa.and_(Place.mode == "in_person", CourseSession.taken_in_person < CourseSession.capacity_in_person),
        sa.and_(Place.mode == "online", CourseSession.taken_online < CourseSession.capacity_online),
    )
    return db.session.scalars(
        sa.select(CourseSession.id)
        .join(Place, Place.course_session_id == CourseSession.id)
        .where(Place.status == PlaceStatus.WAITING, free)
        .distinct()
        .order_by(CourseSession.id)
    ).all()
