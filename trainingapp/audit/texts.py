"""Entries as people read them: the sentence, what changed, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import has_request_context, url_for
from markupsafe import Markup

from trainingapp.audit.queries import Logged, Names, names_in, rows
from trainingapp.audit.rules import has_log
from trainingapp.core.db import Row, db
from trainingapp.core.events import EVENTS, Event
from trainingapp.core.formats import day, moment, reader_zone
from trainingapp.core.i18n import _
from trainingapp.core.logged import CHOICES, FIELDS, FORMATS, KINDS, Kind, kind_named_by
from trainingapp.core.permissions import P, can
from trainingapp.core.reasons import marked, told
from trainingapp.scheduling.models import CourseSession

LONGEST = 160
NOTHING = "–"
TYPED = {"reason", "remark"}


@dataclass(frozen=True)
class Change:
    """A value before and after; a fact of the event when ``old`` is None."""

    field: str
    old: str | None
    new: str


@dataclass(frozen=True)
class Line:
    """An entry, ready to be shown."""

    at: datetime
    who: str
    address: str | None
    sentence: Markup
    changes: tuple[Change, ...]

    @property
    def details(self) -> str:
        """What changed and why, in one line of text."""
        return "; ".join(
            f"{change.field}: {change.new if change.old is None else f'{change.old} → {change.new}'}"
            for change in self.changes
        )


def lines(entries: Iterable[Row], zone: str, within: CourseSession | None = None) -> list[Line]:
    """The entries as lines, with moments on the clock of the zone. On its own page a session is called by its code."""
    found = list(entries)
    names = names_in(found)
    if within is not None:
        names = {**names, ("course_session", within.id): within.code}
    return [line(entry, names, zone) for entry in found]


def latest_entries(limit: int) -> list[tuple[datetime, str, Markup, str]]:
    """The latest changes for a list of the log: when, who, what, and the details."""
    found = db.session.execute(rows().limit(limit)).all()
    return [(one.at, one.who, one.sentence, one.details) for one in lines(found, reader_zone() or "UTC")]


def line(entry: Row, names: Names, zone: str) -> Line:
    who = entry.name.full if entry.name else nobody(entry.address)
    told = sentence(entry.event, entry.data, names, zone)
    return Line(entry.at, who, entry.address, told, changes(entry, names, zone))


def nobody(address: str | None) -> str:
    """Who acted without being signed in: from the network somebody, else the system itself."""
    return _("a visitor") if address else _("the system")


def object_name(logged: Logged) -> str:
    """What an object is called above its log."""
    kind, row = logged.kind, logged.row
    if row is None:
        return _("%(kind)s no. %(number)s, no longer there", kind=KINDS[kind].label, number=logged.object_id)
    return KINDS[kind].title(row)


def event_name(name: str) -> str:
    """The kind of event, for a filter: its sentence as far as the colon before the names."""
    if name not in EVENTS:
        return name
    text, names, _rest = str(EVENTS[name].sentence).partition("%")
    return text.rpartition(":")[0] if names else text.strip(".")


def sentence(name: str, data: Mapping[str, Any], names: Names, zone: str) -> Markup:
    """What happened, with the names of the objects; each leads to its log for whoever may see it."""
    if name not in EVENTS:
        return Markup("{}").format(name)
    return Markup(EVENTS[name].sentence) % Words(data, names, zone)


class Words(Mapping[str, object]):
    """What the placeholders of a sentence stand for."""

    def __init__(self, data: Mapping[str, Any], names: Names, zone: str) -> None:
        self.data, self.names, self.zone = data, names, zone

    def __getitem__(self, word: str) -> object:
        field = "course_session_id" if word == "session" else f"{word}_id"
        kind = kind_named_by(field)
        if kind is not None and field in self.data:
            return self.linked(kind, self.data[field], word)
        return shown(word, self.data[word], self.names, self.zone)

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def linked(self, kind: Kind, object_id: int | None, word: str) -> str:
        name = self.names.get((kind.name, object_id or 0)) or self.former_name(word)
        if not has_log(kind.name) or object_id is None or not has_request_context() or not can(P.AUDIT_VIEW):
            return name
        url = url_for("audit.object_log", kind=kind.name, object_id=object_id)
        return Markup('<a href="{}">{}</a>').format(url, name)

    def former_name(self, word: str) -> str:
        """What is no longer there is called by what the entry itself kept of it."""
        starts_at = (self.data.get("old") or self.data.get("new") or {}).get("starts_at")
        if word == "meeting" and starts_at:
            return moment(datetime.fromisoformat(starts_at), self.zone)
        return str(_("(no longer there)"))


def changes(entry: Row, names: Names, zone: str) -> tuple[Change, ...]:
    """The facts that the sentence leaves out, then each value before and after."""
    data = entry.data
    told_below = EVENTS[entry.event].facts if entry.event in EVENTS else Event.facts
    facts = {field: data[field] for field in told_below if data.get(field)}
    old, new = data.get("old") or {}, data.get("new") or {}
    told = [Change(label(field), None, shown(field, value, names, zone)) for field, value in facts.items()]
    both = old.keys() & new.keys()
    for field in new if new else old:
        before = shown(field, old[field], names, zone) if field in both else None
        after = shown(field, new[field] if new else old[field], names, zone)
        if before != after and (before is not None or after != NOTHING):
            told.append(Change(label(field), before, after))
    return tuple(told)


def label(field: str) -> str:
    """The name of a field in the reader's language."""
    return str(FIELDS[field]) if field in FIELDS else field


def shown(field: str, value: object, names: Names, zone: str) -> str:
    """A value as a person reads it."""
    if value is None or value == "" or value == []:
        return NOTHING
    if kind := kind_named_by(field):
        ids = value if isinstance(value, list) else [value]
        return ", ".join(names.get((kind.name, one)) or str(_("(no longer there)")) for one in ids)
    if field in FORMATS:
        with suppress(TypeError, ValueError, AttributeError, LookupError):  # kept otherwise by an older version
            return FORMATS[field](value)
    return plain_value(field, value, zone)


def plain_value(field: str, value: object, zone: str) -> str:
    """A value that no feature has a format for."""
    if isinstance(value, bool):
        return str(_("yes")) if value else str(_("no"))
    if field.endswith("_at"):
        return moment(datetime.fromisoformat(str(value)), zone)
    if field.endswith("_on"):
        return day(date.fromisoformat(str(value)))
    if field in CHOICES:
        return enum_label(field, str(value))
    if field in TYPED:
        return marked("%s", told(str(value)).cut(LONGEST))
    text = str(value)
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "…"


def enum_label(field: str, value: str) -> str:
    for kind in CHOICES[field]:
        if value in {member.value for member in kind}:
            return str(getattr(kind(value), "label", value))
    return value
