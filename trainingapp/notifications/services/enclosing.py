"""The file that goes with a letter: typeset or read when the letter is sent, or when somebody looks at it."""

from __future__ import annotations

from trainingapp.core.db import db
from trainingapp.core.errors import NotInTime
from trainingapp.core.files import read
from trainingapp.nomination.document import paper_pdf
from trainingapp.notifications import mail
from trainingapp.notifications.models import Failure, Letter


def enclosure_of(letter_id: int) -> mail.Enclosure | None:
    """What goes with the letter. Raises SendingFailed where it cannot be had. Not to be called in a transaction."""
    letter = db.session.get_one(Letter, letter_id)
    if letter.paper is not None:
        return typeset(letter.paper, letter.paper_name or "")
    stored = letter.attachment
    try:
        return mail.Enclosure(stored.name, stored.content_type, read(stored)) if stored else None
    except (OSError, ValueError) as error:
        raise mail.SendingFailed(Failure.FILE_GONE, f"{letter.attached_name}: {mail.described(error)}") from error


def typeset(paper: dict[str, object], name: str) -> mail.Enclosure:
    db.session.rollback()  # it takes a while, and no transaction waits for it
    try:
        return mail.Enclosure(name, "application/pdf", paper_pdf(paper))
    except NotInTime as error:
        raise mail.SendingFailed(Failure.NO_PAPER, "") from error
