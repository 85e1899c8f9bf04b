"""Where it is, for the way in which the reader takes part: nobody online is sent to a room."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import builders
from tests.mail.scenes import a_place, a_scene, letters, tell
from trainingapp.accounts.models import Person
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db, transaction
from trainingapp.enrolment.events import OfferConfirmed, PlaceGiven, PlaceModeChanged, PlaceOffered
from trainingapp.enrolment.models import Place, PlaceMode, PlaceStatus, Way
from trainingapp.scheduling.events import MeetingChanged, SessionChanged, SessionConfirmed
from trainingapp.scheduling.models import CourseSession, Meeting, MeetingMode, SessionStatus

pytestmark = pytest.mark.usefixtures("app")

JOINING = "https://meet.example.org/container"
WHERE = {
    "en": {
        PlaceMode.IN_PERSON: "Where: Baku Centre, ",
        PlaceMode.ONLINE: "Where: online",
        PlaceMode.BOTH: ", and online",
    },
    "ru": {
        PlaceMode.IN_PERSON: "Где: Бакинский центр, ",
        PlaceMode.ONLINE: "Где: онлайн",
        PlaceMode.BOTH: " и онлайн",
    },
}
MODES = list(PlaceMode)
LANGUAGES = ["en", "ru"]


def place_in(mode: PlaceMode, language: str = "en", **values: object) -> Place:
    """A place in that mode on a hybrid session in a hall, with a way to join."""
    scene = a_scene(language, capacity_online=10, joining_url=JOINING)
    with transaction():
        db.session.get_one(Meeting, scene.meeting_id).mode = MeetingMode.HYBRID
        place = db.session.get_one(Place, scene.place.id)
        place.mode = mode
        for name, value in values.items():
            setattr(place, name, value)
    return place


def text_to(person: Person) -> str:
    return letters(person)[-1].body


def seen(place: Place) -> dict[str, int]:
    return {"place_id": place.id, "person_id": place.person_id, "course_session_id": place.course_session_id}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mode", MODES)
def test_confirmation_of_a_session_says_where_for_the_mode(mode: PlaceMode, language: str) -> None:
    place = place_in(mode, language)

    tell(SessionConfirmed(course_session_id=place.course_session_id))

    check(text_to(place.person), mode, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mode", MODES)
def test_letter_about_a_seat_says_where_for_the_mode(mode: PlaceMode, language: str) -> None:
    place = place_in(mode, language)

    tell(PlaceGiven(**seen(place), from_waiting_list=False, by_office=False))

    check(text_to(place.person), mode, language)


@pytest.mark.parametrize("mode", MODES)
def test_letter_about_moved_days_says_where_for_the_mode(mode: PlaceMode) -> None:
    place = place_in(mode)
    day = str(place.course_session.starts_on)

    tell(SessionChanged(course_session_id=place.course_session_id, old={"starts_on": day}, new={"starts_on": day}))

    check(text_to(place.person), mode, "en", joins=False)


@pytest.mark.parametrize("mode", MODES)
def test_confirmed_offer_says_where_for_the_mode(mode: PlaceMode) -> None:
    place = place_in(mode)

    tell(OfferConfirmed(**seen(place), mode=mode.value, by_office=False))

    check(text_to(place.person), mode, "en")


@pytest.mark.parametrize("mode", MODES)
def test_changed_mode_says_where_it_is_now(mode: PlaceMode) -> None:
    place = place_in(mode)

    tell(PlaceModeChanged(**seen(place), old={"mode": "online"}, new={"mode": mode.value}))

    check(text_to(place.person), mode, "en")


def check(text: str, mode: PlaceMode, language: str, *, joins: bool = True) -> None:
    room = {"en": "Hall 1", "ru": "Зал 1"}[language]
    centre = {"en": "Baku Centre", "ru": "Бакинский центр"}[language]
    assert WHERE[language][mode] in text
    assert (room in text) is (mode is not PlaceMode.ONLINE)
    assert (centre in text) is (mode is not PlaceMode.ONLINE)
    assert not joins or (JOINING in text) is (mode is not PlaceMode.IN_PERSON)
    others = [words for one, words in WHERE[language].items() if one is not mode and one is not PlaceMode.IN_PERSON]
    assert not [words for words in others if words in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_offer_names_both_ways_while_the_reader_chooses(language: str) -> None:
    until = utc_now() + timedelta(days=5)
    place = place_in(PlaceMode.ONLINE, language, status=PlaceStatus.OFFERED, offered_until=until, way=Way.NOMINATION)

    tell(PlaceOffered(**seen(place), until_at=until, from_reserve=False, replaced_id=None))

    assert {"en": "or online, as you choose", "ru": "или онлайн, по вашему выбору"}[language] in text_to(place.person)


def test_another_room_or_centre_is_no_news_to_who_takes_part_online() -> None:
    place = place_in(PlaceMode.ONLINE)
    meeting = place.course_session.meetings[0]
    beside = a_place(builders.an_officer(), db.session.get_one(CourseSession, place.course_session_id))

    tell(
        MeetingChanged(
            meeting_id=meeting.id,
            course_session_id=place.course_session_id,
            old={"room_id": 1},
            new={"room_id": meeting.room_id},
        )
    )

    assert letters(place.person) == []
    assert "in another room" in text_to(beside.person)


def test_trainer_is_told_of_the_room_and_of_the_way_to_join() -> None:
    scene = a_scene(capacity_online=10, joining_url=JOINING, status=SessionStatus.CONFIRMED)

    tell(SessionConfirmed(course_session_id=scene.course_session.id))

    text = text_to(scene.trainer)
    assert "Hall 1" in text
    assert "also online" in text
    assert JOINING in text
