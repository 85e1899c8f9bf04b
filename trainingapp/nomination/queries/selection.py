"""All candidates of a call side by side, with everything that a selection hangs on: a constant number of queries."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

import sqlalchemy as sa

from trainingapp.accounts.models import Organisation, Person
from trainingapp.core.clock import today_in
from trainingapp.core.db import Row, Rows, Select, db
from trainingapp.core.i18n import Bilingual, current_language
from trainingapp.core.text import sort_key
from trainingapp.enrolment.models import Obstacle, Place, PlaceMode, PlaceStatus, Quota
from trainingapp.enrolment.queries.people import candidates
from trainingapp.enrolment.rules.joining import Candidate, obstacle_of
from trainingapp.nomination.models import Call, Invitation, Nomination, Proposal, Stage
from trainingapp.nomination.rules.selection import (
    ALWAYS_IN_THE_WAY,
    Balance,
    CandidateFacts,
    Finding,
    Proposed,
    balance,
    left_over,
    warnings,
)
from trainingapp.nomination.rules.suggestion import Suggestion, suggest
from trainingapp.records.models import Completion
from trainingapp.scheduling.models import CourseSession, SessionStatus

ATTENDED = {PlaceStatus.PLACED, PlaceStatus.INCOMPLETE}


@dataclass(frozen=True, slots=True)
class SelectionRow:
    """A candidate as the table shows him or her. ``obstacle`` is there even where an exception passes over it."""

    facts: CandidateFacts
    line: Proposed
    person_id: int
    list_name: str
    sort_key: str
    post: str | None
    language: str
    status: PlaceStatus
    obstacle: Obstacle | None
    late_reason: str | None

    @property
    def id(self) -> int:
        """The nomination's."""
        return self.facts.nomination_id

    @property
    def is_exempt(self) -> bool:
        """The office made an exception for what lacks."""
        return self.obstacle is not None and self.facts.obstacle is None


class Share(NamedTuple):
    """The places of an administration: those selected, and its quota."""

    selected: int
    quota: int


@dataclass(frozen=True)
class SelectionState:
    """A selection as it stands. ``seats`` and ``quotas``: what can be given; all of it, once it is final."""

    call: Call
    rows: Sequence[SelectionRow]
    seats: Mapping[PlaceMode, int]
    quotas: Mapping[int, int]

    @cached_property
    def lines(self) -> list[Proposed]:
        return [row.line for row in self.rows]

    @cached_property
    def balance(self) -> Balance:
        return balance(self.lines, self.seats, self.call.women_percent)

    @cached_property
    def warnings(self) -> list[Finding]:
        return warnings(self.lines, self.seats, self.quotas, self.call.women_percent)

    @property
    def left_over(self) -> dict[PlaceMode, int]:
        """The seats that somebody on the reserve list could take at once."""
        return left_over(self.lines, self.seats)

    @property
    def suggestions(self) -> list[Suggestion]:
        return suggest([row.facts for row in self.rows], self.seats, self.quotas, self.call.women_percent)

    @cached_property
    def shares(self) -> dict[int, Share]:
        """By administration."""
        selected = Counter(line.candidate.organisation_id for line in self.lines if line.proposal is Proposal.SELECT)
        known = {row.facts.organisation_id for row in self.rows}
        return {one: Share(selected[one], self.quotas.get(one, 0)) for one in known}

    @cached_property
    def organisations(self) -> dict[int, Bilingual]:
        """The administrations that named candidates, by name in the reader's language."""
        known = {row.facts.organisation_id: row.facts.organisation for row in self.rows}
        return dict(sorted(known.items(), key=lambda item: sort_key(str(item[1]))))

    @cached_property
    def version(self) -> str:
        """Differs as soon as any candidate or proposal differs."""
        known = sorted(
            (row.id, row.line.proposal or "", row.line.reserve_rank or 0, row.line.reason or "") for row in self.rows
        )
        return hashlib.sha256(repr(known).encode()).hexdigest()[:16]


def selection_of(call: Call, *, is_final: bool = False, today: date) -> SelectionState:
    """The selection among the candidates who have not been decided on yet; or (``is_final``) as it was decided."""
    course_session = call.course_session
    people = candidate_rows(call.id, is_final=is_final)
    ids = [row.person_id for row in people]
    known = candidates(course_session, ids)
    earlier, last = earlier_courses(call.id), last_places(call, today)
    names = organisation_names(call.id)
    spoken, language = {*course_session.languages, *course_session.interpretation}, current_language()
    rows = [
        selection_row(
            row,
            known[row.person_id],
            organisation=names[row.organisation_id],
            language=language,
            understands=row.language in spoken,
            earlier_courses=earlier.get(row.person_id, 0),
            last_place_on=last.get(row.person_id),
        )
        for row in people
    ]
    return SelectionState(call, rows, seats_of(course_session, is_final), quotas_of(course_session.id, is_final))


def seats_of(course_session: CourseSession, is_final: bool) -> dict[PlaceMode, int]:
    taken = (0, 0) if is_final else (course_session.taken_in_person, course_session.taken_online)
    return {
        PlaceMode.IN_PERSON: course_session.capacity_in_person - taken[0],
        PlaceMode.ONLINE: course_session.capacity_online - taken[1],
    }


def quotas_of(course_session_id: int, is_final: bool) -> dict[int, int]:
    """What each administration may still take; or all of it."""
    number = Quota.accept if is_final else Quota.accept - Quota.taken
    rows = db.session.execute(
        sa.select(Quota.organisation_id, number).where(Quota.course_session_id == course_session_id)
    )
    return {row[0]: row[1] for row in rows}


class Name(NamedTuple):
    """An administration's name, and its place in the alphabet for every reader alike."""

    name: Bilingual
    key: str


def selection_row(row: Row, candidate: Candidate, *, organisation: Name, language: str, **known: Any) -> SelectionRow:
    obstacle, shown = obstacle_of(candidate), row.name.within(language)
    passed_over = row.exception and obstacle not in ALWAYS_IN_THE_WAY
    facts = CandidateFacts(
        nomination_id=row.id,
        organisation_id=row.organisation_id,
        organisation=organisation.name,
        organisation_key=organisation.key,
        name=shown.full,
        rank=row.rank,
        mode=row.mode,
        sex=row.sex,
        obstacle=None if passed_over else obstacle,
        missing=candidate.missing,
        clash=candidate.clash,
        is_late=row.late_reason is not None,
        **known,
    )
    reason = row.proposal_reason if row.proposal is Proposal.DECLINE else row.exception
    return SelectionRow(
        facts,
        Proposed(candidate=facts, proposal=row.proposal, reserve_rank=row.reserve_rank, reason=reason),
        row.person_id,
        shown.listed,
        row.sort_key,
        row.post,
        row.language,
        row.status,
        obstacle,
        row.late_reason,
    )


def candidate_rows(call_id: int, *, is_final: bool) -> Rows:
    """The candidates by administration and its order."""
    wanted = Nomination.proposal.is_not(None) if is_final else Place.status == PlaceStatus.NOMINATED
    return db.session.execute(
        sa.select(
            Nomination.id,
            Nomination.rank,
            Nomination.late_reason,
            Nomination.proposal,
            Nomination.reserve_rank,
            Nomination.proposal_reason,
            Nomination.exception,
            Place.person_id,
            Place.organisation_id,
            Place.status,
            Place.mode,
            Person.name,
            Person.sort_key,
            Person.sex,
            Person.language,
            Person.post,
        )
        .join(Invitation, Invitation.id == Nomination.invitation_id)
        .join(Place, Place.id == Nomination.place_id)
        .join(Person, Person.id == Place.person_id)
        .where(Invitation.call_id == call_id, wanted)
        .order_by(Nomination.invitation_id, Nomination.rank, Nomination.id)
    ).all()


def people_of(call_id: int) -> Select:
    """The ids of all candidates."""
    return (
        sa.select(Place.person_id)
        .join(Nomination, Nomination.place_id == Place.id)
        .join(Invitation, Invitation.id == Nomination.invitation_id)
        .where(Invitation.call_id == call_id)
    )


def organisation_names(call_id: int) -> dict[int, Name]:
    """The invited organisations by their ids."""
    rows = db.session.execute(
        sa.select(Organisation.id, Organisation.name)
        .join(Invitation, Invitation.organisation_id == Organisation.id)
        .where(Invitation.call_id == call_id)
    )
    return {row.id: Name(row.name, sort_key(row.name.en)) for row in rows}


def earlier_courses(call_id: int) -> dict[int, int]:
    """How many courses each candidate has completed."""
    rows = db.session.execute(
        sa.select(Completion.person_id, sa.func.count(Completion.course_id.distinct()))
        .where(Completion.person_id.in_(people_of(call_id)), Completion.withdrawn_at.is_(None))
        .group_by(Completion.person_id)
    )
    return {row[0]: row[1] for row in rows}


def last_places(call: Call, today: date) -> dict[int, date]:
    """When the last session ended that each candidate had a place in, and that was held."""
    rows = db.session.execute(
        sa.select(Place.person_id, sa.func.max(CourseSession.ends_on))
        .join(CourseSession, CourseSession.id == Place.course_session_id)
        .where(
            Place.person_id.in_(people_of(call.id)),
            Place.status.in_(ATTENDED),
            CourseSession.id != call.course_session_id,
            CourseSession.status.not_in([SessionStatus.CANCELLED, SessionStatus.DRAFT]),
            CourseSession.starts_on < today,
        )
        .group_by(Place.person_id)
    )
    return {row[0]: row[1] for row in rows}


# --- for the services


def undecided_nominations(call_id: int) -> dict[int, Nomination]:
    """The nominations whose places have not been given or refused yet, by their ids."""
    found = db.session.scalars(
        sa.select(Nomination)
        .join(Invitation, Invitation.id == Nomination.invitation_id)
        .join(Place, Place.id == Nomination.place_id)
        .where(Invitation.call_id == call_id, Place.status == PlaceStatus.NOMINATED)
        .order_by(Nomination.id)
    )
    return {nomination.id: nomination for nomination in found}


def people_of_nominations(nomination_ids: Collection[int]) -> dict[int, int]:
    """The people's ids by the ids of their nominations."""
    rows = db.session.execute(
        sa.select(Nomination.id, Place.person_id)
        .join(Place, Place.id == Nomination.place_id)
        .where(Nomination.id.in_(nomination_ids))
    )
    return {row.id: row.person_id for row in rows}


# --- when


def is_final(stage: Stage) -> bool:
    """Whether the places have been given, or will never be."""
    return stage in {Stage.FINAL, Stage.CANCELLED}


def today_of(call: Call, now: datetime) -> date:
    """The date at the venue."""
    return today_in(call.course_session.time_zone, now)
