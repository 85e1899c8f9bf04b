"""The command that lets automatic work go on."""

from __future__ import annotations

from collections.abc import Sequence

import click
from flask.cli import AppGroup

from trainingapp.core.clock import utc_now
from trainingapp.desk.services import accept_clock

clock = AppGroup("clock", help="The machine's clock, after it leapt.")


@clock.command("accept")
def accept() -> None:
    """Say that the machine's clock is right, so that offers, reminders and starts go on."""
    if accept_clock():
        click.echo(f"Automatic work goes on: it is {utc_now():%d %B %Y, %H:%M} UTC.")
    else:
        click.echo("Automatic work was not stopped.")


commands: Sequence[click.Command] = (clock,)
