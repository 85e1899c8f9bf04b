"""Every page of the demonstration office, as every role, in both languages: who may open it stands in who_may_open.csv.
Whoever may not open a page cannot send its form either; who may press the buttons without a page stands in BUTTONS.

``yes`` and ``no`` hold for every example; ``own`` opens what belongs to the reader (in person, as the organisation's
contact point, as a trainer of the session, as the coordinator of its centre) and nothing else; ``sign in`` asks a
visitor to.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

import config
from tests.builders import a_sign_in
from tests.examples import Example, examples_for
from tests.pages import PageClient, inspect_page
from tests.statements import writes
from trainingapp.accounts.models import Organisation, Person
from trainingapp.accounts.rules.organisations import OrganisationDetails
from trainingapp.accounts.services import access
from trainingapp.accounts.services.organisations import change_organisation
from trainingapp.app import UNDECLARED, create_app
from trainingapp.attendance.services import attach_scan
from trainingapp.core.actor import acting_as
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db, transaction
from trainingapp.core.i18n import LANGUAGES
from trainingapp.scheduling.models import Meeting

SIGN = re.compile(r"\w+\*(?!\w)")
FOOTNOTE = re.compile(r"\* (?:Note on|О) [A-Z]+\.")
MATRIX = Path(__file__).with_name("who_may_open.csv")
READERS = {
    "visitor": None,
    "officer": "officer@example.org",
    "contact point": "contact@example.org",
    "trainer": "trainer@example.org",
    "coordinator": "coordinator@example.org",
    "centre coordinator": "gulnar.abdirakhmanova@customs.kz.example.org",
    "administrator": "administrator@example.org",
}
SIGNED_IN = set(READERS) - {"visitor"}
OFFICE = {"coordinator", "centre coordinator", "administrator"}
BUTTONS = {
    "accounts.deactivate": {"administrator"},
    "accounts.end_sign_in": SIGNED_IN,
    "accounts.end_sign_ins": SIGNED_IN,
    "accounts.grant_role": {"administrator"},
    "accounts.import_namesakes": {*OFFICE, "contact point"},
    "accounts.invite": OFFICE,
    "accounts.invite_all": {"coordinator", "administrator"},
    "accounts.reactivate": {"administrator"},
    "accounts.revoke_role": {"administrator"},
    "accounts.set_language": {"everybody"},
    "accounts.sign_out": {"everybody"},
    "attendance.attach_scan": {"coordinator"},
    "catalogue.delete": {"coordinator"},
    "catalogue.delete_topic": {"coordinator", "centre coordinator"},
    "catalogue.publish": {"coordinator"},
    "catalogue.retire": {"coordinator"},
    "desk.accept_clock": {"administrator"},
    "enrolment.offer_by_hand": {"coordinator"},
    "enrolment.place_person": {"coordinator"},
    "enrolment.release": {"coordinator"},
    "nomination.attach_letter": {"coordinator"},
    "nomination.comment": {"coordinator"},
    "nomination.nobody": {"coordinator"},
    "nomination.open_call": {"coordinator"},
    "nomination.rank": {"coordinator"},
    "nomination.reopen": {"coordinator"},
    "nomination.suggest": {"coordinator"},
    "mail.try_again": {"coordinator", "administrator"},
    "mail.try_all_again": OFFICE,
    "scheduling.close_room": {"coordinator", "administrator"},
    "scheduling.finish": {"coordinator"},
    "scheduling.open": {"coordinator"},
    "scheduling.release_trainer": {"coordinator"},
    "scheduling.remove_meeting": {"coordinator"},
    "scheduling.reopen_room": {"coordinator", "administrator"},
    "scheduling.start": {"coordinator"},
}  # by whom for what is not their own: their own is theirs as the page that shows it is
ANSWERS = {"yes", "no", "own", "sign in"}
ELSEWHERE = {"/my", "/sign-in"}
TRIED = 12
SIGN_IN = "/sign-in"


@dataclass(frozen=True)
class Office:
    """The demonstration office, and its examples for every page."""

    app: Flask
    examples: dict[str, list[Example]]
    people: dict[str, int | None]


@pytest.fixture(scope="module")
def office(demonstration_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("pages") / "office"
    shutil.copytree(demonstration_database.parent, folder)
    app = create_app(config.Testing({"DATA_DIR": str(folder)}))
    with app.app_context():
        add_what_is_lacking()
        people = {reader: email and person_called(email) for reader, email in READERS.items()}
        examples = {address(rule): examples_for(address(rule), rule.arguments) for rule in pages(app)}
        db.session.remove()
        yield Office(app, examples, people)
        db.session.remove()
        db.engine.dispose()


def add_what_is_lacking() -> None:
    """In the demonstration nobody has an unused invitation, nor scanned a sheet, and few names have a footnote."""
    coordinator_id = person_called("coordinator@example.org")
    access.invite(person_called("gulnar.abdirakhmanova@customs.kz.example.org"), now=utc_now())
    for meeting in db.session.scalars(sa.select(Meeting.id).where(Meeting.ends_at < utc_now())).all():
        with acting_as(coordinator_id):
            attach_scan(meeting, b"%PDF-1.4 a signed sheet", "sheet.pdf", now=utc_now())
    for organisation in db.session.scalars(sa.select(Organisation)).all():
        details = {name: getattr(organisation, name) for name in OrganisationDetails.__dataclass_fields__}
        note = {"note_en": f"* Note on {organisation.code}.", "note_ru": f"* О {organisation.code}."}
        change_organisation(organisation.id, OrganisationDetails(**details | note))


def person_called(email: str) -> int:
    return db.session.scalars(sa.select(Person.id).where(Person.email == email)).one()


def pages(app: Flask) -> list[Rule]:
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return [rule for rule in rules if rule.endpoint not in UNDECLARED]


def address(rule: Rule) -> str:
    """The address as a reader of the matrix sees it: "/sessions/<session_id>"."""
    return re.sub(r"<[^<>]*?:?(\w+)>", r"<\1>", rule.rule)


def matrix() -> dict[str, dict[str, str]]:
    with MATRIX.open(encoding="utf-8", newline="") as file:
        return {row["address"]: row for row in csv.DictReader(file)}


def test_matrix_names_every_page_and_nothing_else(application: Flask) -> None:
    there, listed = {address(rule) for rule in pages(application)}, set(matrix())

    assert there - listed == set(), "these pages are missing in tests/who_may_open.csv"
    assert listed - there == set(), "these pages of tests/who_may_open.csv are no longer there"


def test_matrix_is_understood() -> None:
    for row in matrix().values():
        assert row.keys() == {"page", "address", *READERS}
        assert row["page"]
        assert {row[reader] for reader in READERS} <= ANSWERS


@pytest.mark.demonstration
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reader", READERS)
def test_pages_open_to_those_who_may_open_them(office: Office, reader: str, language: str) -> None:
    visit = Visit(office, reader, language)

    faults = [fault for row in matrix().values() for fault in visit.faults(row["address"], row[reader])]

    assert faults == []


def buttons(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if "GET" not in (rule.methods or ())]


def test_every_button_is_listed(application: Flask) -> None:
    assert {rule.endpoint for rule in buttons(application)} == set(BUTTONS)


@pytest.mark.demonstration
@pytest.mark.parametrize("reader", READERS)
def test_nobody_changes_what_belongs_to_others(office: Office, reader: str) -> None:
    visit = Visit(office, reader, "en")
    forms = [rule for rule in pages(office.app) if "POST" in (rule.methods or ())]
    refused = [address(rule) for rule in forms if matrix()[address(rule)][reader] != "yes"]
    refused += [address(rule) for rule in buttons(office.app) if not BUTTONS[rule.endpoint] & {reader, "everybody"}]

    faults = [fault for place in refused for fault in visit.is_refused_a_change(place)]

    assert faults == []


class Visit:
    """One reader's way through the pages, in one language."""

    def __init__(self, office: Office, reader: str, language: str) -> None:
        self.examples = office.examples
        self.person = self.speaking(office.people[reader], language)
        self.client = PageClient(office.app)
        with self.client.session_transaction() as session:
            session["language"] = language
            if self.person is not None:
                session["_user_id"] = a_sign_in(self.person)

    def speaking(self, person_id: int | None, language: str) -> Person | None:
        if person_id is None:
            return None
        with transaction():
            person = db.session.get_one(Person, person_id)
            person.language = language
        db.session.refresh(person)
        db.session.expunge(person)
        return person

    def faults(self, address: str, answer: str) -> Iterator[str]:
        """What is not as the matrix says."""
        examples = self.examples.get(address, [])  # another test names the addresses that are not there
        own = [one for one in examples if self.person is not None and one.belongs_to(self.person)]
        others = [one for one in examples if one not in own]
        if answer == "yes":
            yield from self.opens(address, [*own[:1], *others])
        if answer == "own" and own:
            yield from self.opens(address, own)
        if answer == "own":
            yield from self.refuses(address, others[:2], "no")
        if answer in {"no", "sign in"}:
            yield from self.refuses(address, [*own[:1], *others[:1]], answer)

    def opens(self, address: str, examples: list[Example]) -> Iterator[str]:
        """None of the first examples is refused, and one is shown: others may be past what the page is for."""
        for example in examples[:TRIED]:
            found = self.look(address, example)
            if found == "yes":
                return
            if found != "elsewhere":
                yield f"{filled(address, example)}: {found}"
                return
        if address not in ELSEWHERE:
            yield f"{address}: none of {TRIED} examples is shown"

    def refuses(self, address: str, examples: list[Example], answer: str) -> Iterator[str]:
        for example in examples:
            found = self.look(address, example)
            if found != answer:
                yield f"{filled(address, example)}: {found}, not {answer}"

    def is_refused_a_change(self, address: str) -> Iterator[str]:
        """Nothing is changed, and the answer is that of a page that is not for this reader."""
        wanted = "sign in" if self.person is None else "no"
        examples = self.examples.get(address) or examples_for(address, re.findall(r"<(\w+)>", address))
        others = [one for one in examples if self.person is None or not one.belongs_to(self.person)]
        for example in others[:3]:
            found = self.look(address, example, method="POST")
            if found != wanted:
                yield f"{filled(address, example)}: {found}, not {wanted}"

    def look(self, address: str, example: Example, method: str = "GET") -> str:
        """What the reader gets to see. A page that writes or is not well made is a fault whoever opens it."""
        with writes(db.engine) as changes:
            try:
                response = self.client.open(filled(address, example), method=method)
            except Exception as error:  # not the end of the visit: the faults of all pages are wanted
                return repr(error)[:300]
        if changes:
            return f"a look wrote {changes[0][:80]}"
        return answer_of(response) or response.status


def filled(address: str, example: Example) -> str:
    return re.sub(r"<(\w+)>", lambda name: str(example.values[name[1]]), address)


def answer_of(response: TestResponse) -> str | None:
    """The answer in the words of the matrix; "elsewhere" when the reader is led on, None for a failure."""
    match response.status_code:
        case 200:
            return fault_of(response) or "yes"
        case 403:
            return "no"
        case 302 | 303:
            return "sign in" if response.headers["Location"].startswith(SIGN_IN) else "elsewhere"
        case 409:
            return "elsewhere"
    return None


def fault_of(response: TestResponse) -> str | None:
    """What inspection finds on a page, and a sign without its footnote."""
    try:
        if response.mimetype == "text/html":
            text = inspect_page(response.get_data(as_text=True)).text
            assert FOOTNOTE.search(text) or not (signs := SIGN.findall(text)), f"no footnote below: {signs}"
    except AssertionError as error:
        return str(error)
    return None
