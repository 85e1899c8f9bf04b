"""Transactions lose nothing, on either engine."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

import config
from tests.builders import NOW, a_room, an_officer, an_organisation
from trainingapp.accounts.models import Organisation, Person
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.throttle import Throttle
from trainingapp.scheduling.models import Room

pytestmark = pytest.mark.both_engines


def test_transactions_lose_no_update(in_threads, app):
    room_id = a_room(capacity=1).id

    def work() -> None:
        for _ in range(10):
            with transaction():
                room = locked(Room, room_id)
                time.sleep(0.0005)
                room.capacity += 1

    results = in_threads([work] * 8)

    assert results == [None] * 8
    assert db.session.get_one(Room, room_id).capacity == 81


def test_transaction_rolls_back_as_a_whole(app):
    def half_of_it() -> None:
        with transaction():
            an_organisation(code="XX")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_of_it()

    assert db.session.query(Organisation).count() == 0


def test_changes_outside_a_transaction_are_refused(app):
    db.session.add(Throttle(key="k", window_began_at=NOW, attempts=1))

    with pytest.raises(RuntimeError, match="outside a transaction"), transaction():
        pass

    db.session.rollback()


def test_a_lock_outside_a_transaction_is_refused(app):
    with pytest.raises(RuntimeError, match="outside a transaction"):
        locked(Organisation, 1)


def test_value_of_several_columns_is_true_as_soon_as_one_of_them_is_set(app):
    person_id = an_officer(given_name="Anna", family_name="Smith", patronymic=None).id

    with transaction():
        person = locked(Person, person_id)
        before = person.name.own.full
        person.family_name = "Jones"
        person.given_name_latin = "ANNE"

        assert (before, person.name.own.full, person.name.latin.given) == ("Anna Smith", "Anna Jones", "ANNE")


HASH = "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA"


@pytest.mark.parametrize("wrong", [{"family_name": ""}, {"email": "anna@example.org"}, {"email": None}])
def test_no_value_reaches_the_log(app: Flask, caplog: pytest.LogCaptureFixture, wrong: dict[str, Any]) -> None:
    an_officer(email="anna@example.org", password_hash=HASH)
    other_id = an_officer(email="berta@example.org", password_hash=HASH).id

    with pytest.raises(IntegrityError) as refused, transaction():
        db.session.execute(sa.update(Person).where(Person.id == other_id).values(password_hash=HASH, **wrong))
    app.logger.error("refused", exc_info=refused.value)

    assert "constraint" in caplog.text
    assert [value for value in (HASH, "anna@example.org", "berta@example.org") if value in caplog.text] == []


@pytest.mark.parametrize("settings", [config.Development, config.Testing, config.Production])
def test_every_configuration_hides_what_statements_are_given(settings: Any, tmp_path: Path) -> None:
    given = {"DATA_DIR": str(tmp_path), "SECRET_KEY": secrets.token_hex(32), "PUBLIC_URL": "https://a.example.org"}

    assert settings(given).SQLALCHEMY_ENGINE_OPTIONS["hide_parameters"]
