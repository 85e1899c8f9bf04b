"""Every page of the demonstration office in a real browser: at a desk in English, on a phone in Russian.

At the desk sits whoever sees the most of a page, the phone is held by whoever has most need of it there.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Office
from tests.browser.screen import Screen, person_with
from tests.examples import Example, examples_for
from tests.test_pages import READERS, TRIED, add_what_is_lacking, address, filled, matrix, pages

pytestmark = pytest.mark.browser

FILES = {
    "/calls/<call_id>/invitation.pdf",
    "/certificates/<certificate_id>/<language>.pdf",
    "/invitations/<invitation_id>/invitation.pdf",
    "/invitations/<invitation_id>/letter",
    "/letters/<letter_id>/attachment",
    "/my",
    "/results/<result_id>/evidence",
    "/scans/<scan_id>",
    "/sessions/<session_id>/participants.pdf",
    "/sessions/<session_id>/participants.xlsx",
}
FOR_STRANGERS = {"/", "/sign-in", "/forgotten", "/access/<token>", "/verify", "/verify/<code>"}
AT_A_DESK = ("coordinator", "administrator", "contact point", "trainer", "officer", "visitor")
ON_A_PHONE = ("officer", "trainer", "contact point", "coordinator", "administrator", "visitor")
BOTH_WAYS = {
    "/",
    "/courses",
    "/courses/<course_id>",
    "/courses/<course_id>/edit",
    "/desk",
    "/meetings/<meeting_id>/attendance",
    "/my-record",
    "/my-training",
    "/sessions/<session_id>",
    "/sessions/<session_id>/participants",
    "/today",
}
FIRST_VISIT = 100_000


@pytest.fixture(scope="module")
def office(demonstration: Office) -> Office:
    add_what_is_lacking()
    return demonstration


@pytest.mark.parametrize(
    ("language", "phone", "addresses"),
    [
        pytest.param("en", False, None, id="english-desk"),
        pytest.param("ru", True, None, id="russian-phone"),
        pytest.param("ru", False, BOTH_WAYS, id="russian-desk"),
        pytest.param("en", True, BOTH_WAYS, id="english-phone"),
    ],
)
def test_every_page_is_accessible_and_fits_the_screen(
    office: Office, reader: Callable[..., Page], language: str, phone: bool, addresses: set[str] | None
) -> None:
    rounds = Round(office, reader(language, phone), language, ON_A_PHONE if phone else AT_A_DESK)

    wanted = [each for each in rounds.examples if addresses is None or each in addresses]
    faults = [fault for each in wanted for fault in rounds.look(each)]

    assert faults == []


def test_front_page_is_light_on_the_first_visit(office: Office, reader: Callable[..., Page]) -> None:
    page = reader("ru", phone=True)

    page.goto(office.url("/"), wait_until="networkidle")
    transferred = page.evaluate(
        "performance.getEntries().reduce((sum, entry) => sum + (entry.transferSize ?? 0), 0)",
    )

    assert 10_000 < transferred < FIRST_VISIT


def to_open(office: Office) -> dict[str, list[Example]]:
    """The pages, and what can be opened there; files are no pages."""
    rules = {address(rule): rule for rule in pages(office.app)}
    return {name: examples_for(name, rule.arguments) for name, rule in rules.items() if name not in FILES}


class Round(Screen):
    """One way through the pages, in one language and on one screen."""

    def __init__(self, office: Office, page: Page, language: str, readers: tuple[str, ...]) -> None:
        super().__init__(office, page, language, colours=language == "en")
        self.readers, self.examples, self.rows = readers, to_open(office), matrix()
        self.people = {name: person_with(email) for name, email in READERS.items()}

    def look(self, address: str) -> list[str]:
        """What is wrong with the page at the address."""
        where = self.open(address)
        return [f"{address}: nobody could open it"] if where is None else self.faults(where)

    def open(self, address: str) -> str | None:
        """Open the first example that is shown, as the first reader who may see it."""
        for name in ("visitor",) if address in FOR_STRANGERS else self.readers:
            self.sit_down(self.people[name])
            for example in self.allowed(address, name)[:TRIED]:
                path = filled(address, example)
                if self.is_shown(path):
                    return f"{path} as {name}"
        return None

    def allowed(self, address: str, name: str) -> list[Example]:
        """The examples that this reader may see, the own ones first."""
        answer, person, examples = self.rows[address][name], self.people[name], self.examples[address]
        own = [example for example in examples if person and example.belongs_to(person)]
        return [*own, *(one for one in examples if one not in own)] if answer == "yes" else own * (answer == "own")
