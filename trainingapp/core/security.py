"""Response headers: a strict content security policy with nonces, and nothing that leaks."""

from __future__ import annotations

import secrets

from flask import Flask, abort, current_app, g, request
from werkzeug.wrappers import Response

ONE_YEAR = 365 * 24 * 3600


def csp_nonce() -> str:
    """This response's nonce, for the few scripts that stand in a page."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def limit_text() -> None:
    """A form without files is read into memory at once: Werkzeug limits the size of its fields in multipart only."""
    is_multipart = request.mimetype == "multipart/form-data"
    if not is_multipart and (request.content_length or 0) > current_app.config["MAX_FORM_MEMORY_SIZE"]:
        abort(413)


def stay_encrypted(app: Flask) -> dict[str, str]:
    """The header that tells browsers to come with https only from now on, where the office is found so."""
    is_encrypted = app.config["PUBLIC_URL"].startswith("https://")
    return {"Strict-Transport-Security": f"max-age={ONE_YEAR}"} if is_encrypted else {}


def add_headers(response: Response) -> Response:
    nonce = g.get("csp_nonce")
    scripts = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    response.headers.update(stay_encrypted(current_app))
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.vary.update(("Accept-Language", "Cookie"))
    return response


def setup_security(app: Flask) -> None:
    app.before_request(limit_text)
    app.after_request(add_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
