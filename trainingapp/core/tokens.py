"""Secrets that let somebody in: 256 random bits each. Only their hashes are kept, so that a copy of the database
opens nothing, and one that is put back repeats none.
"""

from __future__ import annotations

import secrets
from hashlib import sha256

from flask import current_app

BYTES = 32


def new_token() -> str:
    """A secret that nobody has had before, for an address or a cookie."""
    return secrets.token_urlsafe(BYTES)


def token_hash(token: str) -> str:
    """What is kept of a secret: 64 characters."""
    return sha256(token.encode()).hexdigest()


def link_address(token: str) -> str:
    """The whole address of an access link, for letters and for the machine's console."""
    return f"{current_app.config['PUBLIC_URL']}/access/{token}"
