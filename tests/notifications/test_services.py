from __future__ import annotations

import re
import time
from datetime import timedelta
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from typing import Any

import pytest
import sqlalchemy as sa

from tests import builders
from tests.builders import NOW
from tests.notifications.conftest import Postbox
from tests.notifications.scenes import a_letter, a_link, letters, tell
from trainingapp import events
from trainingapp.accounts.models import AccessLink, AccessToken
from trainingapp.accounts.queries import find_link
from trainingapp.core.db import db, transaction
from trainingapp.core.errors import DomainError
from trainingapp.notifications import mail, services
from trainingapp.notifications.models import Failure, Letter, LetterState
from trainingapp.notifications.queries import IN_STATE
from trainingapp.notifications.services import Delivery, Draft, deliver_due, keep, try_again

LATER = NOW + timedelta(minutes=1)


def test_letter_is_sent_in_both_scripts(app: Any, postbox: Postbox) -> None:
    person = builders.an_officer(email="anna@example.org")
    a_letter(person, subject="Место: досмотр", body="Здравствуйте!\n\nУ вас есть место.", language="ru")

    delivery = deliver_due(now=NOW)

    (message,) = postbox.messages
    assert delivery == Delivery(sent=1)
    assert decoded(message["Subject"]) == "Место: досмотр"
    assert decoded(message["From"]) == "Региональное учебное бюро <office@example.org>"
    assert parseaddr(message["To"])[1] == "anna@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].startswith("<letter-")
    assert "У вас есть место." in text_of(message)
    assert letters()[0].sent_at == NOW


def decoded(header: str) -> str:
    return str(make_header(decode_header(header)))


def text_of(message: Message) -> str:
    return message.get_payload(decode=True).decode()  # type: ignore[union-attr]


def test_sent_letter_is_not_sent_again(app: Any, postbox: Postbox) -> None:
    a_letter(builders.an_officer())

    deliver_due(now=NOW)
    delivery = deliver_due(now=NOW + timedelta(days=1))

    assert delivery == Delivery()
    assert len(postbox.messages) == 1


def test_personal_link_stands_only_in_what_is_sent(app: Any, postbox: Postbox) -> None:
    person = builders.an_officer()
    link = a_link(person)
    tell(events.PersonInvited(person_id=person.id, access_link_id=link.id))

    deliver_due(now=letters()[0].written_at)

    (token,) = re.findall(r"http://localhost/access/(\S+)", text_of(postbox.messages[0]))
    assert find_link(token).id == link.id
    assert "/access/" not in letters()[0].body
    assert token not in "".join(db.session.scalars(sa.select(AccessToken.token_hash)))


def test_personal_link_is_another_one_in_each_letter_and_all_open(app: Any, postbox: Postbox) -> None:
    person = builders.an_officer()
    link = a_link(person)
    for reason in ("first", "second"):
        a_letter(person, reason=reason, access_link_id=link.id, body="{link}")

    deliver_due(now=LATER)

    tokens = re.findall(r"/access/(\S+)", "".join(text_of(message) for message in postbox.messages))
    assert len(set(tokens)) == 2
    assert [find_link(token).id for token in tokens] == [link.id, link.id]


@pytest.mark.parametrize("value", ["used_at", "expires_at"])
def test_link_that_is_over_is_not_sent(app: Any, postbox: Postbox, value: str) -> None:
    person = builders.an_officer()
    link = a_link(person, created_at=NOW - timedelta(days=9), expires_at=NOW + timedelta(days=9))
    a_letter(person, access_link_id=link.id)
    with transaction():
        setattr(db.session.get_one(AccessLink, link.id), value, NOW)

    deliver_due(now=LATER)

    (letter,) = letters()
    assert postbox.messages == []
    assert (letter.failure, letter.given_up_at) == (Failure.LINK_OVER, LATER)


def test_without_a_mail_server_letters_are_kept(app: Any) -> None:
    a_letter(builders.an_officer())

    delivery = deliver_due(now=LATER)

    assert delivery == Delivery()
    assert letters()[0].next_try_at is None
    assert count(LetterState.KEPT) == 1


def count(state: LetterState) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Letter).where(IN_STATE[state])) or 0


def test_kept_letter_is_not_sent_when_a_server_is_set_later(app: Any, request: pytest.FixtureRequest) -> None:
    a_letter(builders.an_officer())
    postbox = request.getfixturevalue("postbox")

    deliver_due(now=LATER)

    assert postbox.messages == []


def test_unreachable_server_costs_one_letter_a_try(app: Any, mail_settings: Any) -> None:
    for number in range(3):
        a_letter(builders.an_officer(), f"test:{number}")

    delivery = deliver_due(now=LATER)

    first, *others = letters()
    assert delivery == Delivery(failed=1)
    assert (first.tries, first.failure, first.next_try_at) == (1, Failure.UNREACHABLE, LATER + timedelta(minutes=1))
    assert first.last_error
    assert {letter.tries for letter in others} == {0}


def test_letter_that_the_server_refused_is_tried_later(app: Any, postbox: Postbox) -> None:
    a_letter(builders.an_officer())
    postbox.data_replies = ["451 try later"]

    first = deliver_due(now=NOW)
    too_early = deliver_due(now=NOW + timedelta(seconds=30))
    second = deliver_due(now=NOW + timedelta(minutes=1))

    (letter,) = letters()
    assert (first, too_early, second) == (Delivery(failed=1), Delivery(), Delivery(sent=1))
    assert (letter.tries, letter.failure, letter.last_error) == (2, None, None)


def test_wrong_address_is_given_up_at_once_and_stops_nobody_else(app: Any, postbox: Postbox) -> None:
    wrong, right = builders.an_officer(), builders.an_officer()
    a_letter(wrong)
    a_letter(right)
    postbox.refused = {wrong.email: "550 no such mailbox"}

    delivery = deliver_due(now=NOW)

    letter = letters(wrong)[0]
    assert delivery == Delivery(sent=1, failed=1)
    assert (letter.failure, letter.last_error, letter.given_up_at) == (Failure.ADDRESS, "550 no such mailbox", NOW)
    assert postbox.recipients == [right.email]


def test_letter_is_given_up_in_the_end(app: Any, mail_settings: Any) -> None:
    a_letter(builders.an_officer())
    now = NOW

    for _try in range(20):
        deliver_due(now=now)
        now += timedelta(days=2)

    assert letters()[0].tries == 8
    assert count(LetterState.FAILED) == 1


def test_given_up_letter_can_be_tried_again(app: Any, postbox: Postbox) -> None:
    person = builders.an_officer()
    a_letter(person)
    postbox.refused = {person.email: "550 no such mailbox"}
    deliver_due(now=NOW)
    postbox.refused = {}

    try_again(letters()[0].id, now=LATER)
    deliver_due(now=LATER)

    assert postbox.recipients == [person.email]
    assert count(LetterState.SENT) == 1


def test_sent_letter_cannot_be_tried_again(app: Any, postbox: Postbox) -> None:
    a_letter(builders.an_officer())
    deliver_due(now=NOW)

    with pytest.raises(DomainError, match="cannot be sent now"):
        try_again(letters()[0].id, now=LATER)


def test_two_workers_never_send_the_same_letter_twice(
    app: Any, postbox: Postbox, in_threads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        a_letter(builders.an_officer(), f"test:{number}")
    send = mail.send

    def slow(*args: Any) -> None:
        time.sleep(0.01)
        send(*args)

    monkeypatch.setattr(mail, "send", slow)

    results = in_threads([lambda: deliver_due(now=LATER)] * 4)

    assert sum(result.sent for result in results) == 12
    assert len(set(postbox.recipients)) == len(postbox.recipients) == 12


def test_worker_that_dies_loses_no_letter(app: Any, postbox: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    a_letter(builders.an_officer())
    with monkeypatch.context() as broken:
        broken.setattr(mail, "send", lambda *_args: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            deliver_due(now=NOW)

    at_once = deliver_due(now=NOW)
    later = deliver_due(now=NOW + services.HELD)

    assert (at_once, later) == (Delivery(), Delivery(sent=1))


@pytest.mark.parametrize("subject", ["A\r\nBcc: all@example.org", "A\nX: y", "A\u2028B"])
def test_subject_cannot_add_headers(app: Any, postbox: Postbox, subject: str) -> None:
    a_letter(builders.an_officer(given_name="Anna\r\nBcc: all@example.org"), subject=subject)

    deliver_due(now=NOW)

    (message,) = postbox.messages
    assert message["Bcc"] is None
    assert message["X"] is None
    assert len(postbox.recipients) == 1


def test_address_that_is_none_is_given_up(app: Any, postbox: Postbox) -> None:
    a_letter(builders.an_officer(email="anna\r\nrcpt to:<all@example.org>"))

    deliver_due(now=NOW)

    assert postbox.messages == []
    assert letters()[0].failure is Failure.ADDRESS


def test_person_and_reason_are_told_once_even_in_a_race(app: Any, in_threads: Any) -> None:
    person = builders.an_officer()
    draft = Draft(recipient_id=person.id, reason="same", language="en", subject="A", body="B")

    def write() -> None:
        with transaction():
            keep([draft], now=NOW)

    results = in_threads([write] * 4)

    assert results == [None] * 4
    assert len(letters(person)) == 1


def test_letters_to_more_people_than_a_statement_takes_are_all_kept(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "ROWS_AT_ONCE", 2)
    people = [builders.an_officer() for _ in range(5)]

    with transaction():
        keep((Draft(recipient_id=one.id, reason="r", language="en", subject="A", body="B") for one in people), now=NOW)

    assert sorted(letter.recipient_id for letter in letters()) == [one.id for one in people]


def test_letter_outside_a_transaction_is_refused(app: Any) -> None:
    with pytest.raises(RuntimeError, match="has happened"):
        keep([], now=NOW)


def test_server_that_wants_another_password_is_told_apart(app: Any, postbox: Postbox, mail_settings: Any) -> None:
    a_letter(builders.an_officer())
    mail_settings.update(MAIL_USERNAME="office", MAIL_PASSWORD="wrong")

    deliver_due(now=NOW)

    assert letters()[0].failure in {Failure.NOT_ADMITTED, Failure.UNREACHABLE}
    assert postbox.messages == []
    mail_settings.update(MAIL_USERNAME="", MAIL_PASSWORD="")
