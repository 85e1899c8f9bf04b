"""What the cards of the front pages read, on both engines."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests import builders
from tests.builders import NOW, TODAY
from tests.desk import waiting
from trainingapp.accounts.models import AccessLink as Link
from trainingapp.accounts.models import LinkPurpose
from trainingapp.accounts.queries.access import account_counts
from trainingapp.accounts.queries.organisations import administrations, organisation_counts
from trainingapp.accounts.queries.roles import role_counts
from trainingapp.accounts.rules.access import AccountState
from trainingapp.attendance.queries import cards as registers
from trainingapp.catalogue.queries import course_counts
from trainingapp.certificates.queries.certificates import certificates_ready, expiring_certificates
from trainingapp.core.db import db
from trainingapp.core.permissions import Role
from trainingapp.enrolment.models import PlaceStatus
from trainingapp.enrolment.queries import cards as places
from trainingapp.mail.queries import failed_letters
from trainingapp.scheduling.queries.sessions import kept_by, led_by, sessions_ahead

pytestmark = pytest.mark.usefixtures("app")
EVERYTHING = sa.true()


def test_the_coordinators_lists_hold_what_waits() -> None:
    waiting.a_busy_office(builders.a_trainer(), builders.an_organisation(), 2)

    sessions = places.current_sessions(EVERYTHING, NOW)

    assert [row.requests for row in places.requests(EVERYTHING)] == [1, 1]
    assert len(places.below_minimum(sessions, NOW)) == 2
    assert len(places.steps_due(sessions, NOW)) == 2
    assert len(registers.missing_registers(NOW, EVERYTHING)) == 4
    assert len(registers.sessions_to_mark(NOW, EVERYTHING)) == 2
    assert [row.ready for row in certificates_ready(EVERYTHING)] == [1, 1]
    assert failed_letters(EVERYTHING) == 2
    assert len(sessions_ahead(EVERYTHING, NOW, 9)) == 2


def test_a_coordinator_keeps_the_sessions_of_the_granted_centres() -> None:
    here, there = builders.a_centre(), builders.a_centre()
    near, _far = builders.a_session(centre_id=here.id), builders.a_session(centre_id=there.id)
    online = builders.a_session(centre_id=None, capacity_in_person=0, capacity_online=5)

    of_one = sessions_ahead(kept_by(builders.a_coordinator(centre=here)), NOW + timedelta(days=20), 9)
    of_all = sessions_ahead(kept_by(builders.a_coordinator()), NOW + timedelta(days=20), 9)

    assert [row.id for row in of_one] == [near.id]
    assert online.id in [row.id for row in of_all]


def test_a_revoked_certificate_is_not_offered_for_issue_again() -> None:
    officer, course = builders.an_officer(), builders.a_course()
    waiting.ready_to_issue(course, officer, 0)
    done = certificates_ready(EVERYTHING)[0]
    waiting.a_certificate(done, officer, revoked_at=NOW, revocation_reason="A mistake", revocation_ground="error")

    assert not certificates_ready(EVERYTHING)


def test_a_trainer_reads_of_own_sessions_only() -> None:
    trainer = builders.a_trainer()
    waiting.a_busy_office(builders.a_trainer(), builders.an_organisation())
    waiting.a_busy_office(trainer, builders.an_organisation())

    coming = registers.coming_meetings(NOW, led_by(trainer.id))

    assert [row.marked for row in coming] == [0, 0]
    assert [row.seats for row in coming] == [1, 1]
    assert len(registers.missing_registers(NOW, led_by(trainer.id))) == 2
    assert len(registers.sessions_to_mark(NOW, led_by(trainer.id))) == 1


def test_registers_of_sessions_finished_long_ago_are_left_in_peace() -> None:
    old = builders.a_session(status=waiting.FINISHED, starts_on=date(2025, 3, 3), ends_on=date(2025, 3, 4))
    builders.a_meeting(old)
    waiting.a_place(old, builders.an_officer(), PlaceStatus.PLACED)

    assert not registers.missing_registers(NOW, EVERYTHING)


def test_the_next_meetings_are_those_of_a_seat() -> None:
    officer = builders.an_officer()
    seated, asked = builders.a_session(), builders.a_session()
    meeting = builders.a_meeting(seated)
    builders.a_meeting(asked)
    waiting.a_place(seated, officer, PlaceStatus.PLACED)
    waiting.a_place(asked, officer, PlaceStatus.REQUESTED)

    assert [row.id for row in places.next_meetings(officer.id, NOW, 5)] == [meeting.id]


def test_a_contact_point_reads_of_own_officers_only() -> None:
    own, foreign, trainer = builders.an_organisation(), builders.an_organisation(), builders.a_trainer()
    waiting.a_busy_office(trainer, own)
    waiting.a_busy_office(trainer, foreign)

    found = db.session.execute(places.places_of_administrations({own.id})).all()

    assert [row.status for row in found] == [PlaceStatus.PLACED, PlaceStatus.REQUESTED]
    assert [row.people for row in administrations({own.id})] == [1]
    assert len(expiring_certificates({own.id}, TODAY)) == 1
    assert not expiring_certificates(set(), TODAY)


def test_a_renewed_certificate_does_not_expire() -> None:
    officer, course = builders.an_officer(), builders.a_course()
    for until in (date(2026, 6, 1), date(2028, 6, 1)):
        waiting.a_certificate(builders.a_session(course), officer, valid_until=until)

    assert not expiring_certificates({officer.organisation_id}, TODAY)


def test_accounts_are_counted_by_state() -> None:
    builders.an_officer(password_hash="x")
    invited = builders.an_officer()
    builders.add(
        Link(
            person_id=invited.id,
            purpose=LinkPurpose.INVITATION,
            created_at=NOW - timedelta(days=1),
            expires_at=NOW + timedelta(days=1),
        )
    )
    builders.an_officer(deactivated_at=NOW)

    counts = account_counts(NOW)

    assert counts == {AccountState.ACTIVE: 1, AccountState.INVITED: 1, AccountState.WITHOUT: 0, AccountState.OFF: 1}
    assert role_counts()[Role.OFFICER] == 2
    assert organisation_counts()["administration"] == 3


def test_the_front_door_counts_every_kind() -> None:
    assert set(course_counts().values()) == {0}
