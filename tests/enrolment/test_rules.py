"""Decisions about places, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import NOW
from trainingapp.catalogue.models import AccessClass
from trainingapp.core.errors import DomainError
from trainingapp.enrolment.models import LIVE, Obstacle, PlaceMode, PlaceStatus
from trainingapp.enrolment.rules.answering import full_kinds, ways_open
from trainingapp.enrolment.rules.joining import (
    FOLLOWS,
    AlreadyEnrolled,
    Candidate,
    EnrolmentClosed,
    NotEligible,
    Seats,
    SessionFacts,
    check_placing,
    check_step,
    decide,
    decide_leaving,
    obstacle_of,
)
from trainingapp.enrolment.rules.moving import moves_now
from trainingapp.scheduling.models import SessionStatus

IN_PERSON, ONLINE, BOTH = PlaceMode.IN_PERSON, PlaceMode.ONLINE, PlaceMode.BOTH
FINE = Candidate()


def session(taken: int = 0, capacity: int = 2, online: int = 0, **values) -> SessionFacts:
    facts = SessionFacts(
        status=SessionStatus.OPEN,
        access=AccessClass.OPEN,
        starts_at=NOW + timedelta(days=20),
        closes_at=NOW + timedelta(days=10),
        seats={IN_PERSON: Seats(capacity=capacity, taken=taken), ONLINE: Seats(capacity=online, taken=0)},
    )
    return replace(facts, **values)


@pytest.mark.parametrize(
    ("taken", "access", "expected"),
    [
        (0, AccessClass.OPEN, PlaceStatus.PLACED),
        (1, AccessClass.OPEN, PlaceStatus.PLACED),
        (2, AccessClass.OPEN, PlaceStatus.WAITING),
        (0, AccessClass.CUSTOMS, PlaceStatus.REQUESTED),
        (2, AccessClass.CUSTOMS, PlaceStatus.REQUESTED),
    ],
)
def test_decide_gives_a_seat_the_list_or_a_request(taken, access, expected):
    assert decide(session(taken, access=access), FINE, IN_PERSON, live=None, now=NOW) is expected


@pytest.mark.parametrize(
    "values",
    [
        {"status": SessionStatus.DRAFT},
        {"status": SessionStatus.RUNNING},
        {"status": SessionStatus.FINISHED},
        {"status": SessionStatus.CANCELLED},
        {"closes_at": NOW},
        {"closes_at": NOW + timedelta(days=30), "starts_at": NOW},
    ],
)
def test_decide_refuses_when_enrolment_is_closed(values):
    with pytest.raises(EnrolmentClosed):
        decide(session(**values), FINE, IN_PERSON, live=None, now=NOW)


@pytest.mark.parametrize("live", sorted(LIVE))
def test_decide_refuses_a_second_live_place(live):
    with pytest.raises(AlreadyEnrolled):
        decide(session(), FINE, IN_PERSON, live=live, now=NOW)


@pytest.mark.parametrize(
    ("candidate", "access"),
    [
        (Candidate(is_active=False), AccessClass.OPEN),
        (Candidate(leads=True), AccessClass.OPEN),
        (Candidate(missing=("Theory",)), AccessClass.OPEN),
        (Candidate(clash="S-1"), AccessClass.OPEN),
        (Candidate(of_administration=False), AccessClass.CUSTOMS),
        (FINE, AccessClass.INVITATION),
    ],
)
def test_decide_refuses_who_is_not_eligible(candidate, access):
    with pytest.raises(NotEligible):
        decide(session(access=access), candidate, IN_PERSON, live=None, now=NOW)


@pytest.mark.parametrize("access", [AccessClass.OPEN, AccessClass.CUSTOMS])
def test_decide_refuses_a_way_that_the_session_does_not_have(access):
    with pytest.raises(DomainError) as refusal:
        decide(session(access=access), FINE, ONLINE, live=None, now=NOW)

    assert refusal.value.field == "mode"


def test_the_office_may_pass_over_what_is_missing_with_a_reason_only():
    candidate = Candidate(missing=("Theory",))

    check_placing(session(closes_at=NOW), candidate, override="Done on paper in 2019", now=NOW)

    with pytest.raises(NotEligible):
        check_placing(session(), candidate, override=None, now=NOW)


@pytest.mark.parametrize("candidate", [Candidate(leads=True), Candidate(is_active=False)])
def test_no_reason_places_a_trainer_or_a_switched_off_account(candidate):
    with pytest.raises(NotEligible):
        check_placing(session(), candidate, override="please", now=NOW)


@pytest.mark.parametrize("status", [SessionStatus.DRAFT, SessionStatus.FINISHED, SessionStatus.CANCELLED])
def test_the_office_places_nobody_on_a_session_that_is_not_held(status):
    with pytest.raises(EnrolmentClosed):
        check_placing(session(status=status), FINE, override=None, now=NOW)


@pytest.mark.parametrize("old", [*PlaceStatus])
@pytest.mark.parametrize("new", [*PlaceStatus])
def test_only_live_places_change_and_never_into_themselves(old, new):
    allowed = new in FOLLOWS.get(old, ())

    if allowed:
        check_step(old, new)
        assert old.is_live
        assert old is not new
    else:
        with pytest.raises(DomainError):
            check_step(old, new)


@pytest.mark.parametrize(
    ("candidate", "expected"),
    [
        (FINE, None),
        (Candidate(of_administration=False), None),
        (Candidate(missing=("x",), clash="y"), Obstacle.PREREQUISITES),
        (Candidate(clash="y"), Obstacle.CLASH),
        (Candidate(is_active=False, leads=True), Obstacle.SWITCHED_OFF),
    ],
)
def test_obstacle_of_names_the_gravest(candidate, expected):
    assert obstacle_of(candidate) is expected


@pytest.mark.parametrize(
    ("status", "hours", "expected"),
    [
        (SessionStatus.OPEN, 1, True),
        (SessionStatus.CONFIRMED, 1, True),
        (SessionStatus.CONFIRMED, 0, False),
        (SessionStatus.RUNNING, 1, False),
        (SessionStatus.CANCELLED, 1, False),
    ],
)
def test_the_waiting_list_moves_until_the_session_begins(status, hours, expected):
    assert moves_now(status, NOW + timedelta(hours=hours), NOW) is expected


def test_leaving_is_withdrawn_before_the_start_and_incomplete_after_it():
    before = decide_leaving(PlaceStatus.PLACED, SessionStatus.CONFIRMED, reason=None, has_begun=False)
    after = decide_leaving(PlaceStatus.PLACED, SessionStatus.RUNNING, reason="fell ill", has_begun=True)

    assert (before, after) == (PlaceStatus.WITHDRAWN, PlaceStatus.INCOMPLETE)


def test_leaving_after_the_start_needs_a_reason():
    with pytest.raises(DomainError) as refusal:
        decide_leaving(PlaceStatus.PLACED, SessionStatus.RUNNING, reason=None, has_begun=True)

    assert refusal.value.field == "reason"


@pytest.mark.parametrize("status", sorted(set(PlaceStatus) - LIVE))
def test_an_ended_place_cannot_be_left(status):
    with pytest.raises(DomainError):
        decide_leaving(status, SessionStatus.OPEN, reason="x", has_begun=False)


@pytest.mark.parametrize(
    ("in_person", "online", "present", "ways", "full"),
    [
        ((2, 1), (2, 1), IN_PERSON, [IN_PERSON, ONLINE, BOTH], []),
        ((2, 2), (2, 1), IN_PERSON, [IN_PERSON, ONLINE, BOTH], []),  # the offer keeps its own seat
        ((2, 2), (2, 1), ONLINE, [ONLINE], [IN_PERSON]),
        ((2, 1), (1, 1), IN_PERSON, [IN_PERSON], [ONLINE]),
        ((2, 2), (1, 1), BOTH, [IN_PERSON, ONLINE, BOTH], []),
        ((2, 1), (0, 0), IN_PERSON, [IN_PERSON], []),  # what the session has not is not full
        ((2, 2), (0, 0), ONLINE, [], [IN_PERSON]),
    ],
)
def test_an_offer_can_be_taken_in_each_way_whose_seats_it_has_or_are_free(in_person, online, present, ways, full):
    seats = {
        kind: Seats(capacity=capacity, taken=taken)
        for kind, (capacity, taken) in ((IN_PERSON, in_person), (ONLINE, online))
    }

    assert ways_open(session(seats=seats), present) == ways
    assert full_kinds(session(seats=seats), present) == full
