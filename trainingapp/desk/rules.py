"""What the catalogue is asked for, and how a reader stands towards what a course requires."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, StrEnum
from typing import Any, TypeVar

from trainingapp.catalogue.models import AccessClass, CourseKind
from trainingapp.core.i18n import DELIVERY_LANGUAGES
from trainingapp.core.text import search_key

LONGEST_SEARCH = 200
MOST_WORDS = 10

Member = TypeVar("Member", bound=Enum)


class Shown(StrEnum):
    """Which courses a coordinator looks at; everyone else sees the published ones."""

    PUBLISHED = "published"
    DRAFT = "draft"
    RETIRED = "retired"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a reader looks for in the catalogue. Nothing means everything."""

    q: str = ""
    kind: CourseKind | None = None
    language: str | None = None
    topic: str | None = None
    centre: str | None = None
    month: date | None = None
    free: bool = False
    status: Shown | None = None

    @property
    def words(self) -> list[str]:
        """The words that must all be found."""
        return search_key(self.q).split()[:MOST_WORDS]

    @property
    def ask_for_dates(self) -> bool:
        """Only courses with a session like this are wanted."""
        return self.month is not None or self.free

    @property
    def narrow_dates(self) -> bool:
        """Not every session counts as the next one."""
        return self.ask_for_dates or self.centre is not None or self.language is not None

    def query(self) -> dict[str, str]:
        """The filters as they stand in an address."""
        values = {
            "q": self.q,
            "kind": self.kind and self.kind.value,
            "language": self.language,
            "topic": self.topic,
            "centre": self.centre,
            "month": self.month and f"{self.month:%Y-%m}",
            "free": "1" if self.free else None,
            "status": self.status and self.status.value,
        }
        return {name: value for name, value in values.items() if value}

    def without(self, name: str) -> Filters:
        """The same filters, one of them taken away."""
        return replace(self, **{name: getattr(Filters(), name)})


def read_filters(
    asked: Mapping[str, str], topics: Collection[str], centres: Collection[str], *, sees_all: bool
) -> tuple[Filters, list[str]]:
    """The filters of an address, and the names of those that cannot be understood."""
    readers: dict[str, Any] = {
        "q": lambda text: " ".join(text.split())[:LONGEST_SEARCH],
        "kind": lambda text: member(CourseKind, text),
        "language": lambda text: text if text in DELIVERY_LANGUAGES else None,
        "topic": lambda text: text if text in topics else None,
        "centre": lambda text: text if text in centres else None,
        "month": read_month,
        "free": lambda text: text == "1" or None,
        "status": lambda text: member(Shown, text) if sees_all else None,
    }
    given = {name: asked[name].strip() for name in readers if asked.get(name, "").strip()}
    read = {name: readers[name](text) for name, text in given.items()}
    known = {name: value for name, value in read.items() if value is not None}
    return Filters(**known), [name for name, value in read.items() if value is None]


def member(kind: type[Member], text: str) -> Member | None:
    try:
        return kind(text)
    except ValueError:
        return None


def read_month(text: str) -> date | None:
    """The first day of a month written as 2026-06, None for anything else."""
    year, _, month = text.partition("-")
    if not (len(year) == 4 and len(month) == 2 and text.isascii() and (year + month).isdecimal()):
        return None
    try:
        return date(int(year), int(month), 1)
    except ValueError:
        return None


def next_month(month: date) -> date:
    """The first day of the month after; the last month of the calendar stays."""
    if (month.year, month.month) == (date.max.year, 12):
        return date.max
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_from(first: date, count: int) -> list[date]:
    """So many months, beginning with that of the day."""
    months = [first.replace(day=1)]
    while len(months) < count:
        months.append(next_month(months[-1]))
    return months


class Standing(StrEnum):
    """How somebody stands towards a course: has done it, had done it, or has not."""

    MET = "met"
    EXPIRED = "expired"
    NOT_YET = "not_yet"

    @property
    def is_met(self) -> bool:
        return self is Standing.MET

    @property
    def is_expired(self) -> bool:
        return self is Standing.EXPIRED


@dataclass(frozen=True)
class Judgement:
    """The standing, and the last day on which it counts or counted (None: without end)."""

    standing: Standing
    until: date | None = None

    @property
    def is_met(self) -> bool:
        return self.standing is Standing.MET


def judge(valid_until: Sequence[date | None], on: date) -> Judgement:
    """From the last days of somebody's completions of a course: does one of them count on that day?"""
    if None in valid_until:
        return Judgement(Standing.MET)
    if not (ends := [end for end in valid_until if end is not None]):
        return Judgement(Standing.NOT_YET)
    latest = max(ends)
    return Judgement(Standing.MET if latest >= on else Standing.EXPIRED, latest)


class Offer(StrEnum):
    """What a reader can do about a session."""

    TAKE = "take"
    ASK = "ask"
    WAIT = "wait"
    INVITED_ONLY = "invited_only"
    NOMINATION = "nomination"
    REQUIRES = "requires"
    CLOSED = "closed"

    @property
    def is_request(self) -> bool:
        return self is Offer.ASK

    @property
    def is_waiting_list(self) -> bool:
        return self is Offer.WAIT

    @property
    def is_by_invitation(self) -> bool:
        return self is Offer.INVITED_ONLY

    @property
    def lacks_something(self) -> bool:
        """Something required is missing."""
        return self is Offer.REQUIRES

    @property
    def can_be_taken(self) -> bool:
        """The reader can do something: take, ask or wait."""
        return self in {Offer.TAKE, Offer.ASK, Offer.WAIT}


def decide_offer(
    access: AccessClass, *, is_open: bool, is_full: bool, is_ready: bool = True, by_nomination: bool = False
) -> Offer:
    """What a session offers somebody without a place on it, who is ready when nothing required is lacking."""
    if not is_open:
        return Offer.CLOSED
    if by_nomination:
        return Offer.NOMINATION
    if access is AccessClass.INVITATION:
        return Offer.INVITED_ONLY
    if not is_ready:
        return Offer.REQUIRES
    if access is not AccessClass.OPEN:
        return Offer.ASK
    return Offer.WAIT if is_full else Offer.TAKE
