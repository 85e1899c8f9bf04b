"""Pages leave compressed, and their tokens masked."""

from __future__ import annotations

import gzip
import re

import pytest

from trainingapp.core.compression import compressed, masked, unmasked

ACCEPTS = {"Accept-Encoding": "gzip, br"}
TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


@pytest.fixture
def client(app, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    return app.test_client()


def test_page_leaves_compressed_to_a_browser_that_takes_it(client):
    plain, answer = client.get("/courses"), client.get("/courses", headers=ACCEPTS)

    assert "Content-Encoding" not in plain.headers
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(plain.data) / 2
    assert TOKEN.sub("", gzip.decompress(answer.data).decode()) == TOKEN.sub("", plain.text)
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_refused_encoding_is_not_used(client):
    assert "Content-Encoding" not in client.get("/courses", headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_compressed_pages_have_another_token_each_time_and_all_of_them_work(client):
    tokens = [token_in(client.get("/courses", headers=ACCEPTS).data) for _ in range(2)]

    assert tokens[0] != tokens[1]
    for token in (*tokens, TOKEN.search(client.get("/courses").text)[1]):
        assert client.post("/language", data={"language": "ru", "csrf_token": token}).status_code == 303


def test_altered_token_is_refused(client):
    token = unmasked(token_in(client.get("/courses", headers=ACCEPTS).data))
    other = masked(token[:-1] + ("A" if token[-1] != "A" else "Q"))  # not "B": its last two bits are not read

    assert client.post("/language", data={"language": "ru", "csrf_token": other}).status_code == 400


@pytest.mark.parametrize("text", ["", "x", "!", "AAAA", "ю", "a.b.c", "gIA="])
def test_unmasking_takes_any_text(text):
    assert isinstance(unmasked(text), str)


def test_same_page_has_another_length_each_time():
    assert len({len(compressed(b"a page " * 100)) for _ in range(30)}) > 3


def token_in(data: bytes) -> str:
    return TOKEN.search(gzip.decompress(data).decode())[1]
