from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

import trainingapp
from tests import builders
from tests.builders import NOW, a_person
from tests.mail.scenes import (
    Scene,
    a_certificate,
    a_letter,
    a_link,
    a_place,
    a_scene,
    assert_names_whom_to_ask,
    assert_subject_tells_the_course,
    assert_waits_for_urgent_ones,
    deliver_at,
    keep_to_be_read,
    letters,
    tell,
)
from tests.mail.test_services import text_of
from trainingapp.accounts.events import PasswordChanged, PasswordResetAsked, PersonInvited, RoleGranted, RoleRevoked
from trainingapp.accounts.models import LinkPurpose, Person, Sex
from trainingapp.accounts.rules.people import PersonDetails
from trainingapp.accounts.services.people import change_person
from trainingapp.certificates.events import CertificateIssued, CertificateReplaced, CertificateRevoked
from trainingapp.core.actor import acting_as
from trainingapp.core.bus import publish
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db, transaction
from trainingapp.core.events import Event
from trainingapp.core.i18n import speaking
from trainingapp.enrolment import services as enrolment
from trainingapp.enrolment.events import (
    PlaceCancelled,
    PlaceDeclined,
    PlaceGiven,
    PlaceLapsed,
    PlaceLeft,
    PlaceRequested,
    PlaceWaitlisted,
    PlaceWithdrawn,
)
from trainingapp.enrolment.models import Place, PlaceMode, PlaceStatus
from trainingapp.mail.models import Letter
from trainingapp.mail.texts import greeting
from trainingapp.records.events import CompletionRecorded, CompletionWithdrawn
from trainingapp.scheduling.events import (
    MeetingAdded,
    MeetingChanged,
    MeetingRemoved,
    SessionCancelled,
    SessionChanged,
    SessionConfirmed,
    TrainerAssigned,
    TrainerReleased,
)
from trainingapp.scheduling.models import CourseSession, Meeting, SessionStatus

SUBJECTS = re.compile(r"{% set subject = (.+?) %}")
MESSAGES = re.compile(r'_\("(.+?)"')
TELLING = re.compile(r": %\(course\)s$|%\(time\)s")
ALLOWED_LATIN = re.compile(r"UTC[+−]\d+|https?://\S+|\S+@\S+|RTO-2026-\d+|\{link\}")


def about(scene: Scene) -> dict[str, int]:
    return {
        "place_id": scene.place.id,
        "person_id": scene.person.id,
        "course_session_id": scene.course_session.id,
    }


def of_session(scene: Scene) -> dict[str, int]:
    return {"course_session_id": scene.course_session.id}


def of_person(scene: Scene) -> dict[str, int]:
    return {"course_session_id": scene.course_session.id, "person_id": scene.person.id}


def of_trainer(scene: Scene) -> dict[str, int]:
    return {"course_session_id": scene.course_session.id, "person_id": scene.trainer.id}


def invited(scene: Scene) -> Event:
    return PersonInvited(person_id=scene.person.id, access_link_id=a_link(scene.person).id)


def reset(scene: Scene) -> Event:
    link = a_link(scene.person, LinkPurpose.PASSWORD_RESET)
    return PasswordResetAsked(person_id=scene.person.id, access_link_id=link.id)


def given(from_waiting_list: bool, by_office: bool) -> Callable[[Scene], Event]:
    return lambda scene: PlaceGiven(**about(scene), from_waiting_list=from_waiting_list, by_office=by_office)


def waits(scene: Scene) -> Event:
    with transaction():
        db.session.get_one(Place, scene.place.id).status = PlaceStatus.WAITING
    return PlaceWaitlisted(**about(scene))


def begun(scene: Scene) -> Event:
    with transaction():
        db.session.get_one(CourseSession, scene.course_session.id).status = SessionStatus.RUNNING
    return PlaceLapsed(**about(scene))


def completed(scene: Scene) -> Event:
    builders.a_completion(scene.person, scene.course_session.course, course_session_id=scene.course_session.id)
    return CompletionRecorded(**of_person(scene), course_id=scene.course_session.course_id)


def issued(scene: Scene) -> Event:
    certificate = a_certificate(scene)
    return CertificateIssued(
        certificate_id=certificate.id, **of_person(scene), kind="completion", serial=certificate.serial
    )


def revoked(scene: Scene) -> Event:
    certificate = a_certificate(scene)
    return CertificateRevoked(
        certificate_id=certificate.id, **of_person(scene), serial=certificate.serial, ground="request", reason="письмо"
    )


def replaced(scene: Scene) -> Event:
    old = a_certificate(scene)
    return CertificateReplaced(
        certificate_id=old.id, replacement_id=99, **of_person(scene), serial="RTO-2026-00002", reason="ошибка"
    )


def moved(scene: Scene) -> Event:
    old, new = moved_by(scene, timedelta(hours=2))
    return MeetingChanged(**of_session(scene), meeting_id=scene.meeting_id, old=old, new=new)


def moved_by(scene: Scene, pause: timedelta) -> tuple[dict[str, str], dict[str, str]]:
    with transaction():
        meeting = db.session.get_one(Meeting, scene.meeting_id)
        old = {"starts_at": meeting.starts_at.isoformat(), "ends_at": meeting.ends_at.isoformat()}
        meeting.starts_at, meeting.ends_at = meeting.starts_at + pause, meeting.ends_at + pause
        new = {"starts_at": meeting.starts_at.isoformat(), "ends_at": meeting.ends_at.isoformat()}
    return old, new


REMOVED = {"starts_at": "2026-06-02T05:00:00+00:00", "ends_at": "2026-06-02T08:00:00+00:00"}

CASES: dict[str, tuple[Callable[[Scene], Event], str, str, str, str]] = {
    "invitation": (invited, "Choose a password by", "{link}", "Задайте пароль до", "{link}"),
    "password reset": (reset, "Choose a new password by", "{link}", "Задайте новый пароль до", "{link}"),
    "request": (
        lambda scene: PlaceRequested(**about(scene)),
        "Your request was received: “Container inspection”, 1–2 June 2026",
        "A coordinator decides",
        "Ваша заявка получена: «Досмотр контейнеров», 1–2 июня 2026 г.",
        "Решение примет координатор",
    ),
    "place": (
        given(False, False),
        "You have a place: “Container inspection”",
        "1 June 2026, 09:00–12:00 (Baku time, UTC+4) [your time: 08:00–11:00 (Moscow time, UTC+3)], Hall 1",
        "Вам предоставлено место: «Досмотр контейнеров»",
        "1 июня 2026 г., 09:00–12:00 (время Баку, UTC+4) [ваше время: 08:00–11:00 (время Москвы, UTC+3)], Зал 1",
    ),
    "promotion": (
        given(True, False),
        "You have a place",
        "moved up from the waiting list",
        "Вам предоставлено место",
        "подошла ваша очередь в листе ожидания",
    ),
    "place by the office": (
        given(False, True),
        "You have a place",
        "The office has given you a place (in person)",
        "Вам предоставлено место",
        "Бюро предоставило вам место (очно)",
    ),
    "waiting list": (
        waits,
        "You are number 1 on the waiting list",
        "All places on the course session",
        "Вы № 1 в листе ожидания",
        "заняты",
    ),
    "declined": (
        lambda scene: PlaceDeclined(**about(scene), reason="группа уже собрана"),
        "No place this time",
        "Reason: группа уже собрана",
        "Место не предоставлено",
        "Причина: группа уже собрана",
    ),
    "declined for a reason from the list": (
        lambda scene: PlaceDeclined(**about(scene), reason="There are more candidates than places. До мая"),
        "No place this time",
        "Reason: There are more candidates than places. До мая",
        "Место не предоставлено",
        "Причина: Кандидатов больше, чем мест. До мая",
    ),
    "taken back": (
        lambda scene: PlaceWithdrawn(**about(scene), reason="по просьбе ведомства", by_office=True),
        "The office has cancelled your place",
        "Reason: по просьбе ведомства",
        "Бюро отменило вашу запись",
        "Причина: по просьбе ведомства",
    ),
    "cancelled": (
        lambda scene: PlaceCancelled(**about(scene), reason="ремонт"),
        "Cancelled: “Container inspection”",
        "Other dates of this course: http://localhost/courses/",
        "Занятия отменены: «Досмотр контейнеров»",
        "Другие даты этого курса: http://localhost/courses/",
    ),
    "lapsed": (
        begun,
        "No place became free",
        "(1–2 June 2026) has begun, and no place became free for you",
        "Место не освободилось",
        "(1–2 июня 2026 г.) начался, а место для вас так и не освободилось",
    ),
    "lapsed, left open": (
        lambda scene: PlaceLapsed(**about(scene)),
        "No place became free",
        "is over, and there was no place for you. The list is closed.",
        "Место не освободилось",
        "прошёл, и места для вас не нашлось. Список закрыт.",
    ),
    "left": (
        lambda scene: PlaceLeft(**about(scene), reason="болезнь"),
        "You no longer take part",
        "shows the course as incomplete",
        "Ваше участие прекращено",
        "незавершённый",
    ),
    "confirmed": (
        lambda scene: SessionConfirmed(**of_session(scene)),
        "The course will take place: “Container inspection”",
        "Where: Baku Centre, Baku",
        "Занятия состоятся: «Досмотр контейнеров»",
        "Где: Бакинский центр, Баку",
    ),
    "new days": (
        lambda scene: SessionChanged(
            **of_session(scene), old={"starts_on": "2026-05-25"}, new={"starts_on": "2026-06-01"}
        ),
        "New dates: “Container inspection”",
        "Dates now: 1–2 June 2026",
        "Новые даты: «Досмотр контейнеров»",
        "Новые даты: 1–2 июня 2026",
    ),
    "moved meeting": (
        moved,
        "A meeting has moved to 1 June 2026, 11:00–14:00 (Baku time, UTC+4): ",
        "Now: 1 June 2026, 11:00–14:00 (Baku time, UTC+4)",
        "Занятие перенесено на 1 июня",
        "Стало: 1 июня 2026 г., 11:00–14:00 (время Баку, UTC+4)",
    ),
    "added meeting": (
        lambda scene: MeetingAdded(**of_session(scene), meeting_id=scene.meeting_id),
        "Meetings have been added: ",
        "Meetings have been added.",
        "Добавлены занятия: ",
        "Добавлены занятия.",
    ),
    "removed meeting": (
        lambda scene: MeetingRemoved(**of_session(scene), meeting_id=77, old=REMOVED),
        "No meeting on 2 June 2026, 09:00",
        "will not take place: 2 June 2026, 09:00–12:00 (Baku time, UTC+4)",
        "Отменено занятие 2 июня",
        "Этого занятия не будет: 2 июня 2026 г., 09:00–12:00 (время Баку, UTC+4)",
    ),
    "trainer": (
        lambda scene: TrainerAssigned(**of_trainer(scene)),
        "You are a trainer: ",
        "http://localhost/today",
        "Вы назначены тренером: ",
        "http://localhost/today",
    ),
    "trainer released": (
        lambda scene: TrainerReleased(**of_trainer(scene)),
        "You are no longer a trainer: ",
        "no longer a trainer",
        "Вы больше не тренер: ",
        "больше не являетесь тренером",
    ),
    "completion": (
        completed,
        "You have completed the course: ",
        "http://localhost/my-record",
        "Вы завершили курс: ",
        "http://localhost/my-record",
    ),
    "completion withdrawn": (
        lambda scene: CompletionWithdrawn(
            **of_person(scene), course_id=scene.course_session.course_id, reason="ошибка в листе"
        ),
        "The course no longer counts as completed: ",
        "Reason: ошибка в листе",
        "Отметка о завершении курса отменена: ",
        "Причина: ошибка в листе",
    ),
    "certificate": (
        issued,
        "Your certificate is ready: ",
        "http://localhost/certificates/",
        "Ваш сертификат готов: ",
        "Номер: RTO-2026-00001",
    ),
    "certificate revoked": (
        revoked,
        "Your certificate RTO-2026-00001 is no longer valid: ",
        "Reason: The holder or the holder’s organisation asked for it. письмо",
        "Ваш сертификат RTO-2026-00001 больше не действителен: ",
        "Причина: Об этом попросил владелец или его организация. письмо",
    ),
    "certificate replaced": (
        replaced,
        "Your certificate has been replaced: ",
        "http://localhost/certificates/99",
        "Ваш сертификат заменён: ",
        "RTO-2026-00002",
    ),
}


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("case", CASES)
def test_letter_says_what_has_happened(app: Any, office_is_reached: None, case: str, language: str) -> None:
    event_of, *words = CASES[case]
    subject, fact = words[:2] if language == "en" else words[2:]
    scene = a_scene(language)

    tell(event_of(scene))

    (letter,) = letters(scene.trainer if "trainer" in case else scene.person)
    assert letter.subject.startswith(subject)
    assert fact in re.sub(r"[\u00a0\u202f]", " ", letter.body)
    assert letter.language == language
    assert_is_whole(letter)
    assert_subject_tells_the_course(letter)
    keep_to_be_read(letter, case)


def assert_is_whole(letter: Letter) -> None:
    """Greeting and closing are there, no placeholder is left, and a Russian letter has no English in it.

    The office must be reached (``office_is_reached``).
    """
    assert_names_whom_to_ask(letter)
    assert_waits_for_urgent_ones(letter)
    text = f"{letter.subject}\n{letter.body}"
    assert not re.search(r"%\(|\}\}|\bNone\b|Undefined", text)
    assert "\n\n\n" not in text
    if letter.language == "en":
        assert letter.body.startswith("Dear Anna Ivanova")
        assert "Regional Training Office" in letter.body
    else:
        assert letter.body.startswith("Уважаемая Анна Петровна!")
        assert "Региональное учебное бюро" in letter.body
        assert not re.findall(r"[A-Za-z]{2,}", ALLOWED_LATIN.sub("", text))


def test_letters_of_a_change_that_is_undone_go_with_it(app: Any) -> None:
    scene = a_scene()

    def change_and_fail() -> None:
        with transaction():
            publish(PlaceRequested(**about(scene)))
            raise RuntimeError("no power")

    with pytest.raises(RuntimeError, match="no power"):
        change_and_fail()

    assert letters() == []


def test_place_is_told_in_the_transaction_that_gives_it(app: Any) -> None:
    person = builders.an_officer()
    course_session = builders.a_session(builders.a_course(access_class="open"))

    place = enrolment.enrol(person.id, course_session.id, PlaceMode.IN_PERSON, now=builders.NOW)

    (letter,) = letters(person)
    assert letter.reason == f"placed:{place.id}"
    assert letter.course_session_id == course_session.id


def test_same_reason_is_told_once(app: Any) -> None:
    scene = a_scene()
    event = PlaceGiven(**about(scene), from_waiting_list=False, by_office=False)

    tell(event)
    tell(event)

    assert len(letters(scene.person)) == 1


def test_second_place_on_the_same_session_is_told_again(app: Any) -> None:
    person = builders.an_officer()
    course_session = builders.a_session(builders.a_course(access_class="open"))
    first = enrolment.enrol(person.id, course_session.id, PlaceMode.IN_PERSON, now=builders.NOW)

    with acting_as(person.id):
        enrolment.withdraw(first.id, now=builders.NOW)
        enrolment.enrol(person.id, course_session.id, PlaceMode.IN_PERSON, now=builders.NOW)

    assert [letter.subject.partition(":")[0] for letter in letters(person)] == ["You have a place"] * 2


def test_meeting_that_moves_twice_is_told_twice(app: Any) -> None:
    scene = a_scene()

    for _time in range(2):
        old, new = moved_by(scene, timedelta(hours=1))
        tell(MeetingChanged(**of_session(scene), meeting_id=scene.meeting_id, old=old, new=new))

    assert len(letters(scene.person)) == 2


def test_many_new_meetings_make_one_letter(app: Any, time_stands: None) -> None:
    scene = a_scene()

    with transaction():
        for number in range(5):
            publish(MeetingAdded(**of_session(scene), meeting_id=number))

    assert len(letters(scene.person)) == 1


def test_long_plan_is_cut_short(app: Any) -> None:
    scene = a_scene()
    for number in range(24):
        builders.a_meeting(scene.course_session, minutes=5 + number)

    tell(SessionConfirmed(**of_session(scene)))

    (letter,) = letters(scene.person)
    assert letter.body.count("\n– ") == 20
    assert "… and 5 more meetings." in letter.body


@pytest.mark.parametrize(("language", "dash"), [("en", "–"), ("ru", "—")])
def test_items_of_a_plan_begin_with_the_dash_of_the_language(app: Any, language: str, dash: str) -> None:
    scene = a_scene(language)

    tell(SessionConfirmed(**of_session(scene)))

    lines = letters(scene.person)[0].body.splitlines()
    assert [line[0] for line in lines if "09:00–12:00" in line] == [dash]


def test_own_withdrawal_needs_no_letter(app: Any) -> None:
    scene = a_scene()

    tell(PlaceWithdrawn(**about(scene), reason="", by_office=False))

    assert letters() == []


@pytest.mark.parametrize("is_waiting", [False, True], ids=["requested", "waiting"])
@pytest.mark.parametrize(
    ("language", "subject", "text"),
    [
        ("en", "The office has cancelled your request: “", "cancelled your request for a place on"),
        ("ru", "Бюро отменило вашу заявку: «", "отменило вашу заявку на место"),
    ],
)
def test_request_that_the_office_cancels_is_called_a_request(
    app: Any, language: str, subject: str, text: str, is_waiting: bool
) -> None:
    person = builders.an_officer(language=language)
    course_session = builders.a_session(builders.a_course())
    place = enrolment.enrol(person.id, course_session.id, PlaceMode.IN_PERSON, now=builders.NOW)
    if is_waiting:
        with transaction():
            db.session.get_one(Place, place.id).status = PlaceStatus.WAITING
            db.session.get_one(CourseSession, course_session.id).taken_in_person = 10

    with acting_as(builders.a_coordinator().id):
        enrolment.withdraw(place.id, "ошибка", now=builders.NOW)

    letter = letters(person)[-1]
    assert letter.subject.startswith(subject)
    assert text in letter.body


def test_switched_off_account_gets_no_letter(app: Any) -> None:
    scene = a_scene()
    with transaction():
        db.session.get_one(type(scene.person), scene.person.id).deactivated_at = builders.NOW

    tell(SessionConfirmed(**of_session(scene)))

    assert letters(scene.person) == []


def test_confirmation_goes_to_those_with_a_seat_and_to_trainers(app: Any) -> None:
    scene = a_scene()
    waiting = builders.an_officer()
    a_place(waiting, scene.course_session, status=PlaceStatus.WAITING)

    tell(SessionConfirmed(**of_session(scene)))

    assert {letter.recipient_id for letter in letters()} == {scene.person.id, scene.trainer.id}


def test_new_days_are_told_to_everybody_who_counts_on_them(app: Any) -> None:
    scene = a_scene()
    waiting, gone = builders.an_officer(), builders.an_officer()
    a_place(waiting, scene.course_session, status=PlaceStatus.WAITING)
    a_place(gone, scene.course_session, status=PlaceStatus.WITHDRAWN)

    tell(SessionChanged(**of_session(scene), old={"ends_on": "2026-06-03"}, new={"ends_on": "2026-06-02"}))

    assert {letter.recipient_id for letter in letters()} == {scene.person.id, scene.trainer.id, waiting.id}


@pytest.mark.parametrize("field", ["note_en", "minimum", "sponsor_ru", "capacity_online"])
def test_change_that_moves_nobody_is_not_told(app: Any, field: str) -> None:
    scene = a_scene()

    tell(SessionChanged(**of_session(scene), old={field: None}, new={field: 1}))

    assert letters() == []


def test_meetings_of_an_open_session_are_still_being_planned(app: Any) -> None:
    scene = a_scene(status=SessionStatus.OPEN)

    tell(moved(scene))

    assert letters() == []


def test_open_session_has_yet_to_be_confirmed(app: Any) -> None:
    scene = a_scene(status=SessionStatus.OPEN)

    tell(given(False, False)(scene))

    (letter,) = letters(scene.person)
    assert "Please do not buy tickets before that." in letter.body


def test_link_to_join_is_for_those_who_need_it(app: Any) -> None:
    scene = a_scene(joining_url="https://join.example.org/1", capacity_online=5)
    online = builders.an_officer()
    place = a_place(online, scene.course_session, mode=PlaceMode.ONLINE)

    tell(given(False, False)(scene))
    theirs = {**about(scene), "place_id": place.id, "person_id": online.id}
    tell(PlaceGiven(**theirs, from_waiting_list=False, by_office=False))

    assert "join.example.org" not in letters(scene.person)[0].body
    assert "https://join.example.org/1" in letters(online)[0].body


def test_trainers_are_told_that_the_session_is_cancelled(app: Any) -> None:
    scene = a_scene()
    with transaction():
        course_session = db.session.get_one(CourseSession, scene.course_session.id)
        course_session.taken_in_person = 1

    tell(SessionCancelled(**of_session(scene), reason="ремонт"))

    assert "You no longer need to teach it" in letters(scene.trainer)[0].body
    (letter,) = letters(scene.person)
    assert "You do not need to do anything. Other dates of this course:" in letter.body
    assert "place" not in letter.body.replace("take place", ""), "some had only asked for one"


def test_personal_link_is_not_in_the_row(app: Any) -> None:
    scene = a_scene()

    tell(invited(scene))

    (letter,) = letters(scene.person)
    assert letter.access_link_id is not None
    assert "/access/" not in letter.body


def test_hostile_text_stays_text(app: Any) -> None:
    scene = a_scene()
    reason = "Line\r\nBcc: all@example.org <b>{{ 7 * 7 }}</b> %(name)s"

    tell(PlaceDeclined(**about(scene), reason=reason))

    assert "{{ 7 * 7 }}</b> %(name)s" in letters(scene.person)[0].body


def test_queries_do_not_grow_with_the_people(app: Any, count_queries: Any) -> None:
    def statements(people: int) -> int:
        scene = a_scene()
        for _number in range(people):
            a_place(builders.an_officer(), scene.course_session)
        with count_queries() as found:
            tell(SessionConfirmed(**of_session(scene)))
        return len(found)

    assert statements(1) == statements(9)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_another_password_and_other_roles_are_told(app: Any, office_is_reached: None, language: str) -> None:
    named = {"family_name": "Иванова", "family_name_latin": "Ivanova"}
    person = builders.an_officer(language=language, password_hash="x", **named)

    tell(PasswordChanged(person_id=person.id, is_first=True))
    tell(PasswordChanged(person_id=person.id))
    tell(RoleGranted(person_id=person.id, role="trainer"))
    tell(RoleRevoked(person_id=person.id, role="trainer"))
    tell(RoleGranted(person_id=builders.an_officer().id, role="trainer"))

    subjects = {
        "en": ["Your password was changed", "You have a new role: trainer", "Your role has been removed: trainer"],
        "ru": ["Ваш пароль изменён", "Вам назначена роль: тренер", "С вас снята роль: тренер"],
    }
    assert [letter.subject for letter in letters()] == subjects[language]
    for letter in letters():
        assert_is_whole(letter)


def change_email(person: Person, email: str) -> None:
    """As an administrator does on the page of the person."""
    known = {name: getattr(person, name) for name in PersonDetails.__dataclass_fields__}
    named = {"family_name": "Иванова", "family_name_latin": "Ivanova"}
    change_person(person.id, PersonDetails(**{**known, **named, "email": email}), person.organisation_id, now=NOW)


@pytest.mark.parametrize(
    ("language", "before", "now"),
    [
        (
            "en",
            ("Your e-mail address was changed", "It is now new@example.org, and letters go there."),
            ("Letters now go to this e-mail address", "from old@example.org to new@example.org."),
        ),
        (
            "ru",
            ("Ваш адрес электронной почты изменён", "Новый адрес: new@example.org. Письма теперь приходят на него."),
            ("Письма теперь приходят на этот адрес", "Прежний адрес: old@example.org. Новый адрес: new@example.org."),
        ),
    ],
)
def test_changed_address_is_told_at_the_old_and_at_the_new_one(app, office_is_reached, postbox, language, before, now):
    person = builders.an_officer(language=language, email="old@example.org", password_hash="x")

    change_email(person, "new@example.org")
    deliver_at(utc_now())

    old, new = letters()
    told = dict(zip(postbox.recipients, [text_of(message) for message in postbox.messages], strict=True))
    assert (old.subject, new.subject) == (before[0], now[0])
    assert before[1] in told["old@example.org"]
    assert now[1] in told["new@example.org"]
    assert [old.can_wait, new.can_wait] == [False, False]
    assert_is_whole(old)
    assert_is_whole(new)


def test_letter_to_the_old_address_opens_nothing(app):
    person = builders.an_officer(email="old@example.org", password_hash="x")

    change_email(person, "new@example.org")

    (old,) = (letter for letter in letters() if letter.address == "old@example.org")
    assert old.access_link_id is None
    assert re.findall(r"http\S+", old.body) == ["http://localhost/letters"]
    with pytest.raises(IntegrityError, match="link_goes_to_the_person"):
        a_letter(person, address="old@example.org", access_link_id=a_link(person).id)


def test_letter_about_another_address_has_the_name_that_was_changed_with_it(app):
    person = builders.an_officer(given_name="Anna", family_name="Smith", patronymic=None, password_hash="x")
    known = {name: getattr(person, name) for name in PersonDetails.__dataclass_fields__}
    married = PersonDetails(**{**known, "family_name": "Jones", "email": "anna.jones@example.org"})

    change_person(person.id, married, person.organisation_id, now=NOW)

    assert [letter.body.splitlines()[0] for letter in letters()] == ["Dear Anna Jones,"] * 2


def test_address_that_changes_twice_is_told_at_all_three(app, postbox):
    person = builders.an_officer(email="first@example.org", password_hash="x")

    change_email(person, "second@example.org")
    change_email(person, "third@example.org")
    deliver_at(utc_now())

    assert postbox.recipients == [f"{name}@example.org" for name in ("first", "second", "second", "third")]


def test_address_that_was_never_written_to_or_did_not_change_is_no_news(app):
    person = builders.an_officer(email="typo@example.org")
    change_email(person, "right@example.org")
    assert letters() == []

    a_letter(person)
    change_email(person, "right@example.org")
    assert len(letters()) == 1

    change_email(person, "newer@example.org")
    assert [letter.address for letter in letters()[1:]] == ["right@example.org", "newer@example.org"]
    assert "sign in" not in letters()[2].body


@pytest.mark.parametrize(
    ("names", "english", "russian"),
    [
        ({"sex": Sex.FEMALE}, "Dear Anna Novak,", "Уважаемая Анна Петровна!"),
        ({"sex": None, "patronymic": "Асан кызы"}, "Dear Anna Novak,", "Уважаемая Анна Асан кызы!"),
        ({"sex": Sex.MALE, "given_name": "Асан", "patronymic": None}, "Dear Asan Novak,", "Уважаемый Асан Новак!"),
        ({"sex": None, "patronymic": None}, "Dear Anna Novak,", "Здравствуйте, Анна Новак!"),
        (
            {"family_name": "Məmmədov", "given_name": "Orxan", "patronymic": "Rəsul oğlu", "sex": Sex.MALE}
            | {"family_name_ru": "Мамедов", "given_name_ru": "Орхан", "patronymic_ru": "Расул оглы"},
            "Dear Orxan Məmmədov,",
            "Уважаемый Орхан Расул оглы!",
        ),
    ],
)
def test_greeting_is_in_the_script_of_the_letter(app, names, english, russian):
    person = a_person(**{"family_name": "Новак", **names})

    with speaking("en"):
        assert greeting(person) == english
    with speaking("ru"):
        assert greeting(person) == russian


FEATURES = Path(trainingapp.__file__).parent
ABOUT_ACCOUNTS = {
    "contact_point_given",
    "contact_point_taken",
    "invitation",
    "new_address",
    "old_address",
    "password_changed",
    "password_reset",
    "role_given",
    "role_taken",
}


def test_every_subject_names_the_course_or_a_deadline() -> None:
    texts = {path.stem: path.read_text("utf-8") for path in FEATURES.glob("*/templates/letters/*.txt")}
    subjects = {kind: SUBJECTS.findall(text) for kind, text in texts.items() if 'extends "letters/letter.txt"' in text}
    messages = {kind: [one for text in found for one in MESSAGES.findall(text)] for kind, found in subjects.items()}

    assert len(messages) > 40
    assert [kind for kind, found in messages.items() if not found] == []
    wrong = {kind: [one for one in found if not TELLING.search(one)] for kind, found in messages.items()}
    assert {kind for kind, found in wrong.items() if found} == ABOUT_ACCOUNTS - {"invitation", "password_reset"}


EXTENDS = re.compile(r'{% extends "(.+?)"')
ASK = re.compile(r"(?:tell|write to|ask) the office(?!%\(contact\)s)")


def test_every_kind_of_letter_ends_with_whom_to_ask() -> None:
    texts = {path.stem: path.read_text("utf-8") for path in FEATURES.glob("*/templates/letters/*.txt")}
    kinds = {kind: text for kind, text in texts.items() if "set subject" in text}

    assert len(kinds) > 40
    assert {tuple(EXTENDS.findall(text)) for text in kinds.values()} == {("letters/letter.txt",)}
    assert {block for text in kinds.values() for block in re.findall(r"{% block (\w+)", text)} == {"body", "standing"}
    assert [kind for kind, text in texts.items() if ASK.search(text)] == []
