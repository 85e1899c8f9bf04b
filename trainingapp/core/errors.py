"""Refusals: what a rule, a service or a constraint says no with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from trainingapp.core.i18n import StrOrLazy


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
