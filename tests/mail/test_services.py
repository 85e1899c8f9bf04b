from __future__ import annotations

import re
import time
from contextlib import ExitStack
from datetime import timedelta
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from typing import Any

import pytest
import sqlalchemy as sa

from tests import builders
from tests.builders import NOW
from tests.mail.scenes import a_letter, a_link, deliver_at, letters, tell
from tests.postbox import Postbox
from trainingapp.accounts import events
from trainingapp.accounts.models import AccessLink, AccessToken
from trainingapp.accounts.queries.access import find_link
from trainingapp.core.clock import standing_at
from trainingapp.core.db import db, transaction
from trainingapp.core.errors import DomainError
from trainingapp.mail.models import Failure, Letter, LetterState
from trainingapp.mail.queries import IN_STATE
from trainingapp.mail.services import delivery as delivery_module
from trainingapp.mail.services import smtp, writing
from trainingapp.mail.services.again import try_again
from trainingapp.mail.services.delivery import Delivery, deliver_due
from trainingapp.mail.services.writing import Draft, keep

LATER = NOW + timedelta(minutes=1)


def test_letter_is_sent_in_both_scripts(app: Any, postbox: Postbox) -> None:
    person = builders.an_officer(email="anna@example.org")
    a_letter(person, subject="Место: досмотр", body="Здравствуйте!\n\nУ вас есть место.", language="ru")

    delivery = deliver_at(NOW)

    (message,) = postbox.messages
    assert delivery == Delivery(sent=1)
    assert decoded(message["Subject"]) == "Место: досмотр"
    assert decoded(message["From"]) == "Региональное учебное бюро <office@example.org>"
    assert parseaddr(message["To"])[1] == "anna@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "ru"
    assert message["Message-ID"].startswith("<letter-")
    assert "У вас есть место." in text_of(message)
    assert letters()[0].sent_at == NOW


@pytest.mark.parametrize(
    "subject",
    [
        "Условия изменены, срок выдвижения кандидатов – 10 декабря, 19:00: «Семиточечный осмотр контейнера»",
        "Comment by 14 November, 16:00: the proposed selection for “Regional workshop: container traffic on the way…”",
        "The letters of an office whose name is long and has nothing in it that seven bits would not hold",
    ],
)
def test_a_long_subject_arrives_as_it_was_written(app: Any, postbox: Postbox, subject: str) -> None:
    a_letter(builders.an_officer(), subject=subject)

    deliver_at(NOW)

    assert decoded(postbox.messages[0]["Subject"]) == subject


def decoded(header: str) -> str:
    return str(make_header(decode_header(header.replace("\r", "").replace("\n", ""))))


def text_of(message: Message) -> str:
    return message.get_payload(decode=True).decode()  # type: ignore[union-attr]


def test_sent_letter_is_not_sent_again(app: Any, postbox: Postbox) -> None:
    a_letter(builders.an_officer())

    deliver_at(NOW)
    delivery = deliver_at(NOW + timedelta(days=1))

    assert delivery == Delivery()
    assert len(postbox.messages) == 1


def test_personal_link_stands_only_in_what_is_sent(app: Any, postbox: Postbox) -> None:
    person = builders.an_officer()
    link = a_link(person)
    tell(events.PersonInvited(person_id=person.id, access_link_id=link.id))

    deliver_at(letters()[0].written_at)

    (token,) = re.findall(r"http://localhost/access/(\S+)", text_of(postbox.messages[0]))
    assert find_link(token).id == link.id
    assert "/access/" not in letters()[0].body
    assert token not in "".join(db.session.scalars(sa.select(AccessToken.token_hash)))


def test_personal_link_is_another_one_in_each_letter_and_all_open(app: Any, postbox: Postbox) -> None:
    person = builders.an_officer()
    link = a_link(person)
    for reason in ("first", "second"):
        a_letter(person, reason=reason, access_link_id=link.id, body="{link}")

    deliver_at(LATER)

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

    deliver_at(LATER)

    (letter,) = letters()
    assert postbox.messages == []
    assert (letter.failure, letter.given_up_at) == (Failure.LINK_OVER, LATER)


def test_without_a_mail_server_letters_are_kept(app: Any) -> None:
    a_letter(builders.an_officer())

    delivery = deliver_at(LATER)

    assert delivery == Delivery()
    assert letters()[0].next_try_at is None
    assert count(LetterState.KEPT) == 1


def count(state: LetterState) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Letter).where(IN_STATE[state])) or 0


def test_kept_letter_is_not_sent_when_a_server_is_set_later(app: Any, request: pytest.FixtureRequest) -> None:
    a_letter(builders.an_officer())
    postbox = request.getfixturevalue("postbox")

    deliver_at(LATER)

    assert postbox.messages == []


def test_unreachable_server_costs_nobody_a_try_however_long(app: Any, mail_settings: Any) -> None:
    for number in range(3):
        a_letter(builders.an_officer(), f"test:{number}")

    deliveries = [deliver_at(NOW + hours * timedelta(hours=1)) for hours in range(100)]

    assert {delivery.trouble.failure for delivery in deliveries if delivery.trouble} == {Failure.UNREACHABLE}
    assert {(letter.tries, letter.next_try_at, letter.given_up_at) for letter in letters()} == {(0, NOW, None)}


def test_letters_go_as_soon_as_the_server_is_back(app: Any, mail_settings: Any, request: pytest.FixtureRequest) -> None:
    a_letter(builders.an_officer())
    deliver_at(NOW)
    request.getfixturevalue("postbox")

    assert deliver_at(LATER).sent == 1


def test_letter_that_the_server_refused_is_tried_later(app: Any, postbox: Postbox) -> None:
    a_letter(builders.an_officer())
    postbox.data_replies = ["451 try later"]

    first = deliver_at(NOW)
    too_early = deliver_at(NOW + timedelta(seconds=30))
    second = deliver_at(NOW + timedelta(minutes=1))

    (letter,) = letters()
    assert (first, too_early, second) == (Delivery(failed=1), Delivery(), Delivery(sent=1))
    assert (letter.tries, letter.failure, letter.last_error) == (1, None, None)


def test_wrong_address_is_given_up_at_once_and_stops_nobody_else(app: Any, postbox: Postbox) -> None:
    wrong, right = builders.an_officer(), builders.an_officer()
    a_letter(wrong)
    a_letter(right)
    postbox.refused = {wrong.email: "550 no such mailbox"}

    delivery = deliver_at(NOW)

    letter = letters(wrong)[0]
    assert delivery == Delivery(sent=1, failed=1)
    assert (letter.failure, letter.last_error, letter.given_up_at) == (Failure.ADDRESS, "550 no such mailbox", NOW)
    assert postbox.recipients == [right.email]


def test_letter_that_the_server_keeps_refusing_is_given_up_in_the_end(app: Any, postbox: Postbox) -> None:
    a_letter(builders.an_officer())
    postbox.data_replies = ["451 try later"] * 20
    now = NOW

    for _try in range(20):
        deliver_at(now)
        now += timedelta(days=2)

    assert letters()[0].tries == 8
    assert count(LetterState.FAILED) == 1


@pytest.mark.parametrize("refusal", ["550 not from this address", "421 too busy"])
def test_server_that_refuses_us_costs_nobody_a_try(app: Any, postbox: Postbox, refusal: str) -> None:
    for number in range(3):
        a_letter(builders.an_officer(), f"test:{number}")
    postbox.sender_reply = refusal

    deliveries = [deliver_at(NOW + hours * timedelta(hours=1)) for hours in range(50)]
    postbox.sender_reply = None
    after = deliver_at(NOW + timedelta(hours=51))

    assert all(delivery.trouble and not delivery.failed for delivery in deliveries)
    assert (after.sent, after.failed) == (3, 0)
    assert {letter.tries for letter in letters()} == {0}


def test_letter_at_which_the_server_hangs_up_lets_the_others_go_first(app: Any, postbox: Postbox) -> None:
    cursed, *others = [builders.an_officer() for _ in range(4)]
    for person in (cursed, *others):
        a_letter(person)
    postbox.hang_up_at = cursed.email

    first, second = deliver_at(NOW), deliver_at(NOW)
    for hours in range(1, 60):
        deliver_at(NOW + hours * timedelta(hours=1))

    assert (first.sent, second.sent) == (0, 3)
    assert postbox.recipients == [person.email for person in others]
    (letter,) = letters(cursed)
    assert (letter.tries, letter.given_up_at, letter.failure) == (0, None, Failure.UNREACHABLE)


def test_urgent_letters_go_first_and_then_who_waited_longest(app: Any, postbox: Postbox) -> None:
    late, early, urgent = (builders.an_officer() for _ in range(3))
    a_letter(late, now=NOW + timedelta(seconds=1))
    a_letter(early)
    a_letter(urgent, now=NOW + timedelta(seconds=2), can_wait=False)

    deliver_at(LATER)

    assert postbox.recipients == [urgent.email, early.email, late.email]


def test_urgent_letter_written_during_delivery_goes_next(app: Any, postbox: Postbox) -> None:
    people = [builders.an_officer() for _ in range(3)]
    for person in people:
        a_letter(person)
    hurried = builders.an_officer()

    def write_one(delivery: Delivery) -> bool:
        if delivery.sent == 1 and not letters(hurried):
            a_letter(hurried, can_wait=False)
        db.session.rollback()
        return True

    with standing_at(LATER):
        deliver_due(write_one)

    assert postbox.recipients == [people[0].email, hurried.email, people[1].email, people[2].email]


def test_more_letters_than_a_batch_ever_had_go_in_one_round(app: Any, postbox: Postbox) -> None:
    person = builders.an_officer()
    for number in range(210):
        a_letter(person, f"test:{number}")

    assert deliver_at(LATER) == Delivery(sent=210)


def test_given_up_letter_can_be_tried_again(app: Any, postbox: Postbox) -> None:
    person = builders.an_officer()
    a_letter(person)
    postbox.refused = {person.email: "550 no such mailbox"}
    deliver_at(NOW)
    postbox.refused = {}

    try_again(letters()[0].id, now=LATER)
    deliver_at(LATER)

    assert postbox.recipients == [person.email]
    assert count(LetterState.SENT) == 1


def test_sent_letter_cannot_be_tried_again(app: Any, postbox: Postbox) -> None:
    a_letter(builders.an_officer())
    deliver_at(NOW)

    with pytest.raises(DomainError, match="cannot be sent now"):
        try_again(letters()[0].id, now=LATER)


def test_two_processes_never_send_the_same_letter_twice(app: Any, postbox: Postbox, in_threads: Any) -> None:
    for number in range(12):
        a_letter(builders.an_officer(), f"test:{number}")
    postbox.seconds = 0.02

    results = in_threads([lambda: deliver_at(LATER)] * 4)

    assert sum(result.sent for result in results) == 12
    assert len(set(postbox.recipients)) == len(postbox.recipients) == 12


def test_delivery_that_outlasts_a_claim_sends_nothing_twice(app: Any, postbox: Postbox) -> None:
    """Claims count from the present moment, not from when the round began."""
    for number in range(6):
        a_letter(builders.an_officer(), f"test:{number}")
    others: list[Delivery] = []

    def time_passes(delivery: Delivery) -> bool:
        moment = LATER + delivery.sent * delivery_module.CLAIM / 2
        clock.enter_context(standing_at(moment))
        if delivery.sent == 4:
            others.append(deliver_due())
        return True

    with ExitStack() as clock:
        clock.enter_context(standing_at(LATER))
        one = deliver_due(time_passes)

    assert one.sent + others[0].sent == 6
    assert len(set(postbox.recipients)) == len(postbox.recipients) == 6


def test_letter_in_hand_is_not_taken_by_another_process(app: Any, postbox: Postbox, in_threads: Any) -> None:
    a_letter(builders.an_officer())
    with standing_at(LATER):
        delivery_module.claim_next()

    assert deliver_at(LATER + smtp.LONGEST) == Delivery()


def test_process_that_dies_before_sending_loses_no_letter(
    app: Any, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_letter(builders.an_officer())
    with monkeypatch.context() as broken:
        broken.setattr(smtp, "send", lambda *_args: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            deliver_at(NOW)

    at_once = deliver_at(NOW)
    later = deliver_at(NOW + delivery_module.CLAIM)

    assert (at_once, later) == (Delivery(), Delivery(sent=1))


def test_process_that_dies_before_noting_sends_only_that_letter_twice(
    app: Any, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [builders.an_officer() for _ in range(3)]
    for person in people:
        a_letter(person)
    with monkeypatch.context() as broken:
        broken.setattr(delivery_module, "note_sent", lambda *_args: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            deliver_at(NOW)

    deliver_at(NOW)
    deliver_at(NOW + delivery_module.CLAIM)

    assert sorted(postbox.recipients) == sorted([people[0].email, *(person.email for person in people)])
    twice = [message["Message-ID"] for message in postbox.messages if message["To"].endswith(f"<{people[0].email}>")]
    assert len(twice) == 2
    assert len(set(twice)) == 1


def test_server_that_drips_is_left(app: Any, postbox: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte renews a timeout, so the whole letter has a limit of its own, shorter than the claim."""
    a_letter(builders.an_officer())
    monkeypatch.setattr(smtp, "LONGEST", timedelta(seconds=0.2))
    postbox.seconds = 5
    began = time.monotonic()

    delivery = deliver_at(NOW)

    assert delivery.trouble is not None
    assert delivery.trouble.failure is Failure.UNREACHABLE
    assert time.monotonic() - began < 4
    assert timedelta(seconds=0.2) < delivery_module.CLAIM


@pytest.mark.parametrize("subject", ["A\r\nBcc: all@example.org", "A\nX: y", "A\u2028B"])
def test_subject_cannot_add_headers(app: Any, postbox: Postbox, subject: str) -> None:
    a_letter(builders.an_officer(given_name="Anna\r\nBcc: all@example.org"), subject=subject)

    deliver_at(NOW)

    (message,) = postbox.messages
    assert message["Bcc"] is None
    assert message["X"] is None
    assert len(postbox.recipients) == 1


def test_address_that_is_none_is_given_up(app: Any, postbox: Postbox) -> None:
    a_letter(builders.an_officer(email="anna\r\nrcpt to:<all@example.org>"))

    deliver_at(NOW)

    assert postbox.messages == []
    assert letters()[0].failure is Failure.ADDRESS


def test_person_and_reason_are_told_once_even_in_a_race(app: Any, in_threads: Any) -> None:
    person = builders.an_officer()
    draft = Draft(recipient_id=person.id, reason="same", language="en", kind="test", facts={})

    def write() -> None:
        with transaction():
            keep([draft], now=NOW)

    results = in_threads([write] * 4)

    assert results == [None] * 4
    assert len(letters(person)) == 1


def test_letters_to_more_people_than_a_statement_takes_are_all_kept(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "ROWS_AT_ONCE", 2)
    people = [builders.an_officer() for _ in range(5)]

    with transaction():
        keep((Draft(recipient_id=one.id, reason="r", language="en", kind="test", facts={}) for one in people), now=NOW)

    assert sorted(letter.recipient_id for letter in letters()) == [one.id for one in people]


def test_letter_outside_a_transaction_is_refused(app: Any) -> None:
    with pytest.raises(RuntimeError, match="has happened"):
        keep([], now=NOW)


def test_wrong_password_costs_nobody_a_try(app: Any, postbox: Postbox, mail_settings: Any) -> None:
    a_letter(builders.an_officer())
    mail_settings.update(MAIL_USERNAME="office", MAIL_PASSWORD="wrong")

    delivery = deliver_at(NOW)

    assert delivery.trouble is not None
    assert delivery.trouble.failure in {Failure.NOT_ADMITTED, Failure.UNREACHABLE}
    assert (letters()[0].tries, letters()[0].next_try_at) == (0, NOW)
    assert postbox.messages == []
