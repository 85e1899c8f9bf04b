"""Which ways of taking part somebody with an offer can choose from."""

from __future__ import annotations

from trainingapp.enrolment.models import PlaceMode
from trainingapp.enrolment.rules.joining import SessionFacts


def free_seats(session: SessionFacts) -> dict[PlaceMode, int]:
    """How many seats of each kind that the session has are free."""
    return {kind: seats.free for kind, seats in session.seats.items() if seats.capacity > 0}


def ways_open(session: SessionFacts, present: PlaceMode) -> list[PlaceMode]:
    """The ways of taking part whose seats are there: those that the offer itself keeps, and free ones."""
    free = free_seats(session)
    return [
        mode
        for mode in PlaceMode
        if all(kind in free and (kind in present.kinds or free[kind] > 0) for kind in mode.kinds)
    ]


def full_kinds(session: SessionFacts, present: PlaceMode) -> list[PlaceMode]:
    """The kinds of seats that cannot be chosen because all of them are taken."""
    return [kind for kind, free in free_seats(session).items() if free <= 0 and kind not in present.kinds]
