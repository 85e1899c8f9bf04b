"""What no person at a form sends, and the forms of a page to send it through."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

TEXTS = (
    "9" * 4000,
    "-1",
    "-" + "9" * 30,
    "\0",
    "ﬃё" * 200,
    "x" * 100_000,
    "<script>alert(1)</script>{{ 7*7 }}%(name)s%s{0}",
    "0001-01-01",
    "9999-12-31T23:59",
    "a\r\nBcc: b@example.org\x07\x1b\u202e\ufffe",
    " ",
    "None",
    "https://[::1",
)
QUERIES = (
    "page=99999999999&month=2026-99&q=%ED%A0%80%C0%AF&kind=x&status=x&state=x&role=x&topic=x&centre=x&free=2&code=x",
    f"page={'9' * 5000}&month=0001-01&q={quote('%_' * 5000)}&from=0001-01-01&to=9999-12-31&kind=person"
    f"&object={'9' * 30}&organisation={'9' * 30}&centre={'9' * 30}&status=all&mine=1"
    f"&next=//example.org&code={quote('ﷺ' * 300)}",
    "page=-99999999999999999999&page=2&month=9999-12&language=zz&q=%20&_external=1&_scheme=javascript&_anchor=x&organisation=-99999999999999999999&mine=2",
)
FILES = (b"", b"\0\xff" * 100, b"%PDF-1.4 <script>", b"family name;given name;email\n=1+1;<b>;x\n")


@dataclass
class SentForm:
    """A form of a page: where it is sent, and what would be sent by just pressing its button."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


class Forms(HTMLParser):
    """The forms of a page that change something."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[SentForm] = []
        self._form: SentForm | None = None
        self._select: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = SentForm(values.get("action", "")) if values.get("method", "").lower() == "post" else None
            if self._form:
                self.found.append(self._form)
        elif self._form is not None:
            self._note(tag, values)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None

    def _note(self, tag: str, values: dict[str, str]) -> None:
        name, kind = values.get("name", ""), values.get("type", "")
        if tag == "select":
            self._select = name
            self._keep(name, None)
        elif tag == "option" and self._select:
            self._keep(self._select, values.get("value", "") if "selected" in values else None)
        elif kind == "file":
            self._form.files.append(name)  # type: ignore[union-attr]
        elif name and name != "csrf_token" and tag in {"input", "textarea", "button"}:
            is_off = kind in {"radio", "checkbox"} and "checked" not in values
            self._keep(name, None if is_off or tag == "button" else values.get("value", "") or "Some text")

    def _keep(self, name: str, value: str | None) -> None:
        kept = self._form.values.setdefault(name, [])  # type: ignore[union-attr]
        if value is not None:
            kept.append(value)


def bodies(form: SentForm, turn: int) -> Iterator[dict[str, Any]]:
    """Bodies to post as keyword arguments of a client: each field is hostile once while the others stay as they are."""
    for number, name in enumerate(form.values, start=turn):
        yield {"data": {**form.values, **attached(form, b"%PDF-1.4 x"), name: TEXTS[number % len(TEXTS)]}}
    text = TEXTS[turn % len(TEXTS)]
    yield {"data": dict.fromkeys(form.values, text)}
    yield {"data": {name: (io.BytesIO(b"x"), "x.txt") for name in form.values}}
    yield {"json": dict.fromkeys(form.values, 1)}
    for data in FILES if form.files else ():
        yield {"data": {**form.values, **attached(form, data, name='\x07"\\../Ж' + "n" * 300)}}


def attached(form: SentForm, data: bytes, name: str = "x.pdf") -> dict[str, Any]:
    return {field: (io.BytesIO(data), name) for field in form.files}
