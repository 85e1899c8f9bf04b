"""Letters are kept as facts, and put into words later: what is frozen, what is said in the reader's language."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from tests import builders
from tests.builders import NOW
from tests.mail.scenes import a_letter, a_scene, deliver_at, letters, tell
from tests.pages import PageClient
from tests.postbox import Postbox
from trainingapp.core.clock import standing_at
from trainingapp.core.db import db, transaction
from trainingapp.core.errors import Problem, Refusal
from trainingapp.core.i18n import Bilingual, _l, _ln, speaking
from trainingapp.core.names import PersonName
from trainingapp.enrolment.events import PlaceCancelled
from trainingapp.enrolment.models import PlaceMode
from trainingapp.mail.letters.writing import written
from trainingapp.mail.models import Failure, Letter, LetterState
from trainingapp.mail.queries import counts
from trainingapp.mail.services.again import try_again
from trainingapp.mail.services.delivery import deliver_due
from trainingapp.mail.services.facts import name_of, packed, unpacked
from trainingapp.mail.services.smtp import SendingFailed
from trainingapp.mail.services.wording import put_into_words
from trainingapp.mail.services.writing import keep
from trainingapp.mail.tasks import Mailer
from trainingapp.mail.texts import text_of
from trainingapp.scheduling.models import CourseSession

FACTS: dict[str, Any] = {
    "nothing": None,
    "text": "Зал 1",
    "number": 3,
    "yes": True,
    "at": datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
    "on": date(2026, 3, 29),
    "title": Bilingual("Inspection", None),
    "mode": PlaceMode.ONLINE,
    "name": PersonName("Серикова", "Алия", None, "SERIKOVA", "ALIYA"),
    "sentence": _l("Where: %(centre)s, %(city)s", centre=Bilingual("Baku Centre", "Бакинский центр"), city="Baku"),
    "several": _ln("… and %(num)s more meeting.", "… and %(num)s more meetings.", 21),
    "span": (date(2026, 1, 1), date(2026, 1, 2)),
    "meeting": {"room": {"name": Bilingual("Hall", "Зал")}},
}


def test_enumerations_are_told_apart_by_feature_and_name() -> None:
    ours = [kind for kind in StrEnum.__subclasses__() if kind.__module__.startswith("trainingapp.")]

    assert len({name_of(kind) for kind in ours}) == len(ours) > 30


def there_and_back(facts: dict[str, Any]) -> Any:
    return unpacked(json.loads(json.dumps(packed("kind", facts))))


@pytest.mark.parametrize("name", ["nothing", "text", "number", "yes", "at", "on", "title", "mode", "name"])
def test_fact_comes_back_as_it_was(name: str) -> None:
    assert getattr(there_and_back(FACTS), name) == FACTS[name]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_fact_is_said_in_the_language_that_is_spoken_when_it_is_read(app: Any, language: str) -> None:
    with speaking("en" if language == "ru" else "ru"):
        facts = there_and_back(FACTS)

    with speaking(language):
        assert str(facts.mode.label) == str(PlaceMode.ONLINE.label)
        assert (str(facts.sentence), str(facts.several)) == (str(FACTS["sentence"]), str(FACTS["several"]))
    assert (facts.span, facts.meeting.room.name) == (list(FACTS["span"]), Bilingual("Hall", "Зал"))


@pytest.mark.parametrize(
    "value", [1.5, object(), NOW.replace(tzinfo=None), {"$day": "2026-01-01"}, {1: "one"}, [{"deep": {1.5}}]]
)
def test_fact_that_cannot_be_frozen_is_named_with_its_letter(value: object) -> None:
    with pytest.raises(TypeError, match="letter completed, valid_until: "):
        packed("completed", {"valid_until": value})


def test_refusal_is_no_fact(app: Any) -> None:
    """Its sentence is put together from its problems, which JSON does not know."""
    refusal = Refusal([Problem(_l("The code is missing."))])

    with pytest.raises(TypeError, match="letter declined, why: "):
        packed("declined", {"why": refusal.message})


def cancelled(**values: Any) -> tuple[Letter, CourseSession]:
    """The letter about a place that was just cancelled, which is only facts yet."""
    scene = a_scene()
    place = {"place_id": scene.place.id, "person_id": scene.person.id, "course_session_id": scene.course_session.id}
    with standing_at(NOW):
        tell(PlaceCancelled(**place, reason="Too few people take part."))
    with transaction():
        db.session.execute(sa.update(Letter).values(**values or {"tries": 0}))
    return db.session.scalars(sa.select(Letter)).one(), scene.course_session


@pytest.mark.both_engines
def test_letter_tells_how_things_were_when_it_was_written(app: Any) -> None:
    written_letter, course_session = cancelled()
    facts, subject = written_letter.facts, written_letter.subject
    with transaction():
        db.session.get_one(CourseSession, course_session.id).ends_on += timedelta(days=9)

    (letter,) = letters()

    assert (facts is not None, subject) == (True, None)
    assert (letter.kind, letter.facts) == ("cancelled", None)
    assert letter.subject == "Cancelled: “Container inspection”, 1–2 June 2026"
    assert "Reason: Too few people take part." in (letter.body or "")


@pytest.mark.both_engines
def test_letter_without_words_cannot_have_been_sent(app: Any) -> None:
    with pytest.raises(IntegrityError):
        cancelled(sent_at=NOW)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(sa.update(Letter).values(subject="Words", body="beside facts"))


def test_letter_without_words_is_read_like_others(client_as: Any) -> None:
    letter, _course_session = cancelled()
    client: PageClient = client_as(builders.an_administrator())

    assert "Cancelled: “Container inspection”" in client.text("/letters/all")
    assert "Reason: Too few people take part." in client.text(f"/letters/{letter.id}")
    officer: PageClient = client_as(letter.recipient)
    assert "Cancelled: “Container inspection”" in officer.text("/my-training")
    assert db.session.scalar(sa.select(Letter.subject)) is None  # looking changes nothing


def test_letter_of_a_kind_that_is_gone_holds_up_no_other(app: Any, client_as: Any, postbox: Postbox) -> None:
    letter, _course_session = cancelled(kind="gone")
    other = builders.an_officer()
    with transaction():
        keep(written("password_changed", [other], "other", at=NOW), now=NOW)

    with standing_at(NOW):
        put_into_words(text_of)
        delivery = deliver_due()

    assert (delivery.sent, postbox.recipients) == (1, [other.email])
    assert (letter.failure, letter.tries, letter.given_up_at) == (Failure.NO_WORDS, 1, None)
    client: PageClient = client_as(builders.an_administrator())
    assert "text not made" in client.text("/letters/all")
    assert "The text of this letter could not be made." in client.text(f"/letters/{letter.id}")


def test_letter_without_words_is_tried_again_by_a_program_that_knows_its_kind(app: Any, postbox: Postbox) -> None:
    letter, _course_session = cancelled(kind="gone", next_try_at=None)
    letter_id = letter.id
    letters()
    state = counts()
    with transaction():
        db.session.execute(sa.update(Letter).values(kind="cancelled"))

    try_again(letter_id, now=NOW)
    deliver_at(NOW)

    assert state[LetterState.FAILED] == 1
    assert len(postbox.messages) == 1


def test_letter_without_words_is_tried_again_when_the_mail_process_starts_anew(app: Any) -> None:
    letter, _course_session = cancelled(kind="gone", next_try_at=None)
    Mailer(app, Event()).work_off()
    given_up = letter.given_up_at
    with transaction():
        db.session.execute(sa.update(Letter).values(kind="cancelled"))

    Mailer(app, Event()).work_off()

    assert given_up is not None
    assert (letter.given_up_at, letter.next_try_at) == (None, None)  # kept, as without a mail server
    assert letter.subject == "Cancelled: “Container inspection”, 1–2 June 2026"


@pytest.mark.both_engines
@pytest.mark.parametrize(("tries", "is_sent"), [(1, False), (8, True)])
def test_letter_that_was_only_kept_is_not_sent_when_its_words_are_found(
    app: Any, postbox: Postbox, tries: int, is_sent: bool
) -> None:
    cancelled(failure=Failure.NO_WORDS, tries=tries, given_up_at=NOW, next_try_at=None)

    Mailer(app, Event()).work_off()

    letter = letters()[0]
    assert (letter.sent_at is not None, len(postbox.messages)) == (is_sent, int(is_sent))
    assert (letter.failure, letter.given_up_at) == (None, None)
    assert letter.subject == "Cancelled: “Container inspection”, 1–2 June 2026"


def test_looking_at_a_letter_without_words_logs_nothing(
    app: Any, client_as: Any, caplog: pytest.LogCaptureFixture
) -> None:
    cancelled(kind="gone")
    client_as(builders.an_administrator()).get("/letters/all")
    assert "could not be put into words" not in caplog.text

    put_into_words(text_of)

    assert "could not be put into words" in caplog.text
    assert "TemplateNotFound" in caplog.text


def test_letter_is_not_given_up_because_the_database_was_gone(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    letter, _course_session = cancelled()

    def gone(_text: str) -> Any:
        raise OperationalError("SELECT", {}, Exception("the server closed the connection"))

    with monkeypatch.context() as broken:
        broken.setattr("trainingapp.mail.texts.footnotes_in", gone)
        with pytest.raises(OperationalError):
            put_into_words(text_of)
    db.session.rollback()

    assert (letter.failure, letter.tries, letter.given_up_at) == (None, 0, None)
    assert put_into_words(text_of) == 1


def test_letter_without_words_is_not_taken_to_be_sent(app: Any, postbox: Postbox) -> None:
    other = builders.an_officer()
    a_letter(other, now=NOW)
    with transaction():
        keep(written("password_changed", [other], "wordless", at=NOW, urgent=True), now=NOW)

    with standing_at(NOW):
        delivery = deliver_due()

    assert (delivery.sent, delivery.failed) == (1, 0)
    assert db.session.scalar(sa.select(Letter.next_try_at).where(Letter.reason == "wordless")) == NOW


def test_urgent_letters_are_put_into_words_first(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    person = builders.an_officer()
    drafts = written("password_changed", [person], "calm", at=NOW)
    drafts += written("password_changed", [person], "urgent", at=NOW, urgent=True)
    monkeypatch.setattr("trainingapp.mail.services.wording.AT_ONCE", 1)
    with transaction():
        keep(drafts, now=NOW)

    assert put_into_words(text_of) == 1
    assert db.session.scalars(sa.select(Letter.reason).where(Letter.subject.is_not(None))).all() == ["urgent"]


@pytest.mark.both_engines
def test_words_that_another_process_wrote_stay(app: Any) -> None:
    cancelled()

    def overtaken(letter: Letter) -> Any:
        text = text_of(letter)
        db.session.rollback()
        letters()
        return text._replace(subject="Too late")

    put_into_words(overtaken)

    assert letters()[0].subject == "Cancelled: “Container inspection”, 1–2 June 2026"


@pytest.mark.both_engines
def test_failure_is_not_noted_of_a_letter_that_another_process_put_into_words(app: Any) -> None:
    cancelled()

    def overtaken(_letter: Letter) -> Any:
        db.session.rollback()
        letters()
        raise SendingFailed(Failure.NO_WORDS, "")

    put_into_words(overtaken)

    letter = letters()[0]
    assert (letter.failure, letter.tries, letter.given_up_at) == (None, 0, None)
    assert letter.subject == "Cancelled: “Container inspection”, 1–2 June 2026"
