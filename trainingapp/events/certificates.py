"""What happens to certificates."""

from __future__ import annotations

from dataclasses import dataclass

from trainingapp.events.base import Event


@dataclass(frozen=True, kw_only=True)
class CertificateIssued(Event):
    certificate_id: int
    person_id: int
    course_session_id: int
    kind: str
    serial: str


@dataclass(frozen=True, kw_only=True)
class CertificateRevoked(Event):
    certificate_id: int
    person_id: int
    course_session_id: int
    serial: str
    ground: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CertificateReplaced(Event):
    certificate_id: int
    replacement_id: int
    person_id: int
    course_session_id: int
    serial: str
    reason: str
