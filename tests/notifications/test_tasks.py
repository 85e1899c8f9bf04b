from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from huey import SqliteHuey

from tests import builders
from tests.notifications.conftest import Postbox
from tests.notifications.scenes import a_letter
from trainingapp.core.clock import utc_now
from trainingapp.notifications.tasks import JOBS, JsonSerializer, deliver_due_letters, inside, queue_of


def test_queue_has_every_job(app: Any) -> None:
    queue = queue_of(app)

    names = {task.name for task in queue._registry.periodic_tasks}

    assert names == {job.__name__ for job, _minute in JOBS}


def test_task_survives_the_queue_as_json(tmp_path: Any) -> None:
    done: list[tuple[Any, ...]] = []
    queue = SqliteHuey("test", filename=str(tmp_path / "queue.sqlite3"), serializer=JsonSerializer(), results=False)
    task = queue.task()(lambda *values: done.append(values))

    task.schedule(args=("ключ", 7), eta=datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None))
    queue.execute(queue.dequeue())

    assert done == [("ключ", 7)]
    assert b"pickle" not in JsonSerializer().serialize({"a": 1})


def test_letters_are_delivered_every_minute(app: Any, postbox: Postbox) -> None:
    a_letter(builders.an_officer(), now=utc_now())

    inside(app, deliver_due_letters)()

    assert len(postbox.messages) == 1


def test_every_job_runs_on_an_empty_house(app: Any) -> None:
    for job, _minute in JOBS:
        inside(app, job)()
