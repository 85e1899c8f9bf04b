"""`flask people …`: lists, invitations, and the first administrator."""

from __future__ import annotations

import pytest

from tests.builders import a_centre, an_administrator, an_officer, an_organisation
from trainingapp.accounts.models import OrganisationKind, Person
from trainingapp.accounts.queries.people import find_person, find_person_by_email
from trainingapp.core.db import db
from trainingapp.core.permissions import Role

ROSTER = "Фамилия;Имя;E-mail\nЩербакова;Анна;anna@example.org\nПлохой;;плохо\n"
BE = ("people", "administrator", "ana@example.org", "--family-name", "Beridze", "--given-name", "Ana")


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=list(arguments))


def test_import_tells_what_became_of_each_row(app, tmp_path):
    code = an_organisation().code
    file = tmp_path / "list.csv"
    file.write_bytes(ROSTER.encode("cp1251"))

    dry = run(app, "people", "import", str(file), "--organisation", code, "--language", "ru", "--dry-run")
    wet = run(app, "people", "import", str(file), "--organisation", code, "--language", "ru")
    again = run(app, "people", "import", str(file), "--organisation", code)

    assert "Would be added: 1" in dry.output
    assert "Row 3, Плохой: refused. Нет имени." in wet.output
    assert "Added: 1. Known already: 0. With a new address: 0. Asked about: 0. Refused: 1." in wet.output
    assert "Added: 0. Known already: 1." in again.output
    assert find_person_by_email("anna@example.org").language == "ru"


@pytest.fixture
def georgia(app):
    """An organisation with one officer, who is on the list below with another address."""
    organisation = an_organisation()
    an_officer(organisation_id=organisation.id, family_name="Омурбеков", given_name="Бакыт", email="old@example.org")
    return organisation


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ("Щербакова;Анна;anna@example.org", 0),
        ("Омурбеков;Бакыт;old@example.org", 0),
        ("Щерб?кова;Анна;anna@example.org", 1),
        ("Омурбеков;Бакыт;new@example.org", 1),
    ],
)
def test_import_ends_with_1_when_a_row_was_refused_or_waits(app, tmp_path, georgia, row, status):
    assert import_list(app, tmp_path, georgia, row).exit_code == status


@pytest.mark.parametrize(
    ("answer", "expected", "addresses"),
    [
        ("another", "Added: 1. Known already: 0. With a new address: 0.", {"old@example.org", "new@example.org"}),
        ("same", "Added: 0. Known already: 1. With a new address: 0.", {"old@example.org"}),
        ("moved", "Added: 0. Known already: 0. With a new address: 1.", {"new@example.org"}),
    ],
)
def test_import_takes_one_answer_for_all_namesakes(app, tmp_path, georgia, answer, expected, addresses):
    row = "Омурбеков;Бакыт;new@example.org"

    waiting = import_list(app, tmp_path, georgia, row)
    answered = import_list(app, tmp_path, georgia, row, "--namesakes", answer)

    known = "Row 2, Omurbekov, Bakyt: new@example.org, but known as old@example.org. See --namesakes."
    assert known in waiting.output
    assert "Asked about: 1." in waiting.output
    assert expected in answered.output
    assert answered.exit_code == 0
    assert {person.email for person in db.session.query(Person)} == addresses


@pytest.mark.parametrize(
    ("language", "reason"), [("en", "The e-mail address is missing."), ("ru", "Нет адреса электронной почты.")]
)
def test_import_says_what_is_wrong_in_the_language_of_the_list(app, tmp_path, georgia, language, reason):
    result = import_list(app, tmp_path, georgia, "Щербакова;Анна;", "--language", language)

    assert f"Row 2, Щербакова Анна: refused. {reason}" in result.output


def import_list(app, folder, organisation, row, *options):
    """The command on a list of one row."""
    file = folder / "list.csv"
    file.write_text(f"Фамилия;Имя;E-mail\n{row}\n", encoding="utf-8")
    return run(app, "people", "import", str(file), "--organisation", organisation.code, *options)


def test_import_refuses_in_a_sentence(app, tmp_path):
    file = tmp_path / "list.csv"
    file.write_bytes(b"PK\x03\x04")

    for code in ("NOWHERE", an_organisation().code):
        result = run(app, "people", "import", str(file), "--organisation", code)
        assert result.exit_code == 1
        assert result.output.startswith("Error: ")


def test_invite_prints_the_link(app):
    result = run(app, "people", "invite", an_officer().email)

    assert result.output.startswith("http://localhost/access/")
    assert run(app, "people", "invite", "nobody@example.org").exit_code == 1


def test_administrator_is_made_and_may_come_in(app, client_as):
    an_organisation(kind=OrganisationKind.OFFICE)

    result = run(app, *BE)

    assert find_person_by_email("ana@example.org").roles == {Role.ADMINISTRATOR}
    client_as(None).get(result.output.split()[-1])


def test_administrator_of_an_office_without_lists_is_told_what_to_do(app):
    result = run(app, *BE)

    assert result.exit_code == 1
    assert "flask reference" in result.output


def test_role_is_given_on_the_server(app):
    centre, person = a_centre(code="C1"), an_administrator()

    for words in (["coordinator", "--centre", "c1"], ["officer"]):
        result = run(app, "people", "role", person.email, *words)
        assert result.output == f"{person.email} has the role now: {words[0]}.\n"

    held = {(one.role, one.organisation_id, one.centre_id) for one in find_person(person.id).grants}
    assert held >= {(Role.COORDINATOR, None, centre.id), (Role.OFFICER, person.organisation_id, None)}
    assert run(app, "people", "role", person.email, "coordinator", "--centre", "none").exit_code == 1
