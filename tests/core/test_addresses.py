"""Templates' ``url_for`` gives what Flask's gives, whatever a row fills into its pattern."""

from __future__ import annotations

from typing import Any

import flask
import pytest
from flask import Flask

ROWS: list[tuple[str, dict[str, Any]]] = [
    ("scheduling.session", {"session_id": 7}),
    ("scheduling.session", {"session_id": 10**15, "page": -3}),
    ("scheduling.session", {"session_id": 1, "page": 11, "more": 2}),
    ("courses.index", {"q": "{q} {0} 100% & «Ёж»", "page": 2}),
    ("courses.index", {"q": "", "free": True, "month": None}),
    ("courses.index", {"kind": ["workshop", "vr"]}),
    ("courses.index", {"q": 5, "_anchor": "{list}"}),
    ("courses.index", {"page": 5, "_external": True}),
    ("courses.index", {"page": 5, "q": "1000000000000000"}),
    ("scheduling.session", {"session_id": 7, "_anchor": "no-1000000000000000"}),
    ("static", {"filename": "app.css"}),
]


@pytest.mark.parametrize(("endpoint", "values"), ROWS)
def test_address_is_that_of_flask_at_each_row(app: Flask, endpoint: str, values: dict[str, Any]) -> None:
    url_for: Any = app.jinja_env.globals["url_for"]

    with app.test_request_context():
        for _again in range(2):
            assert url_for(endpoint, **values) == flask.url_for(endpoint, **values)


def test_pattern_is_not_that_of_another_root(app: Flask) -> None:
    url_for: Any = app.jinja_env.globals["url_for"]

    for root in ("", "/training"):
        with app.test_request_context(environ_overrides={"SCRIPT_NAME": root}):
            assert url_for("mail.letter", letter_id=7) == f"{root}/letters/7"


def count_built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The endpoints whose address Flask is asked to build from now on."""
    built: list[str] = []
    of_flask = flask.url_for
    monkeypatch.setattr(
        flask, "url_for", lambda endpoint, **values: built.append(endpoint) or of_flask(endpoint, **values)
    )
    return built


def test_long_texts_of_visitors_are_not_kept(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    url_for: Any = app.jinja_env.globals["url_for"]
    built = count_built(monkeypatch)

    with app.test_request_context():
        found = [url_for("courses.index", page=2, q="long " * 1000) for _again in range(2)]

    assert len(built) == len(found) == 2


def test_rows_of_a_table_share_one_pattern(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    url_for: Any = app.jinja_env.globals["url_for"]
    built = count_built(monkeypatch)

    with app.test_request_context():
        found = [url_for("mail.letter", letter_id=number) for number in range(1, 51)]

    assert found == [f"/letters/{number}" for number in range(1, 51)]
    assert len(built) <= 1
