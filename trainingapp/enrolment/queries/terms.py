"""On what terms the places of a session are given where administrations nominate, and the quotas."""

from __future__ import annotations

import sqlalchemy as sa

from trainingapp.accounts.models import Person
from trainingapp.core.db import db
from trainingapp.enrolment.models import Quota, Terms
from trainingapp.enrolment.rules.joining import SessionFacts
from trainingapp.scheduling.models import CourseSession


def find_terms(course_session_id: int, *, afresh: bool = False) -> Terms | None:
    """On what terms the session's places are given by nomination; None where they are not.

    ``afresh``: read from the database, under the lock of the session, even when they were read before.
    """
    wanted = sa.select(Terms).where(Terms.course_session_id == course_session_id)
    return db.session.scalars(wanted.execution_options(populate_existing=afresh)).one_or_none()


def is_by_nomination(course_session_id: int) -> bool:
    """Whether the session's places are given by nomination."""
    return db.session.scalar(sa.select(sa.exists().where(Terms.course_session_id == course_session_id))) is True


def facts_of(course_session: CourseSession) -> SessionFacts:
    """What the rules have to know of a session."""
    return SessionFacts.of(course_session, by_nomination=is_by_nomination(course_session.id))


def organisation_of(person_id: int) -> int | None:
    """Where the person belongs; None when there is no such person."""
    return db.session.scalar(sa.select(Person.organisation_id).where(Person.id == person_id))


def quotas_of(course_session_id: int) -> dict[int, Quota]:
    """The quotas of the session by organisation, read from the database even when they were read before."""
    wanted = sa.select(Quota).where(Quota.course_session_id == course_session_id)
    rows = db.session.scalars(wanted.execution_options(populate_existing=True))
    return {quota.organisation_id: quota for quota in rows}


def free_quotas(course_session_id: int) -> dict[int, int]:
    """How many seats each organisation may still take."""
    rows = db.session.execute(
        sa.select(Quota.organisation_id, Quota.accept - Quota.taken).where(Quota.course_session_id == course_session_id)
    )
    return {row[0]: row[1] for row in rows}
