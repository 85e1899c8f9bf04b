"""Refusals that say everything at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from trainingapp.core import formats
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import LazyText, StrOrLazy, _ln

SHOWN = 8


@dataclass(frozen=True)
class Problem:
    """One thing that stands in the way: a sentence, translated where it is shown, and the form field it belongs to."""

    sentence: StrOrLazy
    field: str | None = None

    def __str__(self) -> str:
        return str(self.sentence)


@dataclass(frozen=True)
class Day:
    """A date, written for whoever reads it."""

    value: date

    def __str__(self) -> str:
        return formats.day(self.value)


@dataclass(frozen=True)
class Span:
    """From when to when, on the clock of a zone that is named, written for whoever reads it."""

    starts_at: datetime
    ends_at: datetime
    zone: str

    def __str__(self) -> str:
        return formats.span(self.starts_at, self.ends_at, self.zone)


@dataclass(frozen=True)
class Moment:
    """A moment on the clock of a zone that is named, written for whoever reads it."""

    at: datetime
    zone: str

    def __str__(self) -> str:
        return formats.moment(self.at, self.zone)


class Refusal(DomainError):
    """A refusal with all its problems, so that a form can show each where it belongs."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        fields = {problem.field for problem in problems}
        super().__init__(LazyText(in_words, problems), fields.pop() if len(fields) == 1 else None)
        self.problems = problems


def refuse_if(problems: Iterable[Problem]) -> None:
    """Raise one Refusal with every problem in it, the first ones in words, unless there is none."""
    found = list({str(problem): problem for problem in problems}.values())
    left = len(found) - SHOWN
    more = [Problem(_ln("There is %(num)s more.", "There are %(num)s more.", left))] if left > 0 else []
    if found:
        raise Refusal([*found[:SHOWN], *more])


def in_words(problems: Iterable[Problem]) -> str:
    """Their sentences as one message."""
    return " ".join(str(problem) for problem in problems)
