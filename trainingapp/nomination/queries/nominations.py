"""Reads about the candidates of one administration, and about those whom it could name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from trainingapp.accounts.models import Person
from trainingapp.accounts.queries.access import account_state
from trainingapp.accounts.rules.access import AccountState
from trainingapp.core.db import Row, Rows, Select, db
from trainingapp.enrolment.models import LIVE, Place
from trainingapp.enrolment.queries.lists import PLACE_COLUMNS
from trainingapp.enrolment.queries.people import candidates
from trainingapp.enrolment.queries.standing import with_standing
from trainingapp.enrolment.rules.joining import Candidate
from trainingapp.nomination.models import Call, Comment, Invitation, Nomination
from trainingapp.nomination.rules.lists import Known
from trainingapp.scheduling.models import CourseSession

PERSON = (
    Person.name,
    Person.post,
    Person.email,
    Person.language,
)


def session_id_of(invitation_id: int) -> int:
    """The session that the invitation is about. Raises NoResultFound when there is no such invitation."""
    return db.session.scalars(
        sa.select(Call.course_session_id)
        .join(Invitation, Invitation.call_id == Call.id)
        .where(Invitation.id == invitation_id)
    ).one()


def invitation_id_of(nomination_id: int) -> int:
    """Raises NoResultFound when there is no such nomination."""
    return db.session.scalars(sa.select(Nomination.invitation_id).where(Nomination.id == nomination_id)).one()


def find_end_of_ranking(course_session_id: int, organisation_id: int) -> tuple[int, int] | None:
    """The id of the organisation's invitation to the session, and the last rank; None where it is not invited."""
    last = (
        sa.select(sa.func.max(Nomination.rank))
        .where(Nomination.invitation_id == Invitation.id)
        .correlate(Invitation)
        .scalar_subquery()
    )
    row = db.session.execute(
        sa.select(Invitation.id, sa.func.coalesce(last, 0).label("last"))
        .join(Call, Call.id == Invitation.call_id)
        .where(Call.course_session_id == course_session_id, Invitation.organisation_id == organisation_id)
    ).one_or_none()
    return (row.id, row.last) if row else None


def ranked(invitation_id: int) -> list[Nomination]:
    """The candidates of one administration whose places have not ended, in the order of its ranking."""
    return list(
        db.session.scalars(
            sa.select(Nomination)
            .join(Nomination.place)
            .options(contains_eager(Nomination.place))
            .where(Nomination.invitation_id == invitation_id, Place.status.in_(LIVE))
            .order_by(Nomination.rank, Nomination.id)
        )
    )


def all_of(invitation_id: int) -> list[Nomination]:
    """Everybody whom the administration has ever named for it, in the order of its ranking."""
    statement = sa.select(Nomination).where(Nomination.invitation_id == invitation_id)
    return list(db.session.scalars(statement.order_by(Nomination.rank, Nomination.id)))


def count_live(invitation_id: int) -> int:
    """How many candidates of the administration have not ended."""
    statement = (
        sa.select(sa.func.count())
        .select_from(Nomination)
        .join(Place, Place.id == Nomination.place_id)
        .where(Nomination.invitation_id == invitation_id, Place.status.in_(LIVE))
    )
    return db.session.scalar(statement) or 0


def of_places(place_ids: Collection[int]) -> list[Nomination]:
    """The nominations by which these places came about, in the order of the ranking."""
    return list(
        db.session.scalars(
            sa.select(Nomination).where(Nomination.place_id.in_(place_ids)).order_by(Nomination.rank, Nomination.id)
        )
    )


def count_own(person_ids: Collection[int], organisation_id: int) -> int:
    """How many of these people belong to the organisation."""
    own = sa.and_(Person.id.in_(person_ids), Person.organisation_id == organisation_id)
    return db.session.scalar(sa.select(sa.func.count()).where(own)) or 0


@dataclass(frozen=True)
class Nominee:
    """A candidate as the administration sees him or her: the row, and what is met of what the course requires."""

    row: Row
    met: Sequence[str]
    missing: Sequence[str]
    clash: str | None

    @property
    def account(self) -> AccountState:
        return AccountState(self.row.account)

    @property
    def is_live(self) -> bool:
        return bool(self.row.status.is_live)


def nominees_of(invitation: Invitation, now: datetime) -> list[Nominee]:
    """The candidates of one administration in the order of its ranking, those who ended last; in a few queries."""
    course_session = invitation.call.course_session
    rows = db.session.execute(nominee_rows(invitation.id, now)).all()
    known = candidates(course_session, [row.person_id for row in rows])
    required = titles_required(course_session)
    nominees = [nominee(row, known[row.person_id], required) for row in rows]
    return sorted(nominees, key=lambda one: not one.is_live)


def nominee(row: Row, candidate: Candidate, required: Sequence[str]) -> Nominee:
    met = [title for title in required if title not in candidate.missing]
    return Nominee(row, met, candidate.missing, candidate.clash)


def nominee_rows(invitation_id: int, now: datetime) -> Select:
    return with_standing(
        sa.select(
            Nomination.id,
            Nomination.rank,
            Nomination.late_reason,
            Nomination.proposal,
            Nomination.reserve_rank,
            Nomination.proposal_reason,
            *PLACE_COLUMNS,
            Place.motivation,
            account_state(now).label("account"),
            *PERSON,
        )
        .select_from(Nomination)
        .join(Place, Place.id == Nomination.place_id)
        .join(CourseSession, CourseSession.id == Place.course_session_id)
        .join(Person, Person.id == Place.person_id)
        .where(Nomination.invitation_id == invitation_id)
        .order_by(Nomination.rank, Nomination.id)
    )


def titles_required(course_session: CourseSession) -> list[str]:
    """The titles of the courses that one must have completed before this one, in the reader's language."""
    return [str(course.title) for course in course_session.course.prerequisites]


@dataclass(frozen=True)
class Officer:
    """Somebody whom the administration could name, and what lacks."""

    row: Row
    missing: Sequence[str]
    clash: str | None
    leads: bool

    @property
    def is_named(self) -> bool:
        return self.row.live_status is not None


def officers_to_name(invitation: Invitation, now: datetime) -> list[Officer]:
    """The people of the administration by name, those who are switched off left out; in a few queries."""
    course_session = invitation.call.course_session
    live = sa.and_(Place.person_id == Person.id, Place.course_session_id == course_session.id, Place.status.in_(LIVE))
    rows = db.session.execute(
        sa.select(
            Person.id.label("person_id"),
            *PERSON,
            Place.status.label("live_status"),
            account_state(now).label("account"),
        )
        .outerjoin(Place, live)
        .where(Person.organisation_id == invitation.organisation_id, Person.deactivated_at.is_(None))
        .order_by(Person.sort_key, Person.id)
    ).all()
    known = candidates(course_session, [row.person_id for row in rows])
    return [officer(row, known[row.person_id]) for row in rows]


def officer(row: Row, candidate: Candidate) -> Officer:
    return Officer(row, candidate.missing, candidate.clash, candidate.leads)


def known_by_address(emails: Iterable[str], invitation: Invitation) -> dict[str, Known]:
    """Those of the addresses that people already have, each with what speaks for or against naming the person."""
    course_session = invitation.call.course_session
    people = db.session.scalars(sa.select(Person).where(Person.email.in_(list(emails)))).all()
    known = candidates(course_session, [person.id for person in people])
    live = set(
        db.session.scalars(
            sa.select(Place.person_id).where(Place.course_session_id == course_session.id, Place.status.in_(LIVE))
        )
    )
    return {
        person.email: Known(
            person_id=person.id,
            organisation_id=person.organisation_id,
            name=person.name.full,
            names=(person.family_name, person.family_name_latin),
            candidate=known[person.id],
            is_live=person.id in live,
        )
        for person in people
    }


def ids_by_address(emails: Collection[str]) -> dict[str, int]:
    """The people's ids by their addresses."""
    rows = db.session.execute(sa.select(Person.email, Person.id).where(Person.email.in_(emails)))
    return {row.email: row.id for row in rows}


def usual_settings(organisation_id: int) -> tuple[str, str] | None:
    """The language and the time zone that most of the organisation's people have; None when it has nobody."""
    row = db.session.execute(
        sa.select(Person.language, Person.time_zone)
        .where(Person.organisation_id == organisation_id)
        .group_by(Person.language, Person.time_zone)
        .order_by(sa.func.count().desc(), Person.language, Person.time_zone)
        .limit(1)
    ).one_or_none()
    return (row.language, row.time_zone) if row else None


def comments_of(invitation_id: int) -> Rows:
    """What the administration has said of the proposed selection, the first first."""
    return db.session.execute(
        sa.select(Comment.at, Comment.text, Person.name)
        .outerjoin(Person, Person.id == Comment.author_id)
        .where(Comment.invitation_id == invitation_id)
        .order_by(Comment.at, Comment.id)
    ).all()
