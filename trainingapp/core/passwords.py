"""Passwords as they are kept: argon2id, with the parameters of the settings or the library's own."""

from __future__ import annotations

from functools import cache

import argon2
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app


@cache
def _hasher(time_cost: int, memory_cost: int, parallelism: int) -> argon2.PasswordHasher:
    return argon2.PasswordHasher(time_cost=time_cost, memory_cost=memory_cost, parallelism=parallelism)


def hasher() -> argon2.PasswordHasher:
    """The hasher with this application's parameters."""
    settings = current_app.config
    return _hasher(
        settings.get("ARGON2_TIME_COST", argon2.DEFAULT_TIME_COST),
        settings.get("ARGON2_MEMORY_COST", argon2.DEFAULT_MEMORY_COST),
        settings.get("ARGON2_PARALLELISM", argon2.DEFAULT_PARALLELISM),
    )


@cache
def _nobodys_hash(used: argon2.PasswordHasher) -> str:
    return used.hash("nobody has this password")


def hash_password(password: str) -> str:
    """The hash to keep. Takes a moment on purpose: call it outside a transaction."""
    return hasher().hash(password)


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether this is the password. Takes as long where there is none to compare with."""
    used = hasher()
    try:
        used.verify(password_hash or _nobodys_hash(used), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return hasher().check_needs_rehash(password_hash)
