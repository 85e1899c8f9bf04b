"""How far a call has come, and what can be done at which stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.core.office import office_contact
from trainingapp.nomination.models import Stage
from trainingapp.scheduling.models import SessionStatus


@dataclass(frozen=True, kw_only=True)
class CallMoments:
    """What the stage of a call follows from."""

    session_status: SessionStatus
    opened_at: datetime | None
    closes_at: datetime
    proposed_at: datetime | None
    final_at: datetime | None


class WrongStage(DomainError):
    """The call has not come so far yet, or is past it."""


def stage_of(call: CallMoments, now: datetime) -> Stage:
    """The stage at that moment. A final selection stays final when its session is held and over."""
    if call.session_status is SessionStatus.CANCELLED:
        return Stage.CANCELLED
    if call.final_at is not None:
        return Stage.FINAL
    if call.opened_at is None:
        return Stage.DRAFT
    if call.proposed_at is not None:
        return Stage.PROPOSED
    return Stage.OPEN if now < call.closes_at else Stage.CLOSED


def check_stage(stage: Stage, *allowed: Stage) -> None:
    """Raise WrongStage, with the sentence that says where the call stands, unless the stage is one of these."""
    if stage not in allowed:
        raise WrongStage(STANDS[stage])


STANDS = {
    Stage.DRAFT: _l("The call has not been opened yet."),
    Stage.OPEN: _l("The call is still open for nominations. The selection begins after the deadline."),
    Stage.CLOSED: _l(
        "The nomination deadline has passed. "
        "A coordinator can make an exception: please write to the office%(contact)s.",
        contact=office_contact,
    ),
    Stage.PROPOSED: _l("The selection has already been proposed to the administrations."),
    Stage.FINAL: _l("The selection is final."),
    Stage.CANCELLED: _l("The session has been cancelled."),
}
