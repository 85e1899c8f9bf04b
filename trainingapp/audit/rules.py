"""What is written down of an event, and on whose pages it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from trainingapp.core.events import Event, plain
from trainingapp.core.logged import KINDS


def data_of(event: Event) -> dict[str, object]:
    """All fields of the event, ready to be kept as JSON."""
    return {field.name: plain(getattr(event, field.name)) for field in fields(event)}


def has_log(kind: str | None) -> bool:
    """Whether there are objects of this kind with a log of their own."""
    return kind in KINDS and KINDS[kind].label is not None


def subjects_of(data: Mapping[str, object]) -> list[tuple[str, int]]:
    """The objects that the event is about: kind and id, each once."""
    kinds = [kind for kind in KINDS.values() if kind.label is not None]
    named = [(kind.name, data.get(f"{kind.name}_id")) for kind in kinds]
    also = [(kind.name, data.get(field)) for kind in kinds for field in kind.fields]
    return [(kind, object_id) for kind, object_id in (*named, *also) if isinstance(object_id, int)]
