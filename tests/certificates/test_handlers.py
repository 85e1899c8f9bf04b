"""A certificate of completion does not outlive the completion."""

from __future__ import annotations

import sqlalchemy as sa

from tests.certificates.scenes import LATER, a_finished_session, someone_who_completed
from trainingapp.certificates import services
from trainingapp.certificates.models import Certificate, CertificateKind, Ground
from trainingapp.core.bus import publish
from trainingapp.core.db import db, transaction
from trainingapp.records.events import CompletionWithdrawn


def test_withdrawn_completion_revokes_its_certificate_only(app):
    course_session = a_finished_session()
    person = someone_who_completed(course_session)
    for kind in CertificateKind:
        services.issue(course_session.id, kind, now=LATER)
    event = CompletionWithdrawn(
        person_id=person.id, course_session_id=course_session.id, course_id=course_session.course_id, reason="Mixed up"
    )

    with transaction():
        publish(event)

    grounds = {one.kind: one.revocation_ground for one in db.session.scalars(sa.select(Certificate))}
    assert grounds == {CertificateKind.ATTENDANCE: None, CertificateKind.COMPLETION: Ground.CONDITIONS}
