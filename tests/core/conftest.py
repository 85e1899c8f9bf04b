"""An office to make a backup of, and an empty place to put it back in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import stamp

import config
from tests import postgres
from tests.builders import NOW, a_course, a_session, an_officer
from trainingapp.app import create_app
from trainingapp.catalogue.models import AccessClass
from trainingapp.core import backup
from trainingapp.core.actor import acting_as
from trainingapp.core.db import db
from trainingapp.core.files import keep
from trainingapp.enrolment.models import PlaceMode
from trainingapp.enrolment.services import enrol


@pytest.fixture
def elsewhere(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """Another machine, with an empty place for an office."""
    settings = {"DATA_DIR": str(tmp_path / "elsewhere")}
    if engine_name == "postgresql":
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        url = request.getfixturevalue("postgres_url")
        settings["DATABASE_URL"] = postgres.create_database(url, f"elsewhere_{worker}")
    app = create_app(config.Testing(settings))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def office(app: Flask) -> Flask:
    """An office with officers who have places, a history, and a file."""
    stamp()
    course_session = a_session(a_course(access_class=AccessClass.OPEN), capacity_in_person=2)
    for number in range(3):
        officer = an_officer()
        with acting_as(officer.id):
            enrol(officer.id, course_session.id, PlaceMode.IN_PERSON, now=NOW)
        keep(b"%PDF-1.7 " + bytes([65 + number]), f"sheet{number}.pdf", by=officer.id, now=NOW)
    db.session.rollback()
    return app


@pytest.fixture
def made(office: Flask, tmp_path: Path) -> Path:
    """A backup of it."""
    backup.make(tmp_path / "office.zip", now=NOW)
    return tmp_path / "office.zip"
