"""What a contact point reads about a call and its candidates: why it is so, and what comes next."""

from __future__ import annotations

from datetime import datetime

from trainingapp.core.db import Row
from trainingapp.core.formats import moment
from trainingapp.core.i18n import _, _n
from trainingapp.core.reasons import marked, told
from trainingapp.enrolment.texts import Reader, sentence
from trainingapp.nomination.models import Invitation, Proposal, Stage


def time_left(until: datetime, now: datetime) -> str:
    """How much time is left, in days, then in hours."""
    minutes = (until - now).total_seconds() / 60
    if minutes <= 0:
        return _("the time is over")
    if minutes < 60:
        return _("less than an hour left")
    if minutes < 48 * 60:
        hours = int(minutes // 60)
        return _n("%(num)s hour left", "%(num)s hours left", hours)
    days = int(minutes // (24 * 60))
    return _n("%(num)s day left", "%(num)s days left", days)


def named_of(live: int, allowed: int) -> str:
    """How many candidates are named of how many."""
    return _n("%(live)s of %(num)s candidate nominated", "%(live)s of %(num)s candidates nominated", allowed, live=live)


def given(placed: int, offered: int, waiting: int) -> str:
    """What became of an administration's candidates, in numbers."""
    return _(
        "Confirmed: %(placed)s; offers without an answer: %(offered)s; on the reserve list: %(waiting)s",
        placed=placed,
        offered=offered,
        waiting=waiting,
    )


def standing(invitation: Invitation, stage: Stage, live: int) -> str:
    """Where the call stands for the administration, and what comes next."""
    call, zone = invitation.call, invitation.call.course_session.time_zone
    match stage:
        case Stage.OPEN if invitation.declined_at is not None:
            return _(
                "The administration answered that it nominates nobody this time. "
                "If it nominates a candidate before the deadline, this answer no longer counts."
            )
        case Stage.OPEN:
            return while_open(live, invitation.nominate)
        case Stage.CLOSED:
            return _(
                "The nomination deadline has passed. The coordinator now compares the candidates of all "
                "administrations; the proposed selection is shown here for comment before it becomes final."
            )
        case Stage.PROPOSED if call.comments_until is not None:
            return _(
                "The selection is proposed and not final yet. Comments are welcome until %(until)s; "
                "then the coordinator makes it final and everybody is told by letter.",
                until=moment(call.comments_until, zone),
            )
        case Stage.FINAL:
            return _(
                "The selection is final and everybody has been told by letter. Those selected confirm their "
                "places; below is the status of each of them."
            )
        case Stage.CANCELLED:
            return _("The session has been cancelled, and the call with it.")
    return ""


def while_open(live: int, allowed: int) -> str:
    left = max(0, allowed - live)
    if live == 0:
        return _n(
            "Nobody is nominated yet. Up to %(num)s candidate may be nominated.",
            "Nobody is nominated yet. Up to %(num)s candidates may be nominated.",
            left,
        )
    if left == 0:
        return _(
            "All candidates that may be nominated are nominated. Until the deadline everything can still be changed."
        )
    return _n(
        "%(num)s more candidate may be nominated. Until the deadline everything can still be changed.",
        "%(num)s more candidates may be nominated. Until the deadline everything can still be changed.",
        left,
    )


def proposal(row: Row) -> str:
    """What the office proposes for a candidate."""
    match row.proposal:
        case Proposal.SELECT:
            return _("Proposed for a place.")
        case Proposal.RESERVE:
            return _("Proposed for the reserve list, number %(number)s.", number=row.reserve_rank)
        case Proposal.DECLINE:
            return marked(_("Proposed to be declined: %(reason)s"), {"reason": told(row.proposal_reason) or "–"})
    return _("Not decided yet.")


def place_of(row: Row) -> str:
    """How a candidate stands once the places have been given, for whoever represents the administration."""
    return sentence(row, Reader.CONTACT_POINT)
