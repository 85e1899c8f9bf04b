"""What letters show on the front pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import current_app, url_for
from flask_login import current_user

from trainingapp.core.cards import Card, FrontPage, Part, Tile, work_tile
from trainingapp.core.db import db
from trainingapp.core.i18n import _n
from trainingapp.mail.models import LetterState
from trainingapp.mail.queries import counts, failed_letters, letters_of
from trainingapp.mail.texts import shown_subject
from trainingapp.scheduling.queries.sessions import kept_by

MOST_LETTERS = 3


def for_officer(_now: datetime) -> Iterator[Card]:
    letters = db.session.execute(letters_of(current_user.id).limit(MOST_LETTERS)).all()
    values = {"letters": letters, "subject_of": shown_subject}
    yield Card(order=20, part=Part.COLUMNS, template="mail/cards/my_letters.html", values=values)


def for_coordinator(_now: datetime) -> Iterator[Tile]:
    number = failed_letters(kept_by(current_user))
    yield work_tile(140, number, not_delivered(number), failed_url(), tone="bad")


def for_administrator(_now: datetime) -> Iterator[Tile | Card]:
    letters = counts()
    failed = letters[LetterState.FAILED]
    tone = "bad" if failed else "neutral"
    yield Tile(order=30, number=failed, text=not_delivered(failed), url=failed_url(), tone=tone)
    values = {"letters": letters, "mail_server": current_app.config["MAIL_SERVER"]}
    yield Card(order=30, part=Part.COLUMNS, template="mail/cards/letters.html", values=values)


def not_delivered(number: int) -> str:
    return _n("letter not delivered", "letters not delivered", number)


def failed_url() -> str:
    return url_for("mail.all_letters", state=LetterState.FAILED.value)


CARDS = {
    FrontPage.OFFICER: for_officer,
    FrontPage.COORDINATOR: for_coordinator,
    FrontPage.ADMINISTRATOR: for_administrator,
}
