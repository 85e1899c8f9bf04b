"""Commands that keep the whole office in one file, and put it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import with_appcontext
from sqlalchemy.engine import Connection

from trainingapp.accounts.models import AccessLink, SignIn, SignInEnd
from trainingapp.accounts.services import access
from trainingapp.core import backup
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.core.occupancy import Occupied
from trainingapp.core.schema import newest_revision
from trainingapp.mail.models import DUE, Letter

UNSENT = (
    "Letters that were waiting when the backup was made: {}. Some may have been sent since. Starting sends them: "
    "to look first, start with MAIL_SERVER= (empty) and read them under Letters."
)

LINKS = (
    "Links that were open when the backup was made: {}. Invite those people again: People, Organisations, an "
    "administration, Invite those without an account. Who has a password asks for a new one on the page to sign in. "
    "When nobody can sign in, `python3 manage.py people invite E-MAIL` prints a link."
)


@contextmanager
def in_a_sentence() -> Iterator[None]:
    """A refusal ends the command with its sentence, not with a trace."""
    try:
        yield
    except (backup.Refused, Occupied) as error:
        raise click.ClickException(str(error)) from None


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def make(file: Path) -> None:
    """Write the database and all files into FILE, also while the office works."""
    with in_a_sentence():
        manifest = backup.make(file.resolve(), now=utc_now())
    click.echo(
        f"{file} holds {sum(manifest.rows.values())} rows of {len(manifest.rows)} tables and {len(manifest.files)} "
        "files, and was read again. Keep it on another machine; the settings in .env are not in it."
    )
    if manifest.lost_files:
        raise click.ClickException(
            f"Files that are gone from the disk or altered, and so not in the backup: {len(manifest.lost_files)}. "
            "`python3 manage.py doctor` names them."
        )


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Lose the office that is in the database now.")
@with_appcontext
def restore(file: Path, replace: bool) -> None:
    """Put back the office in FILE, made by `backup`. Stop the office first."""
    links, now = Counter[str](), utc_now()

    def last(connection: Connection) -> None:
        links["open"] = lock_everybody_out(connection, now)

    with in_a_sentence():
        manifest = backup.restore(file, replace=replace, last=last)
    click.echo(f"The office is as it was on {datetime.fromisoformat(manifest.made_at):%d %B %Y, %H:%M} UTC.")
    for step in next_steps(manifest, links["open"]):
        click.echo(f"→ {step}")


def lock_everybody_out(connection: Connection, now: datetime) -> int:
    """Who signed out, or whose link ended, after the backup must not come in by it again. How many links were open.

    Whatever version the backup is from: an older one may lack one of the tables.
    """
    there = set(sa.inspect(connection).get_table_names())
    if SignIn.__tablename__ in there:
        still = sa.update(SignIn).where(SignIn.ended_at.is_(None))
        connection.execute(still.values(ended_at=now, ended_by=SignInEnd.EVERYWHERE))
    return access.close_every_link(connection, now=now) if AccessLink.__tablename__ in there else 0


def is_current(manifest: backup.Manifest) -> bool:
    return manifest.revision == newest_revision()


def next_steps(manifest: backup.Manifest, links: int) -> Iterator[str]:
    """What the operator has to know and do now."""
    if manifest.lost_files:
        yield f"Files that were gone already when the backup was made: {len(manifest.lost_files)}."
    if not is_current(manifest):
        yield "The backup is from an older version: run `python3 manage.py db upgrade`."
    elif waiting := db.session.scalar(sa.select(sa.func.count()).select_from(Letter).where(DUE)):
        yield UNSENT.format(waiting)
    yield "Everybody signs in again. Personal links in letters (invitations, new passwords, offers) no longer work."
    if links:
        yield LINKS.format(links)
    yield "Run `python3 manage.py doctor`, then start the office."


commands: Sequence[click.Command] = (make, restore)
