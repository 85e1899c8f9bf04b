"""Several machines, one clock: that of the database server."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine

import config
from tests.nomination.calling import a_call
from trainingapp.app import create_app
from trainingapp.cli.installation import check_difference
from trainingapp.core import clockwatch
from trainingapp.core.clock import utc_now
from trainingapp.core.clockwatch import Watch, by_the_clock, find_pause
from trainingapp.core.db import db
from trainingapp.core.health import Level
from trainingapp.core.jobs import inside
from trainingapp.core.serverclock import SERVER, Reading, ServerClock, seconds_gone
from trainingapp.enrolment.models import Place, PlaceStatus
from trainingapp.enrolment.tasks import move_places

pytestmark = pytest.mark.only_postgresql  # SQLite serves one machine
HOUR = timedelta(hours=1)
A_MOMENT = timedelta(seconds=10)


@pytest.fixture
def followed(app: Any) -> Iterator[None]:
    """As in a real office: the clock is the server's."""
    db.session.remove()
    db.engine.dispose()
    SERVER.follow(db.engine)
    yield
    SERVER.leave()


def test_machine_an_hour_fast_ends_no_offer_early(app: Any, followed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    place_id = an_offer(ends=datetime.now(UTC) + HOUR / 2)

    with time_machine.travel(datetime.now(UTC) + HOUR, tick=True):
        monkeypatch.setattr(clockwatch, "WATCH", Watch())
        inside(app, by_the_clock(move_places))()
        db.session.rollback()

        assert find_pause() is None
        assert db.session.get_one(Place, place_id).status is PlaceStatus.OFFERED


def an_offer(ends: datetime) -> int:
    call = a_call(session={"starts_on": date(2030, 7, 1), "ends_on": date(2030, 7, 2)})
    place = call.named()
    call.selected(place)
    with db.session.no_autoflush:
        db.session.execute(sa.update(Place).values(offered_until=ends))
        db.session.commit()
    return place.id


@pytest.mark.parametrize("off", [HOUR, -30 * HOUR])
def test_every_machine_reads_the_same_time_before_its_first_question(app: Any, followed: None, off: timedelta) -> None:
    right = datetime.now(UTC)

    with time_machine.travel(right + off, tick=True):
        assert abs(utc_now() - right) < A_MOMENT


def test_leap_of_the_own_clock_moves_nothing(app: Any, followed: None) -> None:
    before = utc_now()

    with time_machine.travel(datetime.now(UTC) + 5 * HOUR, tick=True):
        assert timedelta() <= utc_now() - before < A_MOMENT


def test_difference_is_in_the_log_once_and_doctor_says_what_to_do(
    app: Any, followed: None, caplog: pytest.LogCaptureFixture
) -> None:
    with time_machine.travel(datetime.now(UTC) + 2 * HOUR, tick=True), caplog.at_level(logging.WARNING):
        for _connection in range(2):
            db.engine.dispose()
            utc_now(), db.session.execute(sa.select(1)), db.session.remove()
        found = check_difference()

    said = [record.getMessage() for record in caplog.records]
    assert [message.startswith("this machine's clock is 120 minutes ahead of") for message in said] == [True]
    assert found.level is Level.WARNING
    assert found.text.startswith("This machine's clock is 120 minutes ahead of the database server's.")
    assert "NTP" in found.hint


def test_doctor_is_content_with_a_clock_that_is_right(app: Any, followed: None) -> None:
    utc_now()

    assert check_difference().text == "This machine and the database agree on the time."


def test_leap_of_the_server_stops_work_by_the_clock(app: Any, followed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clockwatch, "SERVER_WATCH", Watch(began=None, read=lambda: SERVER.reading))
    with app.app_context():
        inside(app, by_the_clock(move_places))()
        assert find_pause() is None

    SERVER.take(Reading(utc_now() + 2 * HOUR, seconds_gone()), slack=0.01)
    inside(app, by_the_clock(move_places))()

    db.session.rollback()
    pause = find_pause()
    assert pause is not None
    assert round(int(pause.value) / 3600) == 2


def test_slow_answer_sets_no_clock_and_a_quick_one_does() -> None:
    clock = ServerClock()
    clock.take(Reading(datetime.now(UTC), seconds_gone()), slack=0.01)
    known = clock.reading
    assert known is not None

    clock.take(Reading(known.wall + timedelta(seconds=12), known.seconds + 10), slack=3)
    assert clock.reading is known

    clock.take(Reading(known.wall + timedelta(seconds=12), known.seconds + 10), slack=0.1)
    assert clock.at(known.seconds + 10) == known.wall + timedelta(seconds=12)


def test_half_of_the_way_is_taken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, wall = ServerClock(), datetime(2026, 11, 27, 12, tzinfo=UTC)
    clock.read(SlowConnection(wall, takes=0.4), None)

    assert clock.reading is not None
    assert clock.at(seconds_gone()) - wall > timedelta(seconds=0.15)
    assert clock.at(seconds_gone()) - wall < timedelta(seconds=0.35)


class SlowConnection:
    """Answers with that time, after a while."""

    def __init__(self, wall: datetime, takes: float) -> None:
        self.wall, self.takes = wall, takes

    def close(self) -> None: ...

    def cursor(self) -> SlowConnection:
        return self

    def rollback(self) -> None: ...

    def execute(self, _statement: str) -> SlowConnection:
        time.sleep(self.takes)
        return self

    def fetchone(self) -> tuple[datetime]:
        return (self.wall,)


@pytest.mark.parametrize(("url", "follows"), [("postgresql://office@127.0.0.1:1/office", True), ("", False)])
def test_real_office_follows_the_server_where_there_is_one(
    tmp_path: Any, url: str, follows: bool, caplog: pytest.LogCaptureFixture
) -> None:
    settings = config.Development({"DATA_DIR": str(tmp_path), "DATABASE_URL": url})
    try:
        create_app(settings)

        assert (SERVER.engine is not None) == follows
        assert settings.SQLALCHEMY_ENGINE_OPTIONS.get("pool_recycle") == (300 if follows else None)
        assert abs(utc_now() - datetime.now(UTC)) < A_MOMENT, "who hears no answer goes by the own clock"
    finally:
        SERVER.leave()
