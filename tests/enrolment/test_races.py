"""Places when several people do several things at once: with everything that listens, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from tests.builders import NOW, a_coordinator, a_course, a_meeting, a_session, a_trainer, an_administrator, an_officer
from trainingapp.accounts.services import people as accounts
from trainingapp.catalogue.models import AccessClass
from trainingapp.core.actor import acting_as
from trainingapp.core.clock import in_zone
from trainingapp.core.db import db, transaction
from trainingapp.core.errors import DomainError
from trainingapp.enrolment import services
from trainingapp.enrolment.models import LIVE, Place, PlaceMode, PlaceStatus
from trainingapp.scheduling import services as scheduling
from trainingapp.scheduling.models import CourseSession, SessionStatus, SessionTrainer
from trainingapp.scheduling.rules.planning import SessionDetails

pytestmark = pytest.mark.races

IN_PERSON = PlaceMode.IN_PERSON
ROUNDS = range(5)


@pytest.fixture(autouse=True)
def clock(time_stands: None) -> None:
    """Handlers ask the clock, and all of it happens before the sessions begin."""


def an_open_session(capacity: int = 1, **values: Any) -> CourseSession:
    return a_session(a_course(access_class=AccessClass.OPEN), capacity_in_person=capacity, **values)


def enrolling(person_id: int, session_id: int) -> Any:
    return partial(services.enrol, person_id, session_id, IN_PERSON, now=NOW)


def unexpected(results: list[Any]) -> list[Exception]:
    """What went wrong, apart from refusals: a deadlock, a constraint that nobody foresaw."""
    return [one for one in results if isinstance(one, Exception) and not isinstance(one, DomainError)]


def live_places(session_id: int) -> int:
    statement = sa.select(sa.func.count()).where(Place.course_session_id == session_id, Place.status.in_(LIVE))
    return db.session.scalar(statement) or 0


def seats_and_count(session_id: int) -> tuple[int, int]:
    """How many have a seat, and how many the session believes to have one."""
    placed = sa.select(sa.func.count()).where(Place.course_session_id == session_id, Place.status == PlaceStatus.PLACED)
    return db.session.scalar(placed) or 0, db.session.get_one(CourseSession, session_id).taken_in_person


def with_a_seat_and_somebody_waiting(person_id: int) -> int:
    """A session with a free seat that the one who waits has not got yet: as the sweep finds it."""
    course_session = an_open_session(capacity=1)
    session_id = course_session.id
    services.enrol(an_officer().id, session_id, IN_PERSON, now=NOW)
    services.enrol(person_id, session_id, IN_PERSON, now=NOW)
    with transaction():
        db.session.execute(sa.update(CourseSession).where(CourseSession.id == session_id).values(capacity_in_person=2))
    return session_id


def test_people_who_ask_where_the_other_waits_do_not_lock_each_other_out(app: Any, in_threads: Any) -> None:
    for _ in ROUNDS:
        one, other = an_officer().id, an_officer().id
        first, second = with_a_seat_and_somebody_waiting(one), with_a_seat_and_somebody_waiting(other)

        results = in_threads([enrolling(other, first), enrolling(one, second)])

        assert unexpected(results) == []
        assert live_places(first) == live_places(second) == 3


def test_coordinators_who_place_each_other_do_not_lock_each_other_out(app: Any, in_threads: Any) -> None:
    def place(actor_id: int, person_id: int, session_id: int) -> Place:
        with acting_as(actor_id):
            return services.place_person(person_id, session_id, IN_PERSON, now=NOW)

    one, other = a_coordinator().id, a_coordinator().id
    for _ in ROUNDS:
        first, second = an_open_session().id, an_open_session().id

        results = in_threads([partial(place, one, other, first), partial(place, other, one, second)])

        assert [result for result in results if isinstance(result, Exception)] == []


def test_smaller_session_and_requests_at_once_never_overbook(app: Any, in_threads: Any) -> None:
    course_session = an_open_session(capacity=6)
    session_id, smaller = course_session.id, replace(plan_of(course_session), capacity_in_person=2, minimum=0)
    officers = [an_officer().id for _ in range(5)]

    jobs = [partial(scheduling.change, session_id, smaller), *(enrolling(person, session_id) for person in officers)]
    results = in_threads(jobs)

    assert unexpected(results) == []
    placed, counted = seats_and_count(session_id)
    assert placed == counted <= db.session.get_one(CourseSession, session_id).capacity_in_person
    assert live_places(session_id) == len(officers)


def plan_of(course_session: CourseSession) -> SessionDetails:
    names = set(SessionDetails.__dataclass_fields__) - {"closes"}
    closes = in_zone(course_session.enrolment_closes_at, course_session.time_zone).replace(tzinfo=None)
    return SessionDetails(closes=closes, **{name: getattr(course_session, name) for name in names})


def test_session_that_is_cancelled_while_people_ask_leaves_nobody_with_a_place(app: Any, in_threads: Any) -> None:
    session_id = an_open_session(capacity=3).id
    officers = [an_officer().id for _ in range(6)]

    jobs = [enrolling(person, session_id) for person in officers]
    results = in_threads([*jobs[:3], partial(scheduling.cancel, session_id, "The venue is closed", now=NOW), *jobs[3:]])

    assert unexpected(results) == []
    assert live_places(session_id) == 0
    assert seats_and_count(session_id) == (0, 0)


def test_nobody_becomes_trainer_and_participant_at_once(app: Any, in_threads: Any) -> None:
    for _ in ROUNDS:
        trainer_id, session_id = a_trainer().id, an_open_session().id

        results = in_threads(
            [partial(scheduling.assign_trainer, session_id, trainer_id), enrolling(trainer_id, session_id)]
        )

        assert unexpected(results) == []
        leads = sa.select(sa.func.count()).where(SessionTrainer.course_session_id == session_id)
        assert (db.session.scalar(leads) or 0) + live_places(session_id) == 1


def test_account_that_is_switched_off_while_its_owner_asks(app: Any, in_threads: Any) -> None:
    """Whoever comes first: the place is there, or the account was off before it could be asked for."""

    def switch_off(person_id: int) -> None:
        with acting_as(administrator_id):
            accounts.deactivate(person_id, now=NOW)

    administrator_id = an_administrator().id
    for _ in ROUNDS:
        person_id, session_id = an_officer().id, an_open_session().id

        off, asked = in_threads([partial(switch_off, person_id), enrolling(person_id, session_id)])

        assert off is None
        assert unexpected([asked]) == []
        assert live_places(session_id) == (0 if isinstance(asked, DomainError) else 1)


def test_seats_that_the_sweep_fills_while_people_come_and_go(app: Any, in_threads: Any) -> None:
    sessions = [an_open_session(capacity=2, status=SessionStatus.CONFIRMED) for _ in range(2)]
    for course_session in sessions:
        a_meeting(course_session)
    officers = [an_officer().id for _ in range(5)]
    places = [services.enrol(person, sessions[0].id, IN_PERSON, now=NOW).id for person in officers]
    ids = [course_session.id for course_session in sessions]
    much_later = NOW + timedelta(days=60)

    jobs: list[Any] = [partial(services.withdraw, place, now=NOW) for place in places[:2]]
    jobs += [enrolling(person, ids[1]) for person in officers]
    jobs += [partial(services.sweep, now=NOW)] * 2 + [partial(scheduling.advance, now=much_later)]
    results = in_threads(jobs)

    assert unexpected(results) == []
    for session_id in ids:
        placed, counted = seats_and_count(session_id)
        assert placed == counted <= 2
