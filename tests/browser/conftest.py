"""A real browser before a real server, both on this machine only, with a clock that a test can move."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import WSGIRequestHandler, make_server

import config
from tests.browser import axe
from tests.builders import a_sign_in
from trainingapp.accounts.models import Person
from trainingapp.app import create_app
from trainingapp.core import clock
from trainingapp.core.db import Base, db

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HOW_TO_GET_IT = "The browser tests need Chromium: on Debian, apt install chromium."
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": QUIET}


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: a failing test is to show itself."""


class Office:
    """The application as it is served, and where."""

    def __init__(self, app: Flask, address: str) -> None:
        self.app, self.address = app, address

    def url(self, path: str) -> str:
        return self.address + path

    def seat(self, page: Page, person: Person | None, language: str) -> None:
        """Let this person be signed in there, whatever the clock says; as nobody, nobody is."""
        values = {"language": language, **({"_user_id": a_sign_in(person)} if person else {})}
        cookie = self.app.session_interface.get_signing_serializer(self.app).dumps(values)  # type: ignore[attr-defined]
        page.context.add_cookies(
            [{"name": self.app.config["SESSION_COOKIE_NAME"], "value": cookie, "url": self.address}]
        )


def settings_in(folder: Path) -> config.Testing:
    """As for tests, but with the protection of forms that people have."""
    settings = config.Testing({"DATA_DIR": str(folder), "PUBLIC_URL": "http://127.0.0.1"})
    settings.WTF_CSRF_ENABLED = True  # type: ignore[misc]
    return settings


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], Office]]:
    """``serve(folder)`` serves the database in that folder until the tests are over."""
    servers = []

    def start(folder: Path) -> Office:
        app = create_app(settings_in(folder))
        with app.app_context():
            Base.metadata.create_all(db.engine)
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        app.config["PUBLIC_URL"] = f"http://127.0.0.1:{server.server_port}"
        return Office(app, app.config["PUBLIC_URL"])

    yield start
    for server in servers:
        server.shutdown()


@pytest.fixture
def office(serve: Callable[[Path], Office], tmp_path: Path) -> Office:
    """An empty office."""
    return serve(tmp_path)


@pytest.fixture(scope="module")
def demonstration(
    demonstration_database: Path, serve: Callable[[Path], Office], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """A copy of the demonstration office, in its context."""
    folder = tmp_path_factory.mktemp("demonstration") / "office"
    shutil.copytree(demonstration_database.parent, folder)
    served = serve(folder)
    with served.app.app_context():
        yield served
        db.session.remove()


class MovableClock(datetime):
    """The time of the machine, moved ahead."""

    ahead = timedelta()

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return datetime.now(tz) + cls.ahead


@pytest.fixture
def move_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """``move_clock(days=3)``: the application's clock is that far ahead from now on."""
    monkeypatch.setattr(clock, "datetime", MovableClock)

    def move(**span: float) -> None:
        MovableClock.ahead = timedelta(**span)

    yield move
    MovableClock.ahead = timedelta()


@pytest.fixture
def reader(browser: Browser) -> Iterator[Callable[..., Page]]:
    """``reader(language="ru", phone=True)``: a fresh browser of somebody; a fault in the console fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(language: str = "en", phone: bool = False) -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else DESK,
            locale={"en": "en-GB", "ru": "ru-RU"}[language],
            has_touch=phone,
            accept_downloads=True,
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        context.add_init_script(axe.READY)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, faults


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
