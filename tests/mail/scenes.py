"""What the tests of letters share: one of everything that a letter speaks of, and the letters there are."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests import builders
from tests.builders import NOW
from trainingapp.accounts.models import AccessLink, LinkPurpose, Person
from trainingapp.certificates.models import Certificate, CertificateKind
from trainingapp.core import formats
from trainingapp.core.bus import publish
from trainingapp.core.clock import standing_at, utc_now
from trainingapp.core.db import db, transaction
from trainingapp.core.events import Event
from trainingapp.core.i18n import speaking
from trainingapp.core.text import tidy
from trainingapp.enrolment.models import Place, PlaceMode, PlaceStatus, Way
from trainingapp.mail.models import Letter
from trainingapp.mail.services.delivery import Delivery, deliver_due
from trainingapp.mail.services.wording import put_into_words
from trainingapp.mail.services.writing import Draft, keep
from trainingapp.mail.texts import text_of
from trainingapp.scheduling.models import CourseSession, SessionStatus

LAST = datetime.max.replace(tzinfo=UTC)
OFFICE_EMAIL = "bureau@example.org"


@dataclass(frozen=True)
class Scene:
    """A confirmed session in Baku with one meeting, one participant in Moscow and one trainer."""

    person: Person
    trainer: Person
    course_session: CourseSession
    place: Place
    meeting_id: int


def a_scene(language: str = "en", status: SessionStatus = SessionStatus.CONFIRMED, **values: Any) -> Scene:
    trainer = builders.a_trainer(language=language)
    person = builders.an_officer(language=language, time_zone="Europe/Moscow")
    room = builders.a_room(name_en="Hall 1", name_ru="Зал 1")
    centre = builders.a_centre(name_en="Baku Centre", name_ru="Бакинский центр")
    course_session = builders.a_session(
        builders.a_course(title_en="Container inspection", title_ru="Досмотр контейнеров"),
        trainers=(trainer,),
        status=status,
        centre_id=centre.id,
        **values,
    )
    meeting = builders.a_meeting(course_session, room=room)
    return Scene(person, trainer, course_session, a_place(person, course_session), meeting.id)


def a_place(person: Person, course_session: CourseSession, **values: Any) -> Place:
    with transaction():
        kept = db.session.get_one(CourseSession, course_session.id)
        kept.last_queue_no += 1
        defaults: dict[str, Any] = {
            "organisation_id": person.organisation_id,
            "status": PlaceStatus.PLACED,
            "mode": PlaceMode.IN_PERSON,
            "way": Way.SELF,
            "queue_no": kept.last_queue_no,
            "asked_at": NOW,
            "changed_at": NOW,
        }
        defaults |= {"organisation_id": person.organisation_id}
        place = Place(person_id=person.id, course_session_id=course_session.id, **{**defaults, **values})
        db.session.add(place)
    return place


def a_link(person: Person, purpose: LinkPurpose = LinkPurpose.INVITATION, **values: Any) -> AccessLink:
    now = utc_now()
    defaults = {"person_id": person.id, "purpose": purpose, "created_at": now, "expires_at": now + timedelta(days=7)}
    return builders.add(AccessLink(**{**defaults, **values}))


def a_certificate(scene: Scene, serial: str = "RTO-2026-00001", **values: Any) -> Certificate:
    return builders.add(
        Certificate(
            serial=serial,
            code=f"code-{serial}",
            kind=CertificateKind.COMPLETION,
            person_id=scene.person.id,
            course_session_id=scene.course_session.id,
            issued_at=NOW,
            printed={},
            **values,
        )
    )


def tell(event: Event) -> None:
    with transaction():
        publish(event)


def letters(person: Person | None = None) -> list[Letter]:
    """The letters there are, in words."""
    with standing_at(LAST):
        while put_into_words(text_of):
            pass
    statement = sa.select(Letter).order_by(Letter.id)
    if person is not None:
        statement = statement.where(Letter.recipient_id == person.id)
    return list(db.session.scalars(statement))


def assert_subject_tells_the_course(letter: Letter) -> None:
    """At the end, after what has happened, a letter about a session names its course and its days, or a deadline."""
    about = letter.course_session
    if about is None:
        return
    with speaking(letter.language):
        days = tidy(formats.days(about.starts_on, about.ends_on))
    course = {"en": f"“{about.course.title_en}”", "ru": f"«{about.course.title_ru}»"}[letter.language]
    told = rf".+: {course}, {re.escape(days)}|.*\d{{1,2}} \w+, \d\d:\d\d[:,] .*{course}"
    assert re.fullmatch(told, letter.subject), letter.subject


TOLD_TO_ASK = re.compile(r"(?:write to|tell) the office(.*)|(?:напишите|сообщите)[^.\n]* в бюро(.*)")


def assert_names_whom_to_ask(letter: Letter) -> None:
    """Every letter ends with the office's address, which also follows wherever it tells people to ask the office."""
    foot = {"en": "Questions? Ask the office: ", "ru": "Есть вопросы? Обратитесь в бюро: "}[letter.language]
    assert f"\n{foot}{OFFICE_EMAIL}\n" in letter.body
    for told in TOLD_TO_ASK.finditer(letter.body):
        assert (told[1] or told[2]).startswith(f" ({OFFICE_EMAIL})"), told[0]


URGENT = {
    *("call_cancelled", "cancelled", "withdrawn", "replaced", "turned_down"),
    *("offered", "offer_reminder", "offer_shortened"),
    *("invitation", "password_reset", "password_changed", "old_address", "new_address", "role_given", "role_taken"),
}


def assert_waits_for_urgent_ones(letter: Letter) -> None:
    """Letters that cannot wait go first."""
    assert letter.can_wait is (letter.kind not in URGENT), letter.kind


def keep_to_be_read(letter: Letter, case: str) -> None:
    """In the folder that ``LETTERS_TO_READ`` names: so an editor reads all letters whole, in both languages."""
    if folder := os.environ.get("LETTERS_TO_READ"):
        Path(folder, f"{case}.{letter.language}.txt").write_text(f"{letter.subject}\n\n{letter.body}\n", "utf-8")


def a_letter(person: Person, reason: str = "test:1", **values: Any) -> Letter:
    """One that is in words already, whatever they are."""
    words = {name: values.pop(name, text) for name, text in (("subject", "A letter"), ("body", "Its text"))}
    now = values.pop("now", NOW)
    draft = Draft(recipient_id=person.id, reason=reason, kind="test", facts={}, **{"language": "en", **values})
    with transaction():
        keep([draft], now=now)
        db.session.execute(sa.update(Letter).where(Letter.kind == "test").values(facts=None, kind=None, **words))
    return letters(person)[-1]


def deliver_at(moment: datetime) -> Delivery:
    """Put into words and deliver what is due at that moment, at which the clock stands meanwhile."""
    letters()
    with standing_at(moment):
        return deliver_due()


DAY = date(2026, 6, 1)
NINE = time(9)
