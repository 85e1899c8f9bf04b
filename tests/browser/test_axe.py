"""That axe is asked of everything once: what is in order is not asked again, and what is wrong is always found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser import axe

pytestmark = pytest.mark.browser

PAGE = "<!doctype html><html lang='en'><title>List</title><main><h1>List</h1><table>{}</table></main></html>"
ROW = "<tr><td><label for='{0}'>Code</label><input id='{0}'></td></tr>"
ROWS = "".join(ROW.format(f"code{number}") for number in range(5))
UNLABELLED = "<tr><td><span>Code</span><input id='other'></td></tr>"
PALE = "<tr><td><span>Code</span><b style='color: #ddd'>Pale</b></td></tr>"


@pytest.fixture
def page(reader: Callable[..., Page]) -> Page:
    axe.IN_ORDER.clear()
    return reader()


def faults(page: Page, rows: str, **options: bool) -> list[str]:
    page.set_content(PAGE.format(rows))
    return [fault.partition(":")[0] for fault in axe.violations(page, **options)]


def test_what_is_in_order_is_not_asked_again(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults(page, ROWS) == []
    monkeypatch.setattr(axe, "FIND", "() => ['asked']")

    assert faults(page, ROWS + ROW.format("more")) == []
    assert faults(page, ROWS + UNLABELLED) == ["asked"]


def test_fault_after_rows_that_are_in_order_is_found_each_time(page: Page) -> None:
    assert faults(page, ROWS) == []

    for _ in range(2):
        assert faults(page, ROWS + UNLABELLED) == ["label"]


def test_colours_are_asked_apart(page: Page) -> None:
    assert faults(page, ROWS + PALE) == []

    assert faults(page, ROWS + PALE, colours=True) == ["color-contrast"]
