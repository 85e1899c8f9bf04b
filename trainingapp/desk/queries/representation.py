"""What a contact point sees: people of the own administration only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from trainingapp.accounts.models import Organisation, Person, RoleGrant
from trainingapp.catalogue.models import Course
from trainingapp.certificates.models import Certificate
from trainingapp.core.db import Columns, Rows, Select, db
from trainingapp.core.permissions import Role
from trainingapp.desk.rules import EXPIRING
from trainingapp.enrolment.models import LIVE, Place
from trainingapp.enrolment.queries import PLACE_COLUMNS, with_standing
from trainingapp.scheduling.models import CourseSession, SessionStatus

NAME: Columns = (
    Person.id.label("person_id"),
    Person.name,
)


def represented_by(grants: Iterable[RoleGrant]) -> set[int]:
    """The organisations that somebody with those grants is the contact point of."""
    return {grant.organisation_id for grant in grants if grant.role is Role.CONTACT_POINT and grant.organisation_id}


def administrations(organisation_ids: Collection[int]) -> Rows:
    """Those organisations with how many people they have, and how many of them can sign in."""
    active = sa.and_(Person.organisation_id == Organisation.id, Person.deactivated_at.is_(None))
    return db.session.execute(
        sa.select(
            Organisation.id,
            Organisation.name,
            sa.func.count(Person.id).label("people"),
            sa.func.count(Person.password_hash).label("with_account"),
        )
        .outerjoin(Person, active)
        .where(Organisation.id.in_(organisation_ids))
        .group_by(Organisation.id)
        .order_by(Organisation.name_en)
    ).all()


def live_places(organisation_ids: Collection[int]) -> Select:
    """The statement for the places of those organisations' people that have not ended, the next session first."""
    return (
        with_standing(
            sa.select(
                *(column for column in PLACE_COLUMNS if column is not Place.person_id),
                *NAME,
                CourseSession.code,
                Course.title.label("course_title"),
            ).select_from(Place)
        )
        .join(Person, Person.id == Place.person_id)
        .join(CourseSession, CourseSession.id == Place.course_session_id)
        .join(Course, Course.id == CourseSession.course_id)
        .where(
            Place.organisation_id.in_(organisation_ids),
            Place.status.in_(LIVE),
            CourseSession.status.not_in([SessionStatus.FINISHED, SessionStatus.CANCELLED]),
        )
        .order_by(CourseSession.starts_on, CourseSession.code, Person.sort_key, Place.id)
    )


def expiring_certificates(organisation_ids: Collection[int], today: date) -> Rows:
    """Certificates of those organisations' people that end in the next ninety days and that no later one outlives."""
    later, session, later_session = aliased(Certificate), CourseSession, aliased(CourseSession)
    outlived = (
        sa.exists()
        .where(
            later.person_id == Certificate.person_id,
            later.kind == Certificate.kind,
            later.id != Certificate.id,
            later.revoked_at.is_(None),
            later.replaced_at.is_(None),
            sa.or_(later.valid_until.is_(None), later.valid_until > Certificate.valid_until),
            later_session.id == later.course_session_id,
            later_session.course_id == session.course_id,
        )
        .correlate(Certificate, session)
    )
    return db.session.execute(
        sa.select(
            *NAME,
            Certificate.kind,
            Certificate.serial,
            Certificate.valid_until,
            Course.id.label("course_id"),
            Course.title,
        )
        .join(Person, Person.id == Certificate.person_id)
        .join(session, session.id == Certificate.course_session_id)
        .join(Course, Course.id == session.course_id)
        .where(
            Person.organisation_id.in_(organisation_ids),
            Person.deactivated_at.is_(None),
            Certificate.revoked_at.is_(None),
            Certificate.replaced_at.is_(None),
            Certificate.valid_until.between(today, today + EXPIRING),
            ~outlived,
        )
        .order_by(Certificate.valid_until, Person.sort_key, Certificate.id)
    ).all()
