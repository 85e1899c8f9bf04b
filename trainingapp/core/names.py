"""Which spelling of a person's name a text shows, and in what order.

A person has up to three spellings: the own one, that of the passport in Latin letters, and a Russian one. What is asked
here about is a person, or any row that has ``NAME_FIELDS`` as attributes (with a prefix where two people are in it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trainingapp.core.i18n import current_language

OWN = ("family_name", "given_name", "patronymic")
LATIN = ("family_name_latin", "given_name_latin")
RUSSIAN = ("family_name_ru", "given_name_ru", "patronymic_ru")
NAME_FIELDS = (*OWN, *LATIN, *RUSSIAN)


@dataclass(frozen=True)
class Spelling:
    """A name in one alphabet."""

    family: str
    given: str
    patronymic: str | None = None

    def __bool__(self) -> bool:
        return bool(self.family)

    @property
    def first(self) -> str:
        """Given name and patronymic."""
        return f"{self.given} {self.patronymic or ''}".strip()

    @property
    def full(self) -> str:
        """Given name, patronymic, family name: as a person is named in a sentence."""
        return f"{self.first} {self.family}".strip()

    @property
    def listed(self) -> str:
        """Family name first, as in lists."""
        return f"{self.family}, {self.first}" if self.first else self.family


def alphabet_of(name: str | None) -> str | None:
    """ "Latin" or "Cyrillic" by the first letter; None for any other alphabet."""
    letter = next((c for c in name or "" if c.isalpha()), "")
    if "A" <= letter < "\u0370" or "\u1e00" <= letter < "\u1f00":
        return "Latin"
    return "Cyrillic" if "\u0400" <= letter < "\u0530" else None


def spelling(person: Any, language: str, prefix: str = "") -> Spelling:
    """The name as a text in that language shows it.

    English: the own spelling where that is in Latin letters, else the passport's. Russian: the Russian spelling where
    there is one, else the own one in Cyrillic or Latin letters, else the passport's.
    """
    own = written(person, OWN, prefix)
    if language == "ru" and (russian := written(person, RUSSIAN, prefix)):
        return russian
    readable = {"Latin", "Cyrillic"} if language == "ru" else {"Latin"}
    return own if alphabet_of(own.family) in readable else written(person, LATIN, prefix)


def written(person: Any, fields: Sequence[str], prefix: str = "") -> Spelling:
    """One of the three spellings: ``OWN``, ``LATIN`` or ``RUSSIAN``; false where there is none."""
    return Spelling(*(getattr(person, prefix + field) or "" for field in fields))


def named(person: Any, prefix: str = "") -> str:
    """The full name for a sentence in the language that is spoken now."""
    return spelling(person, current_language(), prefix).full


def listed(person: Any, prefix: str = "") -> str:
    """The name for a list in the language that is spoken now: family name first."""
    return spelling(person, current_language(), prefix).listed


def passport(person: Any) -> Spelling | None:
    """The name as in the passport, for beside the one that a list shows; None where that says the same."""
    shown = spelling(person, current_language())
    latin = Spelling(person.family_name_latin, person.given_name_latin)
    return None if (latin.listed + " ").casefold() in (f"{shown.listed} ").casefold() else latin
