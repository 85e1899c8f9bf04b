"""What a coordinator may enter for a candidate, and when a selection may be changed, shown, commented on and final."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l, _ln
from trainingapp.nomination.models import Proposal, Stage
from trainingapp.nomination.rules.stages import STANDS, WrongStage

LONGEST_REASON = 2000
LONGEST_COMMENT = 4000


@dataclass(frozen=True, kw_only=True)
class ProposalLine:
    """What a coordinator proposes for one candidate.

    ``reason``: told to whoever is declined; for anybody else the office's reason to pass over what lacks.
    Without a ``reserve_rank`` somebody on the reserve list comes to its end.
    """

    proposal: Proposal | None
    reserve_rank: int | None = None
    reason: str | None = None


def in_new_order(present: Mapping[int, int], wanted: Mapping[int, int | None]) -> list[int]:
    """The reserve list after some numbers were entered, by nomination ids.

    ``present``: the numbers until now; ``wanted``: who is on the list now, with the number entered (None: at the end).
    Whoever gets a number comes to stand exactly there; the others keep their order around.
    """

    def key(nomination_id: int) -> tuple[float, int, int]:
        number, old = wanted[nomination_id], present.get(nomination_id)
        if number is None:
            return float("inf"), old or 0, nomination_id
        moved_down = old is not None and number > old
        return number, 1 if number == old else 2 * moved_down, nomination_id

    return sorted(wanted, key=key)


def check_line(line: ProposalLine) -> None:
    """Raise DomainError for a reason that is too long."""
    if line.reason and len(line.reason) > LONGEST_REASON:
        raise DomainError(_l("Please write at most %(number)s characters.", number=LONGEST_REASON), field="reason")


def check_can_propose(stage: Stage) -> None:
    """Raise WrongStage unless the selection can be changed: after the deadline, until it is final."""
    if stage not in {Stage.CLOSED, Stage.PROPOSED}:
        raise WrongStage(STANDS[stage])


def check_shown(stage: Stage) -> None:
    """Raise WrongStage unless the administrations see the selection and may comment on it."""
    if stage is Stage.CLOSED:
        raise WrongStage(_l("The selection has not been shown to the administrations yet."))
    if stage is not Stage.PROPOSED:
        raise WrongStage(STANDS[stage])


def check_comment_period(until: datetime, *, starts_at: datetime, now: datetime) -> None:
    """Raise DomainError (field ``comments_until``) for an end of the comments in the past or after the start."""
    if until <= now:
        raise DomainError(_l("Please choose a time that is still to come."), field="comments_until")
    if until >= starts_at:
        raise DomainError(_l("Comments must end before the session begins."), field="comments_until")


def check_comment(text: str, until: datetime | None, now: datetime) -> None:
    """Raise DomainError (field ``text``) when nothing was written, too much, or too late."""
    if until is not None and now >= until:
        raise DomainError(_l("The time for comments is over. Please write to the office."))
    if not text:
        raise DomainError(_l("Please write your comment."), field="text")
    if len(text) > LONGEST_COMMENT:
        raise DomainError(_l("Please write at most %(number)s characters.", number=LONGEST_COMMENT), field="text")


def check_can_be_final(until: datetime | None, silent: int, now: datetime) -> None:
    """Raise DomainError while somebody may still comment. ``silent``: administrations that have not done so."""
    if until is not None and now < until and silent:
        raise DomainError(
            _ln(
                "%(num)s administration may still comment. Wait until the end of the comments, "
                "or withdraw the proposal and show it again with an earlier end.",
                "%(num)s administrations may still comment. Wait until the end of the comments, "
                "or withdraw the proposal and show it again with an earlier end.",
                silent,
            )
        )


def check_seen(seen: str | None, present: str) -> None:
    """Raise DomainError when the selection is not the one that the page showed."""
    if seen is not None and seen != present:
        raise DomainError(_l("The selection has been changed meanwhile. Look at it once more before you go on."))
