"""Letters are delivered after the change they tell of, one at a time, and tried again when that fails.

A letter is claimed before it is handed over, by the present time and for longer than handing over can last. So two
processes never send the same letter, and one that dies between sending and noting it sends at most that one twice.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

from trainingapp.accounts.models import AccessLink
from trainingapp.accounts.services.access import address_of
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.links import absolute
from trainingapp.mail import queries
from trainingapp.mail.models import Failure, Letter
from trainingapp.mail.rules import concerns_the_letter, decide_next_try
from trainingapp.mail.services import smtp
from trainingapp.mail.services.enclosing import enclosure_of
from trainingapp.mail.services.smtp import Enclosure
from trainingapp.mail.services.writing import LINK

CLAIM = smtp.LONGEST + timedelta(minutes=1)


@dataclass
class Delivery:
    """What came of trying to send what was due. ``trouble``: why nothing more can be sent for now."""

    sent: int = 0
    failed: int = 0
    trouble: smtp.SendingFailed | None = None


def deliver_due(go_on: Callable[[Delivery], bool] = lambda _delivery: True) -> Delivery:
    """Send letters over one connection until none is due: the urgent ones first, then who has waited longest.

    Ends at once, at nobody's cost, while the mail server cannot be reached or does not admit us. ``go_on`` is asked
    before each letter, with what has come of the others.
    """
    delivery = Delivery()
    if not smtp.is_set() or not is_any_due():
        return delivery
    try:
        with smtp.opened() as server:
            while go_on(delivery) and (sent := deliver_next(server)) is not None:
                delivery.sent += sent
                delivery.failed += not sent
    except smtp.SendingFailed as error:
        delivery.trouble = error
    return delivery


def is_any_due() -> bool:
    found = db.session.execute(queries.due(utc_now()).limit(1)).first() is not None
    db.session.rollback()  # no transaction stays open while we talk to the server
    return found


def deliver_next(server: smtplib.SMTP) -> bool | None:
    """Send the letter whose turn it is: whether it was taken; None when none is due. Raises SendingFailed for all."""
    letter_id = claim_next()
    if letter_id is None:
        return None
    try:
        smtp.send(server, prepared(letter_id))
    except smtp.SendingFailed as error:
        note_failure(letter_id, error)
        if not concerns_the_letter(error.failure):
            raise
        return False
    note_sent(letter_id)
    return True


def claim_next() -> int | None:
    """Take the letter whose turn it is for a while, so that no other process sends it too; None when none is due."""
    with transaction():
        now = utc_now()
        due = queries.due(now).limit(1).with_for_update(of=Letter, skip_locked=True)
        letter = db.session.scalars(due).one_or_none()
        if letter is None:
            return None
        letter.next_try_at = now + CLAIM
        return letter.id


def prepared(letter_id: int) -> EmailMessage:
    """The message as it is sent. Raises SendingFailed where it makes no sense or is not whole."""
    enclosure = enclosure_of(letter_id)
    try:
        with transaction():  # for the personal link; it ends before we talk to the server
            letter, now = db.session.get_one(Letter, letter_id), utc_now()
            link = letter.access_link
            if link is not None and letter.course_session_id is None and is_over(link, now):
                raise smtp.SendingFailed(Failure.LINK_OVER, "")
            return as_message(letter, enclosure, now)
    except (ValueError, IndexError) as error:
        raise smtp.SendingFailed(Failure.ADDRESS, smtp.described(error)) from error


def is_over(link: AccessLink, now: datetime) -> bool:
    """Whether the link lets nobody in any more. Then a letter that is there for its sake need not be sent."""
    return link.used_at is not None or link.expires_at <= now


def as_message(letter: Letter, enclosure: Enclosure | None, now: datetime) -> EmailMessage:
    """The message with the personal link in its place. Raises ValueError for an address that is none.

    In a letter about a session the link is a help only: where the person has come in meanwhile, or where it is over,
    the letter is sent with the address of the page to sign in.
    """
    subject, body, link = letter.subject, letter.body, letter.access_link
    assert subject is not None  # only letters in words are claimed
    assert body is not None
    if link is not None:
        body = body.replace(LINK, absolute("accounts.sign_in") if is_over(link, now) else address_of(link.id, now=now))
    return smtp.message(
        letter.id,
        name=letter.recipient.name.within(letter.language).full,
        email=letter.sent_to,
        language=letter.language,
        subject=subject,
        body=body,
        now=now,
        enclosure=enclosure,
    )


def note_sent(letter_id: int) -> None:
    with transaction():
        letter = locked(Letter, letter_id)
        letter.sent_at, letter.failure, letter.last_error = utc_now(), None, None


def note_failure(letter_id: int, error: smtp.SendingFailed) -> None:
    """Say why, and when it is tried again. Only an answer about this letter counts as one of its tries."""
    with transaction():
        letter, now = locked(Letter, letter_id), utc_now()
        letter.failure, letter.last_error = error.failure, error.detail or None
        if concerns_the_letter(error.failure):
            letter.tries += 1
        elif error.failure is Failure.UNREACHABLE:
            letter.interruptions += 1
        if letter.next_try_at is not None:  # one that is only kept is not sent
            letter.next_try_at = decide_next_try(letter.tries, letter.interruptions, error.failure, now)
        letter.given_up_at = now if letter.next_try_at is None else None
