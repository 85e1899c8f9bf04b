"""Automatic work stops when the clock leaps, and goes on when somebody says that it is right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.builders import NOW, a_coordinator, an_administrator
from trainingapp.audit.models import AuditEntry
from trainingapp.cli import doctor
from trainingapp.core import clockwatch
from trainingapp.core.clock import standing_at, utc_now
from trainingapp.core.clockwatch import Reading, Watch, by_the_clock, find_pause, leap_between
from trainingapp.core.db import db
from trainingapp.core.heartbeat import Work, beat
from trainingapp.core.jobs import jobs_of
from trainingapp.desk.services import accept_clock

HOUR = timedelta(hours=1)


class Clocks:
    """Both clocks of a machine, moved by hand."""

    def __init__(self) -> None:
        self.wall, self.seconds = NOW, 1000.0

    def __call__(self) -> Reading:
        return Reading(self.wall, self.seconds)

    def go_on(self, by: timedelta) -> None:
        self.wall += by
        self.seconds += by.total_seconds()

    def leap(self, by: timedelta) -> None:
        self.wall += by


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    made = Clocks()
    monkeypatch.setattr(clockwatch, "read_clocks", made)
    monkeypatch.setattr(clockwatch, "WATCH", Watch(began=made()))
    return made


@pytest.fixture
def done(app: Flask) -> list[datetime]:
    return []


@pytest.fixture
def job(done: list[datetime]) -> Callable[[], None]:
    return by_the_clock(lambda: done.append(NOW))


@pytest.mark.parametrize("away", [timedelta(), timedelta(days=3), timedelta(days=400)])
def test_time_that_went_by_is_no_leap(away: timedelta) -> None:
    assert leap_between(Reading(NOW, 5.0), Reading(NOW + away, 5.0 + away.total_seconds())) == timedelta()


@pytest.mark.parametrize(
    "leap", [timedelta(minutes=61), timedelta(days=2), timedelta(minutes=-61), timedelta(days=-300)]
)
def test_leap_stops_work_by_the_clock(
    clocks: Clocks, job: Callable[[], None], done: list[datetime], leap: timedelta
) -> None:
    clocks.go_on(timedelta(minutes=5))
    job()
    clocks.go_on(timedelta(minutes=5))
    clocks.leap(leap)

    job()
    job()

    pause = find_pause()
    assert pause is not None
    assert int(pause.value) == leap.total_seconds()
    assert len(done) == 1


@pytest.mark.parametrize("step", [timedelta(minutes=59), timedelta(minutes=-59)])
def test_small_correction_stops_nothing(
    clocks: Clocks, job: Callable[[], None], done: list[datetime], step: timedelta
) -> None:
    clocks.leap(step)
    job()

    assert len(done) == 1


def test_small_steps_add_up_to_a_leap(clocks: Clocks, job: Callable[[], None], done: list[datetime]) -> None:
    for _number in range(3):
        clocks.leap(timedelta(minutes=25))
        job()

    assert len(done) == 2


def test_new_start_after_a_weekend_is_no_leap(
    clocks: Clocks, job: Callable[[], None], done: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks.wall, clocks.seconds = NOW + timedelta(days=3), 7.0  # the machine was off
    monkeypatch.setattr(clockwatch, "WATCH", Watch())
    job()

    assert len(done) == 1


def test_new_start_does_not_forget_a_leap(
    clocks: Clocks, job: Callable[[], None], done: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks.leap(2 * HOUR)
    job()
    monkeypatch.setattr(clockwatch, "WATCH", Watch())
    job()

    assert done == []


def test_work_goes_on_when_the_clock_is_accepted(clocks: Clocks, job: Callable[[], None], done: list[datetime]) -> None:
    clocks.leap(-30 * HOUR)
    job()

    assert accept_clock()
    job()

    assert len(done) == 1
    assert db.session.scalars(sa.select(AuditEntry.event)).all() == ["ClockAccepted"]
    assert not accept_clock()
    clocks.leap(30 * HOUR)
    job()
    assert len(done) == 1, "the next leap asks again"


def test_administrator_reads_it_and_goes_on(clocks: Clocks, job: Callable[[], None], client_as: Any) -> None:
    clocks.leap(2 * HOUR)
    job()
    client = client_as(an_administrator())
    text = client.text("/administration")
    assert "The server's clock went forward by 2 h at once" in text
    assert "часы сервера скачком ушли вперёд на 2 ч" in client_as(an_administrator(language="ru"), "ru").text(
        "/administration"
    )

    client.post("/administration/clock", {}, status=303)

    text = client.text("/administration")
    assert "Automatic work goes on." in text
    assert "Automatic work has stopped" in text, "no process gives a sign of life"
    assert find_pause() is None


def test_desk_and_doctor_say_one_thing(clocks: Clocks, job: Callable[[], None], client_as: Any) -> None:
    beat(Work.JOBS)
    clocks.leap(2 * HOUR)
    job()

    with standing_at(utc_now() + 2 * HOUR):
        pages = client_as(an_administrator()).text("/administration") + client_as(a_coordinator()).text("/desk")
        found = doctor.check_work(Work.JOBS)

    assert "Automatic work has stopped" not in pages
    assert "The server's clock went forward by 2 h at once" in pages
    assert found.level is doctor.Level.INFO
    assert found.text == "The automatic work waits until somebody says that the clock is right: see clock."


def test_doctor_and_command(app: Flask, clocks: Clocks, job: Callable[[], None]) -> None:
    run = app.test_cli_runner().invoke
    assert "Automatic work was not stopped." in run(args=["clock", "accept"]).output
    clocks.leap(-2 * HOUR)
    job()

    found = doctor.check_clock()

    assert found.level is doctor.Level.ERROR
    assert "The clock leapt by -2 hours" in found.text
    assert "Automatic work goes on: it is" in run(args=["clock", "accept"]).output
    assert doctor.check_clock().level is doctor.Level.OK


def test_every_job_is_watched(app: Flask, clocks: Clocks, count_queries: Callable[[], Any]) -> None:
    clocks.leap(2 * HOUR)
    clockwatch.notice_leap()

    with count_queries() as statements:
        for job in jobs_of(app):
            job()

    assert [statement for statement in statements if "office_note" not in statement] == []
