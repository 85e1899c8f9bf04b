"""Reads: certificates by session, person and code, and who signed the last one."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from trainingapp.accounts.models import Person
from trainingapp.catalogue.models import Course
from trainingapp.certificates.models import Certificate
from trainingapp.certificates.rules import Signatory, State, decide_state
from trainingapp.core.db import Row, Select, db
from trainingapp.scheduling.models import CourseSession


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
