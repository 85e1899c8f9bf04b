"""What a person, a password, a role and an access link must be."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW
from trainingapp.accounts.models import OrganisationKind
from trainingapp.accounts.rules.access import LinkState, check_administrators_left, link_state, role_scope
from trainingapp.accounts.rules.organisations import OrganisationDetails, check_organisation
from trainingapp.accounts.rules.passwords import check_password, is_common
from trainingapp.accounts.rules.people import (
    PersonDetails,
    check_details,
    normal_email,
    person_keys,
    person_problems,
    tidied,
)
from trainingapp.core.errors import DomainError
from trainingapp.core.latin import in_latin
from trainingapp.core.permissions import Role

ANNA = PersonDetails(email="Anna@Example.org", family_name="Щербакова", given_name="Анна", time_zone="Asia/Baku")


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Щербакова", "Shcherbakova"),
        ("Юлия", "Iuliia"),
        ("Подъячев", "Podieiachev"),
        ("Соловьёв", "Solovev"),
        ("ЦОЙ", "TSOI"),
        ("Ю", "Iu"),
        ("Жумабаев-Құлшар", "Zhumabaev-Kulshar"),
        ("Nəbizadə", "Nebizade"),
        ("Kazlauskienė", "Kazlauskiene"),
        ("Şükrü İnan", "Sukru Inan"),
        ("O’Brien", "O'Brien"),
        ("გიორგი", ""),
        ("", ""),
    ],
)
def test_in_latin_spells_as_passports_do(name, latin):
    assert in_latin(name) == latin


@given(st.text())
def test_in_latin_never_leaves_ascii(name):
    assert in_latin(name).isascii()


@given(st.text(max_size=50))
def test_in_latin_changes_nothing_the_second_time(name):
    once = in_latin(name)

    assert in_latin(once) == once


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" A.Ivanova@Customs.GOV.az ", "a.ivanova@customs.gov.az"),
        ("a@\u200bexample.org", "a@example.org"),
        ("x@тест.рф", "x@xn--e1aybc.xn--p1ai"),
    ],
)
def test_normal_email_keeps_one_spelling(typed, kept):
    assert normal_email(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "anna", "a@b", "a b@example.org", "ж@example.org", "a@example.org, b@example.org", "@"]
)
def test_normal_email_refuses_what_no_letter_reaches(typed):
    with pytest.raises(DomainError):
        normal_email(typed)


@given(st.text(max_size=300))
def test_normal_email_gives_small_ascii_letters_or_refuses(typed):
    try:
        kept = normal_email(typed)
    except DomainError:
        return

    assert kept.isascii()
    assert kept == kept.lower()


def test_tidied_suggests_the_latin_spelling_where_there_is_none():
    clean = tidied(replace(ANNA, family_name="  Щерба\u00adкова ", given_name_latin="Anne"))

    assert (clean.family_name, clean.family_name_latin, clean.given_name_latin) == ("Щербакова", "Shcherbakova", "Anne")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "nobody"}, "email"),
        ({"family_name": " "}, "family_name"),
        ({"given_name": ""}, "given_name"),
        ({"family_name": "а" * 101}, "family_name"),
        ({"family_name": "Ivаnov"}, "family_name"),
        ({"family_name": "12"}, "family_name"),
        ({"given_name": "Ан\x07на"}, "given_name"),
        ({"given_name_latin": "Анна"}, "given_name_latin"),
        ({"family_name": "გიორგაძე"}, "family_name_latin"),
        ({"post": "я" * 201}, "post"),
        ({"language": "fr"}, "language"),
        ({"time_zone": "Baku"}, "time_zone"),
        ({"time_zone": "../etc/passwd"}, "time_zone"),
    ],
)
def test_check_details_names_the_field_that_is_wrong(change, field):
    with pytest.raises(DomainError) as refusal:
        check_details(replace(ANNA, **change))

    assert refusal.value.field == field


@pytest.mark.parametrize(
    "family_name", ["Qasımova", "Ümit-Öz", "Ṣălbatic", "Құлшар", "O’Brien", "Ó Súilleabháin", "Đorđević"]
)
def test_check_details_takes_names_of_the_region(family_name):
    assert check_details(replace(ANNA, family_name=family_name)).family_name == family_name


@given(
    st.builds(
        PersonDetails, email=st.text(), family_name=st.text(), given_name=st.text(), patronymic=st.none() | st.text()
    )
)
def test_person_problems_never_crashes_and_keys_fit_their_columns(details):
    clean = tidied(details)

    keys = person_keys(clean)

    assert isinstance(person_problems(clean), list)
    assert len(keys["search_key"]) <= 1000
    assert len(keys["sort_key_en"]) <= 400


def test_person_keys_find_both_alphabets_without_accents():
    keys = person_keys(tidied(replace(ANNA, family_name="Соловьёва")))

    assert "соловьева" in keys["search_key"]
    assert "soloveva" in keys["search_key"]
    assert "anna@example.org" in keys["search_key"]


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "elevenchars",
        "x" * 201,
        "aaaaaaaaaaaa",
        "123456789012",
        "qwertyuiop[]",
        "password1234",
        "Password-2026!",
        "PasswordPassword",
        "qwerty123456",
        "йцукенгшщзхъ",
        "1q2w3e4r5t6y",
        "0501234567890",
        "2026-05-04-12",
        "trainingapp2026",
        "anna@example.org",
        "anna-ivanova-1",
        "Иванова12345",
        "здравствуйте",
        "Здравствуйте1",
        "zdravstvuite",
        "plhfdcndeqnt",  # «здравствуйте» on the keys of the Latin layout
        "ghbdtnghbdtn",  # «привет», twice
        "зфыыцщкв1234",  # "password" on the keys of the Russian layout
        "приветпривет",
        "таможня-2026",
        "йфяцычувскам",  # down the columns of the keys
        "Tamozhnya2026",
        "P@ssw0rd2024!",
        "liverpool2024",
        "администратор",
        "абвгдеёжзийк",
    ],
)
def test_check_password_refuses_what_is_guessed_first(password):
    with pytest.raises(DomainError):
        check_password(password, ["Anna", "Ivanova", "Иванова", "anna@example.org", "anna"])


@pytest.mark.parametrize(
    "password", ["harbour crane 2026", "correct horse battery", "ветер над морем", "xK3!vq9Zr#1m", "ктсон4пуафвы"]
)
def test_check_password_takes_words_that_nobody_guesses(password):
    check_password(password, ["Anna", "Ivanova", "anna@example.org", "anna"])


@given(st.text(max_size=220), st.lists(st.text(max_size=10), max_size=4))
def test_check_password_decides_about_any_text(password, own_words):
    try:
        check_password(password, own_words)
    except DomainError:
        return

    assert 12 <= len(password) <= 200


@given(st.text(min_size=1, max_size=4, alphabet="abc"))
def test_is_common_for_few_different_characters(text):
    assert is_common(text * 12)


@pytest.mark.parametrize(
    ("used", "left", "active", "state"),
    [
        (False, 1, True, LinkState.OPEN),
        (True, 1, True, LinkState.USED),
        (False, 0, True, LinkState.EXPIRED),
        (True, -1, True, LinkState.USED),
        (False, 1, False, LinkState.CLOSED),
    ],
)
def test_link_state_tells_why_a_link_does_not_open(used, left, active, state):
    expires_at = NOW + timedelta(minutes=left)

    assert link_state(used_at=NOW if used else None, expires_at=expires_at, person_active=active, now=NOW) is state


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.OFFICER, (7, None)),
        (Role.CONTACT_POINT, (7, None)),
        (Role.TRAINER, (None, None)),
        (Role.COORDINATOR, (None, 3)),
        (Role.ADMINISTRATOR, (None, None)),
    ],
)
def test_role_scope_keeps_what_the_role_is_held_for(role, scope):
    assert role_scope(role, 7, 3) == scope


@pytest.mark.parametrize("role", [Role.OFFICER, Role.CONTACT_POINT])
def test_role_scope_wants_an_organisation_for_officers_and_contact_points(role):
    with pytest.raises(DomainError) as refusal:
        role_scope(role, None, None)

    assert refusal.value.field == "organisation_id"


def test_check_administrators_left_keeps_one():
    check_administrators_left(1)

    with pytest.raises(DomainError):
        check_administrators_left(0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "a b"}, "code"),
        ({"code": "X" * 21}, "code"),
        ({"name_en": " "}, "name_en"),
        ({"name_ru": "я" * 201}, "name_ru"),
    ],
)
def test_check_organisation_names_the_field_that_is_wrong(change, field):
    details = OrganisationDetails(code="GE", kind=OrganisationKind.ADMINISTRATION, name_en="Georgia")

    with pytest.raises(DomainError) as refusal:
        check_organisation(replace(details, **change))

    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("names", "notes", "expected"),
    [
        (("Kosovo", "Косово"), ("* See 1244.", "* См. 1244."), ("Kosovo*", "Косово*")),
        (("Kosovo *", "Косово*"), ("* See 1244.", None), ("Kosovo*", "Косово*")),
        (("Kosovo", None), (None, "* См. 1244."), ("Kosovo*", None)),
        (("Kosovo*", "Косово*"), ("A remark.", None), ("Kosovo", "Косово")),
        (("Kosovo", ""), ("* See 1244.", "См. 1244."), ("Kosovo*", None)),
    ],
)
def test_check_organisation_gives_names_the_sign_of_their_footnote(names, notes, expected):
    details = OrganisationDetails(
        code="XK", kind=OrganisationKind.ADMINISTRATION,
        name_en=names[0], name_ru=names[1], note_en=notes[0], note_ru=notes[1],
    )  # fmt: skip

    clean = check_organisation(details)

    assert (clean.name_en, clean.name_ru) == expected


def test_judging_the_longest_password_takes_no_more_than_a_moment():
    began = time.perf_counter()

    is_common("4rE$" * 50)

    assert time.perf_counter() - began < 5
