"""Issuing, revoking and replacing certificates."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from trainingapp.certificates.events import CertificateIssued, CertificateReplaced, CertificateRevoked
from trainingapp.certificates.models import Certificate, CertificateKind, CertificateSeries, Ground
from trainingapp.certificates.queries import certificates as queries
from trainingapp.certificates.queries.recipients import Recipient, find_replacement_for, recipients_of
from trainingapp.certificates.rules.codes import new_code, serial_number
from trainingapp.certificates.rules.contents import Occasion
from trainingapp.certificates.rules.issuing import PrintedFields, Signatory, check_change, check_reason
from trainingapp.core.actor import acting
from trainingapp.core.bus import publish
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import StrOrLazy, _l
from trainingapp.core.office import the_office
from trainingapp.core.text import tidy
from trainingapp.scheduling.models import CourseSession


@dataclass(frozen=True)
class Issued:
    """A certificate that was issued, and to whom."""

    certificate_id: int
    person_id: int
    name: str
    serial: str


@dataclass(frozen=True)
class Refused:
    """Somebody who got none, and the sentence why."""

    person_id: int
    name: str
    reason: StrOrLazy


@dataclass(frozen=True)
class IssueReport:
    """What came of issuing certificates to a session."""

    issued: tuple[Issued, ...]
    refused: tuple[Refused, ...]


def issue(
    course_session_id: int,
    kind: CertificateKind,
    person_ids: Collection[int] | None = None,
    *,
    now: datetime,
    signatory: Signatory | None = None,
) -> IssueReport:
    """Issue certificates of that kind to those of the session who meet the rule: to all, or to the people named.

    The report has the reason for everyone else. Serial numbers are taken without gaps. Without a signatory it is the
    one of the certificate issued last.
    """
    with transaction():
        course_session = locked(CourseSession, course_session_id)
        occasion = occasion_of(signatory, now)
        earlier = queries.certificates_of_session(course_session.id)
        recipients = recipients_of(course_session, kind, occasion, earlier, person_ids or ())
        asked = [one for one in recipients if person_ids is None or one.holder.person_id in person_ids]
        allowed = [one for one in asked if one.reason is None]
        numbers = take_numbers(occasion.today.year, len(allowed))
        issued = [issue_one(one, course_session, serial, now) for one, serial in zip(allowed, numbers, strict=True)]
    refused = [Refused(one.holder.person_id, one.holder.list_name, one.reason) for one in asked if one.reason]
    return IssueReport(tuple(issued), tuple(refused))


def issue_one(recipient: Recipient, course_session: CourseSession, serial: str, now: datetime) -> Issued:
    person_id = recipient.holder.person_id
    certificate = added(recipient.printed, serial, person_id=person_id, session_id=course_session.id, now=now)
    publish(
        CertificateIssued(
            certificate_id=certificate.id,
            person_id=person_id,
            course_session_id=course_session.id,
            kind=certificate.kind.value,
            serial=serial,
        )
    )
    return Issued(certificate.id, person_id, recipient.holder.list_name, serial)


def added(printed: PrintedFields, serial: str, *, person_id: int, session_id: int, now: datetime) -> Certificate:
    """A new certificate with its number and a code of its own."""
    code = new_code()
    certificate = Certificate(
        serial=serial,
        code=code,
        kind=printed.kind,
        person_id=person_id,
        course_session_id=session_id,
        issued_at=now,
        issued_by_id=acting().person_id,
        valid_until=printed.valid_until,
        printed=dataclasses.replace(printed, serial=serial, code=code).to_dict(),
    )
    db.session.add(certificate)
    db.session.flush()
    return certificate


def take_numbers(year: int, count: int) -> list[str]:
    """The next serial numbers of the year. The row of the series is the lock; a rollback gives the numbers back."""
    if not count:
        return []
    series = locked_series(year)
    first = series.last_number + 1
    series.last_number += count
    return [serial_number(year, number) for number in range(first, first + count)]


def locked_series(year: int) -> CertificateSeries:
    """The series of the year under its lock; made by whoever comes first."""
    statement = sa.select(CertificateSeries).where(CertificateSeries.year == year).with_for_update()
    series = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if series is not None:
        return series
    try:
        with db.session.begin_nested():
            db.session.add(CertificateSeries(year=year, last_number=0))
    except IntegrityError:
        pass  # somebody else was first: that row is there now
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def revoke(certificate_id: int, remark: str = "", *, ground: Ground = Ground.ERROR, now: datetime) -> Certificate:
    """Revoke a certificate. Strangers are told the ground and the day, the holder the remark as well.

    Raises DomainError when it does not stand any more.
    """
    with transaction():
        certificate = locked_certificate(certificate_id)
        certificate.revocation_reason = tidy(remark)
        certificate.revocation_ground = ground
        certificate.revoked_at = now
        db.session.flush()
        publish(
            CertificateRevoked(
                certificate_id=certificate.id,
                person_id=certificate.person_id,
                course_session_id=certificate.course_session_id,
                serial=certificate.serial,
                ground=ground.value,
                reason=certificate.revocation_reason,
            )
        )
    return certificate


def replace(certificate_id: int, reason: str, *, now: datetime, signatory: Signatory | None = None) -> Certificate:
    """Replace a certificate by a new one that says what is true today; the old one points to it.

    Raises DomainError when it does not stand any more, when the reason is lacking, or when the holder does not meet
    the rule any more: then it is to be revoked.
    """
    with transaction():
        old = locked_certificate(certificate_id)
        old.replacement_reason = check_reason(reason)
        old.replaced_at = now
        db.session.flush()
        occasion = occasion_of(signatory, now)
        recipient = replacement_for(old, occasion)
        (serial,) = take_numbers(occasion.today.year, 1)
        new = added(recipient.printed, serial, person_id=old.person_id, session_id=old.course_session_id, now=now)
        new.replaces_id = old.id
        db.session.flush()
        publish(
            CertificateReplaced(
                certificate_id=old.id,
                replacement_id=new.id,
                person_id=old.person_id,
                course_session_id=old.course_session_id,
                serial=serial,
                reason=old.replacement_reason,
            )
        )
    return new


def locked_certificate(certificate_id: int) -> Certificate:
    """The certificate, under the locks of its session and its own. Raises DomainError when it does not stand."""
    session_id = db.session.scalars(
        sa.select(Certificate.course_session_id).where(Certificate.id == certificate_id)
    ).one()
    locked(CourseSession, session_id)
    certificate = locked(Certificate, certificate_id)
    check_change(revoked_at=certificate.revoked_at, replaced_at=certificate.replaced_at)
    return certificate


def occasion_of(signatory: Signatory | None, now: datetime) -> Occasion:
    """Here and now, by whoever acts, signed by the one named or else by who signed last."""
    return Occasion(
        office=the_office(),
        signatory=signatory or queries.last_signatory(),
        now=now,
        issuer_id=acting().person_id,
    )


def replacement_for(old: Certificate, occasion: Occasion) -> Recipient:
    """What the new certificate will say. Raises DomainError with the reason against it."""
    recipient = find_replacement_for(old, occasion)
    if recipient is None:
        raise DomainError(_l("The holder has no place in this session any more: revoke the certificate instead."))
    if recipient.reason is not None:
        raise DomainError(recipient.reason)
    return recipient
