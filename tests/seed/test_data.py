"""The files of the demonstration office hold together before anything is loaded from them.

Days are counted from the day of loading: ``start_offset_days``, ``enrolment_closes_offset_days``; the ``day`` of a
meeting from the first day of its session. ``attendance`` gives everybody ``present`` (the way their place says) at the
meetings listed (``null`` = all of them), except for the exceptions.
"""

from __future__ import annotations

import csv
import itertools
import json
import re
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import trainingapp
from trainingapp.catalogue.models import AccessClass, CourseKind, CourseStatus, Level
from trainingapp.core.glyphs import missing_glyphs
from trainingapp.core.i18n import DELIVERY_LANGUAGES
from trainingapp.core.permissions import Role

PACKAGE = Path(trainingapp.__file__).parent
FIRST_DAY = date(2026, 5, 4)
CYRILLIC = re.compile(r"[Ѐ-ӿ]")
MIXED = re.compile(r"\b(?=\w*[A-Za-z])(?=\w*[Ѐ-ӿ])\w+")
WRITES_CYRILLIC = {"RU", "BY", "KZ", "KG", "TJ", "UA", "BG", "RS"}


def rows(name: str) -> list[dict[str, Any]]:
    return json.loads((PACKAGE / "seed" / "data" / f"{name}.json").read_text(encoding="utf-8"))


def table(name: str) -> list[dict[str, str]]:
    with (PACKAGE / "accounts" / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


COURSES = {course["code"]: course for course in rows("courses")}
PEOPLE = {person["key"]: person for person in rows("people")}
ROOMS = {(room["centre"], room["name_en"]): room for room in rows("rooms")}
SESSIONS = {session["key"]: session for session in rows("sessions")}
CALLS = {call["session"]: call for call in rows("calls")}
TOPICS = {topic["code"] for topic in rows("topics")}
CENTRES = {centre["code"] for centre in table("centres")}
ADMINISTRATIONS = {row["code"] for row in table("administrations")}
ORGANISATIONS = ADMINISTRATIONS | {row["code"] for row in table("partners")}

sessions = pytest.mark.parametrize("session", SESSIONS.values(), ids=SESSIONS)
courses = pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)


def interval(session: dict[str, Any], meeting: dict[str, Any]) -> tuple[datetime, datetime]:
    day = FIRST_DAY + timedelta(days=session["start_offset_days"] + meeting["day"])
    zone = ZoneInfo(session["time_zone"])
    starts, ends = (datetime.combine(day, time.fromisoformat(meeting[key]), zone) for key in ("starts", "ends"))
    return starts.astimezone(UTC), ends.astimezone(UTC)


def minutes(session: dict[str, Any], meeting: dict[str, Any]) -> int:
    starts, ends = interval(session, meeting)
    return int((ends - starts).total_seconds() // 60)


def people_with(session: dict[str, Any], *statuses: str) -> list[str]:
    return [place["person"] for place in session["places"] if place["status"] in statuses]


def attended_percent(session: dict[str, Any], person: str) -> float:
    counted = {"present", "online", "late", "left_early"}
    marks = {mark["meeting"]: mark for mark in session["attendance"]["exceptions"] if mark["person"] == person}
    planned = [minutes(session, meeting) for meeting in session["meetings"]]
    attended = sum(
        length - marks.get(number, {}).get("missed_minutes", 0)
        for number, length in enumerate(planned)
        if marks.get(number, {"status": "present"})["status"] in counted
    )
    return 100 * attended / sum(planned)


def completers(session: dict[str, Any]) -> set[str]:
    course = COURSES[session["course"]]
    if not session.get("completed"):
        return set()
    passed = {result["person"] for result in session["results"] if result["outcome"] == "passed"}
    return {
        person
        for person in people_with(session, "placed")
        if attended_percent(session, person) >= (course["attendance_percent"] or 0)
        and (person in passed or not course["result_required"])
    }


def bilingual_gaps(row: dict[str, Any]) -> set[str]:
    return {
        name
        for name, value in row.items()
        if name.endswith("_en") and name != "remark_en"
        if bool(value) != bool(row[f"{name[:-3]}_ru"]) or (value and not CYRILLIC.search(row[f"{name[:-3]}_ru"]))
    }


def clashes(bookings: list[tuple[Any, str, tuple[datetime, datetime]]]) -> list[tuple[Any, str, str]]:
    return [
        (what, one, other)
        for (what, one, first), (same, other, second) in itertools.combinations(bookings, 2)
        if what == same and first[0] < second[1] and second[0] < first[1]
    ]


def test_the_office_has_the_promised_size():
    statuses = Counter(session["status"] for session in SESSIONS.values())

    assert (len(ADMINISTRATIONS), len(CENTRES), len(PEOPLE), len(SESSIONS)) == (53, 9, 150, 24)
    assert statuses == {"finished": 9, "running": 2, "confirmed": 3, "open": 8, "draft": 1, "cancelled": 1}
    assert len({person["email"] for person in PEOPLE.values()}) == len(PEOPLE)
    assert len({session["code"] for session in SESSIONS.values()}) == len(SESSIONS)


def test_every_role_has_its_account():
    accounts = {person["email"]: {grant["role"] for grant in person["roles"]} for person in PEOPLE.values()}

    assert accounts["officer@example.org"] == accounts["officer.ru@example.org"] == {"officer"}
    assert accounts["contact@example.org"] == accounts["contact.ru@example.org"] == {"contact_point"}
    assert accounts["trainer@example.org"] == {"trainer"}
    assert accounts["coordinator@example.org"] == {"coordinator"}
    assert accounts["administrator@example.org"] == {"administrator"}
    assert any(len(roles) > 2 for roles in accounts.values())


@pytest.mark.parametrize("person", PEOPLE.values(), ids=PEOPLE)
def test_a_person_is_complete_and_printable(person: dict[str, Any]):
    names = [person["given_name"], person["family_name"], person["patronymic"] or ""]
    latin = person["given_name_latin"] + person["family_name_latin"]

    assert person["organisation"] in ORGANISATIONS
    assert person["language"] in {"en", "ru"}
    assert person["sex"] in {"female", "male"}
    assert person["email"] == person["email"].lower()
    assert person["email"].endswith("example.org")
    assert ZoneInfo(person["time_zone"])
    assert latin.isascii()
    assert re.fullmatch(r"[A-Za-z '-]+", latin)
    assert missing_glyphs("".join(names) + person["post"]) == ""
    assert not MIXED.search(" ".join(names))
    assert person["organisation"] not in WRITES_CYRILLIC or not re.search("[A-Za-z]", "".join(names))
    assert {grant["role"] for grant in person["roles"]} <= set(Role)
    assert {grant.get("organisation", person["organisation"]) for grant in person["roles"]} == {person["organisation"]}
    assert {grant["centre"] for grant in person["roles"] if "centre" in grant} <= CENTRES


@courses
def test_a_course_refers_to_what_is_there(course: dict[str, Any]):
    assert course["kind"] in set(CourseKind)
    assert course["level"] in set(Level)
    assert course["access_class"] in set(AccessClass)
    assert course["status"] in set(CourseStatus)
    assert set(course["topics"]) <= TOPICS
    assert set(course["prerequisites"]) <= COURSES.keys() - {course["code"]}
    assert course["centre"] in CENTRES
    assert set(course["languages"]) <= set(DELIVERY_LANGUAGES)
    assert (course["followed_at_url"] is not None) == (course["kind"] == "distance")
    assert course["attendance_percent"] or course["result_required"]
    assert len(course["summary_en"]) <= 500
    assert len(course["title_en"]) <= 200


@courses
def test_only_the_draft_course_lacks_russian(course: dict[str, Any]):
    texts = {name: text for name, text in course.items() if name.endswith("_ru") and text}

    assert (course["status"] == "draft") == (not texts)
    assert course["status"] == "draft" or bilingual_gaps(course) == set()
    assert [word for text in texts.values() for word in MIXED.findall(text)] == []
    assert not texts or texts["outcomes_ru"].count("\n- ") == course["outcomes_en"].count("\n- ")


@pytest.mark.parametrize("name", ["topics", "rooms", "sessions"])
def test_short_texts_are_in_both_languages(name: str):
    everything = rows(name) + [meeting for row in rows(name) for meeting in row.get("meetings", [])]

    gaps = [(row, bilingual_gaps(row)) for row in everything if bilingual_gaps(row)]

    assert gaps == []
    assert {room["centre"] for room in rows("rooms")} == CENTRES


@sessions
def test_a_session_fits_its_days_and_rooms(session: dict[str, Any]):
    used = [ROOMS[session["centre"], meeting["room"]] for meeting in session["meetings"] if meeting["room"]]
    modes = {meeting["mode"] for meeting in session["meetings"]}

    assert COURSES[session["course"]]["status"] == "published"
    assert {meeting["day"] for meeting in session["meetings"]} <= set(range(session["length_days"]))
    assert session["meetings"][-1]["day"] == session["length_days"] - 1
    assert all(room["capacity"] >= session["capacity_in_person"] for room in used)
    assert all((meeting["room"] is None) == (meeting["mode"] == "online") for meeting in session["meetings"])
    assert bool(session["joining_url"]) == bool(session["capacity_online"]) == (modes != {"in_person"})
    assert session["enrolment_closes_offset_days"] <= session["start_offset_days"]
    assert set(session["languages"]) <= set(COURSES[session["course"]]["languages"])


@sessions
def test_the_meetings_take_the_hours_of_the_course(session: dict[str, Any]):
    course = COURSES[session["course"]]
    planned = sum(minutes(session, meeting) for meeting in session["meetings"])

    if course["kind"] == "distance":
        assert planned < course["duration_minutes"]
    else:
        assert planned == course["duration_minutes"]


@sessions
def test_the_code_is_formed_as_the_office_forms_it(session: dict[str, Any]):
    """The course's code and a running number, as a new session of the demonstration gets them suggested."""
    assert re.fullmatch(rf"{session['course']}-[1-9]\d*", session["code"])


@sessions
def test_the_days_agree_with_the_status(session: dict[str, Any]):
    first, last = session["start_offset_days"], session["start_offset_days"] + session["length_days"] - 1
    closes = session["enrolment_closes_offset_days"]

    if session["status"] == "finished":
        assert last < 0
    elif session["status"] == "running":
        assert first < 0 < last
        assert closes < 0
    else:
        assert closes > 0
    assert (session["status"] == "draft" or session["code"] in CALLS) == (not session["places"])
    assert (session["status"] == "cancelled") == ("cancel_reason" in session)


@sessions
def test_places_are_given_within_the_rules(session: dict[str, Any]):
    placed = Counter(place["mode"] for place in session["places"] if place["status"] == "placed")
    people = [place["person"] for place in session["places"]]
    trainers = session["trainers"]

    assert len(people) == len(set(people))
    assert set(people) <= PEOPLE.keys()
    assert not set(people) & set(trainers)
    assert placed["in_person"] <= session["capacity_in_person"]
    assert placed["online"] <= session["capacity_online"]
    assert all("trainer" in {grant["role"] for grant in PEOPLE[trainer]["roles"]} for trainer in trainers)
    assert all("officer" in {grant["role"] for grant in PEOPLE[person]["roles"]} for person in people)
    assert all(place["mode"] == "online" or session["capacity_in_person"] for place in session["places"])
    if COURSES[session["course"]]["access_class"] == "customs":
        assert {PEOPLE[person]["organisation"] for person in people} <= ADMINISTRATIONS


@sessions
def test_everybody_admitted_has_completed_what_is_required(session: dict[str, Any]):
    admitted = set(people_with(session, "placed", "incomplete", "waiting", "requested"))

    for required in COURSES[session["course"]]["prerequisites"]:
        earlier = [
            completers(other)
            for other in SESSIONS.values()
            if other["course"] == required
            and other["start_offset_days"] + other["length_days"] <= session["start_offset_days"]
        ]
        assert admitted <= set().union(*earlier), (required, admitted - set().union(*earlier))


@pytest.mark.parametrize("session", [s for s in SESSIONS.values() if "attendance" in s], ids=lambda s: s["key"])
def test_marks_and_results_belong_to_participants(session: dict[str, Any]):
    present = set(people_with(session, "placed", "incomplete"))
    marked = [(mark["person"], mark["meeting"]) for mark in session["attendance"]["exceptions"]]
    needs_result = COURSES[session["course"]]["result_required"] and session["status"] == "finished"
    results = [result["person"] for result in session["results"]]
    pass_score = COURSES[session["course"]]["pass_score"]

    assert {person for person, _ in marked} <= present
    assert len(marked) == len(set(marked))
    assert all(
        ("missed_minutes" in mark) == (mark["status"] in {"late", "left_early"})
        for mark in session["attendance"]["exceptions"]
    )
    assert set(results) <= set(people_with(session, "placed"))
    assert len(results) == len(set(results))
    assert bool(results) == needs_result
    assert all(
        (result["score"] >= pass_score) == (result["outcome"] == "passed")
        for result in session["results"]
        if "score" in result
    )
    assert {event["person"] for event in session.get("certificate_events", [])} <= completers(session)


def test_nobody_and_nothing_is_in_two_places_at_once():
    held = [session for session in SESSIONS.values() if session["status"] != "cancelled"]
    meetings = [(session, meeting, interval(session, meeting)) for session in held for meeting in session["meetings"]]

    rooms = [
        ((session["centre"], meeting["room"]), session["key"], when)
        for session, meeting, when in meetings
        if meeting["room"]
    ]
    people = [
        (person, session["key"], when)
        for session, _, when in meetings
        for person in session["trainers"] + people_with(session, "placed")
    ]

    assert clashes(rooms) == []
    assert clashes(people) == []


def test_the_states_worth_showing_are_there():
    statuses = Counter(place["status"] for session in SESSIONS.values() for place in session["places"])
    actions = Counter(event["action"] for s in SESSIONS.values() for event in s.get("certificate_events", []))
    full = SESSIONS["seals-astana"]
    below = SESSIONS["reefers-moscow"]
    old = SESSIONS["seals-budapest"]
    age = timedelta(days=-old["start_offset_days"])

    assert set(statuses) == {"requested", "waiting", "placed", "declined", "withdrawn", "incomplete"}
    assert actions == {"revoke": 1, "replace": 1}
    assert len(people_with(full, "placed")) == full["capacity_in_person"]
    assert len(people_with(full, "waiting")) > 3
    assert len(people_with(below, "placed")) < below["minimum"]
    assert old["certificates"]
    assert age > timedelta(days=31 * COURSES[old["course"]]["validity_months"])


def test_the_demonstration_trainer_has_a_meeting_today_and_a_register_missing():
    session = SESSIONS["seven-points-baku"]
    today = -session["start_offset_days"]

    assert "isik" in session["trainers"]
    assert today in {meeting["day"] for meeting in session["meetings"]}
    assert {number for number, meeting in enumerate(session["meetings"]) if meeting["day"] < today} > set(
        session["attendance"]["meetings"]
    )


def test_the_demonstration_officer_has_something_in_every_list():
    own = {
        (session["status"], place["status"])
        for session in SESSIONS.values()
        for place in session["places"]
        if place["person"] == "gasimova"
    }

    assert own >= {("finished", "placed"), ("running", "placed"), ("confirmed", "placed")}
    assert own >= {("confirmed", "waiting"), ("open", "requested")}
    assert "gasimova" in completers(SESSIONS["seals-budapest"]) & completers(SESSIONS["programme-vr-budapest"])


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_the_candidates_of_a_call_are_of_the_administration_that_names_them(call: dict[str, Any]):
    named = [(row["by"], key) for row in call["nominations"] for key in row["people"]]

    assert len({key for _code, key in named}) == len(named)
    assert {PEOPLE[key]["organisation"] for _code, key in named} <= ADMINISTRATIONS
    assert all(PEOPLE[key]["organisation"] == code for code, key in named)
    assert not {row["by"] for row in call["nobody"]} & {code for code, _key in named}
    for code, count in Counter(code for code, _key in named).items():
        assert count <= call["own"].get(code, {}).get("nominate", call["nominate_each"])


@pytest.mark.parametrize("call", [call for call in CALLS.values() if "selected" in call])
def test_the_selection_of_a_call_decides_on_everybody_within_quotas_and_places(call: dict[str, Any]):
    session = next(each for each in SESSIONS.values() if each["code"] == call["session"])
    online = {key for row in call["nominations"] if row.get("mode") == "online" for key in row["people"]}
    named = {key for row in call["nominations"] for key in row["people"]}
    selected = call["selected"]

    assert sorted(named) == sorted([*selected, *call["reserve"], *call["declined"]])
    assert len(online & set(selected)) <= session["capacity_online"]
    assert len(set(selected) - online) <= session["capacity_in_person"]
    assert max(Counter(PEOPLE[key]["organisation"] for key in selected).values()) <= call["accept_each"]
