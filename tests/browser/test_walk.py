"""The office's main job as people do it: once in English at a desk, once in Russian on a phone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.browser.conftest import Office
from tests.browser.walker import Walker, text_of
from tests.builders import a_centre, a_coordinator, a_room, a_trainer, an_account
from trainingapp.core.clock import from_local
from trainingapp.core.db import db

pytestmark = pytest.mark.browser

TITLES = {"en": "Seven-point container inspection", "ru": "Семиточечный осмотр контейнера"}


def people_of(office: Office, language: str) -> tuple[dict[str, int], str]:
    """A coordinator, a trainer and an officer, a centre and a yard; the e-mail address of the officer."""
    with office.app.app_context():
        centre = a_centre(name_en="Training centre Baku", name_ru="Учебный центр Баку")
        a_room(centre, name_en="Container yard", name_ru="Контейнерная площадка")
        names = {"given_name": "Әлия", "family_name": "Қасымова", "patronymic": None}
        latin = {"given_name_latin": "Aliya", "family_name_latin": "Kassymova"}
        people = {
            "coordinator": a_coordinator(language=language),
            "trainer": a_trainer(language=language),
            "officer": an_account(language=language, **names, **latin),
        }
        ids, email = {name: person.id for name, person in people.items()}, people["officer"].email
        db.session.remove()
    return ids, email


def publish_a_course(walker: Walker) -> None:
    walker.go("/courses/new")
    walker.tick("kind", "practical")
    walker.tick("access_class", "open")
    walker.fill(
        code="PRC-210",
        duration_minutes="3",
        title_en=TITLES["en"],
        title_ru=TITLES["ru"],
        summary_en="The seven points, in the order of the method.",
        summary_ru="Семь точек осмотра в порядке методики.",
        description_en="Outside, doors, sides, front wall, roof, floor.",
        description_ru="Снаружи, двери, боковые стенки, передняя стенка, крыша, пол.",
        outcomes_en="Inspects a container.",
        outcomes_ru="Проводит осмотр контейнера.",
        audience_en="Officers who work with containers.",
        audience_ru="Должностные лица, работающие с контейнерами.",
        assessment_en="Presence at the exercise.",
        assessment_ru="Участие в практическом занятии.",
    )
    walker.press("Save")
    walker.press("Publish")


def schedule_a_session(walker: Walker, day: date) -> str:
    walker.follow("Schedule a session")
    walker.fill(
        starts_on=day.isoformat(),
        ends_on=day.isoformat(),
        closes=f"{day - timedelta(days=1)}T18:00",
        capacity_in_person=2,
        minimum=1,
        centre_id=1,
    )
    walker.press("Save as a draft")
    session_path = walker.path
    walker.follow("Add a meeting")
    walker.fill(day=day.isoformat(), start="09:00", end="12:00", room_id=1)
    walker.press("Add the meeting")
    walker.go(session_path + "/trainers")
    walker.fill(person_id=1)
    walker.press("Add")
    walker.go(session_path)
    walker.press("Open enrolment")
    return session_path


def take_a_place(walker: Walker) -> None:
    walker.go("/")
    walker.fill(q="контейнера" if walker.language == "ru" else "container")
    walker.press("Search")
    walker.click(walker.page.get_by_role("link", name=TITLES[walker.language]).first)
    walker.follow("Take a place")
    walker.press("Take the place")
    walker.sees(walker.words("Has a place"))


def mark_attendance(walker: Walker) -> None:
    walker.go("/today")
    walker.follow("Open the sheet")
    walker.page.locator("[data-mark-all]").click()
    walker.press("Save")


def mark_completion(walker: Walker, session_path: str) -> None:
    walker.go(session_path + "/completion")
    walker.click(walker.page.locator("main form button[type=submit]").first)


def issue(walker: Walker, session_path: str) -> None:
    walker.go(session_path)
    walker.press("Finish the session")
    walker.go(session_path + "/certificates?kind=completion")
    walker.fill(name_en="Lamiya Gulahmadova", name_ru="Ламия Гюлахмедова", post_en="Head", post_ru="Руководитель")
    walker.press("Issue certificates to those ticked")


def download(walker: Walker) -> tuple[str, str]:
    """The text of the officer's certificate in both languages, and the path by which a stranger checks it."""
    walker.go("/my-training")
    text = text_of(walker.download(walker.address_of("both.pdf")))
    code = text[text.index("/verify/") :].split()[0]
    return text, code


@pytest.mark.parametrize(("language", "phone"), [("en", False), ("ru", True)])
def test_the_main_job_from_an_empty_office_to_a_checked_certificate(office, reader, move_clock, language, phone):
    people, email = people_of(office, language)
    day = datetime.now(UTC).date() + timedelta(days=10)

    def somebody(name: str | None) -> Walker:
        walker = Walker(reader(language, phone), office, language)
        if name:
            walker.sit_down(people[name])
        return walker

    def it_is(clock_time: time) -> None:
        move_clock(
            seconds=(from_local(datetime.combine(day, clock_time), "Asia/Baku") - datetime.now(UTC)).total_seconds()
        )

    coordinator, officer, trainer = somebody("coordinator"), somebody(None), somebody("trainer")
    officer.sign_in(email)
    publish_a_course(coordinator)
    session_path = schedule_a_session(coordinator, day)
    take_a_place(officer)
    coordinator.go(session_path)
    coordinator.press("Confirm the session")
    it_is(time(9, 5))
    coordinator.go(session_path)
    coordinator.press("Start the session")
    mark_attendance(trainer)
    it_is(time(12, 30))
    mark_completion(trainer, session_path)
    issue(coordinator, session_path)
    officer.sign_in(email)
    text, check_path = download(officer)
    stranger = somebody(None)
    stranger.go(check_path)

    assert "Aliya Kassymova" in text
    assert "Әлия Қасымова" in text
    stranger.sees("Aliya Kassymova")
    stranger.sees("Әлия Қасымова")
    stranger.sees(TITLES["en"])
    stranger.sees(TITLES["ru"])
    officer.go("/my-record")
    officer.sees(TITLES[language])
