"""The process that puts letters into words and delivers them: nothing else waits for it, nor for a slow mail server."""

from __future__ import annotations

import logging
import signal
import time
from datetime import timedelta
from threading import Event

from flask import Flask

from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.core.heartbeat import Work, beat, retire
from trainingapp.core.jobs import Job
from trainingapp.mail.services import smtp
from trainingapp.mail.services.again import try_words_again
from trainingapp.mail.services.delivery import Delivery, deliver_due
from trainingapp.mail.services.wording import put_into_words
from trainingapp.mail.texts import text_of

IDLE = 2.0  # seconds between two looks for letters
LONGEST_PAUSE = 60.0  # seconds between two tries to reach a server that is out of reach
BETWEEN_BEATS = timedelta(seconds=30)

JOBS: tuple[Job, ...] = ()  # nothing by the clock: letters have a process of their own

log = logging.getLogger(__name__)


class Mailer:
    """Delivers what is due, again and again, until ``stop`` is set; every half minute it gives a sign of life."""

    def __init__(self, app: Flask, stop: Event) -> None:
        self.app = app
        self.stop = stop
        self.trouble: smtp.SendingFailed | None = None
        self.last_beat: float | None = None
        self.has_begun = False

    def run(self) -> None:
        pause = IDLE
        while not self.stop.is_set():
            pause = self.round(pause)
            self.stop.wait(pause)
        with self.app.app_context():
            retire(Work.MAIL)

    def round(self, pause: float) -> float:
        """Put letters into words and deliver them. How long to wait then: longer while nothing can be sent."""
        with self.app.app_context():
            try:
                self.work_off()
            except Exception:  # the database may be back, and another letter may be well
                log.exception("Letters could not be delivered; it is tried again.")
                return longer(pause)
            finally:
                db.session.remove()
        return longer(pause) if self.trouble else IDLE

    def work_off(self) -> None:
        """Deliver after each few letters that have got words: an urgent one does not wait for the words of thousands.

        While nothing can be sent, it is tried once more, after all have their words.
        """
        if not self.has_begun:
            try_words_again(now=utc_now())
            self.has_begun = True
        some, is_reached = 1, True
        while some and not self.stop.is_set():
            some = put_into_words(text_of)
            if is_reached or not some:
                trouble = deliver_due(self.goes_on).trouble
                self.note(trouble)
                is_reached = trouble is None
            self.beat()

    def note(self, trouble: smtp.SendingFailed | None) -> None:
        if trouble is not None and self.trouble is None:
            log.warning("No letter can be sent: %s", trouble)
        if (trouble and trouble.failure) != (self.trouble and self.trouble.failure):
            self.last_beat = None  # this is news
        self.trouble = trouble

    def goes_on(self, delivery: Delivery) -> bool:
        """Whether there is a next letter to think of. Who gets answers about letters is out of trouble.

        What was written meanwhile is put into words first: it may be more urgent.
        """
        if delivery.sent or delivery.failed:
            self.note(None)
        put_into_words(text_of)
        self.beat()
        return not self.stop.is_set()

    def beat(self) -> None:
        """Give a sign of life when it is time for one."""
        now = time.monotonic()
        if self.last_beat is None or now - self.last_beat >= BETWEEN_BEATS.total_seconds():
            trouble = self.trouble
            beat(Work.MAIL, trouble.failure.value if trouble else None, trouble.detail if trouble else "")
            self.last_beat = now


def longer(pause: float) -> float:
    return min(pause * 2, LONGEST_PAUSE)


def run_mailer(app: Flask) -> None:
    """Deliver letters until told to stop by INT or TERM, after the letter in hand. In the main thread of a process."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    Mailer(app, stop).run()
