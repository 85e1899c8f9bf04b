"""Requests as the server hands them over: the body whole and in time, the environment as PEP 3333 has it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from werkzeug.exceptions import HTTPException

from trainingapp.cli import gateway
from trainingapp.cli.gateway import Gateway


class Protocol:
    """A sender of these pieces; None is one that never comes, an exception a broken connection."""

    def __init__(self, *pieces: bytes | Exception | None) -> None:
        self.pieces, self.answer = iter(pieces), ()

    def __aiter__(self) -> Protocol:
        return self

    async def __anext__(self) -> bytes:
        piece = next(self.pieces, StopAsyncIteration())
        if piece is None:
            await asyncio.sleep(30)
        if isinstance(piece, Exception):
            raise piece
        return bytes(piece or b"")

    def response_bytes(self, *answer: Any) -> None:
        self.answer = answer


def scope(*headers: tuple[str, str], **changes: Any) -> Any:
    plain = {
        "method": "POST", "path": "/", "query_string": "", "http_version": "1.1", "scheme": "http",
        "server": "127.0.0.1:8000", "client": "127.0.0.1:9000", "authority": None,
    }  # fmt: skip
    return SimpleNamespace(**{**plain, **changes}, headers=dict(headers))


def answer_to(asked: Any, *pieces: bytes | Exception | None, limit: int = 100, application: Any = None) -> Any:
    protocol = Protocol(*pieces)
    awaited(Gateway(application or echo, limit, 1).__rsgi__(asked, protocol))
    return protocol.answer


def awaited(task: Any) -> Any:
    """What the coroutine gives, in a thread of its own: browser tests leave a running loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, task).result()


def echo(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [("X-Length", environ.get("CONTENT_LENGTH", ""))])
    return [environ["wsgi.input"].read()]


def refusal(environ: dict[str, Any], start: Any) -> list[bytes]:
    with pytest.raises(HTTPException) as refused:
        environ["wsgi.input"].read()
    start(f"{refused.value.code} Refused", [])
    return [b""]


def test_body_arrives_whole_and_with_its_length():
    assert answer_to(scope(("content-length", "5")), b"ab", b"cde") == (200, [("X-Length", "5")], b"abcde")


def test_body_of_unsaid_length_arrives_with_its_length():
    answer = answer_to(scope(("transfer-encoding", "chunked")), b"ab", b"c")

    assert answer == (200, [("X-Length", "3")], b"abc")


def test_request_without_a_body_is_not_waited_for():
    assert answer_to(scope(method="GET"), None) == (200, [("X-Length", "")], b"")


@pytest.mark.parametrize(
    ("said", "pieces", "status"),
    [
        (("content-length", "101"), [None], 413),
        (("transfer-encoding", "chunked"), [b"a" * 60, b"a" * 60], 413),
        (("content-length", "5"), [b"a", None], 408),
        (("content-length", "5"), [b"a", RuntimeError("gone")], 400),
    ],
    ids=["announced too large", "grows too large", "stops", "breaks"],
)
def test_body_that_does_not_come_is_refused_where_it_is_read(monkeypatch, said, pieces, status):
    monkeypatch.setattr(gateway, "GRACE", 0.2)

    assert answer_to(scope(said), *pieces, application=refusal)[0] == status


def test_large_body_has_the_time_that_its_size_needs(monkeypatch):
    monkeypatch.setattr(gateway, "GRACE", 0.0)
    monkeypatch.setattr(gateway, "PACE", 1)

    late = gateway.receive(Late(), Sink(), 100)

    assert awaited(late) == 6


class Late(Protocol):
    """Half of the body at once, the rest somewhat later."""

    def __init__(self) -> None:
        super().__init__(b"abc", b"def")

    async def __anext__(self) -> bytes:
        await asyncio.sleep(0.0 if self.pieces.__length_hint__() == 2 else 0.3)
        return await super().__anext__()


class Sink:
    def write(self, _piece: bytes) -> None:
        """Keep nothing."""


def test_environment_is_as_pep_3333_has_it():
    asked = scope(
        ("host", "office.example.org"),
        ("content-type", "text/plain"),
        ("x-forwarded-for", "192.0.2.1"),
        method="GET",
        path="/%D0%96/a%20b",
        query_string="q=%D0%96",
        client="[2001:db8::1]:9000",
    )

    environ = gateway.environ_of(asked)

    assert environ["PATH_INFO"].encode("latin-1").decode() == "/Ж/a b"
    assert environ["QUERY_STRING"] == "q=%D0%96"
    assert environ["REMOTE_ADDR"] == "2001:db8::1"
    assert environ["HTTP_HOST"] == "office.example.org"
    assert environ["CONTENT_TYPE"] == "text/plain"
    assert environ["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("127.0.0.1", "8000")


def test_page_of_a_slow_form_says_so_in_the_readers_language(client_as):
    for language, title in (("en", "This came too slowly"), ("ru", "Данные передавались слишком медленно")):
        client = client_as(None, language=language)
        slow = gateway.NotReceived(gateway.RequestTimeout())

        client.post("/sign-in", {"email": "a"}, status=408, environ_overrides={"wsgi.input": slow})

        assert title in client.page.title


def test_header_with_an_underscore_is_not_taken_for_that_of_a_proxy() -> None:
    forged = scope(("x_forwarded_for", "192.0.2.66"), ("x-forwarded-for", "192.0.2.1"))

    assert gateway.environ_of(forged)["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"


@pytest.mark.parametrize(("at_once", "version", "ended"), [(2, "1.1", 0), (3, "1.1", 1), (5, "1.1", 3), (5, "2", 0)])
def test_worker_with_several_requests_at_once_lets_their_connections_go(at_once, version, ended):
    together = Barrier(at_once)

    def slow(environ: dict[str, Any], start: Any) -> list[bytes]:
        together.wait(timeout=10)
        return echo(environ, start)

    async def ask(server: Gateway, protocols: list[Protocol]) -> None:
        asked = scope(method="GET", http_version=version)
        await asyncio.gather(*(server.__rsgi__(asked, protocol) for protocol in protocols))

    protocols = [Protocol() for _ in range(at_once)]
    awaited(ask(Gateway(slow, 100, at_once), protocols))

    assert [("connection", "close") in protocol.answer[1] for protocol in protocols].count(True) == ended
