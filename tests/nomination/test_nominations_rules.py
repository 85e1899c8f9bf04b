"""Who may name candidates and until when, how many, in what order; and what a list of them means."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainingapp.accounts.rules.people import PersonDetails
from trainingapp.accounts.rules.roster import Answer, RefusedRow, RosterRow
from trainingapp.core.errors import DomainError
from trainingapp.core.text import search_key
from trainingapp.enrolment.rules.joining import Candidate
from trainingapp.nomination.models import Stage
from trainingapp.nomination.rules.lists import Known, OfficeKnowledge, RowOutcome, lines_of
from trainingapp.nomination.rules.nominations import (
    check_answer_nobody,
    check_may_change,
    check_may_rank,
    check_naming,
    check_number,
    check_order,
    left_to_name,
    may_change,
    may_rank,
    moved,
)
from trainingapp.nomination.rules.stages import WrongStage

STAGES = list(Stage)


@pytest.mark.parametrize(
    ("stage", "contact_point", "office"),
    [
        (Stage.DRAFT, False, False),
        (Stage.OPEN, True, True),
        (Stage.CLOSED, False, True),
        (Stage.PROPOSED, False, True),
        (Stage.FINAL, False, True),
        (Stage.CANCELLED, False, False),
    ],
)
def test_may_change_is_for_everybody_until_the_deadline_and_then_for_the_office(stage, contact_point, office):
    assert may_change(stage, by_office=False) is contact_point
    assert may_change(stage, by_office=True) is office


@pytest.mark.parametrize(
    ("stage", "contact_point", "office"),
    [
        (Stage.DRAFT, False, False),
        (Stage.OPEN, True, True),
        (Stage.CLOSED, False, True),
        (Stage.PROPOSED, False, False),
        (Stage.FINAL, False, False),
        (Stage.CANCELLED, False, False),
    ],
)
def test_may_rank_ends_with_the_proposal(stage, contact_point, office):
    assert may_rank(stage, by_office=False) is contact_point
    assert may_rank(stage, by_office=True) is office


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("by_office", [False, True])
def test_checks_refuse_exactly_what_may_not_be_done(stage, by_office):
    for check, may in ((check_may_change, may_change), (check_may_rank, may_rank)):
        refused = False
        try:
            check(stage, by_office=by_office)
        except WrongStage:
            refused = True

        assert refused is not may(stage, by_office=by_office), (check, stage)


@pytest.mark.parametrize("stage", [Stage.CLOSED, Stage.PROPOSED, Stage.FINAL])
def test_check_naming_tells_a_contact_point_who_can_still_help(stage):
    with pytest.raises(WrongStage, match="write to the office"):
        check_naming(stage, "we forgot", by_office=False)


@pytest.mark.parametrize("stage", [Stage.CLOSED, Stage.PROPOSED, Stage.FINAL])
@pytest.mark.parametrize("reason", [None, "", "  \n "])
def test_check_naming_wants_the_reason_of_an_exception(stage, reason):
    with pytest.raises(DomainError) as refusal:
        check_naming(stage, reason, by_office=True)

    assert refusal.value.field == "late_reason"


def test_check_naming_keeps_the_reason_only_where_it_is_late():
    assert check_naming(Stage.OPEN, "for no reason", by_office=True) is None
    assert check_naming(Stage.CLOSED, "  the letter   was lost ", by_office=True) == "the letter was lost"


@pytest.mark.parametrize(
    ("allowed", "live", "wanted", "message"),
    [
        (4, 0, 4, None),
        (4, 3, 1, None),
        (4, 0, 0, "at least one"),
        (4, 4, 1, "have been nominated. Withdraw"),
        (4, 5, 1, "have been nominated. Withdraw"),
        (4, 2, 3, "2 more candidates may be nominated, and 3 are chosen"),
        (4, 3, 2, "1 more candidate may be nominated, and 2 are chosen"),
    ],
)
def test_check_number_says_how_many_are_left_and_the_way_out(app, allowed, live, wanted, message):
    if message is None:
        check_number(allowed, live, wanted)
        return
    with pytest.raises(DomainError) as refusal:
        check_number(allowed, live, wanted)

    assert message in str(refusal.value)
    assert refusal.value.field == "people"


@given(st.integers(0, 500), st.integers(0, 600))
def test_left_to_name_is_never_negative_and_fills_up_exactly(allowed, live):
    left = left_to_name(allowed, live)

    assert left >= 0
    assert live + left == max(allowed, live)


@pytest.mark.parametrize("wanted", [[], [1], [1, 2], [1, 2, 3, 4], [1, 2, 2], [1, 1, 3]])
def test_check_order_refuses_another_set_of_candidates(wanted):
    with pytest.raises(DomainError, match="changed meanwhile"):
        check_order([3, 1, 2], wanted)


@given(st.permutations([1, 2, 3, 4, 5]))
def test_check_order_takes_every_order_of_the_same_candidates(order):
    check_order([5, 4, 3, 2, 1], order)


@given(st.permutations(list(range(6))), st.integers(0, 5), st.integers(-2, 8))
def test_moved_keeps_the_others_in_their_order(order, item, to):
    result = moved(order, item, to)

    assert sorted(result) == sorted(order)
    assert [one for one in result if one != item] == [one for one in order if one != item]
    assert result.index(item) == min(max(to, 0), len(order) - 1)


def test_check_answer_nobody_wants_nobody_named(app):
    check_answer_nobody(0)
    with pytest.raises(DomainError, match="2 candidates are nominated"):
        check_answer_nobody(2)


def entry(number, email, family_name="Novak", given_name="Anna"):
    return RosterRow(
        number,
        PersonDetails(
            email=email,
            family_name=family_name,
            given_name=given_name,
            family_name_latin=family_name,
            given_name_latin=given_name,
        ),
    )


def known(person_id, organisation_id=1, candidate=None, is_live=False, names=("Novak",)):
    return Known(
        person_id=person_id,
        organisation_id=organisation_id,
        name="Anna Novak",
        names=names,
        candidate=candidate or Candidate(),
        is_live=is_live,
    )


def test_lines_of_sorts_every_row_of_the_list():
    office = OfficeKnowledge(
        organisation_id=1,
        known={
            "known@x.org": known(11),
            "named@x.org": known(12, is_live=True),
            "other@x.org": known(13, organisation_id=2, candidate=Candidate(missing=("Secret",))),
            "off@x.org": known(14, candidate=Candidate(is_active=False)),
            "trainer@x.org": known(15, candidate=Candidate(leads=True)),
            "lacking@x.org": known(16, candidate=Candidate(missing=("Theory",), clash="S-9")),
        },
        required=("Theory",),
    )
    entries = [
        entry(number, f"{name}@x.org")
        for number, name in enumerate(["new", "known", "named", "other", "off", "trainer", "lacking"], start=2)
    ]

    lines = lines_of(entries, [RefusedRow(9, "Ivanov", ["no address"])], office)

    assert [(line.number, line.outcome) for line in lines] == [
        (2, RowOutcome.NEW),
        (3, RowOutcome.KNOWN),
        (4, RowOutcome.NAMED),
        (5, RowOutcome.REFUSED),
        (6, RowOutcome.REFUSED),
        (7, RowOutcome.REFUSED),
        (8, RowOutcome.KNOWN),
        (9, RowOutcome.REFUSED),
    ]
    assert lines[0].missing == ("Theory",)
    assert lines[0].details is not None
    assert (lines[1].person_id, lines[1].details) == (11, None)
    assert "another organisation" in str(lines[3].reasons[0])
    assert not lines[3].missing, "what another administration's officer lacks is none of this one's business"
    assert "switched off" in str(lines[4].reasons[0])
    assert "people cannot assess themselves" in str(lines[5].reasons[0])
    assert (lines[6].missing, lines[6].clash) == (("Theory",), "S-9")
    assert lines[7].reasons == ["no address"]


def test_lines_of_says_whom_the_office_knows_by_another_name():
    office = OfficeKnowledge(organisation_id=1, known={"known@x.org": known(11, names=("Petrova",))})

    renamed, plain = lines_of([entry(3, "known@x.org"), entry(4, "b@x.org", "Horák", "Jan")], [], office)

    assert "Anna Novak" in str(renamed.remark)
    assert plain.remark is None


@pytest.mark.parametrize(
    ("officers", "answer", "outcome", "person_id", "remark"),
    [
        (1, None, RowOutcome.ASKED, None, "None"),
        (1, Answer.ANOTHER, RowOutcome.NEW, None, "None"),
        (1, Answer.SAME, RowOutcome.KNOWN, 11, "The known address old1@x.org stays."),
        (1, Answer.MOVED, RowOutcome.KNOWN, 11, "The new address replaces old1@x.org."),
        (2, Answer.SAME, RowOutcome.ASKED, None, "None"),
        (2, Answer.MOVED, RowOutcome.ASKED, None, "None"),
        (2, Answer.ANOTHER, RowOutcome.NEW, None, "None"),
    ],
)
def test_lines_of_asks_who_has_the_name_of_a_known_officer(officers, answer, outcome, person_id, remark):
    rows = [SimpleNamespace(id=10 + n, email=f"old{n}@x.org") for n in range(1, officers + 1)]
    office = OfficeKnowledge(
        organisation_id=1,
        known={row.email: known(row.id) for row in rows},
        officers={search_key("Novak", "Anna"): rows},
        answers={"a@x.org": answer} if answer else {},
    )

    [line] = lines_of([entry(2, "a@x.org")], [], office)

    assert (line.outcome, line.person_id, str(line.remark), line.answer) == (
        outcome, person_id, remark, None if outcome is RowOutcome.ASKED else answer,
    )  # fmt: skip
    assert line.can_be_named is (outcome is not RowOutcome.ASKED)
