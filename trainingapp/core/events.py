"""What all events share: ids and plain values, a sentence for the log, and on whose pages an event is shown.

A feature publishes those of its own ``events.py``. Every one that can happen has a ``sentence``: what happened, a colon
and to whom or what, with names of its fields as placeholders ("%(person)s" for ``person_id``).

A field ``KIND_id``, of the kinds that ``core.logged`` knows, names an object in whose own log the event is shown.
``old`` and ``new`` hold values of fields that changed, ready to be kept as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from trainingapp.core.i18n import LazyText

Values = Mapping[str, object]


def changes(old: Values, new: Values) -> tuple[dict[str, object], dict[str, object]]:
    """The values that differ, before and after."""
    differing = [name for name in new if old.get(name) != new[name]]
    return {name: old.get(name) for name in differing}, {name: new[name] for name in differing}


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that has happened."""

    sentence: ClassVar[LazyText]
    facts: ClassVar[tuple[str, ...]] = ("reason",)  # fields that the log tells below it, where they say something

    def __init_subclass__(cls, **rest: Any) -> None:
        super().__init_subclass__(**rest)
        if "sentence" in vars(cls):
            EVENTS[cls.__name__] = cls


EVENTS: dict[str, type[Event]] = {}  # by the name under which the log keeps them
