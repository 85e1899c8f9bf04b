"""Transactions lose nothing, on either engine."""

from __future__ import annotations

import time

import pytest

from tests.builders import NOW, a_room, an_organisation
from trainingapp.accounts.models import Organisation
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
