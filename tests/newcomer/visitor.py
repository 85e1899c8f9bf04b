"""Somebody with a browser: opens pages, follows links and fills in forms of a real server, and measures the time."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urldefrag, urlencode, urljoin
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

GIVES_UP_AFTER = 30  # seconds
FILE = b"%PDF-1.4\n% an official letter, for a test\n%%EOF\n"
SOON = datetime.now(UTC).replace(hour=9, minute=0) + timedelta(days=20)
TYPED = {
    "date": f"{SOON:%Y-%m-%d}",
    "datetime-local": f"{SOON:%Y-%m-%dT%H:%M}",
    "email": "somebody.new@example.org",
    "number": "1",
    "password": "correct-horse-battery",
    "tel": "+994 12 000 00 00",
    "time": "10:00",
    "url": "https://example.org/",
}
NO_FIELDS = {"submit", "button", "image", "reset"}


@dataclass
class Answer:
    """What came back, from where, and how long it took."""

    url: str
    status: int
    content_type: str
    body: bytes
    seconds: float
    location: str | None = None

    @property
    def is_page(self) -> bool:
        return self.content_type.startswith("text/html")


@dataclass
class Form:
    """A form as it stands in a page: every button that sends it makes a form of its own."""

    action: str
    method: str
    multipart: bool
    fields: list[dict[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Stayed(HTTPRedirectHandler):
    """Shows redirections instead of following them."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Page(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, url: str, html: str) -> None:
        super().__init__()
        self.url = url
        self.links: list[str] = []
        self.forms: dict[str, Form] = {}
        self._form: Form | None = None
        self._select: dict[str, str] | None = None
        self._area: dict[str, str] | None = None
        self._outside: list[tuple[str, str, dict[str, str]]] = []
        self.feed(html)
        for name, tag, values in self._outside:
            if name in self.forms:
                self.add(self.forms[name], tag, values)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in values:
            self.links.append(urldefrag(urljoin(self.url, values["href"])).url)
        elif tag == "form":
            method, action = values.get("method", "get").lower(), urljoin(self.url, values.get("action", ""))
            self._form = Form(urldefrag(action).url, method, values.get("enctype", "").startswith("multipart"))
            self.forms[values.get("id") or f"form {len(self.forms)}"] = self._form
        elif tag in {"input", "button", "select", "textarea"} and "disabled" not in values:
            self.control(tag, values)
        elif tag == "option" and self._select is not None:
            chosen = self._select.get("value") is None or "selected" in values or not self._select["value"]
            if chosen and "disabled" not in values:
                self._select["value"] = values.get("value", "")

    def control(self, tag: str, values: dict[str, str]) -> None:
        if tag == "select":
            self._select = values
        if tag == "textarea":
            self._area = values
        if "form" in values:
            self._outside.append((values["form"], tag, values))
        elif self._form is not None:
            self.add(self._form, tag, values)

    def add(self, form: Form, tag: str, values: dict[str, str]) -> None:
        kind = values.get("type", "submit" if tag == "button" else "text")
        if kind == "submit":
            form.buttons.append((values.get("name", ""), values.get("value", "")))
        elif values.get("name") and kind not in NO_FIELDS:
            values["type"] = kind if tag == "input" else tag
            form.fields.append(values)

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area["value"] = self._area.get("value", "") + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None


class Visitor:
    """A browser with its cookies. ``answers`` is everything that came back, in order."""

    def __init__(self, office: str, language: str = "en") -> None:
        self.office, self.language = office, language
        self.opener: OpenerDirector = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()), Stayed)
        self.known_as: tuple[str, str] | None = None
        self.answers: list[Answer] = []

    def get(self, url: str) -> Answer:
        return self.ask(Request(url))

    def ask(self, request: Request) -> Answer:
        request.add_header("Accept-Language", self.language)
        began = time.monotonic()
        try:
            with self.opener.open(request, timeout=GIVES_UP_AFTER) as response:
                answer = answer_of(response, began)
        except HTTPError as error:
            with error:
                answer = answer_of(error, began)
        except OSError as error:
            answer = Answer(request.full_url, 0, "", str(error).encode(), time.monotonic() - began)
        self.answers.append(answer)
        return answer

    def sign_in(self, email: str, password: str) -> Answer:
        self.known_as = email, password
        form = next(form for form in self.page(f"{self.office}/sign-in").forms.values() if "sign-in" in form.action)
        return self.send(form, {"email": email, "password": password})

    def page(self, url: str) -> Page:
        answer = self.get(url)
        return Page(url, answer.body.decode())

    def send(self, form: Form, typed: dict[str, str] | None = None, button: tuple[str, str] = ("", "")) -> Answer:
        """Send the form with what stands in it, what is typed besides, and something sensible in required fields."""
        values = [*filled(form, typed or {}), *([(*button, None)] if button[0] else [])]
        plain = [(name, value) for name, value, file in values if file is None]
        if form.method == "get":
            return self.get(f"{form.action.partition('?')[0]}?{urlencode(plain)}")
        headers = {"Referer": form.action}
        if not form.multipart:
            return self.ask(Request(form.action, urlencode(plain).encode(), headers))
        boundary = secrets.token_hex(16)
        headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
        return self.ask(Request(form.action, multipart(values, boundary), headers))


def answer_of(response: Any, began: float) -> Answer:
    body = response.read()
    headers = response.headers
    location = headers.get("Location")
    kind = headers.get("Content-Type", "")
    where = urljoin(response.url, location) if location else None
    return Answer(response.url, response.status, kind, body, time.monotonic() - began, where)


def filled(form: Form, typed: dict[str, str]) -> list[tuple[str, str, bytes | None]]:
    """Name, value and file of every field that a browser would send."""
    values: list[tuple[str, str, bytes | None]] = []
    chosen: set[str] = {one["name"] for one in form.fields if one["type"] == "radio" and "checked" in one}
    for one in form.fields:
        name, kind, value = one["name"], one["type"], one.get("value", "")
        if kind in {"radio", "checkbox"}:
            wanted = "checked" in one or (kind == "checkbox" and "required" in one)
            if wanted or (kind == "radio" and name not in chosen):
                chosen.add(name)
                values.append((name, value or "on", None))
        elif kind == "file":
            values.append((name, "letter.pdf", FILE))
        else:
            needed = value or kind in {"hidden", "select"} or "required" not in one
            values.append((name, typed.get(name) or (value if needed else TYPED.get(kind, "Something new")), None))
    return values


def multipart(values: list[tuple[str, str, bytes | None]], boundary: str) -> bytes:
    body = b""
    for name, value, file in values:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
        if file is not None:
            head += f'; filename="{value}"\r\nContent-Type: application/pdf'
        body += f"{head}\r\n\r\n".encode() + (value.encode() if file is None else file) + b"\r\n"
    return body + f"--{boundary}--\r\n".encode()
