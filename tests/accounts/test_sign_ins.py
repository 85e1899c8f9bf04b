"""Sign-ins as rows: what ends them, and the page that shows them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.builders import NOW, PASSWORD, a_person, a_sign_in, an_account, an_administrator, an_officer
from trainingapp.accounts.models import SignIn, SignInEnd
from trainingapp.accounts.queries.sign_ins import find_sign_in
from trainingapp.accounts.rules.sign_ins import IDLE, KEPT, LONGEST, SEEN_EVERY, device_of
from trainingapp.accounts.services import access, people, sign_ins
from trainingapp.audit.models import AuditEntry
from trainingapp.core.actor import acting_as
from trainingapp.core.clock import standing_at
from trainingapp.core.db import db
from trainingapp.core.permissions import Role

NEW = "another harbour at dusk"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile/15E Safari/604.1"


def ends(person) -> list[SignInEnd | None]:
    return list(db.session.scalars(sa.select(SignIn.ended_by).where(SignIn.person_id == person.id).order_by(SignIn.id)))


def lasts(token: str, now=NOW) -> bool:
    return find_sign_in(token, now) is not None


# --- how long they last


def test_sign_in_lasts_a_working_day_while_it_is_used(app):
    token = sign_ins.begin(an_officer().id, "192.0.2.1", CHROME, now=NOW)
    number = find_sign_in(token, NOW).sign_in_id

    for hour in range(1, 12):
        moment = NOW + timedelta(hours=hour)
        assert lasts(token, moment)
        sign_ins.note_seen(number, now=moment)

    assert not lasts(token, NOW + LONGEST)


def test_sign_in_ends_when_nobody_uses_it(app):
    token = sign_ins.begin(an_officer().id, None, CHROME, now=NOW)

    assert lasts(token, NOW + IDLE - timedelta(seconds=1))
    assert not lasts(token, NOW + IDLE)


def test_token_of_a_sign_in_is_kept_as_a_hash_and_opens_by_itself_only(app):
    token = sign_ins.begin(an_officer().id, None, CHROME, now=NOW)

    kept = db.session.scalars(sa.select(SignIn.token_hash)).one()

    assert token not in kept
    assert not lasts(kept)
    assert not lasts("1.0")


def test_sign_ins_of_long_ago_are_forgotten_and_others_kept(app):
    person = an_officer()
    for moment in (NOW - KEPT - timedelta(days=1), NOW - KEPT + timedelta(days=1), NOW):
        sign_ins.begin(person.id, None, CHROME, now=moment)

    assert len(ends(person)) == 2


# --- what ends them


def test_password_change_ends_all_sign_ins(app):
    person, other = an_account(), an_officer()
    here, there, others = a_sign_in(person), a_sign_in(person), a_sign_in(other)

    with acting_as(person.id):
        access.change_password(person.id, PASSWORD, NEW, now=NOW)

    assert [lasts(token) for token in (here, there, others)] == [False, False, True]
    assert ends(person) == [SignInEnd.PASSWORD] * 2


def test_switching_off_ends_all_sign_ins_and_switching_on_revives_none(app):
    person = an_officer()
    token = a_sign_in(person)

    people.deactivate(person.id, now=NOW)
    people.reactivate(person.id)

    assert not lasts(token)
    assert ends(person) == [SignInEnd.SWITCHED_OFF]


def test_role_given_or_taken_ends_the_sign_ins(app):
    person = an_officer()
    before = a_sign_in(person)

    grant = people.grant_role(person.id, Role.TRAINER, now=NOW)
    between = a_sign_in(person)
    people.revoke_role(person.id, grant.id)

    assert (lasts(before), lasts(between)) == (False, False)
    assert ends(person) == [SignInEnd.ROLES] * 2


# --- in the browser


def test_signing_out_ends_a_copied_cookie_too(app, client_as):
    thief, owner = client_as(None), client_as(an_officer())
    with owner.session_transaction() as browser:
        copied = dict(browser)
    with thief.session_transaction() as browser:
        browser.update(copied)
    thief.get("/account")

    owner.post("/sign-out")

    thief.get("/account", status=302)


def test_password_change_ends_a_copied_cookie_and_not_the_owner(app, client_as):
    person = an_account()
    thief, owner = client_as(None), client_as(person)
    with owner.session_transaction() as browser:
        copied = dict(browser)
    with thief.session_transaction() as browser:
        browser.update(copied)

    owner.post("/account/password", {"old_password": PASSWORD, "password": NEW, "again": NEW})

    owner.get("/account")
    thief.get("/account", status=302)


def test_page_shows_where_one_is_signed_in_and_ends_one_of_them(app, client_as):
    person = an_officer()
    client = client_as(person)
    there = a_sign_in(person, device="Safari, iPhone", address="192.0.2.7")
    number = find_sign_in(there, NOW).sign_in_id

    text = client.text("/account/sign-ins")
    client.post("/account/sign-ins/end", {"sign_in": number})

    assert "Safari, iPhone 192.0.2.7" in text
    assert text.count("this browser") == 1
    assert not lasts(there)
    assert "That browser is signed out." in client.text("/account/sign-ins")


def test_nobody_ends_the_sign_in_of_somebody_else(app, client_as):
    token = a_sign_in(an_administrator())

    client_as(an_officer()).post("/account/sign-ins/end", {"sign_in": find_sign_in(token, NOW).sign_in_id})

    assert lasts(token)


@pytest.mark.both_engines
@pytest.mark.parametrize("number", ["9" * 30, "-" + "9" * 30, "x"])
def test_number_that_is_none_ends_no_sign_in(app, client_as, number):
    token = a_sign_in(an_administrator())

    client_as(an_officer()).post("/account/sign-ins/end", {"sign_in": number})

    assert lasts(token)


def test_signing_out_everywhere_ends_this_browser_and_is_logged(app, client_as):
    person = an_officer()
    client, there = client_as(person), a_sign_in(person)

    client.post("/account/sign-ins/end-all")

    assert not lasts(there)
    client.get("/account", status=302)
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == "SignedOut")).one()
    assert (entry.actor_id, entry.data) == (person.id, {"person_id": person.id, "everywhere": True})


@pytest.mark.parametrize(("later", "written"), [(SEEN_EVERY - timedelta(seconds=1), False), (SEEN_EVERY, True)])
def test_last_use_is_noted_once_in_some_minutes(app, client_as, later, written):
    client = client_as(None)
    with client.session_transaction() as browser:
        browser["_user_id"] = sign_ins.begin(an_officer().id, None, CHROME, now=NOW)

    with standing_at(NOW + later):
        client.get("/account")

    assert (db.session.scalars(sa.select(SignIn.seen_at)).one() == NOW + later) is written


def test_account_that_is_off_lets_nobody_in_even_where_a_sign_in_was_left_open(app):
    token = a_sign_in(an_officer(deactivated_at=NOW))

    assert not lasts(token)


@pytest.mark.parametrize("roles", [(), (Role.TRAINER, Role.COORDINATOR)])
def test_reader_is_found_whatever_number_of_roles_there_is(app, roles):
    person = a_person(*roles)
    person_id, token = person.id, a_sign_in(person)
    a_sign_in(an_administrator())
    db.session.expunge_all()

    found = find_sign_in(token, NOW).Person

    assert (found.id, found.roles) == (person_id, frozenset(roles))


def test_reader_is_found_with_one_query(app, count_queries):
    token = a_sign_in(an_officer())
    db.session.expunge_all()

    with count_queries() as statements:
        person = find_sign_in(token, NOW).Person
        assert person.family_name
        assert person.roles

    assert len(statements) == 1


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (CHROME, "Chrome, Windows"),
        (SAFARI, "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("curl/8", ""),
    ],
)
def test_browser_is_called_by_its_name(user_agent, name):
    assert device_of(user_agent) == name
