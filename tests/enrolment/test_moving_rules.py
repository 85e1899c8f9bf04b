"""Who moves up, what an offer and a hold last, and why a free seat stays free: without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, ZONE_AT_CLOSING_TIME
from trainingapp.core.clock import from_local
from trainingapp.core.errors import DomainError
from trainingapp.enrolment.models import Obstacle, PlaceMode, Vacancy
from trainingapp.enrolment.rules.moving import (
    TermsFacts,
    Waiting,
    check_quota,
    claim_end,
    decide_moves,
    hold_end,
    offer_end,
    unclaimed,
    vacancies,
)

IN_PERSON, ONLINE, BOTH = PlaceMode.IN_PERSON, PlaceMode.ONLINE, PlaceMode.BOTH
CLASH, QUOTA, ONE_SEAT = Obstacle.CLASH, Obstacle.QUOTA, Obstacle.ONE_SEAT
DAY = timedelta(days=1)


def terms(starts_in: int = 20, **days: int) -> TermsFacts:
    facts = {"offer_days": 5, "hold_days": 3, "claim_days": 3, "cut_off_days": 4, "still_days": 6}
    return TermsFacts(starts_at=NOW + starts_in * DAY, time_zone=ZONE_AT_CLOSING_TIME, **{**facts, **days})


def waiting(*people: tuple[PlaceMode, int, Obstacle | None]) -> list[Waiting]:
    """A queue of people: how each takes part, of which organisation, what is in the way."""
    return [
        Waiting(number, mode, obstacle, organisation) for number, (mode, organisation, obstacle) in enumerate(people)
    ]


@pytest.mark.parametrize(
    ("queue", "free", "quotas", "moving", "passed"),
    [
        pytest.param([], (3, 3), None, [], {}, id="nobody waits"),
        pytest.param([(IN_PERSON, 1, None)], (0, 1), None, [], {}, id="no seat of the kind"),
        pytest.param(
            [(IN_PERSON, 1, CLASH), (IN_PERSON, 1, None), (IN_PERSON, 1, None)],
            (1, 0),
            None,
            [1],
            {0: CLASH},
            id="passed over without losing the seat",
        ),
        pytest.param(
            [(IN_PERSON, 1, None), (IN_PERSON, 1, CLASH)], (1, 0), None, [0], {}, id="behind the last seat: not passed"
        ),
        pytest.param([(BOTH, 1, None)], (1, 1), None, [0], {}, id="both takes one of each"),
        pytest.param([(BOTH, 1, None), (ONLINE, 1, None)], (1, 1), None, [0], {}, id="both leaves nothing"),
        pytest.param(
            [(BOTH, 1, None), (IN_PERSON, 1, None)],
            (1, 0),
            None,
            [1],
            {0: ONE_SEAT},
            id="without a claim both blocks nobody",
        ),
        pytest.param([(BOTH, 1, CLASH), (ONLINE, 1, None)], (1, 1), None, [1], {0: CLASH}, id="both passed over"),
        pytest.param(
            [(IN_PERSON, 1, None), (IN_PERSON, 1, None), (IN_PERSON, 2, None)],
            (3, 0),
            {1: 1, 2: 1},
            [0, 2],
            {1: QUOTA},
            id="quota used up on the way",
        ),
        pytest.param([(IN_PERSON, 1, None)], (1, 0), {2: 5}, [], {0: QUOTA}, id="without a quota"),
        pytest.param([(IN_PERSON, 1, None)], (1, 0), {1: 0}, [], {0: QUOTA}, id="quota of nobody"),
        pytest.param([(IN_PERSON, 1, CLASH)], (1, 0), {1: 0}, [], {0: CLASH}, id="the person's own obstacle first"),
        pytest.param(
            [(BOTH, 1, None), (BOTH, 1, None)], (2, 2), {1: 1}, [0], {1: QUOTA}, id="both counts once in the quota"
        ),
    ],
)
def test_decide_moves(queue, free, quotas, moving, passed):
    moves = decide_moves(waiting(*queue), dict(zip((IN_PERSON, ONLINE), free, strict=True)), quotas)

    assert (moves.moving, moves.passed, moves.claiming) == (moving, passed, set())


OWN = set(Obstacle) - {ONE_SEAT, QUOTA}  # what is found of the person, and not in the line
queues = st.lists(
    st.tuples(st.sampled_from(PlaceMode), st.integers(1, 3), st.sampled_from([None, None, *sorted(OWN)])), max_size=12
).map(lambda people: waiting(*people))
claiming_queues = st.tuples(queues, st.sets(st.integers(0, 11))).map(
    lambda drawn: [replace(one, may_claim=one.place_id in drawn[1]) for one in drawn[0]]
)
all_quotas = st.none() | st.dictionaries(st.integers(1, 3), st.integers(0, 4))


@given(claiming_queues, st.integers(0, 6), st.integers(0, 6), all_quotas)
def test_decide_moves_keeps_the_order_and_wastes_no_seat(queue, in_person, online, quotas):
    """Whoever did not move is told why, or found no seat left; and nobody behind took a seat that would have done."""
    moving, passed, claiming = decide_moves(queue, {IN_PERSON: in_person, ONLINE: online}, quotas)

    left = {IN_PERSON: in_person, ONLINE: online}
    quota = None if quotas is None else dict(quotas)
    for one in queue:
        kinds = [kind for kind in one.mode.kinds if left[kind] > 0]
        in_quota = quota is None or quota.get(one.organisation_id, 0) > 0
        one_of_two = ONE_SEAT if len(kinds) < len(one.mode.kinds) else None
        stops = one.obstacle or (one_of_two if in_quota else QUOTA)
        assert (one.place_id in moving) == (bool(kinds) and stops is None)
        assert passed.get(one.place_id) is (stops if kinds else None)
        assert (one.place_id in claiming) == (bool(kinds) and stops is ONE_SEAT and one.may_claim)
        if one.place_id in moving or one.place_id in claiming:
            for kind in kinds:
                left[kind] -= 1
            if quota is not None:
                quota[one.organisation_id] -= 1
    assert moving == sorted(moving)
    assert min(left.values()) >= 0


@given(queues, st.integers(0, 4), st.integers(0, 4), all_quotas)
def test_decide_moves_has_nothing_more_to_do_for_those_who_stay(queue, in_person, online, quotas):
    moving, passed, _claiming = decide_moves(queue, {IN_PERSON: in_person, ONLINE: online}, quotas)
    moved = [one for one in queue if one.place_id in moving]
    free = {
        IN_PERSON: in_person - sum(IN_PERSON in one.mode.kinds for one in moved),
        ONLINE: online - sum(ONLINE in one.mode.kinds for one in moved),
    }
    left = quotas and {key: n - sum(one.organisation_id == key for one in moved) for key, n in quotas.items()}
    stayed = [one for one in queue if one.place_id not in moving]

    again = decide_moves(stayed, free, left if quotas is not None else None)

    assert again.moving == []
    assert set(again.passed) <= set(passed)


def test_without_quotas_people_of_no_organisation_move():
    assert decide_moves([Waiting(7, IN_PERSON, None)], {IN_PERSON: 1}).moving == [7]


@pytest.mark.parametrize(("starts_in", "days", "expected"), [(20, 5, 5), (20, 20, 20), (3, 5, 3), (20, 90, 20)])
def test_an_offer_stands_its_days_and_never_beyond_the_start(starts_in, days, expected):
    assert offer_end(terms(starts_in, offer_days=days), NOW) == NOW + expected * DAY


@pytest.mark.parametrize(
    ("starts_in", "hold_days", "cut_off_days", "expected"),
    [
        (20, 3, 4, 3),
        (20, 0, 4, None),
        (6, 3, 4, 2),
        (4, 3, 4, None),
        (3, 3, 4, None),
        (3, 3, 0, 3),
        (2, 3, 0, 2),
        (0, 3, 0, None),
    ],
)
def test_a_hold_lasts_its_days_and_ends_with_the_time_for_replacements(starts_in, hold_days, cut_off_days, expected):
    end = hold_end(terms(starts_in, hold_days=hold_days, cut_off_days=cut_off_days), NOW)

    assert end == (None if expected is None else NOW + expected * DAY)


@given(st.integers(0, 90), st.integers(0, 90), st.integers(0, 200), st.integers(0, 300))
def test_a_hold_hangs_on_the_moment_of_freeing_only(hold_days, cut_off_days, starts_in, freed):
    facts = terms(starts_in, hold_days=hold_days, cut_off_days=cut_off_days)
    freed_at = NOW + timedelta(hours=freed)

    end = hold_end(facts, freed_at)

    assert end is None or freed_at < end <= min(facts.cut_off, freed_at + (hold_days + 1) * DAY)
    assert (end is None) == (hold_days == 0 or freed_at >= facts.cut_off)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Baku", datetime(2026, 5, 9, 14, 0, tzinfo=UTC)),
        ("Europe/Lisbon", datetime(2026, 5, 9, 17, 0, tzinfo=UTC)),
        ("America/Anchorage", datetime(2026, 5, 10, 2, 0, tzinfo=UTC)),
    ],
)
def test_deadlines_are_at_closing_time_on_the_clock_of_the_venue(zone, expected):
    facts = replace(terms(), time_zone=zone)

    assert offer_end(facts, NOW) == hold_end(replace(facts, hold_days=5), NOW) == expected


def test_the_moments_of_the_terms_count_back_from_the_start():
    facts = terms(20, cut_off_days=4, still_days=6)

    assert (facts.cut_off, facts.still_from) == (NOW + 16 * DAY, NOW + 14 * DAY)


FREELY = {"is_final": True, "moves": True, "is_still": False}


@pytest.mark.parametrize(
    ("queue", "free", "circumstances", "expected"),
    [
        ([], (0, 0), FREELY, (None, None)),
        ([], (1, 0), FREELY, (Vacancy.NOBODY_WAITS, None)),
        ([(ONLINE, 1, None)], (1, 1), FREELY, (Vacancy.NOBODY_WAITS, Vacancy.NOBODY_CAN)),
        ([(BOTH, 1, None)], (0, 1), FREELY, (None, Vacancy.NOBODY_CAN)),
        ([(IN_PERSON, 1, CLASH)], (1, 0), FREELY, (Vacancy.NOBODY_CAN, None)),
        ([(IN_PERSON, 1, None)], (1, 0), {**FREELY, "is_still": True}, (Vacancy.TOO_CLOSE, None)),
        ([], (1, 0), {**FREELY, "is_still": True}, (Vacancy.NOBODY_WAITS, None)),
        ([(IN_PERSON, 1, None)], (1, 0), {**FREELY, "is_final": False}, (Vacancy.NOT_FINAL, None)),
        ([(IN_PERSON, 1, None)], (1, 2), {**FREELY, "moves": False}, (Vacancy.OVER, Vacancy.OVER)),
        ([], (1, 0), {"is_final": False, "moves": False, "is_still": True}, (Vacancy.OVER, None)),
    ],
)
def test_vacancies_say_why_a_free_seat_is_offered_to_nobody(queue, free, circumstances, expected):
    found = vacancies(dict(zip((IN_PERSON, ONLINE), free, strict=True)), waiting(*queue), **circumstances)

    assert (found[IN_PERSON], found[ONLINE]) == expected


@given(queues, st.integers(0, 3), st.integers(0, 3), st.booleans(), st.booleans(), st.booleans())
def test_a_free_seat_always_has_a_reason_and_a_taken_one_never(queue, in_person, online, is_final, moves, is_still):
    free = {IN_PERSON: in_person, ONLINE: online}

    found = vacancies(free, queue, is_final=is_final, moves=moves, is_still=is_still)

    assert {kind: reason is not None for kind, reason in found.items()} == {kind: n > 0 for kind, n in free.items()}


@pytest.mark.parametrize(("accept", "taken", "refused"), [(2, 2, False), (3, 2, False), (1, 2, True), (0, 1, True)])
def test_a_quota_is_never_smaller_than_what_is_taken(accept, taken, refused):
    if refused:
        with pytest.raises(DomainError, match="Land already has"):
            check_quota("Land", accept, taken)
    else:
        check_quota("Land", accept, taken)


@pytest.mark.parametrize("starts", [date(2026, 4, 1), date(2026, 10, 28)])
def test_days_before_the_start_are_days_at_the_venue_when_the_clocks_change(starts):
    """In Budapest they change three days before each of these mornings."""
    zone, starts = "Europe/Budapest", datetime.combine(starts, time(9))
    facts = replace(terms(cut_off_days=4, still_days=6), starts_at=from_local(starts, zone), time_zone=zone)

    assert facts.cut_off == from_local(starts - 4 * DAY, zone)
    assert facts.still_from == from_local(starts - 6 * DAY, zone)


def test_a_claim_keeps_the_free_seat_and_the_quota_from_those_behind():
    first = Waiting(0, BOTH, None, 1, may_claim=True)
    behind = [Waiting(1, IN_PERSON, None, 2), Waiting(2, IN_PERSON, None, 1), Waiting(3, IN_PERSON, None, 2)]

    one = decide_moves([first, *behind], {IN_PERSON: 1, ONLINE: 0}, {1: 1, 2: 2})
    two = decide_moves([first, *behind], {IN_PERSON: 3, ONLINE: 0}, {1: 1, 2: 2})

    assert (one.moving, one.passed, one.claiming) == ([], {0: ONE_SEAT}, {0})
    assert (two.moving, two.passed, two.claiming) == ([1, 3], {0: ONE_SEAT, 2: QUOTA}, {0})


def test_who_has_a_claim_moves_up_once_both_seats_are_free():
    moves = decide_moves([Waiting(0, BOTH, None, 1, may_claim=True)], {IN_PERSON: 1, ONLINE: 1}, {1: 1})

    assert (moves.moving, moves.claiming) == ([0], set())


def test_claims_leave_the_other_free_seats_to_newcomers():
    assert unclaimed({IN_PERSON: 3, ONLINE: 0}, 1) == {IN_PERSON: 2, ONLINE: 0}
    assert unclaimed({IN_PERSON: 1, ONLINE: 0}, 2) == {IN_PERSON: 0, ONLINE: 0}


@pytest.mark.parametrize(
    ("starts_in", "claim_days", "expected"),
    [(20, 3, 3 * DAY), (20, 0, None), (8, 3, 2 * DAY), (6, 3, None), (3, 3, None)],
)
def test_a_claim_lasts_its_days_and_ends_when_nothing_moves_by_itself(starts_in, claim_days, expected):
    end = claim_end(terms(starts_in, claim_days=claim_days), NOW)

    assert end == (None if expected is None else NOW + expected)


def test_a_seat_that_is_kept_says_so():
    queue = waiting((BOTH, 1, None), (IN_PERSON, 1, None))

    found = vacancies({IN_PERSON: 1, ONLINE: 0}, queue, is_final=True, moves=True, is_still=False, claims=1)

    assert found == {IN_PERSON: Vacancy.CLAIMED, ONLINE: None}
