"""Pages leave compressed, and without what a listener could learn from their lengths (the attack named BREACH).

How well a page is compressed tells whether a text that somebody else put into it, in an address, equals one that is
secret. So the token of its forms is another one in each response, and a random number of bytes hides the length.
"""

from __future__ import annotations

import base64
import gzip
import io
import secrets

from flask import Flask, Response, g, request
from flask_wtf import CSRFProtect

SMALLEST = 500  # bytes: less is not worth it
MOST_NOISE = 100
LEVEL = 5
COMPRESSED = {"text/html", "text/calendar", "text/csv", "text/plain", "application/json"}


class MaskedTokens(CSRFProtect):
    """Flask-WTF's protection, which takes the tokens of compressed pages, too."""

    def _get_csrf_token(self) -> str | None:
        token: str | None = super()._get_csrf_token()
        return unmasked(token) if token else token


def setup_compression(app: Flask) -> None:
    MaskedTokens(app)
    app.after_request(compress)


def compress(response: Response) -> Response:
    """The response as the browser takes it; what is short, not text, or sent in pieces stays as it is."""
    if response.mimetype not in COMPRESSED or response.is_streamed or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    content = response.get_data()
    if len(content) >= SMALLEST and request.accept_encodings["gzip"] and "Content-Encoding" not in response.headers:
        response.set_data(compressed(with_masked_token(content)))
        response.headers["Content-Encoding"] = "gzip"
    return response


def compressed(content: bytes) -> bytes:
    """gzip's form of it, with a file's name of random length, which browsers skip."""
    buffer, noise = io.BytesIO(), "x" * secrets.randbelow(MOST_NOISE)
    with gzip.GzipFile(noise, "wb", LEVEL, buffer, mtime=0) as file:
        file.write(content)
    return buffer.getvalue()


def with_masked_token(content: bytes) -> bytes:
    """The page with the token of its forms, where it has any, in the form that only this response has."""
    token = g.get("csrf_token")  # where Flask-WTF keeps it once it was asked for
    return content.replace(token.encode(), masked(token).encode()) if token else content


def masked(token: str) -> str:
    """The token in characters that are others each time."""
    plain = token.encode()
    mask = secrets.token_bytes(len(plain))
    return base64.urlsafe_b64encode(mask + xor(plain, mask)).decode()


def unmasked(text: str) -> str:
    """The token that was masked; any other text as it is. An unmasked one has dots, which a masked one never has."""
    try:
        both = base64.b64decode(text, b"-_", validate=True)
        return xor(both[: len(both) // 2], both[len(both) // 2 :]).decode()
    except ValueError:
        return text


def xor(text: bytes, mask: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(text, mask, strict=True))
