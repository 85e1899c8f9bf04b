"""What is said of a place: in each state and situation, to each reader, in both languages."""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime, timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest

from tests.builders import NOW
from tests.enrolment.said import TABLE, Case, cases, said_of
from trainingapp.core.i18n import Bilingual, speaking
from trainingapp.core.names import PersonName
from trainingapp.enrolment.models import Obstacle, PlaceMode, PlaceStatus, Step, Way
from trainingapp.enrolment.rules.standing import Point, points_of
from trainingapp.enrolment.texts import Reader, actor, details, label_of, sentence, what
from trainingapp.enrolment.texts.sentences import TEXTS
from trainingapp.enrolment.texts.values import MAKERS, ordinal
from trainingapp.scheduling.models import SessionStatus

S = PlaceStatus
STARTS_AT = datetime(2026, 6, 1, 5, 0, tzinfo=UTC)
CUT_OFF, STILL_FROM = STARTS_AT - timedelta(days=10), STARTS_AT - timedelta(days=7)
SOON = datetime(2026, 5, 12, 14, 0, tzinfo=UTC)
ON_THE_LIST = {"status": S.WAITING, "position": 3}
HELD_FOR_GEORGIA = {
    "next_hold_until": SOON,
    "next_hold_organisation_id": 8,
    "next_hold_for": Bilingual("Georgia", "Грузия"),
}
HELD_FOR_US = {**HELD_FOR_GEORGIA, "next_hold_organisation_id": 7}
LEFT = {"status": S.WITHDRAWN, "offered_until": SOON, "ended_by": Step.WITHDRAWN, "left_from": S.PLACED}
REPLACED = {"successor_id": 2, "successor": PersonName("Beridze", "Nino")}
UNANSWERED = {"status": S.LAPSED, "offered_until": SOON, "ended_by": Step.OFFER_LAPSED, "left_from": S.OFFERED}
FIRST_COME = {"by_nomination": False, "way": Way.SELF}

SITUATIONS: dict[str, tuple[dict[str, Any], list[Point]]] = {
    "nominated": ({"status": S.NOMINATED}, [Point.NOMINATED]),
    "next is held": (
        {**ON_THE_LIST, **HELD_FOR_GEORGIA},
        [Point.ON_RESERVE, Point.HELD_FOR_OTHERS, Point.STILL_AHEAD],
    ),
    "one seat of two, kept": (
        {**ON_THE_LIST, "passed_over": Obstacle.ONE_SEAT, "claim_until": SOON},
        [Point.ON_RESERVE, Point.ONE_SEAT, Point.CLAIM, Point.STILL_AHEAD],
    ),
    "one seat of two, no longer kept": (
        {**ON_THE_LIST, "passed_over": Obstacle.ONE_SEAT, "claim_until": NOW},
        [Point.ON_RESERVE, Point.ONE_SEAT, Point.STILL_AHEAD],
    ),
    "next is held for the own administration": (
        {**ON_THE_LIST, **HELD_FOR_US},
        [Point.ON_RESERVE, Point.HELD_FOR_OWN, Point.STILL_AHEAD],
    ),
    "next is offered": (
        {**ON_THE_LIST, "next_offer_until": SOON},
        [Point.ON_RESERVE, Point.OFFERED_TO_ANOTHER, Point.STILL_AHEAD],
    ),
    "all taken": (ON_THE_LIST, [Point.ON_RESERVE, Point.ALL_TAKEN, Point.STILL_AHEAD]),
    "passed over": (
        {**ON_THE_LIST, **HELD_FOR_GEORGIA, "passed_over": Obstacle.PREREQUISITES},
        [Point.ON_RESERVE, Point.PASSED_OVER, Point.TO_PUT_RIGHT, Point.STILL_AHEAD],
    ),
    "quota used up": (
        {**ON_THE_LIST, "passed_over": Obstacle.QUOTA},
        [Point.ON_RESERVE, Point.QUOTA_USED_UP, Point.STILL_AHEAD],
    ),
    "quota kept for a colleague with a claim": (
        {**ON_THE_LIST, "passed_over": Obstacle.QUOTA, "quota_accept": 4},
        [Point.ON_RESERVE, Point.QUOTA_KEPT, Point.STILL_AHEAD],
    ),
    "quota used up, and one is held": (
        {**ON_THE_LIST, **HELD_FOR_US, "passed_over": Obstacle.QUOTA},
        [Point.ON_RESERVE, Point.QUOTA_USED_UP, Point.HELD_FOR_OWN, Point.STILL_AHEAD],
    ),
    "so close to the start": ({**ON_THE_LIST, **HELD_FOR_GEORGIA, "now": STILL_FROM}, [Point.ON_RESERVE, Point.STILL]),
    "until the start": ({**ON_THE_LIST, "still_days": 0}, [Point.ON_RESERVE, Point.ALL_TAKEN]),
    "offered": ({"status": S.OFFERED, "offered_until": SOON}, [Point.OFFERED, Point.REPLACEABLE]),
    "offered after the cut-off": (
        {"status": S.OFFERED, "offered_until": STARTS_AT, "now": CUT_OFF},
        [Point.OFFERED, Point.TOO_LATE_TO_REPLACE],
    ),
    "offered as a replacement": (
        {"status": S.OFFERED, "offered_until": SOON, "replaces_id": 5},
        [Point.OFFERED, Point.TAKES_OVER, Point.REPLACEABLE],
    ),
    "offer overdue": ({"status": S.OFFERED, "offered_until": NOW}, [Point.OVERDUE]),
    "confirmed": (
        {"status": S.PLACED, "session_status": SessionStatus.CONFIRMED},
        [Point.PLACED, Point.REPLACEABLE],
    ),
    "session not confirmed": ({"status": S.PLACED}, [Point.PLACED_UNCONFIRMED, Point.REPLACEABLE]),
    "confirmed after the cut-off": (
        {"status": S.PLACED, "now": CUT_OFF},
        [Point.PLACED_UNCONFIRMED, Point.TOO_LATE_TO_REPLACE],
    ),
    "running": (
        {"status": S.PLACED, "session_status": SessionStatus.RUNNING, "now": STARTS_AT},
        [Point.PLACED_RUNNING],
    ),
    "over": ({"status": S.PLACED, "session_status": SessionStatus.FINISHED}, [Point.PLACED_OVER]),
    "not selected": ({"status": S.DECLINED, "reason": "Full"}, [Point.NOT_SELECTED]),
    "completed": (
        {"status": S.PLACED, "has_completed": True, "session_status": SessionStatus.FINISHED},
        [Point.COMPLETED],
    ),
    "undecided at the start": ({"status": S.NOMINATED, "now": STARTS_AT}, [Point.NOT_DECIDED]),
    "candidacy ended": (
        {"status": S.WITHDRAWN, "ended_by": Step.WITHDRAWN, "left_from": S.NOMINATED},
        [Point.CANDIDACY_ENDED],
    ),
    "offer taken back": ({**LEFT, "left_from": S.OFFERED}, [Point.OFFER_ENDED, Point.GONE]),
    "turned down, held": (
        {**LEFT, "ended_by": Step.TURNED_DOWN, "ended_by_id": 4, "held_until": SOON, "reason": "On leave"},
        [Point.TURNED_DOWN_BY_HOLDER, Point.REASON, Point.HELD],
    ),
    "turned down by the office, gone": ({**LEFT, "ended_by": Step.TURNED_DOWN}, [Point.TURNED_DOWN, Point.GONE]),
    "turned down, gone": (
        {**LEFT, "ended_by": Step.TURNED_DOWN, "ended_by_id": 4},
        [Point.TURNED_DOWN_BY_HOLDER, Point.GONE],
    ),
    "given back, held": ({**LEFT, "held_until": SOON}, [Point.GIVEN_BACK, Point.HELD]),
    "given back by the officer": ({**LEFT, "ended_by_id": 4}, [Point.GIVEN_BACK_BY_HOLDER, Point.GONE]),
    "given back, then replaced": ({**LEFT, **REPLACED}, [Point.GIVEN_BACK, Point.REPLACED]),
    "replaced": (
        {**LEFT, **REPLACED, "ended_by": Step.REPLACED, "reason": "Ill"},
        [Point.REPLACED, Point.REASON],
    ),
    "offer lapsed, held": (
        {**UNANSWERED, "held_until": SOON},
        [Point.OFFER_LAPSED, Point.HELD_AGAIN],
    ),
    "offer lapsed, gone": (
        UNANSWERED,
        [Point.OFFER_LAPSED, Point.GONE],
    ),
    "never free": ({"status": S.LAPSED, "ended_by": Step.LAPSED}, [Point.NEVER_FREE]),
    "cancelled": ({"status": S.CANCELLED, "reason": "The hall is flooded"}, [Point.CANCELLED]),
    "left": ({"status": S.INCOMPLETE, "reason": "Called back"}, [Point.LEFT]),
    "requested": ({**FIRST_COME, "status": S.REQUESTED}, [Point.REQUESTED]),
    "in line": ({**FIRST_COME, **ON_THE_LIST}, [Point.IN_LINE]),
    "in line, passed over": (
        {**FIRST_COME, **ON_THE_LIST, "passed_over": Obstacle.CLASH},
        [Point.IN_LINE, Point.PASSED_OVER],
    ),
    "placed without nomination": ({**FIRST_COME, "status": S.PLACED}, [Point.PLACED_UNCONFIRMED]),
    "declined": ({**FIRST_COME, "status": S.DECLINED, "reason": "Full"}, [Point.DECLINED]),
    "given back": ({**FIRST_COME, **LEFT}, [Point.GIVEN_BACK, Point.ASK_AGAIN]),
    "given back after enrolment": ({**FIRST_COME, **LEFT, "now": CUT_OFF}, [Point.GIVEN_BACK]),
    "request withdrawn": ({**FIRST_COME, **LEFT, "left_from": S.REQUESTED}, [Point.REQUEST_WITHDRAWN, Point.ASK_AGAIN]),
    "list left": ({**FIRST_COME, **LEFT, "left_from": S.WAITING}, [Point.LIST_LEFT, Point.ASK_AGAIN]),
}
SAID = [
    (
        Reader.OFFICER,
        "next is held",
        "You are 3rd on the reserve list. The next place is kept for Georgia until 12 May",
    ),
    (Reader.OFFICER, "next is held for the own administration", "your National Contact Point can nominate you for it"),
    (
        Reader.OFFICER,
        "next is offered",
        "The next place is offered to somebody until 12 May 2026, 18:00 (Baku time, UTC+4)",
    ),
    (Reader.OFFICER, "passed over", "because something that the course requires is missing"),
    (Reader.OFFICER, "quota used up", "all the places that it may have (2 of 2)"),
    (
        Reader.OFFICER,
        "so close to the start",
        "Since 25 May 2026, 09:00 (Baku time, UTC+4) there are no automatic offers",
    ),
    (Reader.OFFICER, "offered", "You have an offer: confirm it by 12 May 2026, 18:00 (Baku time, UTC+4)."),
    (Reader.OFFICER, "offer overdue", "Write to your National Contact Point"),
    (
        Reader.OFFICER,
        "confirmed",
        "until 22 May 2026, 09:00 (Baku time, UTC+4) your administration can send a colleague",
    ),
    (Reader.OFFICER, "not selected", "You were not selected this time: Full."),
    (Reader.OFFICER, "replaced", "A colleague from your administration has taken over the place. Reason: Ill."),
    (Reader.OFFICER, "given back, held", "Your place was cancelled."),
    (Reader.OFFICER, "given back by the officer", "You cancelled your place."),
    (Reader.CONTACT_POINT, "given back by the officer", "The officer cancelled the place."),
    (Reader.OFFICE, "given back by the officer", "The officer cancelled the place."),
    (Reader.OFFICER, "offer lapsed, held", "ask your National Contact Point today to nominate you again"),
    (Reader.CONTACT_POINT, "next is held", "3rd on the reserve list. The next place is kept for Georgia until 12"),
    (Reader.CONTACT_POINT, "quota used up", "You can nominate this officer to replace one who cannot take part."),
    (Reader.CONTACT_POINT, "offered", "nominate a replacement by 22 May 2026, 09:00 (Baku time, UTC+4)"),
    (
        Reader.CONTACT_POINT,
        "confirmed after the cut-off",
        "ended on 22 May 2026, 09:00 (Baku time, UTC+4); write to the office",
    ),
    (
        Reader.CONTACT_POINT,
        "given back, held",
        "kept for your administration until 12 May 2026, 18:00 (Baku time, UTC+4)",
    ),
    (Reader.CONTACT_POINT, "replaced", "Replaced by Nino Beridze."),
    (Reader.CONTACT_POINT, "offered as a replacement", "Takes over the place of Rashad Aliyev."),
    (Reader.CONTACT_POINT, "in line, passed over", "Number 3 on the waiting list"),
    (Reader.OFFICE, "quota used up", "A larger quota on the call’s page would change it."),
    (Reader.OFFICE, "so close to the start", "the office offers free places itself"),
    (Reader.OFFICE, "offered after the cut-off", "only the office can nominate a replacement"),
]
IN_RUSSIAN = [
    (
        Reader.OFFICER,
        "next is held",
        "Вы на 3-м месте в резервном списке. Следующее место до 12 мая 2026\u00a0г., 18:00 (время Баку, UTC+4)",
    ),
    (
        Reader.OFFICER,
        "offered",
        "Вам предложено место: подтвердите его до 12 мая 2026\u00a0г., 18:00 (время Баку, UTC+4).",
    ),
    (Reader.CONTACT_POINT, "next is held", "На 3-м месте в резервном списке."),
    (Reader.OFFICE, "given back, held", "12 мая 2026\u00a0г., 18:00 (время Баку, UTC+4)"),
]
PLACEHOLDER = re.compile(r"%\((\w+)\)")
ABOUT_OTHERS = {"next_hold_for", "next_hold_until", "next_offer_until"}
ENGLISH_WORD = re.compile(r"[A-Za-z]{2,}")
NAMES = {
    "Nino",
    "Beridze",
    "Rashad",
    "Aliyev",
    "Full",
    "On",
    "leave",
    "Ill",
    "The",
    "hall",
    "is",
    "flooded",
    "UTC",
    "Called",
    "back",
}


class Row(SimpleNamespace):
    """A row of a list, in which every column that a test does not name is empty."""

    def __getattr__(self, name: str) -> None:
        return None


def a_row(**values: Any) -> Row:
    """A place of an officer of organisation 7 on a session by nomination that begins on 1 June in Baku."""
    defaults: dict[str, Any] = {
        "status": S.NOMINATED,
        "mode": PlaceMode.IN_PERSON,
        "way": Way.NOMINATION,
        "person_id": 4,
        "organisation_id": 7,
        "session_status": SessionStatus.OPEN,
        "starts_on": date(2026, 6, 1),
        "ends_on": date(2026, 6, 3),
        "closes_at": CUT_OFF,
        "has_completed": False,
        "first_meeting_at": STARTS_AT,
        "time_zone": "Asia/Baku",
        "by_nomination": True,
        "offer_days": 7,
        "hold_days": 5,
        "claim_days": 5,
        "cut_off_days": 10,
        "still_days": 7,
        "final_at": NOW,
        "quota_accept": 2,
        "quota_taken": 2,
        "predecessor": PersonName("Aliyev", "Rashad"),
    }
    nothing = (
        "position passed_over reason offered_until held_until claim_until replaces_id next_hold_until "
        "next_hold_organisation_id next_hold_for next_offer_until ended_by ended_by_id left_from "
        "successor_id successor"
    )
    return Row(**{**dict.fromkeys(nothing.split()), **defaults, **values})


def situation(name: str) -> tuple[Row, datetime]:
    values = dict(SITUATIONS[name][0])
    now = values.pop("now", NOW)
    return a_row(**values), now


@pytest.mark.parametrize("name", SITUATIONS)
def test_points_are_those_of_the_situation(name):
    row, now = situation(name)

    points = list(points_of(row, now))

    assert points == SITUATIONS[name][1]


def test_every_point_is_reached():
    reached = {point for _values, points in SITUATIONS.values() for point in points}

    assert reached == set(Point)


@pytest.mark.parametrize(("reader", "name", "words"), SAID)
def test_sentence_says_why_and_what_next(app, reader, name, words):
    row, now = situation(name)

    with app.test_request_context(), speaking("en"):
        said = sentence(row, reader, now=now)

    assert words in said


def test_every_combination_says_what_the_table_says(app):
    """Every state of a place, however it came about, in every state of the session, completed or not."""
    table: dict[Case, list[str]] = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for place, by, sessions, completion, *said in list(csv.reader(file))[1:]:
            for session, completed in product(sessions.split("; "), completion.split(" or ")):
                assert table.setdefault(Case(place, by, session, completed), said) is said, "said twice"

    with app.test_request_context():
        said_now = {case: list(said_of(case)) for case in cases()}

    assert said_now == table


def test_only_who_completed_is_told_so():
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    told = [row for row in rows if "ompleted" in " ".join(row[reader] for reader in ("label", *Reader))]

    assert {(row["place"], row["completion"]) for row in told} == {("placed", "yes")}
    assert not [row for row in rows if re.search("took part", " ".join(row.values()), re.IGNORECASE)]


@pytest.mark.parametrize(("reader", "name", "words"), IN_RUSSIAN)
def test_sentence_says_it_in_russian(app, reader, name, words):
    row, now = situation(name)

    with app.test_request_context(), speaking("ru"):
        said = sentence(row, reader, now=now).replace("\u202f", " ")

    assert words in said


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("reader", Reader)
def test_every_situation_has_its_sentence_for_every_reader(app, reader, language):
    for name in SITUATIONS:
        row, now = situation(name)
        with app.test_request_context(), speaking(language):
            said = sentence(row, reader, now=now)

        assert said, name
        assert "%(" not in said, name
        if language == "ru":
            assert set(ENGLISH_WORD.findall(said)) <= NAMES, said


def test_only_contact_points_and_the_office_are_told_what_officers_cannot_change():
    lacking = {reader: set(Point) - set(texts) for reader, texts in TEXTS.items()}

    assert lacking == {Reader.OFFICER: {Point.TOO_LATE_TO_REPLACE}, Reader.CONTACT_POINT: set(), Reader.OFFICE: set()}


def test_officers_and_contact_points_never_read_who_else_is_in_the_way(app):
    """Every name that a sentence can hold is one of a colleague, or of the administration that a seat is held for."""
    named = {
        name for texts in TEXTS.values() for text in texts.values() for name in re.findall(r"%\((\w+)\)", str(text))
    }
    about_others = {"next_hold_for", "next_hold_until", "next_offer_until"}

    assert named <= set(MAKERS)
    assert "successor" not in {
        name for text in TEXTS[Reader.OFFICER].values() for name in re.findall(r"%\((\w+)\)", str(text))
    }
    assert {name for name in named if name.startswith("next")} == about_others


@pytest.mark.parametrize(
    ("number", "english", "russian"),
    [
        (1, "1st", "1-м"),
        (2, "2nd", "2-м"),
        (3, "3rd", "3-м"),
        (11, "11th", "11-м"),
        (21, "21st", "21-м"),
        (112, "112th", "112-м"),
    ],
)
def test_ordinals_are_written_as_one_reads_them(app, number, english, russian):
    with app.test_request_context():
        with speaking("en"):
            assert ordinal(number) == english
        with speaking("ru"):
            assert ordinal(number) == russian


@pytest.mark.parametrize(
    ("values", "label"),
    [
        ({"status": S.WAITING}, "On the reserve list"),
        ({"status": S.WAITING, **FIRST_COME}, "On the waiting list"),
        ({"status": S.WAITING, "way": Way.OFFICE}, "On the reserve list"),
        ({"status": S.OFFERED}, "Has an offer"),
        ({**LEFT, **REPLACED}, "Replaced by a colleague"),
    ],
)
def test_label_tells_reserve_list_and_waiting_list_apart(app, values, label):
    with app.test_request_context(), speaking("en"):
        assert label_of(a_row(**values), NOW) == label


def a_step(**values: Any) -> Row:
    defaults: dict[str, Any] = {
        "what": Step.OFFERED,
        "actor_id": 99,
        "actor_organisation_id": 8,
        "actor_of_office": False,
        "name": PersonName("Beridze", "Nino"),
        "obstacle": None,
        "reason": None,
        "mode": PlaceMode.IN_PERSON,
        "until": None,
    }
    return Row(**{**defaults, **values})


@pytest.mark.parametrize(
    ("reader", "values", "name"),
    [
        (Reader.OFFICE, {}, "Nino Beridze"),
        (Reader.OFFICER, {}, "the system"),
        (Reader.CONTACT_POINT, {}, "the system"),
        (Reader.CONTACT_POINT, {"actor_organisation_id": 7}, "Nino Beridze"),
        (Reader.OFFICER, {"actor_id": 1}, "Nino Beridze"),
        (Reader.OFFICER, {"actor_of_office": True}, "the office"),
        (Reader.OFFICE, {"actor_id": None}, "the system"),
    ],
)
def test_history_names_nobody_of_another_administration(app, reader, values, name):
    place = Row(person_id=1, organisation_id=7)

    with app.test_request_context(), speaking("en"):
        assert actor(a_step(**values), place, reader) == name


@pytest.mark.parametrize(
    ("step", "before", "said"),
    [
        (Step.WITHDRAWN, S.REQUESTED, "the request was withdrawn"),
        (Step.WITHDRAWN, S.NOMINATED, "the candidacy was withdrawn"),
        (Step.WITHDRAWN, S.WAITING, "left the list"),
        (Step.WITHDRAWN, S.PLACED, "cancelled the place"),
        (Step.DECLINED, S.NOMINATED, "was not selected"),
        (Step.DECLINED, S.REQUESTED, "was declined"),
        (Step.CANCELLED, S.WAITING, "the session was cancelled"),
    ],
)
def test_history_takes_no_place_from_somebody_without_one(app, step, before, said):
    assert what(SimpleNamespace(what=step, old_status=before)) == said


def test_history_tells_the_deadline_that_a_step_set(app):
    with app.test_request_context(), speaking("en"):
        said = details(a_step(until=SOON, reason="Ill"), "Asia/Baku")

    assert said == "Ill · Until 12 May 2026, 18:00 (Baku time, UTC+4)."
