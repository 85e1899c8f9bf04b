"""A wrong PROXY_COUNT is noticed from the requests that come, as far as they can tell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.builders import an_administrator
from trainingapp.core.db import db
from trainingapp.core.notes import OfficeNote
from trainingapp.core.proxies import SAID, Misfit, misfit_of

LOCAL, INSIDE, OUTSIDE = "127.0.0.1", "10.0.0.7", "93.184.216.34"


@pytest.fixture(autouse=True)
def _nothing_said_yet(app: Flask) -> Iterator[None]:
    app.extensions.pop(SAID, None)
    yield
    app.extensions.pop(SAID, None)


@pytest.mark.parametrize(
    ("count", "hops", "sender", "expected"),
    [
        (0, 0, LOCAL, None),
        (0, 1, LOCAL, Misfit.MORE),
        (0, 2, INSIDE, Misfit.MORE),
        (0, 1, OUTSIDE, None),  # anybody can send the header
        (1, 1, LOCAL, None),
        (1, 2, LOCAL, None),  # the visitor wrote one, too
        (1, 0, LOCAL, None),  # somebody on the machine looks whether it answers
        (1, 0, OUTSIDE, Misfit.FEWER),
        (2, 1, LOCAL, Misfit.FEWER),
        (1, 1, "", None),
    ],
)
def test_requests_tell_how_many_proxies_there_are(count: int, hops: int, sender: str, expected: Misfit | None) -> None:
    assert misfit_of(count, hops, sender) is expected


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
def test_proxy_that_is_not_counted_is_said_once(app: Flask, caplog: pytest.LogCaptureFixture, header: str) -> None:
    visitor = app.test_client()

    for _number in range(3):
        assert visitor.get("/sign-in", headers={header: "for=192.0.2.1"}).status_code == 200

    assert caplog.text.count("PROXY_COUNT is 0, but there are more reverse proxies in front") == 1
    assert db.session.scalars(sa.select(OfficeNote.value)).all() == ["0 more"]


def test_administrator_reads_it(app: Flask, client_as) -> None:
    client = client_as(an_administrator())
    assert "PROXY_COUNT" not in client.text("/administration")
    app.test_client().get("/sign-in", headers={"X-Forwarded-For": "192.0.2.1"})

    text = client.text("/administration")

    assert "This site is behind a reverse proxy, but the setting PROXY_COUNT is 0." in text
