"""Locks and facts that the services share. Locks are taken in the order session, rooms, people; each by id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trainingapp.accounts.models import Person
from trainingapp.core.db import db, locked
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.scheduling.models import CourseSession, Room
from trainingapp.scheduling.queries.meetings import bookings
from trainingapp.scheduling.rules.clashes import Booking, Frame, RoomFacts, Slot
from trainingapp.scheduling.rules.planning import is_over, over


def locked_session(session_id: int) -> CourseSession:
    """The session, locked. Raises DomainError when it is finished or cancelled, NoResultFound when there is none."""
    course_session = locked(CourseSession, session_id)
    if is_over(course_session.status):
        raise DomainError(over(course_session.status))
    return course_session


def locked_rooms(room_ids: Iterable[int | None]) -> dict[int, RoomFacts]:
    """The rooms, locked in the order of their ids. Raises DomainError (field ``room_id``) for one that is not there."""
    wanted = sorted({room_id for room_id in room_ids if room_id is not None})
    return {room_id: room_facts(locked_room(room_id)) for room_id in wanted}


def locked_room(room_id: int) -> Room:
    if db.session.get(Room, room_id) is None:
        raise DomainError(_l("There is no such room."), "room_id")
    return locked(Room, room_id)


def locked_trainers(course_session: CourseSession) -> dict[int, str]:
    """Those who lead the session, locked in the order of their ids, with their names."""
    return {person_id: locked(Person, person_id).name.full for person_id in sorted(course_session.trainer_ids)}


def room_facts(room: Room) -> RoomFacts:
    return RoomFacts(
        room_id=room.id,
        centre_id=room.centre_id,
        name=room.name,
        capacity=room.capacity,
        is_closed=room.closed_at is not None,
    )


def frame_of(course_session: CourseSession, trainers: dict[int, str]) -> Frame:
    return Frame(
        session_id=course_session.id,
        centre_id=course_session.centre_id,
        time_zone=course_session.time_zone,
        starts_on=course_session.starts_on,
        ends_on=course_session.ends_on,
        capacity_in_person=course_session.capacity_in_person,
        closes_at=course_session.enrolment_closes_at,
        trainers=trainers,
    )


def booked_around(
    slots: Sequence[Slot],
    session_id: int,
    *,
    rooms: Iterable[int],
    trainers: Iterable[int],
    leaving_out: int | None = None,
) -> list[Booking]:
    """The meetings that could clash with something in these slots; what one asks only under the locks."""
    if not slots:
        return []
    return bookings(
        session_id,
        room_ids=rooms,
        trainer_ids=trainers,
        start=min(slot.starts_at for slot in slots),
        end=max(slot.ends_at for slot in slots),
        leaving_out=leaving_out,
    )
