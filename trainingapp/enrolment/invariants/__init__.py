"""What must never be false of places: decision records 3 and 8, as questions to the database."""

from __future__ import annotations

from trainingapp.core.health import Invariant
from trainingapp.enrolment.invariants.common import BY_HAND, CLOCK
from trainingapp.enrolment.invariants.history import (
    broken_steps,
    lost_steps,
    renumbered_lines,
    untold_states,
)
from trainingapp.enrolment.invariants.moving import (
    false_replacements,
    outlived_offers,
    overdue,
    overlooked,
    undecided_after_the_start,
    unexplained_vacancies,
)
from trainingapp.enrolment.invariants.seats import (
    double_places,
    miscounted_quotas,
    miscounted_seats,
    seats_without_quota,
)

INVARIANTS = (
    Invariant(
        name="places.one_live",
        holds="Nobody has two live places in one session.",
        broken="People with two live places in one session",
        hint="Compare their histories, and end the place that was not meant to be there.",
        breaches=double_places,
    ),
    Invariant(
        name="seats",
        holds="The seats taken agree with the places, in every session.",
        broken="The seats taken do not agree with the places",
        hint=BY_HAND,
        breaches=miscounted_seats,
    ),
    Invariant(
        name="quotas",
        holds="The quotas used agree with the places, for every administration.",
        broken="The quotas used do not agree with the places",
        hint=BY_HAND,
        breaches=miscounted_quotas,
    ),
    Invariant(
        name="quotas.missing",
        holds="Every seat given by nomination counts in a quota.",
        broken="Administrations with seats, but without a quota",
        hint="Give the administration a quota on the page of the call.",
        breaches=seats_without_quota,
    ),
    Invariant(
        name="history.complete",
        holds="The history of every place is complete.",
        broken="Steps are missing from the history",
        hint="Rows of place_history were deleted. Restore them from a backup.",
        breaches=lost_steps,
    ),
    Invariant(
        name="history.order",
        holds="Every step of a place follows from the one before.",
        broken="Steps that do not follow from the one before",
        hint="Rows of place_history were altered. Compare them with a backup and the audit log.",
        breaches=broken_steps,
    ),
    Invariant(
        name="history.state",
        holds="Every place is in the state that its history tells.",
        broken="Places in another state than their history tells",
        hint=BY_HAND,
        breaches=untold_states,
    ),
    Invariant(
        name="queue",
        holds="Everybody in line has the number that was given.",
        broken="Numbers in line that were changed afterwards",
        hint="Numbers follow the order of place_history. Compare with a backup, and correct queue_no.",
        breaches=renumbered_lines,
    ),
    Invariant(
        name="vacancies",
        holds="Every free seat given by nomination has its reason.",
        broken="Free seats without a reason, or reasons without a free seat",
        hint="Change the terms on the page of the call and save: the reasons are then found anew.",
        breaches=unexplained_vacancies,
    ),
    Invariant(
        name="queue.overlooked",
        holds="Nobody waits for a seat that is free.",
        broken="People who wait although a seat is free",
        hint=CLOCK,
        breaches=overlooked,
        is_late=True,
    ),
    Invariant(
        name="replacements",
        holds="Every replacement has the seat of a colleague who gave it up.",
        broken="Replacements that do not fit the place they replace",
        hint=BY_HAND,
        breaches=false_replacements,
    ),
    Invariant(
        name="offers.outlived",
        holds="Every offer ends before its session begins.",
        broken="Offers that end after the session begins",
        hint="Move the session again, or ask these people for their answer: they can confirm until the session begins.",
        breaches=outlived_offers,
    ),
    Invariant(
        name="offers.overdue",
        holds="No offer and no reserved seat is past its time.",
        broken="Offers or reserved seats past their time",
        hint=CLOCK,
        breaches=overdue,
        is_late=True,
    ),
    Invariant(
        name="places.undecided",
        holds="Nobody is left undecided in a session that has begun or was cancelled.",
        broken="Places left undecided in a session that has begun or was cancelled",
        hint=BY_HAND,
        breaches=undecided_after_the_start,
    ),
)
