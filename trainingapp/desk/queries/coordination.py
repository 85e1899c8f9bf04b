"""What waits on a coordinator's desk. ``within`` limits everything to the sessions that the coordinator keeps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from trainingapp.accounts.models import RoleGrant
from trainingapp.catalogue.queries import untranslated_courses, untranslated_organisations, untranslated_topics
from trainingapp.certificates.models import Certificate, CertificateKind
from trainingapp.core.db import Row, Rows, db
from trainingapp.core.permissions import Role
from trainingapp.desk.queries.teaching import DAY, Condition, last_meeting_ends
from trainingapp.desk.rules import AHEAD, Due, decide_due, lacks_people
from trainingapp.enrolment.models import Place, PlaceStatus, Terms
from trainingapp.mail.models import Letter
from trainingapp.records.models import Completion
from trainingapp.scheduling.models import CourseSession, SessionStatus
from trainingapp.scheduling.queries import UPCOMING, session_rows


def kept_by(grants: Iterable[RoleGrant]) -> Condition:
    """The condition that a session belongs to the coordinator with those grants: the whole office, or some centres."""
    centres = {grant.centre_id for grant in grants if grant.role is Role.COORDINATOR}
    return sa.true() if None in centres else CourseSession.centre_id.in_(centres)


def requests(within: Condition) -> Rows:
    """Sessions with requests that nobody has decided, the longest wait first: how many, since when."""
    asked = (
        sa.select(
            Place.course_session_id,
            sa.func.count().label("requests"),
            sa.func.min(Place.asked_at).label("oldest_at"),
        )
        .where(Place.status == PlaceStatus.REQUESTED)
        .group_by(Place.course_session_id)
        .subquery()
    )
    return db.session.execute(
        session_rows()
        .add_columns(asked.c.requests, asked.c.oldest_at)
        .join(asked, asked.c.course_session_id == CourseSession.id)
        .where(within)
        .order_by(asked.c.oldest_at, CourseSession.code)
    ).all()


def current_sessions(within: Condition, now: datetime) -> Rows:
    """Drafts, and sessions whose deadline, first or last day is near or past: those that may need a step."""
    near = (now + AHEAD + DAY).date()
    soon = sa.and_(
        CourseSession.status == SessionStatus.OPEN,
        sa.or_(CourseSession.enrolment_closes_at <= now + AHEAD, CourseSession.starts_on <= near),
    )
    begun = sa.and_(CourseSession.status == SessionStatus.CONFIRMED, CourseSession.starts_on <= (now + DAY).date())
    ending = sa.and_(CourseSession.status == SessionStatus.RUNNING, CourseSession.ends_on <= (now + DAY).date())
    return db.session.execute(
        session_rows()
        .add_columns(last_meeting_ends().label("last_ends_at"), awaits_selection().label("awaits_selection"))
        .where(within, sa.or_(CourseSession.status == SessionStatus.DRAFT, soon, begun, ending))
        .order_by(CourseSession.starts_on, CourseSession.code)
    ).all()


def awaits_selection() -> sa.ColumnElement[bool]:
    """For a query over CourseSession: whether its places are given by a selection that is not final yet."""
    return sa.exists().where(Terms.course_session_id == CourseSession.id, Terms.final_at.is_(None))


def steps_due(sessions: Iterable[Row], now: datetime) -> list[tuple[Row, Due]]:
    """Of those sessions the ones that wait for a step, the late ones first."""
    due = [(session, decide_due(session, now)) for session in sessions]
    waiting = [(session, step) for session, step in due if step is not None]
    return sorted(waiting, key=lambda item: not item[1].is_late)


def below_minimum(sessions: Iterable[Row], now: datetime) -> list[Row]:
    """Of those sessions the ones that lack people shortly before the deadline or after it, the first deadline first.

    Before a selection is final, nobody can have a place: that is waited for under another heading.
    """
    lacking = (row for row in sessions if lacks_people(row, now) and not row.awaits_selection)
    return sorted(lacking, key=lambda row: row.enrolment_closes_at)


def certificates_ready(within: Condition) -> Rows:
    """Finished sessions with completions for which no certificate was ever issued; ``ready`` says how many."""
    issued = sa.exists().where(
        Certificate.person_id == Completion.person_id,
        Certificate.course_session_id == Completion.course_session_id,
        Certificate.kind == CertificateKind.COMPLETION,
    )
    ready = (
        sa.select(Completion.course_session_id, sa.func.count().label("ready"))
        .where(Completion.withdrawn_at.is_(None), ~issued)
        .group_by(Completion.course_session_id)
        .subquery()
    )
    return db.session.execute(
        session_rows()
        .add_columns(ready.c.ready)
        .join(ready, ready.c.course_session_id == CourseSession.id)
        .where(within, CourseSession.status == SessionStatus.FINISHED)
        .order_by(CourseSession.ends_on, CourseSession.code)
    ).all()


def failed_letters(within: Condition) -> int:
    """Letters that were given up; those about no session count for whoever keeps the whole office."""
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Letter)
            .outerjoin(CourseSession, CourseSession.id == Letter.course_session_id)
            .where(within, Letter.given_up_at.is_not(None), Letter.sent_at.is_(None))
        )
        or 0
    )


def count_untranslated() -> int:
    """How many courses, topics and organisations lack a text in Russian."""
    return len(untranslated_courses()) + len(untranslated_topics()) + len(untranslated_organisations())


def sessions_ahead(within: Condition, now: datetime, limit: int) -> Rows:
    """What is going on and what begins in the next fourteen days, soonest first."""
    return db.session.execute(
        session_rows()
        .where(
            within,
            CourseSession.status.in_(UPCOMING),
            CourseSession.starts_on <= (now + AHEAD).date(),
            CourseSession.ends_on >= now.date(),
        )
        .order_by(CourseSession.starts_on, CourseSession.code)
        .limit(limit)
    ).all()
