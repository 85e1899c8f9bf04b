"""What the inspection of every page finds."""

from __future__ import annotations

import pytest

from tests.pages import inspect_page

PAGE = """<!doctype html><html lang="en"><head><title>List</title></head><body><h1>List</h1>{}</body></html>"""
CHOICES = (
    '<form><label>Kind <select {}><option value="{}">One</option><option value="2">Two</option></select></label></form>'
)


@pytest.mark.parametrize("moment", ["2026-05-04", "2026-05-04T08:00:00+00:00", "2026-05-04T08:00Z"])
def test_inspection_takes_times_of_html(moment: str) -> None:
    assert inspect_page(PAGE.format(f'<time datetime="{moment}">May</time>')).times == [moment]


@pytest.mark.parametrize("moment", ["2026-05-04T08:00:00.123456+00:00", "2026-05-04 08:00:00.1234", "May"])
def test_inspection_refuses_times_that_html_does_not_know(moment: str) -> None:
    with pytest.raises(AssertionError, match="no times of HTML"):
        inspect_page(PAGE.format(f'<time datetime="{moment}">May</time>'))


def test_inspection_refuses_required_lists_without_an_empty_first_choice() -> None:
    inspect_page(PAGE.format(CHOICES.format("required", "")))
    inspect_page(PAGE.format(CHOICES.format("", "1")))
    with pytest.raises(AssertionError, match="without an empty first choice"):
        inspect_page(PAGE.format(CHOICES.format("required", "1")))


@pytest.mark.parametrize(
    "text", ["Anna and 2 more", "A pass. It counts", "Анна и ещё 2", "Список. Да", "г.Баку", "Список.<br>Да"]
)
def test_inspection_takes_texts_with_their_spaces(text: str) -> None:
    inspect_page(PAGE.format(f"<p>{text}</p>"))


def test_inspection_looks_at_what_differs_in_pages_of_one_shape() -> None:
    field = '<p><input type="text" name="{}" aria-label="x"></p>'
    inspect_page(PAGE.format(field.format("a")))
    inspect_page(PAGE.format(field.format("b")))

    for fault in (field.format("b\x01"), field.format("b").replace("</p>", "\ufffe</p>"), field.format("b&;")):
        with pytest.raises(AssertionError, match="not valid HTML"):
            inspect_page(PAGE.format(fault))


def test_inspection_looks_at_a_row_that_is_not_like_the_others() -> None:
    table = PAGE.format("<main><table><tbody>{}</tbody></table></main>")
    inspect_page(table.format("<tr><td>a</td></tr>"))
    inspect_page(table.format("<tr><td>a</td></tr><tr><td>b</td></tr><tr><td>c</td></tr>"))

    for row in ("<tr><td>c</i></td></tr>", "<tr><td>c</td><p></tr>"):
        with pytest.raises(AssertionError, match="not valid HTML"):
            inspect_page(table.format(f"<tr><td>a</td></tr><tr><td>b</td></tr>{row}"))


@pytest.mark.parametrize(
    ("frame", "main"), [("<nav><i></nav>", "<p>a</p>"), ("<nav></nav>", "<p><i>a</p>"), ("<nav></nav>", "a</main></i>")]
)
def test_inspection_looks_at_a_new_frame_and_at_what_is_new_in_a_known_one(frame: str, main: str) -> None:
    page = PAGE.format("{}<main>{}</main>")
    inspect_page(page.format("<nav></nav>", "<p>a</p>"))

    with pytest.raises(AssertionError, match="not valid HTML"):
        inspect_page(page.format(frame, main))


@pytest.mark.parametrize(
    "text",
    [
        "<a>Anna</a>and 2 more",
        "A pass.<b>It</b> counts",
        "Аннаи ещё 2",
        "Список.Да",
        "2 июня 2026 г..",
    ],
)
def test_inspection_refuses_words_that_are_glued(text: str) -> None:
    with pytest.raises(AssertionError, match="no space between"):
        inspect_page(PAGE.format(f"<p>{text}</p>"))
