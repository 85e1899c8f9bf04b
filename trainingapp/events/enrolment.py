"""What happens to places."""

from __future__ import annotations

from dataclasses import dataclass

from trainingapp.events.base import Event


@dataclass(frozen=True, kw_only=True)
class PlaceEvent(Event):
    """Something that happened to one person's place."""

    place_id: int
    person_id: int
    course_session_id: int


@dataclass(frozen=True, kw_only=True)
class PlaceRequested(PlaceEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PlaceGiven(PlaceEvent):
    """The person has a seat now; ``from_waiting_list`` when he or she was promoted."""

    from_waiting_list: bool
    by_office: bool


@dataclass(frozen=True, kw_only=True)
class PlaceWaitlisted(PlaceEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PlaceDeclined(PlaceEvent):
    reason: str


@dataclass(frozen=True, kw_only=True)
class PlaceWithdrawn(PlaceEvent):
    reason: str
    by_office: bool


@dataclass(frozen=True, kw_only=True)
class PlaceCancelled(PlaceEvent):
    """The place ended because its session was cancelled."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class PlaceLapsed(PlaceEvent):
    """The session began before a seat became free or a decision was made."""


@dataclass(frozen=True, kw_only=True)
class PlaceLeft(PlaceEvent):
    """The person left after the start: the place is incomplete, never deleted."""

    reason: str
