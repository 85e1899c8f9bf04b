"""What certificates do when something happens further down."""

from __future__ import annotations

import sqlalchemy as sa

from trainingapp.certificates import services
from trainingapp.certificates.models import Certificate, CertificateKind, Ground
from trainingapp.core.bus import on
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.records.events import CompletionWithdrawn


@on(CompletionWithdrawn)
def revoke_what_has_lost_its_ground(event: CompletionWithdrawn) -> None:
    """A certificate of completion does not outlive the completion that it certifies."""
    standing = db.session.scalars(
        sa.select(Certificate.id).where(
            Certificate.person_id == event.person_id,
            Certificate.course_session_id == event.course_session_id,
            Certificate.kind == CertificateKind.COMPLETION,
            Certificate.revoked_at.is_(None),
            Certificate.replaced_at.is_(None),
        )
    ).all()
    for certificate_id in standing:
        services.revoke(certificate_id, event.reason, ground=Ground.CONDITIONS, now=utc_now())
