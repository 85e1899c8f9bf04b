"""Letters about certificates."""

from __future__ import annotations

from typing import Any

from trainingapp.certificates.events import CertificateIssued, CertificateReplaced, CertificateRevoked
from trainingapp.certificates.models import Certificate, Ground
from trainingapp.core.bus import afterwards
from trainingapp.core.db import db
from trainingapp.mail.letters.writing import tell_one
from trainingapp.mail.services.facts import Facts, as_fact, attributes


@as_fact.register
def certificate_facts(certificate: Certificate) -> Facts:
    return attributes(certificate, "id", "serial", "kind")


@afterwards(CertificateIssued)
def hand_over_the_certificate(event: CertificateIssued) -> None:
    tell_of_certificate("certificate_issued", event)


@afterwards(CertificateRevoked)
def tell_of_revocation(event: CertificateRevoked) -> None:
    tell_of_certificate("certificate_revoked", event, ground=Ground(event.ground), reason_given=event.reason)


@afterwards(CertificateReplaced)
def tell_of_replacement(event: CertificateReplaced) -> None:
    tell_of_certificate(
        "certificate_replaced",
        event,
        reason_given=event.reason,
        serial=event.serial,
        replacement_id=event.replacement_id,
    )


def tell_of_certificate(
    kind: str,
    event: CertificateIssued | CertificateRevoked | CertificateReplaced,
    **facts: Any,
) -> None:
    certificate = db.session.get_one(Certificate, event.certificate_id)
    reason = f"{kind}:{event.certificate_id}"
    tell_one(kind, event.person_id, reason, event.course_session_id, certificate=certificate, **facts)
