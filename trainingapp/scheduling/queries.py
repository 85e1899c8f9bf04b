"""Reads about sessions, meetings, rooms and trainers. Lists are Core rows, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from trainingapp.accounts.models import Centre, Person, RoleGrant, binds_to_centres
from trainingapp.catalogue.models import Course, CourseKind
from trainingapp.core.db import NamedColumns, Rows, Select, db
from trainingapp.core.permissions import Role
from trainingapp.scheduling.models import CourseSession, Meeting, Room, SessionStatus, SessionTrainer
from trainingapp.scheduling.rules.clashes import Booking, Slot
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


def find_meeting(meeting_id: int) -> Meeting | None:
    return db.session.get(Meeting, meeting_id)


def find_room(room_id: int) -> Room | None:
    return db.session.get(Room, room_id)


# --- lists of sessions


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


# --- meetings


@cache
def meeting_rows() -> Select:
    """What a line in a list shows of each meeting."""
    statement = sa.select(
        Meeting.id,
        Meeting.course_session_id,
        Meeting.starts_at,
        Meeting.ends_at,
        Meeting.mode,
        Meeting.title,
        Room.name.label("room"),
        Room.capacity.label("room_capacity"),
    )
    return statement.outerjoin(Room, Room.id == Meeting.room_id).order_by(Meeting.starts_at, Meeting.id)


def last_meeting_ends() -> sa.ScalarSelect[datetime]:
    """For a query over CourseSession: when its last meeting ends; NULL without meetings."""
    return (
        sa.select(sa.func.max(Meeting.ends_at))
        .where(Meeting.course_session_id == CourseSession.id)
        .correlate(CourseSession)
        .scalar_subquery()
    )


def meetings_of(session_id: int) -> Rows:
    """The session's meetings in their order."""
    return db.session.execute(meeting_rows().where(Meeting.course_session_id == session_id)).all()


def planned_meetings(course_session_id: int) -> list[Meeting]:
    """The meetings with their rooms, in the order of time."""
    statement = sa.select(Meeting).where(Meeting.course_session_id == course_session_id).order_by(Meeting.starts_at)
    return list(db.session.scalars(statement.options(joinedload(Meeting.room))))


def bookings(
    session_id: int,
    *,
    room_ids: Iterable[int],
    trainer_ids: Iterable[int],
    start: datetime,
    end: datetime,
    leaving_out: int | None = None,
) -> list[Booking]:
    """The meetings in that time of the session itself, in these rooms, or led by these people."""
    people = list(trainer_ids)
    led = sa.select(SessionTrainer.course_session_id).where(SessionTrainer.person_id.in_(people))
    statement = (
        sa.select(Meeting, CourseSession.code, CourseSession.time_zone, Course.title)
        .join(CourseSession, CourseSession.id == Meeting.course_session_id)
        .join(Course, Course.id == CourseSession.course_id)
        .where(Meeting.starts_at < end, Meeting.ends_at > start, CourseSession.status != SessionStatus.CANCELLED)
        .where(
            sa.or_(
                Meeting.course_session_id == session_id,
                Meeting.room_id.in_(list(room_ids)),
                Meeting.course_session_id.in_(led),
            )
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    if leaving_out is not None:
        statement = statement.where(Meeting.id != leaving_out)
    rows = db.session.execute(statement).all()
    leading = trainers_by_session({meeting.course_session_id for meeting, *_rest in rows}, people)
    return [
        Booking(
            slot=Slot(starts_at=meeting.starts_at, ends_at=meeting.ends_at),
            session_id=meeting.course_session_id,
            time_zone=zone,
            code=code,
            title=title,
            room_id=meeting.room_id,
            trainers=leading.get(meeting.course_session_id, {}),
        )
        for meeting, code, zone, title in rows
    ]


def trainers_by_session(session_ids: Iterable[int], people: Iterable[int]) -> dict[int, dict[int, str]]:
    """For each of the sessions, which of these people lead it, with their names."""
    found: dict[int, dict[int, str]] = {}
    statement = (
        sa.select(SessionTrainer.course_session_id, Person)
        .join(Person, Person.id == SessionTrainer.person_id)
        .where(SessionTrainer.course_session_id.in_(list(session_ids)), Person.id.in_(list(people)))
    )
    for session_id, person in db.session.execute(statement):
        found.setdefault(session_id, {})[person.id] = person.name.full
    return found


# --- trainers, centres, rooms


@binds_to_centres
def leads_a_session(centres: Collection[int]) -> sa.ColumnElement[bool]:
    """Leads a session of one of the centres."""
    of_centre = sa.and_(CourseSession.id == SessionTrainer.course_session_id, CourseSession.centre_id.in_(centres))
    return sa.exists().where(SessionTrainer.person_id == Person.id, of_centre)


def trainers_of(course_session_id: int) -> list[Person]:
    """Those who lead the session."""
    return list(db.session.scalars(sa.select(Person).where(leads(course_session_id)).order_by(Person.id)))


def leads(course_session_id: int) -> sa.ColumnElement[bool]:
    """The condition that a person leads the session."""
    led = sa.select(SessionTrainer.person_id).where(SessionTrainer.course_session_id == course_session_id)
    return Person.id.in_(led)


def trainer_candidates(session_id: int) -> Rows:
    """Everybody with the trainer's role who does not lead the session yet: id, family name, given name."""
    leading = sa.select(SessionTrainer.person_id).where(SessionTrainer.course_session_id == session_id)
    trainers = sa.select(RoleGrant.person_id).where(RoleGrant.role == Role.TRAINER)
    statement = (
        sa.select(Person.id, Person.name)
        .where(Person.deactivated_at.is_(None), Person.id.in_(trainers), Person.id.not_in(leading))
        .order_by(Person.sort_key, Person.id)
    )
    return db.session.execute(statement).all()


def centre_rows() -> Rows:
    """The centres with the number of rooms in use and of sessions ahead."""
    rooms = sa.select(sa.func.count()).where(Room.centre_id == Centre.id, Room.closed_at.is_(None)).scalar_subquery()
    ahead = (
        sa.select(sa.func.count())
        .where(CourseSession.centre_id == Centre.id, CourseSession.status.in_(UPCOMING))
        .scalar_subquery()
    )
    statement = sa.select(
        Centre.id,
        Centre.code,
        Centre.name,
        Centre.city,
        Centre.time_zone,
        rooms.label("rooms"),
        ahead.label("ahead"),
    )
    return db.session.execute(statement.order_by(Centre.id)).all()


def centre_choices() -> Rows:
    """The centres to choose from: id, name, city and time zone."""
    return db.session.execute(
        sa.select(Centre.id, Centre.name, Centre.city, Centre.time_zone).order_by(Centre.id)
    ).all()


def rooms_of(centre_id: int, *, also_closed: bool = False) -> Rows:
    """The centre's rooms: id, name, capacity, closed_at; those in use only, unless asked otherwise."""
    statement = sa.select(Room.id, Room.name, Room.capacity, Room.closed_at).where(Room.centre_id == centre_id)
    if not also_closed:
        statement = statement.where(Room.closed_at.is_(None))
    return db.session.execute(statement.order_by(Room.closed_at.is_not(None), Room.name_en, Room.id)).all()


def sessions_ahead_in(room_id: int, now: datetime) -> Rows:
    """The sessions that still meet in the room: id, code, title and places in person."""
    statement = (
        sa.select(CourseSession.id, CourseSession.code, Course.title, CourseSession.capacity_in_person)
        .join(Course, Course.id == CourseSession.course_id)
        .where(
            CourseSession.status.not_in([SessionStatus.CANCELLED, SessionStatus.FINISHED]),
            CourseSession.id.in_(
                sa.select(Meeting.course_session_id).where(Meeting.room_id == room_id, Meeting.ends_at > now)
            ),
        )
        .order_by(CourseSession.starts_on, CourseSession.code)
    )
    return db.session.execute(statement).all()
