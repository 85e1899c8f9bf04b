"""Rooms of a centre: added, changed, taken out of use and back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from trainingapp.core.bus import publish
from trainingapp.core.db import Row, db, locked, transaction
from trainingapp.core.errors import DomainError, Problem, refuse_if
from trainingapp.core.events import Values, set_values
from trainingapp.core.i18n import LazyText, _l
from trainingapp.scheduling.events import RoomAdded, RoomChanged
from trainingapp.scheduling.models import Room
from trainingapp.scheduling.queries.centres import sessions_ahead_in


@dataclass(frozen=True, kw_only=True)
class RoomDetails:
    """A room as somebody wants it; ``capacity`` is how many people it holds."""

    name_en: str
    name_ru: str | None = None
    capacity: int


def add_room(centre_id: int, details: RoomDetails) -> Room:
    """Add a room to the centre."""
    with transaction():
        check_capacity(details)
        room = Room(centre_id=centre_id, **asdict(details))
        db.session.add(room)
        db.session.flush()
        publish(RoomAdded(centre_id=centre_id, room_id=room.id))
    return room


def change_room(room_id: int, details: RoomDetails, *, now: datetime) -> Room:
    """Change the room. Raises DomainError when a session that meets there later would no longer fit."""
    with transaction():
        room = locked(Room, room_id)
        check_capacity(details)
        refuse_if(
            Problem(too_many(row), "capacity")
            for row in sessions_ahead_in(room_id, now)
            if row.capacity_in_person > details.capacity
        )
        write(room, asdict(details))
    return room


def close_room(room_id: int, *, now: datetime) -> Room:
    """Take the room out of use. Raises DomainError, naming the sessions, while meetings are planned there."""
    with transaction():
        room = locked(Room, room_id)
        refuse_if(Problem(still_there(row)) for row in sessions_ahead_in(room_id, now))
        write(room, {"closed_at": room.closed_at or now})
    return room


def reopen_room(room_id: int) -> Room:
    """Take the room into use again."""
    with transaction():
        room = locked(Room, room_id)
        write(room, {"closed_at": None})
    return room


def check_capacity(details: RoomDetails) -> None:
    if details.capacity < 1:
        raise DomainError(_l("A room is for at least one person."), "capacity")


def too_many(row: Row) -> LazyText:
    return _l(
        "%(code)s “%(title)s” meets here with %(capacity)s places in person.",
        code=row.code,
        title=row.title,
        capacity=row.capacity_in_person,
    )


def still_there(row: Row) -> LazyText:
    return _l("%(code)s “%(title)s” still meets here: move its meetings first.", code=row.code, title=row.title)


def write(room: Room, values: Values) -> None:
    """Give the room these values, and say what changed; nothing when nothing did."""
    old, new = set_values(room, values)
    if new:
        publish(RoomChanged(centre_id=room.centre_id, room_id=room.id, old=old, new=new))
