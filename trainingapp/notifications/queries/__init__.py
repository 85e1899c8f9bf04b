"""Reads: whom to tell, what to tell them of a call, and the letters there are."""

from __future__ import annotations

from trainingapp.notifications.queries.calls import (
    already_told,
    candidates_by_invitation,
    invitations_of,
    invitations_to_remind,
    offers_to_remind,
    step_of,
    unanswered_by,
)
from trainingapp.notifications.queries.letters import (
    IN_STATE,
    centres_kept_by,
    count_again,
    counts,
    due,
    failures,
    find_attached,
    find_letter,
    given_up,
    has_letters,
    has_use,
    letters,
    letters_of,
)
from trainingapp.notifications.queries.people import (
    contact_points_of,
    meetings_of,
    modes_on,
    offers_of,
    people_on,
    seated_and_trainers,
    trainers_of,
    waiting_number,
)

__all__ = [
    "IN_STATE",
    "already_told",
    "candidates_by_invitation",
    "centres_kept_by",
    "contact_points_of",
    "count_again",
    "counts",
    "due",
    "failures",
    "find_attached",
    "find_letter",
    "given_up",
    "has_letters",
    "has_use",
    "invitations_of",
    "invitations_to_remind",
    "letters",
    "letters_of",
    "meetings_of",
    "modes_on",
    "offers_of",
    "offers_to_remind",
    "people_on",
    "seated_and_trainers",
    "step_of",
    "trainers_of",
    "unanswered_by",
    "waiting_number",
]
