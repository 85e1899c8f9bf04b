from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from huey import SqliteHuey

from trainingapp.core.jobs import JsonSerializer, inside, jobs_of, queue_of


def test_queue_has_every_job(app: Any) -> None:
    queue = queue_of(app)

    names = {task.name for task in queue._registry.periodic_tasks}

    assert names == {"give_sign_of_life", *(job.name for job in jobs_of(app))}


def test_task_survives_the_queue_as_json(tmp_path: Any) -> None:
    done: list[tuple[Any, ...]] = []
    queue = SqliteHuey("test", filename=str(tmp_path / "queue.sqlite3"), serializer=JsonSerializer(), results=False)
    task = queue.task()(lambda *values: done.append(values))

    task.schedule(args=("ключ", 7), eta=datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None))
    queue.execute(queue.dequeue())

    assert done == [("ключ", 7)]
    assert b"pickle" not in JsonSerializer().serialize({"a": 1})


def test_every_job_runs_on_an_empty_house(app: Any) -> None:
    for job in jobs_of(app):
        inside(app, job)()


def test_offers_end_every_minute_and_places_are_settled_every_five(app: Any) -> None:
    minutes = {job.name: job.minute for job in jobs_of(app)}

    assert minutes == {
        "advance_sessions": "*/5",
        "end_offers": "*",
        "move_places": "*/5",
        "remind_officers": "*/15",
        "remind_administrations": "*/15",
    }
