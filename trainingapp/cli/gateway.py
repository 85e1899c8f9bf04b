"""Between granian and our pages: a request takes a thread only when all of it is there.

granian's own way to WSGI lets the thread that answers read the body, for as long as the sender likes: eight slow ones
stopped every thread there was. Here the event loop receives it first, at a pace; nobody waits for it but its sender.

A connection stays with the worker that accepted it, and chance gave all of them to one while the other slept. So a
worker with several requests at once ends the connections that it answers: the next request comes by a new one, which
the other worker is as likely to accept.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Protocol
from urllib.parse import unquote_to_bytes

from granian.rsgi import Scope
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge, RequestTimeout

GRACE = 10.0  # seconds that every body may take
PACE = 4096  # bytes a second that a large one must bring besides
IN_MEMORY = 64 * 1024
FEW = 2  # requests at once that a worker answers without letting go of their connections

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Answer = tuple[int, list[tuple[str, str]], bytes]


class Exchange(Protocol):
    """What granian gives for a request: the pieces of its body, and the way for the answer."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...


class Gateway:
    """Our WSGI application as what granian calls. ``limit`` is the largest body in bytes."""

    def __init__(self, application: Application, limit: int, threads: int) -> None:
        self.application, self.limit = application, limit
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="answering")
        self.underway = 0

    async def __rsgi__(self, scope: Scope, protocol: Exchange) -> None:
        environ = environ_of(scope)
        with SpooledTemporaryFile[bytes](max_size=IN_MEMORY) as body:
            environ["wsgi.input"] = await self.received(environ, protocol, body)
            status, headers, content = await self.answer(environ)
        protocol.response_bytes(status, headers, content)

    async def answer(self, environ: Environ) -> Answer:
        """What a thread makes of the request; it ends the connection when it is one of many."""
        loop = asyncio.get_running_loop()
        self.underway += 1
        try:
            status, headers, content = await loop.run_in_executor(self.threads, answered, self.application, environ)
            closing = [("connection", "close")] if self.underway > FEW and is_http_1(environ) else []
            return status, headers + closing, content
        finally:
            self.underway -= 1

    async def received(self, environ: Environ, protocol: Exchange, body: IO[bytes]) -> IO[bytes] | NotReceived:
        """The body from its beginning; where it did not come, reading it raises what is to be said of it."""
        if not has_body(environ):
            return body
        try:
            if announced(environ) > self.limit:
                raise RequestEntityTooLarge
            size = await receive(protocol, body, self.limit)
        except HTTPException as error:
            return NotReceived(error)
        environ["CONTENT_LENGTH"] = str(size)
        body.seek(0)
        return body


class NotReceived:
    """In place of a body that did not come."""

    def __init__(self, error: HTTPException) -> None:
        self.error = error

    def read(self, _size: int = -1) -> bytes:
        raise self.error

    readline = read


async def receive(protocol: Exchange, body: IO[bytes], limit: int) -> int:
    """Write the body into the file; its size. Raises the HTTPException that says why it did not come."""
    began, size, pieces = time.monotonic(), 0, protocol.__aiter__()
    while True:
        coming = asyncio.ensure_future(next_of(pieces))  # not to be cancelled: it ends with the connection
        done, _ = await asyncio.wait({coming}, timeout=max(began + GRACE + size / PACE - time.monotonic(), 0))
        if not done:
            raise RequestTimeout
        if not (piece := coming.result()):
            return size
        size += len(piece)
        if size > limit:
            raise RequestEntityTooLarge
        body.write(piece)


async def next_of(pieces: AsyncIterator[bytes]) -> bytes:
    """The next piece of a body; b"" after the last one. Raises BadRequest when the connection is gone."""
    try:
        return bytes(await anext(pieces))
    except StopAsyncIteration:
        return b""
    except RuntimeError:
        raise BadRequest from None


def has_body(environ: Environ) -> bool:
    return environ.get("CONTENT_LENGTH", "0") != "0" or "HTTP_TRANSFER_ENCODING" in environ


def is_http_1(environ: Environ) -> bool:
    """Whether its connection can be ended by a header."""
    return str(environ["SERVER_PROTOCOL"]).startswith("HTTP/1")


def announced(environ: Environ) -> int:
    """How many bytes the sender says there are; 0 where that is not said."""
    length = environ.get("CONTENT_LENGTH", "")
    return int(length) if length.isdecimal() else 0


def environ_of(scope: Scope) -> Environ:
    """The request as PEP 3333 has it."""
    name, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope.path).decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": name.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    for key, value in scope.headers.items():
        if "_" in key:  # it would be taken for the one with hyphens, which a proxy vouches for
            continue
        plain = key.upper().replace("-", "_")
        name = plain if plain in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{plain}"
        joined = "; " if name == "HTTP_COOKIE" else ","
        environ[name] = joined.join([environ[name], value]) if name in environ and name != "HTTP_HOST" else value
    return environ


def answered(application: Application, environ: Environ) -> Answer:
    """What the application answers, whole."""
    said: list[tuple[str, list[tuple[str, str]]]] = []
    parts = application(environ, lambda status, headers, *_error: said.append((status, headers)))
    try:
        content = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    status, headers = said[-1]
    return int(status.split()[0]), headers, content
