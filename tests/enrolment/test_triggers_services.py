"""That the same facts give the same result whichever trigger comes first, on both engines."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import pytest
import sqlalchemy as sa

from tests.books import (
    DAY,
    IN_PERSON,
    Invited,
    an_invited_session,
    check_books,
    check_nobody_overlooked,
    set_withdrawn,
    vacancy,
)
from tests.builders import NOW, a_completion, a_course
from trainingapp.accounts.models import Person
from trainingapp.core.db import db, locked, transaction
from trainingapp.enrolment import services
from trainingapp.enrolment.models import Place, Quota
from trainingapp.scheduling.models import CourseSession

pytestmark = [pytest.mark.both_engines, pytest.mark.usefixtures("time_stands")]


def facts_change(invited: Invited, completion_id: int) -> None:
    """All at once and unnoticed: one more seat, a larger quota, and a completion that counts again."""
    with transaction():
        course_session = locked(CourseSession, invited.session_id)
        course_session.capacity_in_person += 1
        db.session.execute(
            sa.update(Quota).where(Quota.organisation_id == invited.organisations[0]).values(accept=Quota.accept + 1)
        )
    set_withdrawn(completion_id, None)


def crowded() -> tuple[Invited, list[int], int]:
    """Two seats: an offer that will be overdue and a place; in reserve who lacks quota, who lacks theory, who can."""
    theory = a_course()
    invited = an_invited_session((1, 2, 2), course=a_course(prerequisites=(theory,)))
    officers = [invited.officer(number) for number in (1, 0, 0, 1, 2, 2)]
    completions = [a_completion(db.session.get_one(Person, officer), theory).id for officer in officers]
    places = [services.nominate(officer, invited.session_id, IN_PERSON, now=NOW).id for officer in officers]
    set_withdrawn(completions[3], NOW)
    invited.select(places[:2], places[2:])
    services.confirm(places[1], now=NOW)
    return invited, places, completions[3]


TRIGGERS = ("sweep", "fill", "quota", "withdrawal", "nomination")
ROTATED = [TRIGGERS[first:] + TRIGGERS[:first] for first in range(len(TRIGGERS))]
ORDERS = ROTATED + [order[::-1] for order in ROTATED]


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_the_same_facts_give_the_same_result_whichever_trigger_comes_first(app, order, engine_name):
    assert after_triggers(order) == usual_result(engine_name)


@cache
def usual_result(_engine_name: str) -> Any:
    return after_triggers(TRIGGERS)


def after_triggers(order: tuple[str, ...], later: datetime = NOW + 8 * DAY) -> Any:
    """What the places are once all these noticed what had changed."""
    invited, places, completion_id = crowded()
    facts_change(invited, completion_id)
    session_id = invited.session_id
    triggers = {
        "sweep": lambda: services.sweep(now=later),
        "fill": lambda: services.fill_free_seats(session_id, now=later),
        "quota": lambda: services.set_quotas(session_id, {invited.organisations[2]: 3}, now=later),
        "withdrawal": lambda: services.withdraw(places[1], now=later),
        "nomination": lambda: invited.nominee(0, now=later),
    }
    for name in order:
        triggers[name]()
        check_books(session_id)
    check_nobody_overlooked(session_id, later)
    return standing(invited), vacancy(session_id)


def standing(invited: Invited) -> list[Any]:
    places = db.session.scalars(
        sa.select(Place).where(Place.course_session_id == invited.session_id).order_by(Place.queue_no)
    )
    return [(p.status, p.held_until, p.offered_until, p.passed_over) for p in places]
