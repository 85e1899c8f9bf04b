"""What happens to certificates."""

from __future__ import annotations

from dataclasses import dataclass

from trainingapp.core.events import Event
from trainingapp.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class CertificateIssued(Event):
    sentence = _l("Certificate issued: %(certificate)s, %(person)s, %(session)s.")

    certificate_id: int
    person_id: int
    course_session_id: int
    kind: str
    serial: str


@dataclass(frozen=True, kw_only=True)
class CertificateRevoked(Event):
    sentence = _l("Certificate revoked: %(certificate)s, %(person)s, %(session)s.")
    facts = ("ground", "reason")

    certificate_id: int
    person_id: int
    course_session_id: int
    serial: str
    ground: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CertificateReplaced(Event):
    sentence = _l("Certificate replaced: %(certificate)s by %(replacement)s, %(person)s, %(session)s.")

    certificate_id: int
    replacement_id: int
    person_id: int
    course_session_id: int
    serial: str
    reason: str
