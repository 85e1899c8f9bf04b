"""How the office is reached, for all who are told to ask it: as the settings OFFICE_EMAIL and OFFICE_PHONE say."""

from __future__ import annotations

import re

from flask import current_app, has_app_context
from markupsafe import Markup

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
