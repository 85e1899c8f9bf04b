"""The selection: proposed by the office, shown to the administrations for comment, and made final.

The session is locked first, then the call: as everywhere where places are decided on.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime

from trainingapp.core import clock
from trainingapp.core.actor import acting
from trainingapp.core.bus import publish
from trainingapp.core.db import db, transaction
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.core.text import tidy
from trainingapp.enrolment.queries.people import candidates
from trainingapp.enrolment.queries.places import nominated_places
from trainingapp.enrolment.queries.terms import facts_of, free_quotas
from trainingapp.enrolment.rules.joining import obstacle_of
from trainingapp.enrolment.rules.selecting import Selection, check_no_candidate, check_selection
from trainingapp.enrolment.services import give_places
from trainingapp.enrolment.services.nominated import chosen_of, exempted
from trainingapp.nomination import events
from trainingapp.nomination.models import Call, Comment, Invitation, Nomination, Proposal, Stage
from trainingapp.nomination.queries import selection as queries
from trainingapp.nomination.queries.audience import silent_administrations
from trainingapp.nomination.queries.loading import stage_at
from trainingapp.nomination.rules.proposing import (
    ProposalLine,
    check_can_be_final,
    check_can_propose,
    check_comment,
    check_comment_period,
    check_line,
    check_seen,
    check_shown,
    in_new_order,
)
from trainingapp.nomination.rules.selection import ALWAYS_IN_THE_WAY
from trainingapp.nomination.rules.stages import check_stage
from trainingapp.nomination.services.calls import lock_call


def save_proposals(call_id: int, lines: Mapping[int, ProposalLine], *, now: datetime) -> int:
    """Set what is proposed for these nominations; how many there were. All others stay as they are.

    Those who are no candidates any more are left out. Raises WrongStage, or DomainError for a reason that is too long.
    """
    with transaction():
        _course_session, call = lock_call(call_id)
        check_can_propose(stage_at(call, now))
        check_impartial(call)
        nominations = queries.undecided_nominations(call_id)
        known = {nomination_id: line for nomination_id, line in lines.items() if nomination_id in nominations}
        present = reserve_ranks(nominations)
        may_be_exempt = exemptable(call, known)
        for nomination_id, line in known.items():
            check_line(line)
            put_down(nominations[nomination_id], line, may_be_exempt=nomination_id in may_be_exempt)
        entered = {nomination_id: line.reserve_rank for nomination_id, line in known.items()}
        number_reserve(nominations, present, entered)
        db.session.flush()
    return len(known)


def check_impartial(call: Call) -> None:
    """Raise DomainError when who is acting is one of the candidates."""
    check_no_candidate(acting().person_id, [place.person_id for place in nominated_places(call.course_session_id)])


def put_down(nomination: Nomination, line: ProposalLine, *, may_be_exempt: bool) -> None:
    """Keep a reason where it means something: for who is declined, or as an exception for who lacks something."""
    reason = tidy(line.reason) or None
    declines = line.proposal is Proposal.DECLINE
    nomination.proposal = line.proposal
    nomination.reserve_rank = 0 if line.proposal is Proposal.RESERVE else None
    nomination.proposal_reason = reason if declines else None
    nomination.exception = reason if may_be_exempt and not declines else None


def exemptable(call: Call, lines: Mapping[int, ProposalLine]) -> set[int]:
    """Those with a reason beside them who lack something that the office can pass over."""
    asked = [one for one, line in lines.items() if line.reason and line.proposal is not Proposal.DECLINE]
    people = queries.people_of_nominations(asked) if asked else {}
    known = candidates(call.course_session, people.values()) if people else {}
    obstacles = {one: obstacle_of(known[person_id]) for one, person_id in people.items()}
    return {one for one, obstacle in obstacles.items() if obstacle and obstacle not in ALWAYS_IN_THE_WAY}


def reserve_ranks(nominations: Mapping[int, Nomination]) -> dict[int, int]:
    return {one.id: one.reserve_rank for one in nominations.values() if one.reserve_rank is not None}


def number_reserve(
    nominations: Mapping[int, Nomination], present: Mapping[int, int], entered: Mapping[int, int | None]
) -> None:
    """Number the reserve list from 1 on, with everybody whose number was entered at that place."""
    on_it = [one.id for one in nominations.values() if one.proposal is Proposal.RESERVE]
    wanted = {one: entered.get(one, present.get(one)) for one in on_it}
    for number, nomination_id in enumerate(in_new_order(present, wanted), start=1):
        nominations[nomination_id].reserve_rank = number


def apply_suggestion(call_id: int, *, now: datetime) -> int:
    """Propose for every candidate what the rule suggests; how many there are. Exceptions that were made stay.

    Raises WrongStage unless the deadline has passed and the selection has not been shown yet.
    """
    with transaction():
        _course_session, call = lock_call(call_id)
        check_stage(stage_at(call, now), Stage.CLOSED)
        check_impartial(call)
        nominations = queries.undecided_nominations(call_id)
        for one in queries.selection_of(call, today=queries.today_of(call, now)).suggestions:
            nomination = nominations[one.nomination_id]
            nomination.proposal, nomination.reserve_rank = one.proposal, one.reserve_rank
            nomination.proposal_reason = one.reason
        db.session.flush()
    return len(nominations)


def propose(call_id: int, comments_until: datetime, *, seen: str | None = None, now: datetime) -> Call:
    """Show the selection to the administrations, who may comment until then (naive, on the venue's clock).

    ``seen`` is the version of the selection that the page showed. Raises WrongStage, or DomainError when the selection
    has changed since, leaves somebody out or breaks a rule that cannot be broken.
    """
    with transaction():
        course_session, call = lock_call(call_id)
        check_stage(stage_at(call, now), Stage.CLOSED)
        check_impartial(call)
        check_version(call, seen, now)
        until = clock.from_local(comments_until, course_session.time_zone, "comments_until")
        check_comment_period(until, starts_at=course_session.starts_at, now=now)
        check_ready(call)
        call.proposed_at, call.comments_until = now, until
        db.session.flush()
        publish(events.SelectionProposed(call_id=call.id, course_session_id=course_session.id, until_at=until))
    return call


def check_version(call: Call, seen: str | None, now: datetime) -> None:
    if seen is not None:
        check_seen(seen, queries.selection_of(call, today=queries.today_of(call, now)).version)


def check_ready(call: Call) -> None:
    """Raise DomainError with the first thing that keeps the selection from being final."""
    nominations = queries.undecided_nominations(call.id)
    if not nominations:
        raise DomainError(_l("Nobody has been nominated, so there is nothing to select."))
    selection = as_selection(nominations)
    places = {place.id: place for place in nominated_places(call.course_session_id)}
    people = [place.person_id for place in places.values()]
    known = candidates(call.course_session, people, exempted(places, selection.exceptions))
    chosen = chosen_of(places, known)
    check_selection(selection, chosen, facts_of(call.course_session).free, free_quotas(call.course_session_id))


def as_selection(nominations: Mapping[int, Nomination]) -> Selection:
    """The proposals as enrolment takes them: by places."""
    by_proposal: dict[Proposal | None, list[Nomination]] = {}
    for nomination in nominations.values():
        by_proposal.setdefault(nomination.proposal, []).append(nomination)
    reserve = sorted(by_proposal.get(Proposal.RESERVE, ()), key=lambda one: one.reserve_rank or 0)
    return Selection(
        offered=[one.place_id for one in by_proposal.get(Proposal.SELECT, ())],
        reserve=[one.place_id for one in reserve],
        declined={one.place_id: one.proposal_reason or "" for one in by_proposal.get(Proposal.DECLINE, ())},
        exceptions={one.place_id: one.exception for one in nominations.values() if one.exception},
    )


def reopen(call_id: int, *, now: datetime) -> Call:
    """Take the proposal back to change it. Raises WrongStage unless the administrations see it just now."""
    with transaction():
        course_session, call = lock_call(call_id)
        check_shown(stage_at(call, now))
        call.proposed_at = call.comments_until = None
        db.session.flush()
        publish(events.SelectionReopened(call_id=call.id, course_session_id=course_session.id))
    return call


def comment(invitation_id: int, text: str, *, now: datetime) -> Comment:
    """Keep what an administration says of the selection. Raises WrongStage, or DomainError (field ``text``)."""
    with transaction():
        invitation = db.session.get_one(Invitation, invitation_id)
        course_session, call = lock_call(invitation.call_id)
        check_shown(stage_at(call, now))
        text = unicodedata.normalize("NFC", text or "").strip()
        check_comment(text, call.comments_until, now)
        said = Comment(invitation_id=invitation_id, author_id=acting().person_id, at=now, text=text)
        db.session.add(said)
        db.session.flush()
        publish(
            events.SelectionCommented(
                invitation_id=invitation_id,
                organisation_id=invitation.organisation_id,
                course_session_id=course_session.id,
                comment_id=said.id,
            )
        )
    return said


def finalise(call_id: int, *, seen: str | None = None, now: datetime) -> Call:
    """Give the places: offers to the selected, the reserve list, and refusals with their reasons.

    Raises WrongStage, or DomainError while administrations may still comment, when the selection is another one than
    ``seen``, or when it breaks a rule.
    """
    with transaction():
        course_session, call = lock_call(call_id)
        check_shown(stage_at(call, now))
        check_can_be_final(call.comments_until, silent_administrations(call), now)
        check_version(call, seen, now)
        give_places(course_session.id, as_selection(queries.undecided_nominations(call_id)), now=now)
    return call
