"""Whether letters can leave the house, and do."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.core.health import Check, Finding, Level
from trainingapp.mail.models import DUE, WORDLESS, Failure, Letter
from trainingapp.mail.services import smtp

PATIENCE = timedelta(hours=1)


def check_mail() -> Finding:
    if not smtp.is_set():
        text = "Letters are kept and can be read in the interface; none is sent."
        return Finding("mail", Level.INFO, text, "To send them by e-mail set MAIL_SERVER and MAIL_SENDER.")
    server = current_app.config["MAIL_SERVER"]
    try:
        with smtp.opened():
            return Finding("mail", Level.OK, f"The mail server {server} answers.")
    except smtp.SendingFailed as error:
        hint = "Check MAIL_SERVER, MAIL_PORT, MAIL_USERNAME, MAIL_PASSWORD and MAIL_USE_TLS."
        return Finding("mail", Level.ERROR, f"The mail server {server} does not take our letters: {error}", hint)


def check_failed_letters() -> Finding:
    count = letters(Letter.given_up_at.is_not(None))
    if count:
        hint = "Look at them under Letters, mend the address or the mail server, and send them again there."
        return Finding("letters.failed", Level.WARNING, f"Letters that could not be delivered: {count}.", hint)
    return Finding("letters.failed", Level.OK, "No letter had to be given up.")


def check_late_letters() -> Finding:
    """Also without a mail server `flask mail` has work to do: letters get their words from it."""
    since = utc_now() - PATIENCE
    untried = Letter.tries == 0
    unsent = letters(DUE, untried, Letter.subject.is_not(None), Letter.next_try_at < since)
    if count := unsent + letters(WORDLESS, untried, Letter.written_at < since):
        text = f"Letters that nobody has put into words, or tried to send, for an hour: {count}."
        hint = "Is `flask mail` running? `python3 manage.py run` starts it beside the server."
        return Finding("letters.late", Level.WARNING, text, hint)
    return Finding("letters.late", Level.OK, "No letter is kept waiting.")


def check_wordless_letters() -> Finding:
    """Those that were tried: the others wait, and are late when they wait for long."""
    if count := letters(Letter.facts.is_not(None), Letter.failure == Failure.NO_WORDS):
        text = f"Letters whose text could not be made: {count}."
        hint = "The log of `flask mail` says why. When it starts anew, in its newest version, they are tried again."
        return Finding("letters.wordless", Level.WARNING, text, hint)
    return Finding("letters.wordless", Level.OK, "The text of every letter could be made.")


def letters(*conditions: sa.ColumnElement[bool] | sa.TextClause) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Letter).where(*conditions)) or 0


CHECKS = (
    Check(30, check_mail, needs_tables=False),
    Check(130, check_failed_letters),
    Check(140, check_late_letters),
    Check(145, check_wordless_letters),
)
