"""Reads: entries by object, person, event and day, and the names of what they speak of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from trainingapp.accounts.models import NAMES, Centre, Organisation, Person
from trainingapp.audit.models import AuditEntry, AuditSubject
from trainingapp.audit.rules import TRAINING
from trainingapp.catalogue.models import Course, Topic
from trainingapp.certificates.models import Certificate
from trainingapp.core.clock import day_start
from trainingapp.core.db import Base, db
from trainingapp.core.formats import moment
from trainingapp.core.i18n import Bilingual
from trainingapp.core.names import named
from trainingapp.core.text import like_pattern, search_key
from trainingapp.enrolment.models import Place
from trainingapp.scheduling.models import CourseSession, Meeting, Room

Rows = sa.Select[*tuple[Any, ...]]
Names = dict[tuple[str, int], str]


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which entries are wanted. ``person`` is part of the name of who acted or of whom it is about."""

    event: str | None = None
    person: str = ""
    first_day: date | None = None
    last_day: date | None = None
    kind: str | None = None
    object_id: int | None = None


MODELS: dict[str, type[Base]] = {
    "organisation": Organisation,
    "centre": Centre,
    "person": Person,
    "course": Course,
    "course_session": CourseSession,
    "meeting": Meeting,
    "place": Place,
    "certificate": Certificate,
}


@dataclass(frozen=True)
class Logged:
    """An object and its log; ``row`` is None when the object is no longer there, but its log is."""

    kind: str
    object_id: int
    row: Any

    @property
    def centre_id(self) -> int | None:
        """Which centre it belongs to: asked by the permission table."""
        return getattr(self.row, "centre_id", None)

    @property
    def is_training_matter(self) -> bool:
        """Whether coordinators keep it: asked by the permission table."""
        return self.kind in TRAINING


def find_logged(kind: str, object_id: int) -> Logged | None:
    """The object of that kind; None when there never was one."""
    if kind not in MODELS:
        return None
    row = db.session.get(MODELS[kind], object_id)
    has_log = sa.exists().where(AuditSubject.kind == kind, AuditSubject.object_id == object_id).select()
    return Logged(kind, object_id, row) if row is not None or db.session.scalar(has_log) else None


def entries(filters: Filters, zone: str) -> Rows:
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


def entries_about(kind: str, object_id: int) -> Rows:
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


def rows() -> Rows:
    """id, at, event, data, address, and the name of who acted (nothing where it was the system)."""
    return (
        sa.select(
            AuditEntry.id,
            AuditEntry.at,
            AuditEntry.event,
            AuditEntry.data,
            AuditEntry.address,
            AuditEntry.actor_id,
            *NAMES,
        )
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )


REFERENCES = {
    "organisation_id": "organisation",
    "centre_id": "centre",
    "person_id": "person",
    "course_id": "course",
    "course_session_id": "course_session",
    "meeting_id": "meeting",
    "room_id": "room",
    "certificate_id": "certificate",
    "replacement_id": "certificate",
    "replacement_place_id": "place",
    "prerequisite_ids": "course",
    "topic_ids": "topic",
}


def names_in(entries: Iterable[Any]) -> Names:
    """What the objects are called that the entries speak of, in the reader's language: one query for each kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        for values in (entry.data, entry.data.get("old"), entry.data.get("new")):
            collect(values, wanted)
    return {
        (kind, row.id): CALLED[kind](row)
        for kind, ids in wanted.items()
        for row in db.session.execute(NAMED[kind].where(ID_OF[kind].in_(sorted(ids))))
    }


def collect(values: object, wanted: dict[str, set[int]]) -> None:
    if not isinstance(values, Mapping):
        return
    for field, kind in REFERENCES.items():
        value = values.get(field)
        ids = value if isinstance(value, list) else [value]
        wanted[kind].update(one for one in ids if isinstance(one, int))


def bilingual(en: str | None, ru: str | None) -> str:
    return str(Bilingual(en, ru))


ID_OF: dict[str, Any] = {
    "organisation": Organisation.id,
    "centre": Centre.id,
    "person": Person.id,
    "course": Course.id,
    "course_session": CourseSession.id,
    "meeting": Meeting.id,
    "room": Room.id,
    "certificate": Certificate.id,
    "place": Place.id,
    "topic": Topic.id,
}
NAMED: dict[str, Rows] = {
    "organisation": sa.select(Organisation.id, Organisation.name_en, Organisation.name_ru),
    "centre": sa.select(Centre.id, Centre.name_en, Centre.name_ru),
    "person": sa.select(Person.id, *NAMES),
    "course": sa.select(Course.id, Course.code, Course.title_en, Course.title_ru),
    "course_session": sa.select(CourseSession.id, CourseSession.code, Course.title_en, Course.title_ru).join(
        Course, Course.id == CourseSession.course_id
    ),
    "meeting": sa.select(Meeting.id, Meeting.starts_at, CourseSession.time_zone).join(
        CourseSession, CourseSession.id == Meeting.course_session_id
    ),
    "room": sa.select(Room.id, Room.name_en, Room.name_ru),
    "certificate": sa.select(Certificate.id, Certificate.serial),
    "place": sa.select(Place.id, *NAMES).join(Person, Person.id == Place.person_id),
    "topic": sa.select(Topic.id, Topic.name_en, Topic.name_ru),
}
CALLED: dict[str, Callable[[Any], str]] = {
    "organisation": lambda row: bilingual(row.name_en, row.name_ru),
    "centre": lambda row: bilingual(row.name_en, row.name_ru),
    "person": named,
    "course": lambda row: f"{row.code} {bilingual(row.title_en, row.title_ru)}",
    "course_session": lambda row: f"{row.code} {bilingual(row.title_en, row.title_ru)}",
    "meeting": lambda row: moment(row.starts_at, row.time_zone),
    "room": lambda row: bilingual(row.name_en, row.name_ru),
    "certificate": lambda row: row.serial,
    "place": named,
    "topic": lambda row: bilingual(row.name_en, row.name_ru),
}
