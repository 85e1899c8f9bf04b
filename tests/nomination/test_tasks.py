from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.nomination.calling import AFTER, DAY, a_call, kinds
from trainingapp.core.actor import acting_as
from trainingapp.core.clock import standing_at
from trainingapp.core.db import db
from trainingapp.core.jobs import inside
from trainingapp.enrolment import services as places
from trainingapp.enrolment.models import Place, PlaceStatus
from trainingapp.enrolment.tasks import end_offers, move_places
from trainingapp.nomination.tasks import remind_administrations


@pytest.mark.both_engines
@pytest.mark.parametrize("job", [end_offers, move_places])
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
        inside(app, remind_administrations)()

    db.session.rollback()
    assert kinds(call.contact) == ["remind-last"]
