"""Letters about calls, candidates and offers: to whom, in which language, and what they say."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from email.message import Message
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import builders
from tests.builders import NOW
from tests.mail.scenes import (
    assert_names_whom_to_ask,
    assert_subject_tells_the_course,
    assert_waits_for_urgent_ones,
    deliver_at,
    keep_to_be_read,
    letters,
    tell,
)
from tests.nomination.calling import (
    AFTER,
    BOTH,
    DAY,
    IN_PERSON,
    ONLINE,
    Call2,
    a_call,
    a_contact,
    kinds,
    latest,
)
from tests.pages import PageClient
from tests.postbox import Postbox
from trainingapp.accounts.models import AccessLink, Organisation, Person
from trainingapp.accounts.services import contact_points
from trainingapp.core.actor import acting_as
from trainingapp.core.bus import publish
from trainingapp.core.clock import standing_at
from trainingapp.core.db import db, transaction
from trainingapp.core.errors import NotInTime
from trainingapp.core.events import Event
from trainingapp.core.files import keep as keep_file
from trainingapp.core.files import path_of
from trainingapp.enrolment import services as places
from trainingapp.enrolment.events import OfferShortened, PlaceModeChanged
from trainingapp.enrolment.letters.reminders import remind_of_offers
from trainingapp.enrolment.models import Place
from trainingapp.enrolment.rules.selecting import Selection
from trainingapp.mail.models import Failure, Letter
from trainingapp.mail.services.delivery import deliver_due
from trainingapp.mail.services.enclosing import enclosure_of
from trainingapp.nomination.events import (
    AdministrationInvited,
    AdministrationUninvited,
    CallChanged,
    CallOpened,
    InvitationChanged,
    SelectionProposed,
    SelectionReopened,
)
from trainingapp.nomination.letters.reminders import remind_of_calls
from trainingapp.nomination.models import Call, Invitation, Proposal
from trainingapp.nomination.queries.loading import find_nomination_of
from trainingapp.scheduling.events import SessionChanged, SessionConfirmed
from trainingapp.scheduling.models import CourseSession, SessionStatus
from trainingapp.scheduling.services import steps as scheduling

pytestmark = pytest.mark.usefixtures("app")

ALLOWED_LATIN = re.compile(r"UTC[+−]\d+|https?://\S+|\S+@\S+|\{link\}|PDF|CCTC-2026-01")
DEADLINE = {
    "en": "18 May 2026, 18:00 (Baku time, UTC+4) [your time: 17:00 (Moscow time, UTC+3)]",
    "ru": "18 мая 2026 г., 18:00 (время Баку, UTC+4) [ваше время: 17:00 (время Москвы, UTC+3)]",
}

Scene = Callable[[Call2], tuple[Person, str]]


def tell_at(now: Any, event: Event) -> None:
    with standing_at(now):
        tell(event)


def of_call(call: Call2) -> dict[str, int]:
    return {"call_id": call.call.id, "course_session_id": call.course_session.id}


def of_georgia(call: Call2) -> dict[str, int]:
    return {
        "invitation_id": call.georgia.id,
        "organisation_id": call.georgia.organisation_id,
        "course_session_id": call.course_session.id,
    }


# --- one scene for each letter: who reads it, and of which kind it is


def opened(call: Call2) -> tuple[Person, str]:
    tell_at(NOW, CallOpened(**of_call(call), invited=2))
    return call.contact, "called"


def invited_later(call: Call2) -> tuple[Person, str]:
    tell_at(NOW, AdministrationInvited(**of_georgia(call), is_open=True))
    return call.contact, "called-later"


def uninvited(call: Call2) -> tuple[Person, str]:
    tell_at(NOW, AdministrationUninvited(**of_georgia(call)))
    return call.contact, "call-uninvited"


def new_deadline(call: Call2) -> tuple[Person, str]:
    closes_at = {"closes_at": "2026-05-18T14:00:00+00:00"}
    tell_at(NOW, CallChanged(**of_call(call), old={"closes_at": "2026-05-11T14:00:00+00:00"}, new=closes_at))
    return call.contact, "call-changed"


def new_numbers(call: Call2) -> tuple[Person, str]:
    tell_at(NOW, InvitationChanged(**of_georgia(call), old={"accept_own": None}, new={"accept_own": 2}))
    return call.contact, "call-changed"


def reminded(call: Call2) -> tuple[Person, str]:
    remind_of_calls(now=call.call.closes_at - 7 * DAY)
    return call.contact, "remind-early"


def reminded_at_last(call: Call2) -> tuple[Person, str]:
    remind_of_calls(now=call.call.closes_at - DAY)
    return call.contact, "remind-last"


def cancelled(call: Call2) -> tuple[Person, str]:
    with standing_at(NOW), acting_as(call.coordinator.id):
        scheduling.cancel(call.course_session.id, "ремонт", now=NOW)
    return call.contact, "call-cancelled"


def nominated(call: Call2) -> tuple[Person, str]:
    return call.named().person, "nominated"


def nominated_by_the_office(call: Call2) -> tuple[Person, str]:
    person = call.officer()
    with standing_at(NOW), acting_as(call.coordinator.id):
        places.nominate(person.id, call.course_session.id, IN_PERSON, now=NOW)
    return person, "nominated"


def nominated_late(call: Call2) -> tuple[Person, str]:
    return call.named(now=AFTER).person, "nominated"


def dropped(call: Call2) -> tuple[Person, str]:
    place = call.named()
    with standing_at(NOW), acting_as(call.contact.id):
        places.withdraw(place.id, "другая командировка", now=NOW)
    return place.person, "withdrawn"


def left_by_themselves(call: Call2) -> tuple[Person, str]:
    place = call.named(call.officer(given_name="Давид", family_name="Лория", patronymic=None))
    with standing_at(NOW), acting_as(place.person_id):
        places.withdraw(place.id, "болезнь", now=NOW)
    return call.contact, "candidate-left"


def proposed(call: Call2) -> tuple[Person, str]:
    for number, (proposal, reason) in enumerate(
        [(Proposal.SELECT, None), (Proposal.RESERVE, None), (Proposal.DECLINE, "мало опыта"), (None, None)], start=1
    ):
        place = call.named(call.officer(given_name="Давид", family_name=f"Лория-{number}", patronymic=None))
        with transaction():
            nomination = find_nomination_of(place.id)
            assert nomination is not None
            nomination.proposal, nomination.proposal_reason = proposal, reason
            nomination.reserve_rank = 3 if proposal is Proposal.RESERVE else None
    tell_at(AFTER, SelectionProposed(**of_call(call), until_at=AFTER + 2 * DAY))
    return call.contact, "selection-proposed"


def reopened(call: Call2) -> tuple[Person, str]:
    call.named()
    tell_at(AFTER, SelectionReopened(**of_call(call)))
    return call.contact, "selection-reopened"


def decided(call: Call2) -> tuple[Place, Place, Place]:
    """An offer, the first of the reserve list, and a refusal."""
    first, second, third = (
        call.named(call.officer(given_name="Давид", family_name=f"Лория-{number}", patronymic=None))
        for number in range(1, 4)
    )
    foreign = call.named_elsewhere()
    call.selected(first, foreign, reserve=[second], declined={third.id: "мало опыта"})
    return first, second, third


def final(call: Call2) -> tuple[Person, str]:
    decided(call)
    return call.contact, "selection-final"


def offered(call: Call2) -> tuple[Person, str]:
    return decided(call)[0].person, "offered"


def reserved(call: Call2) -> tuple[Person, str]:
    return decided(call)[1].person, "reserved"


def declined(call: Call2) -> tuple[Person, str]:
    return decided(call)[2].person, "declined"


def offered_without_account(call: Call2) -> tuple[Person, str]:
    place = call.named(call.officer(password_hash=None))
    call.selected(place)
    return place.person, "offered"


def offer_reminded(call: Call2) -> tuple[Person, str]:
    place = decided(call)[0]
    remind_of_offers(now=AFTER + 5 * DAY)
    return place.person, "offer-reminder"


def from_reserve(call: Call2) -> tuple[Person, str]:
    first, second, _third = decided(call)
    with standing_at(AFTER), acting_as(first.person_id):
        places.turn_down(first.id, now=AFTER)
    with standing_at(AFTER), acting_as(call.contact.id):
        places.release_seat(first.id, now=AFTER)
    return second.person, "offered"


def replacing(call: Call2, before: Callable[[Place], None] | None = None) -> tuple[Place, Place]:
    first = decided(call)[0]
    colleague = call.officer(given_name="Тамара", family_name="Гелашвили", patronymic=None)
    if before:
        before(first)
    with standing_at(AFTER), acting_as(call.contact.id):
        return first, places.replace(first.id, colleague.id, "перевод на другую должность", now=AFTER)


def replacement(call: Call2) -> tuple[Person, str]:
    return replacing(call)[1].person, "offered"


def named_again(call: Call2) -> tuple[Person, str]:
    """Who turned the offer down is named for the same place."""
    place = decided(call)[0]
    with standing_at(AFTER), acting_as(place.person_id):
        places.turn_down(place.id, now=AFTER)
    with standing_at(AFTER), acting_as(call.contact.id):
        places.replace(place.id, place.person_id, "передумал", now=AFTER)
    return place.person, "offered"


def replaced(call: Call2) -> tuple[Person, str]:
    return replacing(call)[0].person, "replaced"


def confirmed(call: Call2) -> tuple[Person, str]:
    place = decided(call)[0]
    with standing_at(AFTER), acting_as(place.person_id):
        places.confirm(place.id, now=AFTER)
    return place.person, "offer_confirmed"


def confirmed_by_the_office(call: Call2) -> tuple[Person, str]:
    place = decided(call)[0]
    with standing_at(AFTER), acting_as(call.coordinator.id):
        places.confirm(place.id, now=AFTER)
    return place.person, "offer_confirmed"


def turned_down(call: Call2) -> tuple[Person, str]:
    place = decided(call)[0]
    with standing_at(AFTER), acting_as(place.person_id):
        places.turn_down(place.id, "болезнь", now=AFTER)
    return call.contact, "seat-left"


def turned_down_by_the_office(call: Call2) -> tuple[Person, str]:
    place = decided(call)[0]
    with standing_at(AFTER), acting_as(call.coordinator.id):
        places.turn_down(place.id, "болезнь", now=AFTER)
    return place.person, "turned_down"


def taken_back_by_the_administration(call: Call2) -> tuple[Person, str]:
    return confirmed_and_taken_back(call, call.contact)


def place_taken_back_by_the_office(call: Call2) -> tuple[Person, str]:
    return confirmed_and_taken_back(call, call.coordinator)


def confirmed_and_taken_back(call: Call2, by: Person) -> tuple[Person, str]:
    place = decided(call)[0]
    with standing_at(AFTER):
        with acting_as(place.person_id):
            places.confirm(place.id, now=AFTER)
        with acting_as(by.id):
            places.withdraw(place.id, "болезнь", now=AFTER)
    return place.person, "withdrawn"


def offer_taken_back_by_the_office(call: Call2) -> tuple[Person, str]:
    place = decided(call)[0]
    with standing_at(AFTER), acting_as(call.coordinator.id):
        places.withdraw(place.id, "болезнь", now=AFTER)
    return place.person, "withdrawn"


def offer_taken_back_by_a_coordinator_who_is_the_contact_point_too(call: Call2) -> tuple[Person, str]:
    place = decided(call)[0]
    with standing_at(AFTER), acting_as(call.contact.id):
        places.withdraw(place.id, "болезнь", now=AFTER)
    return place.person, "withdrawn"


def not_answered(call: Call2) -> tuple[Person, str]:
    decided(call)
    with standing_at(AFTER + 7 * DAY):
        places.sweep(now=AFTER + 7 * DAY)
    return call.contact, "seat-left"


def lapsed(call: Call2) -> tuple[Person, str]:
    place = decided(call)[0]
    with standing_at(AFTER + 7 * DAY):
        places.sweep(now=AFTER + 7 * DAY)
    return place.person, "offer_lapsed"


def to_be_answered_earlier(call: Call2) -> tuple[Person, str]:
    place = decided(call)[0]
    about = {"place_id": place.id, "person_id": place.person_id, "course_session_id": place.course_session_id}
    tell_at(AFTER, OfferShortened(**about, until_at=AFTER + DAY))
    return place.person, "offer-shortened"


def released(call: Call2) -> tuple[Person, str]:
    place = decided(call)[0]
    with standing_at(AFTER), acting_as(place.person_id):
        places.turn_down(place.id, now=AFTER)
    with standing_at(AFTER + 5 * DAY):
        places.sweep(now=AFTER + 5 * DAY)
    return call.contact, "seat-released"


def another_mode(call: Call2) -> tuple[Person, str]:
    place = decided(call)[0]
    with standing_at(AFTER), acting_as(place.person_id):
        places.confirm(place.id, now=AFTER)
    with transaction():
        db.session.get_one(Place, place.id).mode = BOTH
    about = {"place_id": place.id, "person_id": place.person_id, "course_session_id": place.course_session_id}
    tell_at(AFTER, PlaceModeChanged(**about, old={"mode": "in_person"}, new={"mode": "both"}))
    return place.person, "mode-changed"


def begun_without_a_place(call: Call2) -> tuple[Person, str]:
    place = decided(call)[1]
    begins = call.course_session.starts_at
    with transaction():
        db.session.get_one(CourseSession, call.course_session.id).status = SessionStatus.RUNNING
    with standing_at(begins):
        places.lapse_waiting(call.course_session.id, now=begins)
    return place.person, "lapsed"


def moved_days(call: Call2) -> Event:
    return SessionChanged(
        course_session_id=call.course_session.id, old={"starts_on": "2026-05-25"}, new={"starts_on": "2026-06-01"}
    )


def changed_for_candidate(call: Call2) -> tuple[Person, str]:
    place = call.named()
    tell_at(NOW, moved_days(call))
    return place.person, "session-changed"


def changed_for_offered(call: Call2) -> tuple[Person, str]:
    place = decided(call)[0]
    tell_at(AFTER, moved_days(call))
    return place.person, "session-changed"


def changed_for_contact_point(call: Call2) -> tuple[Person, str]:
    tell_at(NOW, moved_days(call))
    return call.contact, "session-changed"


CASES: dict[str, tuple[Scene, str, str]] = {
    "call opened": (opened, f"Nomination deadline: {DEADLINE['en']}", f": {DEADLINE['ru']}"),
    "invited later": (invited_later, "Your administration (Georgia) is invited", "администрацию (Грузия) приглашают"),
    "uninvited": (uninvited, "no longer asks your administration (Georgia)", "Бюро больше не ждёт"),
    "new deadline": (
        new_deadline,
        "Deadline before: 11 May 2026, 18:00 (Baku time, UTC+4)",
        "11 мая 2026 г., 18:00 (время Баку, UTC+4)",
    ),
    "new numbers": (new_numbers, "Places for your administration: up to 2", "Мест для вашей администрации: не более 2"),
    "reminder": (reminded, "has not nominated candidates", "пока не выдвинула кандидатов"),
    "last reminder": (reminded_at_last, "has not nominated candidates", "пока не выдвинула кандидатов"),
    "session cancelled": (cancelled, "Reason: ремонт", "Причина: ремонт"),
    "nominated": (nominated, "Nominated by: Nino Beridze", "Кто выдвинул: Нино Беридзе"),
    "nominated by the office": (nominated_by_the_office, "on behalf of your administration", "Бюро от имени вашей"),
    "nominated late": (nominated_late, "What happens next: the office selects", "Что дальше: бюро проводит отбор"),
    "dropped": (dropped, "no longer nominates you", "сняла вашу кандидатуру"),
    "left": (left_by_themselves, "David Loriia is no longer a candidate", "Давид Лория больше не числится"),
    "proposed": (proposed, "– David Loriia-2: reserve list, number 3", "— Давид Лория-2: резервный список, № 3"),
    "reopened": (reopened, "is changing the selection", "пересматривает предложение"),
    "final": (final, "– David Loriia-2: reserve list, number 1", "— Давид Лория-2: резервный список, № 1"),
    "offered": (
        offered,
        "Please answer by 31 May 2026, 18:00 (Baku time, UTC+4)",
        "ответьте до 31 мая 2026 г., 18:00 (время Баку, UTC+4)",
    ),
    "offered without account": (offered_without_account, "{link}", "{link}"),
    "offer reminder": (offer_reminded, "we have no answer from you yet", "ответа от вас пока нет"),
    "reserved": (reserved, "you are number 1 on the reserve list", "в резервном списке под номером 1"),
    "declined": (declined, "Reason: мало опыта", "Причина: мало опыта"),
    "from the reserve": (from_reserve, "next on the reserve list", "подошла ваша очередь в резервном списке"),
    "replacement": (
        replacement,
        "to replace a colleague (David Loriia-1)",
        "на замену (вместо сотрудника: Давид Лория-1)",
    ),
    "named again": (named_again, "has nominated you again", "снова предложила вашу кандидатуру"),
    "replaced": (replaced, "a colleague (Tamara Gelashvili)", "замену (Тамара Гелашвили)"),
    "confirmed": (confirmed, "You have confirmed your place (in person)", "Вы подтвердили место (очно)"),
    "confirmed by the office": (confirmed_by_the_office, "in your name", "от вашего имени"),
    "turned down": (turned_down, "the offer of a place is no longer open", "предложение места больше не действует"),
    "turned down by the office": (turned_down_by_the_office, "The office has noted", "Бюро отметило"),
    "place taken back": (place_taken_back_by_the_office, "has cancelled your place on", "отменило вашу запись на курс"),
    "offer taken back": (
        offer_taken_back_by_the_office,
        "office has withdrawn the offer",
        "отменило предложение места",
    ),
    "offer taken back by both": (
        offer_taken_back_by_a_coordinator_who_is_the_contact_point_too,
        "please write to the office",
        "напишите в бюро",
    ),
    "taken back": (taken_back_by_the_administration, "has cancelled your place", "отказалась от вашего места"),
    "not answered": (not_answered, "did not answer the offer", "не поступил вовремя"),
    "lapsed": (lapsed, "the offer has ended", "но не получили, поэтому предложение"),
    "shortened": (
        to_be_answered_earlier,
        "begins earlier than planned (1–2 June 2026). For this reason your offer of a place (in person) ends earlier",
        "начинается раньше, чем планировалось (1–2 июня 2026 г.). Поэтому и ответить на предложение места (очно) нужно",
    ),
    "released": (released, "is no longer kept for your administration", "больше не сохраняется за вашей"),
    "another way": (another_mode, "Now: in person and online", "Стало: очно и онлайн"),
    "begun": (begun_without_a_place, "no longer among its candidates", "не числитесь среди кандидатов"),
    "new days, candidate": (changed_for_candidate, "do not have a place yet", "места у вас пока нет"),
    "new days, offered": (
        changed_for_offered,
        "You are offered a place. Please answer by",
        "Вам предложено место. Пожалуйста, ответьте до",
    ),
    "new days, contact point": (
        changed_for_contact_point,
        "was invited to nominate candidates",
        "пригласили выдвинуть",
    ),
}


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("case", CASES)
def test_letter_says_what_has_happened_and_what_is_next(office_is_reached: None, case: str, language: str) -> None:
    scene, english, russian = CASES[case]

    person, kind = scene(a_call(language))

    letter = latest(person, kind)
    body = re.sub(r"[\u00a0\u202f]", " ", letter.body)
    assert (english if language == "en" else russian) in body
    assert letter.language == language
    assert_is_whole(letter)
    assert_subject_tells_the_course(letter)
    keep_to_be_read(letter, case)


@pytest.mark.parametrize(("language", "note"), [("en", "* See …"), ("ru", "* См. …")])
def test_letter_has_the_footnote_of_a_name_at_its_end(language: str, note: str) -> None:
    call = a_call(language)
    with transaction():
        georgia = db.session.get_one(Organisation, call.georgia.organisation_id)
        georgia.name_en, georgia.name_ru, georgia.note_en, georgia.note_ru = "Georgia*", "Грузия*", "* See …", "* См. …"

    opened(call)

    assert latest(call.contact, "called").body.endswith(f"\n\n{note}")
    assert latest(call.other, "called").body.count("* ") == 0


def assert_is_whole(letter: Letter) -> None:
    """Nothing is left of the template, and a Russian letter has no English in it."""
    text = f"{letter.subject}\n{letter.body}"
    assert not re.search(r"%\(|\}\}|\bNone\b|Undefined|<", text)
    assert "\n\n\n" not in text
    assert len(letter.reason) <= 100
    assert_names_whom_to_ask(letter)
    assert_waits_for_urgent_ones(letter)
    if letter.language == "ru":
        assert not re.findall(r"[A-Za-z]{2,}", ALLOWED_LATIN.sub("", text))
        assert not re.search("отозван|отзыв|номинац", text, re.IGNORECASE)


# --- who is written to


@pytest.mark.both_engines
def test_opening_writes_to_every_contact_point_of_the_invited_administrations() -> None:
    call = a_call()
    colleague = a_contact(call.georgia.organisation, "ru")
    switched_off = a_contact(call.georgia.organisation, "en", deactivated_at=NOW)
    uninvolved = a_contact(builders.an_organisation(), "en")

    opened(call)

    told = {letter.recipient_id: letter.language for letter in letters()}
    assert told == {call.contact.id: "en", colleague.id: "ru", call.other.id: "en"}
    assert switched_off.id not in told
    assert uninvolved.id not in told


def test_each_letter_carries_the_invitation_of_its_administration_in_its_language() -> None:
    call = a_call()
    english, russian = a_contact(call.georgia.organisation, "en"), a_contact(call.georgia.organisation, "ru")

    opened(call)

    papers = {person.id: letters(person)[0].paper for person in (call.contact, english, russian, call.other)}
    assert papers[call.contact.id] == papers[english.id]
    assert papers[russian.id]["lang"] == "ru"
    assert papers[call.other.id]["url"] != papers[call.contact.id]["url"]
    assert letters(russian)[0].paper_name.startswith("Письмо-приглашение CCTC-2026-01 ")


def test_opening_a_call_typesets_nothing_under_its_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    def typesets(*_: Any) -> bytes:
        raise AssertionError("a document was made in the transaction")

    monkeypatch.setattr("trainingapp.core.typesetting.typeset", typesets)
    call = a_call()

    opened(call)

    assert len(letters()) == 2


def test_invitation_stays_as_it_was_on_its_day(postbox: Postbox) -> None:
    call = a_call()
    opened(call)
    before = enclosure_of(letters(call.contact)[0].id)
    with transaction():
        db.session.get_one(Call, call.call.id).text_en = "Another text"

    deliver_at(NOW)

    message = next(one for one in postbox.messages if call.contact.email in str(one["To"]))
    (pdf,) = [part for part in message.walk() if part.get_content_type() == "application/pdf"]
    assert pdf.get_payload(decode=True) == before.data


def test_call_in_preparation_is_not_written_about() -> None:
    call = a_call(opened_at=None)

    tell_at(NOW, AdministrationInvited(**of_georgia(call), is_open=False))
    tell_at(NOW, AdministrationUninvited(**of_georgia(call)))
    new_deadline(call)
    new_numbers(call)

    assert letters() == []


def test_administration_that_joins_later_is_asked_alone() -> None:
    call = a_call()

    invited_later(call)

    assert [letter.recipient_id for letter in letters()] == [call.contact.id]
    assert letters(call.contact)[0].paper["to"] == "Customs administration"


def test_administration_taken_out_and_invited_again_is_asked_again() -> None:
    call = a_call()
    opened(call)

    for day in (1, 2):
        tell_at(NOW + day * DAY, AdministrationUninvited(**of_georgia(call)))
        tell_at(NOW + day * DAY, AdministrationInvited(**of_georgia(call), is_open=True))

    assert kinds(call.contact) == ["called", *["call-uninvited", "called-later"] * 2]


def test_new_deadline_is_told_to_all_and_new_numbers_to_those_who_have_them() -> None:
    call = a_call()
    with transaction():
        db.session.get_one(Invitation, call.latvia.id).accept_own = 1

    tell_at(NOW, CallChanged(**of_call(call), old={"accept_each": 3}, new={"accept_each": 2}))
    new_deadline(call)
    tell_at(NOW + DAY, CallChanged(**of_call(call), old={"text_en": "a"}, new={"text_en": "b"}))

    assert kinds(call.contact) == ["call-changed"]  # both at one moment, so one letter
    assert kinds(call.other) == ["call-changed"]
    assert "Deadline before" in letters(call.other)[0].body


@pytest.mark.both_engines
def test_reminders_go_to_those_who_have_not_answered_and_once() -> None:
    call = a_call()
    call.named()
    closes_at = call.call.closes_at

    for _time in range(2):
        remind_of_calls(now=closes_at - 7 * DAY)
        remind_of_calls(now=closes_at - DAY)
        remind_of_calls(now=closes_at)

    assert kinds(call.contact) == []
    assert kinds(call.other) == ["remind-early", "remind-last"]


def test_candidate_who_left_is_no_answer_but_nobody_is() -> None:
    call = a_call()
    left_by_themselves(call)
    with transaction():
        db.session.get_one(Invitation, call.latvia.id).declined_at = NOW

    written = remind_of_calls(now=call.call.closes_at - DAY)

    assert written == 1
    assert kinds(call.contact)[-1] == "remind-last"
    assert kinds(call.other) == []


def test_later_deadline_is_reminded_of_again() -> None:
    call = a_call()
    reminded(call)
    with transaction():
        kept = db.session.get_one(Call, call.call.id)
        kept.closes_at += 4 * DAY

    remind_of_calls(now=call.call.closes_at - 7 * DAY)

    assert kinds(call.contact) == ["remind-early"] * 2


def test_cancelled_or_proposed_calls_are_not_reminded_of() -> None:
    call, other = a_call(), builders.a_call()
    contact = builders.a_contact_point()
    builders.an_invitation(other, contact.organisation)
    cancelled(call)
    with transaction():
        kept = db.session.get_one(Call, other.id)
        kept.proposed_at = kept.comments_until = NOW

    assert remind_of_calls(now=call.call.closes_at - DAY) == 0


def test_reminder_of_an_offer_is_written_once() -> None:
    call = a_call()
    place = decided(call)[0]

    for moment in (AFTER + 4 * DAY, AFTER + 5 * DAY, AFTER + 6 * DAY, AFTER + 7 * DAY):
        remind_of_offers(now=moment)

    assert kinds(place.person) == ["nominated", "offered", "offer-reminder"]


def test_short_offer_is_not_reminded_of() -> None:
    call = a_call(offer_days=2)
    place = decided(call)[0]

    remind_of_offers(now=AFTER + DAY)

    assert kinds(place.person) == ["nominated", "offered"]


@pytest.mark.both_engines
def test_final_selection_is_one_letter_for_all_candidates_of_an_administration() -> None:
    call = a_call(nominate_each=20)
    chosen = [call.named(call.officer(family_name=f"Лория-{number:02}")) for number in range(20)]
    foreign = call.named_elsewhere()
    idle = a_contact(builders.an_organisation(), "en")
    builders.an_invitation(call.call, idle.organisation)

    call.selected(chosen[0], foreign, reserve=chosen[1:10], declined={place.id: "мало опыта" for place in chosen[10:]})

    (letter,) = letters(call.contact)
    assert letter.body.count("– Anna Loriia-") == 20
    assert foreign.person.family_name not in letter.body
    assert chosen[0].person.family_name not in latest(call.other, "selection-final").body
    assert letters(idle) == []
    assert [kinds(place.person) for place in chosen[:2]] == [["nominated", "offered"], ["nominated", "reserved"]]


def test_proposal_shows_own_candidates_only() -> None:
    call = a_call()
    foreign = call.named_elsewhere()

    proposed(call)

    assert "Loriia-1" in latest(call.contact, "selection-proposed").body
    assert "Loriia-1" not in latest(call.other, "selection-proposed").body
    assert foreign.person.family_name not in latest(call.contact, "selection-proposed").body


def test_very_long_list_of_candidates_is_cut_short() -> None:
    call = a_call(nominate_each=200)
    for _number in range(103):
        builders.a_nomination(call.georgia, call.officer())

    tell_at(AFTER, SelectionProposed(**of_call(call), until_at=AFTER + DAY))

    assert "… and 3 more candidates." in letters(call.contact)[0].body


def test_proposal_made_again_is_told_again() -> None:
    call = a_call()
    call.named()

    tell_at(AFTER, SelectionProposed(**of_call(call), until_at=AFTER + DAY))
    tell_at(AFTER + DAY, SelectionReopened(**of_call(call)))
    tell_at(AFTER + 2 * DAY, SelectionProposed(**of_call(call), until_at=AFTER + 3 * DAY))

    assert kinds(call.contact) == ["selection-proposed", "selection-reopened", "selection-proposed"]


def test_who_is_named_late_has_one_letter_about_the_reserve_list() -> None:
    call = a_call()
    first, foreign = call.named(), call.named_elsewhere()
    call.selected(first, foreign)

    late = call.named(now=AFTER)

    assert kinds(late.person) == ["reserved"]


def test_replacement_has_one_letter_and_who_was_replaced_another() -> None:
    call = a_call()

    first, colleague = replacing(call)

    assert kinds(colleague.person) == ["offered"]
    assert kinds(first.person)[-1] == "replaced"


def test_who_gave_a_place_back_is_not_told_who_takes_it() -> None:
    call = a_call()

    def leave(place: Place) -> None:
        with standing_at(AFTER), acting_as(place.person_id):
            places.turn_down(place.id, now=AFTER)

    first, colleague = replacing(call, leave)

    assert kinds(first.person) == ["nominated", "offered"]
    assert kinds(colleague.person) == ["offered"]


def test_confirmations_are_not_written_to_contact_points() -> None:
    call = a_call()

    confirmed(call)

    assert kinds(call.contact) == ["selection-final"]


def test_contact_point_is_not_told_of_the_own_deed_but_the_colleague_is() -> None:
    call = a_call()
    colleague = a_contact(call.georgia.organisation, "en")

    taken_back_by_the_administration(call)

    assert kinds(call.contact) == ["selection-final"]
    assert kinds(colleague) == ["selection-final", "seat-left"]
    assert "seat-left" not in kinds(call.other)


def test_released_seat_is_told_when_time_released_it() -> None:
    call = a_call()

    released(call)

    assert kinds(call.contact) == ["selection-final", "seat-left", "seat-released"]


def test_released_seat_is_not_told_to_who_released_it() -> None:
    call = a_call()

    from_reserve(call)

    assert kinds(call.contact) == ["selection-final", "seat-left"]


def test_seat_lost_without_time_for_a_replacement_says_so() -> None:
    call = a_call()

    not_answered(call)

    letter = latest(call.contact, "seat-left")
    assert letter.subject.startswith("Your officer did not answer the offer of a place: “")
    assert "No replacement can be nominated any more" in letter.body


def test_withdrawal_where_nobody_nominates_is_no_matter_of_contact_points() -> None:
    person = builders.an_officer()
    contact = builders.a_contact_point(organisation_id=person.organisation_id)
    session = builders.a_session(builders.a_course(access_class="open"))
    with standing_at(NOW), acting_as(person.id):
        place = places.enrol(person.id, session.id, IN_PERSON, now=NOW)
        places.withdraw(place.id, now=NOW)

    assert letters(contact) == []


def test_candidates_and_offered_people_are_not_told_that_they_take_part() -> None:
    call = a_call()
    everybody = [place.person for place in decided(call)]

    with standing_at(AFTER), transaction():
        db.session.get_one(CourseSession, call.course_session.id).status = SessionStatus.CONFIRMED
        publish(SessionConfirmed(course_session_id=call.course_session.id))

    assert [kinds(person)[-1] for person in everybody] == ["offered", "reserved", "declined"]


def test_who_moves_up_at_once_stands_in_the_summary_with_the_offer() -> None:
    call = a_call()
    first, second = call.named(), call.named()

    call.selected(first, reserve=[second])

    assert kinds(second.person) == ["nominated", "reserved", "offered"]
    assert latest(call.contact, "selection-final").body.count("is offered a place") == 2


def test_declined_administration_is_not_told_of_a_cancelled_session() -> None:
    call = a_call()
    with transaction():
        db.session.get_one(Invitation, call.latvia.id).declined_at = NOW

    cancelled(call)

    assert kinds(call.contact) == ["call-cancelled"]
    assert kinds(call.other) == []


def test_mode_chosen_on_the_way_to_the_confirmation_is_told_with_it() -> None:
    call = a_call(session={"capacity_online": 5})
    place = call.named()
    call.selected(place)

    with standing_at(AFTER), acting_as(place.person_id):
        places.confirm(place.id, ONLINE, now=AFTER)

    assert kinds(place.person) == ["nominated", "offered", "offer_confirmed"]
    assert "You also choose how you take part: in person, online, or both." in latest(place.person, "offered").body
    assert "place (online)" in latest(place.person, "offer_confirmed").body


def test_handed_over_role_is_told_to_both() -> None:
    call = a_call()
    successor = call.officer(given_name="Тамара", family_name="Гелашвили", patronymic=None)

    with standing_at(NOW), acting_as(call.contact.id):
        contact_points.hand_over(call.georgia.organisation_id, successor.id, predecessor_id=call.contact.id, now=NOW)

    assert f"Container inspection, until {DEADLINE['en']}" in plain(latest(successor, "contact-point"))
    assert "Tamara Gelashvili is now the National Contact Point" in latest(call.contact, "contact-point").body


@pytest.mark.parametrize("language", ["en", "ru"])
def test_letters_of_a_handed_over_role_are_whole(office_is_reached: None, language: str) -> None:
    call = a_call(language)
    successor = call.officer()

    with standing_at(NOW), acting_as(call.contact.id):
        contact_points.hand_over(call.georgia.organisation_id, successor.id, now=NOW)
        contact_points.hand_over(
            call.georgia.organisation_id, call.officer().id, predecessor_id=call.contact.id, now=NOW
        )

    for person in (successor, call.contact):
        assert_is_whole(latest(person, "contact-point"))


def plain(letter: Letter) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", letter.body)


# --- the personal link of who has no account


def links_of(person: Person) -> list[AccessLink]:
    return list(db.session.scalars(sa.select(AccessLink).where(AccessLink.person_id == person.id)))


@pytest.mark.both_engines
def test_link_in_an_offer_lives_as_long_as_the_offer() -> None:
    call = a_call(session={"starts_on": date(2026, 9, 1), "ends_on": date(2026, 9, 2)}, offer_days=40)

    person, _kind = offered_without_account(call)

    (link,) = links_of(person)
    (letter,) = [letter for letter in letters(person) if letter.access_link_id]
    assert link.expires_at == AFTER + 40 * DAY
    assert (letter.access_link_id, kinds(person)) == (link.id, ["nominated", "offered"])
    assert "/access/" not in letter.body


def test_second_offer_prolongs_the_same_link() -> None:
    first, second = a_call(), builders.a_call(offer_days=7)
    person, _kind = offered_without_account(first)
    invitation = builders.an_invitation(second, person.organisation)
    with standing_at(NOW), acting_as(first.contact.id):
        place = places.nominate(person.id, second.course_session_id, IN_PERSON, now=NOW)
    later = AFTER + 6 * DAY

    with standing_at(later), acting_as(first.coordinator.id):
        places.give_places(second.course_session_id, Selection(offered=[place.id]), now=later)

    (link,) = links_of(person)
    assert link.expires_at == AFTER + 14 * DAY
    assert link.used_at is None
    assert invitation.id


def test_who_has_a_password_gets_no_link() -> None:
    person, _kind = offered(a_call())

    assert links_of(person) == []


def test_offer_is_sent_even_when_its_link_was_used_meanwhile(postbox: Postbox) -> None:
    person, _kind = offered_without_account(a_call())
    (link,) = links_of(person)
    with transaction():
        db.session.get_one(AccessLink, link.id).used_at = AFTER

    deliver_at(AFTER + DAY)

    offer = next(text for text in map(text_of, postbox.messages) if "You are offered" in text)
    assert "http://localhost/sign-in" in offer
    assert "{link}" not in offer


def test_offer_is_sent_with_a_link_that_opens(postbox: Postbox) -> None:
    offered_without_account(a_call())

    deliver_at(AFTER)

    assert any("http://localhost/access/" in text for text in map(text_of, postbox.messages))


# --- attachments


def text_of(message: Message) -> str:
    parts = [part for part in message.walk() if part.get_content_type() == "text/plain"]
    return str(parts[0].get_payload(decode=True), "utf-8")  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_invitation_travels_with_the_message(postbox: Postbox, language: str) -> None:
    call = a_call(language)
    opened(call)

    deliver_at(NOW)

    message = next(one for one in postbox.messages if call.contact.email in str(one["To"]))
    (pdf,) = [part for part in message.walk() if part.get_content_type() == "application/pdf"]
    assert pdf.get_filename() == letters(call.contact)[0].paper_name
    assert pdf.get_payload(decode=True).startswith(b"%PDF-")  # type: ignore[union-attr]
    assert "http://localhost/invitations/" in text_of(message)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_letter_whose_file_is_gone_is_stopped_and_says_so(
    postbox: Postbox, app: Flask, client_as: Callable[..., PageClient], language: str
) -> None:
    call = a_call()
    opened(call)
    letter = of_before(letters(call.contact)[0])
    path = path_of(letter.attachment.sha256)
    data = path.read_bytes()
    path.unlink()

    deliver_at(NOW)

    assert not [one for one in postbox.messages if call.contact.email in str(one["To"])]
    stopped = letters(call.contact)[0]
    assert (stopped.failure, stopped.given_up_at, stopped.sent_at) == (Failure.FILE_GONE, NOW, None)
    administrator = client_as(builders.an_administrator(language=language))
    says = {"en": "so the letter was stopped", "ru": "поэтому письмо остановлено"}[language]
    assert says in administrator.text(f"/letters/{letter.id}")
    assert says in administrator.text("/letters/all?state=failed&failure=file_gone")

    path.write_bytes(data)
    administrator.post(f"/letters/{letter.id}/again")
    with standing_at(letters(call.contact)[0].next_try_at):
        deliver_due()
    (message,) = [one for one in postbox.messages if call.contact.email in str(one["To"])]
    assert "application/pdf" in [part.get_content_type() for part in message.walk()]


def test_attachment_is_downloaded_from_the_page_of_the_letter(client_as: Callable[..., PageClient]) -> None:
    call = a_call("ru")
    opened(call)
    letter = letters(call.contact)[0]
    client = client_as(call.contact)

    client.get(f"/letters/{letter.id}")
    response = client.get(f"/letters/{letter.id}/attachment")

    assert f"/letters/{letter.id}/attachment" in client.page.links
    assert response.data.startswith(b"%PDF-")
    assert "attachment; filename=" in response.headers["Content-Disposition"]


def test_attachment_is_for_those_who_may_read_the_letter(client_as: Callable[..., PageClient]) -> None:
    call = a_call()
    opened(call)
    letter = letters(call.contact)[0]

    client_as(call.other).get(f"/letters/{letter.id}/attachment", status=403)
    client_as(call.coordinator).get(f"/letters/{letter.id}/attachment")
    client_as(None).get(f"/letters/{letter.id}/attachment", status=302)


def test_letter_without_attachment_has_none_to_download(client_as: Callable[..., PageClient]) -> None:
    call = a_call()
    new_deadline(call)
    letter = letters(call.contact)[0]
    client = client_as(call.contact)

    client.get(f"/letters/{letter.id}/attachment", status=404)
    client.get(f"/letters/{letter.id}")

    assert not [link for link in client.page.links if link.endswith("/attachment")]


def test_attachment_that_is_gone_is_not_found(client_as: Callable[..., PageClient], app: Flask) -> None:
    call = a_call()
    opened(call)
    letter = of_before(letters(call.contact)[0])
    path_of(letter.attachment.sha256).unlink()

    client_as(call.contact).get(f"/letters/{letter.id}/attachment", status=404)


@pytest.mark.parametrize("error", [NotInTime("too long"), KeyError("template"), FileNotFoundError("invitation.typ")])
def test_letter_whose_paper_cannot_be_made_now_is_tried_again(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch, client_as: Callable[..., PageClient], error: Exception
) -> None:
    def fails(*_: Any) -> bytes:
        raise error

    call = a_call()
    opened(call)
    monkeypatch.setattr("trainingapp.core.typesetting.typeset", fails)

    deliver_at(NOW)

    letter = letters(call.contact)[0]
    assert (letter.failure, letter.given_up_at, letter.sent_at) == (Failure.NO_PAPER, None, None)
    assert letter.next_try_at > NOW
    assert "could not be made in time" in client_as(builders.an_administrator()).text(f"/letters/{letter.id}")
    client_as(call.contact).get(f"/letters/{letter.id}/attachment", status=503)


def of_before(letter: Letter) -> Letter:
    """The letter as it was written before papers were typeset on their way: with a kept file."""
    stored = keep_file(enclosure_of(letter.id).data, letter.paper_name, by=None, now=NOW)
    with transaction():
        kept = db.session.get_one(Letter, letter.id)
        kept.attachment_id, kept.paper, kept.paper_name = stored.id, None, None
    return db.session.get_one(Letter, letter.id)


# --- many


def test_queries_do_not_grow_with_the_candidates(count_queries: Callable[[], Any]) -> None:
    def statements(candidates: int) -> int:
        call = a_call(nominate_each=20, session={"code": f"S-{candidates}"})
        for _number in range(candidates):
            builders.a_nomination(call.georgia, call.officer())
        proposed = SelectionProposed(**of_call(call), until_at=AFTER + DAY)
        db.session.remove()
        with count_queries() as found:
            tell_at(AFTER, proposed)
        return len(found)

    assert statements(1) == statements(9)


def test_letters_of_an_opening_that_is_undone_go_with_it() -> None:
    call = a_call()

    def open_and_fail() -> None:
        with transaction():
            publish(CallOpened(**of_call(call), invited=2))
            raise RuntimeError("no power")

    with pytest.raises(RuntimeError, match="no power"):
        open_and_fail()

    assert letters() == []


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("en", "Nominate by 18 May, 17:00: “"),
        ("ru", "Выдвиньте кандидатов до 18 мая, 17:00: курс «"),
    ],
)
def test_subject_begins_with_what_to_do_and_by_when_on_the_readers_clock(language: str, subject: str) -> None:
    call = a_call(language)

    opened(call)

    assert letters(call.contact)[0].subject.startswith(subject)
