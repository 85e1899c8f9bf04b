"""What happens to places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trainingapp.events.base import Event, Values


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


@dataclass(frozen=True, kw_only=True)
class PlaceNominated(PlaceEvent):
    """An administration, or the office on its behalf, named the person for the session."""


@dataclass(frozen=True, kw_only=True)
class PlaceReserved(PlaceEvent):
    """The person is on the ranked reserve list; ``position`` among those who wait for the same kind of seat."""

    position: int


@dataclass(frozen=True, kw_only=True)
class PlaceOffered(PlaceEvent):
    """The person is offered a seat until that moment: by the selection, from the reserve list, or as a replacement."""

    until_at: datetime
    from_reserve: bool
    replaced_id: int | None


@dataclass(frozen=True, kw_only=True)
class OfferConfirmed(PlaceEvent):
    """The person, or the office in his or her name, accepted the offer."""

    mode: str
    by_office: bool


@dataclass(frozen=True, kw_only=True)
class PlaceModeChanged(PlaceEvent):
    """The person takes part in another way than before."""

    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class OfferTurnedDown(PlaceEvent):
    reason: str


@dataclass(frozen=True, kw_only=True)
class OfferLapsed(PlaceEvent):
    """Nobody answered the offer until its deadline."""


@dataclass(frozen=True, kw_only=True)
class OfferShortened(PlaceEvent):
    """The session begins earlier, so the offer can be answered until then only."""

    until_at: datetime


@dataclass(frozen=True, kw_only=True)
class SeatHeld(PlaceEvent):
    """The seat that the person left is held for a replacement from the same administration until that moment."""

    until_at: datetime


@dataclass(frozen=True, kw_only=True)
class SeatReleased(PlaceEvent):
    """The seat that the person left is no longer held: it goes to the reserve list."""


@dataclass(frozen=True, kw_only=True)
class PlaceReplaced(PlaceEvent):
    """A colleague takes over the seat of the person."""

    replacement_place_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class SelectionApplied(Event):
    """The places of a session by nomination were given: how many were offered, put on the reserve and declined."""

    course_session_id: int
    offered: int
    reserved: int
    declined: int


@dataclass(frozen=True, kw_only=True)
class TermsSet(Event):
    """On what terms the places of a session by nomination move."""

    course_session_id: int
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class QuotaSet(Event):
    """How many seats of a session an administration may have; None where it had or has no quota."""

    course_session_id: int
    organisation_id: int
    old: Values
    new: Values
