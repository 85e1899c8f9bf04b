"""Rooms of a centre: added, changed, taken out of use and back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from trainingapp.core.bus import publish
from trainingapp.core.db import Row, db, locked, transaction
from trainingapp.core.errors import DomainError
from trainingapp.core.events import changes
from trainingapp.core.i18n import LazyText, _l
from trainingapp.scheduling import queries
from trainingapp.scheduling.events import RoomAdded, RoomChanged
from trainingapp.scheduling.models import Room
from trainingapp.scheduling.rules.refusals import Problem, refuse_if


@dataclass(frozen=True, kw_only=True)
class RoomPlan:
    """A room as somebody wants it; ``capacity`` is how many people it holds."""

    name_en: str
    capacity: int
    name_ru: str | None = None


def add_room(centre_id: int, plan: RoomPlan) -> Room:
    """Add a room to the centre."""
    with transaction():
        check_capacity(plan)
        room = Room(centre_id=centre_id, **asdict(plan))
        db.session.add(room)
        db.session.flush()
        publish(RoomAdded(centre_id=centre_id, room_id=room.id))
    return room


def change_room(room_id: int, plan: RoomPlan, *, now: datetime) -> Room:
    """Change the room. Raises DomainError when a session that meets there later would no longer fit."""
    with transaction():
        room = locked(Room, room_id)
        check_capacity(plan)
        refuse_if(
            Problem(too_many(row), "capacity")
            for row in queries.sessions_ahead_in(room_id, now)
            if row.capacity_in_person > plan.capacity
        )
        before = values_of(room)
        room.name_en, room.name_ru, room.capacity = plan.name_en, plan.name_ru, plan.capacity
        tell(room, before)
    return room


def close_room(room_id: int, *, now: datetime) -> Room:
    """Take the room out of use. Raises DomainError, naming the sessions, while meetings are planned there."""
    with transaction():
        room = locked(Room, room_id)
        refuse_if(Problem(still_there(row)) for row in queries.sessions_ahead_in(room_id, now))
        before = values_of(room)
        room.closed_at = room.closed_at or now
        tell(room, before)
    return room


def reopen_room(room_id: int) -> Room:
    """Take the room into use again."""
    with transaction():
        room = locked(Room, room_id)
        before = values_of(room)
        room.closed_at = None
        tell(room, before)
    return room


def check_capacity(plan: RoomPlan) -> None:
    if plan.capacity < 1:
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


def tell(room: Room, before: dict[str, object]) -> None:
    old, new = changes(before, values_of(room))
    if new:
        publish(RoomChanged(centre_id=room.centre_id, room_id=room.id, old=old, new=new))


def values_of(room: Room) -> dict[str, object]:
    closed_at = room.closed_at.isoformat() if room.closed_at else None
    return {"name_en": room.name_en, "name_ru": room.name_ru, "capacity": room.capacity, "closed_at": closed_at}
