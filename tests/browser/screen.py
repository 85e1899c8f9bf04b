"""One screen at which people of the demonstration sit down one after another, and what is wrong with its pages."""

from __future__ import annotations

import sqlalchemy as sa
from playwright.sync_api import ConsoleMessage, Page

from tests.browser.axe import violations
from tests.browser.conftest import Office, sideways
from trainingapp.accounts.models import Person
from trainingapp.core.db import db, transaction

CUT = """() => {
  const room = (each, text) => {
    const { paddingLeft, paddingRight, font } = getComputedStyle(each);
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = font;
    const inside = each.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    return inside - pen.measureText(text).width;
  };
  const chosen = (each) => each.selectedOptions[0].text;
  const seen = (selector) => [...document.querySelectorAll(selector)].filter((each) => each.clientWidth > 0);
  return [
    ...[
      ...seen("input[placeholder]").map((each) => [each, each.placeholder]),
      ...seen(".filters select, select:has(option[value='']:checked)").map((each) => [each, chosen(each)]),
    ].filter(([each, text]) => room(each, text) < -1).map(([, text]) => `cuts "${text}"`),
    ...seen(".table-scroll:not(:has(.matrix))").filter((each) => each.scrollWidth > each.clientWidth + 1)
      .map((each) => `has a table that is ${each.scrollWidth - each.clientWidth} pixels too wide`),
  ];
}"""  # a table of people by meetings may be wider than the screen


PHONE = 500  # pixels
SMALL = {"width": 320, "height": 640}
TABLET = {"width": 768, "height": 1024}


class Screen:
    """Somebody before the screen, who notes what is wrong with the pages."""

    def __init__(self, office: Office, page: Page, language: str, *, colours: bool = False) -> None:
        self.office, self.page, self.language, self.colours = office, page, language, colours
        self.said: list[str] = []
        self.speak()
        page.on("console", self.note)

    def speak(self) -> None:
        """Everybody reads in this language."""
        with transaction():
            db.session.execute(sa.update(Person).values(language=self.language))

    def note(self, line: ConsoleMessage) -> None:
        if line.type in {"error", "warning"}:
            self.said.append(line.text)

    def sit_down(self, person: Person | None) -> None:
        """Sign in as this person; as nobody."""
        self.office.seat(self.page, person, self.language)

    def is_shown(self, path: str) -> bool:
        """Open the page; whether there is one, without being led elsewhere."""
        self.said.clear()
        response = self.page.goto(self.office.url(path))
        return bool(response) and response.status == 200 and self.page.url == self.office.url(path)

    def faults(self, where: str) -> list[str]:
        """What is wrong with the page that is shown."""
        found = [*violations(self.page, colours=self.colours), *self.said]
        if self.page.get_attribute("html", "lang") != self.language:
            found.append("is in another language")
        if sideways(self.page) > 0:
            found.append(f"is {sideways(self.page)} pixels wider than the screen")
        found += self.page.evaluate(CUT)
        found += self.faults_of_a_smaller_screen()
        return [f"{where}: {fault}" for fault in found]

    def faults_of_a_smaller_screen(self) -> list[str]:
        """Whether the page of a phone would be too wide on the smallest one, or that of a desk on a tablet."""
        before = self.page.viewport_size
        if before is None:
            return []
        self.page.set_viewport_size(SMALL if before["width"] <= PHONE else TABLET)
        pixels = sideways(self.page)
        name = "small phone" if before["width"] <= PHONE else "tablet"
        self.page.set_viewport_size(before)
        return [f"is {pixels} pixels wider than a {name}"] if pixels > 0 else []


def person_with(email: str | None) -> Person | None:
    return db.session.scalars(sa.select(Person).where(Person.email == email)).one() if email else None
