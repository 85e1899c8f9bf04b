"""What happens to places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trainingapp.core.events import Event, Values
from trainingapp.core.i18n import _l

TO_PRINT = "print"


@dataclass(frozen=True, kw_only=True)
class ParticipantsTakenOut(Event):
    """Somebody took a session's list of participants out of the house; of one organisation where that is named.

    ``file_format``: "PDF", "XLSX", or ``TO_PRINT`` for the page that a browser prints.
    """

    sentence = _l("List of participants exported: %(session)s, %(file_format)s.")
    facts = ("organisation_id",)

    course_session_id: int
    file_format: str
    organisation_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class PlaceEvent(Event):
    """Something that happened to one person's place."""

    place_id: int
    person_id: int
    course_session_id: int


@dataclass(frozen=True, kw_only=True)
class PlaceRequested(PlaceEvent):
    sentence = _l("Place asked for: %(person)s, %(session)s.")


@dataclass(frozen=True, kw_only=True)
class PlaceGiven(PlaceEvent):
    """The person has a seat now; ``from_waiting_list`` when he or she was promoted."""

    sentence = _l("Place given: %(person)s, %(session)s.")
    facts = ("from_waiting_list", "by_office")

    from_waiting_list: bool
    by_office: bool


@dataclass(frozen=True, kw_only=True)
class PlaceWaitlisted(PlaceEvent):
    sentence = _l("Put on the waiting list: %(person)s, %(session)s.")


@dataclass(frozen=True, kw_only=True)
class PlaceDeclined(PlaceEvent):
    sentence = _l("Not given a place: %(person)s, %(session)s.")

    reason: str


@dataclass(frozen=True, kw_only=True)
class PlaceWithdrawn(PlaceEvent):
    sentence = _l("Place, request or candidacy withdrawn: %(person)s, %(session)s.")
    facts = ("reason", "by_office")

    reason: str
    by_office: bool


@dataclass(frozen=True, kw_only=True)
class PlaceCancelled(PlaceEvent):
    """The place ended because its session was cancelled."""

    sentence = _l("Ended with the cancelled session: %(person)s, %(session)s.")

    reason: str


@dataclass(frozen=True, kw_only=True)
class PlaceLapsed(PlaceEvent):
    """The session began before a seat became free or a decision was made."""

    sentence = _l("Got no place before the session began: %(person)s, %(session)s.")


@dataclass(frozen=True, kw_only=True)
class PlaceLeft(PlaceEvent):
    """The person left after the start: the place is incomplete, never deleted."""

    sentence = _l("Left after the start: %(person)s, %(session)s.")

    reason: str


@dataclass(frozen=True, kw_only=True)
class PlaceNominated(PlaceEvent):
    """An administration, or the office on its behalf, named the person for the session."""

    sentence = _l("Candidate nominated: %(person)s, %(session)s.")


@dataclass(frozen=True, kw_only=True)
class PlaceReserved(PlaceEvent):
    """The person is on the ranked reserve list; ``position`` among those who wait for the same kind of seat."""

    sentence = _l("Put on the reserve list: %(person)s, %(session)s.")

    position: int


@dataclass(frozen=True, kw_only=True)
class PlaceOffered(PlaceEvent):
    """The person is offered a seat until that moment: by the selection, from the reserve list, or as a replacement."""

    sentence = _l("Place offered: %(person)s, %(session)s, until %(until_at)s.")
    facts = ("from_reserve",)

    until_at: datetime
    from_reserve: bool
    replaced_id: int | None


@dataclass(frozen=True, kw_only=True)
class OfferConfirmed(PlaceEvent):
    """The person, or the office in his or her name, accepted the offer."""

    sentence = _l("Offer confirmed: %(person)s, %(mode)s, %(session)s.")
    facts = ("by_office",)

    mode: str
    by_office: bool


@dataclass(frozen=True, kw_only=True)
class PlaceModeChanged(PlaceEvent):
    """The person takes part in another way than before."""

    sentence = _l("Way of taking part changed: %(person)s, %(session)s.")

    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class OfferTurnedDown(PlaceEvent):
    sentence = _l("Offer declined: %(person)s, %(session)s.")

    reason: str


@dataclass(frozen=True, kw_only=True)
class OfferLapsed(PlaceEvent):
    """Nobody answered the offer until its deadline."""

    sentence = _l("Offer ended without an answer: %(person)s, %(session)s.")


@dataclass(frozen=True, kw_only=True)
class OfferShortened(PlaceEvent):
    """The session begins earlier, so the offer can be answered until then only."""

    sentence = _l(
        "Offer ends earlier, because the session begins earlier: %(person)s, %(session)s, until %(until_at)s."
    )

    until_at: datetime


@dataclass(frozen=True, kw_only=True)
class SeatHeld(PlaceEvent):
    """The seat that the person left is held for a replacement from the same administration until that moment."""

    sentence = _l("Place kept for a replacement: left by %(person)s, %(session)s, until %(until_at)s.")

    until_at: datetime


@dataclass(frozen=True, kw_only=True)
class SeatReleased(PlaceEvent):
    """The seat that the person left is no longer held: it goes to the reserve list."""

    sentence = _l("Place no longer kept for a replacement: left by %(person)s, %(session)s.")


@dataclass(frozen=True, kw_only=True)
class PlaceReplaced(PlaceEvent):
    """A colleague takes over the seat of the person."""

    sentence = _l("Place taken over: from %(person)s by %(replacement_place)s, %(session)s.")

    replacement_place_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class SelectionApplied(Event):
    """The places of a session by nomination were given: how many were offered, put on the reserve and declined."""

    sentence = _l(
        "Selection made final: %(session)s; offered: %(offered)s, on the reserve list: %(reserved)s, "
        "declined: %(declined)s."
    )

    course_session_id: int
    offered: int
    reserved: int
    declined: int


@dataclass(frozen=True, kw_only=True)
class TermsSet(Event):
    """On what terms the places of a session by nomination move."""

    sentence = _l("Terms of places by nomination set: %(session)s.")

    course_session_id: int
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class QuotaSet(Event):
    """How many seats of a session an administration may have; None where it had or has no quota."""

    sentence = _l("Quota set: %(organisation)s, %(session)s.")

    course_session_id: int
    organisation_id: int
    old: Values
    new: Values
