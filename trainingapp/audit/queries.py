"""Reads: entries by object, person, event and day, and the names of what they speak of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from trainingapp.accounts.models import Person
from trainingapp.audit.models import AuditEntry, AuditSubject
from trainingapp.audit.rules import has_log
from trainingapp.core.clock import day_start
from trainingapp.core.db import Base, Row, Select, db
from trainingapp.core.logged import KINDS, kind_named_by
from trainingapp.core.text import like_pattern, search_key

Names = dict[tuple[str, object], str]  # of objects, by kind and id


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which entries are wanted. ``person`` is part of the name of who acted or of whom it is about."""

    event: str | None = None
    person: str = ""
    first_day: date | None = None
    last_day: date | None = None
    kind: str | None = None
    object_id: int | None = None


@dataclass(frozen=True)
class Logged:
    """An object and its log; ``row`` is None when the object is no longer there, but its log is."""

    kind: str
    object_id: int
    row: Base | None

    @property
    def centre_id(self) -> int | None:
        """Which centre it belongs to: asked by the permission table."""
        return getattr(self.row, "centre_id", None)

    @property
    def is_training_matter(self) -> bool:
        """Whether coordinators keep it: asked by the permission table."""
        return KINDS[self.kind].is_training


def find_logged(kind: str, object_id: int) -> Logged | None:
    """The object of that kind; None when there never was one."""
    if not has_log(kind):
        return None
    row = db.session.get(KINDS[kind].model, object_id)
    is_told_of = sa.exists().where(AuditSubject.kind == kind, AuditSubject.object_id == object_id).select()
    return Logged(kind, object_id, row) if row is not None or db.session.scalar(is_told_of) else None


def entries(filters: Filters, zone: str) -> Select:
    """The entries, the newest first. Days begin and end on the clock of the zone."""
    statement = rows()
    if filters.event:
        statement = statement.where(AuditEntry.event == filters.event)
    if filters.person:
        statement = statement.where(concerns(filters.person))
    if filters.first_day:
        statement = statement.where(AuditEntry.at >= day_start(filters.first_day, zone))
    if filters.last_day:
        statement = statement.where(AuditEntry.at < day_start(filters.last_day + timedelta(days=1), zone))
    if filters.kind:
        number = filters.object_id
        which = sa.true() if number is None else AuditSubject.object_id == number
        statement = statement.where(is_about(filters.kind, which))
    return statement


def entries_about(kind: str, object_id: int) -> Select:
    """The entries about one object, the newest first."""
    return rows().where(is_about(kind, AuditSubject.object_id == object_id))


def is_about(kind: str, condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    about = sa.select(AuditSubject.entry_id).where(AuditSubject.kind == kind, condition)
    return AuditEntry.id.in_(about)


def concerns(name: str) -> sa.ColumnElement[bool]:
    """Done by, or about, somebody whose name or address has these words."""
    people = sa.select(Person.id)
    for word in search_key(name).split():
        people = people.where(Person.search_key.like(like_pattern(word), escape="\\"))
    return AuditEntry.actor_id.in_(people) | is_about("person", AuditSubject.object_id.in_(people))


def rows() -> Select:
    """id, at, event, data, address, and the name of who acted (nothing where it was the system)."""
    return (
        sa.select(
            AuditEntry.id,
            AuditEntry.at,
            AuditEntry.event,
            AuditEntry.data,
            AuditEntry.address,
            AuditEntry.actor_id,
            Person.name,
        )
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )


def names_in(entries: Iterable[Row]) -> Names:
    """What the objects are called that the entries speak of, in the reader's language: one query for each kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        for values in (entry.data, entry.data.get("old"), entry.data.get("new")):
            collect(values, wanted)
    return {
        (kind.name, row.id): kind.called(row)
        for kind in KINDS.values()
        if (ids := wanted[kind.name])
        for row in db.session.execute(kind.rows.where(kind.model.id.in_(sorted(ids))))
    }


def collect(values: object, wanted: dict[str, set[int]]) -> None:
    if not isinstance(values, Mapping):
        return
    for field, value in values.items():
        if kind := kind_named_by(field):
            ids = value if isinstance(value, list) else [value]
            wanted[kind.name].update(one for one in ids if isinstance(one, int))
