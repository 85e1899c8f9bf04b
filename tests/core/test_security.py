"""What a stranger, or a page that somebody was lured to, can do to us: nothing."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_login import login_user
from sqlalchemy.exc import OperationalError

import config
from tests.builders import (
    NOW,
    PASSWORD,
    a_coordinator,
    a_course,
    a_person,
    a_session,
    a_sign_in,
    an_account,
    an_administrator,
    an_officer,
)
from trainingapp.accounts.models import AccessLink, Person
from trainingapp.accounts.services import access, attempts
from trainingapp.accounts.services.people import deactivate
from trainingapp.accounts.views import sign_in as sign_in_views
from trainingapp.app import create_app
from trainingapp.core.actor import acting_as
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.core.files import download, file_name, keep, path_of, write_synced
from trainingapp.core.jobs import queue_of
from trainingapp.core.permissions import Role, public
from trainingapp.core.web import safe_next
from trainingapp.mail.models import Letter
from trainingapp.mail.texts import text_of
from trainingapp.scheduling.models import SessionStatus

ELSEWHERE = (
    "//example.org",
    "/\\example.org",
    "\\\\example.org",
    "https://example.org",
    "javascript:alert(1)",
    "/\t/example.org",
    "/\r\nLocation: https://example.org",
    " //example.org",
    "example.org",
    "",
)
REFERRERS = ("https://example.org/decoy", "http://[", "http://localhost//example.org", "javascript:alert(1)")


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def guarded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A browser of the application as it is in earnest: with its tokens."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    return app.test_client()


def signing_in(client: FlaskClient, email: str, password: str = PASSWORD, **options: Any) -> Any:
    return client.post("/sign-in", data={"email": email, "password": password}, **options)


# --- forms that other sites send


def test_every_change_needs_the_token_of_our_own_page(app: Flask, guarded: FlaskClient) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    administrator = an_administrator()
    with guarded.session_transaction() as session:
        session["_user_id"] = a_sign_in(administrator)

    answers = {rule.rule: guarded.post(re.sub(r"<[^>]+>", "1", rule.rule)) for rule in rules}

    assert len(answers) > 50
    assert {place: answer.status for place, answer in answers.items() if answer.status_code != 400} == {}
    assert all("This page has expired" in answer.get_data(as_text=True) for answer in answers.values())


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_led_to_another_site(visitor: FlaskClient, target: str) -> None:
    person = an_account()

    answer = visitor.post("/sign-in", data={"email": person.email, "password": PASSWORD, "next": target})
    again = visitor.get(f"/sign-in?next={quote(target)}")
    switched = visitor.post("/language", data={"language": "ru", "next": target})

    assert safe_next(target) is None
    assert [one.headers["Location"] for one in (answer, again, switched)] == ["/my", "/my", "/"]


def test_way_back_comes_from_our_own_pages_only(visitor: FlaskClient) -> None:
    pages = [visitor.get("/nowhere", headers={"Referer": referrer}).get_data(as_text=True) for referrer in REFERRERS]

    assert [page for page in pages if "decoy" in page or "example.org" in page or "javascript:" in page] == []
    assert all("There is no such page" in page for page in pages)


# --- headers


def test_every_answer_is_sealed(visitor: FlaskClient) -> None:
    answers = {
        "page": visitor.get("/"),
        "not found": visitor.get("/nowhere"),
        "not allowed": visitor.get("/sign-out"),
        "to sign in": visitor.get("/desk"),
        "unreadable": visitor.get("/courses?q=a&q=%00"),
        "too large": visitor.post("/sign-in", data={"email": "x" * 3_000_000}),
        "style": visitor.get("/static/css/theme.css"),
        "no such style": visitor.get("/static/css/nothing.css"),
    }
    answers["style"].close()

    assert [one.status_code for one in answers.values()] == [200, 404, 405, 302, 400, 413, 200, 404]
    for name, answer in answers.items():
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert "frame-ancestors 'none'" in policy, name
        assert "unsafe" not in policy, name
        assert answer.headers["X-Content-Type-Options"] == "nosniff", name


def test_pages_of_a_person_are_kept_by_nobody_on_the_way(visitor: FlaskClient) -> None:
    person = an_account()
    signing_in(visitor, person.email)

    for place in ("/account", "/my-training", "/letters", "/", "/nowhere"):
        assert visitor.get(place).headers["Cache-Control"] == "private, no-store"


def test_cookie_is_for_us_alone(app: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)

    cookies = signing_in(visitor, an_account().email).headers.getlist("Set-Cookie")

    assert len(cookies) == 1, "nothing remembers somebody who has signed out"
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookies[0].split(";")}


def test_site_with_https_asks_browsers_for_it_and_for_a_cookie_that_nobody_else_sets(tmp_path: Path) -> None:
    app = create_app(config.Testing({"DATA_DIR": str(tmp_path), "PUBLIC_URL": "https://training.example.org"}))

    @app.get("/kept")
    @public
    def kept() -> str:
        login_user(Person(id=1, password_version=0), remember=True)
        return "kept"

    answer = app.test_client().get("/kept")
    visitor = app.test_client()
    answers = [answer, *(visitor.get(url) for url in ("/static/css/theme.css", "/static/css/none.css", "/no"))]
    answers[1].close()

    assert [one.headers["Strict-Transport-Security"] for one in answers] == ["max-age=31536000"] * 4
    cookies = answer.headers.getlist("Set-Cookie")
    assert sorted(cookie.partition("=")[0] for cookie in cookies) == [
        "__Host-trainingapp",
        "__Host-trainingapp_remember",
    ]
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
        assert "Domain" not in cookie


def test_site_without_https_does_not_promise_it(visitor: FlaskClient) -> None:
    answer, style = visitor.get("/sign-in"), visitor.get("/static/css/theme.css")
    style.close()

    assert "Strict-Transport-Security" not in {*answer.headers.keys(), *style.headers.keys()}
    assert not [cookie for cookie in answer.headers.getlist("Set-Cookie") if cookie.startswith("__Host-")]


# --- signing in


def test_session_of_before_does_not_survive_signing_in(visitor: FlaskClient) -> None:
    with visitor.session_transaction() as session:
        session["planted"] = "by somebody else"

    signing_in(visitor, an_account().email)

    with visitor.session_transaction() as session:
        assert "planted" not in session


def test_account_that_is_switched_off_is_out_at_once(visitor: FlaskClient) -> None:
    person, administrator = an_account(), an_administrator()
    signing_in(visitor, person.email)
    assert visitor.get("/account").status_code == 200

    with acting_as(administrator.id):
        deactivate(person.id, now=NOW)

    assert visitor.get("/account").headers["Location"].startswith("/sign-in")
    assert signing_in(visitor, person.email).status_code == 422


def test_made_up_address_of_the_network_does_not_get_past_the_limit(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "TRIES_PER_NETWORK", 3)

    answers = [
        signing_in(visitor, f"nobody{number}@example.org", headers={"X-Forwarded-For": f"192.0.2.{number}"})
        for number in range(5)
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 429, 429]


def test_forgotten_password_says_nothing_about_who_is_known(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(sign_in_views, "sleep", waited.append)
    known = an_account(email="known@example.org").email

    answers = [visitor.post("/forgotten", data={"email": email}) for email in (known, "unknown@example.org")]

    assert len({(answer.status_code, answer.headers["Location"], answer.data) for answer in answers}) == 1
    assert len(waited) == 2
    assert all(0 <= seconds <= sign_in_views.ANSWER_AFTER for seconds in waited)


def test_links_in_letters_do_not_come_from_the_visitor(visitor: FlaskClient) -> None:
    person = an_account()

    visitor.post("/forgotten", data={"email": person.email}, headers={"Host": "example.org"})

    assert db.session.scalars(sa.select(AccessLink.person_id)).all() == [person.id]
    assert "example.org/" not in text_of(db.session.scalars(sa.select(Letter)).one()).body


# --- other users of the same machine


def test_nothing_is_readable_by_other_users_of_the_machine(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    (tmp_path / "files").mkdir(mode=0o700)
    old = os.umask(0o000)
    try:
        app = create_app(config.Testing({"DATA_DIR": str(folder), "FILES_DIR": str(tmp_path / "files")}))
        with app.app_context(), app.extensions["sqlalchemy"].engine.connect() as connection:
            config.kept_secret(folder / "secret_key")
            connection.exec_driver_sql("CREATE TABLE stored_file (id INTEGER)")
            write_synced(path_of("ab12"), [b"evidence"])
            queue_of(app).create_consumer()
            made = [path for path in tmp_path.rglob("*") if "static" not in path.parts]
            modes = {str(path.relative_to(tmp_path)): path.stat().st_mode & 0o077 for path in made}
        with app.app_context():
            db.engine.dispose()
    finally:
        os.umask(old)

    assert {"office/trainingapp.sqlite3-wal", "office/queue.sqlite3", "files/ab/ab12"} <= modes.keys()
    assert {name: mode for name, mode in modes.items() if mode} == {}


# --- what cannot be read


def test_file_in_the_place_of_text_is_no_text(visitor: FlaskClient) -> None:
    email = an_account().email

    as_file = visitor.post("/sign-in", data={"email": (io.BytesIO(email.encode()), "x"), "password": PASSWORD})
    as_json = visitor.post("/sign-in", json={"email": 1, "password": [PASSWORD]})
    as_list = visitor.post("/sign-in", json=[1])

    assert [answer.status_code for answer in (as_file, as_json, as_list)] == [422, 422, 422]


@pytest.mark.parametrize("body", [b"\xff\xfe=\xff", b"email=%ED%A0%80&password=%C0%AF", b"&" * 10_000])
def test_bytes_that_are_no_text_are_no_form(visitor: FlaskClient, body: bytes) -> None:
    answer = visitor.post("/sign-in", data=body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 422


def test_zero_byte_is_refused_wherever_it_hides(visitor: FlaskClient) -> None:
    hidden = {"email": ["a@example.org", "\0"], "password": PASSWORD}
    in_a_name = {"email": "a@example.org", "password": PASSWORD, "file": (io.BytesIO(b"x"), "a\0b.pdf")}

    answers = [visitor.post("/sign-in", data=hidden), visitor.post("/sign-in", data=in_a_name)]

    assert [answer.status_code for answer in answers] == [400, 400]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("D:\\Scans\\Анна\\скан.pdf", "скан.pdf"),
        ('a"\r\nX-Header: 1\x07\x7f.pdf', 'a" X-Header: 1 .pdf'),
        ("\x07\x1b", "file"),
        ("x" * 400 + ".pdf", "x" * 251 + ".pdf"),
    ],
)
def test_name_of_a_file_fits_a_header_and_a_disk(sent: str, kept: str) -> None:
    assert file_name(sent) == kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("скан.PDF", "скан.PDF"),
        ("invoice.exe", "invoice.pdf"),
        ("invoice.pdf.exe", "invoice.pdf"),
        ("page.html", "page.pdf"),
        ("письмо от 12.05.2026", "письмо от 12.05.2026.pdf"),
        ("Order No. 5", "Order No. 5.pdf"),
        (".exe", "file.pdf"),
        ("x" * 255, "x" * 251 + ".pdf"),
    ],
)
def test_file_is_called_what_it_is(app: Flask, sent: str, kept: str) -> None:
    stored = keep(b"%PDF-1.7 and so on", sent, by=None, now=NOW)

    assert stored.name == kept


def test_file_from_before_is_downloaded_as_what_it_is(app: Flask) -> None:
    headers = download(b"\x89PNG\r\n\x1a\n", "скан.html", "image/png").headers
    table = download(b"PK", "list.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet").headers

    assert headers["Content-Disposition"].endswith("%D1%81%D0%BA%D0%B0%D0%BD.png")
    assert 'filename="list.xlsx"' in table["Content-Disposition"]


def test_hostile_numbers_are_refused_at_their_field(client_as: Any) -> None:
    client = client_as(a_coordinator())
    centre_id = a_session().centre_id

    for number in ("9" * 30, "9" * 400, "9" * 5000, "-" + "9" * 400, "NaN", "1e9"):
        client.post(f"/centres/{centre_id}/rooms/new", {"name_en": "Hall", "capacity": number}, status=422)

        assert "How many people fit in" in client.page.text


def test_choice_that_is_none_is_refused_at_its_field(client_as: Any) -> None:
    person = an_officer()
    values = {"family_name": "Иванова", "given_name": "Анна", "email": "x@example.org", "language": "en"}

    client = client_as(an_administrator())
    client.post(
        f"/people/{person.id}/edit", {**values, "organisation_id": "None", "time_zone": "Asia/Baku"}, status=422
    )

    assert "Organisation" in client.page.text


# --- when the database fails us


def test_busy_database_is_said_and_nothing_is_shown_of_it(
    app: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: Any) -> None:
        raise OperationalError("SELECT secrets", {}, Exception("database is locked"))

    monkeypatch.setattr("trainingapp.scheduling.views.centres.centre_rows", busy)

    answer = visitor.get("/centres")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Nothing was changed" in answer.get_data(as_text=True)
    assert "secrets" not in answer.get_data(as_text=True)


def test_page_without_a_database_still_says_what_to_do(tmp_path: Any) -> None:
    app = create_app(config.Testing({"DATA_DIR": str(tmp_path)}))
    visitor = app.test_client()
    with visitor.session_transaction() as session:
        session["_user_id"] = "1.0"

    answer = visitor.get("/courses")

    with app.app_context():
        db.engine.dispose()
    assert answer.status_code == 503
    assert "Попробуйте ещё раз" in answer.get_data(as_text=True)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


# --- drafts


def test_draft_that_is_called_off_never_becomes_public(client_as: Any) -> None:
    values = {"status": SessionStatus.CANCELLED, "cancelled_at": NOW, "cancel_reason": "No trainer"}
    never_asked_for, asked_for = a_session(**values), a_session(**values, last_queue_no=1)
    coordinator = a_coordinator()

    for reader in (None, an_officer()):
        client_as(reader).get(f"/sessions/{asked_for.id}")
        client_as(reader).get(f"/sessions/{never_asked_for.id}", status=403 if reader else 302)
    client_as(coordinator).get(f"/sessions/{never_asked_for.id}")


def test_drafts_stand_in_no_list_for_the_public(client_as: Any) -> None:
    hidden = a_session(a_course(title_en="Quite secret"), status=SessionStatus.DRAFT, code="SECRET-1")
    places = ["/", "/courses", "/sessions", "/sessions?status=draft", "/sessions?status=all", "/courses?status=draft"]
    places += [f"/centres/{hidden.centre_id}", f"/courses/{hidden.course_id}", "/courses?q=secret"]

    for reader in (None, an_officer(), a_person(Role.CONTACT_POINT), a_person(Role.TRAINER)):
        client = client_as(reader)
        texts = [client.text(place) for place in places]

        assert [text for text in texts if "SECRET-1" in text] == []


def test_log_keeps_when_something_was_done_from_a_strange_address(visitor: FlaskClient) -> None:
    answer = signing_in(visitor, an_account().email, environ_base={"REMOTE_ADDR": "2001:db8::" + "f" * 200})

    assert answer.status_code == 303


def test_password_link_works_once_only(app: Flask, visitor: FlaskClient) -> None:
    person = an_officer()
    with acting_as(an_administrator().id):
        link_id = access.invite(person.id, now=utc_now())
    first = access.use_link(link_id, "another few words in a row", now=utc_now())

    with pytest.raises(Exception, match="no longer works"):
        access.use_link(link_id, "and some others after them", now=utc_now())

    assert first.password_version == 1


def test_the_language_switch_of_a_refused_action_leads_to_a_page(client_as):
    refused = client_as(an_officer()).post(f"/sessions/{a_session().id}/participants/new", status=403)

    assert 'name="next" value="/"' in refused.text
