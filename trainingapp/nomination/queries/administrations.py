"""Reads about the administrations of a call: who is invited, who speaks for them, and what they have answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from trainingapp.accounts.models import Organisation, OrganisationKind, Person, RoleGrant
from trainingapp.core.db import db
from trainingapp.core.i18n import Bilingual
from trainingapp.core.permissions import Role
from trainingapp.core.text import sort_key
from trainingapp.enrolment.models import Place, PlaceStatus
from trainingapp.nomination.models import Call, Comment, Invitation, Nomination
from trainingapp.nomination.queries.calls import NAMED
from trainingapp.scheduling.models import CourseSession

S = PlaceStatus


@dataclass(frozen=True)
class ContactPoint:
    """Somebody who may nominate for an administration. Without an account, only letters reach him or her."""

    person_id: int
    name: str
    language: str
    has_account: bool


@dataclass(frozen=True, kw_only=True)
class Answers:
    """How far an administration has come with a call. ``held`` seats wait for a replacement."""

    named: int = 0
    offered: int = 0
    confirmed: int = 0
    reserve: int = 0
    held: int = 0
    comments: int = 0


@dataclass(frozen=True, kw_only=True)
class InvitedRow:
    """An invited administration: its numbers, who speaks for it, and what it has answered."""

    invitation_id: int
    organisation_id: int
    name: Bilingual
    nominate: int
    accept: int
    is_exception: bool
    declined_at: datetime | None
    has_letter: bool
    contacts: Sequence[ContactPoint]
    answers: Answers

    @property
    def has_answered(self) -> bool:
        """It has named somebody, or said that it names nobody."""
        return self.answers.named > 0 or self.declined_at is not None


def overview(call: Call) -> list[InvitedRow]:
    """The invited administrations by name in the reader's language."""
    rows = db.session.execute(
        sa.select(
            Invitation.id,
            Invitation.organisation_id,
            Invitation.nominate_own,
            Invitation.accept_own,
            Invitation.declined_at,
            Invitation.letter_id,
            Organisation.name,
        )
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(Invitation.call_id == call.id)
    ).all()
    contacts = contact_points([row.organisation_id for row in rows])
    answers = answers_of(call.id)
    found = [
        InvitedRow(
            invitation_id=row.id,
            organisation_id=row.organisation_id,
            name=row.name,
            nominate=row.nominate_own or call.nominate_each,
            accept=call.accept_each if row.accept_own is None else row.accept_own,
            is_exception=row.nominate_own is not None or row.accept_own is not None,
            declined_at=row.declined_at,
            has_letter=row.letter_id is not None,
            contacts=contacts.get(row.organisation_id, ()),
            answers=answers.get(row.id, Answers()),
        )
        for row in rows
    ]
    return sorted(found, key=lambda row: sort_key(str(row.name)))


def contact_points(organisation_ids: Collection[int]) -> Mapping[int, Sequence[ContactPoint]]:
    """The active contact points of these organisations, by name."""
    rows = db.session.execute(
        sa.select(
            RoleGrant.organisation_id,
            Person.id,
            Person.name,
            Person.language,
            Person.password_hash.is_not(None).label("has_account"),
        )
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == Role.CONTACT_POINT,
            RoleGrant.organisation_id.in_(organisation_ids),
            Person.deactivated_at.is_(None),
        )
        .order_by(Person.sort_key, Person.id)
    )
    found: dict[int, list[ContactPoint]] = defaultdict(list)
    for row in rows:
        found[row.organisation_id].append(ContactPoint(row.id, row.name.full, row.language, row.has_account))
    return found


def answers_of(call_id: int) -> dict[int, Answers]:
    """By invitation what has become of its candidates, and how often it has commented."""

    def counted(condition: sa.ColumnElement[bool], name: str) -> sa.Label[int]:
        return sa.func.sum(sa.case((condition, 1), else_=0)).label(name)

    places = db.session.execute(
        sa.select(
            Nomination.invitation_id,
            counted(Place.status.in_(NAMED), "named"),
            counted(Place.status == S.OFFERED, "offered"),
            counted(Place.status == S.PLACED, "confirmed"),
            counted(Place.status == S.WAITING, "reserve"),
            counted(Place.held_until.is_not(None), "held"),
        )
        .join(Place, Place.id == Nomination.place_id)
        .join(Invitation, Invitation.id == Nomination.invitation_id)
        .where(Invitation.call_id == call_id)
        .group_by(Nomination.invitation_id)
    )
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for row in places.mappings():
        counts[row["invitation_id"]] = {name: int(row[name]) for name in row if name != "invitation_id"}
    comments = db.session.execute(
        sa.select(Comment.invitation_id, sa.func.count())
        .join(Invitation, Invitation.id == Comment.invitation_id)
        .where(Invitation.call_id == call_id)
        .group_by(Comment.invitation_id)
    )
    for invitation_id, number in comments:
        counts[invitation_id]["comments"] = number
    return {invitation_id: Answers(**numbers) for invitation_id, numbers in counts.items()}


@dataclass(frozen=True)
class Summary:
    """A call in numbers."""

    invited: int
    answered: int
    named: int
    offered: int
    confirmed: int
    reserve: int
    held: int
    letters: int
    comments: int
    reachable: int
    contacts: int

    @property
    def unreachable(self) -> int:
        """Administrations without an active contact point."""
        return self.invited - self.reachable


def summary_of(rows: Iterable[InvitedRow]) -> Summary:
    """The rows of :func:`overview` in numbers."""
    rows = list(rows)
    return Summary(
        invited=len(rows),
        answered=sum(row.has_answered for row in rows),
        named=sum(row.answers.named for row in rows),
        offered=sum(row.answers.offered for row in rows),
        confirmed=sum(row.answers.confirmed for row in rows),
        reserve=sum(row.answers.reserve for row in rows),
        held=sum(row.answers.held for row in rows),
        letters=sum(row.has_letter for row in rows),
        comments=sum(row.answers.comments for row in rows),
        reachable=sum(bool(row.contacts) for row in rows),
        contacts=len({contact.person_id for row in rows for contact in row.contacts}),
    )


# --- whom one can invite


@dataclass(frozen=True, kw_only=True)
class InvitableRow:
    """An organisation that can be invited, as it stands in the call; ``last`` is how it answered the call before."""

    organisation_id: int
    name: Bilingual
    is_partner: bool
    invited: bool
    nominate: int | None
    accept: int | None
    contacts: Sequence[ContactPoint]
    last: LastAnswer | None


@dataclass(frozen=True)
class LastAnswer:
    """How many candidates an administration named for an earlier call."""

    code: str
    named: int
    declined: bool


def invitable(call_id: int) -> list[InvitableRow]:
    """Every administration and partner, administrations first, by name in the reader's language."""
    rows = db.session.execute(
        sa.select(
            Organisation.id,
            Organisation.name,
            Organisation.kind,
            Invitation.id.label("invitation_id"),
            Invitation.nominate_own,
            Invitation.accept_own,
        )
        .outerjoin(Invitation, sa.and_(Invitation.organisation_id == Organisation.id, Invitation.call_id == call_id))
        .where(Organisation.kind != OrganisationKind.OFFICE)
    ).all()
    contacts, last = contact_points([row.id for row in rows]), last_answers(call_id)
    found = [
        InvitableRow(
            organisation_id=row.id,
            name=row.name,
            is_partner=row.kind is OrganisationKind.PARTNER,
            invited=row.invitation_id is not None,
            nominate=row.nominate_own,
            accept=row.accept_own,
            contacts=contacts.get(row.id, ()),
            last=last.get(row.id),
        )
        for row in rows
    ]
    return sorted(found, key=lambda row: (row.is_partner, sort_key(str(row.name))))


def last_answers(call_id: int) -> dict[int, LastAnswer]:
    """By organisation how it answered the call that was opened last, apart from this one."""
    place_in_time = sa.func.row_number().over(
        partition_by=Invitation.organisation_id, order_by=(Call.opened_at.desc(), Call.id.desc())
    )
    earlier = (
        sa.select(
            Invitation.id,
            Invitation.organisation_id,
            Invitation.declined_at,
            CourseSession.code,
            place_in_time.label("place_in_time"),
        )
        .join(Call, Call.id == Invitation.call_id)
        .join(CourseSession, CourseSession.id == Call.course_session_id)
        .where(Call.opened_at.is_not(None), Call.id != call_id)
        .subquery()
    )
    named = (
        sa.select(sa.func.count())
        .select_from(Nomination)
        .join(Place, Place.id == Nomination.place_id)
        .where(Nomination.invitation_id == earlier.c.id, Place.status.in_(NAMED))
        .correlate(earlier)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(earlier.c.organisation_id, earlier.c.code, named.label("named"), earlier.c.declined_at).where(
            earlier.c.place_in_time == 1
        )
    )
    return {row.organisation_id: LastAnswer(row.code, row.named, row.declined_at is not None) for row in rows}
