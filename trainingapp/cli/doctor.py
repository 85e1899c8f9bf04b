"""`flask doctor`: is the office well? Each finding has a name and, where something is to be done, says what."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from trainingapp.cli.installation import (
    check_clock,
    check_contact,
    check_demonstration,
    check_difference,
    check_privacy,
    check_proxies,
)
from trainingapp.cli.rows import examine_rows
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.core.files import StoredFile, read
from trainingapp.core.health import Check, Finding, Level, shortened
from trainingapp.core.heartbeat import Work, condition_of, is_expected
from trainingapp.core.schema import current_revision, newest_revision

KEY_LENGTH = 32
THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}


def examine() -> Iterator[Finding]:
    """Everything there is to say about this installation; without its tables only the settings are looked at."""
    checks = sorted((*OWN, *current_app.extensions["checks"]), key=lambda check: check.order)
    yield from (check.examine() for check in checks if not check.needs_tables)
    reached = check_database()
    yield reached
    if reached.level is Level.ERROR:
        return
    head = check_migrations()
    yield head
    if head.level is Level.ERROR:
        return
    yield from (check.examine() for check in checks if check.needs_tables)
    yield from examine_rows(utc_now())


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
    current, head = current_revision(), newest_revision()
    if current != head:
        text = f"The tables are at {current or 'nothing'}, the application needs {head}."
        return Finding("migrations", Level.ERROR, text, "Keep a copy of the database, then run `flask db upgrade`.")
    return Finding("migrations", Level.OK, f"The tables are those that the application needs ({head}).")


WORK = {Work.JOBS: ("automatic work", "flask worker"), Work.MAIL: ("delivery of letters", "flask mail")}


def check_work(work: Work) -> Finding:
    """Whether a process does it, and nothing keeps it from it. Who never began, or ended in good order, is no alarm."""
    what, command = WORK[work]
    name, condition = f"worker.{work}", condition_of(work, utc_now())
    if not is_expected(work):
        return Finding(name, Level.INFO, f"The {what} waits until somebody says that the clock is right: see clock.")
    latest = condition.latest
    if latest is None:
        text, hint = f"No process does the {what}.", f"`python3 manage.py run` starts `{command}` beside the server."
        return Finding(name, Level.INFO, text, hint)
    if not condition.is_alive:
        silent = f"process {latest.pid} on {latest.host} since {latest.beat_at:%Y-%m-%d %H:%M} UTC"
        text = f"The {what} has stopped: nothing was heard of {silent}."
        hint = "Read what the service has written, then stop it and start it again with `python3 manage.py run`."
        return Finding(name, Level.ERROR, text, hint)
    if condition.trouble is not None:
        why = latest.trouble_detail or condition.trouble
        text = f"The {what} is not possible since {latest.trouble_since:%Y-%m-%d %H:%M} UTC: {why}"
        return Finding(name, Level.WARNING, text, "It goes on by itself as soon as the finding named mail is well.")
    return Finding(name, Level.OK, f"The {what} is done on {latest.host}.")


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


OWN = (
    Check(10, check_key, needs_tables=False),
    Check(20, check_address, needs_tables=False),
    Check(40, check_contact, needs_tables=False),
    Check(110, lambda: check_work(Work.JOBS)),
    Check(120, lambda: check_work(Work.MAIL)),
    Check(160, check_files),
    Check(170, check_privacy),
    Check(180, check_demonstration),
    Check(190, check_proxies),
    Check(200, check_clock),
    Check(210, check_difference),
)


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Say whether the office is well, and what to do where it is not. Ends with 1 when there is an error."""
    failed = False
    for finding in examine():
        failed = failed or finding.level is Level.ERROR
        click.echo(f"{finding.level.value:<8} {finding.name:<22} {finding.text}")
        if finding.hint:
            click.echo(f"{'':<31} → {finding.hint}")
    sys.exit(1 if failed else 0)


commands: Sequence[click.Command] = (doctor,)
