"""Serving the office with granian, and what works beside the pages."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.utils import import_string

from trainingapp.cli import processes
from trainingapp.cli.gateway import Gateway
from trainingapp.core.db import checkpoint, db, transaction
from trainingapp.core.demonstration import refuse_demonstration
from trainingapp.core.errors import DomainError
from trainingapp.core.occupancy import Occupied, in_use
from trainingapp.core.schema import current_revision, newest_revision

THREADS = 12  # of each worker; a connection to the database for each fits into its pool
READS_HEADERS_FOR = 10_000  # milliseconds
BESIDE = ("worker", "mail")  # commands that work beside the pages, each in a process of its own
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # what listens everywhere is found here, too


def serve(host: str, port: int) -> None:
    """Serve until told to stop; the processes beside the pages live and end with it."""
    from granian import Granian  # only who serves waits for these imports
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    ensure_free(host, port)
    ensure_database()
    refuse_demonstration_in_earnest()
    ensure_migrated()
    db.session.remove()  # nothing stays open here while others work
    db.engine.dispose()
    announce(host, port)
    multiprocessing.set_start_method("spawn", force=True)  # granian follows it: its workers are no copies of us
    server = Granian(
        "trainingapp.app:create_app",
        interface=Interfaces.RSGI,
        address=host,
        port=port,
        workers=2,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=READS_HEADERS_FOR),
        log_level=LogLevels.warning,
        workers_kill_timeout=processes.PATIENCE,
    )
    beside: list[SpawnProcess] = []

    @server.on_startup
    def begin() -> None:
        beside.extend(processes.start(BESIDE))
        threading.Thread(target=say_when_served, args=(host, port), daemon=True).start()

    @server.on_shutdown
    def end() -> None:
        processes.stop(beside)
        checkpoint()

    with occupied():
        server.serve(target_loader=load)


def refuse_demonstration_in_earnest() -> None:
    """A real office never begins on the demonstration's database."""
    try:
        refuse_demonstration()
    except DomainError as error:
        raise click.ClickException(
            f"{error} Let DATABASE_URL or DATA_DIR lead to a database of your own, or start `python3 manage.py demo`."
        ) from None


@contextmanager
def occupied() -> Iterator[None]:
    """Serve inside: no backup is put back meanwhile."""
    try:
        with in_use(Path(current_app.config["DATA_DIR"])):
            yield
    except Occupied as error:
        raise click.ClickException(str(error)) from None


def say_when_served(host: str, port: int) -> None:
    """The workers need a moment before they answer: who opens the address at once is to find them there."""
    while not is_served(host, port):
        time.sleep(0.1)
    click.echo(f"Serving at {address(host, port)} - stop with Ctrl-C.")


def is_served(host: str, port: int) -> bool:
    try:
        with socket.create_connection((EVERYWHERE.get(host, host), port), timeout=1):
            return True
    except OSError:
        return False


def load(factory: str) -> Any:
    """The application for one worker of the server, in its own process.

    The process ends as soon as the server in it has: what libraries do in threads of theirs may hold up the end of
    the interpreter for ever.
    """
    processes.end_with_parent()
    atexit.register(os._exit, 0)
    app: Flask = import_string(factory)()
    stack = ExitStack()
    with app.app_context():
        stack.enter_context(occupied())
    atexit.register(stack.close)
    processes.keep_what_is_loaded()
    return Gateway(app, app.config["MAX_CONTENT_LENGTH"], THREADS)


def address(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    name = EVERYWHERE.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def announce(host: str, port: int) -> None:
    """Let all processes that begin from now on print this address, unless the settings have another."""
    os.environ.setdefault("PUBLIC_URL", address(host, port))


def ensure_free(host: str, port: int) -> None:
    """Raise a sentence for the person at the keyboard when nothing can listen at this address."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        if os.name == "posix":  # elsewhere this option would let two programs share the port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"Nothing can be served at {address(host, port)}: {error.strerror or error}. If another program uses "
                f"this port, choose a different one, for example --port {port + 1}"
            ) from None


def ensure_database() -> None:
    """Raise a sentence for the person at the keyboard when nothing can be written."""
    try:
        with transaction():
            db.session.execute(sa.select(1))
    except SQLAlchemyError as error:
        said = str(error.__cause__ or error).strip().splitlines()[0]
        raise click.ClickException(
            f"The database cannot be used: {said}. `python3 manage.py doctor` looks closer."
        ) from None
    finally:
        db.session.remove()


def ensure_migrated() -> None:
    """Raise a sentence for the person at the keyboard when the tables are not those of this program."""
    current, needed = current_revision(), newest_revision()
    if current is None:
        raise click.ClickException(
            "There are no tables in the database yet. Run `python3 manage.py db upgrade`, then `python3 manage.py "
            "reference`, and invite the first administrator as README says."
        )
    if current != needed:
        raise click.ClickException(
            f"The tables are at {current}, the program needs {needed}. Make a backup, then run "
            "`python3 manage.py db upgrade`."
        )


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Do what the clock asks for: end offers, remind, start and finish sessions."""
    from trainingapp.core.jobs import run_consumer

    with occupied():
        run_consumer(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command("mail")
@with_appcontext
def mail_command() -> None:
    """Deliver letters by e-mail, one after the other, until told to stop."""
    from trainingapp.mail.tasks import run_mailer

    with occupied():
        run_mailer(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@with_appcontext
def serve_command(host: str, port: int) -> None:
    """Serve the office for real."""
    serve(host, port)


commands = (worker, mail_command, serve_command)
