"""Reads about sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from trainingapp.accounts.models import Centre, Person
from trainingapp.catalogue.models import Course, CourseKind
from trainingapp.core.db import NamedColumns, Rows, Select, db
from trainingapp.core.permissions import Role
from trainingapp.scheduling.models import CourseSession, SessionStatus, SessionTrainer
from trainingapp.scheduling.rules.due import AHEAD

UPCOMING = (SessionStatus.OPEN, SessionStatus.CONFIRMED, SessionStatus.RUNNING)

CURRENT = (SessionStatus.DRAFT, *UPCOMING)

BESIDES = (  # what every page of a session shows; of trainers their names, not what else they may do
    joinedload(CourseSession.course),
    joinedload(CourseSession.centre),
    joinedload(CourseSession.trainers).lazyload(Person.grants),
)


def find_session(session_id: int) -> CourseSession | None:
    """The session with its course, its centre and its trainers."""
    return db.session.get(CourseSession, session_id, options=BESIDES)


def get_session(session_id: int) -> CourseSession:
    """The same. Raises NoResultFound when there is none."""
    found = find_session(session_id)
    if found is None:
        raise NoResultFound
    return found


@dataclass(frozen=True, kw_only=True)
class SessionFilter:
    """What a list of sessions is narrowed to. ``sees_all`` for coordinators; else the public and one's own sessions."""

    sees_all: bool = False
    person_id: int | None = None
    mine: bool = False
    statuses: Sequence[SessionStatus] = UPCOMING
    centre_id: int | None = None
    kind: CourseKind | None = None
    month: date | None = None
    ends_from: date | None = None
    latest_first: bool = False


def meets_at(course_session: type[CourseSession] | NamedColumns = CourseSession) -> sa.ColumnElement[bool]:
    """The condition that the centre is where people of the session meet: see ``CourseSession.venue``."""
    return sa.and_(Centre.id == course_session.centre_id, course_session.capacity_in_person > 0)


def session_rows() -> Select:
    """What a line in a list shows of each session: see the macro ``session_line``."""
    statement = sa.select(
        CourseSession.id,
        CourseSession.code,
        CourseSession.course_id,
        Course.title,
        Course.kind,
        CourseSession.status,
        CourseSession.starts_on,
        CourseSession.ends_on,
        CourseSession.time_zone,
        CourseSession.enrolment_closes_at,
        CourseSession.languages,
        CourseSession.centre_id,
        Centre.name.label("centre"),
        Centre.city.label("city"),
        CourseSession.minimum,
        (CourseSession.taken_in_person + CourseSession.taken_online).label("taken"),
        (CourseSession.capacity_in_person + CourseSession.capacity_online).label("capacity"),
    ).join(Course, Course.id == CourseSession.course_id)
    return statement.outerjoin(Centre, meets_at())


def sessions_matching(wanted: SessionFilter) -> Select:
    """The statement for the sessions that match, soonest first unless the latest are wanted first."""
    statement = session_rows().where(CourseSession.status.in_(wanted.statuses))
    if not wanted.sees_all:
        statement = statement.where(sa.or_(CourseSession.status != SessionStatus.DRAFT, led_by(wanted.person_id)))
    if wanted.mine:
        statement = statement.where(led_by(wanted.person_id))
    if wanted.centre_id is not None:
        statement = statement.where(CourseSession.centre_id == wanted.centre_id)
    if wanted.kind is not None:
        statement = statement.where(Course.kind == wanted.kind)
    if wanted.month is not None:
        statement = statement.where(in_month(wanted.month))
    if wanted.ends_from is not None:
        statement = statement.where(CourseSession.ends_on >= wanted.ends_from)
    order = CourseSession.starts_on.desc() if wanted.latest_first else CourseSession.starts_on.asc()
    return statement.order_by(order, CourseSession.code)


def led_by(person_id: int | None) -> sa.ColumnElement[bool]:
    """The condition that the person leads the session; nobody's for a visitor."""
    if person_id is None:
        return sa.false()
    led = sa.select(SessionTrainer.course_session_id).where(SessionTrainer.person_id == person_id)
    return CourseSession.id.in_(led)


def kept_by(person: Person) -> sa.ColumnElement[bool]:
    """The condition that the person is a coordinator of the session: of the whole office, or of its centre."""
    centres = {grant.centre_id for grant in person.grants if grant.role is Role.COORDINATOR}
    return sa.true() if None in centres else CourseSession.centre_id.in_(centres)


def sessions_ahead(within: sa.ColumnElement[bool], now: datetime, limit: int) -> Rows:
    """What is going on and what begins in the next fourteen days, soonest first."""
    return db.session.execute(
        session_rows()
        .where(
            within,
            CourseSession.status.in_(UPCOMING),
            CourseSession.starts_on <= (now + AHEAD).date(),
            CourseSession.ends_on >= now.date(),
        )
        .order_by(CourseSession.starts_on, CourseSession.code)
        .limit(limit)
    ).all()


def in_month(first: date) -> sa.ColumnElement[bool]:
    """The condition that one of the session's days falls into the month that begins on ``first``."""
    following = (first + timedelta(days=32)).replace(day=1)
    return sa.and_(CourseSession.starts_on < following, CourseSession.ends_on >= first)


def upcoming(today: date, limit: int, *, centre_id: int | None = None, course_id: int | None = None) -> Rows:
    """The next sessions that the public may see, soonest first; of one centre or one course when asked."""
    statement = sessions_matching(SessionFilter(ends_from=today, centre_id=centre_id))
    if course_id is not None:
        statement = statement.where(CourseSession.course_id == course_id)
    return db.session.execute(statement.limit(limit)).all()


def codes_like(prefix: str) -> Sequence[str]:
    """The codes of sessions that begin so."""
    return db.session.scalars(
        sa.select(CourseSession.code).where(CourseSession.code.startswith(prefix, autoescape=True))
    ).all()


def suggested_code(course_code: str) -> str:
    """A code that no session has: the course's, and the next running number."""
    prefix = f"{course_code}-"
    endings = [code.removeprefix(prefix) for code in codes_like(prefix)]
    taken = [int(ending) for ending in endings if ending.isascii() and ending.isdecimal() and len(ending) < 6]
    return f"{prefix}{max(taken, default=0) + 1}"


def due_to_start(now: datetime) -> Sequence[int]:
    """Confirmed sessions whose first day may have begun somewhere on Earth."""
    return ids_of(SessionStatus.CONFIRMED, CourseSession.starts_on <= now.date() + timedelta(days=1))


def due_to_finish(now: datetime) -> Sequence[int]:
    """Running sessions whose last day may have come somewhere on Earth."""
    return ids_of(SessionStatus.RUNNING, CourseSession.ends_on <= now.date() + timedelta(days=1))


def ids_of(status: SessionStatus, condition: sa.ColumnElement[bool]) -> Sequence[int]:
    statement = sa.select(CourseSession.id).where(CourseSession.status == status, condition)
    return db.session.scalars(statement.order_by(CourseSession.id)).all()
