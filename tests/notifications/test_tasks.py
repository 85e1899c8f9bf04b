from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from huey import SqliteHuey

from tests.notifications.calling import AFTER, DAY, a_call, kinds
from trainingapp.core.actor import acting_as
from trainingapp.core.clock import standing_at
from trainingapp.core.db import db
from trainingapp.enrolment import services as places
from trainingapp.enrolment.models import Place, PlaceStatus
from trainingapp.notifications.tasks import (
    JOBS,
    JsonSerializer,
    end_offers,
    inside,
    queue_of,
    remind_of_calls,
    settle_places,
)


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


def test_every_job_runs_on_an_empty_house(app: Any) -> None:
    for job, _minute in JOBS:
        inside(app, job)()


def test_offers_end_every_minute_and_places_are_settled_every_five() -> None:
    minutes = {job.__name__: minute for job, minute in JOBS}

    assert minutes == {
        "give_sign_of_life": "*",
        "advance_sessions": "*/5",
        "end_offers": "*",
        "settle_places": "*/5",
        "remind_of_calls": "*/15",
    }


@pytest.mark.both_engines
@pytest.mark.parametrize("job", [end_offers, settle_places])
def test_offer_lapses_and_its_hold_ends_by_the_clock_alone(app: Any, job: Callable[[], None]) -> None:
    call = a_call(session={"starts_on": date(2026, 7, 1), "ends_on": date(2026, 7, 2)})
    first, second, foreign = call.named(), call.named(), call.named_elsewhere()
    call.selected(first, foreign, reserve=[second])
    with standing_at(AFTER), acting_as(foreign.person_id):
        places.confirm(foreign.id, now=AFTER)
    person, waiting = first.person, second.person

    for moment in (AFTER + 7 * DAY, AFTER + 12 * DAY):
        with standing_at(moment):
            inside(app, job)()
            inside(app, job)()

    db.session.rollback()  # what the worker did is seen from a new transaction on
    statuses = [db.session.get_one(Place, place_id).status for place_id in (first.id, second.id)]
    assert statuses == [PlaceStatus.LAPSED, PlaceStatus.OFFERED]
    assert kinds(person) == ["nominated", "offered", "offer_lapsed"]
    assert kinds(waiting) == ["nominated", "reserved", "offered"]
    assert kinds(call.contact) == ["selection-final", "seat-left", "seat-released"]


def test_reminders_are_written_by_the_clock(app: Any) -> None:
    call = a_call()

    with standing_at(call.call.closes_at - DAY):
        inside(app, remind_of_calls)()

    db.session.rollback()
    assert kinds(call.contact) == ["remind-last"]
