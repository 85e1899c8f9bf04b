"""The pages of accounts as every role sees them."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.builders import (
    NOW,
    PASSWORD,
    a_centre,
    a_contact_point,
    a_coordinator,
    a_trainer,
    an_account,
    an_administrator,
    an_officer,
    an_organisation,
)
from tests.pages import sample_in
from trainingapp.accounts import forms
from trainingapp.accounts.models import AccessLink, Person
from trainingapp.accounts.queries.access import account_state_of, people_without_account
from trainingapp.accounts.queries.people import find_person_by_email
from trainingapp.accounts.queries.sign_ins import find_sign_in
from trainingapp.accounts.rules.access import AccountState
from trainingapp.accounts.services import access, attempts, people
from trainingapp.core.clock import standing_at, utc_now
from trainingapp.core.db import db
from trainingapp.core.permissions import Role
from trainingapp.core.tables import Sheet, workbook

ROSTER = "Фамилия;Имя;E-mail\nЩербакова;Анна;anna@example.org\nПлохой;;плохо\n"

MATRIX = {  # page: visitor, officer, trainer, contact point of another organisation, contact point, coordinator, admin
    "/people": "· – – + + + +",
    "/people/new": "· – – – – – +",
    "/people/import": "· – – + + + +",
    "/people/{person}": "· – – – + + +",
    "/people/{person}/edit": "· – – – – – +",
    "/organisations": "· – – + + + +",
    "/organisations/{organisation}": "· – – – + + +",
    "/organisations/new": "· – – – – – +",
    "/organisations/{organisation}/edit": "· – – – – – +",
    "/account": "· + + + + + +",
    "/account/password": "· + + + + + +",
    "/sign-in": "+ > > > > > >",
    "/forgotten": "+ + + + + + +",
}
STATUS = {"·": 302, "–": 403, "+": 200, ">": 303}
CHANGES = {
    "/people/{person}/invite": "· – – – – + +",
    "/people/{person}/switch-off": "· – – – – – +",
    "/people/{person}/switch-on": "· – – – – – +",
    "/people/{person}/roles/revoke": "· – – – – – +",
    "/organisations/{organisation}/invite": "· – – – – + +",
}
READERS = ["visitor", "officer", "trainer", "foreign contact", "contact", "coordinator", "administrator"]


@pytest.fixture
def scene(app):
    """An organisation, an officer of it, and a reader of each kind."""
    organisation = an_organisation()
    person = an_officer(organisation_id=organisation.id)
    readers = {
        "visitor": None,
        "officer": an_officer(organisation_id=organisation.id),
        "trainer": a_trainer(),
        "foreign contact": a_contact_point(),
        "contact": a_contact_point(organisation_id=organisation.id),
        "coordinator": a_coordinator(),
        "administrator": an_administrator(),
    }
    return {"person": person.id, "organisation": organisation.id}, readers, person.grants[0].id


@pytest.mark.parametrize("reader", READERS)
def test_pages_open_for_whom_the_matrix_says(client_as, scene, reader):
    ids, readers, _grant = scene
    client = client_as(readers[reader])

    for path, row in MATRIX.items():
        client.get(path.format(**ids), status=STATUS[row.split()[READERS.index(reader)]])


@pytest.mark.parametrize("reader", READERS)
def test_changes_are_made_by_whom_the_matrix_says(client_as, scene, reader):
    ids, readers, grant = scene
    client = client_as(readers[reader])

    for path, row in CHANGES.items():
        sign = row.split()[READERS.index(reader)]
        status = 303 if sign == "+" else STATUS[sign]
        client.post(path.format(**ids), {"grant": grant}, status=status)
        client.get(path.format(**ids), status=405)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("reader", ["contact", "administrator"])
def test_pages_are_whole_in_both_languages(client_as, scene, reader, language):
    ids, readers, _grant = scene
    people.choose_language(readers[reader].id, language)
    client = client_as(readers[reader])

    for path, row in MATRIX.items():
        if row.split()[READERS.index(reader)] == "+":
            client.get(path.format(**ids))
            assert client.page.language == language


def test_sign_in_leads_to_the_page_that_was_asked_for(app, client_as):
    person = an_account()
    client = client_as(None)

    first = client.get("/account", status=302)
    response = client.post(client.location(first), {"email": person.email, "password": PASSWORD, "next": "/account"})

    assert client.location(response) == "/account"
    client.get("/account")


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "javascript:alert(1)", "http:evil"],
)
def test_sign_in_never_leads_to_another_site(app, client_as, target):
    person = an_account()

    response = client_as(None).post("/sign-in", {"email": person.email, "password": PASSWORD, "next": target})

    assert response.headers["Location"] == "/my"


def test_sign_in_says_the_same_whatever_is_wrong(app, client_as):
    person, without = an_account(), an_officer()
    client = client_as(None)

    texts = set()
    for email in (person.email, without.email, "nobody@example.org"):
        client.post("/sign-in", {"email": email, "password": "wrong"}, status=422)
        texts.add(client.page.text.replace(email, ""))

    assert len(texts) == 1


def test_sign_in_begins_a_session_of_its_own(app, client_as):
    person = an_account()
    client = client_as(None, language="ru")
    with client.session_transaction() as browser:
        browser["left by somebody"] = True

    client.post("/sign-in", {"email": person.email, "password": PASSWORD})

    with client.session_transaction() as browser:
        assert "left by somebody" not in browser
        assert find_sign_in(browser["_user_id"], utc_now()).Person.id == person.id


def test_sign_in_says_when_to_come_back_after_too_many_attempts(app, client_as):
    client = client_as(None)
    for _ in range(attempts.TRIES):
        client.post("/sign-in", {"email": "anna@example.org", "password": "wrong"}, status=422)

    client.post("/sign-in", {"email": "anna@example.org", "password": "wrong"}, status=429)

    assert "15 min" in client.page.text


def test_sign_out_ends_the_session_and_keeps_the_language(app, client_as):
    client = client_as(an_officer(language="ru"))

    client.post("/sign-out")

    client.get("/account", status=302)
    client.get("/sign-in")
    assert client.page.language == "ru"


def test_forgotten_gives_the_same_answer_to_everybody(app, client_as):
    person = an_account()
    client = client_as(None)

    answers = set()
    for email in (person.email, an_officer().email, "nobody@example.org", "no address at all"):
        answers.add(client.post("/forgotten", {"email": email}).headers["Location"])
    client.get(answers.pop())

    assert not answers


@pytest.mark.parametrize(
    ("language", "said"), [("en", "No letters are sent by e-mail here."), ("ru", "не отправляются")]
)
def test_forgotten_leads_to_the_office_where_no_letters_are_sent(app, client_as, monkeypatch, language, said):
    monkeypatch.setitem(app.config, "OFFICE_EMAIL", "office@example.org")
    client = client_as(None, language=language)

    assert said in client.get("/forgotten").get_data(as_text=True)
    assert "mailto:office@example.org" in client.page.links
    assert 'name="email"' not in client.get("/forgotten").get_data(as_text=True)

    monkeypatch.setitem(app.config, "MAIL_SERVER", "127.0.0.1")
    page = client.get("/forgotten").get_data(as_text=True)
    assert said not in page
    assert 'name="email"' in page


def test_invitation_opens_in_the_persons_language_and_signs_in(app, client_as):
    person = an_officer(language="ru")
    url = f"/access/{access.draw_token(access.invite(person.id, now=utc_now()), now=NOW)}"
    client = client_as(None)
    client.get(url)
    assert client.page.language == "ru"
    settings = {"language": "en", "time_zone": "Asia/Almaty"}

    client.post(url, {"password": PASSWORD, "again": PASSWORD, **settings})

    client.get("/account")
    assert client.page.language == "en"
    client.get(url, status=410)
    client.post(url, {"password": PASSWORD, "again": PASSWORD, **settings}, status=410)


@pytest.mark.parametrize(
    "wrong",
    [
        {"again": "something else"},
        {"password": "short", "again": "short"},
        {"password": "", "again": ""},
        {"language": "xx"},
        {"time_zone": "Mars"},
        {"password": "x" * 5000},
    ],
)
def test_invitation_names_what_is_wrong_and_stays_open(app, client_as, wrong):
    person = an_officer()
    url = f"/access/{access.draw_token(access.invite(person.id, now=utc_now()), now=NOW)}"
    data = {"password": PASSWORD, "again": PASSWORD, "language": "en", "time_zone": "Asia/Baku", **wrong}

    client = client_as(None)
    client.post(url, data, status=422)

    client.get(url)
    assert db.session.get_one(Person, person.id).password_hash is None


@pytest.mark.parametrize("token", ["x", "MQ.forged", "1", "а" * 50, "x" * 2000])
def test_link_that_we_did_not_make_shows_the_way_out(app, client_as, token):
    client = client_as(None)

    client.get(f"/access/{token}", status=404)

    assert "Open the link from the letter, or copy it as a whole." in client.page.text
    assert "/forgotten" in client.page.links


def test_link_that_expired_shows_the_way_out(app, client_as):
    person = an_account()
    link_id = access.invite(person.id, now=utc_now() - timedelta(hours=3))
    client = client_as(None)

    client.get(f"/access/{access.draw_token(link_id, now=NOW)}", status=410)

    assert "/forgotten" in client.page.links


def test_password_change_signs_out_other_browsers(app, client_as):
    person = an_account()
    here, there = client_as(person), client_as(person)
    there.get("/account")
    new = "another harbour at dusk"

    here.post("/account/password", {"old_password": PASSWORD, "password": new, "again": new})

    here.get("/account")
    there.get("/account", status=302)


def test_password_change_asks_for_the_present_one(app, client_as):
    new = "another harbour at dusk"
    client = client_as(an_account())

    client.post("/account/password", {"old_password": "wrong", "password": new, "again": new}, status=422)

    assert "The current password is wrong" in client.page.text


def test_profile_saves_settings_and_nothing_else(app, client_as):
    person = an_officer()
    data = {
        "language": "ru",
        "time_zone": "Asia/Almaty",
        "post": "Inspector",
        "family_name": "Hacker",
        "email": "x@y.zz",
    }

    client_as(person).post("/account", data)

    saved = db.session.get_one(Person, person.id)
    assert (saved.language, saved.time_zone, saved.post) == ("ru", "Asia/Almaty", "Inspector")
    assert saved.family_name != "Hacker"


def test_a_long_post_is_shown_whole_and_kept_on_one_line(app, client_as):
    client = client_as(an_officer())

    client.post("/account", {"language": "en", "time_zone": "Asia/Almaty", "post": " Head of section,\r\nport "})

    assert re.search(r"<textarea [^>]*name=.post.", client.get("/account").text)
    assert db.session.scalars(sa.select(Person.post).where(Person.post.is_not(None))).one() == "Head of section, port"


def test_language_is_kept_for_visitors_and_people(app, client_as):
    person = an_officer()

    visitor = client_as(None)
    assert visitor.post("/language", {"language": "ru", "next": "/sign-in"}).headers["Location"] == "/sign-in"
    visitor.get("/sign-in")
    client_as(person).post("/language", {"language": "ru", "next": "//evil.example"})

    assert visitor.page.language == "ru"
    assert db.session.get_one(Person, person.id).language == "ru"


def test_language_that_we_do_not_speak_changes_nothing(app, client_as):
    person = an_officer()

    client_as(person).post("/language", {"language": "xx"})

    assert db.session.get_one(Person, person.id).language == "en"


def test_people_are_not_leaked_to_a_contact_point(app, client_as):
    foreign = an_officer(family_name="Foreignova", family_name_latin="Foreignova")
    client = client_as(a_contact_point())

    for query in ("", "?q=Foreignova", f"?organisation={foreign.organisation_id}", "?state=without"):
        assert "Foreignova" not in client.text(f"/people{query}").replace("Foreignova Search", "")
        assert f"/people/{foreign.id}" not in client.page.links
    client.get(f"/people/{foreign.id}", status=403)
    client.get(f"/organisations/{foreign.organisation_id}", status=403)


@pytest.mark.parametrize(
    "query",
    [
        "q=%25_%5C",
        "organisation=x",
        "organisation=99999999999999999999",
        "organisation=-1",
        "role=king",
        "state=x",
        "page=x",
        "page=-5",
        "page=99999999999999999999",
        "q=" + "я" * 3000,
    ],
)
def test_people_ignores_what_is_no_filter(app, client_as, query):
    administrator = an_administrator()

    text = client_as(administrator).text(f"/people?{query}")

    assert (administrator.email in text) is not query.startswith("q=")


@pytest.mark.parametrize("count", [1, 30])
def test_people_asks_the_same_number_of_questions(app, client_as, count_queries, count):
    organisation_id = an_organisation().id
    for _ in range(count):
        an_officer(organisation_id=organisation_id)
    client = client_as(an_administrator(organisation_id=organisation_id))

    with count_queries() as statements:
        client.get("/people")

    assert len(statements) == 5


def form_of(**values):
    return {
        "family_name": "Щербакова",
        "given_name": "Анна",
        "patronymic": "",
        "email": "anna@example.org",
        "language": "ru",
        "time_zone": "Asia/Baku",
        "sex": "female",
        **values,
    }


def test_new_person_gets_a_page_and_a_latin_spelling(app, client_as):
    organisation = an_organisation()
    client = client_as(an_administrator())

    response = client.post("/people/new", form_of(organisation_id=organisation.id))

    assert "Anna Shcherbakova" in client.text(client.location(response))


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "x"},
        {"email": ""},
        {"family_name": ""},
        {"family_name": "Щ" * 101},
        {"family_name": "<script>alert(1)</script>" * 9},
        {"given_name_latin": "Анна"},
        {"language": "fr"},
        {"time_zone": "Mars/Base"},
        {"sex": "other"},
        {"organisation_id": "x"},
        {"organisation_id": "99999999999999999999"},
        {"organisation_id": ""},
        {"post": "x" * 201},
    ],
)
def test_new_person_names_what_is_wrong_and_keeps_the_input(app, client_as, wrong):
    organisation = an_organisation()
    client = client_as(an_administrator())

    response = client.post("/people/new", form_of(**{"organisation_id": organisation.id, **wrong}), status=422)

    assert 'aria-invalid="true"' in response.text or "has-error" in response.text
    assert find_person_by_email("anna@example.org") is None
    if "given_name" not in wrong:
        assert "Анна" in response.text


def test_new_person_with_an_address_that_somebody_has_is_told_at_the_field(app, client_as):
    other = an_officer()
    client = client_as(an_administrator())

    response = client.post("/people/new", form_of(organisation_id=other.organisation_id, email=other.email), status=422)

    assert 'id="email-errors"' in response.text


def test_edit_person_changes_names(app, client_as):
    person = an_officer(family_name="Иванова")
    client = client_as(an_administrator())

    client.post(f"/people/{person.id}/edit", form_of(organisation_id=person.organisation_id))

    assert db.session.get_one(Person, person.id).name.own.full == "Анна Щербакова"


def test_zero_bytes_are_refused(app, client_as):
    client = client_as(an_administrator())

    client.post("/people/new", form_of(family_name="a\0b"), status=400)

    assert "check what you entered and try again" in client.page.text


def test_invite_shows_the_link_once_to_administrators_only(app, client_as):
    person = an_officer()
    administrator, coordinator = client_as(an_administrator()), client_as(a_coordinator())

    for minutes, client, shown in ((0, coordinator, False), (10, administrator, True)):
        with standing_at(NOW + timedelta(minutes=minutes)):
            client.post(f"/people/{person.id}/invite")
        assert ("/access/" in client.text(f"/people/{person.id}")) is shown
        assert "/access/" not in client.text(f"/people/{person.id}")
        with standing_at(NOW + timedelta(minutes=minutes)):
            text = client.text(f"/people/{person.id}")
        assert "Invited; no password has been set yet." in text, "no letter is sent without a mail server"
    assert account_state_of(person.id, NOW) is AccountState.INVITED


@pytest.mark.usefixtures("time_stands")
def test_second_invitation_at_once_is_refused_with_the_reason(app, client_as):
    person, coordinator = an_officer(), client_as(a_coordinator())

    for _ in range(2):
        coordinator.post(f"/people/{person.id}/invite")

    text = coordinator.text(f"/people/{person.id}")
    assert "its letter may still be on its way. Please try again in 5 min." in text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AccessLink)) == 1


@pytest.mark.usefixtures("time_stands")
def test_inviting_very_many_says_who_is_left(app, client_as, monkeypatch):
    monkeypatch.setattr(access, "INVITATIONS", 2)
    organisation_id = an_organisation().id
    for _ in range(3):
        an_officer(organisation_id=organisation_id)
    coordinator = client_as(a_coordinator())

    coordinator.post(f"/organisations/{organisation_id}/invite")
    text = coordinator.text(f"/organisations/{organisation_id}")
    with standing_at(NOW + timedelta(hours=1)):
        coordinator.post(f"/organisations/{organisation_id}/invite")

    assert "2 people have been invited." in text
    assert "1 person is left: so many invitations within an hour are enough." in text
    assert people_without_account(organisation_id, NOW) == []


def test_reset_link_is_shown_to_nobody(app, client_as):
    person = an_account()
    administrator = client_as(an_administrator())

    administrator.post(f"/people/{person.id}/invite")

    text = administrator.text(f"/people/{person.id}")
    assert "/access/" not in text
    assert f"can be made on the server: python3 manage.py people invite {person.email}" in text


def test_invitation_link_is_shown_to_nobody_where_letters_leave(app, client_as, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_SERVER", "mail.example.org")
    person = an_officer()
    administrator = client_as(an_administrator())

    administrator.post(f"/people/{person.id}/invite")

    text = administrator.text(f"/people/{person.id}")
    assert "/access/" not in text
    assert "The invitation is on its way." in text


def test_invite_refuses_an_account_that_is_switched_off(app, client_as):
    person = an_officer()
    people.deactivate(person.id, now=NOW)

    client = client_as(an_administrator())
    client.post(f"/people/{person.id}/invite", status=409)

    assert "This account is switched off. Switch it on first." in client.page.text


def test_deactivate_signs_out_at_once(app, client_as):
    person = an_officer()
    theirs = client_as(person)
    theirs.get("/account")

    client_as(an_administrator()).post(f"/people/{person.id}/switch-off")

    theirs.get("/account", status=302)


def test_deactivate_oneself_is_refused_with_the_reason(app, client_as):
    administrator = an_administrator()
    an_administrator()

    client = client_as(administrator)

    client.post(f"/people/{administrator.id}/switch-off", status=409)

    assert "You cannot switch off your own account. Ask another administrator." in client.page.text


def test_grant_role_gives_it_for_the_scope(app, client_as):
    person, centre = an_officer(), a_centre()
    client = client_as(an_administrator())
    url = f"/people/{person.id}/roles"

    client.post(url, {"role": "coordinator", "centre_id": centre.id, "organisation_id": person.organisation_id})

    assert str(centre.name) in client.text(f"/people/{person.id}")
    assert db.session.get_one(Person, person.id).roles == {Role.OFFICER, Role.COORDINATOR}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "organisation_id"),
        ({"role": "king"}, "role"),
        ({"role": "coordinator", "centre_id": "x"}, "centre_id"),
        ({"role": "officer", "organisation_id": "999999"}, "organisation_id"),
        ({"role": "coordinator", "centre_id": "99999999999999999999"}, "centre_id"),
    ],
)
def test_grant_role_names_what_is_wrong(app, client_as, data, field):
    client = client_as(an_administrator())

    client.post(f"/people/{an_officer().id}/roles", data, status=422)

    assert faulty_fields(client) == [field]


def test_revoke_role_of_the_last_administrator_is_refused(app, client_as):
    administrator = an_administrator()
    data = {"grant": administrator.grants[0].id}

    client = client_as(administrator)
    client.post(f"/people/{administrator.id}/roles/revoke", data, status=409)

    assert "This is the last administrator. Make somebody else an administrator first." in client.page.text
    db.session.refresh(administrator)
    assert administrator.grants


@pytest.mark.parametrize("grant", ["x", "", "0", "99999999999", "-1"])
def test_revoke_role_that_is_not_held_is_not_found(app, client_as, grant):
    client_as(an_administrator()).post(f"/people/{an_officer().id}/roles/revoke", {"grant": grant}, status=404)


def send(client, content, *, name="list.csv", status=200, **data):
    fields = {"language": "ru", "time_zone": "Asia/Baku", **data, "file": (io.BytesIO(content), name)}
    return client.post("/people/import", fields, content_type="multipart/form-data", status=status)


def test_import_reports_each_row_and_adds_nobody_twice(app, client_as):
    organisation = an_organisation()
    client = client_as(a_contact_point(organisation_id=organisation.id))

    send(client, ROSTER.encode("cp1251"), organisation_id=organisation.id, check=1)
    assert find_person_by_email("anna@example.org") is None
    send(client, ROSTER.encode("cp1251"), organisation_id=organisation.id)
    assert "Row 3" in client.page.text
    send(client, ROSTER.encode(), organisation_id=organisation.id)

    assert find_person_by_email("anna@example.org").organisation_id == organisation.id


@pytest.mark.parametrize(("language", "name"), [("en", "Shcherbakova"), ("ru", "Щербакова")])
def test_list_that_the_page_of_the_import_shows_can_be_imported(app, client_as, language, name):
    contact = a_contact_point(language=language)
    client = client_as(contact)

    sample = sample_in(client.get("/people/import").text)
    send(client, sample.encode(), organisation_id=contact.organisation_id)

    assert find_person_by_email("anna@example.org").family_name == name


def test_import_takes_a_workbook(app, client_as):
    organisation = an_organisation()
    client = client_as(a_contact_point(organisation_id=organisation.id))
    rows = [["Щербакова", "Анна", "anna@example.org"], ["Плохой", "", "плохо"]]
    data = workbook([Sheet("Список", ["Фамилия", "Имя", "E-mail"], rows)], created=NOW)

    send(client, data, name="list.xlsx", organisation_id=organisation.id)

    assert "Row 3" in client.page.text
    assert find_person_by_email("anna@example.org").organisation_id == organisation.id


def test_import_into_another_organisation_is_refused(app, client_as):
    elsewhere = an_organisation()
    client = client_as(a_contact_point())

    send(client, ROSTER.encode(), organisation_id=elsewhere.id, status=422)

    assert find_person_by_email("anna@example.org") is None


@pytest.mark.parametrize(
    "content", [b"", b"   ", b"PK\x03\x04", b"\xff\xfe", b"a;b;c", b"Surname;Name;E-mail\n", b"x" * 200]
)
def test_import_of_no_list_is_refused_at_the_file(app, client_as, content, monkeypatch):
    monkeypatch.setattr(forms, "LONGEST_FILE", 100)
    administrator = an_administrator()

    response = send(client_as(administrator), content, organisation_id=administrator.organisation_id, status=422)

    assert 'id="file-errors"' in response.text


def test_import_without_a_file_is_refused(app, client_as):
    administrator = an_administrator()

    client = client_as(administrator)
    client.post("/people/import", {"organisation_id": administrator.organisation_id}, status=422)

    assert "Please choose a file." in client.page.text


def test_organisation_is_added_and_changed_with_its_footnote(app, client_as):
    client = client_as(an_administrator())
    data = {"code": "xk", "kind": "administration", "name_en": "Kosovo", "note_en": "See resolution 1244."}

    response = client.post("/organisations/new", data)
    url = client.location(response)

    assert "See resolution 1244." in client.text(url)
    client.post(f"{url}/edit", {**data, "name_ru": "Косово"})
    assert "Косово" in client.text(url)
    client.post("/organisations/new", data, status=422)


@pytest.mark.parametrize("wrong", [{"code": "ж"}, {"code": ""}, {"kind": "x"}, {"name_en": ""}, {"name_en": "x" * 201}])
def test_organisation_names_what_is_wrong(app, client_as, wrong):
    data = {"code": "GE", "kind": "administration", "name_en": "Georgia", **wrong}

    client = client_as(an_administrator())

    client.post("/organisations/new", data, status=422)

    assert faulty_fields(client) == list(wrong)


def faulty_fields(client):
    """The fields to which the list of what is wrong leads."""
    return [link[1:] for link in client.page.links if link.startswith("#") and link != "#main"]


def test_forms_want_their_token(app, client_as, monkeypatch):
    person = an_account()
    client = client_as(person)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)

    for path in ("/sign-out", "/language", "/account", f"/people/{person.id}/invite", "/sign-in"):
        client.post(path, {"language": "ru"}, status=400)
        assert "Go back, reload it and try again." in client.page.text


def test_person_page_offers_the_record_to_those_who_may_see_it_only(client_as):
    officer = an_officer()
    record, page = f"/people/{officer.id}/record", f"/people/{officer.id}"
    coordinator, administrator = client_as(a_coordinator()), client_as(an_administrator())

    coordinator.get(page)
    administrator.get(page)

    assert record in coordinator.page.links
    assert record not in administrator.page.links


def test_giving_oneself_a_role_is_refused_with_the_way_out(app, client_as):
    person = an_administrator()
    client = client_as(person)

    client.post(f"/people/{person.id}/roles", {"role": "coordinator", "centre_id": ""}, status=422)

    assert "You cannot give a role to yourself. Please ask another administrator." in client.page.text
    assert "python3 manage.py people role" in client.page.text
