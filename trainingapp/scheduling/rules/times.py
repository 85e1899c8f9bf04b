"""Days and times in the sentences of rules, written in the language of whoever reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from trainingapp.core import formats


@dataclass(frozen=True)
class Day:
    """A date."""

    value: date

    def __str__(self) -> str:
        return formats.day(self.value)


@dataclass(frozen=True)
class Span:
    """From when to when, on the clock of a zone that is named."""

    starts_at: datetime
    ends_at: datetime
    zone: str

    def __str__(self) -> str:
        return formats.span(self.starts_at, self.ends_at, self.zone)


@dataclass(frozen=True)
class Moment:
    """A moment on the clock of a zone that is named."""

    at: datetime
    zone: str

    def __str__(self) -> str:
        return formats.moment(self.at, self.zone)
