"""Answering an offer, and replacing an officer by a colleague, on both engines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

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
    ZONE_AT_CLOSING_TIME,
    a_completion,
    a_course,
    a_meeting,
    a_session,
    an_officer,
)
from trainingapp.accounts.models import Person
from trainingapp.catalogue.models import AccessClass
from trainingapp.core.actor import acting_as
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import DomainError
from trainingapp.enrolment import services
from trainingapp.enrolment.models import PlaceMode, PlaceStatus, Step
from trainingapp.enrolment.queries.lists import history_of
from trainingapp.enrolment.rules.joining import AlreadyEnrolled, EnrolmentClosed, NotEligible
from trainingapp.enrolment.rules.selecting import TermsDetails
from trainingapp.records.models import Completion
from trainingapp.scheduling.models import CourseSession

pytestmark = [pytest.mark.both_engines, pytest.mark.usefixtures("time_stands")]

IN_PERSON, ONLINE, BOTH = PlaceMode.IN_PERSON, PlaceMode.ONLINE, PlaceMode.BOTH
S = PlaceStatus
CUT_OFF = NOW + timedelta(days=23, hours=6)  # four days before the session begins


def test_confirming_gives_the_place(app):
    invited = an_invited_session()
    place_id = an_offer(invited)
    with acting_as(get_place(place_id).person_id):
        services.confirm(place_id, now=NOW)

    assert status_of(place_id) is S.PLACED
    assert steps_of(place_id) == [Step.NOMINATED, Step.OFFERED, Step.CONFIRMED]
    check_books(invited.session_id)


@pytest.mark.parametrize("moment", [5 * DAY, 5 * DAY + timedelta(seconds=1)])
def test_an_offer_cannot_be_answered_from_its_deadline_on_even_if_nobody_swept(app, moment):
    invited = an_invited_session()
    place_id = an_offer(invited)

    for answer in (services.confirm, services.turn_down):
        with pytest.raises(DomainError, match="not answered in time"):
            answer(place_id, now=NOW + moment)

    services.confirm(place_id, now=NOW + 5 * DAY - timedelta(seconds=1))


def test_an_offer_cannot_be_confirmed_when_the_session_has_begun_earlier_than_planned(app):
    invited = an_invited_session(plan=TermsDetails(offer_days=30))
    place_id = an_offer(invited)
    with transaction():
        course_session = locked(CourseSession, invited.session_id)
        course_session.starts_on -= 10 * DAY

    with pytest.raises(EnrolmentClosed):
        services.confirm(place_id, now=NOW + timedelta(days=17, hours=12))


def test_confirming_twice_and_confirming_a_nomination_are_refused(app):
    invited = an_invited_session()
    nominated = invited.nominee()
    with pytest.raises(DomainError, match="no offer"):
        services.confirm(nominated, now=NOW)
    invited.select([nominated])
    services.confirm(nominated, now=NOW)

    with pytest.raises(DomainError, match="already confirmed"):
        services.confirm(nominated, now=NOW)
    with pytest.raises(DomainError, match="already confirmed"):
        services.turn_down(nominated, now=NOW)


def test_confirming_refuses_who_has_come_to_lack_something_or_holds_another_place(app):
    theory = a_course()
    invited = an_invited_session(course=a_course(prerequisites=(theory,)))
    a_meeting(db.session.get_one(CourseSession, invited.session_id))
    officers = [invited.officer() for _ in range(2)]
    completions = [a_completion(db.session.get_one(Person, officer), theory).id for officer in officers]
    places = [services.nominate(officer, invited.session_id, IN_PERSON, now=NOW).id for officer in officers]
    invited.select(places)
    with transaction():
        db.session.get_one(Completion, completions[0]).withdrawn_at = NOW
    elsewhere = a_session(a_course(access_class=AccessClass.OPEN), time_zone=ZONE_AT_CLOSING_TIME)
    a_meeting(elsewhere)
    services.enrol(officers[1], elsewhere.id, IN_PERSON, now=NOW)

    with pytest.raises(NotEligible, match="requires"):
        services.confirm(places[0], now=NOW)
    with pytest.raises(NotEligible, match=elsewhere.code):
        services.confirm(places[1], now=NOW)

    assert statuses(*places) == [S.OFFERED, S.OFFERED]


@pytest.mark.parametrize(
    ("mode", "taken"), [(IN_PERSON, (1, 0)), (ONLINE, (0, 1)), (BOTH, (1, 1))], ids=["in person", "online", "both"]
)
def test_confirming_says_how_to_take_part(app, mode, taken):
    invited = an_invited_session(capacity_in_person=1, capacity_online=1)
    place_id = an_offer(invited)

    services.confirm(place_id, mode, now=NOW)

    course_session = db.session.get_one(CourseSession, invited.session_id)
    assert get_place(place_id).mode is mode
    assert (course_session.taken_in_person, course_session.taken_online) == taken
    check_books(invited.session_id)


@pytest.mark.parametrize("mode", [ONLINE, BOTH])
def test_confirming_another_way_overtakes_nobody_close_to_the_start(app, mode):
    plan = TermsDetails(offer_days=60, hold_days=0, cut_off_days=4, still_days=6)
    invited = an_invited_session((3,), capacity_in_person=1, capacity_online=1, plan=plan)
    one, leaving, waiting = invited.nominee(mode=IN_PERSON), invited.nominee(mode=ONLINE), invited.nominee(mode=ONLINE)
    invited.select([one, leaving], [waiting])
    close = db.session.get_one(CourseSession, invited.session_id).starts_at - 2 * DAY
    services.withdraw(leaving, now=close)

    with pytest.raises(DomainError, match="No place of this kind"):
        services.confirm(one, mode, now=close)

    assert statuses(one, waiting) == [S.OFFERED, S.WAITING]
    services.offer_by_hand(invited.session_id, now=close)
    assert statuses(one, waiting) == [S.OFFERED, S.OFFERED]


@pytest.mark.parametrize("mode", [ONLINE, BOTH])
def test_confirming_another_way_needs_room_there(app, mode):
    invited = an_invited_session(capacity_in_person=1, capacity_online=1)
    one, other = invited.nominee(mode=IN_PERSON), invited.nominee(mode=ONLINE)
    invited.select([one, other])

    with pytest.raises(DomainError) as refusal:
        services.confirm(one, mode, now=NOW)
    services.confirm(one, now=NOW)

    assert refusal.value.field == "mode"
    assert get_place(one).mode is IN_PERSON
    check_books(invited.session_id)


def test_confirming_another_way_frees_the_seat_for_the_reserve(app):
    invited = an_invited_session(capacity_in_person=1, capacity_online=1)
    one, waiting = invited.nominee(0), invited.nominee(1)
    invited.select([one], [waiting])

    services.confirm(one, ONLINE, now=NOW)

    assert statuses(one, waiting) == [S.PLACED, S.OFFERED]
    assert get_place(one).held_until is None
    check_books(invited.session_id)


def test_confirming_a_way_that_the_session_does_not_have_is_refused(app):
    place_id = an_offer(an_invited_session())

    with pytest.raises(DomainError) as refusal:
        services.confirm(place_id, BOTH, now=NOW)

    assert refusal.value.field == "mode"


def test_turning_down_holds_the_seat_for_the_administration(app):
    invited = an_invited_session(capacity_in_person=1)
    place_id, waiting = invited.nominee(0), invited.nominee(1)
    invited.select([place_id], [waiting])

    services.turn_down(place_id, " On duty ", now=NOW + DAY)

    place = get_place(place_id)
    assert (place.status, place.held_until, place.reason) == (S.WITHDRAWN, NOW + 4 * DAY, "On duty")
    assert steps_of(place_id)[-2:] == [Step.TURNED_DOWN, Step.HELD]
    assert status_of(waiting) is S.WAITING
    check_books(invited.session_id)


@pytest.fixture
def held(app) -> Any:
    """A session with one seat, which its holder has given back, and somebody of each administration in reserve."""
    invited = an_invited_session([1, 1], capacity_in_person=1)
    place_id, other, own = invited.nominee(0), invited.nominee(1), invited.nominee(0)
    invited.select([place_id], [other, own])
    services.confirm(place_id, now=NOW)
    services.withdraw(place_id, now=NOW)
    return invited, place_id, own, other


def test_a_new_colleague_takes_over_the_seat_that_is_held(held):
    invited, place_id, _own, other = held

    colleague = services.replace(place_id, invited.officer(), REASON, now=NOW + DAY)

    assert (colleague.status, colleague.replaces_id) == (S.OFFERED, place_id)
    assert colleague.offered_until == NOW + 6 * DAY
    assert get_place(place_id).held_until is None
    assert steps_of(place_id)[-1] is Step.REPLACED
    assert steps_of(colleague.id) == [Step.NOMINATED, Step.OFFERED]
    assert status_of(other) is S.WAITING
    check_books(invited.session_id)


def test_a_colleague_of_the_reserve_list_takes_over_the_seat(held):
    invited, place_id, own, other = held
    queue_no = get_place(own).queue_no

    colleague = services.replace(place_id, get_place(own).person_id, REASON, now=NOW + DAY)

    assert (colleague.id, colleague.status, colleague.replaces_id) == (own, S.OFFERED, place_id)
    assert colleague.queue_no == queue_no
    assert status_of(other) is S.WAITING
    check_books(invited.session_id)


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_colleague_takes_over_from_who_still_has_the_seat(app, confirmed):
    invited = an_invited_session(capacity_in_person=1, capacity_online=1)
    place_id = an_offer(invited, mode=BOTH)
    if confirmed:
        services.confirm(place_id, now=NOW)

    colleague = services.replace(place_id, invited.officer(), REASON, now=NOW)

    assert (colleague.status, colleague.mode) == (S.OFFERED, BOTH)
    assert status_of(place_id) is S.WITHDRAWN
    assert history_of(place_id)[-1].what is Step.REPLACED
    assert history_of(place_id)[-1].reason == REASON
    check_books(invited.session_id)


def test_replacements_form_a_chain(app):
    invited = an_invited_session([1])
    places = [an_offer(invited)]
    for _ in range(3):
        places.append(services.replace(places[-1], invited.officer(), REASON, now=NOW).id)

    assert statuses(*places) == [S.WITHDRAWN] * 3 + [S.OFFERED]
    assert [get_place(place_id).replaces_id for place_id in places] == [None, *places[:3]]
    check_books(invited.session_id)


def test_an_offer_that_is_handed_on_keeps_its_deadline_however_often(app):
    invited = an_invited_session([1, 1], capacity_in_person=1)
    place_id, waiting = invited.nominee(0), invited.nominee(1)
    invited.select([place_id], [waiting])
    officers = [get_place(place_id).person_id, invited.officer()]
    for day in range(1, 5):
        place_id = services.replace(place_id, officers[day % 2], REASON, now=NOW + day * DAY).id
        assert get_place(place_id).offered_until == NOW + 5 * DAY
        assert history_of(place_id)[-1].until == NOW + 5 * DAY

    services.sweep(now=NOW + 5 * DAY)

    assert status_of(place_id) is S.LAPSED
    check_books(invited.session_id)


def test_a_confirmed_place_that_is_handed_on_gives_the_colleague_the_whole_time_to_answer(app):
    place_id = an_offer(invited := an_invited_session([1]))
    services.confirm(place_id, now=NOW + 4 * DAY)

    colleague = services.replace(place_id, invited.officer(), REASON, now=NOW + 4 * DAY)

    assert colleague.offered_until == NOW + 9 * DAY


def test_a_seat_is_held_once_until_somebody_confirms_it(app):
    """Two officers in turn cannot keep it from the reserve list by offers that they leave unanswered."""
    invited = an_invited_session([1, 1], capacity_in_person=1)
    place_id, waiting = invited.nominee(0), invited.nominee(1)
    invited.select([place_id], [waiting])
    services.sweep(now=NOW + 5 * DAY)
    assert get_place(place_id).held_until == NOW + 8 * DAY
    colleague = services.replace(place_id, invited.officer(), REASON, now=NOW + 7 * DAY)

    services.sweep(now=colleague.offered_until)

    assert (status_of(colleague.id), get_place(colleague.id).held_until) == (S.LAPSED, None)
    assert status_of(waiting) is S.OFFERED
    check_books(invited.session_id)


def test_a_seat_that_was_confirmed_again_is_held_again(app):
    invited = an_invited_session([1])
    place_id = an_offer(invited)
    services.turn_down(place_id, now=NOW)
    colleague = services.replace(place_id, invited.officer(), REASON, now=NOW).id
    services.confirm(colleague, now=NOW)

    services.withdraw(colleague, now=NOW)

    assert get_place(colleague).held_until == NOW + 3 * DAY


def test_a_seat_that_was_handed_on_cannot_be_handed_on_again(app):
    invited = an_invited_session([1])
    place_id = an_offer(invited)
    services.replace(place_id, invited.officer(), REASON, now=NOW)

    with pytest.raises(DomainError, match="no place that a colleague could take over"):
        services.replace(place_id, invited.officer(), REASON, now=NOW)


def test_replacing_refuses_another_administration_who_lacks_something_and_who_has_a_place(app):
    theory = a_course()
    invited = an_invited_session([2, 1], course=a_course(prerequisites=(theory,)))
    holder, colleague, stranger = (an_officer(organisation_id=invited.organisations[n]) for n in (0, 0, 1))
    for person in (holder, colleague, stranger):
        a_completion(person, theory)
    place_id, taken = (
        services.nominate(person.id, invited.session_id, IN_PERSON, now=NOW).id for person in (holder, colleague)
    )
    invited.select([place_id, taken])

    refused = {stranger.id: DomainError, invited.officer(): NotEligible, colleague.id: AlreadyEnrolled}
    for person_id, refusal in refused.items():
        with pytest.raises(refusal) as error:
            services.replace(place_id, person_id, REASON, now=NOW)
        assert error.type is refusal

    assert statuses(place_id, taken) == [S.OFFERED, S.OFFERED]
    check_books(invited.session_id)


def test_replacing_needs_a_reason(held):
    invited, place_id, _own, _other = held

    with pytest.raises(DomainError) as refusal:
        services.replace(place_id, invited.officer(), "  ", now=NOW)

    assert refusal.value.field == "reason"


@pytest.mark.parametrize("person_id", [987654, 0, -1])
def test_replacing_by_nobody_that_there_is_is_refused(held, person_id):
    _invited, place_id, _own, _other = held

    with pytest.raises(DomainError, match="Only a colleague of the same administration"):
        services.replace(place_id, person_id, REASON, now=NOW)


def test_replacing_after_the_cut_off_is_for_the_office_only(app):
    invited = an_invited_session(plan=TermsDetails(offer_days=40, cut_off_days=4))
    place_id, later = an_offer(invited), CUT_OFF

    with pytest.raises(DomainError, match="time for replacements is over"):
        services.replace(place_id, invited.officer(), REASON, now=later)
    colleague = services.replace(place_id, invited.officer(), REASON, by_office=True, now=later)

    assert colleague.status is S.OFFERED
    assert colleague.offered_until == db.session.get_one(CourseSession, invited.session_id).starts_at
    check_books(invited.session_id)


def test_replacing_in_a_session_that_has_begun_is_refused_even_to_the_office(app):
    invited = an_invited_session()
    place_id = an_offer(invited)
    services.confirm(place_id, now=NOW)

    with pytest.raises(EnrolmentClosed):
        services.replace(place_id, invited.officer(), REASON, by_office=True, now=NOW + 28 * DAY)


def test_replacing_by_an_officer_who_has_moved_to_another_administration_is_refused(app):
    invited = an_invited_session([1, 1])
    ours, theirs = invited.nominee(0), invited.nominee(1)
    mover = services.nominate(invited.officer(0), invited.session_id, IN_PERSON, now=NOW)
    invited.select([ours, theirs], [mover.id])
    with transaction():
        locked(Person, mover.person_id).organisation_id = invited.organisations[1]

    for place_id in (ours, theirs):
        with pytest.raises(DomainError, match="same administration"):
            services.replace(place_id, mover.person_id, REASON, now=NOW)

    check_books(invited.session_id)


def test_releasing_a_hold_gives_the_seat_to_the_first_in_reserve(held):
    invited, place_id, own, other = held

    services.release_seat(place_id, now=NOW + DAY)

    assert statuses(own, other) == [S.WAITING, S.OFFERED]
    assert steps_of(place_id)[-1] is Step.RELEASED
    with pytest.raises(DomainError, match="no longer kept"):
        services.release_seat(place_id, now=NOW + DAY)
    check_books(invited.session_id)
