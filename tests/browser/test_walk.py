"""The office's main job as people do it: once in English at a desk, once in Russian on a phone."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from flask_babel import force_locale, gettext
from playwright.sync_api import Page, expect

from tests.browser.conftest import Office, sideways, violations
from tests.builders import a_centre, a_coordinator, a_room, a_trainer, an_officer
from trainingapp.accounts.services import access
from trainingapp.core.clock import from_local, utc_now
from trainingapp.core.db import db

pytestmark = pytest.mark.browser

PASSWORD = "pallets and seals 7"
TITLES = {"en": "Seven-point container inspection", "ru": "Семиточечный осмотр контейнера"}


class Walker:
    """Somebody before a screen: presses what is written there in his or her language."""

    def __init__(self, page: Page, office: Office, language: str, phone: bool) -> None:
        self.page, self.office, self.language, self.phone = page, office, language, phone
        self.seen: list[str] = []

    def words(self, text: str) -> str:
        with self.office.app.app_context(), force_locale(self.language):
            return gettext(text)

    def go(self, path: str) -> None:
        self.page.goto(self.office.url(path))
        self.look()

    def look(self) -> None:
        """Every page that is walked over is accessible, fits the screen and speaks the reader's language."""
        where = self.page.url
        assert self.page.get_attribute("html", "lang") == self.language, where
        assert violations(self.page) == [], where
        assert sideways(self.page) <= 0, where

    def press(self, text: str, role: str = "button", exact: bool = True) -> None:
        """Press the button or link of that name; say yes where the page asks."""
        self.page.get_by_role(role, name=self.words(text), exact=exact).first.click()  # type: ignore[arg-type]
        dialog = self.page.locator("dialog[open]")
        if role == "button" and dialog.count():
            dialog.locator("button[value='yes']").click()
        self.page.wait_for_timeout(50)  # a click that posts leaves the page a moment later
        self.page.wait_for_load_state("networkidle")
        self.look()

    def follow(self, text: str) -> None:
        """Follow the link that begins so; what is added for screen readers does not matter."""
        self.press(text, "link", exact=False)

    def fill(self, **values: Any) -> None:
        for name, value in values.items():
            field = self.page.locator(f"main [name='{name}']")
            if field.first.evaluate("each => each.tagName") == "SELECT":
                field.select_option(label=value) if isinstance(value, str) else field.select_option(index=value)
            else:
                field.fill(str(value))

    def tick(self, name: str, value: str) -> None:
        self.page.locator(f"main [name='{name}'][value='{value}']").check(force=True)

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def sign_in(self, email: str) -> None:
        self.go("/sign-in")
        self.fill(email=email, password=PASSWORD)
        self.press("Sign in")


@pytest.fixture
def office(serve: Callable[[Path], Office], tmp_path: Path) -> Office:
    return serve(tmp_path)


def people_of(office: Office, language: str) -> dict[str, str]:
    """A coordinator, a trainer and an officer with passwords, a centre and a yard; their e-mail addresses."""
    with office.app.app_context():
        centre = a_centre(name_en="Training centre Baku", name_ru="Учебный центр Баку")
        a_room(centre, name_en="Container yard", name_ru="Контейнерная площадка")
        names = {"given_name": "Әлия", "family_name": "Қасымова", "patronymic": None}
        latin = {"given_name_latin": "Aliya", "family_name_latin": "Kassymova"}
        people = {
            "coordinator": a_coordinator(language=language),
            "trainer": a_trainer(language=language),
            "officer": an_officer(language=language, **names, **latin),
        }
        emails = {}
        for name, person in people.items():
            emails[name], person_id = person.email, person.id
            access.use_link(access.invite(person_id, now=utc_now()), PASSWORD, now=utc_now())
        db.session.remove()
    return emails


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


def schedule_a_session(walker: Walker, day: date, trainer: str) -> str:
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
    session_path = walker.page.url.removeprefix(walker.office.address)
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
    walker.page.get_by_role("link", name=TITLES[walker.language]).first.click()
    walker.look()
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
    walker.page.locator("main form button[type=submit]").first.click()
    walker.page.wait_for_load_state()
    walker.look()


def issue(walker: Walker, session_path: str) -> None:
    walker.go(session_path)
    walker.press("Finish the session")
    walker.go(session_path + "/certificates?kind=completion")
    walker.fill(name_en="Lamiya Gulahmadova", name_ru="Ламия Гюлахмедова", post_en="Head", post_ru="Руководитель")
    walker.press("Issue certificates to those ticked")


def download(walker: Walker) -> tuple[str, str]:
    """The text of the officer's certificate in both languages, and the path by which a stranger checks it."""
    walker.go("/my-training")
    links = walker.page.locator("a[href$='.pdf']")
    hrefs = [links.nth(number).get_attribute("href") or "" for number in range(links.count())]
    both = next(href for href in hrefs if href.endswith("both.pdf"))
    answer = walker.page.request.get(walker.office.url(both))
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.body())).pages)
    code = text[text.index("/verify/") :].split()[0]
    return text, code


@pytest.mark.parametrize(("language", "phone"), [("en", False), ("ru", True)])
def test_the_main_job_from_an_empty_office_to_a_checked_certificate(office, reader, move_clock, language, phone):
    emails = people_of(office, language)
    day = datetime.now(UTC).date() + timedelta(days=10)

    def somebody(name: str | None) -> Walker:
        walker = Walker(reader(language, phone), office, language, phone)
        if name:
            walker.sign_in(emails[name])
        return walker

    def it_is(clock_time: time) -> None:
        move_clock(
            seconds=(from_local(datetime.combine(day, clock_time), "Asia/Baku") - datetime.now(UTC)).total_seconds()
        )

    coordinator, officer, trainer = somebody("coordinator"), somebody("officer"), somebody("trainer")
    publish_a_course(coordinator)
    session_path = schedule_a_session(coordinator, day, emails["trainer"])
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
