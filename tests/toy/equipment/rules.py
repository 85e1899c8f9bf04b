"""What may be lent."""

from __future__ import annotations

from collections.abc import Collection

from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l


def check_loan(thing: str, lent: Collection[str]) -> None:
    """Raise DomainError for a thing that the person has already. ``lent``: what he or she has."""
    if thing in lent:
        raise DomainError(_l("Lent already: %(thing)s.", thing=thing), "thing")
