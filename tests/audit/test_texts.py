"""Every event has its sentence in both languages."""

from __future__ import annotations

import dataclasses
import re
from types import SimpleNamespace
from typing import Any

import pytest

from tests import builders
from trainingapp.accounts.events import SignedIn
from trainingapp.audit.rules import data_of
from trainingapp.audit.texts import changes, event_name, lines, sentence, shown
from trainingapp.catalogue.rules import CourseDetails
from trainingapp.core.events import EVENTS, Event
from trainingapp.core.i18n import speaking
from trainingapp.core.logged import FIELDS
from trainingapp.enrolment.events import PlaceModeChanged, PlaceOffered, PlaceReplaced, QuotaSet, TermsSet
from trainingapp.nomination.events import CallChanged
from trainingapp.nomination.rules.calls import CallDetails
from trainingapp.scheduling.events import MeetingChanged, MeetingRemoved, SessionChanged
from trainingapp.scheduling.rules.planning import SessionDetails

ZONE = "Asia/Baku"
SAMPLES: dict[str, Any] = {
    "str": "x",
    "int": 1,
    "int | None": 1,
    "str | None": "x",
    "bool": True,
    "Values": {},
    "datetime": builders.NOW,
}


def all_events(kind: type[Event] = Event) -> list[type[Event]]:
    found = []
    for child in kind.__subclasses__():
        found += [*all_events(child)]
        if not child.__subclasses__():
            found.append(child)
    return found


def an_event(kind: type[Event]) -> Event:
    return kind(**{field.name: SAMPLES[str(field.type)] for field in dataclasses.fields(kind)})


def test_every_event_has_a_sentence() -> None:
    assert set(EVENTS.values()) == set(all_events())


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("kind", all_events(), ids=lambda kind: kind.__name__)
def test_sentence_can_be_said(app: Any, kind: type[Event], language: str) -> None:
    with speaking(language):
        said = sentence(kind.__name__, data_of(an_event(kind)), {}, ZONE)

    assert said
    assert "%(" not in said


@pytest.mark.parametrize("kind", all_events(), ids=lambda kind: kind.__name__)
def test_sentence_is_translated(app: Any, kind: type[Event]) -> None:
    with speaking("en"):
        english = str(kind.sentence)
    with speaking("ru"):
        russian = str(kind.sentence)

    assert english != russian
    assert not re.search(r"[A-Za-z]", re.sub(r"%\(\w+\)s", "", russian))


def test_every_field_that_can_change_has_a_name() -> None:
    fields = {field.name for plan in (CourseDetails, SessionDetails, CallDetails) for field in dataclasses.fields(plan)}

    assert fields - {"closes"} <= set(FIELDS)


def entry(event: Event) -> Any:
    return SimpleNamespace(
        event=type(event).__name__,
        data=data_of(event),
        at=builders.NOW,
        address=None,
        name=None,
    )


def test_values_are_told_as_people_read_them(app: Any) -> None:
    event = SessionChanged(
        course_session_id=1,
        old={"starts_on": "2026-06-01", "languages": ["en"], "note_en": None, "enrolment_closes_at": None},
        new={
            "starts_on": "2026-06-03",
            "languages": ["en", "fr"],
            "note_en": "x" * 500,
            "enrolment_closes_at": "2026-05-30T20:00:00+00:00",
        },
    )

    with speaking("en"):
        told = {change.field: (change.old, change.new) for change in changes(entry(event), {}, ZONE)}

    assert told["First day"] == ("1 June 2026", "3 June 2026")
    assert told["Languages"] == ("English", "English, French")
    assert told["Enrolment deadline"] == ("–", "31 May 2026, 00:00 (Baku time, UTC+4)")
    assert len(told["Note (English)"][1]) < 200


@pytest.mark.parametrize("kept", [["en", "ru"], 7, {"code": "en"}])
def test_a_value_that_was_kept_otherwise_is_told_as_it_is(app: Any, kept: object) -> None:
    assert shown("language", kept, {}, "Asia/Baku") == str(kept)


def test_enumerated_values_have_their_names(app: Any) -> None:
    event = MeetingChanged(course_session_id=1, meeting_id=2, old={"mode": "in_person"}, new={"mode": "online"})

    with speaking("en"):
        (change,) = changes(entry(event), {}, ZONE)

    assert (change.old, change.new) == ("in person", "online")


def test_removed_meeting_is_called_by_its_time(app: Any) -> None:
    course_session = builders.a_session()
    event = MeetingRemoved(
        course_session_id=course_session.id, meeting_id=99, old={"starts_at": "2026-06-01T05:00:00+00:00"}
    )

    with speaking("en"):
        (line,) = lines([entry(event)], ZONE)

    assert "1 June 2026, 09:00 (Baku time, UTC+4)" in line.sentence
    assert course_session.code in line.sentence


def test_hostile_name_stays_text(app: Any) -> None:
    person = builders.an_officer(family_name="<b>X</b>")

    (line,) = lines([entry(SignedIn(person_id=person.id))], ZONE)

    assert "<b>" not in line.sentence


def test_unknown_event_is_called_by_its_own_name(app: Any) -> None:
    assert sentence("SomethingOld", {}, {}, ZONE) == "SomethingOld"


def test_filter_names_events_without_placeholders(app: Any) -> None:
    assert event_name("PlaceGiven") == "Place given"
    assert event_name("SeatHeld") == "Place kept for a replacement"


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_kind_of_event_has_a_name_of_its_own(app: Any, language: str) -> None:
    with speaking(language):
        names = [event_name(kind.__name__) for kind in all_events()]

    assert len(set(names)) == len(names)
    assert not [name for name in names if not name or not name[0].isupper() or set(name) & set("%(.")]


def test_replacement_is_called_by_name(app: Any) -> None:
    leaving, coming = (
        builders.a_nomination(invitation) for invitation in 2 * [builders.an_invitation(builders.a_call())]
    )
    event = PlaceReplaced(
        place_id=leaving.place_id,
        person_id=leaving.place.person_id,
        course_session_id=leaving.place.course_session_id,
        replacement_place_id=coming.place_id,
        reason="болезнь",
    )

    with speaking("en"):
        (line,) = lines([entry(event)], ZONE)

    assert coming.place.person.family_name_latin in line.sentence
    assert line.details == "Reason: болезнь"


def test_moment_of_an_offer_is_told_with_its_zone(app: Any) -> None:
    event = PlaceOffered(
        place_id=1, person_id=2, course_session_id=3, until_at=builders.NOW, from_reserve=True, replaced_id=None
    )

    with speaking("en"):
        said = sentence("PlaceOffered", data_of(event), {}, ZONE)
        told = {change.field: change.new for change in changes(entry(event), {}, ZONE)}

    assert "until 4 May 2026, 12:00 (Baku time, UTC+4)" in said
    assert told == {"From the reserve list": "yes"}


def test_both_ways_of_taking_part_have_a_name(app: Any) -> None:
    about = {"place_id": 1, "person_id": 2, "course_session_id": 3}
    event = PlaceModeChanged(**about, old={"mode": "online"}, new={"mode": "both"})

    with speaking("en"):
        (change,) = changes(entry(event), {}, ZONE)

    assert (change.old, change.new) == ("online", "in person and online")


def test_terms_and_numbers_are_told_by_name(app: Any) -> None:
    closes_at = {"closes_at": "2026-05-18T14:00:00+00:00"}
    told: dict[str, tuple[str | None, str]] = {}
    for event in (
        TermsSet(course_session_id=1, old={"offer_days": 14}, new={"offer_days": 7}),
        QuotaSet(course_session_id=1, organisation_id=2, old={"accept": None}, new={"accept": 2}),
        CallChanged(call_id=1, course_session_id=1, old={"closes_at": None}, new=closes_at),
    ):
        with speaking("en"):
            told |= {change.field: (change.old, change.new) for change in changes(entry(event), {}, ZONE)}

    assert told == {
        "Days to answer an offer": ("14", "7"),
        "Places of the quota": ("–", "2"),
        "Nomination deadline": ("–", "18 May 2026, 18:00 (Baku time, UTC+4)"),
    }
