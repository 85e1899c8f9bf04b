"""What a letter tells of, as plain JSON: frozen when it happened, and put into the reader's language later.

Names, moments, days, texts in both languages and values to choose from stay what they were; how they are said is made
from them when the letter is put into words. A feature says which facts a letter needs of its models by registering
them: ``@as_fact.register``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import cache, singledispatch
from types import NoneType, SimpleNamespace
from typing import Any

from trainingapp.accounts.models import Centre, Organisation, Person
from trainingapp.core.i18n import Bilingual, LazyText, as_lazy_text
from trainingapp.core.names import NAME_FIELDS, PersonName
from trainingapp.scheduling.models import CourseSession, Meeting

MARK = "$"  # before the one key of a value that JSON does not know

Facts = dict[str, Any]


def packed(kind: str, facts: Mapping[str, Any]) -> Facts:
    """The facts as plain JSON. Raises TypeError, with the kind and the name, for one that cannot be frozen."""
    found: Facts = {}
    for name, value in facts.items():
        try:
            found[name] = as_fact(value)
        except TypeError as error:
            raise TypeError(f"letter {kind}, {name}: {error}") from error
    return found


@singledispatch
def as_fact(value: object) -> object:
    """The value as plain JSON. Raises TypeError for one that cannot be frozen."""
    raise TypeError(f"no letter can keep a {type(value).__name__}")


@as_fact.register(NoneType)
@as_fact.register(str)
@as_fact.register(int)
def plain(value: str | int | None) -> str | int | None:
    return value


@as_fact.register
def moment(value: datetime) -> Facts:
    if value.tzinfo is None:
        raise TypeError("a moment needs its time zone")
    return {"$moment": value.isoformat()}


@as_fact.register
def day(value: date) -> Facts:
    return {"$day": value.isoformat()}


@as_fact.register
def texts(value: Bilingual) -> Facts:
    return {"$texts": [value.en, value.ru]}


@as_fact.register
def name(value: PersonName) -> Facts:
    return {"$name": [getattr(value, field) for field in NAME_FIELDS]}


@as_fact.register
def sentence(value: LazyText) -> Facts:
    text, values = value.parts
    return {"$sentence": [as_fact(text), as_fact(values)]}


@as_fact.register
def choice(value: StrEnum) -> Facts:
    return {"$choice": [name_of(type(value)), value.value]}


@as_fact.register(list)
@as_fact.register(tuple)
def several(values: Sequence[object]) -> list[object]:
    return [as_fact(value) for value in values]


@as_fact.register
def named(values: dict) -> Facts:  # type: ignore[type-arg]  # singledispatch knows classes only
    if marked := [name for name in values if not isinstance(name, str) or name.startswith(MARK)]:
        raise TypeError(f"no fact is called {marked[0]!r}")
    return {name: as_fact(value) for name, value in values.items()}


def attributes(thing: object, *names: str) -> Facts:
    """These attributes of a thing, frozen."""
    return {name: as_fact(getattr(thing, name)) for name in names}


# --- what letters say of those that every feature knows


@as_fact.register
def person(one: Person) -> Facts:
    return attributes(one, "id", "name", "email", "sex", "time_zone")


@as_fact.register
def organisation(one: Organisation) -> Facts:
    return attributes(one, "name")


@as_fact.register
def centre(one: Centre) -> Facts:
    return attributes(one, "name", "city")


@as_fact.register
def course_session(one: CourseSession) -> Facts:
    said = attributes(
        one, "id", "course_id", "status", "centre", "time_zone", "starts_on", "ends_on", "is_hybrid", "joining_url"
    )
    return {**said, "course": attributes(one.course, "title")}


@as_fact.register
def meeting(one: Meeting) -> Facts:
    return {
        **attributes(one, "starts_at", "ends_at", "mode", "title"),
        "room": attributes(one.room, "name") if one.room else None,
    }


# --- and back


def unpacked(value: object) -> object:
    """What ``packed`` made, as templates speak of it: what was named has attributes."""
    if isinstance(value, list):
        return [unpacked(one) for one in value]
    if not isinstance(value, dict):
        return value
    for mark, content in value.items():
        if mark.startswith(MARK):
            return UNPACKING[mark](content)
    return SimpleNamespace(**{name: unpacked(one) for name, one in value.items()})


@cache
def choices() -> dict[str, type[StrEnum]]:
    """The enumerations there are."""
    return {name_of(kind): kind for kind in StrEnum.__subclasses__()}


def name_of(kind: type[StrEnum]) -> str:
    """By which an enumeration is found again, wherever it stands in its feature."""
    return ".".join([*kind.__module__.split(".")[:2], kind.__name__])


UNPACKING: dict[str, Callable[[Any], object]] = {
    "$moment": datetime.fromisoformat,
    "$day": date.fromisoformat,
    "$texts": lambda content: Bilingual(*content),
    "$sentence": lambda content: as_lazy_text(content[0], vars(unpacked(content[1]))),
    "$name": lambda content: PersonName(*content),
    "$choice": lambda content: choices()[content[0]](content[1]),
}
