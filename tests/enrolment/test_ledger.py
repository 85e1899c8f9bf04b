"""What the ledger of a locked session reads is what is true under its lock."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.books import an_invited_session
from tests.builders import NOW, an_officer
from trainingapp.accounts.models import Person
from trainingapp.core.db import db, transaction
from trainingapp.enrolment.models import Terms
from trainingapp.enrolment.queries.terms import find_terms
from trainingapp.enrolment.services.ledger import Ledger

pytestmark = pytest.mark.both_engines


def behind_the_back(statement: sa.Update) -> None:
    """As another process writes it: what this one has read does not change by it."""
    db.session.execute(statement.execution_options(synchronize_session=False))


def test_terms_are_read_under_the_lock(app):
    session_id = an_invited_session().session_id

    with transaction():
        read_before = find_terms(session_id)
        offer_days = read_before.offer_days
        behind_the_back(sa.update(Terms).values(offer_days=offer_days + 1))
        decided_by = Ledger.lock(session_id, NOW).terms.offer_days

    assert (read_before.offer_days, decided_by) == (offer_days + 1, offer_days + 1)


def test_what_was_known_of_people_before_they_were_locked_is_read_again(app):
    invited, person = an_invited_session(), an_officer()

    with transaction():
        ledger = Ledger.lock(invited.session_id, NOW)
        before = ledger.candidate(person.id)
        behind_the_back(sa.update(Person).where(Person.id == person.id).values(deactivated_at=NOW))
        ledger.lock_people([person.id])
        after = ledger.candidate(person.id)

    assert (before.is_active, after.is_active) == (True, False)
