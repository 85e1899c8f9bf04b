"""The demonstration and a real office never meet, by folders or databases; and how its letters greet."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import stamp, upgrade
from sqlalchemy.orm import joinedload

import config
from tests import postgres
from tests.builders import NOW, an_officer, an_organisation
from trainingapp.accounts.models import Person
from trainingapp.app import create_app
from trainingapp.core import occupancy
from trainingapp.core.db import db
from trainingapp.core.demonstration import is_demonstration, is_half_loaded, mark_as_demonstration
from trainingapp.core.i18n import LANGUAGES
from trainingapp.core.passwords import hash_password
from trainingapp.mail.models import Letter
from trainingapp.mail.texts import shown_text
from trainingapp.scheduling.models import CourseSession
from trainingapp.seed import demonstration
from trainingapp.seed.demonstration import read

ROOT = Path(config.__file__).parent
CYRILLIC = re.compile(r"[\u0400-\u052f]")
LATIN = re.compile(r"[A-Za-z]")
PASSWORD = "seven-point-inspection"


def test_demonstration_and_office_have_folders_of_their_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(config, "ROOT", tmp_path)
    key = config.secrets.token_hex(32)

    demonstration = config.Development({})
    office = config.Production({"SECRET_KEY": key, "PUBLIC_URL": "https://training.example.org"})

    assert tmp_path / "instance" / "demo" == demonstration.DATA_DIR
    assert tmp_path / "instance" / "office" == office.DATA_DIR
    assert demonstration.SQLALCHEMY_DATABASE_URI != office.SQLALCHEMY_DATABASE_URI


@pytest.mark.parametrize("chosen", ["config.Production", "config.Testing", "ours.Settings"])
def test_demo_never_overrides_settings_that_were_chosen(tmp_path: Path, chosen: str) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", "demo", "--load-only"],
        env={**os.environ, "APP_CONFIG": chosen, "DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert f"APP_CONFIG is {chosen}: the demonstration is never loaded into a real office." in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.fixture
def marked(app: Flask) -> Flask:
    """The demonstration's database under settings of a real office."""
    mark_as_demonstration(NOW)
    return app


def test_office_does_not_start_on_the_demonstration(marked: Flask) -> None:
    result = marked.test_cli_runner().invoke(args=["serve"])

    assert result.exit_code == 1
    assert "These are the data of the demonstration, whose passwords everybody knows." in result.output


def test_nobody_signs_in_on_the_demonstration_in_earnest(marked: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    email = an_officer(password_hash=hash_password(PASSWORD)).email
    visitor = marked.test_client()

    refused = visitor.post("/sign-in", data={"email": email, "password": PASSWORD})

    assert "These are the data of the demonstration" in refused.get_data(as_text=True)
    assert visitor.get("/account").status_code == 302
    monkeypatch.setitem(marked.config, "DEMONSTRATION", True)
    assert visitor.post("/sign-in", data={"email": email, "password": PASSWORD}).status_code == 303


@pytest.mark.demonstration
def test_letters_of_the_demonstration_greet_in_their_own_script(demonstration_database: Path) -> None:
    app = create_app(config.Testing({"DATA_DIR": str(demonstration_database.parent)}))
    with app.app_context():
        letters = db.session.scalars(sa.select(Letter).options(joinedload(Letter.recipient))).all()
        greetings = [
            (letter.language, shown_text(letter).body.partition("\n")[0], letter.recipient) for letter in letters
        ]
        db.session.remove()
        db.engine.dispose()

    assert {language for language, _greeting, _reader in greetings} == set(LANGUAGES)
    assert [text for language, text, _reader in greetings if language == "en" and CYRILLIC.search(text)] == []
    assert [text for language, text, reader in greetings if language == "ru" and lacks_cyrillic(text, reader)] == []


def lacks_cyrillic(greeting: str, reader: Person) -> bool:
    """Whether a name is in Latin letters that has a Cyrillic spelling."""
    return bool(LATIN.search(greeting) and (reader.family_name_ru or CYRILLIC.search(reader.family_name)))


@pytest.mark.demonstration
def test_demonstration_is_marked(demonstration_database: Path) -> None:
    app = create_app(config.Testing({"DATA_DIR": str(demonstration_database.parent)}))
    with app.app_context():
        assert is_demonstration()
        db.session.remove()
        db.engine.dispose()


def test_demo_leaves_a_real_office_alone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    an_organisation()
    stamp(revision="0003")
    monkeypatch.setitem(app.config, "DEMONSTRATION", True)

    result = app.test_cli_runner().invoke(args=["demo", "--load-only"])

    assert result.exit_code == 1
    assert "This database holds an office that is not the demonstration: it is left as it is." in result.output
    assert db.session.scalar(sa.text("SELECT version_num FROM alembic_version")) == "0003"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == 0


class BrokenOff(Exception):
    """As Ctrl-C does."""


@pytest.mark.demonstration
@pytest.mark.both_engines
def test_demonstration_that_was_broken_off_is_loaded_anew(
    demonstrating: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = demonstrating.test_cli_runner()
    with monkeypatch.context() as patch:
        patch.setattr(demonstration, "live_through", broken_off)
        first = runner.invoke(args=["demo", "--load-only"])
    db.session.rollback()
    assert isinstance(first.exception, BrokenOff)
    assert is_half_loaded()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CourseSession)) == 0
    shortened = {"sessions": 2, "calls": 0}
    monkeypatch.setattr(demonstration, "read", lambda name: read(name)[: shortened.get(name)])

    again = runner.invoke(args=["demo", "--load-only"])
    third = runner.invoke(args=["demo", "--load-only"])

    db.session.rollback()
    assert again.exit_code == 0, again.output
    assert "An earlier start was broken off while it loaded the demonstration: it is loaded anew." in again.output
    assert third.output == ""
    assert not is_half_loaded()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CourseSession)) >= 2
    assert emails() == sorted(set(emails())), "everybody is there once"


def emails() -> list[str]:
    return list(db.session.scalars(sa.select(Person.email).order_by(Person.email)))


def broken_off(*_args: object, **_more: object) -> None:
    raise BrokenOff


@pytest.fixture
def demonstrating(
    engine_name: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """Settings of the demonstration on an empty database."""
    settings = {"DATA_DIR": str(tmp_path)}
    if engine_name == "postgresql":
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        url = request.getfixturevalue("postgres_url")
        settings["DATABASE_URL"] = postgres.create_database(url, f"demonstration_{worker}")
    app = create_app(config.Testing(settings))
    monkeypatch.setitem(app.config, "DEMONSTRATION", True)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_two_first_starts_at_once_do_not_load_twice(demonstrating: Flask) -> None:
    with occupancy.alone(Path(demonstrating.config["DATA_DIR"])):
        result = demonstrating.test_cli_runner().invoke(args=["demo", "--load-only"])

    assert result.exit_code == 1
    assert "Another start loads or serves the demonstration: wait, or stop it." in result.output
    assert not is_demonstration()


def test_mark_can_be_asked_for_before_there_are_tables(tmp_path: Path) -> None:
    app = create_app(config.Testing({"DATA_DIR": str(tmp_path)}))
    with app.app_context():
        assert not is_demonstration()
        db.session.remove()
        upgrade()
        assert not is_demonstration()
        db.session.remove()
        db.engine.dispose()
