"""What the self-check says: findings of the features' checks, and what must never be false of the rows.

A feature declares ``CHECKS`` in its own ``checks.py`` and ``INVARIANTS`` in ``invariants.py``; the self-check asks all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from trainingapp.core.db import Select, db

AT_MOST = 10  # names of what breaks an invariant; of the rest the number is said


class Level(StrEnum):
    """How bad it is. Only errors make the command fail."""

    OK = "ok"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """What was found under that name, and what to do about it."""

    name: str
    level: Level
    text: str
    hint: str = ""


@dataclass(frozen=True)
class Check:
    """Something to look at, in its ``order``; before the tables are known to be there only what does not need them."""

    order: int
    examine: Callable[[], Finding]
    needs_tables: bool = True


@dataclass(frozen=True, kw_only=True)
class Invariant:
    """One fact about rows. ``breaches(now)`` selects one text for each thing that breaks it: "CSC-1: place 12".

    ``holds`` is the sentence when nothing does, ``broken`` begins the one that goes on with those texts, ``hint`` says
    what to do then. ``is_late`` where automatic work was not done: the clock repairs that as soon as it runs.
    """

    name: str
    holds: str
    broken: str
    hint: str
    breaches: Callable[[datetime], Select]
    is_late: bool = False


@dataclass(frozen=True)
class Breaches:
    """The first of what breaks an invariant, and how many there are."""

    names: Sequence[str]
    count: int

    def __str__(self) -> str:
        more = f" and {self.count - len(self.names)} more" if self.count > len(self.names) else ""
        return ", ".join(self.names) + more


def breaches_of(invariant: Invariant, now: datetime) -> Breaches:
    """What breaks the invariant now."""
    found = invariant.breaches(now)
    names = [str(name) for name in db.session.scalars(found.limit(AT_MOST))]
    if len(names) < AT_MOST:
        return Breaches(names, len(names))
    return Breaches(names, db.session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0)


def text(column: sa.SQLColumnExpression[object]) -> sa.ColumnElement[str]:
    """The value as text, to be put together with others by ``+``."""
    return sa.cast(column, sa.String)


def shortened(names: Sequence[str]) -> str:
    """The first of the names, and how many more there are."""
    more = f" and {len(names) - AT_MOST} more" if len(names) > AT_MOST else ""
    return ", ".join(names[:AT_MOST]) + more
