"""Hostile values in every address and every form of the demonstration office: refused, never a failure of ours."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

import config
from tests.builders import a_sign_in
from tests.examples import Example, examples_for
from tests.hostile import QUERIES, Forms, SentForm, bodies
from tests.test_pages import READERS, add_what_is_lacking, address, filled, pages, person_called
from trainingapp.accounts.models import Person
from trainingapp.app import create_app
from trainingapp.core.db import db

pytestmark = pytest.mark.hostile

TRIED = 2


@pytest.fixture(scope="module")
def office(demonstration_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("hostile") / "office"
    shutil.copytree(demonstration_database.parent, folder)
    app = create_app(config.Testing({"DATA_DIR": str(folder)}))
    with app.app_context():
        add_what_is_lacking()
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def examples(office: Flask) -> dict[str, list[Example]]:
    with office.app_context():
        found = {address(rule): examples_for(address(rule), rule.arguments)[:TRIED] for rule in pages(office)}
        db.session.remove()
    return found


class Visit:
    """One reader who sends what nobody should, and keeps a note of every failure of ours."""

    def __init__(self, app: Flask, reader: str) -> None:
        self.app, self.email = app, READERS[reader]
        self.faults: Counter[str] = Counter()
        self.sent = 0
        self.shown = 0
        self.browser: FlaskClient | None = None

    def client(self) -> FlaskClient:
        """A browser in which the reader is signed in; a new one after each form, whatever that has done to it."""
        client = self.app.test_client()
        if self.email:
            with self.app.app_context():
                token = a_sign_in(db.session.get_one(Person, person_called(self.email)))
                db.session.remove()
            with client.session_transaction() as session:
                session["_user_id"] = token
        return client

    def send(self, method: str, path: str, **body: Any) -> Any:
        """The answer; None where there was none. Statuses from 500 on and exceptions are faults."""
        self.sent += 1
        browser = self.browser or self.client()
        self.browser = browser if method == "GET" else None
        try:
            answer = browser.open(path, method=method, **body)
        except Exception as error:  # the faults of all pages are wanted
            self.faults[f"{method} {path[:80]}: {error!r}"[:400]] += 1
            return None
        self.shown += answer.status_code == 200
        if answer.status_code >= 500:
            self.faults[f"{method} {path[:80]}: {answer.status}"] += 1
        return answer

    def forms_at(self, path: str) -> list[SentForm]:
        answer = self.send("GET", path)
        is_page = answer is not None and answer.status_code == 200 and answer.mimetype == "text/html"
        return Forms(answer.get_data(as_text=True)).found if is_page else []


@pytest.mark.parametrize("reader", READERS)
def test_no_address_makes_a_page_fail(office: Flask, examples: dict[str, list[Example]], reader: str) -> None:
    visit = Visit(office, reader)

    for place, known in examples.items():
        for query in QUERIES:
            if known and visit.send("GET", f"{filled(place, known[0])}?{query}").status_code in {302, 403}:
                break

    assert visit.shown > (40 if visit.email else 10), "hardly a page was seen"
    assert visit.faults == {}


def test_no_form_makes_a_page_fail(office: Flask, examples: dict[str, list[Example]]) -> None:
    known: set[str] = set()
    visits = [Visit(office, reader) for reader in READERS]

    for visit in visits:
        for place, shown in examples.items():
            for example in shown:
                for form in visit.forms_at(filled(place, example)):
                    form.action = form.action or filled(place, example)
                    if (kind := without_numbers(form)) not in known:
                        known.add(kind)
                        send_all(visit, form, turn=len(known))

    assert len(known) > 40
    assert [visit.faults for visit in visits if visit.faults] == []


def without_numbers(form: SentForm) -> str:
    """Forms that differ in the rows they are about are one kind."""
    return (
        re.sub(r"\d+", "0", form.action) + "|" + "|".join(sorted({re.sub(r"\d+", "0", name) for name in form.values}))
    )


def one_of_each_kind(values: dict[str, Any]) -> dict[str, Any]:
    """The fields of one row, where a form has the same ones for many rows."""
    kinds = {re.sub(r"\d+$", "0", name): name for name in reversed(values)}
    return {name: value for name, value in values.items() if name in kinds.values()}


def send_all(visit: Visit, form: SentForm, turn: int) -> None:
    form.values = one_of_each_kind(form.values)
    for body in bodies(form, turn):
        visit.send("POST", form.action, **body)
