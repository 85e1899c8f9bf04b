"""People, organisations, roles, accounts and lists, as they are kept on both engines."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.builders import (
    NOW,
    PASSWORD,
    a_centre,
    a_contact_point,
    a_coordinator,
    a_person,
    an_account,
    an_administrator,
    an_officer,
    an_organisation,
)
from trainingapp.accounts import events
from trainingapp.accounts.models import (
    AccessLink,
    AccessToken,
    LinkPurpose,
    Organisation,
    OrganisationKind,
    Person,
    RoleGrant,
)
from trainingapp.accounts.queries.access import account_state_of, find_link, find_open_invitation
from trainingapp.accounts.queries.organisations import find_organisation_by_code, footnotes_in
from trainingapp.accounts.queries.people import (
    PeopleFilter,
    find_person,
    find_person_by_email,
    people_matching,
    people_seen_by,
)
from trainingapp.accounts.rules.access import AccountState, LinkRefused
from trainingapp.accounts.rules.organisations import OrganisationDetails
from trainingapp.accounts.rules.people import PersonDetails
from trainingapp.accounts.services import access, attempts, organisations, people, sign_ins
from trainingapp.accounts.services.reference import load_reference
from trainingapp.accounts.services.roster import import_people
from trainingapp.core import bus
from trainingapp.core.actor import acting, acting_as
from trainingapp.core.db import db, transaction
from trainingapp.core.errors import DomainError, TooManyAttempts
from trainingapp.core.permissions import Role
from trainingapp.core.throttle import Throttle

ANNA = PersonDetails(email="Anna@Example.org", family_name="Щербакова", given_name="Анна", time_zone="Asia/Baku")
LIST = "Фамилия;Имя;E-mail\nЩербакова;Анна;anna@example.org\nЦой;Виктор;viktor@example.org\nПлохой;;плохо\n".encode()


@pytest.fixture
def published(monkeypatch):
    """The events of our own feature, in the order in which they happened."""
    seen = []
    monkeypatch.setattr(bus, "_observers", [*bus._observers, seen.append])
    return seen


def test_add_person_keeps_tidied_names_and_keys(app, published):
    organisation = an_organisation()

    person = people.add_person(ANNA, organisation.id, now=NOW)

    assert (person.email, person.family_name_latin) == ("anna@example.org", "Shcherbakova")
    assert "щербакова" in person.search_key
    assert published == [events.PersonAdded(person_id=person.id, organisation_id=organisation.id)]


def test_add_person_refuses_an_address_that_somebody_has(app):
    organisation = an_organisation()
    people.add_person(ANNA, organisation.id, now=NOW)

    with pytest.raises(DomainError) as refusal:
        people.add_person(replace(ANNA, email="ANNA@example.org"), organisation.id, now=NOW)

    assert refusal.value.field == "email"


def test_add_person_refuses_at_the_field_when_the_race_is_lost(app, monkeypatch):
    organisation = an_organisation()
    people.add_person(ANNA, organisation.id, now=NOW)
    monkeypatch.setattr(people, "check_email_is_free", lambda *_: None)

    with pytest.raises(DomainError) as refusal:
        people.add_person(ANNA, organisation.id, now=NOW)

    assert refusal.value.field == "email"


def test_add_person_at_once_with_the_same_address_adds_one(app, in_threads):
    organisation_id = an_organisation().id

    results = in_threads([lambda: people.add_person(ANNA, organisation_id, now=NOW)] * 4)

    assert sum(isinstance(result, DomainError) for result in results) == 3
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == 1


def test_change_person_tells_what_changed(app, published):
    person = people.add_person(ANNA, an_organisation().id, now=NOW)
    organisation_id = person.organisation_id
    published.clear()

    people.change_person(person.id, replace(ANNA, post="Inspector"), organisation_id, now=NOW)
    people.change_person(person.id, replace(ANNA, post="Inspector"), organisation_id, now=NOW)

    assert published == [events.PersonChanged(person_id=person.id, old={"post": None}, new={"post": "Inspector"})]


def test_links_that_went_to_an_earlier_address_open_nothing(app, published):
    organisation_id = an_organisation().id
    with_password = people.add_person(ANNA, organisation_id, now=NOW)
    with transaction():
        with_password.password_hash = "x"
    viktor = replace(ANNA, email="viktor@example.org")
    invited = people.add_person(viktor, organisation_id, now=NOW)
    reset, invitation = access.invite(with_password.id, now=NOW), access.invite(invited.id, now=NOW)
    access.link_until(invited.id, NOW + timedelta(days=40), now=NOW)

    people.change_person(invited.id, replace(viktor, post="Inspector"), organisation_id, now=NOW)
    assert find_open_invitation(invited.id, NOW).id == invitation

    people.change_person(with_password.id, replace(ANNA, email="a@example.org"), organisation_id, now=NOW)
    people.change_person(invited.id, replace(viktor, email="v@example.org"), organisation_id, now=NOW)

    for link_id in (reset, invitation):
        with pytest.raises(LinkRefused):
            access.use_link(link_id, PASSWORD, now=NOW)
    anew = find_open_invitation(invited.id, NOW)
    assert anew.id not in {reset, invitation}
    assert anew.expires_at == NOW + timedelta(days=40)
    assert [event.access_link_id for event in published if isinstance(event, events.PersonInvited)] == [
        invitation,
        anew.id,
    ]


def test_change_person_moves_the_officer_and_ends_the_contact_point(app):
    person = a_person(Role.OFFICER, Role.CONTACT_POINT, Role.TRAINER)
    elsewhere = an_organisation().id
    details = replace(ANNA, email=person.email)

    people.change_person(person.id, details, elsewhere, now=NOW)

    held = {(grant.role, grant.organisation_id) for grant in db.session.get_one(Person, person.id).grants}
    assert held == {(Role.OFFICER, elsewhere), (Role.TRAINER, None)}


def test_choose_language_changes_only_the_language(app, published):
    person = an_officer()

    people.choose_language(person.id, "ru")
    people.choose_language(person.id, "ru")

    assert published == [events.PersonChanged(person_id=person.id, old={"language": "en"}, new={"language": "ru"})]
    with pytest.raises(DomainError):
        people.choose_language(person.id, "xx")


def test_grant_role_once_for_each_scope(app, published):
    person, centre = a_person(), a_centre()

    people.grant_role(person.id, Role.COORDINATOR, centre_id=centre.id, now=NOW)
    people.grant_role(person.id, Role.COORDINATOR, now=NOW)

    with pytest.raises(DomainError):
        people.grant_role(person.id, Role.COORDINATOR, centre_id=centre.id, now=NOW)
    assert published[0] == events.RoleGranted(person_id=person.id, role="coordinator", centre_id=centre.id)


@pytest.mark.parametrize("scope", [{"organisation_id": 9999}, {"organisation_id": None}])
def test_grant_role_refuses_a_scope_that_is_not_there(app, scope):
    with pytest.raises(DomainError):
        people.grant_role(a_person().id, Role.OFFICER, **scope, now=NOW)


def test_revoke_role_keeps_the_last_administrator(app):
    one, other = an_administrator(), an_administrator()
    ids = [(person.id, person.grants[0].id) for person in (one, other)]

    people.revoke_role(*ids[0])

    with pytest.raises(DomainError):
        people.revoke_role(*ids[1])


def test_revoke_role_refuses_a_role_of_somebody_else(app):
    one, other = an_officer(), an_officer()
    grant_id = other.grants[0].id

    with pytest.raises(sa.exc.NoResultFound):
        people.revoke_role(one.id, grant_id)


def test_revoke_role_at_once_from_all_administrators_leaves_one(app, in_threads):
    ids = [(person.id, person.grants[0].id) for person in (an_administrator() for _ in range(4))]

    in_threads([lambda pair=pair: people.revoke_role(*pair) for pair in ids])

    left = sa.select(sa.func.count()).select_from(RoleGrant).where(RoleGrant.role == Role.ADMINISTRATOR)
    assert db.session.scalar(left) == 1


def test_deactivate_ends_links_and_sign_in(app):
    person = an_account()
    link_id = access.invite(person.id, now=NOW)

    people.deactivate(person.id, now=NOW)

    with pytest.raises(access.SignInRefused):
        access.sign_in(person.email, PASSWORD, "::1", now=NOW)
    with pytest.raises(LinkRefused):
        access.use_link(link_id, PASSWORD, now=NOW)
    people.reactivate(person.id)
    assert access.sign_in(person.email, PASSWORD, "::1", now=NOW).id == person.id


def test_deactivate_refuses_oneself_and_the_last_administrator(app):
    administrator_id = an_administrator().id

    with acting_as(administrator_id), pytest.raises(DomainError):
        people.deactivate(administrator_id, now=NOW)
    with pytest.raises(DomainError):
        people.deactivate(administrator_id, now=NOW)


def test_sign_in_knows_the_right_password_only(app, published):
    person = an_account(email="anna@example.org")

    assert access.sign_in(" Anna@Example.org ", PASSWORD, "::1", now=NOW).id == person.id
    assert published[-1] == events.SignedIn(person_id=person.id)
    without = an_officer().email
    stand_in = "nobody has this password"  # is compared with where there is none
    tried = [(person.email, "wrong"), ("nobody@example.org", PASSWORD), (without, ""), (without, stand_in)]
    for email, password in tried:
        with pytest.raises(access.SignInRefused):
            access.sign_in(email, password, "::1", now=NOW)


def test_who_signs_in_is_the_one_who_acts(app, monkeypatch):
    person, actors = an_account(), []
    monkeypatch.setattr(bus, "_observers", [*bus._observers, lambda _event: actors.append(acting())])

    with acting_as(None, "203.0.113.7"):
        access.sign_in(person.email, PASSWORD, "203.0.113.7", now=NOW)

    assert [(actor.person_id, actor.address) for actor in actors] == [(person.id, "203.0.113.7")]


def guess(email: str, address: str, times: int = 1, now=NOW) -> None:
    for _ in range(times):
        with pytest.raises(access.SignInRefused):
            access.sign_in(email, "wrong", address, now=now)


def test_sign_in_waits_after_too_many_attempts(app):
    person = an_account()
    guess(person.email, "192.0.2.1", attempts.TRIES)

    with pytest.raises(TooManyAttempts, match="15 min"):
        access.sign_in(person.email, PASSWORD, "192.0.2.1", now=NOW)

    assert access.sign_in(person.email, PASSWORD, "192.0.2.1", now=NOW + attempts.WITHIN).id == person.id


def test_stranger_locks_nobody_out(app):
    person = an_account()
    guess(person.email, "192.0.2.1", attempts.TRIES)

    assert access.sign_in(person.email, PASSWORD, "192.0.2.2", now=NOW).id == person.id


def test_many_networks_are_slowed_down_and_the_person_is_not(app):
    person = an_account()
    sign_ins.begin(person.id, "198.51.100.7", "", now=NOW - timedelta(days=3))
    for number in range(attempts.TRIES_OF_STRANGERS):
        guess(person.email, f"192.0.2.{number}")

    with pytest.raises(TooManyAttempts, match="1 min"):
        access.sign_in(person.email, PASSWORD, "192.0.2.99", now=NOW)

    assert access.sign_in(person.email, PASSWORD, "198.51.100.7", now=NOW).id == person.id
    assert access.sign_in(person.email, PASSWORD, "192.0.2.99", now=NOW + attempts.AT_ONCE).id == person.id


def test_person_is_known_by_the_network_not_by_one_address_of_it(app, monkeypatch):
    monkeypatch.setattr(attempts, "TRIES_OF_STRANGERS", 1)
    person = an_account()
    sign_ins.begin(person.id, "2001:db8:0:7::1", "", now=NOW - timedelta(days=3))
    guess(person.email, "192.0.2.1")

    with pytest.raises(TooManyAttempts):
        access.sign_in(person.email, PASSWORD, "2001:db8:0:8::1", now=NOW)

    assert access.sign_in(person.email, PASSWORD, "2001:db8:0:7::2", now=NOW).id == person.id


def test_account_of_ones_own_lets_a_network_guess_no_more(app, monkeypatch):
    monkeypatch.setattr(attempts, "TRIES_PER_NETWORK", 2)
    monkeypatch.setattr(attempts, "TRIES_OF_STRANGERS", 2)
    mine, other = an_account(email="mine@example.org"), an_account(email="other@example.org")
    guess(mine.email, "192.0.2.1")
    guess(mine.email, "192.0.2.2")
    sign_ins.begin(mine.id, "192.0.2.1", "", now=NOW)
    access.sign_in(mine.email, PASSWORD, "192.0.2.1", now=NOW)

    guess(other.email, "192.0.2.1")
    with pytest.raises(TooManyAttempts):
        access.sign_in(other.email, PASSWORD, "192.0.2.1", now=NOW)
    with pytest.raises(TooManyAttempts):
        access.sign_in(mine.email, PASSWORD, "192.0.2.9", now=NOW)


def test_sign_in_waits_for_an_address_that_tries_many_people(app, monkeypatch):
    monkeypatch.setattr(attempts, "TRIES_PER_NETWORK", 3)
    for number in range(3):
        guess(f"nobody{number}@example.org", f"2001:db8::{number}")

    with pytest.raises(TooManyAttempts):
        access.sign_in("other@example.org", "wrong", "2001:db8::9", now=NOW)

    guess("other@example.org", "2001:db8:0:1::9")


def test_failed_sign_ins_are_logged_and_do_not_fill_the_log(app, published, monkeypatch):
    monkeypatch.setattr(attempts, "NOTED_OF_A_NETWORK", 3)
    monkeypatch.setattr(attempts, "TRIES", 50)
    person = an_account()
    published.clear()

    guess(person.email, "192.0.2.1")
    guess("a secret typed in the wrong field", "192.0.2.1")
    guess(person.email, "192.0.2.1", 10)

    assert published == [
        events.SignInFailed(person_id=person.id),
        events.UnknownSignInFailed(),
        events.SignInFailed(person_id=person.id),
        events.SignInFailed(person_id=person.id),
    ]


def test_windows_that_have_passed_are_forgotten(app):
    guess("nobody@example.org", "192.0.2.1")

    guess("other@example.org", "192.0.2.2", now=NOW + timedelta(days=2))

    assert set(db.session.scalars(sa.select(Throttle.window_began_at))) == {NOW + timedelta(days=2)}


def test_sign_in_counts_attempts_that_come_at_once(app, in_threads):
    results = in_threads([lambda: access.sign_in("nobody@example.org", "wrong", "::1", now=NOW)] * 6)

    assert all(isinstance(result, access.SignInRefused) for result in results)
    assert set(db.session.scalars(sa.select(Throttle.attempts))) == {6}


def test_sign_in_makes_an_outdated_hash_anew(app, monkeypatch):
    person = an_account()
    before = person.password_hash
    monkeypatch.setitem(app.config, "ARGON2_TIME_COST", 2)

    access.sign_in(person.email, PASSWORD, "::1", now=NOW)

    after = db.session.get_one(Person, person.id)
    assert after.password_hash != before
    assert "t=2" in after.password_hash
    assert after.password_version == 1


def test_use_link_works_once_and_ends_the_others(app):
    person = an_officer()
    first = access.invite(person.id, now=NOW)
    second = access.invite(person.id, now=NOW)

    access.use_link(second, PASSWORD, language="ru", time_zone="Asia/Almaty", now=NOW)

    assert (person.language, person.time_zone, person.password_version) == ("ru", "Asia/Almaty", 1)
    for link_id in (first, second):
        with pytest.raises(LinkRefused):
            access.use_link(link_id, "another password of mine", now=NOW)


def test_token_of_a_link_is_drawn_by_chance_and_kept_as_a_hash(app):
    link_id = access.invite(an_officer().id, now=NOW)

    tokens = {access.draw_token(link_id, now=NOW) for _ in range(20)}

    kept = set(db.session.scalars(sa.select(AccessToken.token_hash)))
    assert len(tokens) == 20
    assert all(len(base64.urlsafe_b64decode(f"{token}=")) == 32 for token in tokens)
    assert kept == {hashlib.sha256(token.encode()).hexdigest() for token in tokens}
    assert {find_link(token).id for token in tokens} == {link_id}
    assert find_link(kept.pop()) is None


def test_use_link_expires(app):
    link_id = access.invite(an_officer().id, now=NOW)

    with pytest.raises(LinkRefused):
        access.use_link(link_id, PASSWORD, now=NOW + timedelta(days=14))


@pytest.mark.parametrize("wrong", [{"language": "xx"}, {"time_zone": "Mars"}, {"password": "short"}])
def test_use_link_changes_nothing_when_something_is_wrong(app, wrong):
    person = an_officer()
    link_id = access.invite(person.id, now=NOW)

    with pytest.raises(DomainError):
        access.use_link(link_id, **{"password": PASSWORD, **wrong}, now=NOW)

    assert db.session.get_one(Person, person.id).password_hash is None
    assert db.session.get_one(AccessLink, link_id).used_at is None


def test_use_link_at_once_has_one_winner(app, in_threads):
    link_id = access.invite(an_officer().id, now=NOW)

    results = in_threads([lambda: access.use_link(link_id, PASSWORD, now=NOW).password_version] * 4)

    assert sum(isinstance(result, LinkRefused) for result in results) == 3
    assert [result for result in results if not isinstance(result, LinkRefused)] == [1]


def test_change_password_asks_for_the_present_one(app):
    person = an_account()

    with pytest.raises(DomainError) as refusal:
        access.change_password(person.id, "wrong", "a new password of mine", now=NOW)
    access.change_password(person.id, PASSWORD, "a new password of mine", now=NOW)

    assert refusal.value.field == "old_password"
    assert access.sign_in(person.email, "a new password of mine", "::1", now=NOW).password_version == 2


def test_ask_for_reset_writes_to_those_with_an_account_or_invitation_only(app, published):
    account, invited, stranger = an_account(), an_officer(), an_officer()
    access.invite(invited.id, now=NOW)
    published.clear()

    for email in (account.email, invited.email, stranger.email, "nobody@example.org", "%"):
        access.ask_for_reset(email, "::1", now=NOW)

    kinds = [(type(event), event.person_id) for event in published]
    assert kinds == [(events.PasswordResetAsked, account.id), (events.PersonInvited, invited.id)]


def test_ask_for_reset_is_silent_when_one_address_is_asked_for_often(app, published):
    person = an_account()
    published.clear()

    for _ in range(access.RESETS_PER_EMAIL + 2):
        access.ask_for_reset(person.email, "::1", now=NOW)

    assert len(published) == access.RESETS_PER_EMAIL


def test_ask_for_reset_waits_for_an_address_that_asks_for_many(app):
    for number in range(access.RESETS_PER_ADDRESS):
        access.ask_for_reset(f"nobody{number}@example.org", "::1", now=NOW)

    with pytest.raises(TooManyAttempts):
        access.ask_for_reset("nobody@example.org", "::1", now=NOW)


def test_invite_all_leaves_out_accounts_and_open_invitations(app):
    organisation = an_organisation()
    new, invited = an_officer(organisation_id=organisation.id), an_officer(organisation_id=organisation.id)
    an_account(organisation_id=organisation.id)
    people.deactivate(an_officer(organisation_id=organisation.id).id, now=NOW)
    an_officer()
    access.invite(invited.id, now=NOW)

    assert access.invite_all(organisation.id, now=NOW) == (1, 0)
    assert access.invite_all(organisation.id, now=NOW) == (0, 0)
    assert account_state_of(new.id, NOW) is AccountState.INVITED
    assert account_state_of(new.id, NOW + timedelta(days=15)) is AccountState.WITHOUT


def test_invite_makes_the_right_kind_of_link(app):
    person = an_officer()

    first = access.invite(person.id, now=NOW)
    access.use_link(first, PASSWORD, now=NOW)
    second = access.invite(person.id, now=NOW)

    assert db.session.get_one(AccessLink, first).purpose is LinkPurpose.INVITATION
    assert db.session.get_one(AccessLink, second).purpose is LinkPurpose.PASSWORD_RESET


def found(chosen, reader):
    rows = db.session.execute(people_matching(chosen, people_seen_by(reader), NOW))
    return {row.id for row in rows}


def test_people_are_seen_by_their_own_contact_point_only(app):
    one, other = an_organisation(), an_organisation()
    own, foreign = an_officer(organisation_id=one.id), an_officer(organisation_id=other.id)
    contact, coordinator = a_contact_point(organisation_id=one.id), a_coordinator()

    assert found(PeopleFilter(), contact) == {own.id, contact.id}
    assert found(PeopleFilter(organisation_id=other.id), contact) == set()
    assert found(PeopleFilter(), own) == set()
    assert foreign.id in found(PeopleFilter(), coordinator)


def test_people_are_found_in_either_alphabet(app):
    reader = an_administrator()
    person = people.add_person(replace(ANNA, family_name="Соловьёва"), an_organisation().id, now=NOW)

    for words in ("соловьева", "СОЛОВЬЁВА анна", "solov", "anna@example.org"):
        assert found(PeopleFilter(words=words), reader) == {person.id}
    for words in ("соловьева пётр", "%", "_", "\\"):
        assert found(PeopleFilter(words=words), reader) == set()


def test_people_are_filtered_by_role_and_state(app):
    reader = an_administrator()
    officer, account = an_officer(), an_account()

    assert found(PeopleFilter(role=Role.OFFICER), reader) == {officer.id, account.id}
    assert found(PeopleFilter(state=AccountState.ACTIVE), reader) == {account.id}
    assert found(PeopleFilter(state=AccountState.OFF), reader) == set()


def test_import_people_takes_the_good_rows_once(app, published):
    organisation = an_organisation()

    first = import_people(LIST, organisation.id, language="ru", time_zone="Asia/Baku", now=NOW)
    second = import_people(LIST, organisation.id, now=NOW)

    assert [len(rows) for rows in (first.added, first.known, first.refused)] == [2, 0, 1]
    assert [len(rows) for rows in (second.added, second.known, second.refused)] == [0, 2, 1]
    grants = db.session.execute(sa.select(RoleGrant.role, RoleGrant.organisation_id)).all()
    assert grants == [(Role.OFFICER, organisation.id)] * 2
    imported = [event for event in published if isinstance(event, events.PeopleImported)]
    assert imported[0] == events.PeopleImported(organisation_id=organisation.id, added=2, known=0, refused=1)
    assert find_person_by_email("viktor@example.org").language == "ru"


def test_import_people_refuses_people_of_another_organisation(app):
    import_people(LIST, an_organisation().id, now=NOW)

    report = import_people(LIST, an_organisation().id, now=NOW)

    assert [refusal.number for refusal in report.refused] == [2, 3, 4]
    assert not report.added


def test_import_people_checks_without_changing(app, published):
    report = import_people(LIST, an_organisation().id, dry_run=True, now=NOW)

    assert len(report.added) == 2
    assert published == []
    assert find_person_by_email("viktor@example.org") is None


def test_import_people_at_once_adds_nobody_twice(app, in_threads):
    organisation_id = an_organisation().id

    results = in_threads([lambda: import_people(LIST, organisation_id, now=NOW)] * 3)

    assert sorted(len(report.added) for report in results) == [0, 0, 2]


def test_organisation_codes_are_unique(app, published):
    details = OrganisationDetails(code="ge", kind=OrganisationKind.ADMINISTRATION, name_en="Georgia")
    added = organisations.add_organisation(details)
    other = organisations.add_organisation(replace(details, code="AM"))

    for attempt in (lambda: organisations.add_organisation(details), lambda: change(other.id, details)):
        with pytest.raises(DomainError) as refusal:
            attempt()
        assert refusal.value.field == "code"
    assert published[0] == events.OrganisationAdded(organisation_id=added.id)


def change(organisation_id, details):
    return organisations.change_organisation(organisation_id, details)


def test_change_organisation_tells_what_changed(app, published):
    details = OrganisationDetails(code="GE", kind=OrganisationKind.ADMINISTRATION, name_en="Georgia")
    added = organisations.add_organisation(details)
    published.clear()

    change(added.id, replace(details, name_ru="Грузия"))

    expected = events.OrganisationChanged(organisation_id=added.id, old={"name_ru": None}, new={"name_ru": "Грузия"})
    assert published == [expected]


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "values",
    [{"note_en": "* See …"}, {"note_ru": "* См. …"}, {"name_en": "Kosovo*"}, {"note_en": "* See …", "name_en": "K*"}],
)
def test_name_has_the_sign_of_its_footnote_and_no_other(app, values):
    row = {"code": "XK", "kind": OrganisationKind.ADMINISTRATION, "name_en": "Kosovo", "name_ru": "Косово"}

    with pytest.raises(sa.exc.IntegrityError), transaction():
        db.session.add(Organisation(**row | values))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kosovo* and Косово*", ["* See …"]),
        ("Kosovo", []),
        ("Union*, Kosovo*, Kosovo*", ["* See …", "* The union."]),
        ("nothing*", []),
    ],
)
def test_footnotes_are_those_of_the_names_in_a_text(app, text, expected):
    an_organisation(name_en="Union", note_en="* The union.")
    an_organisation(name_en="Kosovo", name_ru="Косово", note_en="* See …", note_ru="* См. …")
    an_organisation(note_en="A remark.")

    assert [str(note) for note in footnotes_in(text)] == expected


def test_load_reference_adds_what_is_missing_and_keeps_what_was_changed(app):
    assert load_reference() == (57, 9)
    georgia = find_organisation_by_code("ge")
    details = OrganisationDetails(code="GE", kind=georgia.kind, name_en="Georgia (changed)", name_ru="Грузия")
    change(georgia.id, details)

    assert load_reference() == (0, 0)
    assert find_organisation_by_code("GE").name_en == "Georgia (changed)"
    assert find_organisation_by_code("XK").note.ru


def test_nobody_gives_a_role_to_oneself(app):
    person = an_administrator()

    with acting_as(person.id), pytest.raises(DomainError, match="Please ask another administrator") as refusal:
        people.grant_role(person.id, Role.COORDINATOR, now=NOW)

    assert refusal.value.field == "role"
    assert find_person(person.id).roles == {Role.ADMINISTRATOR}


def test_sender_of_very_many_invitations_waits(app, monkeypatch):
    monkeypatch.setattr(access, "INVITATIONS", 2)
    sender, people_to_invite = a_coordinator(), [an_officer().id for _ in range(3)]

    with acting_as(sender.id):
        for person_id in people_to_invite[:2]:
            access.invite(person_id, now=NOW)
        with pytest.raises(TooManyAttempts, match="60 min"):
            access.invite(people_to_invite[2], now=NOW)
        access.invite(people_to_invite[2], now=NOW + access.INVITATIONS_WITHIN)

    with acting_as(a_coordinator().id):
        access.invite(people_to_invite[0], now=NOW + timedelta(minutes=5))


def test_those_beyond_the_limit_are_not_invited_and_are_counted(app, monkeypatch, published):
    monkeypatch.setattr(access, "INVITATIONS", 2)
    organisation = an_organisation()
    for _ in range(3):
        an_officer(organisation_id=organisation.id)

    with acting_as(a_coordinator().id):
        assert access.invite_all(organisation.id, now=NOW) == (2, 1)

    assert len([event for event in published if isinstance(event, events.PersonInvited)]) == 2


def test_invitation_is_not_made_again_at_once(app):
    person = an_officer()
    with acting_as(a_coordinator().id):
        access.invite(person.id, now=NOW)
        with pytest.raises(TooManyAttempts, match="short time ago"):
            access.invite(person.id, now=NOW + timedelta(minutes=4))

    access.ask_for_reset(person.email, "192.0.2.1", now=NOW + timedelta(minutes=4))
