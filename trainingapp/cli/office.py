"""Commands for the office's data: the lists it begins with, the demonstration, and its health."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from trainingapp.accounts.models import Organisation
from trainingapp.cli.processes import run_apart
from trainingapp.cli.serving import address, announce, ensure_database, ensure_free, serve
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.core.demonstration import is_demonstration, is_half_loaded
from trainingapp.core.occupancy import Occupied, alone
from trainingapp.core.schema import drop_all_tables


@click.command("reference")
@with_appcontext
def reference() -> None:
    """Load the lists a new office begins with: administrations, partners and centres. Changes nothing that is there."""
    from trainingapp.accounts.services.reference import load_reference

    load_reference()
    click.echo("The administrations, partner organisations and centres are in place.")


@click.command("demo")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--load-only", is_flag=True, help="Load the demonstration office and do not serve it.")
@with_appcontext
def demo(host: str, port: int, load_only: bool) -> None:
    """Migrate, load the demonstration office into an empty database, and serve it."""
    if not current_app.config["DEMONSTRATION"]:
        raise click.ClickException("The demonstration is never loaded into a real office (APP_CONFIG says Production).")
    if load_only:
        load()
        return
    ensure_free(host, port)
    announce(host, port)
    if failed := run_apart("demo", "--load-only"):
        raise SystemExit(failed)
    invite(address(host, port))
    serve(host, port)


def load() -> None:
    from trainingapp.seed.address import readdress

    ensure_database()
    refuse_real_office()
    db.session.remove()  # what it read is of before the migrations
    upgrade()
    if is_half_loaded() or not is_demonstration():
        load_all()
    readdress(current_app.config["PUBLIC_URL"], now=utc_now())


def load_all() -> None:
    """Load everything, into empty tables: what an earlier start left half done goes first."""
    from trainingapp.seed.demonstration import load_demonstration

    with loading_alone():
        if is_half_loaded():
            click.echo("An earlier start was broken off while it loaded the demonstration: it is loaded anew.")
            empty()
        click.echo("Loading the demonstration office: this takes a moment, once.")
        load_demonstration(now=utc_now())


def empty() -> None:
    db.session.remove()
    drop_all_tables()
    upgrade()


@contextmanager
def loading_alone() -> Iterator[None]:
    """Load inside: nobody else loads or serves meanwhile."""
    try:
        with alone(Path(current_app.config["DATA_DIR"])):
            yield
    except Occupied:
        raise click.ClickException("Another start loads or serves the demonstration: wait, or stop it.") from None


def invite(url: str) -> None:
    """Say where the office is, and who one can be there."""
    from trainingapp.seed.demonstration import ACCOUNTS, PASSWORD

    click.echo(f"\nThe demonstration office. All people in it are fictional.\nOpen {url} and sign in as")
    for role, email in ACCOUNTS:
        click.echo(f"  {role:<32} {email}")
    click.echo(f"with the password {PASSWORD}\n")


def refuse_real_office() -> None:
    """End with a sentence where somebody else's data are: they are not even migrated."""
    there = sa.inspect(db.session.connection())
    filled = there.has_table("organisation") and db.session.scalar(sa.select(sa.func.count()).select_from(Organisation))
    if filled and not is_demonstration():
        raise click.ClickException(
            "This database holds an office that is not the demonstration: it is left as it is. Take DATABASE_URL and "
            "DATA_DIR out of the environment, or let them lead to an empty place."
        )


commands: Sequence[click.Command] = (reference, demo)
