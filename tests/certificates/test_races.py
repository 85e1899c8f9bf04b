"""Certificates when several people do several things at once, with everything that listens, on both engines."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from tests.builders import a_coordinator
from tests.certificates.scenes import LATER, a_finished_session, someone_who_completed
from trainingapp.certificates import services
from trainingapp.certificates.models import Certificate, CertificateKind
from trainingapp.core.actor import acting_as
from trainingapp.core.clock import standing_at
from trainingapp.core.db import db, transaction
from trainingapp.core.errors import DomainError
from trainingapp.records.models import Completion
from trainingapp.records.services import withdraw_completion

pytestmark = pytest.mark.races

COMPLETION = CertificateKind.COMPLETION


def unexpected(results: list[Any]) -> list[Exception]:
    return [one for one in results if isinstance(one, Exception) and not isinstance(one, DomainError)]


def test_two_who_issue_at_once_give_everybody_one_certificate(app: Any, in_threads: Any) -> None:
    course_session = a_finished_session()
    people = [someone_who_completed(course_session).id for _ in range(3)]

    results = in_threads([partial(services.issue, course_session.id, COMPLETION, now=LATER)] * 4)

    assert unexpected(results) == []
    holders = db.session.scalars(sa.select(Certificate.person_id).order_by(Certificate.id)).all()
    assert sorted(holders) == people
    serials = db.session.scalars(sa.select(Certificate.serial).order_by(Certificate.id)).all()
    assert serials == [f"ROCB-2026-{number:06}" for number in (1, 2, 3)]


def test_certificate_never_outlives_a_completion_that_is_withdrawn_meanwhile(app: Any, in_threads: Any) -> None:
    def withdraw(completion_id: int) -> None:
        with standing_at(LATER), acting_as(coordinator_id):
            withdraw_completion(completion_id, "The mark was wrong", now=LATER)

    coordinator_id = a_coordinator().id
    for _ in range(4):
        course_session = a_finished_session()
        person_id = someone_who_completed(course_session).id
        completion_id = db.session.scalars(sa.select(Completion.id).where(Completion.person_id == person_id)).one()

        results = in_threads(
            [partial(services.issue, course_session.id, COMPLETION, now=LATER), partial(withdraw, completion_id)]
        )

        assert unexpected(results) == []
        of_person = Certificate.person_id == person_id
        assert (
            db.session.scalars(sa.select(Certificate.id).where(of_person, Certificate.revoked_at.is_(None))).all() == []
        )


@pytest.mark.parametrize(
    "statement",
    ["UPDATE certificate SET printed = '{}'", "UPDATE certificate SET code = 'x'", "DELETE FROM certificate"],
)
def test_the_database_refuses_to_change_what_was_issued(app: Any, statement: str) -> None:
    course_session = a_finished_session()
    someone_who_completed(course_session)
    services.issue(course_session.id, COMPLETION, now=LATER)

    with pytest.raises(DatabaseError, match="frozen"), transaction():
        db.session.execute(sa.text(statement))
