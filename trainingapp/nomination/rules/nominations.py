"""Who may name candidates and until when, how many, and in what order they stand."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import LazyText, _l, _ln
from trainingapp.core.text import tidy
from trainingapp.nomination.models import Stage
from trainingapp.nomination.rules.stages import STANDS, WrongStage, check_stage

OVER = frozenset({Stage.CLOSED, Stage.PROPOSED, Stage.FINAL})
RANKS_STAND = _l("The selection has been proposed: the order of the candidates cannot change any more.")
CHANGED_MEANWHILE = _l("The list of candidates has changed meanwhile. Please look at it again.")


def is_late(stage: Stage) -> bool:
    """Whether the deadline has passed, so that naming somebody is an exception with a reason."""
    return stage in OVER


def may_change(stage: Stage, *, by_office: bool) -> bool:
    """Whether candidates can be named, corrected, withdrawn, and the letter attached: after the deadline the office."""
    return stage is Stage.OPEN or (by_office and stage in OVER)


def may_rank(stage: Stage, *, by_office: bool) -> bool:
    """Whether the candidates can be put into another order: until the selection is proposed."""
    return stage is Stage.OPEN or (by_office and stage is Stage.CLOSED)


def check_may_change(stage: Stage, *, by_office: bool) -> None:
    """Raise WrongStage, with the way out, unless :func:`may_change`."""
    if may_change(stage, by_office=by_office):
        return
    if is_late(stage):
        raise WrongStage(STANDS[Stage.CLOSED])
    check_stage(stage, Stage.OPEN)


def check_naming(stage: Stage, late_reason: str | None, *, by_office: bool) -> str | None:
    """The reason for which somebody is named late; None before the deadline.

    Raises WrongStage, or DomainError (field ``late_reason``) when the office gives no reason.
    """
    check_may_change(stage, by_office=by_office)
    if not is_late(stage):
        return None
    reason = tidy(late_reason)
    if not reason:
        raise DomainError(
            _l("The deadline has passed. Please give the reason for the exception: it stays with the nomination."),
            "late_reason",
        )
    return reason


def check_may_rank(stage: Stage, *, by_office: bool) -> None:
    """Raise WrongStage unless :func:`may_rank`."""
    if stage in {Stage.PROPOSED, Stage.FINAL}:
        raise WrongStage(RANKS_STAND)
    check_may_change(stage, by_office=by_office)


def left_to_name(allowed: int, live: int) -> int:
    """How many more candidates may be named."""
    return max(0, allowed - live)


def check_number(allowed: int, live: int, wanted: int) -> None:
    """Raise DomainError (field ``people``), with the way out, when more are chosen than may still be named."""
    if not wanted:
        raise DomainError(_l("Please choose at least one officer."), "people")
    left = left_to_name(allowed, live)
    if wanted > left:
        raise DomainError(too_many(left, wanted), "people")


def too_many(left: int, wanted: int) -> LazyText:
    """What to do when more are chosen than may still be named."""
    if left == 0:
        return _l(
            "All candidates that this administration may nominate have been nominated. "
            "Withdraw one of them, or ask the office for an exception."
        )
    return _ln(
        "%(num)s more candidate may be nominated, and %(wanted)s are chosen. "
        "Choose fewer, withdraw somebody, or ask the office for an exception.",
        "%(num)s more candidates may be nominated, and %(wanted)s are chosen. "
        "Choose fewer, withdraw somebody, or ask the office for an exception.",
        left,
        wanted=wanted,
    )


def check_order(present: Collection[int], wanted: Sequence[int]) -> None:
    """Raise DomainError unless the wanted order names each of the present candidates once."""
    if sorted(present) != sorted(wanted):
        raise DomainError(CHANGED_MEANWHILE)


def check_answer_nobody(live: int) -> None:
    """Raise DomainError when an administration that has named somebody says that it names nobody."""
    if live:
        raise DomainError(
            _ln(
                "%(num)s candidate is nominated. Withdraw the candidate first, then answer that you nominate nobody.",
                "%(num)s candidates are nominated. Withdraw them first, then answer that you nominate nobody.",
                live,
            )
        )


def moved(order: Sequence[int], item: int, to: int) -> list[int]:
    """The order with the item at another place (0 is the first); the others keep theirs."""
    rest = [other for other in order if other != item]
    return [*rest[: max(to, 0)], item, *rest[max(to, 0) :]]
