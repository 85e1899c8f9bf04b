"""A mail server for the tests: it keeps what it gets, and refuses when it is told to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from tests.mail.scenes import OFFICE_EMAIL


class Postbox:
    """What came in. Replies to MAIL, to RCPT (by address) and to DATA (for the next messages) can be told to it.

    It takes ``seconds`` for each letter, and hangs up at one to the address ``hang_up_at``.
    """

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.recipients: list[str] = []
        self.refused: dict[str, str] = {}
        self.data_replies: list[str] = []
        self.sender_reply: str | None = None
        self.hang_up_at: str | None = None
        self.seconds = 0.0
        self.begun = 0

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.sender_reply:
            return self.sender_reply
        envelope.mail_from, envelope.mail_options = address, [*envelope.mail_options, *options]
        return "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.begun += 1
        await asyncio.sleep(self.seconds)
        if self.hang_up_at in envelope.rcpt_tos:
            server.transport.abort()
            return "421 closing"
        if self.data_replies:
            return self.data_replies.pop(0)
        self.messages.append(message_from_bytes(envelope.content))
        self.recipients += envelope.rcpt_tos
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def mail_settings(app: Flask) -> Iterator[dict[str, Any]]:
    """Settings of mail, as they were again after the test."""
    before = {name: app.config[name] for name in app.config if name.startswith("MAIL_")}
    app.config.update(
        MAIL_SERVER="127.0.0.1", MAIL_PORT=free_port(), MAIL_USE_TLS=False, MAIL_SENDER="office@example.org"
    )
    yield app.config
    app.config.update(before)


@pytest.fixture
def office_is_reached(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The office has an address to which people write."""
    monkeypatch.setitem(app.config, "OFFICE_EMAIL", OFFICE_EMAIL)


@pytest.fixture
def postbox(mail_settings: dict[str, Any]) -> Iterator[Postbox]:
    """A mail server that the application sends to."""
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=mail_settings["MAIL_PORT"])
    controller.start()
    yield box
    controller.stop()
