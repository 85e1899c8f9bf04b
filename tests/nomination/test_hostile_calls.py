"""What a contact point must not learn about, or do to, the people of other administrations, whatever the form holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import current_app

from tests import builders
from tests.enrolment.test_offer_views import Scene
from trainingapp.core.db import db, transaction
from trainingapp.core.files import StoredFile
from trainingapp.enrolment.models import Place
from trainingapp.nomination.models import Invitation
from trainingapp.nomination.queries.nominations import count_live
from trainingapp.nomination.services.nominations import attach_letter

pytestmark = pytest.mark.usefixtures("time_stands")


@pytest.fixture
def invitation(app):
    return builders.an_invitation(builders.a_call())


@pytest.fixture
def contact(invitation):
    return builders.a_contact_point(organisation_id=invitation.organisation_id)


def test_naming_a_stranger_tells_nothing_of_the_person(invitation, contact, client_as):
    stranger = builders.an_officer(family_name="Saduakasova", given_name="Aigul")
    client = client_as(contact)
    address = f"/invitations/{invitation.id}/nominate"

    of_stranger, of_nobody = (
        client.post(address, {"people": [contact.id, person_id], "mode": "in_person"}, status=422).get_data(
            as_text=True
        )
        for person_id in (stranger.id, 999_999)
    )

    assert "Saduakasova" not in of_stranger
    sentence = "Somebody who was chosen does not belong to this administration."
    assert sentence in of_stranger
    assert sentence in of_nobody
    assert count_live(invitation.id) == 0


def test_replacing_by_a_stranger_tells_nothing_of_the_person(client_as):
    scene = Scene()
    client = client_as(scene.contact)
    seated_elsewhere = db.session.get_one(Place, scene.other).person_id
    free = builders.an_officer(organisation_id=scene.kazakhstan, deactivated_at=builders.NOW)

    for person_id in (seated_elsewhere, free.id, 999_999):
        values = {"person": person_id, "reason": "Ill"}
        answer = client.post(f"/places/{scene.offered}/replace", values, status=422).get_data(as_text=True)
        assert "Only a colleague of the same administration can take over the place." in answer


@pytest.mark.parametrize("value", ["9" * 5000, "-1", "٣", "1e3", "1;2"])
def test_no_number_of_a_colleague_is_a_failure_of_ours(client_as, value):
    scene = Scene()

    client = client_as(scene.contact)
    client.post(f"/places/{scene.offered}/replace", {"person": value, "reason": "Ill"}, status=422)

    assert "Please choose the colleague who takes over the place." in client.page.text


def test_handing_over_does_not_say_whether_strangers_have_an_address(contact, client_as):
    stranger = builders.an_officer()
    address = f"/organisations/{contact.organisation_id}/hand-over"
    client = client_as(contact)

    for email in (stranger.email, "nobody@example.org"):
        answer = client.post(address, {"email": email}, status=422).get_data(as_text=True)
        assert "Nobody of this organisation is known with this e-mail address." in answer


def test_a_letter_whose_file_is_gone_is_not_found(invitation, contact, client_as):
    with transaction():
        attach_letter(invitation.id, b"%PDF-1.4 signed", "letter.pdf", now=builders.NOW)
    stored: StoredFile | None = db.session.get_one(Invitation, invitation.id).letter
    assert stored is not None
    for kept in Path(current_app.config["DATA_DIR"]).rglob(f"{stored.sha256}*"):
        kept.unlink()

    client_as(contact).get(f"/invitations/{invitation.id}/letter", status=404)
