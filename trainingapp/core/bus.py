"""Events: a feature says what happened, those above it react inside the same transaction.

Handlers only write rows. Nothing leaves the process here. Who writes letters comes last: a letter says how things stand
when everybody has reacted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar

from trainingapp.core.db import in_transaction

Handler = TypeVar("Handler", bound=Callable[..., None])

_handlers: dict[type, list[Callable[..., None]]] = defaultdict(list)
_tellers: dict[type, list[Callable[..., None]]] = defaultdict(list)
_observers: list[Callable[..., None]] = []


def on(*kinds: type) -> Callable[[Handler], Handler]:
    """Call the function for each event of these kinds."""
    return registering(_handlers, kinds)


def afterwards(*kinds: type) -> Callable[[Handler], Handler]:
    """Call the function for each event of these kinds, when all that is ``on`` them has been done."""
    return registering(_tellers, kinds)


def registering(where: dict[type, list[Callable[..., None]]], kinds: Iterable[type]) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        for kind in kinds:
            where[kind].append(handler)
        return handler

    return register


def on_any(handler: Handler) -> Handler:
    """Call the function for every event, before the handlers of its kind."""
    _observers.append(handler)
    return handler


def publish(event: object) -> None:
    """Tell everyone who listens. Raises RuntimeError outside a transaction: then nothing has happened yet."""
    if not in_transaction():
        raise RuntimeError("an event outside a transaction has not happened")
    for handler in (*_observers, *_handlers[type(event)], *_tellers[type(event)]):
        handler(event)
