"""The list of centres: kept by administrators, told in the audit log."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.builders import NOW, a_centre, a_coordinator, a_session, a_trainer, an_administrator, an_officer
from trainingapp.accounts.models import Centre
from trainingapp.accounts.rules.organisations import CentreDetails, check_centre
from trainingapp.accounts.services.organisations import add_centre, change_centre
from trainingapp.audit.models import AuditEntry
from trainingapp.core.db import db
from trainingapp.core.errors import DomainError
from trainingapp.enrolment import services as enrolment
from trainingapp.enrolment.models import PlaceMode

BAKU = CentreDetails(
    code="rtc-bak",
    kind="RTC",
    name_en=" Regional Training Centre  Baku ",
    name_ru="",
    city_en="Baku",
    city_ru="Баку",
    country_code="az",
    time_zone="Asia/Baku",
)
FORM = {**BAKU.__dict__, "name_ru": "Региональный учебный центр Баку"}


def test_check_centre_tidies_what_was_typed():
    clean = check_centre(BAKU)

    assert (clean.code, clean.name_en, clean.name_ru, clean.country_code) == (
        "RTC-BAK",
        "Regional Training Centre Baku",
        None,
        "AZ",
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "Баку"),
        ("name_en", "  "),
        ("name_en", "x" * 201),
        ("city_en", ""),
        ("city_ru", "я" * 101),
        ("country_code", "AZE"),
        ("time_zone", "Baku"),
    ],
)
def test_check_centre_names_the_field_that_is_wrong(field, value):
    with pytest.raises(DomainError) as refusal:
        check_centre(replace(BAKU, **{field: value}))

    assert refusal.value.field == field


@pytest.mark.both_engines
def test_two_centres_cannot_share_a_code(app):
    add_centre(BAKU)

    with pytest.raises(DomainError) as refusal:
        add_centre(BAKU)

    assert refusal.value.field == "code"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Centre)) == 1


@pytest.mark.both_engines
def test_changing_a_centre_is_written_down_once(app):
    centre_id = add_centre(BAKU).id

    change_centre(centre_id, replace(BAKU, city_en="Baki"))
    change_centre(centre_id, replace(BAKU, city_en="Baki"))

    told = db.session.scalars(sa.select(AuditEntry.event).order_by(AuditEntry.id)).all()
    assert told == ["CentreAdded", "CentreChanged"]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_an_administrator_adds_and_edits_a_centre(client_as, language):
    client = client_as(an_administrator(language=language))

    client.get("/centres/new")
    added = client.post("/centres/new", FORM)
    client.get(client.location(added))
    client.post(client.location(added) + "/edit", {**FORM, "city_en": ""}, status=422)
    client.post(client.location(added) + "/edit", {**FORM, "city_en": "Sumgait"})

    assert db.session.scalars(sa.select(Centre)).one().city_en == "Sumgait"


def test_others_do_not_keep_the_list_of_centres(client_as):
    client, centre = client_as(a_coordinator()), a_centre()

    client.get("/centres/new", status=403)
    client.post(f"/centres/{centre.id}/edit", FORM, status=403)


# --- a coordinator of one centre


def test_coordinator_of_a_centre_sees_its_people_only(client_as, time_stands):
    ours, theirs = a_centre(), a_centre()
    trainer, taking, asking, foreign = a_trainer(), an_officer(), an_officer(), an_officer()
    our_session = a_session(centre_id=ours.id, trainers=(trainer,))
    enrolment.enrol(taking.id, our_session.id, PlaceMode.IN_PERSON, now=NOW)
    place = enrolment.enrol(asking.id, our_session.id, PlaceMode.IN_PERSON, now=NOW)
    enrolment.decline(place.id, "Another one follows.", now=NOW)
    enrolment.enrol(foreign.id, a_session(centre_id=theirs.id).id, PlaceMode.IN_PERSON, now=NOW)
    client = client_as(a_coordinator(centre=ours))

    client.get("/people")
    listed = {int(link.rpartition("/")[2]) for link in client.page.links if re.fullmatch(r"/people/\d+", link)}

    assert listed == {trainer.id, taking.id, asking.id}
    for person, status in ((taking, 200), (asking, 200), (trainer, 200), (foreign, 403)):
        client.get(f"/people/{person.id}", status=status)
        client.get(f"/people/{person.id}/record", status=status)
    assert foreign.name.full not in client.text(f"/people?q={foreign.family_name}")
    client.post(f"/people/{foreign.id}/invite", status=403)
    client.post(f"/organisations/{foreign.organisation_id}/invite", status=403)


def test_coordinator_of_the_office_sees_everybody(client_as):
    foreign = an_officer()
    client = client_as(a_coordinator())

    assert foreign.family_name_latin in client.text("/people")
    client.get(f"/people/{foreign.id}/record")
