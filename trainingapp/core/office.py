"""The office as the settings have it: its name, its calendar, its address, and how people reach it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app, has_app_context
from markupsafe import Markup

from trainingapp.core.clock import today_in

NOT_DIALLED = re.compile(r"[^+\d]")


class OfficeContact:
    """To follow a word for the office in a sentence: "write to the office (office@example.org, +994 12 345 67 89)".

    Nothing where the settings say nothing. It is read when the sentence is shown; in a page its parts are links.
    """

    @property
    def email(self) -> str:
        return setting("OFFICE_EMAIL")

    @property
    def phone(self) -> str:
        return setting("OFFICE_PHONE")

    @property
    def plain(self) -> str:
        """The address and the telephone number, without brackets."""
        return ", ".join(filter(None, (self.email, self.phone)))

    @property
    def links(self) -> Markup:
        """The same for a page."""
        ways = (("mailto", self.email, self.email), ("tel", NOT_DIALLED.sub("", self.phone), self.phone))
        link = Markup('<a href="{}:{}">{}</a>')
        return Markup(", ").join(link.format(*way) for way in ways if way[-1])

    def __bool__(self) -> bool:
        return bool(self.plain)

    def __str__(self) -> str:
        return f" ({self.plain})" if self else ""

    def __html__(self) -> str:
        return Markup(" ({})").format(self.links) if self else Markup()


def setting(name: str) -> str:
    """What it says; nothing outside of an application, where sentences are only in English, too."""
    return str(current_app.config[name]) if has_app_context() else ""


office_contact = OfficeContact()


@dataclass(frozen=True)
class Office:
    """The office as it stands on a certificate."""

    name_en: str
    name_ru: str
    time_zone: str
    public_url: str

    def today(self, now: datetime) -> date:
        """The date by the office's calendar: certificates are issued and expire by it."""
        return today_in(self.time_zone, now)

    def check_url(self, code: str) -> str:
        """The address that is printed, also as a QR code, and under which a stranger checks the certificate."""
        return f"{self.public_url}/verify/{code}"


def the_office() -> Office:
    settings = current_app.config
    return Office(
        settings["OFFICE_NAME_EN"], settings["OFFICE_NAME_RU"], settings["OFFICE_TIME_ZONE"], settings["PUBLIC_URL"]
    )
