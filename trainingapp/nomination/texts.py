"""What a contact point reads about a call and its candidates: why it is so, and what comes next."""

from __future__ import annotations

from datetime import datetime

from trainingapp.core.db import Row
from trainingapp.core.formats import moment
from trainingapp.core.i18n import _, _n
from trainingapp.core.reasons import marked, told
from trainingapp.enrolment.texts.cards import place_of_officer
from trainingapp.nomination.models import Invitation, Proposal, Stage
from trainingapp.nomination.queries.waiting import NOBODY

place_of = place_of_officer  # how a candidate stands once the places have been given


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


def closing(closes_at: datetime, time_zone: str, now: datetime) -> str:
    """When the selection among the candidates begins."""
    when = moment(closes_at, time_zone)
    if now < closes_at:
        return _("Administrations nominate until %(when)s; the selection comes after that.", when=when)
    return _("Nominations closed on %(when)s; the selection is under way.", when=when)


def call_closing(call: Row) -> str:
    """How many administrations have answered a call that closes soon."""
    return _(
        "Nominations close on %(when)s. Administrations that have answered: %(answered)s of %(invited)s.",
        when=moment(call.closes_at, call.time_zone),
        answered=call.answered,
        invited=call.invited,
    )


def selection_due(call: Row) -> str:
    """What is to be done for the selection, and since when."""
    if call.proposed_at is not None:
        return _(
            "The time for comments on the proposal ended on %(when)s: make the selection final.",
            when=moment(call.comments_until, call.time_zone),
        )
    when = moment(call.closes_at, call.time_zone)
    if not call.candidates:
        return _("Nominations closed on %(when)s, and nobody was nominated: move the deadline or cancel.", when=when)
    return _n(
        "Nominations closed on %(when)s: %(num)s candidate waits for the selection.",
        "Nominations closed on %(when)s: %(num)s candidates wait for the selection.",
        call.candidates,
        when=when,
    )


def offers_lapsing(row: Row) -> str:
    """How many offers nobody has answered, and when the first lapses."""
    return _n(
        "%(num)s offer without an answer; it ends on %(when)s.",
        "%(num)s offers without an answer; the first ends on %(when)s.",
        row.number,
        when=moment(row.first_at, row.time_zone),
    )


def held(row: Row) -> str:
    """How many places wait for a replacement, and until when the first does."""
    return _n(
        "%(num)s place is kept for a replacement until %(when)s.",
        "%(num)s places are kept for replacements; the first until %(when)s.",
        row.number,
        when=moment(row.first_at, row.time_zone),
    )


def vacant(row: Row) -> str:
    """How many places are free, and why nobody gets them."""
    told = []
    if row.vacancy_in_person in NOBODY:
        free = _("Free places in person: %(count)s.", count=row.free_in_person)
        told.append(f"{free} {row.vacancy_in_person.label}")
    if row.vacancy_online in NOBODY:
        free = _("Free places online: %(count)s.", count=row.free_online)
        told.append(f"{free} {row.vacancy_online.label}")
    return " ".join(told)
