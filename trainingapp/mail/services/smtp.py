"""SMTP: one letter as an e-mail message, and a connection that carries several."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import current_app

from trainingapp.core.i18n import Bilingual
from trainingapp.core.text import tidy
from trainingapp.mail.models import Failure

SECONDS = 30  # for each answer of the server, and for a letter with its attachment to go out
LONGEST = timedelta(minutes=2)  # for everything about one letter, however slowly the answers drip in
SMTPS_PORT = 465
PERMANENT = 500
CLOSING = 421
TOO_LARGE = 552


class SendingFailed(Exception):
    """A letter could not be sent: why, in our words and in the server's."""

    def __init__(self, failure: Failure, detail: str) -> None:
        super().__init__(detail)
        self.failure = failure
        self.detail = detail


class Whole(EmailPolicy):
    """A subject arrives as it was written: Python's own folding drops or doubles a space where it breaks the line."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name != "Subject":
            return super().fold_binary(name, value)
        folded = Header(str(value), header_name=name).encode(linesep=self.linesep)
        return f"{name}: {folded}{self.linesep}".encode("ascii")


WHOLE = Whole(linesep="\r\n")


class Enclosure(NamedTuple):
    """A file that goes with a letter."""

    name: str
    content_type: str
    data: bytes


def is_set() -> bool:
    """Whether there is a mail server; without one, letters are kept and read in the interface."""
    return bool(current_app.config["MAIL_SERVER"])


def message(
    letter_id: int,
    *,
    name: str,
    email: str,
    language: str,
    subject: str,
    body: str,
    now: datetime,
    enclosure: Enclosure | None = None,
) -> EmailMessage:
    """The letter as a message. Its Message-ID is the same at each try, so that a repeat can be recognised."""
    host = urlsplit(current_app.config["PUBLIC_URL"]).hostname or "localhost"
    sender = current_app.config["MAIL_SENDER"] or f"no-reply@{host}"
    office = Bilingual(current_app.config["OFFICE_NAME_EN"], current_app.config["OFFICE_NAME_RU"])
    made = EmailMessage(policy=WHOLE)
    made["From"] = Address(display_name=tidy(office.within(language)), addr_spec=sender)
    made["To"] = Address(display_name=tidy(name), addr_spec=email)
    made["Subject"] = tidy(subject)
    made["Date"] = now
    made["Message-ID"] = f"<letter-{letter_id}@{host}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(body + "\n")  # which takes away every header about the content
    made["Content-Language"] = language
    if enclosure is not None:
        maintype, subtype = enclosure.content_type.split("/")
        made.add_attachment(enclosure.data, maintype=maintype, subtype=subtype, filename=enclosure.name)
    return made


@contextmanager
def opened() -> Iterator[smtplib.SMTP]:
    """A connection to the mail server, encrypted and signed in as the settings say. Raises SendingFailed."""
    try:
        server = connect()
    except smtplib.SMTPAuthenticationError as error:
        raise SendingFailed(Failure.NOT_ADMITTED, described(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise SendingFailed(Failure.UNREACHABLE, described(error)) from error
    try:
        yield server
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()


def connect() -> smtplib.SMTP:
    config = current_app.config
    port = config["MAIL_PORT"]
    if config["MAIL_USE_TLS"] and port == SMTPS_PORT:
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(config["MAIL_SERVER"], port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(config["MAIL_SERVER"], port, timeout=SECONDS)
    try:
        if config["MAIL_USE_TLS"] and port != SMTPS_PORT:
            server.starttls(context=ssl.create_default_context())
        if config["MAIL_USERNAME"]:
            server.login(config["MAIL_USERNAME"], config["MAIL_PASSWORD"])
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def send(server: smtplib.SMTP, made: EmailMessage) -> None:
    """Hand the message over within ``LONGEST``. Raises SendingFailed: what is at fault, the letter or the way."""
    try:
        with limited(server):
            server.send_message(made)
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        failure = Failure.ADDRESS if code >= PERMANENT else Failure.REFUSED
        text = tidy(f"{code} {answer.decode('utf-8', 'replace')}")[:500]
        raise SendingFailed(Failure.UNREACHABLE if code == CLOSING else failure, text) from error
    except (smtplib.SMTPException, ValueError) as error:
        raise SendingFailed(judged(error), described(error)) from error
    except OSError as error:
        raise SendingFailed(Failure.UNREACHABLE, described(error)) from error


def judged(error: Exception) -> Failure:
    """What an answer of the server is about. Our own address as the sender's is the same in every letter."""
    code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None
    if isinstance(error, smtplib.SMTPServerDisconnected) or code == CLOSING:
        return Failure.UNREACHABLE
    if isinstance(error, smtplib.SMTPSenderRefused) and code != TOO_LARGE:
        return Failure.NOT_ADMITTED
    return Failure.REFUSED


@contextmanager
def limited(server: smtplib.SMTP) -> Iterator[None]:
    """Break the connection when the block lasts too long: a timeout alone begins anew with every byte."""

    def break_off() -> None:
        if server.sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(
                    server.sock, socket.SHUT_RDWR
                )  # of TLS too, whose own one is not for other threads

    timer = threading.Timer(LONGEST.total_seconds(), break_off)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def described(error: Exception) -> str:
    """What the server or the network said, on one line and not endless."""
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
        return tidy(f"{error.smtp_code} {text}")[:500]
    return tidy(f"{type(error).__name__}: {error}")[:500]
