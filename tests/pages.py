"""A test client that inspects every page it opens."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from trainingapp.core.db import db

MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?")
GLUED = re.compile(r"[a-zа-яё]{3}[.!?][A-ZА-ЯЁ]\w{0,30}|\w(?:and \d+ more|и ещё \d+)|\bг\.\.(?!\.)")
INLINE = {"a", "abbr", "b", "code", "em", "i", "small", "span", "strong", "time"}
TOLERATED = {"expected-doctype-but-got-start-tag"}
ORDINARY = r"[^<>&\"\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]"
TEXT_OR_VALUE = re.compile(rf'(?<=>)(?:{ORDINARY}|")+(?=<)|(?<==")(?<!type=")(?:{ORDINARY}|>)*(?=")')
ALIKE = re.compile(r"(<(tr|li|option|article)\b(?:(?!<\2\b).)*?</\2>)\1+")  # one after the other
Fault = tuple[tuple[int, int], str]
VALID: set[int] = set()  # shapes of frames and of what is in them


class Outline(HTMLParser):
    """What the checks need of a page: title, headings, ids, links, forms, visible text.

    ``lines`` are the text with a break where an element begins or ends that is not a part of a sentence.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.language: str | None = None
        self.ids: list[str] = []
        self.links: list[str] = []
        self.forms: list[dict[str, str]] = []
        self.inline: list[str] = []
        self.headings: list[str] = []
        self.times: list[str] = []
        self.first_choices: list[str | None] = []
        self.title = ""
        self.text = ""
        self.lines = ""
        self._open: list[str] = []
        self._select_begins = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._break_line(tag)
        if tag not in {"input", "meta", "link", "br", "hr", "img", "path", "circle", "rect", "line", "use", "polyline"}:
            self._open.append(tag)
        if "id" in values:
            self.ids.append(values["id"])
        if "style" in values or any(name.startswith("on") for name in values):
            self.inline.append(f"<{tag} {values}>")
        self._note_values(tag, values)
        if tag == "html":
            self.language = values.get("lang")
        if tag == "h1":
            self.headings.append("")
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag == "form":
            self.forms.append(values)

    def _note_values(self, tag: str, values: dict[str, str]) -> None:
        """What a parser takes, and HTML does not: times in another form, required lists that always have a value."""
        if tag == "time" and "datetime" in values:
            self.times.append(values["datetime"])
        if tag == "select":
            self._select_begins = "required" in values
        elif tag == "option" and self._select_begins:
            self.first_choices.append(values.get("value"))
            self._select_begins = False

    def _break_line(self, tag: str) -> None:
        if tag not in INLINE:
            self.lines += "\n"

    def handle_endtag(self, tag: str) -> None:
        self._break_line(tag)
        if tag in self._open:
            while self._open and self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "h1" in self._open:
            self.headings[-1] += data
        if "title" in self._open and "svg" not in self._open:
            self.title += data
        elif not {"script", "style"} & set(self._open):
            self.text += data
            self.lines += data


def tidy(text: str) -> str:
    return " ".join(text.split())


def faults_in(html: str) -> list[Fault]:
    """Where the HTML is not valid, and why. What was valid with other texts, values or rows is not parsed."""
    shape = ALIKE.sub(r"\1", TEXT_OR_VALUE.sub(lambda found: "x" if found[0].strip() else "", html))
    before, main, after = (*re.split("(?<=<main)|(?=</main>)", shape), "", "")[:3]
    parts = {hash((before, after)), hash(main)}
    if parts <= VALID:
        return []
    faults = parsed(html) if parsed(shape) else []
    if not faults:
        VALID.update(parts)
    return faults


def parsed(html: str) -> list[Fault]:
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(html)
    return [(where, fault) for where, fault, _data in parser.errors if fault not in TOLERATED]


def inspect_page(html: str) -> Outline:
    """Assert what must hold on every page: valid HTML, one h1 that begins the title, no id twice, nothing inline."""
    faults, page = faults_in(html), Outline(html)

    assert not faults, f"not valid HTML: {[(where, fault, line_of(html, where)) for where, fault in faults[:5]]}"
    assert re.search(r"</head>\s*<body", html), "something stands between head and body"
    assert page.language in {"en", "ru"}
    assert len(page.headings) == 1, f"one h1 is wanted, not {page.headings}"
    assert tidy(page.title).startswith(tidy(page.headings[0])), (
        f"{page.title!r} does not begin with {page.headings[0]!r}"
    )
    assert not [name for name, count in Counter(page.ids).items() if count > 1], f"ids used twice in {page.title!r}"
    assert not [time for time in page.times if not MOMENT.fullmatch(time)], f"no times of HTML: {page.times}"
    assert not any(page.first_choices), f"required lists without an empty first choice: {page.first_choices}"
    assert not (glued := GLUED.findall(page.lines)), f"no space between, or a full stop too many: {glued}"
    assert not page.inline, f"inline style or script: {page.inline[:3]}"
    assert all(form.get("method", "get").lower() in {"get", "post", "dialog"} for form in page.forms)
    return page


def sample_in(html: str) -> str:
    """The list that the page shows as an example."""
    found = re.search(r'<pre class="sample">(.*?)</pre>', html, re.DOTALL)
    assert found
    return found[1]


def line_of(html: str, where: tuple[int, int]) -> str:
    lines = html.splitlines()
    return lines[where[0] - 1].strip()[:120] if 0 < where[0] <= len(lines) else ""


class PageClient(FlaskClient):
    """``get`` and ``post`` assert the status and inspect what comes back. ``page`` is the last page's outline."""

    page: Outline

    def __init__(self, app: Flask) -> None:
        super().__init__(app, app.response_class, use_cookies=True)

    def open(self, *args: Any, **options: Any) -> TestResponse:
        """Answer in a context and a session of the request's own; what the test has read is read again after it."""
        with self.application.app_context():
            response = super().open(*args, **options)
        db.session.rollback()
        return response

    def get(self, url: str, *, status: int = 200, **options: Any) -> TestResponse:  # type: ignore[override]
        return self.checked(super().get(url, **options), status, url)

    def post(self, url: str, data: Any = None, *, status: int = 303, **options: Any) -> TestResponse:  # type: ignore[override]
        return self.checked(super().post(url, data=data, **options), status, url)

    def checked(self, response: TestResponse, status: int, url: str) -> TestResponse:
        body = response.get_data(as_text=True) if response.mimetype.startswith("text/") else ""
        assert response.status_code == status, (
            f"{url}: {response.status}, not {status}: {tidy(Outline(body).text)[:600] if body else ''}"
        )
        if response.mimetype == "text/html" and not 300 <= status < 400:
            self.page = inspect_page(body)
        return response

    def text(self, url: str, **options: Any) -> str:
        """The visible text of a page."""
        self.get(url, **options)
        return tidy(self.page.text)

    def location(self, response: TestResponse) -> str:
        """Where a redirect leads, as a path."""
        parts = urlsplit(response.headers["Location"])
        return parts.path + (f"?{parts.query}" if parts.query else "")
