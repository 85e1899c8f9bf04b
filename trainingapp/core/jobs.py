"""What the clock asks for, each piece declared by the feature that does it: the worker that does all of it.

A feature's ``tasks.py`` has ``JOBS``; the application gathers them. Letters have a process of their own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Flask
from huey import SqliteHuey, crontab
from huey.registry import Message
from huey.serializer import Serializer

from trainingapp.core.clockwatch import by_the_clock
from trainingapp.core.db import db
from trainingapp.core.files import private_file
from trainingapp.core.heartbeat import Work, beat, retire


@dataclass(frozen=True)
class Job:
    """Work that is done again and again, at the ``minute`` of the hour ("*/5"), unless the clock has leapt."""

    work: Callable[[], None]
    minute: str

    @property
    def name(self) -> str:
        return self.work.__name__

    def __call__(self) -> None:
        by_the_clock(self.work)()


class JsonSerializer(Serializer):
    """Task messages as JSON: nothing read from the queue is ever unpickled."""

    def _serialize(self, data: object) -> bytes:
        return json.dumps(data, ensure_ascii=False, default=lambda time: {"$time": time.isoformat()}).encode()

    def _deserialize(self, data: bytes) -> object:
        value = json.loads(data, object_hook=lambda d: datetime.fromisoformat(d["$time"]) if "$time" in d else d)
        return Message(*value) if isinstance(value, list) else value


def jobs_of(app: Flask) -> list[Job]:
    """What the features of the application have declared."""
    jobs: list[Job] = app.extensions["jobs"]
    return jobs


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
    queue.periodic_task(crontab(minute="*"), name=give_sign_of_life.__name__)(inside(app, give_sign_of_life))
    for job in jobs_of(app):
        queue.periodic_task(crontab(minute=job.minute), name=job.name)(inside(app, job))
    return queue


def give_sign_of_life() -> None:
    beat(Work.JOBS)


def inside(app: Flask, work: Callable[[], None]) -> Callable[[], None]:
    """The work in a context of its own, with a database session that ends with it."""

    def run() -> None:
        with app.app_context():
            try:
                work()
            finally:
                db.session.remove()

    return run


def run_consumer(app: Flask) -> None:
    """Work until told to stop by INT or TERM. In the main thread of a process of its own: it sets signal handlers."""
    inside(app, give_sign_of_life)()
    queue_of(app).create_consumer(workers=1, graceful_signal="TERM").run()
    inside(app, lambda: retire(Work.JOBS))()
