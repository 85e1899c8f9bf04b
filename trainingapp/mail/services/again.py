"""Letters that failed, or were only kept, are sent again when somebody asks for it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.mail import queries
from trainingapp.mail.models import Failure, Letter
from trainingapp.mail.rules import can_try_again, decide_state
from trainingapp.mail.services import smtp


def try_again(letter_id: int, *, now: datetime) -> Letter:
    """Let a letter that was given up, or was only kept, be sent. Raises DomainError when there is nothing to try."""
    with transaction():
        letter = locked(Letter, letter_id)
        state = decide_state(sent_at=letter.sent_at, given_up_at=letter.given_up_at, next_try_at=letter.next_try_at)
        if not can_try_again(state, mail_is_set=smtp.is_set(), has_link=letter.access_link_id is not None):
            raise DomainError(_l("This letter cannot be sent now."))
        letter.next_try_at, letter.tries, letter.interruptions, letter.given_up_at = now, 0, 0, None
    return letter


def try_words_again(*, now: datetime) -> None:
    """Let letters that were given up because their text could not be made have another chance.

    For a program that has just started: it may be of a version that knows what the one before did not. One that is only
    kept, and so was given up at its first try, is not sent now either.
    """
    hopeless = (Letter.facts.is_not(None), Letter.failure == Failure.NO_WORDS, Letter.given_up_at.is_not(None))
    due = sa.case((Letter.tries > 1, now), else_=None) if smtp.is_set() else None
    values = {"given_up_at": None, "failure": None, "last_error": None, "tries": 0, "next_try_at": due}
    with transaction():
        db.session.execute(
            sa.update(Letter).where(*hopeless).values(values).execution_options(synchronize_session=False)
        )


def try_all_again(chosen: sa.ColumnElement[bool], *, now: datetime) -> tuple[int, int]:
    """Let these letters, which were given up, be sent: how many, and how many were left because their link is over.

    Raises DomainError without a mail server.
    """
    if not smtp.is_set():
        raise DomainError(_l("Letters cannot be sent: no mail server is set."))
    with transaction():
        sent, left = queries.count_again(chosen, now)
        db.session.execute(
            sa.update(Letter)
            .where(chosen, queries.has_use(now))
            .values(next_try_at=now, tries=0, interruptions=0, given_up_at=None)
            .execution_options(synchronize_session=False)
        )
    return sent, left
