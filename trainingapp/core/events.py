"""What all events share: ids and plain values, a sentence for the log, and on whose pages an event is shown.

A feature publishes those of its own ``events.py``. Every one that can happen has a ``sentence``: what happened, a colon
and to whom or what, with names of its fields as placeholders ("%(person)s" for ``person_id``).

A field ``KIND_id``, of the kinds that ``core.logged`` knows, names an object in whose own log the event is shown.
``old`` and ``new`` hold values of fields that changed, as JSON knows them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import ClassVar

from trainingapp.core.i18n import LazyText

Values = Mapping[str, object]


def set_values(row: object, values: Values) -> tuple[dict[str, object], dict[str, object]]:
    """Give a row these values; gives those that differ from what it had, before and after."""
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    return changes(before, values)


def values_of(row: object, names: Iterable[str]) -> dict[str, object]:
    """The values that a row has under these names."""
    return {name: plain(getattr(row, name)) for name in names}


def changes(old: Values, new: Values) -> tuple[dict[str, object], dict[str, object]]:
    """The values that differ, before and after."""
    differing = [name for name in new if old.get(name) != new[name]]
    return {name: plain(old.get(name)) for name in differing}, {name: plain(new[name]) for name in differing}


def plain(value: object) -> object:
    """The value as JSON knows it."""
    match value:
        case Enum():
            return plain(value.value)
        case None | bool() | int() | float() | str():
            return value
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case set() | frozenset():
            return sorted((plain(item) for item in value), key=str)
        case Collection():
            return [plain(item) for item in value]
    return str(value)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that has happened."""

    sentence: ClassVar[LazyText]
    facts: ClassVar[tuple[str, ...]] = ("reason",)  # fields that the log tells below it, where they say something

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "sentence" in vars(cls):
            EVENTS[cls.__name__] = cls


EVENTS: dict[str, type[Event]] = {}  # by the name under which the log keeps them
