"""Reads about calls: what a decision about one needs, and the list of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from trainingapp.accounts.models import Centre, Organisation, OrganisationKind
from trainingapp.catalogue.models import Course
from trainingapp.core.db import Columns, Select, db
from trainingapp.enrolment.models import LIVE, Place, PlaceStatus, Quota, Terms
from trainingapp.nomination.models import Call, Comment, Invitation, Nomination, Stage
from trainingapp.nomination.rules.calls import AdministrationInCall
from trainingapp.scheduling.models import CourseSession, SessionStatus
from trainingapp.scheduling.queries.sessions import meets_at

NAMED = frozenset(PlaceStatus) - {PlaceStatus.WITHDRAWN, PlaceStatus.CANCELLED}


# --- for the services


def session_id_of(call_id: int) -> int:
    """The session of the call. Raises NoResultFound when there is no such call."""
    return db.session.scalars(sa.select(Call.course_session_id).where(Call.id == call_id)).one()


def administration_ids() -> Sequence[int]:
    """Every customs administration: whom a new call invites."""
    return db.session.scalars(
        sa.select(Organisation.id).where(Organisation.kind == OrganisationKind.ADMINISTRATION).order_by(Organisation.id)
    ).all()


def invitations_of(call_id: int) -> Sequence[Invitation]:
    return db.session.scalars(
        sa.select(Invitation)
        .options(joinedload(Invitation.organisation))
        .where(Invitation.call_id == call_id)
        .order_by(Invitation.id)
    ).all()


def invited_number(call_id: int) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(Invitation.call_id == call_id)) or 0


def has_people(course_session_id: int) -> bool:
    """Whether people have, or ask for, places of the session."""
    live = sa.exists().where(Place.course_session_id == course_session_id, Place.status.in_(LIVE))
    return bool(db.session.scalar(sa.select(live)))


def administrations_in(call_id: int) -> dict[int, AdministrationInCall]:
    """Every organisation by its id, with what the call has already given it."""
    has_answered = sa.or_(
        Invitation.letter_id.is_not(None),
        sa.exists().where(Nomination.invitation_id == Invitation.id),
        sa.exists().where(Comment.invitation_id == Invitation.id),
    )
    rows = db.session.execute(
        sa.select(
            Organisation.id,
            Organisation.name,
            Organisation.kind,
            Invitation.id.label("invitation_id"),
            Invitation.nominate_own,
            Invitation.accept_own,
            sa.func.coalesce(Quota.taken, 0).label("taken"),
            has_answered.label("has_answered"),
        )
        .outerjoin(Invitation, sa.and_(Invitation.organisation_id == Organisation.id, Invitation.call_id == call_id))
        .outerjoin(Call, Call.id == Invitation.call_id)
        .outerjoin(
            Quota,
            sa.and_(Quota.organisation_id == Organisation.id, Quota.course_session_id == Call.course_session_id),
        )
    )
    return {
        row.id: AdministrationInCall(
            name=row.name,
            is_office=row.kind is OrganisationKind.OFFICE,
            invited=row.invitation_id is not None,
            nominate=row.nominate_own,
            accept=row.accept_own,
            taken=row.taken,
            has_answered=bool(row.has_answered),
        )
        for row in rows
    }


# --- the list of calls


def stage_column(now: datetime) -> sa.ColumnElement[str]:
    """``rules.stages.stage_of`` for a query over Call, its session and its terms."""
    return sa.case(
        (CourseSession.status == SessionStatus.CANCELLED, Stage.CANCELLED.value),
        (Terms.final_at.is_not(None), Stage.FINAL.value),
        (Call.opened_at.is_(None), Stage.DRAFT.value),
        (Call.proposed_at.is_not(None), Stage.PROPOSED.value),
        (Call.closes_at > now, Stage.OPEN.value),
        else_=Stage.CLOSED.value,
    )


CALL_COLUMNS: Columns = (
    Call.id,
    Call.course_session_id,
    Call.closes_at,
    Call.comments_until,
    CourseSession.code,
    CourseSession.starts_on,
    CourseSession.ends_on,
    CourseSession.time_zone,
    (CourseSession.capacity_in_person + CourseSession.capacity_online).label("capacity"),
    Course.title,
    Centre.city,
)


def calls(
    now: datetime, *, stages: Collection[Stage], centres: Collection[int] | None, current: bool = False
) -> Select:
    """The calls at these stages, of sessions at these centres (None: of all), the next session to come first.

    ``current`` leaves out those whose session is over.
    """
    stage = stage_column(now)
    counts = (invited_count(), answered_count(), named_count())
    columns: Columns = (*CALL_COLUMNS, stage.label("stage"), *counts)
    statement = (
        sa.select(*columns)
        .join(CourseSession, CourseSession.id == Call.course_session_id)
        .join(Course, Course.id == CourseSession.course_id)
        .join(Terms, Terms.course_session_id == CourseSession.id)
        .outerjoin(Centre, meets_at())
        .where(stage.in_([one.value for one in stages]))
        .order_by(CourseSession.starts_on if current else CourseSession.starts_on.desc(), Call.id)
    )
    if current:
        statement = statement.where(CourseSession.status.not_in([SessionStatus.FINISHED, SessionStatus.CANCELLED]))
    return statement if centres is None else statement.where(CourseSession.centre_id.in_(centres))


def invited_count() -> sa.Label[int]:
    return (
        sa.select(sa.func.count())
        .where(Invitation.call_id == Call.id)
        .correlate(Call)
        .scalar_subquery()
        .label("invited")
    )


def answered_count() -> sa.Label[int]:
    """For a query over Call: how many administrations have named somebody, or said that they name nobody."""
    named = (
        sa.exists()
        .where(Nomination.invitation_id == Invitation.id, Place.id == Nomination.place_id, Place.status.in_(NAMED))
        .correlate(Invitation)
    )
    answered = sa.or_(Invitation.declined_at.is_not(None), named)
    return (
        sa.select(sa.func.count())
        .where(Invitation.call_id == Call.id, answered)
        .correlate(Call)
        .scalar_subquery()
        .label("answered")
    )


def named_count() -> sa.Label[int]:
    return (
        sa.select(sa.func.count())
        .select_from(Nomination)
        .join(Place, Place.id == Nomination.place_id)
        .join(Invitation, Invitation.id == Nomination.invitation_id)
        .where(Invitation.call_id == Call.id, Place.status.in_(NAMED))
        .correlate(Call)
        .scalar_subquery()
        .label("named")
    )


def nomination_deadlines(session_ids: Iterable[int]) -> dict[int, datetime]:
    """Until when administrations can name candidates for these sessions: the selection comes after it."""
    wanted = list(session_ids)
    if not wanted:
        return {}
    rows = db.session.execute(
        sa.select(Call.course_session_id, Call.closes_at).where(Call.course_session_id.in_(wanted))
    )
    return {row[0]: row[1] for row in rows}
