"""What runs beside the pages: a worker that does what the clock asks for. Letters have a process of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

from flask import Flask
from huey import SqliteHuey, crontab
from huey.registry import Message
from huey.serializer import Serializer

from trainingapp.core.clock import utc_now
from trainingapp.core.clockwatch import by_the_clock
from trainingapp.core.db import db
from trainingapp.core.files import private_file
from trainingapp.core.heartbeat import Work, beat, retire
from trainingapp.enrolment.services import end_overdue, sweep
from trainingapp.notifications import reminders
from trainingapp.scheduling.services.steps import advance


class JsonSerializer(Serializer):
    """Task messages as JSON: nothing read from the queue is ever unpickled."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(data, ensure_ascii=False, default=lambda time: {"$time": time.isoformat()}).encode()

    def _deserialize(self, data: bytes) -> Any:
        value = json.loads(data, object_hook=lambda d: datetime.fromisoformat(d["$time"]) if "$time" in d else d)
        return Message(*value) if isinstance(value, list) else value


def give_sign_of_life() -> None:
    beat(Work.JOBS)


@by_the_clock
def advance_sessions() -> None:
    """Start and finish the course sessions whose day has come."""
    advance(now=utc_now())


@by_the_clock
def end_offers() -> None:
    """End offers and holds whose time is over, within a minute of it."""
    end_overdue(now=utc_now())


@by_the_clock
def settle_places() -> None:
    """Give free seats to whoever on a list can have them now, and end what else is over."""
    sweep(now=utc_now())


@by_the_clock
def remind_of_calls() -> None:
    """Remind administrations that have not answered a call, and officers who have not answered an offer."""
    reminders.remind_of_calls(now=utc_now())
    reminders.remind_of_offers(now=utc_now())


JOBS: tuple[tuple[Callable[[], None], str], ...] = (
    (give_sign_of_life, "*"),
    (advance_sessions, "*/5"),
    (end_offers, "*"),
    (settle_places, "*/5"),
    (remind_of_calls, "*/15"),
)


def queue_of(app: Flask) -> SqliteHuey:
    """The queue of this application, with its periodic tasks by the minutes at which they run."""
    private_file(Path(app.config["QUEUE_FILE"]))
    queue = SqliteHuey(
        "trainingapp",
        filename=str(app.config["QUEUE_FILE"]),
        serializer=JsonSerializer(),
        results=False,
        immediate=app.testing,
    )
    for job, minute in JOBS:
        queue.periodic_task(crontab(minute=minute), name=job.__name__)(inside(app, job))
    return queue


def inside(app: Flask, job: Callable[[], None]) -> Callable[[], None]:
    """The job in a context of its own, with a database session that ends with it."""

    @wraps(job)
    def run() -> None:
        with app.app_context():
            try:
                job()
            finally:
                db.session.remove()

    return run


def run_consumer(app: Flask) -> None:
    """Work until told to stop by INT or TERM. In the main thread of a process of its own: it sets signal handlers."""
    inside(app, give_sign_of_life)()
    queue_of(app).create_consumer(workers=1, graceful_signal="TERM").run()
    inside(app, lambda: retire(Work.JOBS))()
