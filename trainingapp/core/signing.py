"""Links that let somebody in: signed, so that none can be made up; the row they name says whether they still hold."""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

LARGEST_ID = 2**31 - 1


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="access link")


def sign_link(link_id: int) -> str:
    """The token that stands in the address of an access link."""
    return str(_serializer().dumps(link_id))


def read_link(token: str) -> int | None:
    """The id of the access link that the token names; None when we did not make the token."""
    try:
        link_id = _serializer().loads(token)
    except BadSignature:
        return None
    return link_id if isinstance(link_id, int) and 0 < link_id <= LARGEST_ID else None


def link_address(link_id: int) -> str:
    """The whole address of an access link, for letters and for the machine's console."""
    return f"{current_app.config['PUBLIC_URL']}/access/{sign_link(link_id)}"
