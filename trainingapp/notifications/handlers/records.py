"""Letters about completions and certificates."""

from __future__ import annotations

from typing import Any

from trainingapp.certificates.events import CertificateIssued, CertificateReplaced, CertificateRevoked
from trainingapp.certificates.models import Certificate, Ground
from trainingapp.core.bus import on
from trainingapp.core.db import db
from trainingapp.notifications.handlers.telling import tell_one, this_moment
from trainingapp.records.events import CompletionRecorded, CompletionWithdrawn
from trainingapp.records.queries import completions_of


@on(CompletionRecorded)
def congratulate(event: CompletionRecorded) -> None:
    completion = completions_of(event.course_session_id)[event.person_id]
    tell_one(
        "completed",
        event.person_id,
        f"completed:{completion.id}",
        event.course_session_id,
        valid_until=completion.valid_until,
    )


@on(CompletionWithdrawn)
def tell_of_lost_completion(event: CompletionWithdrawn) -> None:
    reason = f"completion-withdrawn:{event.course_session_id}:{this_moment()}"
    tell_one("completion_withdrawn", event.person_id, reason, event.course_session_id, reason_given=event.reason)


@on(CertificateIssued)
def hand_over_the_certificate(event: CertificateIssued) -> None:
    tell_of_certificate("certificate_issued", event)


@on(CertificateRevoked)
def tell_of_revocation(event: CertificateRevoked) -> None:
    tell_of_certificate("certificate_revoked", event, ground=Ground(event.ground), reason_given=event.reason)


@on(CertificateReplaced)
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
