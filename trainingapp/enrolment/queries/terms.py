"""On what terms the places of a session are given where administrations nominate, and the quotas."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from trainingapp.accounts.models import Person
from trainingapp.core.db import db
from trainingapp.enrolment.models import Quota, Terms


def find_terms(course_session_id: int) -> Terms | None:
    """On what terms the session's places are given by nomination; None where they are not."""
    return db.session.scalars(sa.select(Terms).where(Terms.course_session_id == course_session_id)).one_or_none()


def find_quota(course_session_id: int, organisation_id: int) -> Quota | None:
    return db.session.scalars(
        sa.select(Quota).where(Quota.course_session_id == course_session_id, Quota.organisation_id == organisation_id)
    ).one_or_none()


def find_quota_of_person(course_session_id: int, person_id: int) -> Quota | None:
    """The quota of the person's organisation."""
    organisation_id = organisation_of(person_id)
    return None if organisation_id is None else find_quota(course_session_id, organisation_id)


def organisation_of(person_id: int) -> int | None:
    """Where the person belongs; None when there is no such person."""
    return db.session.scalar(sa.select(Person.organisation_id).where(Person.id == person_id))


def quotas_of(course_session_id: int) -> dict[int, Quota]:
    """The quotas of the session by organisation."""
    rows = db.session.scalars(
        sa.select(Quota).options(joinedload(Quota.organisation)).where(Quota.course_session_id == course_session_id)
    )
    return {quota.organisation_id: quota for quota in rows}


def free_quotas(course_session_id: int) -> dict[int, int]:
    """How many seats each organisation may still take."""
    rows = db.session.execute(
        sa.select(Quota.organisation_id, Quota.accept - Quota.taken).where(Quota.course_session_id == course_session_id)
    )
    return {row[0]: row[1] for row in rows}
