"""Reads: certificates by session, person and code, and who signed the last one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from trainingapp.accounts.models import Person
from trainingapp.catalogue.models import Course
from trainingapp.certificates.models import Certificate, CertificateKind
from trainingapp.certificates.rules.issuing import Signatory, State, decide_state
from trainingapp.core.db import Row, Rows, Select, db
from trainingapp.records.models import Completion
from trainingapp.records.rules import EXPIRING
from trainingapp.scheduling.models import CourseSession, SessionStatus
from trainingapp.scheduling.queries.sessions import session_rows


def find_session(session_id: int) -> CourseSession | None:
    """The session with its course and centre."""
    options = (joinedload(CourseSession.course), joinedload(CourseSession.centre))
    return db.session.get(CourseSession, session_id, options=options)


def find_certificate(certificate_id: int) -> Certificate | None:
    """The certificate with its session."""
    return db.session.get(Certificate, certificate_id, options=(joinedload(Certificate.course_session),))


def find_by_code(code: str) -> Certificate | None:
    """The certificate of that code, in its canonical form."""
    return db.session.scalars(sa.select(Certificate).where(Certificate.code == code)).one_or_none()


def find_replacement(certificate: Certificate) -> Certificate | None:
    """The certificate that replaced this one."""
    return db.session.scalars(sa.select(Certificate).where(Certificate.replaces_id == certificate.id)).one_or_none()


def state_of(certificate: Certificate | Row, today: date) -> State:
    """The state on that day of a certificate, or of a row with its columns."""
    return decide_state(
        revoked_at=certificate.revoked_at,
        replaced_at=certificate.replaced_at,
        valid_until=certificate.valid_until,
        today=today,
    )


def certificates_of_session(course_session_id: int) -> list[Row]:
    """Rows of all certificates of a session, in the order of names."""
    return list(
        db.session.execute(
            rows_of_certificates()
            .where(Certificate.course_session_id == course_session_id)
            .order_by(Person.sort_key, Certificate.kind, Certificate.id)
        )
    )


def certificates_of_person(person_id: int) -> list[Row]:
    """Rows of all certificates of a person, the newest first; ``title`` is that of the course."""
    return list(
        db.session.execute(
            rows_of_certificates()
            .add_columns(Course.title)
            .join(CourseSession, CourseSession.id == Certificate.course_session_id)
            .join(Course, Course.id == CourseSession.course_id)
            .where(Certificate.person_id == person_id)
            .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
        )
    )


def rows_of_certificates() -> Select:
    return sa.select(
        Certificate.id,
        Certificate.kind,
        Certificate.serial,
        Certificate.code,
        Certificate.person_id,
        Certificate.issued_at,
        Certificate.valid_until,
        Certificate.revoked_at,
        Certificate.replaced_at,
        Person.name,
    ).join(Person, Person.id == Certificate.person_id)


def last_signatory() -> Signatory:
    """Who signed the certificate issued last; nobody before the first one."""
    printed = db.session.scalar(sa.select(Certificate.printed).order_by(Certificate.id.desc()).limit(1)) or {}
    return Signatory(
        **{field: printed.get(f"signatory_{field}", "") for field in ("name_en", "name_ru", "post_en", "post_ru")}
    )


def certificates_ready(within: sa.ColumnElement[bool]) -> Rows:
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
            Person.id.label("person_id"),
            Person.name,
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
