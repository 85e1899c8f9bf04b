"""The verbs of places by nomination on both engines: naming, giving, and what the office may do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.books import (
    DAY,
    REASON,
    an_invited_session,
    an_offer,
    check_books,
    get_place,
    status_of,
    statuses,
    steps_of,
)
from tests.builders import (
    NOW,
    a_coordinator,
    a_course,
    a_session,
    a_trainer,
    an_officer,
    an_organisation,
)
from trainingapp.catalogue.models import AccessClass
from trainingapp.core.actor import acting_as
from trainingapp.core.db import db
from trainingapp.core.errors import DomainError
from trainingapp.enrolment import services
from trainingapp.enrolment.invariants.history import renumbered_lines
from trainingapp.enrolment.models import PlaceMode, PlaceStatus, Step, Way
from trainingapp.enrolment.queries.lists import history_of
from trainingapp.enrolment.queries.places import waiting_places
from trainingapp.enrolment.queries.terms import find_terms
from trainingapp.enrolment.rules.joining import AlreadyEnrolled, EnrolmentClosed, NotEligible
from trainingapp.enrolment.rules.selecting import TermsDetails
from trainingapp.scheduling.models import SessionStatus

pytestmark = [pytest.mark.both_engines, pytest.mark.usefixtures("time_stands")]

IN_PERSON, ONLINE, BOTH = PlaceMode.IN_PERSON, PlaceMode.ONLINE, PlaceMode.BOTH
S = PlaceStatus


def test_nominating_takes_no_seat(app):
    invited = an_invited_session()

    place = get_place(invited.nominee())

    assert (place.status, place.way, place.seats) == (S.NOMINATED, Way.NOMINATION, ())
    check_books(invited.session_id)


def test_nobody_can_ask_for_a_place_where_administrations_nominate(app):
    invited = an_invited_session(course=a_course(access_class=AccessClass.OPEN))

    with pytest.raises(EnrolmentClosed, match="National Contact Point"):
        services.enrol(invited.officer(), invited.session_id, IN_PERSON, now=NOW)


def test_nominating_twice_is_refused(app):
    invited = an_invited_session()
    officer = invited.officer()
    services.nominate(officer, invited.session_id, IN_PERSON, now=NOW)

    with pytest.raises(AlreadyEnrolled):
        services.nominate(officer, invited.session_id, IN_PERSON, now=NOW)
    with pytest.raises(AlreadyEnrolled):
        services.nominate_all([invited.officer(), officer], invited.session_id, IN_PERSON, now=NOW)

    check_books(invited.session_id)


def test_nominating_a_list_is_all_or_nothing_and_refuses_somebody_twice_in_it(app):
    invited = an_invited_session()
    officers = [invited.officer() for _ in range(3)]

    with pytest.raises(AlreadyEnrolled):
        services.nominate_all([*officers, officers[0]], invited.session_id, IN_PERSON, now=NOW)
    places = services.nominate_all(officers, invited.session_id, IN_PERSON, now=NOW)

    assert [place.person_id for place in places] == officers
    assert [place.queue_no for place in places] == [1, 2, 3]


def test_nominating_nobody_that_there_is_is_refused(app):
    invited = an_invited_session()

    with pytest.raises(DomainError, match="no such person"):
        services.nominate(987654, invited.session_id, IN_PERSON, now=NOW)
    with pytest.raises(DomainError, match="no such person"):
        services.nominate_all([invited.officer(), 987654], invited.session_id, IN_PERSON, now=NOW)


def test_nominating_refuses_trainers_and_accounts_switched_off_but_not_who_lacks_something_yet(app):
    trainer, off = a_trainer(), an_officer(deactivated_at=NOW)
    invited = an_invited_session(course=a_course(prerequisites=(a_course(),)), trainers=(trainer,))

    for person in (trainer, off):
        with pytest.raises(NotEligible):
            services.nominate(person.id, invited.session_id, IN_PERSON, now=NOW)

    assert status_of(invited.nominee()) is S.NOMINATED


@pytest.mark.parametrize("status", [SessionStatus.DRAFT, SessionStatus.RUNNING, SessionStatus.FINISHED])
def test_nominating_needs_a_session_that_is_open(app, status):
    invited = an_invited_session(status=status)

    with pytest.raises(EnrolmentClosed):
        invited.nominee()


def test_nominating_without_terms_is_refused(app):
    with pytest.raises(DomainError, match="not given by nomination"):
        services.nominate(an_officer().id, a_session().id, IN_PERSON, now=NOW)


def test_terms_need_a_session_without_places_and_days_in_range(app):
    course_session = a_session(a_course(access_class=AccessClass.OPEN))
    services.enrol(an_officer().id, course_session.id, IN_PERSON, now=NOW)

    with pytest.raises(DomainError, match="already have or ask"):
        services.set_terms(course_session.id, TermsDetails(), now=NOW)
    with pytest.raises(DomainError) as refusal:
        services.set_terms(a_session().id, TermsDetails(offer_days=0), now=NOW)

    assert refusal.value.field == "offer_days"


def test_give_places_offers_reserves_and_declines(app):
    invited = an_invited_session([1, 1, 0])
    one, other, first, second, declined = (invited.nominee(number) for number in (0, 1, 1, 0, 2))

    invited.select([one, other], [second, first], declined={declined: "Of another service"})

    assert statuses(one, other, first, second, declined) == [S.OFFERED, S.OFFERED, S.WAITING, S.WAITING, S.DECLINED]
    assert get_place(one).offered_until == NOW + 5 * DAY
    assert get_place(second).queue_no < get_place(first).queue_no
    assert history_of(declined)[-1].reason == "Of another service"
    check_books(invited.session_id)


def test_give_places_offers_what_is_left_to_the_reserve_at_once(app):
    invited = an_invited_session([1, 1])
    blocked, first, second = invited.nominee(0), invited.nominee(0), invited.nominee(1)

    invited.select([first], [blocked, second])

    assert statuses(first, blocked, second) == [S.OFFERED, S.WAITING, S.OFFERED]
    check_books(invited.session_id)


@pytest.mark.parametrize(
    ("offered", "reserve", "sentence"),
    [
        ([0], [], "Each candidate"),
        ([0, 1], [1], "Each candidate"),
        ([0, 0], [1], "Each candidate"),
        ([0, 1, 987654], [], "Each candidate"),
        ([0, 1], [], "quota"),
    ],
)
def test_give_places_refuses_a_selection_that_does_not_add_up(app, offered, reserve, sentence):
    invited = an_invited_session([1])
    places = dict(enumerate(invited.nominee() for _ in range(2)))

    with pytest.raises(DomainError, match=sentence):
        invited.select([places.get(number, number) for number in offered], [places[number] for number in reserve])

    assert statuses(*places.values()) == [S.NOMINATED, S.NOMINATED]
    check_books(invited.session_id)


def test_give_places_refuses_more_than_there_are_seats(app):
    invited = an_invited_session([3], capacity_in_person=2, capacity_online=1)
    places = [invited.nominee(mode=mode) for mode in (BOTH, BOTH)]

    with pytest.raises(DomainError, match="online: 2; free places: 1"):
        invited.select(places)


def test_give_places_happens_once(app):
    invited = an_invited_session()
    an_offer(invited)

    with pytest.raises(DomainError, match="already final"):
        invited.select()


def test_give_places_counts_on_a_seat_whose_hold_is_over(app):
    invited = an_invited_session(capacity_in_person=1)
    early = services.place_person(invited.officer(), invited.session_id, IN_PERSON, override=REASON, now=NOW)
    place_id = invited.nominee(1)
    services.withdraw(early.id, now=NOW)

    with pytest.raises(DomainError, match="free places: 0"):
        invited.select([place_id])
    invited.select([place_id], now=NOW + 3 * DAY)

    assert status_of(place_id) is S.OFFERED
    check_books(invited.session_id)


def test_give_places_needs_an_exception_with_a_reason_for_who_lacks_something(app):
    invited = an_invited_session([3], course=a_course(prerequisites=(a_course(),)))
    place_id = invited.nominee()

    with pytest.raises(DomainError, match="requires"):
        invited.select([place_id])
    with pytest.raises(DomainError, match="requires"):
        invited.select([place_id], exceptions={place_id: "  "})
    invited.select([place_id], exceptions={place_id: "Learned it on the job"})
    services.confirm(place_id, now=NOW)

    assert get_place(place_id).exception == "Learned it on the job"
    assert status_of(place_id) is S.PLACED


def test_an_exception_on_the_reserve_list_lets_the_person_move_up_and_replace(app):
    invited = an_invited_session([2, 1], course=a_course(prerequisites=(a_course(),)))
    one, other, waiting = invited.nominee(0), invited.nominee(1), invited.nominee(0)
    invited.select([one, other], [waiting], exceptions=dict.fromkeys([one, other, waiting], REASON))

    services.replace(one, get_place(waiting).person_id, REASON, now=NOW)

    assert statuses(one, waiting) == [S.WITHDRAWN, S.OFFERED]
    assert status_of(services.confirm(waiting, now=NOW).id) is S.PLACED


def test_placing_by_the_office_needs_a_reason_and_respects_the_quota(app):
    invited = an_invited_session([1, None])

    with pytest.raises(DomainError) as refusal:
        services.place_person(invited.officer(), invited.session_id, IN_PERSON, now=NOW)
    place = services.place_person(invited.officer(), invited.session_id, IN_PERSON, override=REASON, now=NOW)
    outside = an_officer(organisation_id=an_organisation().id).id
    for person_id in (invited.officer(0), invited.officer(1), outside):
        with pytest.raises(DomainError, match="quota"):
            services.place_person(person_id, invited.session_id, IN_PERSON, override=REASON, now=NOW)

    assert refusal.value.field == "override"
    assert (place.status, place.way, place.exception) == (S.PLACED, Way.OFFICE, REASON)
    check_books(invited.session_id)


def test_placing_by_the_office_comes_after_the_reserve(app):
    invited = an_invited_session([2, 2], capacity_in_person=1)
    one, waiting = invited.nominee(0), invited.nominee(1)
    invited.select([one], [waiting])

    place = services.place_person(invited.officer(), invited.session_id, IN_PERSON, override=REASON, now=NOW)
    services.withdraw(one, now=NOW)
    services.release_seat(one, now=NOW)

    assert statuses(waiting, place.id) == [S.OFFERED, S.WAITING]
    check_books(invited.session_id)


def test_guests_whom_the_office_put_on_the_list_before_the_selection_wait_behind_the_reserve(app):
    invited = an_invited_session([2, 2], capacity_in_person=1)
    one, waiting = invited.nominee(0), invited.nominee(1)
    taken = services.place_person(invited.officer(), invited.session_id, IN_PERSON, override=REASON, now=NOW)
    guests = [
        services.place_person(invited.officer(1), invited.session_id, IN_PERSON, override=REASON, now=NOW).id
        for _ in range(2)
    ]
    invited.select([], [one, waiting])

    assert [place.id for place in waiting_places(invited.session_id)] == [one, waiting, *guests]
    services.withdraw(taken.id, now=NOW)
    services.release_seat(taken.id, now=NOW)

    assert statuses(one, waiting, *guests) == [S.OFFERED, S.WAITING, S.WAITING, S.WAITING]
    assert not db.session.execute(renumbered_lines(NOW)).all()
    check_books(invited.session_id)


def test_a_quota_cannot_be_smaller_than_what_is_taken(app):
    invited = an_invited_session([2])
    one, other = invited.nominee(), invited.nominee()
    invited.select([one, other])
    services.turn_down(other, now=NOW)

    for accept in (1, 0, None):
        with pytest.raises(DomainError, match="already has 2 places"):
            services.set_quotas(invited.session_id, {invited.organisations[0]: accept}, now=NOW)
    services.release_seat(other, now=NOW)
    services.set_quotas(invited.session_id, {invited.organisations[0]: 1}, now=NOW)

    check_books(invited.session_id)


def test_quotas_are_for_sessions_by_nomination_only(app):
    with pytest.raises(DomainError, match="not given by nomination"):
        services.set_quotas(a_session().id, {an_organisation().id: 1}, now=NOW)


def test_late_nominations_join_the_end_of_the_reserve(app):
    invited = an_invited_session([1, 1], capacity_in_person=1)
    place_id, first = invited.nominee(0), invited.nominee(1)
    invited.select([place_id], [first])

    late = invited.nominee(1, now=NOW + 2 * DAY)
    services.withdraw(first, now=NOW + 2 * DAY)
    services.turn_down(place_id, now=NOW + 2 * DAY)
    services.release_seat(place_id, now=NOW + 2 * DAY)

    assert statuses(first, late) == [S.WITHDRAWN, S.OFFERED]
    assert steps_of(late) == [Step.NOMINATED, Step.RESERVED, Step.OFFERED]


def test_declining_somebody_in_reserve_says_anew_why_the_seat_is_free(app):
    invited = an_invited_session([0, 2])
    waiting = invited.nominee(0)
    invited.select([], [waiting])

    with acting_as(a_coordinator().id):
        services.decline(waiting, REASON, now=NOW)

    check_books(invited.session_id)
    terms = find_terms(invited.session_id)
    assert terms is not None
    assert terms.vacancy(IN_PERSON) == "nobody_waits"


def test_correcting_a_nomination_changes_the_way_until_the_places_are_given(app):
    invited = an_invited_session(capacity_online=1)
    place_id = invited.nominee()

    services.correct_nominated(place_id, ONLINE, "Speaks French", now=NOW)
    invited.select([place_id])

    place = get_place(place_id)
    assert (place.mode, place.motivation) == (ONLINE, "Speaks French")
    with pytest.raises(DomainError):
        services.correct_nominated(place_id, IN_PERSON, None, now=NOW)
    check_books(invited.session_id)


def test_plan_in_the_terms_can_be_changed(app):
    invited = an_invited_session()
    place_id = invited.nominee()
    services.set_terms(invited.session_id, replace(TermsDetails(), offer_days=2), now=NOW)

    invited.select([place_id])

    assert get_place(place_id).offered_until == NOW + 2 * DAY


def test_candidate_makes_no_selection(app):
    invited = an_invited_session()
    own, other = invited.officer(), invited.nominee()
    candidate = services.nominate(own, invited.session_id, IN_PERSON, now=NOW).id

    with acting_as(own), pytest.raises(DomainError, match="You are a candidate for this session yourself"):
        invited.select(offered=[candidate, other])

    assert statuses(candidate, other) == [S.NOMINATED, S.NOMINATED]


def test_office_names_nobody_of_its_own_as_a_replacement_by_himself(app):
    invited = an_invited_session()
    place_id, colleague = an_offer(invited), invited.officer()

    with acting_as(colleague), pytest.raises(DomainError, match="place for yourself"):
        services.replace(place_id, colleague, REASON, by_office=True, now=NOW)

    assert status_of(place_id) is S.OFFERED
