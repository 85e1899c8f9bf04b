"""How the log speaks of things: each feature declares its kinds of objects and the fields of its events.

A feature's ``log.py`` may have ``KINDS``; ``FIELDS``, the names of fields; ``CHOICES``, the enum whose label stands for
a value; and ``FORMATS``, how other values are written. Moments (``…_at``) and days (``…_on``) need none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import ModuleType
from typing import Any

from flask import Flask

from trainingapp.core.cities import zone_city
from trainingapp.core.db import Base, Row, Select
from trainingapp.core.i18n import LazyText, _l, language_name
from trainingapp.core.permissions import P


@dataclass(frozen=True, kw_only=True)
class OwnPage:
    """An object's own page: its endpoint, the name of the id in it, and who may open it (None: everyone)."""

    endpoint: str
    argument: str
    needs: P | None = None


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Objects of one kind, which an event names by ``NAME_id``.

    ``rows`` selects their ``id``, a column of ``model``, and what ``called`` makes the name from. Those with a
    ``label`` have a log of their own, above which stands their ``title``; coordinators keep it where it
    ``is_training``. ``fields`` are other fields of events that name one or several of them.
    """

    name: str
    model: type[Base]
    rows: Select
    called: Callable[[Row], str] = lambda row: str(row.name)
    label: LazyText | None = None
    title: Callable[[Any], str] = lambda row: str(row.name)
    page: OwnPage | None = None
    is_training: bool = False
    fields: tuple[str, ...] = ()


KINDS: dict[str, Kind] = {}
CHOICES: dict[str, tuple[type[StrEnum], ...]] = {}
FIELDS: dict[str, LazyText] = {
    "code": _l("Code"),
    "ends_at": _l("End"),
    "kind": _l("Kind"),
    "language": _l("Language"),
    "mode": _l("Way of taking part"),
    "name_en": _l("Name (English)"),
    "name_ru": _l("Name (Russian)"),
    "note_en": _l("Note (English)"),
    "note_ru": _l("Note (Russian)"),
    "reason": _l("Reason"),
    "remark": _l("Remark"),
    "starts_at": _l("Beginning"),
    "time_zone": _l("Time zone"),
    "title_en": _l("Title (English)"),
    "title_ru": _l("Title (Russian)"),
}
FORMATS: dict[str, Callable[[Any], str]] = {"language": language_name, "time_zone": zone_city}


def gather_logged(_app: Flask, module: ModuleType) -> None:
    """Take in what a feature's module declares. Doing it again changes nothing."""
    KINDS.update({kind.name: kind for kind in getattr(module, "KINDS", ())})
    FIELDS.update(getattr(module, "FIELDS", {}))
    FORMATS.update(getattr(module, "FORMATS", {}))
    choices: Mapping[str, type[StrEnum]] = getattr(module, "CHOICES", {})
    for field, kind in choices.items():
        CHOICES[field] = tuple(dict.fromkeys((*CHOICES.get(field, ()), kind)))


def kind_named_by(field: str) -> Kind | None:
    """The kind of object that a field of an event names by its id, or by several ids."""
    own = KINDS.get(field.removesuffix("_id")) if field.endswith("_id") else None
    return own or next((kind for kind in KINDS.values() if field in kind.fields), None)
