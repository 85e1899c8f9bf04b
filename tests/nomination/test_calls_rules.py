"""What a call may be, what opening needs, which numbers administrations may have, and the first text."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainingapp.core.errors import Problem
from trainingapp.core.i18n import Bilingual, speaking
from trainingapp.nomination.models import Stage
from trainingapp.nomination.rules.calls import (
    AdministrationInCall,
    CallDetails,
    Defaults,
    Frame,
    Numbers,
    OpeningFacts,
    default_problems,
    details_problems,
    inviting_problems,
    lacking,
)
from trainingapp.nomination.rules.stages import STANDS, CallMoments, WrongStage, check_stage, stage_of
from trainingapp.nomination.rules.texts import Occasion, first_text, plain, with_city
from trainingapp.scheduling.models import SessionStatus

NOW = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
START = datetime(2026, 6, 1, 5, 0, tzinfo=UTC)
FRAME = Frame(status=SessionStatus.OPEN, time_zone="Asia/Baku", starts_at=START)
local = datetime.fromisoformat
DEADLINE = local("2026-05-20T18:00")  # on the venue's clock


def a_plan(**values) -> CallDetails:
    return CallDetails(**{"closes": DEADLINE, "text_en": "Please nominate.", **values})


def fields(problems) -> list[str | None]:
    return [problem.field for problem in problems]


# --- the plan


def test_usual_plan_has_no_problems():
    assert list(details_problems(a_plan(), FRAME, NOW)) == []


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"nominate_each": 1, "accept_each": 1}, []),
        ({"nominate_each": 500, "accept_each": 500}, []),
        ({"nominate_each": 0}, ["nominate_each"]),
        ({"nominate_each": 501}, ["nominate_each"]),
        ({"accept_each": 0}, ["accept_each"]),
        ({"nominate_each": 2, "accept_each": 3}, ["accept_each"]),
        ({"remind_days": 0}, []),
        ({"remind_days": -1}, ["remind_days"]),
        ({"remind_days": 61}, ["remind_days"]),
        ({"women_percent": 0}, []),
        ({"women_percent": 100}, []),
        ({"women_percent": -1}, ["women_percent"]),
        ({"women_percent": 101}, ["women_percent"]),
        ({"text_en": " \n"}, ["text_en"]),
        ({"text_en": "x" * 5001}, ["text_en"]),
        ({"text_ru": "я" * 5001}, ["text_ru"]),
        ({"hold_days": 91}, ["hold_days"]),
        ({"claim_days": 91}, ["claim_days"]),
        ({"still_days": -1}, ["still_days"]),
        ({"text_en": "", "remind_days": 99, "offer_days": 0}, ["remind_days", "text_en", "offer_days"]),
    ],
)
def test_problems_of_a_plan_stand_at_their_fields(values, wanted):
    assert fields(details_problems(a_plan(**values), FRAME, NOW)) == wanted


@pytest.mark.parametrize(
    ("closes", "is_fine"),
    [
        (local("2026-05-04T12:00"), False),  # just now in Baku
        (local("2026-05-04T12:01"), True),
        (local("2026-06-01T08:59"), True),  # one minute before the start
        (local("2026-06-01T09:00"), False),
    ],
)
def test_deadline_lies_between_now_and_the_start_on_the_venues_clock(closes, is_fine):
    found = fields(details_problems(a_plan(closes=closes), FRAME, NOW))

    assert found == ([] if is_fine else ["closes"])


def test_deadline_that_the_call_has_already_may_have_passed():
    past = local("2026-04-01T18:00")
    present = datetime(2026, 4, 1, 14, 0, tzinfo=UTC)

    assert list(details_problems(a_plan(closes=past), FRAME, NOW, present=present)) == []
    assert fields(details_problems(a_plan(closes=past), FRAME, NOW)) == ["closes"]


def test_deadline_that_the_clocks_skip_is_refused():
    spring = Frame(status=SessionStatus.OPEN, time_zone="Europe/Brussels", starts_at=datetime(2027, 6, 1, tzinfo=UTC))
    skipped = local("2027-03-28T02:30")

    assert fields(details_problems(a_plan(closes=skipped), spring, NOW)) == ["closes"]


# --- opening


def opening(**values) -> OpeningFacts:
    defaults = {
        "stage": Stage.DRAFT,
        "frame": FRAME,
        "now": NOW,
        "closes_at": NOW + timedelta(days=10),
        "has_english": True,
        "has_russian": True,
        "invited": 53,
    }
    return OpeningFacts(**{**defaults, **values})


def test_complete_call_can_be_opened():
    assert lacking(opening()) == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"has_english": False}, ["in English yet"]),
        ({"has_russian": False}, ["in Russian yet"]),
        ({"invited": 0}, ["No administration is invited"]),
        ({"closes_at": NOW}, ["deadline has passed"]),
        ({"closes_at": START}, ["after the session begins"]),
        ({"now": START}, ["already begun"]),
        ({"frame": Frame(status=SessionStatus.RUNNING, time_zone="UTC", starts_at=START)}, ["already begun"]),
        ({"session_lacks": (Problem("no meeting"),)}, ["no meeting"]),
        ({"has_russian": False, "invited": 0, "closes_at": NOW}, ["Russian", "No administration", "passed"]),
    ],
)
def test_opening_says_everything_that_it_lacks(values, words):
    found = [str(problem) for problem in lacking(opening(**values))]

    assert len(found) == len(words)
    assert all(word in sentence for word, sentence in zip(words, found, strict=True))


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.DRAFT])
def test_only_a_draft_can_be_opened(stage):
    assert len(lacking(opening(stage=stage, invited=0))) == 1


# --- the stage


def moments(**values) -> CallMoments:
    defaults = {
        "session_status": SessionStatus.OPEN,
        "opened_at": NOW,
        "closes_at": NOW + timedelta(days=1),
        "proposed_at": None,
        "final_at": None,
    }
    return CallMoments(**{**defaults, **values})


@pytest.mark.parametrize(
    ("values", "stage"),
    [
        ({"opened_at": None}, Stage.DRAFT),
        ({}, Stage.OPEN),
        ({"closes_at": NOW}, Stage.CLOSED),
        ({"proposed_at": NOW}, Stage.PROPOSED),
        ({"proposed_at": NOW, "final_at": NOW}, Stage.FINAL),
        ({"session_status": SessionStatus.CANCELLED, "final_at": NOW}, Stage.CANCELLED),
    ],
)
def test_stage_follows_from_the_moments(values, stage):
    assert stage_of(moments(**values), NOW) is stage
    assert stage in STANDS


def test_wrong_stage_says_where_the_call_stands():
    check_stage(Stage.OPEN, Stage.OPEN, Stage.CLOSED)

    with pytest.raises(WrongStage, match="final"):
        check_stage(Stage.FINAL, Stage.OPEN)


# --- numbers of administrations

DEFAULTS = Defaults(nominate=4, accept=2)


@pytest.mark.parametrize(
    ("wanted", "standing", "field"),
    [
        (Numbers(), AdministrationInCall(name="Georgia"), None),
        (Numbers(nominate=2), AdministrationInCall(name="Georgia"), None),
        (Numbers(accept=0), AdministrationInCall(name="Georgia"), None),
        (Numbers(nominate=1), AdministrationInCall(name="Georgia"), "accept-7"),
        (Numbers(accept=5), AdministrationInCall(name="Georgia"), "accept-7"),
        (Numbers(nominate=0), AdministrationInCall(name="Georgia"), "nominate-7"),
        (Numbers(nominate=501), AdministrationInCall(name="Georgia"), "nominate-7"),
        (Numbers(accept=-1), AdministrationInCall(name="Georgia"), "accept-7"),
        (Numbers(accept=1), AdministrationInCall(name="Georgia", invited=True, taken=2), "accept-7"),
        (Numbers(), AdministrationInCall(name="Georgia", invited=True, taken=3), "accept-7"),
        (Numbers(), AdministrationInCall(name="The office", is_office=True), "invited-7"),
        (None, AdministrationInCall(name="Georgia", invited=True), None),
        (None, AdministrationInCall(name="Georgia", invited=True, has_answered=True), "invited-7"),
        (None, AdministrationInCall(name="Georgia"), None),
    ],
)
def test_numbers_of_an_administration(wanted, standing, field):
    found = fields(inviting_problems({7: wanted}, {7: standing}, DEFAULTS))

    assert found == ([field] if field else [])


def test_organisation_that_is_not_there_cannot_be_invited():
    assert fields(inviting_problems({7: Numbers()}, {}, DEFAULTS)) == ["invited-7"]


numbers = st.none() | st.integers(1, 20)


@given(
    nominate=numbers, accept=numbers, taken=st.integers(0, 20), each=st.tuples(st.integers(1, 20), st.integers(1, 20))
)
def test_numbers_that_are_let_through_never_break_a_quota(nominate, accept, taken, each):
    """Whatever is accepted, by row or for all: no more places than candidates, none below what is taken."""
    defaults = Defaults(nominate=max(each), accept=min(each))
    standing = AdministrationInCall(name="Georgia", invited=True, nominate=nominate, accept=accept, taken=taken)
    by_row = list(inviting_problems({7: Numbers(nominate=nominate, accept=accept)}, {7: standing}, defaults))
    for_all = list(default_problems(defaults, [standing]))
    counting = defaults.of(Numbers(nominate=nominate, accept=accept))

    if not by_row:
        assert taken <= counting.accept <= counting.nominate
        assert for_all == []
    if not for_all and accept is None:
        assert taken <= counting.accept


# --- the first text


OCCASION = Occasion(
    title=Bilingual("Container inspection", "Досмотр контейнеров"),
    starts_on=date(2026, 6, 1),
    ends_on=date(2026, 6, 2),
    centre=Bilingual("Training Centre", "Учебный центр"),
    city=Bilingual("Baku", "Баку"),
    is_online=True,
    sponsor=Bilingual("The fund.", None),
    audience=Bilingual("- **Officers** in ports\n- trainers", "Должностные лица портов"),
)


def test_first_text_names_course_days_venue_sponsor_and_audience(app):
    text = first_text(OCCASION, "en")

    assert "“Container inspection” (1–2 June 2026, Training Centre, Baku; online)." in text
    assert "It is supported by: The fund." in text
    assert "– Officers in ports\n– trainers" in text
    assert text.count("\n\n") == 5


def test_first_text_speaks_its_language_whoever_reads(app):
    with speaking("en"):
        text = first_text(OCCASION, "ru")

    assert "Досмотр контейнеров" in text
    assert "Учебный центр, Баку; онлайн" in text
    assert "Должностные лица портов" in text


def test_first_text_leaves_out_what_there_is_not(app):
    bare = Occasion(title=Bilingual("Risk", None), starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 1))

    text = first_text(bare, "en")

    assert "“Risk” (1 June 2026, online)" in text
    assert "support" not in text
    assert "None" not in text


def test_centre_that_names_its_city_needs_it_once():
    assert with_city("Training Centre Budapest", "Budapest") == "Training Centre Budapest"
    assert with_city("Training Centre", "Baku") == "Training Centre, Baku"


def test_plain_text_has_no_marks():
    assert plain("## For **whom**\n\n* officers\n+ trainers") == "For whom\n\n– officers\n– trainers"
