"""What a place can be, how one came to it, and what happens to it in one step."""

from __future__ import annotations

from enum import StrEnum

from trainingapp.core.i18n import LazyText, _l


class PlaceStatus(StrEnum):
    NOMINATED = "nominated"
    REQUESTED = "requested"
    WAITING = "waiting"
    OFFERED = "offered"
    PLACED = "placed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    INCOMPLETE = "incomplete"

    @property
    def label(self) -> LazyText:
        return STATUS_LABELS[self]

    @property
    def is_live(self) -> bool:
        """The person has a seat or may still get one."""
        return self in LIVE

    @property
    def is_nominated(self) -> bool:
        return self is PlaceStatus.NOMINATED

    @property
    def is_requested(self) -> bool:
        return self is PlaceStatus.REQUESTED

    @property
    def is_waiting(self) -> bool:
        return self is PlaceStatus.WAITING

    @property
    def is_offered(self) -> bool:
        return self is PlaceStatus.OFFERED

    @property
    def is_placed(self) -> bool:
        return self is PlaceStatus.PLACED

    @property
    def has_seat(self) -> bool:
        """The seat is kept for the person: taken, or offered."""
        return self in {PlaceStatus.OFFERED, PlaceStatus.PLACED}

    @property
    def has_lapsed(self) -> bool:
        return self is PlaceStatus.LAPSED


SEATED = frozenset({PlaceStatus.OFFERED, PlaceStatus.PLACED})
LIVE = SEATED | {PlaceStatus.NOMINATED, PlaceStatus.REQUESTED, PlaceStatus.WAITING}
HOLDABLE = frozenset({PlaceStatus.WITHDRAWN, PlaceStatus.LAPSED})

STATUS_LABELS = {
    PlaceStatus.NOMINATED: _l("Nominated"),
    PlaceStatus.REQUESTED: _l("Waiting for a decision"),
    PlaceStatus.WAITING: _l("On the waiting list"),
    PlaceStatus.OFFERED: _l("Has an offer"),
    PlaceStatus.PLACED: _l("Has a place"),
    PlaceStatus.DECLINED: _l("Declined"),
    PlaceStatus.WITHDRAWN: _l("Withdrawn"),
    PlaceStatus.CANCELLED: _l("Session cancelled"),
    PlaceStatus.LAPSED: _l("Ended without a place"),
    PlaceStatus.INCOMPLETE: _l("Left before the end"),
}


class PlaceMode(StrEnum):
    """How somebody takes part. Who does both takes a seat of each kind."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    BOTH = "both"

    @property
    def label(self) -> LazyText:
        return MODE_LABELS[self]

    @property
    def kinds(self) -> tuple[PlaceMode, ...]:
        """The kinds of seats that it takes, one of each."""
        return SEAT_KINDS if self is PlaceMode.BOTH else (self,)

    @property
    def is_in_person(self) -> bool:
        """Takes part in the room, if only at some meetings."""
        return self is not PlaceMode.ONLINE

    @property
    def is_online(self) -> bool:
        """Takes part online, if only at some meetings."""
        return self is not PlaceMode.IN_PERSON


SEAT_KINDS = (PlaceMode.IN_PERSON, PlaceMode.ONLINE)

MODE_LABELS = {
    PlaceMode.IN_PERSON: _l("in person"),
    PlaceMode.ONLINE: _l("online"),
    PlaceMode.BOTH: _l("in person and online"),
}


class Way(StrEnum):
    """How the person came to the place."""

    SELF = "self"
    REQUEST = "request"
    OFFICE = "office"
    NOMINATION = "nomination"

    @property
    def is_nomination(self) -> bool:
        return self is Way.NOMINATION


class Obstacle(StrEnum):
    """Why somebody on the waiting list cannot move up just now; the position is kept."""

    SWITCHED_OFF = "switched_off"
    TRAINER = "trainer"
    PREREQUISITES = "prerequisites"
    CLASH = "clash"
    QUOTA = "quota"
    ONE_SEAT = "one_seat"

    @property
    def label(self) -> LazyText:
        return OBSTACLE_LABELS[self]


OBSTACLE_LABELS = {
    Obstacle.SWITCHED_OFF: _l("the account is switched off"),
    Obstacle.TRAINER: _l("a trainer of this session cannot take part in it"),
    Obstacle.PREREQUISITES: _l("something that the course requires is missing or no longer valid"),
    Obstacle.CLASH: _l("there is another place at the same time"),
    Obstacle.QUOTA: _l("all places of the administration’s quota are taken"),
    Obstacle.ONE_SEAT: _l("only one of the two places was free"),
}


class Vacancy(StrEnum):
    """Why a free seat of a session by nomination is offered to nobody."""

    NOT_FINAL = "not_final"
    NOBODY_WAITS = "nobody_waits"
    NOBODY_CAN = "nobody_can"
    CLAIMED = "claimed"
    TOO_CLOSE = "too_close"
    OVER = "over"

    @property
    def label(self) -> LazyText:
        return VACANCY_LABELS[self]

    @property
    def needs_the_office(self) -> bool:
        """Somebody could take it, if the office offers it."""
        return self is Vacancy.TOO_CLOSE


VACANCY_LABELS = {
    Vacancy.NOT_FINAL: _l("The selection is not final yet."),
    Vacancy.NOBODY_WAITS: _l("Nobody is left on the reserve list for it."),
    Vacancy.NOBODY_CAN: _l("Nobody on the reserve list can take it now; each of them is told why."),
    Vacancy.CLAIMED: _l(
        "It is kept for a time for somebody on the reserve list who needs two places: in person and online."
    ),
    Vacancy.TOO_CLOSE: _l("The start is too close for automatic offers: offer the place yourself."),
    Vacancy.OVER: _l("The session has begun, or is not open."),
}


class Step(StrEnum):
    """What happened to a place in one step of its history."""

    NOMINATED = "nominated"
    ASKED = "asked"
    PLACED = "placed"
    WAITLISTED = "waitlisted"
    RESERVED = "reserved"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    MODE_CHANGED = "mode_changed"
    PROMOTED = "promoted"
    PASSED_OVER = "passed_over"
    DECLINED = "declined"
    TURNED_DOWN = "turned_down"
    WITHDRAWN = "withdrawn"
    OFFER_LAPSED = "offer_lapsed"
    HELD = "held"
    REPLACED = "replaced"
    RELEASED = "released"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    LEFT = "left"

    @property
    def label(self) -> LazyText:
        return STEP_LABELS[self]


STEP_LABELS = {
    Step.NOMINATED: _l("was nominated by the administration"),
    Step.ASKED: _l("asked for a place"),
    Step.PLACED: _l("was given a place"),
    Step.WAITLISTED: _l("was put on the waiting list"),
    Step.RESERVED: _l("was put on the reserve list"),
    Step.OFFERED: _l("was offered a place"),
    Step.CONFIRMED: _l("confirmed the place"),
    Step.MODE_CHANGED: _l("takes part in another way"),
    Step.PROMOTED: _l("moved up from the waiting list to a place"),
    Step.PASSED_OVER: _l("was skipped and keeps the position"),
    Step.DECLINED: _l("was declined"),
    Step.TURNED_DOWN: _l("declined the offer"),
    Step.WITHDRAWN: _l("cancelled the place"),
    Step.OFFER_LAPSED: _l("did not answer the offer in time"),
    Step.HELD: _l("left a place that is kept for a replacement from the same administration"),
    Step.REPLACED: _l("was replaced by a colleague"),
    Step.RELEASED: _l("left a place that is no longer kept for a replacement"),
    Step.CANCELLED: _l("the session was cancelled"),
    Step.LAPSED: _l("got no place before the session began"),
    Step.LEFT: _l("left after the start"),
}
