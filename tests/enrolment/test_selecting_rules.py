"""What a selection, an offer and a replacement need: without a database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW
from trainingapp.catalogue.models import AccessClass
from trainingapp.core.errors import DomainError
from trainingapp.enrolment.models import LIVE, PlaceMode, PlaceStatus
from trainingapp.enrolment.rules.joining import (
    FOLLOWS,
    AlreadyEnrolled,
    Candidate,
    EnrolmentClosed,
    NotEligible,
    Seats,
    SessionFacts,
    check_placing,
    decide,
)
from trainingapp.enrolment.rules.moving import TermsFacts
from trainingapp.enrolment.rules.selecting import (
    Chosen,
    Selection,
    TermsDetails,
    check_before_start,
    check_nominee,
    check_offer,
    check_replaceable,
    check_selection,
    check_terms,
    selection_problems,
)
from trainingapp.scheduling.models import SessionStatus

IN_PERSON, ONLINE, BOTH = PlaceMode.IN_PERSON, PlaceMode.ONLINE, PlaceMode.BOTH
S = PlaceStatus
DAY = timedelta(days=1)
FINE, LACKING = Candidate(), Candidate(missing=("Theory",))
STARTS = NOW + 20 * DAY


def a_session(**values) -> SessionFacts:
    facts = {
        "status": SessionStatus.OPEN,
        "access": AccessClass.INVITATION,
        "starts_at": STARTS,
        "closes_at": STARTS,
        "seats": {IN_PERSON: Seats(capacity=2, taken=0), ONLINE: Seats(capacity=0, taken=0)},
        "by_nomination": True,
    }
    return SessionFacts(**{**facts, **values})


def one(organisation: int = 1, mode: PlaceMode = IN_PERSON, candidate: Candidate = FINE) -> Chosen:
    return Chosen(
        name="Anna", organisation_id=organisation, organisation=f"Land {organisation}", mode=mode, candidate=candidate
    )


def problems(selection: Selection, chosen: dict[int, Chosen], free=(2, 1), quotas=None) -> list[str]:
    seats = dict(zip((IN_PERSON, ONLINE), free, strict=True))
    return [str(problem) for problem in selection_problems(selection, chosen, seats, quotas or {1: 2, 2: 1})]


@pytest.mark.parametrize(
    "selection",
    [
        Selection(offered=[1, 2]),
        Selection(offered=[1, 2, 3, 4]),
        Selection(offered=[1, 2], reserve=[2, 3]),
        Selection(offered=[1, 1], reserve=[2, 3]),
        Selection(offered=[1], reserve=[2], declined={1: "x", 3: "x"}),
    ],
)
def test_everybody_is_decided_on_exactly_once(selection):
    assert problems(selection, {1: one(), 2: one(), 3: one()}) == [
        "Each candidate must be selected, on the reserve list or declined, and only one of them."
    ]


@pytest.mark.parametrize(
    ("chosen", "free", "expected"),
    [
        ([one(1), one(1)], (2, 0), []),
        ([one(1), one(1)], (1, 0), ["Selected in person: 2; free places: 1."]),
        ([one(1, BOTH)], (1, 0), ["Selected online: 1; free places: 0."]),
        ([one(1, BOTH), one(1, ONLINE)], (1, 1), ["Selected online: 2; free places: 1."]),
        ([one(2), one(2)], (2, 0), ["Land 2: selected 2, quota 1."]),
        ([one(3)], (2, 0), ["Land 3: selected 1, quota 0."]),
        ([one(1, candidate=LACKING)], (2, 0), ["Anna: something that the course requires is missing"]),
        ([one(1, candidate=Candidate(missing=("x",), is_exempt=True))], (2, 0), []),
        ([one(1, candidate=Candidate(is_active=False, is_exempt=True))], (2, 0), ["Anna: the account is switched off"]),
    ],
)
def test_problems_of_those_who_are_selected(chosen, free, expected):
    people = dict(enumerate(chosen))

    found = problems(Selection(offered=list(people)), people, free)

    assert len(found) == len(expected)
    assert all(sentence.startswith(start) for sentence, start in zip(found, expected, strict=True))


def test_those_in_reserve_may_lack_something_and_exceed_everything():
    people = {number: one(3, candidate=LACKING) for number in range(9)}

    assert problems(Selection(reserve=list(people)), people, (0, 0)) == []


def test_declining_needs_a_reason():
    assert problems(Selection(declined={1: " "}), {1: one()}) == ["Anna is declined without a reason."]
    assert problems(Selection(declined={1: "Of another service"}), {1: one()}) == []


def test_check_selection_raises_the_first_problem():
    with pytest.raises(DomainError, match="free places: 0"):
        check_selection(Selection(offered=[1]), {1: one(3, candidate=LACKING)}, {IN_PERSON: 0}, {})

    check_selection(Selection(), {}, {IN_PERSON: 0}, {})


modes = st.lists(st.tuples(st.sampled_from(PlaceMode), st.integers(1, 3)), max_size=8)


@given(modes, st.integers(0, 5), st.integers(0, 5), st.dictionaries(st.integers(1, 3), st.integers(0, 3)))
def test_a_selection_without_problems_fits_seats_and_quotas(people, in_person, online, quotas):
    chosen = {number: one(organisation, mode) for number, (mode, organisation) in enumerate(people)}

    found = problems(Selection(offered=list(chosen)), chosen, (in_person, online), quotas or {4: 0})

    fits = (
        sum(mode is not ONLINE for mode, _ in people) <= in_person
        and sum(mode is not IN_PERSON for mode, _ in people) <= online
        and all(sum(o == number for _, o in people) <= quotas.get(number, 0) for number in (1, 2, 3))
    )
    assert (found == []) == fits


@pytest.mark.parametrize(
    ("has_seat", "days_before", "by_office", "sentence"),
    [
        (True, 5, False, None),
        (True, 4, False, "time for replacements is over"),
        (True, 4, True, None),
        (True, 0, True, None),
        (False, 5, False, "no place that a colleague could take over"),
        (False, 5, True, "no place that a colleague could take over"),
    ],
)
def test_check_replaceable(has_seat, days_before, by_office, sentence):
    terms = TermsFacts(
        starts_at=STARTS, time_zone="Asia/Baku", offer_days=5, hold_days=3, claim_days=3, cut_off_days=4, still_days=6
    )
    arguments = {"has_seat": has_seat, "by_office": by_office, "now": STARTS - days_before * DAY}

    if sentence is None:
        check_replaceable(terms, **arguments)
    else:
        with pytest.raises(DomainError, match=sentence):
            check_replaceable(terms, **arguments)


@pytest.mark.parametrize(
    ("status", "offered_until", "sentence"),
    [
        (S.OFFERED, NOW, None),
        (S.PLACED, NOW, "already confirmed"),
        (S.LAPSED, NOW, "no longer valid"),
        (S.LAPSED, None, "no offer"),
        (S.WITHDRAWN, NOW, "no offer"),
        (S.WAITING, None, "no offer"),
        (S.NOMINATED, None, "no offer"),
    ],
)
def test_only_an_offer_can_be_answered(status, offered_until, sentence):
    if sentence is None:
        check_offer(status, offered_until)
    else:
        with pytest.raises(DomainError, match=sentence):
            check_offer(status, offered_until)


@pytest.mark.parametrize(
    ("status", "now", "refused"),
    [
        (SessionStatus.OPEN, NOW, False),
        (SessionStatus.CONFIRMED, STARTS - timedelta(seconds=1), False),
        (SessionStatus.CONFIRMED, STARTS, True),
        (SessionStatus.DRAFT, NOW, True),
        (SessionStatus.RUNNING, NOW, True),
        (SessionStatus.FINISHED, NOW, True),
        (SessionStatus.CANCELLED, NOW, True),
    ],
)
def test_places_are_given_before_the_start_in_sessions_that_are_open(status, now, refused):
    if refused:
        with pytest.raises(EnrolmentClosed):
            check_before_start(a_session(status=status), now)
    else:
        check_before_start(a_session(status=status), now)


@pytest.mark.parametrize("candidate", [FINE, LACKING, Candidate(clash="S-1"), Candidate(of_administration=False)])
def test_somebody_may_be_named_whatever_still_lacks(candidate):
    check_nominee(candidate, is_live=False)

    with pytest.raises(AlreadyEnrolled):
        check_nominee(candidate, is_live=True)


@pytest.mark.parametrize("candidate", [Candidate(is_active=False), Candidate(leads=True)])
def test_trainers_and_accounts_switched_off_cannot_be_named(candidate):
    with pytest.raises(NotEligible):
        check_nominee(candidate, is_live=False)


def test_placing_where_administrations_nominate_needs_a_reason_even_for_who_lacks_nothing():
    with pytest.raises(DomainError) as refusal:
        check_placing(a_session(), FINE, override=None, now=NOW)

    assert refusal.value.field == "override"
    check_placing(a_session(), FINE, override="Guest speaker", now=NOW)
    check_placing(a_session(), LACKING, override="Guest speaker", now=NOW)


def test_nobody_asks_for_a_place_where_administrations_nominate():
    with pytest.raises(EnrolmentClosed, match="given by nomination"):
        decide(a_session(access=AccessClass.OPEN), FINE, IN_PERSON, live=None, now=NOW)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, None),
        ({"offer_days": 1, "hold_days": 0, "cut_off_days": 0, "still_days": 0}, None),
        (dict.fromkeys(["offer_days", "hold_days", "claim_days", "cut_off_days", "still_days"], 90), None),
        ({"offer_days": 0}, "offer_days"),
        ({"hold_days": -1}, "hold_days"),
        ({"claim_days": -1}, "claim_days"),
        ({"cut_off_days": 91}, "cut_off_days"),
        ({"still_days": 91}, "still_days"),
    ],
)
def test_check_plan(values, field):
    if field is None:
        check_terms(TermsDetails(**values))
    else:
        with pytest.raises(DomainError) as refusal:
            check_terms(TermsDetails(**values))
        assert refusal.value.field == field


def test_a_seat_comes_from_the_list_or_the_selection_and_ends_for_good():
    """The whole table in words: ended is ended, a seat is offered first, and who has a seat goes back to no list."""
    assert set(FOLLOWS) == {None, *LIVE}
    assert FOLLOWS[S.NOMINATED] & LIVE == {S.OFFERED, S.WAITING}
    assert FOLLOWS[S.WAITING] & LIVE == {S.OFFERED, S.PLACED}
    assert FOLLOWS[S.OFFERED] & LIVE == {S.PLACED}
    assert FOLLOWS[S.PLACED] & LIVE == set()
    assert all(S.CANCELLED in FOLLOWS[status] and S.WITHDRAWN in FOLLOWS[status] for status in LIVE)
    assert [status for status in LIVE if S.INCOMPLETE in FOLLOWS[status]] == [S.PLACED]
    assert S.OFFERED not in FOLLOWS[None]
