"""Letters are put into words after the change they tell of, while nobody waits for it, and before they are sent."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NamedTuple

import sqlalchemy as sa

from trainingapp.core.clock import utc_now
from trainingapp.core.db import db, locked, transaction
from trainingapp.mail import queries
from trainingapp.mail.models import Letter
from trainingapp.mail.services import smtp
from trainingapp.mail.services.delivery import note_failure

AT_ONCE = 50  # letters

log = logging.getLogger(__name__)


class Text(NamedTuple):
    """A letter in words."""

    subject: str
    body: str


def put_into_words(text_of: Callable[[Letter], Text]) -> int:
    """Put some of the letters that are only facts into words, the urgent ones first; how many were looked at.

    ``text_of`` raises SendingFailed for one that cannot be put into words: it is noted, and tried again later.
    """
    texts: dict[int, Text] = {}
    failures: dict[int, smtp.SendingFailed] = {}
    for letter in db.session.scalars(queries.wordless(utc_now()).limit(AT_ONCE)):
        try:
            texts[letter.id] = text_of(letter)
        except smtp.SendingFailed as failure:
            log.warning("Letter %s (%s) could not be put into words.", letter.id, letter.kind, exc_info=failure)
            failures[letter.id] = failure
    db.session.rollback()
    write_down(texts)
    for letter_id, error in failures.items():
        note_without_words(letter_id, error)
    return len(texts) + len(failures)


def note_without_words(letter_id: int, error: smtp.SendingFailed) -> None:
    """Note the failure, unless another process, perhaps of a newer version, has found the words meanwhile."""
    with transaction():
        if locked(Letter, letter_id).facts is not None:
            note_failure(letter_id, error)


def write_down(texts: dict[int, Text]) -> None:
    """Keep the words and no longer the facts, unless another process has done so meanwhile."""
    with transaction():
        for letter_id, text in texts.items():
            still_facts = sa.and_(Letter.id == letter_id, Letter.facts.is_not(None))
            words = {"subject": text.subject, "body": text.body, "facts": None}
            db.session.execute(sa.update(Letter).where(still_facts).values(words))
