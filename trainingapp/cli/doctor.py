"""`flask doctor`: is the office well? Each finding has a name and, where something is to be done, says what."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

import click
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from trainingapp.accounts.models import Organisation
from trainingapp.catalogue.queries import untranslated_courses, untranslated_organisations, untranslated_topics
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.core.files import StoredFile, read
from trainingapp.enrolment.models import SEATED, Place, PlaceMode, Quota
from trainingapp.notifications import mail
from trainingapp.notifications.models import DUE, Letter
from trainingapp.scheduling.models import CourseSession

KEY_LENGTH = 32
PATIENCE = timedelta(hours=1)
AT_MOST = 10
THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}


class Level(StrEnum):
    """How bad it is. Only errors make the command fail."""

    OK = "ok"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """What was found under that name, and what to do about it."""

    name: str
    level: Level
    text: str
    hint: str = ""


def examine() -> Iterator[Finding]:
    """Everything there is to say about this installation; without its tables only the settings are looked at."""
    yield check_key()
    yield check_address()
    yield check_mail()
    reached = check_database()
    yield reached
    if reached.level is Level.ERROR:
        return
    head = check_migrations()
    yield head
    if head.level is Level.ERROR:
        return
    yield from (check_failed_letters(), check_late_letters(), check_russian())
    yield from (check_seats(), check_quotas(), check_files())


def check_key() -> Finding:
    if len(current_app.config["SECRET_KEY"] or "") < KEY_LENGTH:
        hint = 'Set SECRET_KEY to what `python3 -c "import secrets; print(secrets.token_hex(32))"` prints.'
        return Finding("key", Level.ERROR, f"The key is shorter than {KEY_LENGTH} characters.", hint)
    return Finding("key", Level.OK, "The key that signs sessions and links is long enough.")


def check_address() -> Finding:
    url = current_app.config["PUBLIC_URL"]
    parts = urlsplit(url)
    if parts.hostname in THIS_MACHINE:
        text = f"The address printed in letters and on certificates is {url}: only this machine knows it."
        return Finding("address", Level.INFO, text, "For real use set PUBLIC_URL to what people type.")
    if parts.scheme != "https":
        hint = "Put a web server with a certificate in front and let PUBLIC_URL begin with https://."
        return Finding("address", Level.WARNING, f"{url} is not encrypted: passwords can be read on the way.", hint)
    return Finding("address", Level.OK, f"People find the office at {url}.")


def check_mail() -> Finding:
    if not mail.is_set():
        text = "Letters are kept and can be read in the interface; none is sent."
        return Finding("mail", Level.INFO, text, "To send them by e-mail set MAIL_SERVER and MAIL_SENDER.")
    server = current_app.config["MAIL_SERVER"]
    try:
        with mail.opened():
            return Finding("mail", Level.OK, f"The mail server {server} answers.")
    except mail.SendingFailed as error:
        hint = "Check MAIL_SERVER, MAIL_PORT, MAIL_USERNAME, MAIL_PASSWORD and MAIL_USE_TLS."
        return Finding("mail", Level.ERROR, f"The mail server {server} does not take our letters: {error}", hint)


def check_database() -> Finding:
    engine = db.engine
    try:
        with engine.connect():
            version = ".".join(map(str, engine.dialect.server_version_info or ()))
    except SQLAlchemyError as error:
        said = str(error.__cause__ or error).strip().splitlines()[0]
        return Finding("database", Level.ERROR, f"The database cannot be reached: {said}", "Check DATABASE_URL.")
    return Finding("database", Level.OK, f"The database answers ({engine.dialect.name} {version}).")


def check_migrations() -> Finding:
    with db.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    head = ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head()
    if current != head:
        text = f"The tables are at {current or 'nothing'}, the application needs {head}."
        return Finding("migrations", Level.ERROR, text, "Keep a copy of the database, then run `flask db upgrade`.")
    return Finding("migrations", Level.OK, f"The tables are those that the application needs ({head}).")


def check_failed_letters() -> Finding:
    count = letters(Letter.given_up_at.is_not(None))
    if count:
        hint = "Look at them under Letters, mend the address or the mail server, and send them again there."
        return Finding("letters.failed", Level.WARNING, f"Letters that could not be delivered: {count}.", hint)
    return Finding("letters.failed", Level.OK, "No letter had to be given up.")


def check_late_letters() -> Finding:
    count = letters(DUE, Letter.tries == 0, Letter.next_try_at < utc_now() - PATIENCE)
    if count:
        hint = "Is `flask worker` running? `python3 manage.py run` starts one beside the server."
        return Finding("letters.late", Level.WARNING, f"Letters nobody has tried to send for an hour: {count}.", hint)
    return Finding("letters.late", Level.OK, "No letter is kept waiting.")


def letters(*conditions: sa.ColumnElement[bool] | sa.TextClause) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Letter).where(*conditions)) or 0


def check_russian() -> Finding:
    lacking = {
        "courses": len(untranslated_courses()),
        "topics": len(untranslated_topics()),
        "organisations": len(untranslated_organisations()),
    }
    if any(lacking.values()):
        counts = ", ".join(f"{what} {count}" for what, count in lacking.items() if count)
        hint = "A coordinator finds them in the catalogue under Not translated yet."
        return Finding("russian", Level.INFO, f"Texts are lacking in Russian: {counts}.", hint)
    return Finding("russian", Level.OK, "Every course, topic and organisation has its Russian text.")


def check_seats() -> Finding:
    codes = miscounted_sessions()
    if codes:
        text = f"The seats taken do not agree with the places held: {shortened(codes)}."
        hint = (
            "Somebody wrote into the database by hand. Compare the course_session and place tables, and the audit log."
        )
        return Finding("seats", Level.ERROR, text, hint)
    return Finding("seats", Level.OK, "The seats taken agree with the places held, in every session.")


def miscounted_sessions() -> list[str]:
    """The codes of sessions whose counters say something else than their places."""

    def seats(*modes: PlaceMode) -> sa.ScalarSelect[int]:
        return occupied(Place.course_session_id == CourseSession.id, Place.mode.in_(modes))

    wrong = sa.or_(
        CourseSession.taken_in_person != seats(PlaceMode.IN_PERSON, PlaceMode.BOTH),
        CourseSession.taken_online != seats(PlaceMode.ONLINE, PlaceMode.BOTH),
    )
    return list(db.session.scalars(sa.select(CourseSession.code).where(wrong).order_by(CourseSession.code)))


def occupied(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """How many of these places have a seat: confirmed, offered, or held for a replacement."""
    has_seat = sa.or_(Place.status.in_(SEATED), Place.held_until.is_not(None))
    return sa.select(sa.func.count()).select_from(Place).where(has_seat, *conditions).scalar_subquery()


def check_quotas() -> Finding:
    wrong = miscounted_quotas()
    if wrong:
        text = f"The quotas used do not agree with the places held: {shortened(wrong)}."
        hint = "Somebody wrote into the database by hand. Compare the quota and place tables, and the audit log."
        return Finding("quotas", Level.ERROR, text, hint)
    return Finding("quotas", Level.OK, "The quotas used agree with the places held, for every administration.")


def miscounted_quotas() -> list[str]:
    """Code of the session and of the administration where the quota's counter says something else than the places."""
    seats = occupied(
        Place.course_session_id == Quota.course_session_id, Place.organisation_id == Quota.organisation_id
    ).correlate(Quota)
    rows = db.session.execute(
        sa.select(CourseSession.code, Organisation.code.label("organisation"))
        .select_from(Quota)
        .join(CourseSession, CourseSession.id == Quota.course_session_id)
        .join(Organisation, Organisation.id == Quota.organisation_id)
        .where(Quota.taken != seats)
        .order_by(CourseSession.code, Organisation.code)
    )
    return [f"{row.code} {row.organisation}" for row in rows]


def check_files() -> Finding:
    stored = db.session.scalars(sa.select(StoredFile).order_by(StoredFile.id)).all()
    lost = [f"{file.name} (file {file.id})" for file in stored if not is_intact(file)]
    if lost:
        hint = f"Restore {current_app.config['FILES_DIR']} from the copy made with the database."
        return Finding("files", Level.ERROR, f"Files that were handed in are gone or altered: {shortened(lost)}.", hint)
    return Finding("files", Level.OK, f"Files that were handed in: {len(stored)}, each as it was.")


def is_intact(file: StoredFile) -> bool:
    try:
        read(file)
    except (OSError, ValueError):
        return False
    return True


def shortened(names: Sequence[str]) -> str:
    """The first of the names, and how many more there are."""
    more = f" and {len(names) - AT_MOST} more" if len(names) > AT_MOST else ""
    return ", ".join(names[:AT_MOST]) + more


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Say whether the office is well, and what to do where it is not. Ends with 1 when there is an error."""
    failed = False
    for finding in examine():
        failed = failed or finding.level is Level.ERROR
        click.echo(f"{finding.level.value:<8} {finding.name:<15} {finding.text}")
        if finding.hint:
            click.echo(f"{'':<24} → {finding.hint}")
    sys.exit(1 if failed else 0)


commands: Sequence[click.Command] = (doctor,)
