"""Handing over the role of an administration's contact point."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tests.builders import (
    NOW,
    a_contact_point,
    a_coordinator,
    a_person,
    an_administrator,
    an_officer,
    an_organisation,
)
from trainingapp.accounts.models import AccessLink, Person
from trainingapp.accounts.queries.roles import contact_points
from trainingapp.accounts.services import contact_points as services
from trainingapp.audit.models import AuditEntry
from trainingapp.core.actor import acting_as
from trainingapp.core.db import db
from trainingapp.core.errors import DomainError
from trainingapp.core.permissions import Role

pytestmark = [pytest.mark.usefixtures("time_stands")]


def represents(person_id: int, organisation_id: int) -> bool:
    person = db.session.get_one(Person, person_id)
    return any(one.role is Role.CONTACT_POINT and one.organisation_id == organisation_id for one in person.grants)


def an_administration() -> tuple[int, Person, Person]:
    """An organisation, its contact point, and an officer of it."""
    organisation = an_organisation().id
    return organisation, a_contact_point(organisation_id=organisation), an_officer(organisation_id=organisation)


def events_told() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.event).order_by(AuditEntry.id)))


@pytest.mark.both_engines
def test_handing_over_moves_the_role_and_invites_who_has_no_account(app):
    organisation, old, new = an_administration()

    services.hand_over(organisation, new.id, predecessor_id=old.id, now=NOW)

    assert represents(new.id, organisation)
    assert not represents(old.id, organisation)
    assert db.session.scalars(sa.select(AccessLink.person_id)).all() == [new.id]
    assert events_told() == ["RoleRevoked", "RoleGranted", "ContactPointHandedOver", "PersonInvited"]


@pytest.mark.both_engines
def test_both_may_keep_the_role(app):
    organisation, old, new = an_administration()

    services.hand_over(organisation, new.id, now=NOW)

    assert represents(new.id, organisation)
    assert represents(old.id, organisation)


def test_who_has_an_account_is_not_invited_again(app):
    organisation, old, _officer = an_administration()
    new = an_officer(organisation_id=organisation, password_hash="x")

    services.hand_over(organisation, new.id, predecessor_id=old.id, now=NOW)

    assert db.session.scalars(sa.select(AccessLink.id)).all() == []


def test_one_contact_point_can_step_down_for_another(app):
    organisation, old, _officer = an_administration()
    other = a_contact_point(organisation_id=organisation)

    services.hand_over(organisation, other.id, predecessor_id=old.id, now=NOW)

    assert represents(other.id, organisation)
    assert not represents(old.id, organisation)


def test_role_of_another_organisation_stays(app):
    organisation, old, new = an_administration()
    elsewhere = a_contact_point().organisation_id
    person = a_person(Role.CONTACT_POINT, Role.OFFICER, organisation_id=organisation)

    services.hand_over(organisation, new.id, predecessor_id=person.id, now=NOW)

    assert represents(old.id, organisation)
    assert db.session.get_one(Person, person.id).roles == {Role.OFFICER}
    assert elsewhere != organisation


@pytest.mark.parametrize(
    ("who", "field"),
    [
        ("stranger", "person_id"),
        ("switched off", "person_id"),
        ("oneself", "person_id"),
        ("nobody's predecessor", "predecessor_id"),
    ],
)
def test_handing_over_is_refused_and_changes_nothing(app, who, field):
    organisation, old, new = an_administration()
    choices: dict[str, dict[str, Any]] = {
        "stranger": {"person_id": an_officer().id, "predecessor_id": old.id},
        "switched off": {
            "person_id": an_officer(organisation_id=organisation, deactivated_at=NOW).id,
            "predecessor_id": old.id,
        },
        "oneself": {"person_id": old.id, "predecessor_id": old.id},
        "nobody's predecessor": {"person_id": new.id, "predecessor_id": an_officer(organisation_id=organisation).id},
    }

    with pytest.raises(DomainError) as refusal:
        services.hand_over(organisation, **choices[who], now=NOW)

    assert refusal.value.field == field
    assert represents(old.id, organisation)
    assert events_told() == []


def test_making_somebody_the_contact_point_twice_is_refused(app):
    organisation, old, _officer = an_administration()

    with pytest.raises(DomainError, match="already the contact point"):
        services.hand_over(organisation, old.id, now=NOW)


# --- the page


@pytest.mark.parametrize("language", ["en", "ru"])
def test_contact_point_hands_over_the_own_role(client_as, language):
    organisation, old, new = an_administration()
    client = client_as(old, language=language)

    client.get(f"/organisations/{organisation}/hand-over")
    response = client.post(f"/organisations/{organisation}/hand-over", {"person_id": new.id})

    assert client.location(response) == "/my"  # the organisation's page is no longer the reader's
    assert represents(new.id, organisation)
    assert not represents(old.id, organisation)


def test_contact_point_may_keep_the_role_and_names_the_colleague_by_address(client_as):
    organisation, old, new = an_administration()
    client = client_as(old)

    response = client.post(f"/organisations/{organisation}/hand-over", {"email": new.email.upper(), "keep": "y"})

    assert client.location(response) == f"/organisations/{organisation}"
    assert represents(new.id, organisation)
    assert represents(old.id, organisation)


def test_contact_point_cannot_relieve_another(client_as):
    organisation, old, new = an_administration()
    other = a_contact_point(organisation_id=organisation)

    values = {"person_id": new.id, "predecessor_id": other.id}
    client_as(old).post(f"/organisations/{organisation}/hand-over", values, status=422)

    assert represents(other.id, organisation)
    assert not represents(new.id, organisation)


def test_administrator_puts_somebody_in_place_of_the_contact_point(client_as):
    organisation, old, new = an_administration()
    client = client_as(an_administrator())

    client.get(f"/organisations/{organisation}/hand-over")
    client.post(f"/organisations/{organisation}/hand-over", {"person_id": new.id, "predecessor_id": old.id})

    assert represents(new.id, organisation)
    assert not represents(old.id, organisation)


def test_administrator_gives_the_role_where_nobody_has_it(client_as):
    organisation = an_organisation().id
    new = an_officer(organisation_id=organisation)
    client = client_as(an_administrator())

    text = client.text(f"/organisations/{organisation}/hand-over")
    client.post(f"/organisations/{organisation}/hand-over", {"person_id": new.id})

    assert "nobody yet" in text
    assert represents(new.id, organisation)


@pytest.mark.parametrize("values", [{}, {"email": "nobody@example.org"}, {"person_id": "x"}, {"person_id": "999999"}])
def test_hand_over_page_asks_again(client_as, values):
    organisation, old, _new = an_administration()

    client_as(old).post(f"/organisations/{organisation}/hand-over", values, status=422)

    assert represents(old.id, organisation)


def test_role_is_handed_over_by_its_holder_and_administrators_only(client_as):
    organisation, old, new = an_administration()
    allowed, refused = [old, an_administrator()], [new, a_contact_point(), a_coordinator()]

    for person in allowed:
        client_as(person).get(f"/organisations/{organisation}/hand-over")
    for person in refused:
        client_as(person).get(f"/organisations/{organisation}/hand-over", status=403)


def test_page_of_an_organisation_links_to_the_hand_over(client_as):
    organisation, old, _new = an_administration()
    client = client_as(old)

    client.get(f"/organisations/{organisation}")

    assert f"/organisations/{organisation}/hand-over" in client.page.links


def test_administrator_does_not_make_himself_the_contact_point(app):
    person = an_administrator()

    with acting_as(person.id), pytest.raises(DomainError, match="Please ask another administrator") as refusal:
        services.hand_over(person.organisation_id, person.id, now=NOW)

    assert refusal.value.field == "person_id"
    assert contact_points(person.organisation_id) == []
