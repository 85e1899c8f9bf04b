"""The process that delivers letters, and its signs of life."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import builders
from tests.mail.scenes import a_letter, letters
from tests.postbox import Postbox
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db, transaction
from trainingapp.core.heartbeat import SILENT_AFTER, Work, Worker, condition_of
from trainingapp.mail import tasks
from trainingapp.mail.letters.writing import written
from trainingapp.mail.models import Failure, Letter
from trainingapp.mail.services import delivery, wording
from trainingapp.mail.services.delivery import Delivery
from trainingapp.mail.services.wording import Text
from trainingapp.mail.services.writing import keep
from trainingapp.mail.tasks import Mailer

ROOT = Path(__file__).resolve().parents[2]


def wait_for(seen: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
        db.session.rollback()


def worker() -> Worker | None:
    return db.session.scalars(sa.select(Worker).where(Worker.work == Work.MAIL)).one_or_none()


def test_mailer_delivers_until_it_is_stopped_and_says_so(
    app: Flask, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "IDLE", 0.05)
    stop = Event()
    thread = Thread(target=Mailer(app, stop).run)
    thread.start()
    try:
        wait_for(lambda: condition_of(Work.MAIL, utc_now()).is_alive)
        a_letter(builders.an_officer(), now=utc_now())
        wait_for(lambda: len(postbox.messages) == 1)
    finally:
        stop.set()
        thread.join()

    assert letters()[0].sent_at is not None
    assert worker() is None


def test_mailer_tells_what_keeps_it_from_its_work_and_when_that_is_over(app: Flask, request: Any) -> None:
    request.getfixturevalue("mail_settings")
    for number in range(2):
        a_letter(builders.an_officer(), f"test:{number}", now=utc_now())
    post = Mailer(app, Event())

    pause = post.round(tasks.IDLE)
    db.session.rollback()
    in_trouble = worker()
    assert in_trouble is not None
    told = (in_trouble.trouble, bool(in_trouble.trouble_detail), in_trouble.trouble_since is not None)
    request.getfixturevalue("postbox")
    after = post.round(pause)
    db.session.rollback()
    well = worker()

    assert told == (Failure.UNREACHABLE, True, True)
    assert pause > tasks.IDLE
    assert after == tasks.IDLE
    assert well is not None
    assert (well.trouble, well.trouble_since, well.trouble_detail) == (None, None, None)


def test_mailer_outlives_an_error_of_the_program(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "deliver_due", lambda *_: 1 / 0)

    assert Mailer(app, Event()).round(tasks.IDLE) == 2 * tasks.IDLE


def test_urgent_letter_waits_for_the_words_of_few_others(
    app: Flask, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wording, "AT_ONCE", 1)
    made_before: list[int] = []
    worded: list[str] = []

    def text_of(letter: Letter) -> Text:
        worded.append(letter.reason)
        return Text("A letter", "Its text")

    def deliver_due(go_on: Callable[[Delivery], bool]) -> Delivery:
        made_before.append(len(worded))
        return delivery.deliver_due(go_on)

    monkeypatch.setattr(tasks, "text_of", text_of)
    monkeypatch.setattr(tasks, "deliver_due", deliver_due)
    person, now = builders.an_officer(), utc_now()
    drafts = [draft for number in range(9) for draft in written("calm", [person], f"calm:{number}")]
    with transaction():
        keep([*drafts, *written("urgent", [person], "urgent", urgent=True)], now=now)

    Mailer(app, Event()).round(tasks.IDLE)

    assert (worded[0], made_before[0], len(postbox.messages)) == ("urgent", 1, 10)


def test_words_do_not_wait_for_a_server_that_is_out_of_reach(
    app: Flask, mail_settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wording, "AT_ONCE", 1)
    tries: list[object] = []
    monkeypatch.setattr(tasks, "deliver_due", lambda go_on: tries.append(1) or delivery.deliver_due(go_on))
    person = builders.an_officer()
    with transaction():
        for number in range(9):
            keep(written("password_changed", [person], f"test:{number}", at=utc_now()), now=utc_now())

    Mailer(app, Event()).round(tasks.IDLE)

    assert len(tries) == 2  # at first, and once all letters have words
    assert None not in db.session.scalars(sa.select(Letter.subject)).all()


def test_urgent_letter_written_during_delivery_gets_its_words_and_goes_next(
    app: Flask, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, urgent = builders.an_officer(), builders.an_officer()
    for number in range(3):
        a_letter(person, f"test:{number}", now=utc_now())
    note_sent = delivery.note_sent

    def note_first(letter_id: int) -> None:
        note_sent(letter_id)
        with transaction():
            keep(written("password_changed", [urgent], "urgent", at=utc_now(), urgent=True), now=utc_now())

    monkeypatch.setattr(delivery, "note_sent", note_first)

    Mailer(app, Event()).round(tasks.IDLE)

    assert postbox.recipients[:2] == [person.email, urgent.email]


def test_silent_mailer_is_no_longer_alive(app: Flask, postbox: Postbox) -> None:
    Mailer(app, Event()).round(tasks.IDLE)
    db.session.rollback()
    beat_at = worker().beat_at  # type: ignore[union-attr]

    assert condition_of(Work.MAIL, beat_at + tasks.BETWEEN_BEATS).is_alive
    assert not condition_of(Work.MAIL, beat_at + SILENT_AFTER).is_alive


def test_killed_mail_process_sends_at_most_the_letter_in_hand_twice(app: Flask, postbox: Postbox) -> None:
    """The real process, killed while the server has a letter and has not said so yet; then a second one."""
    for number in range(3):
        a_letter(builders.an_officer(), f"test:{number}", now=utc_now())
    postbox.seconds = 2
    first = mail_process(app)
    wait_for(lambda: postbox.begun == 1, 60)
    first.send_signal(signal.SIGKILL)
    first.wait()
    postbox.seconds = 0

    second = mail_process(app)
    try:
        wait_for(lambda: sum(letter.sent_at is not None for letter in letters()) == 2, 60)
    finally:
        second.terminate()
        second.wait(20)

    in_hand = next(letter for letter in letters() if letter.sent_at is None)
    assert in_hand.next_try_at is not None
    assert in_hand.next_try_at > utc_now()
    others = [address for address in postbox.recipients if address != in_hand.recipient.email]
    assert len(others) == len(set(others)) == 2


def mail_process(app: Flask) -> subprocess.Popen[bytes]:
    settings = {
        "FLASK_APP": "trainingapp.app:create_app",
        "APP_CONFIG": "config.Development",
        "DATA_DIR": str(app.config["DATA_DIR"]),
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "MAIL_SERVER": app.config["MAIL_SERVER"],
        "MAIL_PORT": str(app.config["MAIL_PORT"]),
        "MAIL_USE_TLS": "no",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "mail"], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **settings}
    )
