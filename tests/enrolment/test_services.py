"""Places on both engines: the queue, the lock, the history."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, IntegrityError

from tests.builders import (
    NOW,
    a_completion,
    a_coordinator,
    a_course,
    a_meeting,
    a_person,
    a_session,
    a_trainer,
    add,
    an_officer,
    an_organisation,
)
from trainingapp.accounts.models import OrganisationKind, Person
from trainingapp.catalogue.models import AccessClass
from trainingapp.core.actor import acting_as
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import DomainError
from trainingapp.enrolment import services
from trainingapp.enrolment.models import Obstacle, Place, PlaceHistory, PlaceMode, PlaceStatus, Step, Way
from trainingapp.enrolment.queries.lists import history_of, places_of
from trainingapp.enrolment.queries.people import candidates
from trainingapp.enrolment.queries.places import find_live_place
from trainingapp.enrolment.rules.joining import AlreadyEnrolled, EnrolmentClosed, NotEligible
from trainingapp.scheduling.models import CourseSession, SessionStatus

IN_PERSON, ONLINE = PlaceMode.IN_PERSON, PlaceMode.ONLINE


def an_open_session(capacity: int = 1, **values) -> CourseSession:
    return a_session(a_course(access_class=AccessClass.OPEN), capacity_in_person=capacity, **values)


def enrol(person: Person, course_session: CourseSession, mode: PlaceMode = IN_PERSON) -> Place:
    return services.enrol(person.id, course_session.id, mode, now=NOW)


def status_of(place: Place) -> PlaceStatus:
    return db.session.get_one(Place, place.id).status


def taken(course_session: CourseSession) -> int:
    return db.session.get_one(CourseSession, course_session.id).taken_in_person


def steps(place: Place) -> list[Step]:
    return [row.what for row in history_of(place.id)]


def test_enrol_gives_seats_then_the_waiting_list(app):
    course_session = an_open_session(capacity=1)

    first, second = enrol(an_officer(), course_session), enrol(an_officer(), course_session)

    assert (first.status, second.status) == (PlaceStatus.PLACED, PlaceStatus.WAITING)
    assert (first.queue_no, second.queue_no) == (1, 2)
    assert taken(course_session) == 1


def test_enrol_counts_seats_in_person_and_online_apart(app):
    course_session = an_open_session(capacity=1, capacity_online=1)

    places = [enrol(an_officer(), course_session, mode) for mode in (IN_PERSON, ONLINE, ONLINE)]

    assert [place.status for place in places] == [PlaceStatus.PLACED, PlaceStatus.PLACED, PlaceStatus.WAITING]


def test_enrol_twice_is_refused(app):
    course_session, officer = an_open_session(capacity=5), an_officer()
    enrol(officer, course_session)

    with pytest.raises(AlreadyEnrolled):
        enrol(officer, course_session)

    assert taken(course_session) == 1


def test_a_course_for_customs_officers_takes_down_a_request(app):
    course_session = a_session()

    place = enrol(an_officer(), course_session)

    assert (place.status, place.way) == (PlaceStatus.REQUESTED, Way.REQUEST)
    assert taken(course_session) == 0


def test_a_course_for_customs_officers_refuses_partners(app):
    partner = an_officer(organisation_id=an_organisation(kind=OrganisationKind.PARTNER).id)

    with pytest.raises(NotEligible):
        enrol(partner, a_session())


def test_enrol_checks_prerequisites_on_the_day_the_session_begins(app):
    theory = a_course()
    course_session = a_session(a_course(access_class=AccessClass.OPEN, prerequisites=(theory,)))
    without, expired, fit = an_officer(), an_officer(), an_officer()
    a_completion(expired, theory, valid_until=date(2026, 5, 31))
    a_completion(fit, theory, valid_until=date(2026, 6, 1))

    for officer in (without, expired):
        with pytest.raises(NotEligible, match="Container inspection"):
            enrol(officer, course_session)

    assert enrol(fit, course_session).status is PlaceStatus.PLACED


def test_enrol_refuses_a_clash_with_another_seat(app):
    officer, held, wanted, after = an_officer(), an_open_session(), an_open_session(), an_open_session()
    a_meeting(held, start=time(9), minutes=180)
    a_meeting(wanted, start=time(11), minutes=60)
    a_meeting(after, start=time(12), minutes=60)
    enrol(officer, held)

    with pytest.raises(NotEligible, match=held.code):
        enrol(officer, wanted)

    assert enrol(officer, after).status is PlaceStatus.PLACED


def test_enrol_refuses_a_trainer_of_the_session(app):
    trainer = a_trainer()
    course_session = an_open_session(trainers=(trainer,))

    with pytest.raises(NotEligible):
        enrol(trainer, course_session)


def test_withdraw_gives_the_seat_to_the_next_eligible_person(app):
    theory = a_course()
    course = a_course(access_class=AccessClass.OPEN, prerequisites=(theory,))
    course_session = a_session(course, capacity_in_person=1)
    officers = [an_officer() for _ in range(3)]
    completions = [a_completion(officer, theory) for officer in officers]
    first, blocked, able = [enrol(officer, course_session) for officer in officers]
    with transaction():
        db.session.get_one(type(completions[1]), completions[1].id).withdrawn_at = NOW

    services.withdraw(first.id, now=NOW)

    assert [status_of(p) for p in (first, blocked, able)] == [
        PlaceStatus.WITHDRAWN,
        PlaceStatus.WAITING,
        PlaceStatus.PLACED,
    ]
    assert db.session.get_one(Place, blocked.id).passed_over is Obstacle.PREREQUISITES
    assert steps(blocked) == [Step.WAITLISTED, Step.PASSED_OVER]
    assert steps(able) == [Step.WAITLISTED, Step.PROMOTED]
    assert taken(course_session) == 1


def test_whoever_was_passed_over_keeps_the_position_and_moves_first_later(app):
    course_session = an_open_session(capacity=1)
    first, blocked, third = [enrol(an_officer(), course_session) for _ in range(3)]
    set_deactivated(blocked.person_id, NOW)
    services.withdraw(first.id, now=NOW)
    set_deactivated(blocked.person_id, None)

    services.withdraw(third.id, now=NOW)

    assert status_of(blocked) is PlaceStatus.PLACED
    assert db.session.get_one(Place, blocked.id).passed_over is None


def set_deactivated(person_id: int, moment) -> None:
    with transaction():
        locked(Person, person_id).deactivated_at = moment


def test_a_newcomer_does_not_pass_those_who_wait(app):
    course_session = an_open_session(capacity=1)
    enrol(an_officer(), course_session)
    waiting = enrol(an_officer(), course_session)
    with transaction():
        locked(CourseSession, course_session.id).capacity_in_person = 2

    newcomer = enrol(an_officer(), course_session)

    assert status_of(waiting) is PlaceStatus.PLACED
    assert newcomer.status is PlaceStatus.WAITING


def test_the_waiting_list_stops_when_the_session_begins(app):
    course_session = an_open_session(capacity=1)
    placed, waiting = [enrol(an_officer(), course_session) for _ in range(2)]

    services.withdraw(placed.id, "ill", now=NOW + timedelta(days=28))

    assert (status_of(placed), status_of(waiting)) == (PlaceStatus.INCOMPLETE, PlaceStatus.WAITING)
    assert taken(course_session) == 0


def test_accept_gives_a_seat_and_keeps_the_order_of_asking(app):
    course_session = a_session(capacity_in_person=1)
    early, late = [enrol(an_officer(), course_session) for _ in range(2)]

    services.accept(late.id, now=NOW)
    services.accept(early.id, now=NOW)
    services.withdraw(late.id, now=NOW)

    assert (status_of(early), status_of(late)) == (PlaceStatus.PLACED, PlaceStatus.WITHDRAWN)


def test_accepting_twice_is_refused(app):
    place = enrol(an_officer(), a_session())
    services.accept(place.id, now=NOW)

    with pytest.raises(DomainError):
        services.accept(place.id, now=NOW)


def test_decline_needs_a_reason_and_keeps_it(app):
    place = enrol(an_officer(), a_session())

    with pytest.raises(DomainError):
        services.decline(place.id, "  ", now=NOW)
    services.decline(place.id, "The group is full.", now=NOW)

    assert status_of(place) is PlaceStatus.DECLINED
    assert history_of(place.id)[-1].reason == "The group is full."


def test_coordinator_places_nobody_by_himself(app):
    coordinator, course_session = a_coordinator(), an_open_session()

    with acting_as(coordinator.id), pytest.raises(DomainError, match="place for yourself") as refused:
        services.place_person(coordinator.id, course_session.id, IN_PERSON, override="I want to", now=NOW)

    assert refused.value.field == "person"
    assert find_live_place(coordinator.id, course_session.id) is None


def test_coordinator_grants_no_request_of_his_own(app):
    coordinator = a_coordinator(organisation_id=an_organisation().id)
    course_session = a_session(a_course(access_class=AccessClass.CUSTOMS))
    place = enrol(coordinator, course_session)

    with acting_as(coordinator.id), pytest.raises(DomainError, match="place for yourself"):
        services.accept(place.id, override="I want to", now=NOW)

    assert status_of(place) is PlaceStatus.REQUESTED


@pytest.mark.parametrize("status", [SessionStatus.RUNNING, SessionStatus.OPEN])
def test_nobody_is_put_on_the_list_of_a_session_that_has_begun(app, status):
    course_session, officer = a_session(capacity_in_person=1), an_officer()
    begun, request = course_session.starts_at, enrol(an_officer(), course_session)
    with transaction():
        locked(CourseSession, course_session.id).status = status

    services.place_person(an_officer().id, course_session.id, IN_PERSON, now=begun)
    with pytest.raises(EnrolmentClosed, match="nobody can wait for one"):
        services.place_person(officer.id, course_session.id, IN_PERSON, now=begun)
    with pytest.raises(EnrolmentClosed, match="nobody can wait for one"):
        services.accept(request.id, now=begun)

    assert find_live_place(officer.id, course_session.id) is None
    assert status_of(request) is PlaceStatus.REQUESTED


def test_place_person_passes_the_deadline_and_with_a_reason_the_prerequisite(app):
    course = a_course(prerequisites=(a_course(),), access_class=AccessClass.INVITATION)
    course_session = a_session(course, enrolment_closes_at=NOW)
    officer = an_officer()

    with pytest.raises(NotEligible):
        services.place_person(officer.id, course_session.id, IN_PERSON, now=NOW)
    place = services.place_person(officer.id, course_session.id, IN_PERSON, override="Paper certificate", now=NOW)

    assert (place.status, place.way) == (PlaceStatus.PLACED, Way.OFFICE)
    assert history_of(place.id)[0].reason == "Paper certificate"


def test_cancelling_and_starting_end_the_places_they_concern(app):
    cancelled, started = an_open_session(capacity=1), an_open_session(capacity=1)
    places = {
        name: [enrol(an_officer(), course_session) for _ in range(2)]
        for name, course_session in {"cancelled": cancelled, "started": started}.items()
    }

    services.cancel_places(cancelled.id, "The yard is flooded", now=NOW)
    services.lapse_waiting(started.id, now=NOW)

    assert [status_of(place) for place in places["cancelled"]] == [PlaceStatus.CANCELLED] * 2
    assert [status_of(place) for place in places["started"]] == [PlaceStatus.PLACED, PlaceStatus.LAPSED]
    assert (taken(cancelled), taken(started)) == (0, 1)


def test_sweep_moves_whoever_became_eligible(app):
    course_session = an_open_session(capacity=1)
    first, waiting = [enrol(an_officer(), course_session) for _ in range(2)]
    set_deactivated(waiting.person_id, NOW)
    services.withdraw(first.id, now=NOW)
    set_deactivated(waiting.person_id, None)

    assert services.sweep(now=NOW) == 1
    assert services.sweep(now=NOW) == 0
    assert status_of(waiting) is PlaceStatus.PLACED


def test_the_history_explains_every_state(app):
    officer, coordinator = an_officer(), a_coordinator()
    with acting_as(officer.id):
        place = enrol(officer, a_session())
    with acting_as(coordinator.id):
        services.accept(place.id, now=NOW)
    with acting_as(officer.id):
        services.withdraw(place.id, "on duty", now=NOW)

    rows = db.session.scalars(sa.select(PlaceHistory).order_by(PlaceHistory.step)).all()

    assert [(r.step, r.actor_id, r.old_status, r.new_status) for r in rows] == [
        (1, officer.id, None, PlaceStatus.REQUESTED),
        (2, coordinator.id, PlaceStatus.REQUESTED, PlaceStatus.PLACED),
        (3, officer.id, PlaceStatus.PLACED, PlaceStatus.WITHDRAWN),
    ]


@pytest.mark.parametrize("statement", ["UPDATE place_history SET reason = 'x'", "DELETE FROM place_history"])
def test_the_database_refuses_to_rewrite_the_history(app, statement):
    enrol(an_officer(), an_open_session())

    with pytest.raises(DatabaseError, match="append-only"), transaction():
        db.session.execute(sa.text(statement))


def test_the_database_refuses_overbooking_whoever_forgets_the_lock(app):
    course_session = an_open_session(capacity=1)
    enrol(an_officer(), course_session)

    with pytest.raises(IntegrityError), transaction():
        db.session.execute(sa.update(CourseSession).values(taken_in_person=2))


def test_the_database_refuses_two_live_places_for_one_person(app):
    officer, course_session = an_officer(), an_open_session(capacity=5)
    enrol(officer, course_session)

    with pytest.raises(IntegrityError):
        add(
            Place(
                person_id=officer.id,
                organisation_id=officer.organisation_id,
                course_session_id=course_session.id,
                status=PlaceStatus.WAITING,
                mode=IN_PERSON,
                way=Way.SELF,
                queue_no=99,
                asked_at=NOW,
                changed_at=NOW,
            )
        )


def test_the_last_seat_goes_to_exactly_one_of_many_who_ask_at_once(app, in_threads):
    course_session = an_open_session(capacity=1)
    officers = [an_officer().id for _ in range(12)]
    session_id = course_session.id

    def ask(officer_id: int):
        return lambda: services.enrol(officer_id, session_id, IN_PERSON, now=NOW).status

    results = in_threads([ask(officer_id) for officer_id in officers])

    assert sorted(results, key=str) == [PlaceStatus.PLACED] + [PlaceStatus.WAITING] * 11
    numbers = db.session.scalars(sa.select(Place.queue_no).order_by(Place.queue_no)).all()
    assert numbers == list(range(1, 13))


def test_one_person_asking_many_times_at_once_has_one_place(app, in_threads):
    officer_id, session_id = an_officer().id, an_open_session(capacity=10).id

    results = in_threads([lambda: services.enrol(officer_id, session_id, IN_PERSON, now=NOW).status] * 6)

    assert [r for r in results if isinstance(r, PlaceStatus)] == [PlaceStatus.PLACED]
    assert sum(isinstance(r, AlreadyEnrolled) for r in results) == 5


def test_withdrawals_and_requests_at_once_keep_the_count_and_the_order(app, in_threads):
    course_session = an_open_session(capacity=3)
    session_id = course_session.id
    holders = [enrol(an_officer(), course_session).id for _ in range(3)]
    waiting = [enrol(an_officer(), course_session).id for _ in range(3)]
    newcomers = [an_officer().id for _ in range(4)]

    jobs = [lambda place=place: services.withdraw(place, now=NOW) for place in holders]
    jobs += [lambda person=person: services.enrol(person, session_id, IN_PERSON, now=NOW) for person in newcomers]
    results = in_threads(jobs)

    assert not [result for result in results if isinstance(result, Exception)]
    placed = db.session.scalars(sa.select(Place.id).where(Place.status == PlaceStatus.PLACED)).all()
    assert sorted(placed) == sorted(waiting)
    assert taken(course_session) == 3


def test_two_sessions_that_share_their_waiting_people_never_lock_each_other(app, in_threads):
    sessions = [an_open_session(capacity=1) for _ in range(2)]
    holders = [enrol(an_officer(), course_session).id for course_session in sessions]
    people = [an_officer() for _ in range(4)]
    for person in people:
        enrol(person, sessions[0])
    for person in reversed(people):
        enrol(person, sessions[1])

    results = in_threads([lambda place=place: services.withdraw(place, now=NOW) for place in holders])

    assert not [result for result in results if isinstance(result, Exception)]
    assert db.session.scalar(sa.select(sa.func.count()).where(Place.status == PlaceStatus.PLACED)) == 2


def test_candidates_asks_the_same_number_of_questions_for_one_and_for_many(app, count_queries):
    course_session = a_session(a_course(prerequisites=(a_course(),)))
    ids = [a_person().id for _ in range(20)]
    counts = []

    for people in (ids[:1], ids):
        course_session = db.session.get_one(CourseSession, course_session.id)
        with count_queries() as statements:
            found = candidates(course_session, people)
        counts.append(len(statements))
        assert len(found) == len(people)

    assert counts[0] == counts[1]


def test_waiting_people_are_told_their_position_per_kind_of_seat(app):
    course_session = an_open_session(capacity=1, capacity_online=1, status=SessionStatus.CONFIRMED)
    for mode in (IN_PERSON, ONLINE):
        enrol(an_officer(), course_session, mode)
    waiting = [an_officer() for _ in range(3)]
    for officer, mode in zip(waiting, (IN_PERSON, ONLINE, IN_PERSON), strict=True):
        enrol(officer, course_session, mode)

    positions = [places_of(officer.id)[0].position for officer in waiting]

    assert positions == [1, 1, 2]
