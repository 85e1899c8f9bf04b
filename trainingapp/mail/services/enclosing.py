"""The file that goes with a letter: typeset or read when the letter is sent, or when somebody looks at it."""

from __future__ import annotations

from trainingapp.core.db import db
from trainingapp.core.errors import NotInTime
from trainingapp.core.files import read
from trainingapp.core.typesetting import paper_pdf
from trainingapp.mail.models import Failure, Letter
from trainingapp.mail.services import smtp


def enclosure_of(letter_id: int) -> smtp.Enclosure | None:
    """What goes with the letter. Raises SendingFailed where it cannot be had. Not to be called in a transaction."""
    letter = db.session.get_one(Letter, letter_id)
    if letter.paper is not None:
        return typeset(letter.paper, letter.paper_name or "")
    stored = letter.attachment
    try:
        return smtp.Enclosure(stored.name, stored.content_type, read(stored)) if stored else None
    except (OSError, ValueError) as error:
        raise smtp.SendingFailed(Failure.FILE_GONE, f"{letter.attached_name}: {smtp.described(error)}") from error


def typeset(paper: dict[str, object], name: str) -> smtp.Enclosure:
    db.session.rollback()  # it takes a while, and no transaction waits for it
    try:
        return smtp.Enclosure(name, "application/pdf", paper_pdf(paper))
    except (NotInTime, KeyError, OSError) as error:  # also one for whose template this process is too old, or too new
        raise smtp.SendingFailed(Failure.NO_PAPER, "") from error
