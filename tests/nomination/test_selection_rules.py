"""The suggestion, the balance, what breaks a call's own rules, and when a selection may go on."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainingapp.accounts.models import Sex
from trainingapp.core.errors import DomainError
from trainingapp.enrolment.models import Obstacle, PlaceMode
from trainingapp.nomination.models import Proposal, Stage
from trainingapp.nomination.rules.proposing import (
    ProposalLine,
    check_can_be_final,
    check_can_propose,
    check_comment,
    check_comment_period,
    check_line,
    check_seen,
    check_shown,
    in_new_order,
)
from trainingapp.nomination.rules.selection import CandidateFacts, Proposed, balance, warnings
from trainingapp.nomination.rules.stages import WrongStage
from trainingapp.nomination.rules.suggestion import OBSTACLES, Suggestion, Why, suggest

NOW = datetime(2026, 5, 20, 8, 0, tzinfo=UTC)
F, M = Sex.FEMALE, Sex.MALE
IN_PERSON, ONLINE, BOTH = PlaceMode.IN_PERSON, PlaceMode.ONLINE, PlaceMode.BOTH
numbers = itertools.count(1)


def a_nomination(organisation_id: int = 1, rank: int = 1, **values: Any) -> CandidateFacts:
    number = next(numbers)
    defaults: dict[str, Any] = {
        "nomination_id": number,
        "organisation": f"Land {organisation_id}",
        "organisation_key": f"land {organisation_id:03}",
        "name": f"Officer {number}",
        "mode": IN_PERSON,
    }
    return CandidateFacts(organisation_id=organisation_id, rank=rank, **{**defaults, **values})


def suggested(candidates: list[CandidateFacts], seats: int = 2, quota: int = 2, **values: Any) -> list[Suggestion]:
    quotas = values.pop("quotas", {one.organisation_id: quota for one in candidates})
    return suggest(candidates, values.pop("seats_of", {IN_PERSON: seats, ONLINE: 0}), quotas, **values)


def those(suggestions: Iterable[Suggestion], proposal: Proposal) -> list[int]:
    return [one.nomination_id for one in suggestions if one.proposal is proposal]


def ids(*candidates: CandidateFacts) -> list[int]:
    return [one.nomination_id for one in candidates]


# --- the rule


def test_everybodys_first_place_comes_before_anybodys_second():
    first, second, other = a_nomination(1, 1), a_nomination(1, 2), a_nomination(2, 1, last_place_on=date(2026, 5, 1))

    result = suggested([first, second, other], seats=2)

    assert those(result, Proposal.SELECT) == ids(first, other)
    assert those(result, Proposal.RESERVE) == ids(second)


def test_the_administrations_own_order_is_followed():
    third, first, second = a_nomination(1, 3, sex=F), a_nomination(1, 1, sex=M), a_nomination(1, 2, sex=M)

    result = suggested([third, first, second], seats=5, quota=2)

    assert those(result, Proposal.SELECT) == ids(first, second)
    assert those(result, Proposal.RESERVE) == ids(third)


def test_a_place_beyond_the_quota_is_never_given():
    candidates = [a_nomination(1, rank) for rank in (1, 2, 3)]

    result = suggested(candidates, seats=5, quota=1)

    assert those(result, Proposal.SELECT) == ids(candidates[0])
    assert {one.because for one in result[1:]} == {Why.OVER_QUOTA}


def test_an_administration_without_quota_gets_no_place():
    [only] = suggested([a_nomination(1)], quotas={})

    assert only.proposal is Proposal.RESERVE
    assert only.why == "Land 1, number 1 on its list: comes after those who fill its quota of 0."


@pytest.mark.parametrize(("percent", "wanted"), [(None, F), (50, F), (0, M), (100, F), (30, M)])
def test_where_not_all_fit_the_share_of_women_decides(percent, wanted):
    woman, man = a_nomination(2, sex=F), a_nomination(1, sex=M)
    both_fit = {one.sex: one.nomination_id for one in (woman, man)}

    result = suggested([woman, man], seats=1, women_percent=percent)

    if percent in {None, 50}:  # both are as near to a half: the alphabet decides
        assert those(result, Proposal.SELECT) == ids(man)
    else:
        assert those(result, Proposal.SELECT) == [both_fit[wanted]]


def test_the_share_of_women_counts_those_selected_before():
    man, woman, second_man = a_nomination(1, sex=M), a_nomination(3, sex=F), a_nomination(2, sex=M)

    result = suggested([man, woman, second_man], seats=2)

    assert those(result, Proposal.SELECT) == ids(man, woman)


def test_where_not_all_fit_who_waited_longest_comes_first():
    recent = a_nomination(1, last_place_on=date(2026, 4, 1))
    long_ago = a_nomination(2, last_place_on=date(2024, 4, 1))
    never = a_nomination(3)

    assert those(suggested([recent, long_ago, never], seats=1), Proposal.SELECT) == ids(never)
    assert those(suggested([recent, long_ago], seats=1), Proposal.SELECT) == ids(long_ago)


def test_then_fewer_earlier_courses_then_the_alphabet():
    trained, fresh, last = a_nomination(1, earlier_courses=3), a_nomination(2), a_nomination(3)

    result = suggested([trained, last, fresh], seats=1)

    assert those(result, Proposal.SELECT) == ids(fresh)
    assert those(result, Proposal.RESERVE) == ids(last, trained)


def test_the_alphabet_is_that_of_the_administrations_names():
    late, early = a_nomination(1, organisation_key="zambia"), a_nomination(2, organisation_key="albania")

    assert those(suggested([late, early], seats=1), Proposal.SELECT) == ids(early)


def test_seats_of_each_kind_are_counted_by_themselves():
    here, there, everywhere = a_nomination(1), a_nomination(2, mode=ONLINE), a_nomination(3, mode=BOTH)

    result = suggested([everywhere, there, here], seats_of={IN_PERSON: 1, ONLINE: 1})

    assert those(result, Proposal.SELECT) == ids(here, there)
    assert result[-1].because is Why.NO_SEAT


def test_who_wants_another_kind_takes_the_turn_of_a_colleague_who_does_not_fit():
    first, second = a_nomination(1, 1), a_nomination(1, 2, mode=ONLINE)

    result = suggested([first, second], seats_of={IN_PERSON: 0, ONLINE: 1})

    assert those(result, Proposal.SELECT) == ids(second)
    assert those(result, Proposal.RESERVE) == ids(first)


def test_who_cannot_take_a_place_comes_behind_all_others():
    lacks = a_nomination(1, 1, obstacle=Obstacle.PREREQUISITES, missing=("Basics", "Seals"))
    clashes = a_nomination(2, 1, obstacle=Obstacle.CLASH, clash="S-7")
    able = a_nomination(3, 1, mode=ONLINE)

    result = suggested([lacks, clashes, able])

    assert those(result, Proposal.RESERVE) == ids(able, lacks, clashes)
    assert "Basics, Seals" in result[1].why
    assert "S-7" in result[2].why


def test_who_cannot_take_a_place_stands_by_rank_then_by_how_long_he_waited():
    second = a_nomination(1, 2, obstacle=Obstacle.CLASH)
    recent, long_ago = (
        a_nomination(number, 1, obstacle=Obstacle.PREREQUISITES, last_place_on=date(year, 5, 1))
        for number, year in ((2, 2026), (3, 2020))
    )

    assert those(suggested([second, recent, long_ago]), Proposal.RESERVE) == ids(long_ago, recent, second)


@pytest.mark.parametrize("obstacle", [Obstacle.SWITCHED_OFF, Obstacle.TRAINER])
def test_who_never_could_take_a_place_is_to_be_declined(obstacle):
    [only] = suggested([a_nomination(obstacle=obstacle)])

    assert (only.proposal, only.reserve_rank) == (Proposal.DECLINE, None)
    assert only.why


def test_the_reserve_continues_the_rounds_within_the_quotas_first():
    a1, a2, a3 = (a_nomination(1, rank) for rank in (1, 2, 3))
    b1, b2, b3 = (a_nomination(2, rank) for rank in (1, 2, 3))

    result = suggested([b3, b2, b1, a3, a2, a1], seats=1, quota=2)

    assert those(result, Proposal.SELECT) == ids(a1)
    assert those(result, Proposal.RESERVE) == ids(b1, a2, b2, a3, b3)
    assert [one.reserve_rank for one in result] == [None, 1, 2, 3, 4, 5]


def test_each_is_told_why():
    first, second, third = (a_nomination(1, rank) for rank in (1, 2, 3))
    other = a_nomination(2, 1)

    result = {one.nomination_id: one.why for one in suggested([first, second, third, other], seats=1, quota=2)}

    assert result[first.nomination_id].startswith(
        "Land 1, number 1 on its list: round 1, place 1 of 2 of its quota. This round had too few places"
    )
    assert result[other.nomination_id] == "Land 2, number 1 on its list: no place in person was left in round 1."
    assert result[third.nomination_id] == "Land 1, number 3 on its list: comes after those who fill its quota of 2."


def test_where_all_fit_nothing_is_said_of_the_balance():
    result = suggested([a_nomination(1, 5), a_nomination(1, 9)], seats=2)

    assert [one.why for one in result] == [
        "Land 1, number 5 on its list: round 1, place 1 of 2 of its quota.",
        "Land 1, number 9 on its list: round 2, place 2 of 2 of its quota.",
    ]


CANDIDATES = st.lists(
    st.builds(
        dict,
        organisation_id=st.integers(1, 5),
        rank=st.integers(1, 6),
        mode=st.sampled_from(PlaceMode),
        sex=st.sampled_from([F, M, None]),
        obstacle=st.sampled_from([None, None, None, *OBSTACLES]),
        last_place_on=st.none() | st.dates(date(2025, 1, 1), date(2026, 1, 1)),
        earlier_courses=st.integers(0, 3),
    ),
    max_size=25,
).map(lambda rows: [a_nomination(**{**row, "nomination_id": number}) for number, row in enumerate(rows, start=1)])
QUOTAS = st.dictionaries(st.integers(1, 5), st.integers(0, 3))
SEATS = st.fixed_dictionaries({IN_PERSON: st.integers(0, 8), ONLINE: st.integers(0, 4)})
PERCENT = st.none() | st.integers(0, 100)


@given(CANDIDATES, SEATS, QUOTAS, PERCENT, st.randoms(use_true_random=False))
def test_the_order_in_which_candidates_are_read_makes_no_difference(candidates, seats, quotas, percent, chance):
    shuffled = random.Random(chance.random()).sample(candidates, len(candidates))

    assert suggest(candidates, seats, quotas, percent) == suggest(shuffled, seats, quotas, percent)


@given(CANDIDATES, SEATS, QUOTAS, PERCENT)
def test_a_suggestion_keeps_to_seats_quotas_ranks_and_decides_about_everybody_once(candidates, seats, quotas, percent):
    result = suggest(candidates, seats, quotas, percent)

    known = {one.nomination_id: one for one in candidates}
    chosen = [known[nomination_id] for nomination_id in those(result, Proposal.SELECT)]
    reserve = [one for one in result if one.proposal is Proposal.RESERVE]
    assert sorted(one.nomination_id for one in result) == sorted(known)
    assert [one.reserve_rank for one in reserve] == list(range(1, len(reserve) + 1))
    taken = Counter(kind for one in chosen for kind in one.mode.kinds)
    assert all(count <= seats[kind] for kind, count in taken.items())
    assert all(count <= quotas.get(of, 0) for of, count in Counter(one.organisation_id for one in chosen).items())
    assert all(one.obstacle is None for one in chosen)
    assert list(warnings_of(known, result, seats, quotas, out_of_order=True)) == []
    assert all(one.why for one in result)


def warnings_of(known: Any, result: Any, seats: Any, quotas: Any, *, out_of_order: bool) -> Iterable[Any]:
    lines = [
        Proposed(candidate=known[one.nomination_id], proposal=one.proposal, reserve_rank=one.reserve_rank, reason="so")
        for one in result
    ]
    for finding in warnings(lines, seats, quotas, None):
        if finding.is_hard or "rank" in str(finding.text):
            yield str(finding.text)


@given(CANDIDATES, SEATS, QUOTAS, PERCENT)
def test_no_seat_is_left_that_somebody_on_the_reserve_could_take(candidates, seats, quotas, percent):
    result = suggest(candidates, seats, quotas, percent)

    known = {one.nomination_id: one for one in candidates}
    chosen = [known[nomination_id] for nomination_id in those(result, Proposal.SELECT)]
    left = Counter(seats)
    left.subtract(Counter(kind for one in chosen for kind in one.mode.kinds))
    used = Counter(one.organisation_id for one in chosen)
    for nomination_id in those(result, Proposal.RESERVE):
        one = known[nomination_id]
        can = one.obstacle is None and used[one.organisation_id] < quotas.get(one.organisation_id, 0)
        assert not (can and all(left[kind] > 0 for kind in one.mode.kinds))


# --- balance and warnings


def a_line(proposal: Proposal | None = None, reason: str | None = None, **values: Any) -> Proposed:
    return Proposed(candidate=a_nomination(**values), proposal=proposal, reason=reason)


def texts(lines: list[Proposed], **values: Any) -> list[str]:
    seats = values.get("seats", {IN_PERSON: 10, ONLINE: 0})
    quotas = values.get("quotas", {line.candidate.organisation_id: 5 for line in lines})
    return [str(finding.text) for finding in warnings(lines, seats, quotas, values.get("women_percent"))]


def test_the_balance_counts_everybody():
    lines = [
        a_line(Proposal.SELECT, organisation_id=1, sex=F),
        a_line(Proposal.SELECT, organisation_id=1, sex=M, mode=BOTH),
        a_line(Proposal.SELECT, organisation_id=2),
        a_line(Proposal.RESERVE, organisation_id=3),
        a_line(Proposal.DECLINE, organisation_id=3),
        a_line(None, organisation_id=4),
    ]

    found = balance(lines, {IN_PERSON: 5, ONLINE: 2}, 40)

    assert (found.candidates, found.selected, found.reserve, found.declined, found.undecided) == (6, 3, 1, 1, 1)
    assert found.seats == {IN_PERSON: (3, 5), ONLINE: (1, 2)}
    assert (found.represented, found.administrations) == (2, 4)
    assert (found.women, found.men, found.share_of_women) == (1, 1, 50)


def test_the_share_of_women_is_unknown_where_no_sex_is_on_record():
    assert balance([a_line(Proposal.SELECT)], {IN_PERSON: 1}, 40).share_of_women is None


S, R, D = Proposal.SELECT, Proposal.RESERVE, Proposal.DECLINE


@pytest.mark.parametrize(
    ("lines", "values", "wanted"),
    [
        ([a_line(S), a_line(S)], {"seats": {IN_PERSON: 1}}, "Selected in person: 2; free places: 1."),
        ([a_line(S), a_line(S)], {"quotas": {1: 1}}, "Land 1: selected 2, quota 1."),
        ([a_line(S, obstacle=Obstacle.TRAINER)], {}, "Nobody can make an exception here."),
        ([a_line(S, obstacle=Obstacle.CLASH)], {}, "Give the reason for an exception"),
        ([a_line(D)], {}, "Declined without a reason"),
        ([a_line()], {}, "1 candidate is undecided."),
        ([a_line(S), a_line(R, rank=2)], {"seats": {IN_PERSON: 3}}, "Places left in person: 2"),
        (
            [a_line(R, rank=1, name="A"), a_line(S, rank=2, name="B")],
            {},
            "B (number 2 on its list) is selected, but A (number 1) is not",
        ),
        ([a_line(S, sex=M), a_line(S, sex=F), a_line(S, sex=M)], {"women_percent": 40}, "1 of 3 (33%)"),
        ([a_line(S), a_line(R, organisation_id=2)], {"seats": {IN_PERSON: 1}}, "1 administration has no place"),
        ([a_line(S, is_late=True)], {}, "Selected, although nominated after the deadline."),
        ([a_line(S, understands=False)], {}, "although the session is not in the person’s language"),
    ],
)
def test_what_breaks_the_calls_own_rules_is_named(lines, values, wanted):
    found = texts(lines, **values)

    assert any(wanted in text for text in found), found


def test_a_good_selection_has_no_warnings():
    lines = [a_line(S, sex=F), a_line(S, rank=2, sex=M), a_line(D, "Is on leave.", rank=3)]

    assert texts(lines, women_percent=50) == []


def test_someone_of_another_kind_of_seat_or_without_eligibility_is_not_skipped():
    lines = [a_line(R, rank=1, mode=ONLINE), a_line(R, rank=2, obstacle=Obstacle.CLASH), a_line(S, rank=3)]

    assert texts(lines) == []


# --- the reserve list


@pytest.mark.parametrize(
    ("present", "wanted", "order"),
    [
        ({}, {7: None, 5: None}, [5, 7]),
        ({5: 1, 7: 2}, {5: 1, 7: 2, 3: None}, [5, 7, 3]),
        ({5: 1, 7: 2}, {5: 1, 7: 2, 3: 1}, [3, 5, 7]),
        ({5: 1, 7: 2, 3: 3}, {5: 1, 7: 2, 3: 1}, [3, 5, 7]),
        ({5: 1, 7: 2, 3: 3}, {5: 2, 7: 2, 3: 3}, [7, 5, 3]),
        ({5: 1, 7: 2, 3: 3}, {5: 3, 7: 2, 3: 3}, [7, 3, 5]),
        ({5: 1, 7: 2, 3: 3}, {5: 1, 3: 3}, [5, 3]),
    ],
)
def test_who_gets_a_number_comes_to_stand_there(present, wanted, order):
    assert in_new_order(present, wanted) == order


@given(st.dictionaries(st.integers(1, 20), st.none() | st.integers(1, 20)), st.permutations(range(1, 21)))
def test_the_new_order_has_everybody_once(wanted, numbers):
    assert sorted(in_new_order(dict(enumerate(numbers, start=1)), wanted)) == sorted(wanted)


# --- when


@pytest.mark.parametrize("stage", Stage)
def test_a_selection_is_changed_after_the_deadline_until_it_is_final(stage):
    if stage in {Stage.CLOSED, Stage.PROPOSED}:
        check_can_propose(stage)
    else:
        with pytest.raises(WrongStage):
            check_can_propose(stage)


@pytest.mark.parametrize("stage", Stage)
def test_administrations_comment_on_what_they_see(stage):
    if stage is Stage.PROPOSED:
        check_shown(stage)
    else:
        with pytest.raises(WrongStage):
            check_shown(stage)


def test_the_comments_end_in_the_future_and_before_the_start():
    starts_at = NOW + timedelta(days=10)

    check_comment_period(NOW + timedelta(days=1), starts_at=starts_at, now=NOW)
    for until in (NOW, starts_at):
        with pytest.raises(DomainError):
            check_comment_period(until, starts_at=starts_at, now=NOW)


@pytest.mark.parametrize(
    ("text", "until"), [("", None), ("x" * 4001, None), ("Please take B.", NOW), ("", NOW + timedelta(days=1))]
)
def test_a_comment_has_a_text_and_comes_in_time(text, until):
    with pytest.raises(DomainError):
        check_comment(text, until, NOW)


def test_a_selection_is_final_after_the_comments_or_once_all_have_commented():
    later = NOW + timedelta(days=1)

    check_can_be_final(NOW, 3, NOW)
    check_can_be_final(later, 0, NOW)
    with pytest.raises(DomainError, match="3 administrations may still comment"):
        check_can_be_final(later, 3, NOW)


def test_what_has_changed_meanwhile_is_looked_at_again():
    check_seen(None, "b")
    check_seen("b", "b")
    with pytest.raises(DomainError):
        check_seen("a", "b")


def test_a_reason_may_not_be_too_long():
    check_line(ProposalLine(proposal=D, reason="x" * 2000))
    with pytest.raises(DomainError):
        check_line(ProposalLine(proposal=D, reason="x" * 2001))
