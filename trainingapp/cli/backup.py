"""Commands that keep the whole office in one file, and put it back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import with_appcontext

from trainingapp.core import backup
from trainingapp.core.backup.making import fingerprint
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.core.occupancy import Occupied
from trainingapp.notifications.models import DUE, Letter

UNSENT = (
    "Letters that were waiting when the backup was made: {}. Some may have been sent since. Starting sends them: "
    "to look first, start with MAIL_SERVER= (empty) and read them under Letters."
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
        "files, and was read again. Keep it on another machine, and SECRET_KEY, which is not in it, elsewhere."
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
    with in_a_sentence():
        manifest = backup.restore(file, replace=replace)
    click.echo(f"The office is as it was on {datetime.fromisoformat(manifest.made_at):%d %B %Y, %H:%M} UTC.")
    for step in next_steps(manifest):
        click.echo(f"→ {step}")


def next_steps(manifest: backup.Manifest) -> Iterator[str]:
    """What the operator has to know and do now."""
    if manifest.key != fingerprint():
        yield "SECRET_KEY is not the one of the backup: everybody signs in again, and links in old letters do not work."
    if manifest.lost_files:
        yield f"Files that were gone already when the backup was made: {len(manifest.lost_files)}."
    if manifest.revision != ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head():
        yield "The backup is from an older version: run `python3 manage.py db upgrade`."
    elif waiting := db.session.scalar(sa.select(sa.func.count()).select_from(Letter).where(DUE)):
        yield UNSENT.format(waiting)
    yield "Run `python3 manage.py doctor`, then start the office."


commands: Sequence[click.Command] = (make, restore)
