"""The verbs of places. All go through one lock (the session's row), one state machine and one history.

Named here so that a verb is read with its feature (``enrolment.withdraw``), beside views and variables that have the
plain name. What the verbs share, the ledger above all, is not.
"""

from __future__ import annotations

from trainingapp.enrolment.services.joining import (
    accept,
    cancel_places,
    decline,
    enrol,
    lapse_waiting,
    place_person,
    withdraw,
)
from trainingapp.enrolment.services.moving import end_overdue, fill_free_seats, offer_by_hand, shorten_offers, sweep
from trainingapp.enrolment.services.nominated import (
    confirm,
    correct_nominated,
    give_places,
    nominate,
    nominate_all,
    release_seat,
    replace,
    turn_down,
)
from trainingapp.enrolment.services.terms import set_quotas, set_terms

__all__ = [
    "accept",
    "cancel_places",
    "confirm",
    "correct_nominated",
    "decline",
    "end_overdue",
    "enrol",
    "fill_free_seats",
    "give_places",
    "lapse_waiting",
    "nominate",
    "nominate_all",
    "offer_by_hand",
    "place_person",
    "release_seat",
    "replace",
    "set_quotas",
    "set_terms",
    "shorten_offers",
    "sweep",
    "turn_down",
    "withdraw",
]
