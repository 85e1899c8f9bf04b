"""Serving the office with granian, and beside it the processes that do what pages do not wait for."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from trainingapp.core.db import checkpoint, db
from trainingapp.core.demonstration import refuse_demonstration
from trainingapp.core.errors import DomainError
from trainingapp.core.occupancy import Occupied, in_use

BESIDE = ("worker", "mail")  # commands of `flask`, each in a process of its own


def serve(host: str, port: int) -> None:
    """Serve until told to stop; a process for each of ``BESIDE`` lives and ends with it."""
    from granian import Granian  # only who serves waits for these imports
    from granian.constants import Interfaces
    from granian.log import LogLevels

    refuse_demonstration_in_earnest()
    ensure_free(host, port)
    os.environ.setdefault("PUBLIC_URL", address(host, port))
    db.session.remove()
    db.engine.dispose()  # granian forks: a connection must not be shared
    server = Granian(
        "trainingapp.app:create_app",
        factory=True,
        interface=Interfaces.WSGI,
        address=host,
        port=port,
        workers=2,
        blocking_threads=2,
        log_level=LogLevels.warning,
        workers_kill_timeout=10,
    )
    jobs: list[subprocess.Popen[bytes]] = []

    @server.on_startup
    def begin() -> None:
        jobs.extend(start_worker(command) for command in BESIDE)
        click.echo(f"Serving at {address(host, port)} - stop with Ctrl-C.")

    @server.on_shutdown
    def end() -> None:
        for job in jobs:
            stop_worker(job)

    with occupied():
        server.serve()
    checkpoint()


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


def address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


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


def start_worker(command: str) -> subprocess.Popen[bytes]:
    """Start this command of `flask` out of reach of Ctrl-C: the server alone tells it to stop."""
    return subprocess.Popen([sys.executable, "-m", "flask", command], start_new_session=True)


def stop_worker(job: subprocess.Popen[bytes]) -> None:
    job.terminate()
    try:
        job.wait(timeout=10)
    except subprocess.TimeoutExpired:
        job.kill()


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Do what the clock asks for: end offers, remind, start and finish sessions."""
    from trainingapp.notifications.tasks import run_consumer

    with occupied():
        run_consumer(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command("mail")
@with_appcontext
def mail_command() -> None:
    """Deliver letters by e-mail, one after the other, until told to stop."""
    from trainingapp.notifications.mailer import run_mailer

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
