"""How seats move in sessions by nomination, on both engines: lapses, holds, the reserve, and why a seat stays free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from tests.books import (
    DAY,
    REASON,
    Invited,
    an_invited_session,
    an_offer,
    check_books,
    get_place,
    plan_of,
    set_withdrawn,
    status_of,
    statuses,
    steps_of,
    vacancy,
)
from tests.builders import NOW, a_completion, a_course, a_session, an_officer
from tests.mail import scenes
from trainingapp.accounts.models import Person
from trainingapp.catalogue.models import AccessClass
from trainingapp.core.clock import day_start, standing_at
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import DomainError
from trainingapp.enrolment import services
from trainingapp.enrolment.models import Obstacle, PlaceMode, PlaceStatus, Step, Vacancy
from trainingapp.enrolment.rules.joining import EnrolmentClosed
from trainingapp.enrolment.rules.selecting import TermsDetails
from trainingapp.mail.models import Letter
from trainingapp.scheduling import services as scheduling
from trainingapp.scheduling.models import CourseSession, MeetingMode, SessionStatus
from trainingapp.scheduling.rules.planning import MeetingDetails

pytestmark = [pytest.mark.both_engines, pytest.mark.usefixtures("time_stands")]

IN_PERSON, ONLINE, BOTH = PlaceMode.IN_PERSON, PlaceMode.ONLINE, PlaceMode.BOTH
S = PlaceStatus
STARTS = NOW + timedelta(days=27, hours=6)  # midnight at the venue
STILL, CUT_OFF = STARTS - 6 * DAY, STARTS - 4 * DAY


def one_seat(*reserve: int, quotas: tuple[int, ...] = (1, 1, 1), **values: Any) -> tuple[Invited, int, list[int]]:
    """A session with one seat that the first administration confirmed, and a reserve of these administrations."""
    invited = an_invited_session(quotas, **{"capacity_in_person": 1, **values})
    holder, waiting = invited.nominee(0), [invited.nominee(number) for number in reserve]
    invited.select([holder], waiting)
    services.confirm(holder, now=NOW)
    return invited, holder, waiting


@pytest.mark.parametrize("noticed", [5 * DAY, 6 * DAY, 8 * DAY - timedelta(seconds=1)])
def test_a_lapsed_offer_is_held_from_its_deadline_whenever_somebody_notices(app, noticed):
    invited = an_invited_session(capacity_in_person=1)
    place_id, waiting = invited.nominee(0), invited.nominee(1)
    invited.select([place_id], [waiting])

    assert services.sweep(now=NOW + noticed) == 0

    place = get_place(place_id)
    assert (place.status, place.held_until) == (S.LAPSED, NOW + 8 * DAY)
    assert steps_of(place_id)[-2:] == [Step.OFFER_LAPSED, Step.HELD]
    assert status_of(waiting) is S.WAITING
    check_books(invited.session_id)


@pytest.mark.parametrize("looks", [(8,), (5, 8), (6, 7, 9), (12,)])
def test_after_the_hold_the_first_in_reserve_gets_the_offer_however_often_somebody_looked(app, looks):
    invited = an_invited_session(capacity_in_person=1)
    place_id, waiting = invited.nominee(0), invited.nominee(1)
    invited.select([place_id], [waiting])

    for day in looks:
        services.sweep(now=NOW + day * DAY)

    assert statuses(place_id, waiting) == [S.LAPSED, S.OFFERED]
    assert get_place(place_id).held_until is None
    assert get_place(waiting).offered_until == NOW + (looks[-1] + 5) * DAY
    check_books(invited.session_id)


def test_without_days_to_hold_the_seat_goes_to_the_reserve_at_once(app):
    plan = TermsDetails(offer_days=5, hold_days=0, cut_off_days=0, still_days=0)
    invited, holder, (waiting,) = one_seat(1, plan=plan)

    services.withdraw(holder, now=NOW)

    assert statuses(holder, waiting) == [S.WITHDRAWN, S.OFFERED]
    assert Step.HELD not in steps_of(holder)
    check_books(invited.session_id)


def test_the_hold_ends_with_the_time_for_replacements(app):
    _invited, holder, _waiting = one_seat(1)

    services.withdraw(holder, now=CUT_OFF - DAY)

    assert get_place(holder).held_until == CUT_OFF


def test_the_reserve_moves_in_order_within_the_quotas_and_keeps_the_numbers(app):
    invited, holder, (same, other, third) = one_seat(0, 1, 2, quotas=(1, 1, 1), capacity_in_person=2)
    numbers = [get_place(place_id).queue_no for place_id in (same, other, third)]

    assert statuses(same, other, third) == [S.WAITING, S.OFFERED, S.WAITING]
    assert get_place(same).passed_over is Obstacle.QUOTA
    services.turn_down(other, now=NOW)
    services.release_seat(other, now=NOW)

    assert statuses(same, third) == [S.WAITING, S.OFFERED]
    assert steps_of(same) == [Step.NOMINATED, Step.RESERVED, Step.PASSED_OVER]
    assert [get_place(place_id).queue_no for place_id in (same, other, third)] == numbers
    services.withdraw(holder, now=NOW)
    services.release_seat(holder, now=NOW)
    assert status_of(same) is S.OFFERED
    assert get_place(same).passed_over is None
    check_books(invited.session_id)


def test_who_is_not_eligible_is_passed_over_with_the_reason_and_comes_first_once_eligible(app):
    theory = a_course()
    invited = an_invited_session((1, 1, 1), course=a_course(prerequisites=(theory,)), capacity_in_person=1)
    officers = [invited.officer(number) for number in range(3)]
    completions = [a_completion(db.session.get_one(Person, officer), theory).id for officer in officers]
    holder, lacking, able = (
        services.nominate(officer, invited.session_id, IN_PERSON, now=NOW).id for officer in officers
    )
    invited.select([holder], [lacking, able])
    set_withdrawn(completions[1], NOW)
    queue_no = get_place(lacking).queue_no

    services.turn_down(holder, now=NOW)
    services.release_seat(holder, now=NOW)
    assert statuses(lacking, able) == [S.WAITING, S.OFFERED]
    assert (get_place(lacking).passed_over, get_place(lacking).queue_no) == (Obstacle.PREREQUISITES, queue_no)

    set_withdrawn(completions[1], None)
    services.turn_down(able, now=NOW)
    services.release_seat(able, now=NOW)
    assert status_of(lacking) is S.OFFERED
    check_books(invited.session_id)


def test_who_has_an_exception_moves_up_whatever_lacks(app):
    invited = an_invited_session((1, 1, 1), course=a_course(prerequisites=(a_course(),)), capacity_in_person=1)
    holder, lacking, exempt = (invited.nominee(number) for number in range(3))
    invited.select([holder], [lacking, exempt], exceptions={holder: REASON, exempt: REASON})

    services.turn_down(holder, now=NOW)
    services.release_seat(holder, now=NOW)

    assert statuses(lacking, exempt) == [S.WAITING, S.OFFERED]
    check_books(invited.session_id)


def test_before_the_selection_is_final_nobody_moves_up(app):
    """Not even those whom the office placed when everything was taken."""
    invited = an_invited_session((1, 1), capacity_in_person=1)
    first, second = (
        services.place_person(invited.officer(number), invited.session_id, IN_PERSON, override=REASON, now=NOW).id
        for number in (0, 1)
    )

    services.withdraw(first, now=NOW)
    services.release_seat(first, now=NOW)
    assert services.offer_by_hand(invited.session_id, now=NOW) == 0
    assert (status_of(second), vacancy(invited.session_id)) == (S.WAITING, Vacancy.NOT_FINAL)

    invited.select()
    assert status_of(second) is S.OFFERED
    check_books(invited.session_id)


def set_deactivated(place_id: int, moment: Any) -> None:
    with transaction():
        locked(Person, get_place(place_id).person_id).deactivated_at = moment


def test_the_sweep_acts_on_who_has_become_eligible(app):
    invited = an_invited_session((2,))
    holder, off = invited.nominee(), invited.nominee()
    set_deactivated(off, NOW)
    invited.select([holder], [off])
    assert vacancy(invited.session_id) is Vacancy.NOBODY_CAN
    set_deactivated(off, None)

    assert [services.sweep(now=NOW) for _ in range(2)] == [1, 0]

    assert status_of(off) is S.OFFERED
    check_books(invited.session_id)


@pytest.mark.parametrize("moment", [STILL, STARTS - timedelta(seconds=1)])
def test_close_to_the_start_nothing_moves_by_itself_but_by_hand(app, moment):
    invited, holder, (waiting,) = one_seat(1)
    services.withdraw(holder, now=moment - 4 * DAY)
    moment = max(moment, get_place(holder).held_until or moment)

    services.sweep(now=moment)
    assert status_of(waiting) is S.WAITING
    assert vacancy(invited.session_id) is Vacancy.TOO_CLOSE
    check_books(invited.session_id)

    assert services.offer_by_hand(invited.session_id, now=moment) == 1
    assert status_of(waiting) is S.OFFERED
    assert get_place(waiting).offered_until == min(moment + 5 * DAY + timedelta(hours=18), STARTS)
    assert vacancy(invited.session_id) is None
    check_books(invited.session_id)


def test_by_hand_nothing_moves_once_the_session_has_begun(app):
    invited, holder, (waiting,) = one_seat(1)
    services.withdraw(holder, now=CUT_OFF)

    assert services.offer_by_hand(invited.session_id, now=STARTS) == 0

    assert status_of(waiting) is S.WAITING
    assert vacancy(invited.session_id) is Vacancy.OVER


def test_a_free_seat_says_why_at_each_stage(app):
    invited = an_invited_session((2, 1))
    reasons = [vacancy(invited.session_id)]
    holder, waiting = invited.nominee(0), invited.nominee(1)
    set_deactivated(waiting, NOW)
    invited.select([holder], [waiting])
    reasons.append(vacancy(invited.session_id))
    services.withdraw(waiting, now=NOW)
    reasons.append(vacancy(invited.session_id))
    services.cancel_places(invited.session_id, REASON, now=NOW)

    assert reasons == [Vacancy.NOT_FINAL, Vacancy.NOBODY_CAN, Vacancy.NOBODY_WAITS]


def test_opening_a_session_says_anew_why_its_seats_are_free(app):
    invited = an_invited_session(status=SessionStatus.DRAFT)
    assert vacancy(invited.session_id) is Vacancy.OVER

    with transaction():
        locked(CourseSession, invited.session_id).status = SessionStatus.OPEN
    services.fill_free_seats(invited.session_id, now=NOW)

    assert vacancy(invited.session_id) is Vacancy.NOT_FINAL


def test_more_capacity_goes_to_the_reserve(app):
    invited, _holder, (first, second) = one_seat(1, 2)

    scheduling.change(invited.session_id, plan_of(invited.session_id, capacity_in_person=2))

    assert statuses(first, second) == [S.OFFERED, S.WAITING]
    check_books(invited.session_id)


def test_capacity_cannot_go_below_what_is_offered_or_held(app):
    invited, holder, (_first, _second) = one_seat(1, 2, capacity_in_person=2)
    services.withdraw(holder, now=NOW)

    with pytest.raises(DomainError, match="2 people have a place"):
        scheduling.change(invited.session_id, plan_of(invited.session_id, capacity_in_person=1))


def test_a_larger_quota_moves_the_reserve(app):
    invited, _holder, (same,) = one_seat(0, capacity_in_person=2)
    assert get_place(same).passed_over is Obstacle.QUOTA

    services.set_quotas(invited.session_id, {invited.organisations[0]: 2}, now=NOW)

    assert status_of(same) is S.OFFERED
    check_books(invited.session_id)


def test_who_wants_both_kinds_waits_for_both(app):
    invited = an_invited_session((2, 2), capacity_in_person=2, capacity_online=1)
    holder, both, single = invited.nominee(0, ONLINE), invited.nominee(1, BOTH), invited.nominee(1, IN_PERSON)
    invited.select([holder], [both, single])

    assert statuses(both, single) == [S.WAITING, S.OFFERED]
    services.turn_down(holder, now=NOW)
    services.release_seat(holder, now=NOW)

    assert status_of(both) is S.OFFERED
    check_books(invited.session_id)


def who_needs_two_seats() -> tuple[Invited, int, list[int]]:
    """Two seats in person are free in turn; first in line is somebody who also needs the one online, then two more."""
    invited = an_invited_session((2, 1, 2), capacity_in_person=2, capacity_online=1)
    holders = [invited.nominee(0), invited.nominee(0)]
    online = invited.nominee(2, ONLINE)
    queue = [invited.nominee(1, BOTH), invited.nominee(2)]
    invited.select([*holders, online], queue)
    for place_id in (*holders, online):
        services.confirm(place_id, now=NOW)
    services.withdraw(holders[0], now=NOW)
    services.release_seat(holders[0], now=NOW)
    return invited, online, queue


def test_who_needs_two_seats_keeps_a_claim_on_the_first_free_one_and_is_told_so(app):
    invited, _online, (both, single) = who_needs_two_seats()

    assert (get_place(both).passed_over, get_place(both).claim_until) == (Obstacle.ONE_SEAT, NOW + 3 * DAY)
    assert steps_of(both)[-1] is Step.PASSED_OVER
    assert (status_of(single), vacancy(invited.session_id)) == (S.WAITING, Vacancy.CLAIMED)
    services.sweep(now=NOW + 3 * DAY - timedelta(seconds=1))
    assert status_of(single) is S.WAITING
    check_books(invited.session_id)


def test_who_has_a_claim_gets_both_seats_when_the_other_is_free_in_time(app):
    invited, online, (both, single) = who_needs_two_seats()

    services.withdraw(online, now=NOW + DAY)
    services.release_seat(online, now=NOW + DAY)

    assert statuses(both, single) == [S.OFFERED, S.WAITING]
    assert (get_place(both).passed_over, get_place(both).claim_until) == (None, None)
    check_books(invited.session_id)


def test_a_claim_that_is_over_passes_the_seat_on_and_comes_once(app):
    invited, _online, (both, single) = who_needs_two_seats()

    services.sweep(now=NOW + 3 * DAY)

    assert statuses(both, single) == [S.WAITING, S.OFFERED]
    services.turn_down(single, now=NOW + 4 * DAY)
    services.release_seat(single, now=NOW + 4 * DAY)
    assert (get_place(both).passed_over, get_place(both).claim_until) == (Obstacle.ONE_SEAT, NOW + 3 * DAY)
    assert vacancy(invited.session_id) is Vacancy.NOBODY_CAN
    check_books(invited.session_id)


def test_a_seat_that_is_kept_is_not_free_for_guests_and_for_another_way_of_taking_part(app):
    invited, online, (both, _single) = who_needs_two_seats()

    guest = services.place_person(invited.officer(0), invited.session_id, IN_PERSON, override=REASON, now=NOW)

    assert status_of(guest.id) is S.WAITING
    services.withdraw(online, now=NOW)
    offered = services.replace(online, invited.officer(2), REASON, now=NOW).id
    with pytest.raises(DomainError, match="No place of this kind is free"):
        services.confirm(offered, BOTH, now=NOW)
    assert get_place(both).claim_until == NOW + 3 * DAY
    check_books(invited.session_id)


@pytest.fixture
def full_house(app) -> tuple[Invited, dict[str, int]]:
    """A session with a confirmed place, an offer, a seat that is held, and somebody in reserve."""
    invited = an_invited_session((3, 1), capacity_in_person=3)
    places = {name: invited.nominee(0) for name in ("confirmed", "offered", "held")} | {"waiting": invited.nominee(1)}
    invited.select([places["confirmed"], places["offered"], places["held"]], [places["waiting"]])
    services.confirm(places["confirmed"], now=NOW)
    services.turn_down(places["held"], now=NOW)
    return invited, places


def test_cancelling_ends_everything_and_releases_holds(full_house):
    invited, places = full_house

    scheduling.cancel(invited.session_id, REASON, now=NOW)

    assert statuses(*places.values()) == [S.CANCELLED, S.CANCELLED, S.WITHDRAWN, S.CANCELLED]
    assert get_place(places["held"]).held_until is None
    assert db.session.get_one(CourseSession, invited.session_id).taken == 0
    assert vacancy(invited.session_id) is Vacancy.OVER
    check_books(invited.session_id)


@pytest.mark.parametrize("swept", [False, True])
def test_cancelling_after_an_offer_lapsed_leaves_it_lapsed_whether_or_not_somebody_swept(full_house, swept):
    invited, places = full_house
    if swept:
        services.sweep(now=NOW + 6 * DAY)

    scheduling.cancel(invited.session_id, REASON, now=NOW + 6 * DAY)
    with standing_at(NOW + 6 * DAY):
        services.cancel_places(invited.session_id, REASON, now=NOW + 6 * DAY)

    assert status_of(places["confirmed"]) is S.CANCELLED
    check_books(invited.session_id)


def test_starting_ends_offers_holds_and_the_reserve(full_house):
    invited, places = full_house

    services.lapse_waiting(invited.session_id, now=STARTS)

    assert statuses(*places.values()) == [S.PLACED, S.LAPSED, S.WITHDRAWN, S.LAPSED]
    assert get_place(places["held"]).held_until is None
    assert steps_of(places["offered"])[-1] is Step.OFFER_LAPSED
    assert db.session.get_one(CourseSession, invited.session_id).taken == 1
    assert vacancy(invited.session_id) is Vacancy.OVER
    check_books(invited.session_id)


def test_leaving_after_the_start_says_why_the_seat_is_free(app):
    invited, holder, _waiting = one_seat(1)
    services.lapse_waiting(invited.session_id, now=STARTS)

    services.withdraw(holder, REASON, now=STARTS)

    assert status_of(holder) is S.INCOMPLETE
    assert vacancy(invited.session_id) is Vacancy.OVER
    check_books(invited.session_id)


def test_nothing_is_held_in_a_session_that_runs(app):
    """It was started on its first day, some hours before the first meeting."""
    invited, holder, _waiting = one_seat(1, plan=TermsDetails(cut_off_days=0))
    with transaction():
        locked(CourseSession, invited.session_id).status = SessionStatus.RUNNING
    services.lapse_waiting(invited.session_id, now=STARTS - timedelta(hours=3))

    services.withdraw(holder, now=STARTS - timedelta(hours=2))

    assert get_place(holder).held_until is None
    with pytest.raises(EnrolmentClosed):
        services.replace(holder, invited.officer(), REASON, by_office=True, now=STARTS - timedelta(hours=1))
    check_books(invited.session_id)


@pytest.mark.parametrize("swept", [False, True])
def test_withdrawing_from_an_overdue_offer_is_too_late_whether_or_not_somebody_swept(app, swept):
    invited = an_invited_session(capacity_in_person=1)
    place_id = invited.nominee()
    invited.select([place_id])
    if swept:
        services.sweep(now=NOW + 6 * DAY)

    with pytest.raises(DomainError, match="already ended"):
        services.withdraw(place_id, now=NOW + 6 * DAY)
    services.sweep(now=NOW + 6 * DAY)

    assert (status_of(place_id), get_place(place_id).held_until) == (S.LAPSED, NOW + 8 * DAY)


def test_sessions_whose_first_day_moves_away_move_again(app):
    invited, holder, (waiting,) = one_seat(1)
    services.withdraw(holder, now=CUT_OFF)
    assert vacancy(invited.session_id) is Vacancy.TOO_CLOSE

    plan = plan_of(invited.session_id, starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 2))
    scheduling.change(invited.session_id, plan)
    services.sweep(now=CUT_OFF)

    assert status_of(waiting) is S.OFFERED


def letters(kind: str) -> Sequence[Letter]:
    """Those whose reason begins so."""
    return [letter for letter in scenes.letters() if letter.reason.startswith(f"{kind}:")]


@pytest.mark.parametrize("status", [SessionStatus.OPEN, SessionStatus.CONFIRMED])
def test_a_session_that_nobody_starts_closes_its_list_when_its_first_day_is_over(full_house, status):
    invited, places = full_house
    with transaction():
        locked(CourseSession, invited.session_id).status = status
    services.sweep(now=STARTS + DAY - timedelta(seconds=1))
    assert status_of(places["waiting"]) is S.WAITING

    services.sweep(now=STARTS + DAY)

    assert statuses(*places.values()) == [S.PLACED, S.LAPSED, S.WITHDRAWN, S.LAPSED]
    assert steps_of(places["waiting"])[-1] is Step.LAPSED
    (letter,) = letters("lapsed")
    assert letter.recipient_id == get_place(places["waiting"]).person_id
    assert "is over, and there was no place for you. The list is closed." in letter.body
    check_books(invited.session_id)


def test_a_request_that_nobody_decided_ends_with_a_letter_that_says_so(app):
    course_session, officer = a_session(a_course(access_class=AccessClass.CUSTOMS)), an_officer().id
    place = services.enrol(officer, course_session.id, IN_PERSON, now=NOW)

    services.sweep(now=course_session.starts_at + 2 * DAY)

    assert status_of(place.id) is S.LAPSED
    (letter,) = letters("lapsed")
    assert "nobody had decided on your request" in letter.body
    assert letter.subject.startswith("Your request has ended without a decision")


def test_an_offer_ends_with_the_start_of_a_session_that_is_moved_earlier(app):
    invited = an_invited_session()
    place_id = an_offer(invited)
    plan = plan_of(invited.session_id, starts_on=date(2026, 5, 7), ends_on=date(2026, 5, 7))
    begins = day_start(date(2026, 5, 7), plan.time_zone)

    scheduling.change(invited.session_id, replace(plan, closes=datetime.combine(date(2026, 5, 6), time(9))))

    assert get_place(place_id).offered_until == begins < NOW + 5 * DAY
    (letter,) = letters("offer-shortened")
    assert letter.recipient_id == get_place(place_id).person_id
    assert "begins earlier than planned" in letter.body
    check_books(invited.session_id)


def test_an_offer_ends_with_the_start_when_the_first_meeting_is_moved_earlier(app):
    invited = an_invited_session(starts_on=date(2026, 5, 8), ends_on=date(2026, 5, 10), capacity_online=1)
    days = {name: {"day": date(2026, 5, day), "mode": MeetingMode.ONLINE} for name, day in (("late", 10), ("early", 8))}
    meeting = scheduling.add_meeting(invited.session_id, MeetingDetails(start=time(9), end=time(12), **days["late"]))
    place_id = an_offer(invited)
    assert get_place(place_id).offered_until == NOW + 5 * DAY

    moved = scheduling.change_meeting(meeting.id, MeetingDetails(start=time(9), end=time(12), **days["early"]))

    assert get_place(place_id).offered_until == moved.starts_at < NOW + 5 * DAY
    assert [letter.recipient_id for letter in letters("offer-shortened")] == [get_place(place_id).person_id]
    check_books(invited.session_id)


def test_sessions_without_terms_are_left_alone(app):
    course_session = a_session()

    assert services.offer_by_hand(course_session.id, now=NOW) == 0
