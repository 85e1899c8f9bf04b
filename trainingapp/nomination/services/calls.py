"""Calls: prepared, changed, opened; which administrations are invited, and with which numbers.

The session is locked first, then the call: as everywhere where places are decided on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime

from trainingapp.core import clock
from trainingapp.core.bus import publish
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import DomainError, Problem, refuse_if
from trainingapp.core.events import set_values
from trainingapp.core.i18n import _l
from trainingapp.enrolment.services import set_quotas, set_terms
from trainingapp.nomination import events
from trainingapp.nomination.models import Call, Invitation, Stage
from trainingapp.nomination.queries import calls as queries
from trainingapp.nomination.queries.loading import find_call_of_session, stage_at
from trainingapp.nomination.rules.calls import (
    MOVABLE,
    CallDetails,
    Defaults,
    Frame,
    Numbers,
    OpeningFacts,
    deadline_problems,
    default_problems,
    details_problems,
    inviting_problems,
    lacking,
)
from trainingapp.nomination.rules.stages import check_stage
from trainingapp.scheduling import services as scheduling
from trainingapp.scheduling.models import CourseSession, SessionStatus
from trainingapp.scheduling.rules import steps
from trainingapp.scheduling.services.locking import locked_session

COLUMNS = (
    "nominate_each",
    "accept_each",
    "remind_days",
    "women_percent",
    "text_en",
    "text_ru",
    "signatory_en",
    "signatory_ru",
)


def prepare(course_session_id: int, details: CallDetails, *, now: datetime) -> Call:
    """Prepare a call: from now on the session's places are given by nomination. Every administration is invited.

    Nobody is told before it is opened. Raises DomainError with everything that is wrong with the details.
    """
    with transaction():
        course_session = locked_session(course_session_id)
        if find_call_of_session(course_session_id) is not None:
            raise DomainError(_l("This session already has a call. Reload the page to see it."))
        refuse_if(details_problems(details, frame_of(course_session), now))
        set_terms(course_session_id, details.terms, now=now)
        call = Call(course_session_id=course_session_id, created_at=now, **columns(details, course_session.time_zone))
        db.session.add(call)
        db.session.flush()
        for organisation_id in queries.administration_ids():
            db.session.add(Invitation(call_id=call.id, organisation_id=organisation_id))
        db.session.flush()
        publish(events.CallPrepared(call_id=call.id, course_session_id=course_session_id))
    return call


def change(call_id: int, details: CallDetails, *, now: datetime) -> Call:
    """Change the call. Once it is open, its quotas follow. Raises DomainError with everything that is wrong."""
    with transaction():
        course_session, call = lock_call(call_id)
        frame = frame_of(course_session)
        problems = list(details_problems(details, frame, now, present=call.closes_at))
        if call.opened_at is not None and not (details.text_ru or "").strip():
            problems.append(Problem(_l("The call is open: its text cannot be without Russian."), "text_ru"))
        defaults = Defaults(nominate=details.nominate_each, accept=details.accept_each)
        problems += default_problems(defaults, queries.administrations_in(call.id).values())
        refuse_if(problems)
        new = columns(details, course_session.time_zone)
        if new["closes_at"] != call.closes_at:
            check_stage(stage_at(call, now), *MOVABLE)
        set_terms(course_session.id, details.terms, now=now)
        update(call, new)
        carry_quotas(call, queries.invitations_of(call.id), now)
    return call


def change_deadline(call_id: int, closes: datetime, *, now: datetime) -> Call:
    """Move the nomination deadline (naive, on the venue's clock). A later one opens a call again that had closed.

    Raises DomainError (field ``closes``) for a moment that cannot be one, WrongStage once a selection is proposed.
    """
    with transaction():
        course_session, call = lock_call(call_id)
        check_stage(stage_at(call, now), *MOVABLE)
        refuse_if(deadline_problems(closes, frame_of(course_session), now, present=call.closes_at))
        update(call, {"closes_at": clock.from_local(closes, course_session.time_zone, "closes")})
    return call


def open_call(call_id: int, *, now: datetime) -> Call:
    """Ask the invited administrations for candidates. A session that is a draft becomes public with it.

    Raises DomainError with everything that is missing.
    """
    with transaction():
        course_session, call = lock_call(call_id)
        refuse_if(lacking(opening_facts(call, now)))
        if course_session.status is SessionStatus.DRAFT:
            scheduling.open_enrolment(course_session.id, now=now)
        call.opened_at = now
        invitations = queries.invitations_of(call.id)
        carry_quotas(call, invitations, now)
        publish(events.CallOpened(call_id=call.id, course_session_id=course_session.id, invited=len(invitations)))
    return call


def invite_administrations(call_id: int, numbers: Mapping[int, Numbers | None], *, now: datetime) -> Call:
    """Invite these organisations with these numbers; None takes one out of the call. Others stay as they are.

    Raises DomainError with what is wrong, each at the field of its administration (``accept-17``).
    """
    with transaction():
        _course_session, call = lock_call(call_id)
        defaults = Defaults(nominate=call.nominate_each, accept=call.accept_each)
        refuse_if(inviting_problems(numbers, queries.administrations_in(call.id), defaults))
        known = {invitation.organisation_id: invitation for invitation in queries.invitations_of(call.id)}
        is_open = stage_at(call, now) is Stage.OPEN
        for organisation_id, wanted in sorted(numbers.items()):
            invitation = known.get(organisation_id)
            if wanted is None and invitation is not None:
                uninvite(call, invitation)
            elif wanted is not None and invitation is None:
                invite(call, organisation_id, wanted, is_open=is_open)
            elif wanted is not None and invitation is not None:
                renumber(call, invitation, wanted)
        gone = [organisation_id for organisation_id, wanted in numbers.items() if wanted is None]
        carry_quotas(call, queries.invitations_of(call.id), now, gone)
    return call


def invite(call: Call, organisation_id: int, wanted: Numbers, *, is_open: bool) -> None:
    invitation = Invitation(
        call_id=call.id, organisation_id=organisation_id, nominate_own=wanted.nominate, accept_own=wanted.accept
    )
    db.session.add(invitation)
    db.session.flush()
    publish(events.AdministrationInvited(**about(call, invitation), is_open=is_open))


def uninvite(call: Call, invitation: Invitation) -> None:
    told = about(call, invitation)
    db.session.delete(invitation)
    db.session.flush()
    publish(events.AdministrationUninvited(**told))


def renumber(call: Call, invitation: Invitation, wanted: Numbers) -> None:
    old, new = set_values(invitation, {"nominate_own": wanted.nominate, "accept_own": wanted.accept})
    if new:
        db.session.flush()
        publish(events.InvitationChanged(**about(call, invitation), old=old, new=new))


def carry_quotas(call: Call, invitations: Iterable[Invitation], now: datetime, gone: Iterable[int] = ()) -> None:
    """Let the quotas of an open call be what its invitations say; before it is opened there are none."""
    if call.opened_at is not None:
        accepts: dict[int, int | None] = dict.fromkeys(gone)
        accepts |= {invitation.organisation_id: invitation.accept for invitation in invitations}
        set_quotas(call.course_session_id, accepts, now=now)


def update(call: Call, values: Mapping[str, object]) -> None:
    """Give the call these values, and tell of those that differ."""
    old, new = set_values(call, values)
    db.session.flush()
    if new:
        publish(events.CallChanged(call_id=call.id, course_session_id=call.course_session_id, old=old, new=new))


def columns(details: CallDetails, time_zone: str) -> dict[str, object]:
    """What the row holds: the details without the terms, with the deadline as a moment."""
    values = asdict(details)
    closes_at = clock.from_local(details.closes, time_zone, "closes")
    return {**{name: values[name] for name in COLUMNS}, "closes_at": closes_at}


def lock_call(call_id: int) -> tuple[CourseSession, Call]:
    """The call and its session, both locked. Raises NoResultFound when there is none, DomainError when it is over."""
    course_session = locked_session(queries.session_id_of(call_id))
    return course_session, locked(Call, call_id)


def frame_of(course_session: CourseSession) -> Frame:
    """What a call of this session must fit into."""
    return Frame(status=course_session.status, time_zone=course_session.time_zone, starts_at=course_session.starts_at)


def opening_facts(call: Call, now: datetime) -> OpeningFacts:
    """What opening has to know of the call as it stands."""
    course_session = call.course_session
    is_draft = course_session.status is SessionStatus.DRAFT
    step = scheduling.facts_of(course_session, now)
    return OpeningFacts(
        stage=stage_at(call, now),
        frame=frame_of(course_session),
        now=now,
        closes_at=call.closes_at,
        has_english=bool(call.text_en.strip()),
        has_russian=bool((call.text_ru or "").strip()),
        invited=queries.invited_number(call.id),
        session_lacks=steps.lacking(steps.Step.OPEN, step) if is_draft else (),
    )


def about(call: Call, invitation: Invitation) -> dict[str, int]:
    """What every event about an invitation says."""
    return {
        "invitation_id": invitation.id,
        "organisation_id": invitation.organisation_id,
        "course_session_id": call.course_session_id,
    }
