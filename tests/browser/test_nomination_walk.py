"""How places are really given: from the call to the reserve list, by people in two languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from tests.browser.conftest import Office
from tests.browser.walker import Walker, text_of
from tests.builders import (
    PASSWORD,
    a_centre,
    a_contact_point,
    a_coordinator,
    a_course,
    a_meeting,
    a_room,
    a_session,
    an_officer,
    an_organisation,
)
from trainingapp.accounts.models import OrganisationKind, Person, Sex
from trainingapp.accounts.services.access import address_of
from trainingapp.core.clock import from_local, utc_now
from trainingapp.core.db import db
from trainingapp.core.formats import day, moment
from trainingapp.core.i18n import speaking
from trainingapp.core.jobs import jobs_of
from trainingapp.core.tables import read_table
from trainingapp.mail.models import Letter
from trainingapp.mail.texts import shown_text
from trainingapp.nomination.models import Call, Invitation
from trainingapp.scheduling.models import SessionStatus

pytestmark = pytest.mark.browser

TITLES = {"en": "Risk profiling at the border", "ru": "Профилирование рисков на границе"}
ZONE = "Asia/Baku"
LETTER = b"%PDF-1.4\n% the letter of an administration\n%%EOF\n"
ADMINISTRATIONS = {
    "KZ": ("Kazakhstan", "Казахстан"),
    "GE": ("Georgia", "Грузия"),
    "IS": ("Iceland", "Исландия"),
    "CH": ("Switzerland", "Швейцария"),
}
ROWS = """Ахметов Ержан\tинспектор\terzhan@customs.kz.example.org
Нурланов Тимур\tинспектор\tтелефон 7-701
Смагулова Айгуль\tстарший инспектор\taigul@customs.kz.example.org
Жумабаев Канат\tинспектор\tkanat@customs.kz.example.org"""
DINARA, ERZHAN, AIGUL = (f"{name}@customs.kz.example.org" for name in ("dinara", "erzhan", "aigul"))
REMARK = "Просим место для Ержана Ахметова: он начинает работу на новом посту."
NOT_THIS_TIME = "Took part in a similar course last year."


@dataclass(frozen=True)
class Story:
    """The office in which the call is lived through: its people by name, its days from today on."""

    office: Office
    reader: Callable[..., Page]
    move_clock: Callable[..., None]
    people: dict[str, int]
    emails: dict[str, str]
    organisations: dict[str, int]
    session_id: int
    first_day: date

    def somebody(self, name: str, language: str, *, phone: bool = False) -> Walker:
        walker = self.stranger(language, phone=phone)
        walker.sit_down(self.people[name])
        return walker

    def stranger(self, language: str, *, phone: bool = False) -> Walker:
        return Walker(self.reader(language, phone), self.office, language)

    def day(self, number: int, at: time = time(18)) -> datetime:
        """That many days from today, on the venue's clock."""
        return datetime.combine(self.first_day + timedelta(days=number), at)

    def in_words(self, number: int, language: str) -> str:
        """That day as the pages write it."""
        with self.office.app.app_context(), speaking(language):
            return day(self.day(number).date())

    def it_is_day(self, number: int) -> None:
        """Move the clock to the noon of that day, and let everything happen that the clock asks for."""
        at = from_local(self.day(number, time(12)), ZONE)
        self.move_clock(seconds=(at - datetime.now(UTC)).total_seconds())
        with self.office.app.app_context():
            for job in jobs_of(self.office.app):
                job()
            db.session.remove()

    def read(self, statement: Any) -> Any:
        """The one value that the statement finds in the database."""
        with self.office.app.app_context():
            value = db.session.scalars(statement).one()
            db.session.remove()
        return value

    @property
    def call(self) -> str:
        return f"/calls/{self.read(sa.select(Call.id))}"

    def invitation(self, code: str) -> str:
        found = sa.select(Invitation.id).where(Invitation.organisation_id == self.organisations[code])
        return f"/invitations/{self.read(found)}"

    def link_of(self, email: str) -> str:
        """The address in the letter by which somebody without an account comes in."""
        statement = (
            sa.select(Letter.access_link_id)
            .join(Person, Person.id == Letter.recipient_id)
            .where(Person.email == email, Letter.access_link_id.is_not(None))
        )
        with self.office.app.app_context():
            link_id = db.session.scalars(statement).one()
            db.session.remove()
            return address_of(link_id, now=utc_now()).removeprefix(self.office.address)


@pytest.fixture
def story(office: Office, reader: Callable[..., Page], move_clock: Callable[..., None]) -> Story:
    """A hybrid session in ten weeks; two administrations with a contact point, one without, one not to be invited."""
    today = datetime.now(UTC).date()
    starts_on = today + timedelta(days=70)
    with office.app.app_context():
        organisations = {
            code: an_organisation(code=code, name_en=english, name_ru=russian).id
            for code, (english, russian) in ADMINISTRATIONS.items()
        }
        bureau = an_organisation(kind=OrganisationKind.OFFICE).id
        centre = a_centre(name_en="Training centre Baku", name_ru="Учебный центр Баку")
        course = a_course(code="RSK-110", title_en=TITLES["en"], title_ru=TITLES["ru"], audience_en="Risk analysts.")
        course_session = a_session(
            course,
            code="RSK-110-1",
            status=SessionStatus.DRAFT,
            centre_id=centre.id,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=1),
            capacity_in_person=4,
            capacity_online=1,
            languages=("en", "ru"),
        )
        a_meeting(course_session, room=a_room(centre, capacity=20))
        session_id = course_session.id
        people = {
            "coordinator": a_coordinator(organisation_id=bureau),
            "contact": a_contact_point(organisation_id=organisations["KZ"], language="ru"),
            "contact ge": a_contact_point(organisation_id=organisations["GE"]),
            "aliya": officer(organisations["KZ"], "Әлия Қасымова", "Aliya Kassymova", Sex.FEMALE, language="ru"),
            "dauren": officer(organisations["KZ"], "Даурен Сейткали", "Dauren Seitkali", Sex.MALE, language="ru"),
            "giorgi": officer(organisations["GE"], "Giorgi Beridze", "Giorgi Beridze", Sex.MALE),
            "levan": officer(organisations["GE"], "Levan Kapanadze", "Levan Kapanadze", Sex.MALE),
            "einar": officer(organisations["IS"], "Einar Jónsson", "Einar Jonsson", Sex.MALE),
        }
        ids = {name: person.id for name, person in people.items()}
        emails = {name: person.email for name, person in people.items()}
        db.session.remove()
    return Story(office, reader, move_clock, ids, emails, organisations, session_id, today)


def officer(organisation_id: int, name: str, latin: str, sex: Sex, **values: Any) -> Person:
    given_name, family_name = name.split()
    given_name_latin, family_name_latin = latin.split()
    names = {"given_name_latin": given_name_latin, "family_name_latin": family_name_latin, "patronymic": None}
    return an_officer(
        organisation_id=organisation_id, given_name=given_name, family_name=family_name, sex=sex, **names, **values
    )


# --- the call


def prepare_the_call(coordinator: Walker, story: Story) -> None:
    coordinator.go(f"/sessions/{story.session_id}")
    coordinator.follow_to("/call")
    coordinator.follow_to("/call/new")
    coordinator.fill(
        closes=f"{story.day(10):%Y-%m-%dT%H:%M}",
        remind_days=3,
        nominate_each=5,
        accept_each=2,
        women_percent=50,
        offer_days=7,
        hold_days=5,
        claim_days=5,
        cut_off_days=14,
        still_days=7,
    )
    coordinator.press("Save")
    coordinator.fill(**{f"nominate-{story.organisations['IS']}": 1, f"accept-{story.organisations['IS']}": 1})
    coordinator.switch(coordinator.field(f"invited-{story.organisations['CH']}"))
    coordinator.press("Save the list")
    coordinator.sees_nothing_of("Switzerland")


def read_the_invitation(coordinator: Walker, story: Story) -> None:
    """As a page, and as PDF in both languages."""
    coordinator.follow("Read the invitation")
    coordinator.fill(organisation="Iceland")
    coordinator.press("Show")
    coordinator.sees(TITLES["en"], TITLES["ru"])
    for language, name in (("en", "Iceland"), ("ru", "Исландия")):
        address = f"{story.call}/invitation.pdf?language={language}&organisation={story.organisations['IS']}"
        text = text_of(coordinator.download(address))
        assert TITLES[language] in text
        assert name in text
        with story.office.app.app_context(), speaking(language):
            assert " ".join(moment(from_local(story.day(10), ZONE), ZONE).split()) in text


def open_the_call(coordinator: Walker, story: Story) -> None:
    coordinator.go(f"/sessions/{story.session_id}/call")
    coordinator.press("Open the call")
    coordinator.sees("The call is open")


# --- the candidates


def nominate_in_three_ways(contact: Walker, story: Story) -> None:
    """A new officer by the form, a known one from the list, and a list with a row that cannot be read."""
    contact.go("/my-administration")
    contact.follow("Nominate candidates")
    contact.follow("One new officer")
    contact.fill(family_name="Омарова", given_name="Динара", post="аналитик", email=DINARA)
    contact.fill(sex=1, motivation="Ведёт профили рисков по контейнерам.")
    contact.tick("language", "en")
    contact.press("Nominate the officer")
    contact.follow("Nominate more candidates")
    contact.tick("people", story.people["aliya"])
    contact.press("Nominate those chosen")
    contact.follow("Nominate more candidates")
    contact.follow("A list")
    contact.fill(rows=ROWS)
    contact.press("Check the list")
    broken = contact.page.locator("tr.is-refused")
    assert broken.count() == 1
    for text in (contact.words("Row %(number)s") % {"number": 2}, "Нурланов"):
        assert text in broken.inner_text()
    assert broken.locator(".row-faults").inner_text().strip()
    contact.click(contact.page.locator("button[name='confirm']"))
    contact.sees("Ахметов", "Смагулова", "Жумабаев")
    contact.sees_nothing_of("Нурланов")


def set_in_order(contact: Walker, story: Story) -> None:
    """The best first, a wrong post corrected, somebody withdrawn, the official letter attached."""
    contact.press("To the top", about="Әлия Қасымова")
    assert "Қасымова" in contact.page.locator("ol.candidates li").first.inner_text()
    contact.press("Correct", "link", about="Ержан Ахметов")
    contact.fill(post="начальник поста")
    contact.press("Save")
    contact.sees("начальник поста")
    contact.press("Take off the list", "link", about="Канат Жумабаев")
    contact.fill(reason="Переведён в другое управление.")
    contact.press("Withdraw the candidate")
    contact.hand_in("file", "письмо.pdf", "application/pdf", LETTER)
    contact.press("Attach the letter")
    assert contact.download(f"{story.invitation('KZ')}/letter") == LETTER


def nominate_on_a_phone(contact: Walker, story: Story) -> None:
    contact.go("/my-administration")
    contact.follow("Nominate candidates")
    for name in ("giorgi", "levan"):
        contact.tick("people", story.people[name])
    contact.press("Nominate those chosen")
    contact.sees("Beridze", "Kapanadze")
    contact.sees_nothing_of("Kassymova", "Akhmetov", "Jónsson")


def nominate_on_behalf(coordinator: Walker, story: Story) -> None:
    coordinator.go(f"/sessions/{story.session_id}/call")
    coordinator.press("Nominate on its behalf", "link", about="Iceland")
    coordinator.follow("Choose known officers")
    coordinator.tick("people", story.people["einar"])
    coordinator.press("Nominate those chosen")
    coordinator.sees("You act on behalf of Iceland.", "Jónsson")


# --- the selection


def select(coordinator: Walker, story: Story) -> None:
    """Let the rule suggest, decline somebody by hand, and show it to the administrations."""
    coordinator.go(f"{story.call}/selection")
    coordinator.press("Suggest a selection")
    coordinator.sees("the balance decided for this candidate")
    row = coordinator.page.locator("tr", has_text="Smagulova")
    coordinator.switch(row.locator("input[value='decline']"))
    coordinator.press("Save and show")
    coordinator.sees("Declined without a reason")
    coordinator.go(f"{story.call}/selection")
    row.locator("input[name^='reason-']").fill(NOT_THIS_TIME)
    coordinator.press("Save and show")
    coordinator.fill(comments_until=f"{story.day(14):%Y-%m-%dT%H:%M}")
    coordinator.press("Show to the administrations")
    coordinator.go(f"{story.call}/final")
    coordinator.sees("may still comment")


def comment(contact: Walker, story: Story) -> None:
    """On what is proposed for the own candidates: those of others are not shown."""
    contact.go("/my-administration")
    contact.follow("Look and comment")
    contact.sees("Қасымова", "Ахметов", NOT_THIS_TIME)
    contact.sees_nothing_of("Beridze", "Kapanadze", "Jónsson")
    contact.fill(text=REMARK)
    contact.press("Send the comment")
    contact.sees(REMARK)


def look_at_the_own_only(contact: Walker, story: Story) -> None:
    contact.go(story.invitation("GE"))
    contact.sees("Beridze", "Kapanadze")
    contact.sees_nothing_of("Kassymova", "Akhmetov", "Jónsson", REMARK)


def make_final(coordinator: Walker, story: Story) -> None:
    coordinator.go(f"{story.call}/selection")
    coordinator.sees(REMARK)
    coordinator.follow("Make it final")
    coordinator.sees_nothing_of("left over")  # a place online is, but nobody on the reserve list was named for one
    coordinator.press("Make the selection final")
    coordinator.sees("The selection is final")


# --- letters, answers, and what becomes of the places


def everybody_is_told(story: Story) -> None:
    """Whoever was nominated, and the contact points: each in the own language."""
    statement = (
        sa.select(Person.email, Person.language, Letter)
        .join(Letter, Letter.recipient_id == Person.id)
        .where(Letter.written_at > from_local(story.day(15, time(11)), ZONE))
    )
    with story.office.app.app_context():
        found = db.session.execute(statement).all()
        letters = [(*whom, letter.language, shown_text(letter).subject) for *whom, letter in found]
        db.session.remove()
    told = {"aliya", "giorgi", "levan", "einar", "contact", "contact ge"}
    assert {email for email, *_rest in letters} == {story.emails[name] for name in told} | {DINARA, ERZHAN, AIGUL}
    for _email, language, written_in, subject in letters:
        assert written_in == language
        assert TITLES[language] in subject


def read_the_newest_letter(walker: Walker, subject: str) -> None:
    walker.go("/letters")
    newest = walker.main.locator("h2 a").first
    assert newest.get_attribute("lang") == walker.language
    expected = re.escape(walker.words(subject) % {"title": TITLES[walker.language], "time": "TIME", "course": "TIME"})
    assert re.fullmatch(expected.replace("TIME", ".+"), newest.inner_text())
    walker.click(newest)
    walker.sees(TITLES[walker.language])


def confirm(walker: Walker, mode: str | None = None) -> None:
    walker.go("/my-training")
    walker.follow("Answer the offer")
    if mode:
        walker.tick("mode", mode)
    walker.press("Confirm the place")
    walker.sees(walker.words("Has a place"))


def turn_down_by_the_personal_link(walker: Walker, story: Story) -> None:
    """The letter with the offer is the first that this officer hears of the office."""
    walker.go(story.link_of(DINARA))
    walker.fill(password=PASSWORD, again=PASSWORD)
    walker.press("Set the password and sign in")
    walker.go("/my-training")
    walker.follow("Answer the offer")
    walker.fill(reason="On leave in that week.")
    walker.press("Decline the offer")


def name_a_replacement(contact: Walker, story: Story) -> None:
    """The page says until when the place is held."""
    contact.go("/my-administration")
    contact.sees("Динара Омарова", story.in_words(20, "ru"))
    contact.press("Nominate a replacement", "link")
    contact.sees(story.in_words(20, "ru"))
    contact.tick("person", story.people["dauren"])
    contact.fill(reason="Даурен Сейткали ведёт ту же работу.")
    contact.press("Offer the place to the colleague")
    contact.sees("Даурен Сейткали")


def confirm_on_behalf(coordinator: Walker, story: Story) -> None:
    coordinator.go(f"/sessions/{story.session_id}/participants")
    coordinator.press("Answer on behalf", "link", about="Beridze, Giorgi")
    coordinator.press("Confirm the place")
    coordinator.sees("Confirmed: Giorgi Beridze has a place")


def read_the_own_position(walker: Walker, *texts: str) -> None:
    """First among one's places, then with what happened so far."""
    walker.go("/my-training")
    walker.sees(*texts)
    walker.follow("What happened")
    walker.sees(*texts)


def look_at_the_held_place(coordinator: Walker, story: Story) -> None:
    coordinator.go(f"/sessions/{story.session_id}/participants")
    coordinator.sees("Kept for a replacement", "Jónsson", story.in_words(27, "en"))


def take_the_lists_away(coordinator: Walker, story: Story) -> None:
    """The participants in both languages as PDF and on a page to print; for Excel also whoever has an offer."""
    of_session = f"/sessions/{story.session_id}/participants"
    coordinator.go(of_session)
    for language, name in (("en", "Georgia"), ("ru", "Грузия")):
        text = text_of(coordinator.download(f"{of_session}.pdf?language={language}"))
        assert TITLES[language] in text
        assert name in text
        assert "Kassymova" in text
        assert "Kapanadze" not in text
    rows = str(read_table(coordinator.download(f"{of_session}.xlsx")))
    assert "Kassymova" in rows
    assert "Kapanadze" in rows
    coordinator.follow_to("/participants/print")
    coordinator.sees("Kassymova")
    coordinator.sees_nothing_of("Kapanadze")


def hand_over(contact: Walker, story: Story) -> None:
    contact.go("/my-administration")
    contact.follow("Hand the role over")
    contact.field("person_id").select_option(str(story.people["dauren"]))
    contact.press("Hand over")
    assert contact.page.request.get(story.office.url("/my-administration")).status == 403


def test_places_are_given_by_nomination(story):
    coordinator = story.somebody("coordinator", "en")
    prepare_the_call(coordinator, story)
    read_the_invitation(coordinator, story)
    open_the_call(coordinator, story)
    contact = story.somebody("contact", "ru")
    read_the_newest_letter(contact, "Nominate by %(time)s: “%(title)s”")
    nominate_in_three_ways(contact, story)
    set_in_order(contact, story)
    nominate_on_behalf(coordinator, story)
    story.it_is_day(8)
    colleague = story.somebody("contact ge", "en", phone=True)
    read_the_newest_letter(colleague, "Reminder, nominate by %(time)s: “%(title)s”")
    nominate_on_a_phone(colleague, story)

    story.it_is_day(11)
    select(coordinator, story)
    comment(contact, story)
    look_at_the_own_only(colleague, story)
    story.it_is_day(15)
    make_final(coordinator, story)
    everybody_is_told(story)
    read_the_newest_letter(contact, "The selection is final: %(course)s")

    aliya = story.somebody("aliya", "ru", phone=True)
    read_the_newest_letter(aliya, "Answer by %(time)s: a place on “%(title)s”")
    confirm(aliya, "both")
    dinara = story.stranger("en", phone=True)
    turn_down_by_the_personal_link(dinara, story)
    name_a_replacement(contact, story)
    dauren = story.somebody("dauren", "ru", phone=True)
    confirm(dauren)
    confirm_on_behalf(coordinator, story)
    levan = story.somebody("levan", "en", phone=True)
    read_the_own_position(levan, "reserve list")

    story.it_is_day(23)
    look_at_the_held_place(coordinator, story)
    read_the_own_position(levan, "reserve list", "The next place is kept for Iceland")
    story.it_is_day(28)
    read_the_newest_letter(levan, "Answer by %(time)s: a place on “%(title)s”")
    take_the_lists_away(coordinator, story)
    confirm(levan)
    hand_over(contact, story)
    dauren.sit_down(story.people["dauren"])  # a new role ends the sign-ins of before
    dauren.go("/my-administration")
    dauren.sees("Казахстан", "Қасымова")
    dauren.sees_nothing_of("Kapanadze")
