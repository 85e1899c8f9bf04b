"""Letters: kept with the change they tell of, delivered after it, tried again when that fails."""

from __future__ import annotations

import smtplib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from trainingapp.accounts.models import AccessLink
from trainingapp.accounts.services.access import address_of
from trainingapp.core.db import db, in_transaction, locked, transaction
from trainingapp.core.errors import DomainError
from trainingapp.core.files import StoredFile, read
from trainingapp.core.i18n import _l
from trainingapp.core.links import absolute
from trainingapp.notifications import mail, queries
from trainingapp.notifications.models import Failure, Letter, LetterState
from trainingapp.notifications.rules import can_try_again, decide_next_try, decide_state

LINK = "{link}"
HELD = timedelta(minutes=10)
BATCH = 200
ROWS_AT_ONCE = 500  # a webinar has thousands of participants, and a statement only so many parameters


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A letter as it is written. The body of one with a personal link holds ``{link}`` in its place."""

    recipient_id: int
    reason: str
    language: str
    subject: str
    body: str
    course_session_id: int | None = None
    access_link_id: int | None = None
    attachment_id: int | None = None


@dataclass(frozen=True)
class Delivery:
    """What came of trying to send what was due."""

    sent: int = 0
    failed: int = 0


def keep(drafts: Iterable[Draft], *, now: datetime) -> None:
    """Keep the letters, in the transaction of the change they tell of. Nobody is told twice for the same reason."""
    if not in_transaction():
        raise RuntimeError("a letter tells of something that has happened")
    next_try_at = now if mail.is_set() else None
    rows = [{**asdict(draft), "written_at": now, "next_try_at": next_try_at} for draft in drafts]
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    with db.session.no_autoflush:  # what a letter refers to is there; the rest can be written together, at the end
        for begin in range(0, len(rows), ROWS_AT_ONCE):
            some = insert(Letter).values(rows[begin : begin + ROWS_AT_ONCE])
            db.session.execute(some.on_conflict_do_nothing(index_elements=[Letter.recipient_id, Letter.reason]))


def deliver_due(*, now: datetime, limit: int = BATCH) -> Delivery:
    """Send the letters that are due over one connection. Ends at once while the mail server cannot be reached."""
    letter_ids = queries.due(now, limit) if mail.is_set() else []
    db.session.rollback()  # no transaction stays open while we talk to the server
    if not letter_ids:
        return Delivery()
    outcomes: list[bool | None] = []
    try:
        with mail.opened() as server:
            for letter_id in letter_ids:
                outcomes.append(deliver(letter_id, server, now=now))
                if server.sock is None:  # hung up on us
                    break
    except mail.SendingFailed as error:
        outcomes.append(postpone(letter_ids[0], error, now))
    return Delivery(sent=outcomes.count(True), failed=outcomes.count(False))


def deliver(letter_id: int, server: smtplib.SMTP, *, now: datetime) -> bool | None:
    """Send one letter: whether it was sent; None when it is not ours to send."""
    made = claim(letter_id, now)
    if made is None:
        return None
    try:
        mail.send(server, made)
    except mail.SendingFailed as error:
        note_failure(letter_id, error, now)
        return False
    with transaction():
        letter = locked(Letter, letter_id)
        letter.sent_at, letter.failure, letter.last_error = now, None, None
    return True


def claim(letter_id: int, now: datetime) -> EmailMessage | None:
    """Take the letter for a while, so that no other worker sends it too; None when another one was faster.

    The claim is committed before anything is sent: should this process die, the letter is tried again later.
    """
    with transaction():
        taken = db.session.execute(
            sa.update(Letter)
            .where(Letter.id == letter_id, Letter.next_try_at <= now, queries.IN_STATE[LetterState.WAITING])
            .values(next_try_at=now + HELD, tries=Letter.tries + 1)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount == 0:  # type: ignore[attr-defined]
            return None
        letter = locked(Letter, letter_id)
        if letter.access_link is not None and not letter.course_session_id and is_over(letter.access_link, now):
            fail(letter, mail.SendingFailed(Failure.LINK_OVER, ""), now)
            return None
        try:
            return as_message(letter, now)
        except (ValueError, IndexError) as error:
            fail(letter, mail.SendingFailed(Failure.ADDRESS, mail.described(error)), now)
            return None


def is_over(link: AccessLink, now: datetime) -> bool:
    """Whether the link lets nobody in any more. Then a letter that is there for its sake need not be sent."""
    return link.used_at is not None or link.expires_at <= now


def as_message(letter: Letter, now: datetime) -> EmailMessage:
    """The message with the personal link in its place. Raises ValueError for an address that is none.

    In a letter about a session the link is a help only: where the person has come in meanwhile, or where it is over,
    the letter is sent with the address of the page to sign in.
    """
    body, link = letter.body, letter.access_link
    if link is not None:
        body = body.replace(LINK, absolute("accounts.sign_in") if is_over(link, now) else address_of(link.id, now=now))
    return mail.message(
        letter.id,
        name=letter.recipient.full_name,
        email=letter.recipient.email,
        language=letter.language,
        subject=letter.subject,
        body=body,
        now=now,
        attachment=attachment_of(letter),
    )


def attachment_of(letter: Letter) -> tuple[StoredFile, bytes] | None:
    """The attached file; None also where it is gone: the letter says where else to find it, and the doctor sees it."""
    if letter.attachment is None:
        return None
    try:
        return letter.attachment, read(letter.attachment)
    except (OSError, ValueError):
        return None


def postpone(letter_id: int, error: mail.SendingFailed, now: datetime) -> bool | None:
    """While there is no way to the server, only one letter waits longer; the others are tried in the next round."""
    if claim(letter_id, now) is None:
        return None
    note_failure(letter_id, error, now)
    return False


def note_failure(letter_id: int, error: mail.SendingFailed, now: datetime) -> None:
    with transaction():
        fail(locked(Letter, letter_id), error, now)


def fail(letter: Letter, error: mail.SendingFailed, now: datetime) -> None:
    letter.failure, letter.last_error = error.failure, error.detail or None
    next_try_at = decide_next_try(letter.tries, error.failure, now)
    if next_try_at is None:
        letter.given_up_at = now
    else:
        letter.next_try_at = next_try_at


def try_again(letter_id: int, *, now: datetime) -> Letter:
    """Let a letter that was given up, or was only kept, be sent. Raises DomainError when there is nothing to try."""
    with transaction():
        letter = locked(Letter, letter_id)
        state = decide_state(sent_at=letter.sent_at, given_up_at=letter.given_up_at, next_try_at=letter.next_try_at)
        if not can_try_again(state, mail_is_set=mail.is_set(), has_link=letter.access_link_id is not None):
            raise DomainError(_l("This letter cannot be sent now."))
        letter.next_try_at, letter.tries, letter.given_up_at = now, 0, None
    return letter
