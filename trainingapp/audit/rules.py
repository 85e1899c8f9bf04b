"""What is written down of an event, and on whose pages it is shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import date, datetime
from enum import Enum
from typing import Any

from trainingapp.core.events import SUBJECTS, Event

ALSO = {"replacement_id": "certificate", "replacement_place_id": "place"}
TRAINING = frozenset({"centre", "course", "course_session", "meeting", "place", "certificate"})


def data_of(event: Event) -> dict[str, Any]:
    """All fields of the event, ready to be kept as JSON."""
    return {field.name: plain(getattr(event, field.name)) for field in fields(event)}


def plain(value: object) -> Any:
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


def is_subject(kind: str | None) -> bool:
    """Whether there are objects of this kind with a log of their own."""
    return kind in SUBJECTS


def subjects_of(data: Mapping[str, Any]) -> list[tuple[str, int]]:
    """The objects that the event is about: kind and id, each once."""
    named = {name.removesuffix("_id"): value for name, value in data.items() if name.endswith("_id")}
    found = [(kind, named[kind]) for kind in SUBJECTS if named.get(kind) is not None]
    return found + [(kind, data[name]) for name, kind in ALSO.items() if data.get(name) is not None]
