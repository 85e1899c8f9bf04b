"""Who is acting, and from where: for histories and the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """The person behind a change (None: the system itself), the network address it came from, and the sign-in used."""

    person_id: int | None = None
    address: str | None = None
    sign_in_id: int | None = None


NOBODY = Actor()
_actor: ContextVar[Actor] = ContextVar("actor")


def acting() -> Actor:
    """Who is acting now; the system itself where nobody is."""
    return _actor.get(NOBODY)


@contextmanager
def acting_as(person_id: int | None, address: str | None = None) -> Iterator[None]:
    """Act as that person inside the block."""
    token = _actor.set(Actor(person_id, address))
    try:
        yield
    finally:
        _actor.reset(token)


def become(actor: Actor) -> Token[Actor]:
    """Act as the actor until :func:`leave`: for a web request, which begins and ends in two places."""
    return _actor.set(actor)


def leave(token: Token[Actor]) -> None:
    _actor.reset(token)
