"""Somebody before a screen, who looks at every page that is walked over."""

from __future__ import annotations

import io
from typing import Any

import pypdf
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Office, sideways
from tests.builders import PASSWORD
from trainingapp.accounts.models import Person
from trainingapp.core.db import db
from trainingapp.core.i18n import _, speaking

COVERED = """each => {
  const { left, top, width, height } = each.getBoundingClientRect();
  return Boolean(document.elementFromPoint(left + width / 2, top + height / 2)?.closest(".save-bar"));
}"""
ASKS = "each => Boolean(each.dataset.confirm ?? each.form?.dataset.confirm)"


class Walker:
    """Presses what is written there in his or her language."""

    def __init__(self, page: Page, office: Office, language: str) -> None:
        self.page, self.office, self.language = page, office, language

    def words(self, text: str) -> str:
        with speaking(self.language):
            return _(text)

    def go(self, path: str) -> None:
        self.page.goto(self.office.url(path))
        self.look()

    def look(self) -> None:
        """Every page that is walked over is accessible, fits the screen and speaks the reader's language."""
        where = self.page.url
        assert self.page.get_attribute("html", "lang") == self.language, where
        assert violations(self.page) == [], where
        assert sideways(self.page) <= 0, where

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.office.address)

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def press(self, text: str, role: str = "button", exact: bool = True, about: str | None = None) -> None:
        """Press the button or link of that name; say yes where the page asks.

        ``about`` whom or what it is, where there are many: what the name adds for screen readers.
        """
        name = f"{self.words(text)} – {about}" if about else self.words(text)
        self.click(self.page.get_by_role(role, name=name, exact=exact).first)  # type: ignore[arg-type]

    def click(self, target: Locator) -> None:
        """Click what leads to a page, and look at it."""
        asks = target.evaluate(ASKS)
        with self.page.expect_navigation():
            target.click()
            if asks:
                self.page.locator("dialog[open] button[value='yes']").click()
        self.look()

    def follow(self, text: str) -> None:
        """Follow the link that begins so; what is added for screen readers does not matter."""
        self.press(text, "link", exact=False)

    def follow_to(self, ending: str) -> None:
        """Follow the first link of the page whose address ends so, whatever it is called."""
        self.click(self.page.locator(f"main a[href$='{ending}']").first)

    def fill(self, **values: Any) -> None:
        for name, value in values.items():
            field = self.field(name)
            if field.first.evaluate("each => each.tagName") == "SELECT":
                field.select_option(label=value) if isinstance(value, str) else field.select_option(index=value)
            else:
                field.fill(str(value))

    def field(self, name: str) -> Locator:
        return self.page.locator(f"main [name='{name}']")

    def tick(self, name: str, value: Any, row: Locator | None = None) -> None:
        """Choose one of several; ``row`` where the name holds for many."""
        self.switch((row or self.main).locator(f"[name='{name}'][value='{value}']"))

    def switch(self, box: Locator) -> None:
        """Turn a box or a choice on, or a box off, as somebody does who has no mouse."""
        before = box.is_checked()
        box.focus()
        assert not box.evaluate(COVERED), f"{self.path}: what has the focus is behind the bar"
        box.press("Space")
        expect(box).to_be_checked(checked=not before)

    def hand_in(self, name: str, file: str, content_type: str, data: bytes) -> None:
        """Choose a file in a form."""
        self.field(name).set_input_files({"name": file, "mimeType": content_type, "buffer": data})

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.main).to_contain_text(text)

    def sees_nothing_of(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("body")).not_to_contain_text(text)

    def sit_down(self, person_id: int) -> None:
        """Be signed in already, for as long as the test lasts."""
        with self.office.app.app_context():
            self.office.seat(self.page, db.session.get_one(Person, person_id), self.language)
            db.session.remove()

    def sign_in(self, email: str) -> None:
        """As people do. It ends when they have been away for days."""
        self.go("/sign-in")
        self.fill(email=email, password=PASSWORD)
        self.press("Sign in")

    def download(self, path: str) -> bytes:
        """What a link of the page leads to, as this reader gets it."""
        answer = self.page.request.get(self.office.url(path))
        assert answer.status == 200, path
        return answer.body()

    def address_of(self, ending: str) -> str:
        """Where the first link of the page leads whose address ends so."""
        href = self.page.locator(f"a[href$='{ending}']").first.get_attribute("href")
        assert href is not None
        return href


def text_of(pdf: bytes) -> str:
    """The words of a document, without its line breaks."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())
