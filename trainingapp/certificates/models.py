"""Certificates: frozen when issued, never deleted, and numbered without gaps."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingapp.accounts.models import Person
from trainingapp.core.db import Base, enum_column, frozen
from trainingapp.core.i18n import LazyText, _l
from trainingapp.scheduling.models import CourseSession, OfSession


class CertificateKind(StrEnum):
    ATTENDANCE = "attendance"
    COMPLETION = "completion"

    @property
    def label(self) -> LazyText:
        return {
            CertificateKind.ATTENDANCE: _l("Certificate of attendance"),
            CertificateKind.COMPLETION: _l("Certificate of completion"),
        }[self]

    @property
    def is_of_attendance(self) -> bool:
        return self is CertificateKind.ATTENDANCE


class Ground(StrEnum):
    """Why a certificate was revoked, in as many words as a stranger may read."""

    ERROR = "error"
    CONDITIONS = "conditions"
    MISUSE = "misuse"
    REQUEST = "request"

    @property
    def label(self) -> LazyText:
        return GROUND_LABELS[self]


GROUND_LABELS = {
    Ground.ERROR: _l("It was issued in error."),
    Ground.CONDITIONS: _l("The conditions for it turned out not to have been met."),
    Ground.MISUSE: _l("It was obtained or used dishonestly."),
    Ground.REQUEST: _l("The holder or the holder’s organisation asked for it."),
}

STANDING = sa.text("revoked_at IS NULL AND replaced_at IS NULL")


class Certificate(OfSession, Base):
    """A certificate as it was issued: ``printed`` holds every field that stands on it, and is never changed.

    ``serial`` is for people; ``code`` is what a stranger checks it by, and cannot be guessed from the serial.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        sa.Index(
            "uq_certificate_standing",
            "person_id",
            "course_session_id",
            "kind",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
        sa.CheckConstraint("issued_by_id IS NULL OR issued_by_id <> person_id", name="nobody_certifies_oneself"),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revocation_reason IS NULL) AND (revoked_at IS NULL) = (revocation_ground IS NULL)",
            name="revoked_with_a_reason",
        ),
        sa.CheckConstraint("(replaced_at IS NULL) = (replacement_reason IS NULL)", name="replaced_with_a_reason"),
        sa.CheckConstraint("replaced_at IS NULL OR revoked_at IS NULL", name="revoked_or_replaced"),
    )

    serial: Mapped[str] = mapped_column(sa.String(30), unique=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    kind: Mapped[CertificateKind] = mapped_column(enum_column(CertificateKind, "certificate_kind"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    course_session_id: Mapped[int] = mapped_column(sa.ForeignKey("course_session.id"), index=True)
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    valid_until: Mapped[date | None]
    printed: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificate.id"), unique=True)
    replaced_at: Mapped[datetime | None]
    replacement_reason: Mapped[str | None] = mapped_column(sa.Text)
    revoked_at: Mapped[datetime | None]
    revocation_ground: Mapped[Ground | None] = mapped_column(enum_column(Ground, "revocation_ground"))
    revocation_reason: Mapped[str | None] = mapped_column(sa.Text)

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    course_session: Mapped[CourseSession] = relationship()
    issued_by: Mapped[Person | None] = relationship(foreign_keys=issued_by_id)
    replaces: Mapped[Certificate | None] = relationship(remote_side="Certificate.id")


AS_ISSUED = (
    "serial",
    "code",
    "kind",
    "person_id",
    "course_session_id",
    "issued_at",
    "issued_by_id",
    "valid_until",
    "printed",
)

frozen(Certificate.__table__, *AS_ISSUED)  # type: ignore[arg-type]


class CertificateSeries(Base):
    """The last number given in a year; its row is the lock under which the next one is taken."""

    __tablename__ = "certificate_series"

    year: Mapped[int] = mapped_column(unique=True)
    last_number: Mapped[int]
