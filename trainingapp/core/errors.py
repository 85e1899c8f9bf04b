"""Refusals: what a rule, a service or a constraint says no with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from trainingapp.core.i18n import LazyText, StrOrLazy, _ln

SHOWN = 8


@dataclass(frozen=True)
class Problem:
    """One thing that stands in the way: a sentence, translated where it is shown, and the form field it belongs to."""

    sentence: StrOrLazy
    field: str | None = None

    def __str__(self) -> str:
        return str(self.sentence)


class DomainError(Exception):
    """Something that must not happen, in a sentence for the person who asked for it.

    ``message`` may be lazy: it is translated where it is shown. ``field`` names the form field it belongs to.
    """

    def __init__(self, message: StrOrLazy, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)

    @property
    def problems(self) -> Sequence[Problem]:
        """Everything that is wrong; here one thing."""
        return [Problem(self.message, self.field)]


class Refusal(DomainError):
    """A refusal with all its problems, so that a form can show each where it belongs."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        fields = {problem.field for problem in problems}
        super().__init__(LazyText(in_words, problems), fields.pop() if len(fields) == 1 else None)
        self._problems = problems

    @property
    def problems(self) -> Sequence[Problem]:
        return self._problems


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


class TooManyAttempts(DomainError):
    """Asked too often; the sentence says when to come back."""


class NotInTime(DomainError):
    """It was given up because it took too long; nothing was changed."""


@dataclass(frozen=True)
class Constraint:
    """A constraint that can lose a race: PostgreSQL reports its name, SQLite the columns of a unique one."""

    name: str
    columns: str
    message: StrOrLazy
    field: str | None = None

    def matches(self, error: IntegrityError) -> bool:
        diagnosis = getattr(error.orig, "diag", None)
        if diagnosis is not None:
            return bool(diagnosis.constraint_name == self.name)
        text = str(error.orig)
        return self.name in text or (bool(self.columns) and text.endswith(": " + self.columns))


@contextmanager
def refusing(*constraints: Constraint) -> Iterator[None]:
    """Turn a lost race into the same refusal that the rule would have given."""
    try:
        yield
    except IntegrityError as error:
        for constraint in constraints:
            if constraint.matches(error):
                raise DomainError(constraint.message, constraint.field) from error
        raise
