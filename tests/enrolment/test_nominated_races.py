"""Places by nomination when many people do many things at once: sixteen threads on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random
from time import sleep
from typing import Any

import pytest
import sqlalchemy as sa

from tests.books import (
    DAY,
    REASON,
    Invited,
    an_invited_session,
    check_books,
    check_nobody_overlooked,
    get_place,
    plan_of,
    status_of,
    statuses,
)
from tests.builders import NOW, a_course, a_meeting
from trainingapp.accounts.models import Person
from trainingapp.accounts.services import people as accounts
from trainingapp.catalogue.models import AccessClass
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import DomainError
from trainingapp.enrolment import services
from trainingapp.enrolment.models import LIVE, Place, PlaceMode, PlaceStatus
from trainingapp.enrolment.rules.joining import AlreadyEnrolled
from trainingapp.enrolment.rules.selecting import Selection, TermsDetails
from trainingapp.scheduling import services as scheduling
from trainingapp.scheduling.models import CourseSession, MeetingMode

pytestmark = [pytest.mark.races, pytest.mark.both_engines, pytest.mark.usefixtures("time_stands")]

IN_PERSON, ONLINE, BOTH = PlaceMode.IN_PERSON, PlaceMode.ONLINE, PlaceMode.BOTH
S = PlaceStatus
THREADS = 16
Action = Callable[[], Any]


def one_after_another(actions: list[Action]) -> list[Any]:
    """What each action gave, or how it was refused; every one has its own connection, as requests have."""
    results: list[Any] = []
    for action in actions:
        try:
            done = action()
            results.append(done.id if isinstance(done, Place) else done)
        except Exception as error:
            results.append(error)
        finally:
            db.session.remove()
    return results


def all_at_once(in_threads: Any, actions: list[Action]) -> list[Any]:
    """The results of all actions, shared out to the threads. Fails when a thread did not come to its end."""
    shares = in_threads([partial(one_after_another, actions[number::THREADS]) for number in range(THREADS)])
    assert all(isinstance(share, list) for share in shares), f"a thread got stuck: {shares}"
    return [result for share in shares for result in share]


def unexpected(results: list[Any]) -> list[Exception]:
    """What went wrong, apart from refusals: a deadlock, a constraint that fired where a rule should have spoken."""
    return [one for one in results if isinstance(one, Exception) and not isinstance(one, DomainError)]


def kinds_of(results: list[Any]) -> set[bool]:
    return {isinstance(one, DomainError) for one in results}


@pytest.fixture
def crowd(app: Any) -> tuple[Invited, list[int]]:
    """Ten places, five administrations, forty nominated: ten of them have offers, thirty are in reserve."""
    plan = TermsDetails(offer_days=5, hold_days=1, cut_off_days=0, still_days=0)
    invited = an_invited_session([3] * 5, plan=plan, capacity_in_person=8, capacity_online=2)
    places = []
    for organisation in range(5):
        people = [invited.officer(organisation) for _ in range(8)]
        for mode, part in ((IN_PERSON, people[:6]), (ONLINE, people[6:7]), (BOTH, people[7:])):
            places += [place.id for place in services.nominate_all(part, invited.session_id, mode, now=NOW)]
    offered = [place for number, place in enumerate(places) if number % 8 in (0, 1)][:8] + places[6::8][:2]
    invited.select(offered, [place for place in places if place not in offered])
    return invited, places


def two_hundred(invited: Invited, places: list[int], chance: Random) -> list[Action]:
    """Whatever people, the office and the clock may do, in an order that only hangs on the chance."""
    session_id = invited.session_id
    newcomers = {number: [invited.officer(number) for _ in range(3)] for number in range(5)}
    strangers = [person for people in newcomers.values() for person in people]
    organisation_of = {place: invited.organisations.index(get_place(place).organisation_id) for place in places}
    person_of = {place: get_place(place).person_id for place in places}

    def at(hours: int = 30) -> Any:
        return NOW + timedelta(hours=chance.randrange(hours))

    def any_place() -> int:
        return chance.choice(places)

    def colleague(place: int) -> int:
        own = [person_of[other] for other in places if organisation_of[other] == organisation_of[place]]
        return chance.choice([*newcomers[organisation_of[place]], *own])

    def replacing() -> Action:
        place = any_place()
        return partial(services.replace, place, colleague(place), REASON, by_office=chance.random() < 0.5, now=at())

    def resizing() -> Action:
        plan = plan_of(session_id, capacity_in_person=chance.randint(6, 11), capacity_online=chance.randint(1, 4))
        return partial(scheduling.change, session_id, plan)

    def requoting() -> Action:
        accepts = {chance.choice(invited.organisations): chance.randint(0, 5)}
        return partial(services.set_quotas, session_id, accepts, now=at())

    def placing() -> Action:
        person, mode = chance.choice(strangers), chance.choice([*PlaceMode])
        return partial(services.place_person, person, session_id, mode, override=REASON, now=at())

    some_mode = [None, None, *PlaceMode]
    makers: list[tuple[int, Callable[[], Action]]] = [
        (40, lambda: partial(services.confirm, any_place(), chance.choice(some_mode), now=at())),
        (25, lambda: partial(services.turn_down, any_place(), now=at())),
        (25, lambda: partial(services.withdraw, any_place(), now=at())),
        (25, replacing),
        (15, lambda: partial(services.release_seat, any_place(), now=at())),
        (15, lambda: partial(services.sweep, now=at(200))),
        (5, lambda: partial(services.fill_free_seats, session_id, now=at())),
        (5, lambda: partial(services.offer_by_hand, session_id, now=at())),
        (10, resizing),
        (10, requoting),
        (10, lambda: partial(services.nominate, chance.choice(strangers), session_id, IN_PERSON, now=at())),
        (5, placing),
        (5, lambda: partial(accounts.deactivate, person_of[any_place()], now=NOW)),
        (5, lambda: partial(accounts.reactivate, person_of[any_place()])),
    ]
    actions = [make() for count, make in makers for _ in range(count)]
    chance.shuffle(actions)
    return actions


def test_two_hundred_actions_at_once_on_ten_places_keep_the_books(crowd, in_threads):
    invited, places = crowd
    actions = two_hundred(invited, places, Random(1))
    assert len(actions) == 200

    results = all_at_once(in_threads, actions)

    assert len(results) == 200
    assert unexpected(results) == []
    assert kinds_of(results) == {False, True}
    check_books(invited.session_id)
    later = NOW + 10 * DAY
    services.sweep(now=later)
    check_books(invited.session_id)
    check_nobody_overlooked(invited.session_id, later)


@pytest.mark.parametrize("mode", [None, ONLINE])
def test_confirming_the_same_offer_many_times_at_once_gives_one_place(app, in_threads, mode):
    invited = an_invited_session(capacity_in_person=1, capacity_online=1)
    place_id = invited.nominee()
    invited.select([place_id])

    results = all_at_once(in_threads, [partial(services.confirm, place_id, mode, now=NOW)] * THREADS)

    assert unexpected(results) == []
    assert sum(isinstance(result, DomainError) for result in results) == THREADS - 1
    assert status_of(place_id) is S.PLACED
    check_books(invited.session_id)


def test_confirming_and_lapsing_at_once_end_in_one_of_the_two(app, in_threads):
    invited = an_invited_session(capacity_in_person=1)
    place_id, waiting = invited.nominee(0), invited.nominee(1)
    invited.select([place_id], [waiting])
    in_time, too_late = NOW + 5 * DAY - timedelta(seconds=1), NOW + 5 * DAY

    confirming, sweeping = partial(services.confirm, place_id, now=in_time), partial(services.sweep, now=too_late)
    results = all_at_once(in_threads, [confirming, sweeping] * 8)

    assert unexpected(results) == []
    assert status_of(place_id) in {S.PLACED, S.LAPSED}
    assert status_of(waiting) is S.WAITING
    check_books(invited.session_id)


def test_many_who_name_the_same_replacement_for_different_places_find_one_place_for_him(app, in_threads):
    invited = an_invited_session([6], capacity_in_person=6)
    places = [invited.nominee() for _ in range(6)]
    invited.select(places)
    colleague = invited.officer()

    jobs = [partial(services.replace, places[number % 6], colleague, REASON, now=NOW) for number in range(THREADS)]
    results = all_at_once(in_threads, jobs)

    assert unexpected(results) == []
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert sorted(statuses(*places)) == [S.OFFERED] * 5 + [S.WITHDRAWN]
    check_books(invited.session_id)


def test_many_replacements_for_the_same_place_find_one_colleague(app, in_threads):
    invited = an_invited_session([1], capacity_in_person=1)
    place_id = invited.nominee()
    invited.select([place_id])
    colleagues = [invited.officer() for _ in range(THREADS)]

    results = all_at_once(in_threads, [partial(services.replace, place_id, one, REASON, now=NOW) for one in colleagues])

    assert unexpected(results) == []
    [taken] = [result for result in results if not isinstance(result, Exception)]
    assert statuses(place_id, taken) == [S.WITHDRAWN, S.OFFERED]
    check_books(invited.session_id)


def test_nominating_the_same_person_many_times_at_once_is_done_once(app, in_threads):
    invited = an_invited_session()
    officers = [invited.officer() for _ in range(2)]

    one = [partial(services.nominate, officers[0], invited.session_id, IN_PERSON, now=NOW)] * 8
    many = [partial(services.nominate_all, officers, invited.session_id, IN_PERSON, now=NOW)] * 8
    results = all_at_once(in_threads, [*one, *many])

    assert unexpected(results) == []
    assert {type(one) for one in results if isinstance(one, Exception)} == {AlreadyEnrolled}
    check_books(invited.session_id)


def test_the_places_are_given_once(app, in_threads):
    invited = an_invited_session([2, 2])
    places = [invited.nominee(number) for number in (0, 0, 1, 1)]
    selections = [Selection(offered=[one], reserve=[other for other in places if other != one]) for one in places]

    results = all_at_once(
        in_threads, [partial(services.give_places, invited.session_id, s, now=NOW) for s in selections * 4]
    )

    assert unexpected(results) == []
    assert sum(result is None for result in results) == 1
    check_books(invited.session_id)
    check_nobody_overlooked(invited.session_id, NOW)


@pytest.mark.parametrize("seed", [1, 2])
def test_two_sessions_with_the_same_people_never_lock_each_other_out(app, in_threads, seed):
    """They meet at the same time, so nobody can confirm both; everybody is in the line of both, crosswise."""
    chance, plan = Random(seed), TermsDetails(offer_days=9, hold_days=1, cut_off_days=0, still_days=0)
    course = a_course(access_class=AccessClass.INVITATION)
    one = an_invited_session([9, 9], course=course, plan=plan, capacity_in_person=3)
    other = an_invited_session([9, 9], one.organisations, course=course, plan=plan, capacity_in_person=3)
    people = [one.officer(number % 2) for number in range(12)]
    places = {
        session.session_id: nominated(session, order) for session, order in ((one, people), (other, people[::-1]))
    }
    for session in (one, other):
        a_meeting(db.session.get_one(CourseSession, session.session_id), mode=MeetingMode.ONLINE)
        line = places[session.session_id]
        session.select(line[:2], line[2:])

    actions: list[Action] = [partial(services.sweep, now=NOW + DAY * number) for number in range(4)]
    for session_id, line in places.items():
        actions += [partial(services.confirm, place, now=NOW) for place in line]
        actions += [partial(services.turn_down, place, now=NOW) for place in line[:6]]
        actions += [partial(services.release_seat, place, now=NOW) for place in line[:6] * 2]
        actions += [partial(services.withdraw, place, now=NOW) for place in line[4:8]]
        actions += [
            partial(services.replace, line[n], get_place(line[n + 4]).person_id, REASON, now=NOW) for n in range(4)
        ]
        actions += [
            partial(scheduling.change, session_id, plan_of(session_id, capacity_in_person=4 + n)) for n in range(4)
        ]
        actions += [partial(services.offer_by_hand, session_id, now=NOW)] * 4
    chance.shuffle(actions)
    results = all_at_once(in_threads, actions)

    assert unexpected(results) == []
    for session in (one, other):
        check_books(session.session_id)
    placed = db.session.scalars(sa.select(Place.person_id).where(Place.status == S.PLACED)).all()
    assert len(set(placed)) == len(placed), "somebody confirmed both"


VERBS: dict[str, Callable[[int, int, int, int], Any]] = {
    "fill": lambda session, place, colleague, newcomer: services.fill_free_seats(session, now=NOW),
    "confirm": lambda session, place, colleague, newcomer: services.confirm(place, now=NOW),
    "turn down": lambda session, place, colleague, newcomer: services.turn_down(place, now=NOW),
    "withdraw": lambda session, place, colleague, newcomer: services.withdraw(place, now=NOW),
    "replace": lambda session, place, colleague, newcomer: services.replace(place, colleague, REASON, now=NOW),
    "place": lambda session, place, colleague, newcomer: services.place_person(
        newcomer, session, IN_PERSON, override=REASON, now=NOW
    ),
    "nominate": lambda session, place, colleague, newcomer: services.nominate(newcomer, session, IN_PERSON, now=NOW),
}


@pytest.mark.only_postgresql
@pytest.mark.parametrize("verb", VERBS)
def test_everybody_in_the_lines_of_two_sessions_is_locked_in_one_order(app, in_threads, verb):
    """A seat is free in both and nobody can take it, so all who wait are looked at, and locked, at once.

    Somebody in the middle is held at first: in any other order both would hold some of whom the other one needs.
    SQLite locks no rows: whoever writes has everything.
    """
    course = a_course(access_class=AccessClass.INVITATION)
    one = an_invited_session([1], course=course)
    other = an_invited_session([1], one.organisations, course=course)
    people, newcomers = [one.officer() for _ in range(12)], [one.officer() for _ in range(2)]
    places = [nominated(session, order) for session, order in ((one, people), (other, people[::-1]))]
    one.select(places[0][-1:], places[0][:-1])
    other.select(places[1][1:2], places[1][:1] + places[1][2:])

    def hold_somebody() -> None:
        with transaction():
            locked(Person, people[6])
            sleep(0.5)

    def act(session_id: int, place_id: int, colleague: int, newcomer: int) -> Any:
        sleep(0.2)
        return VERBS[verb](session_id, place_id, colleague, newcomer)

    results = in_threads(
        [
            hold_somebody,
            partial(act, one.session_id, places[0][-1], people[9], newcomers[1]),
            partial(act, other.session_id, places[1][1], people[8], newcomers[0]),
        ]
    )

    assert unexpected(results) == []
    for session in (one, other):
        check_books(session.session_id)


def nominated(session: Invited, people: list[int]) -> list[int]:
    return [place.id for place in services.nominate_all(people, session.session_id, IN_PERSON, now=NOW)]


def test_a_session_that_is_called_off_while_people_act_leaves_nothing_behind(crowd, in_threads):
    invited, places = crowd
    actions = two_hundred(invited, places, Random(7))[:80]
    actions.insert(40, partial(scheduling.cancel, invited.session_id, REASON, now=NOW))

    results = all_at_once(in_threads, actions)

    assert unexpected(results) == []
    live = sa.select(sa.func.count()).where(Place.course_session_id == invited.session_id, Place.status.in_(LIVE))
    assert db.session.scalar(live) == 0
    assert db.session.get_one(CourseSession, invited.session_id).taken == 0
    check_books(invited.session_id)
