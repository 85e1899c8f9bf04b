"""Which spelling of a person's name a text shows, and in what order.

A person has up to three spellings: the own one, that of the passport in Latin letters, and a Russian one.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

from markupsafe import escape

from trainingapp.core.i18n import current_language


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


@lru_cache(maxsize=4096)
def alphabet_of(name: str | None) -> str | None:
    """ "Latin" or "Cyrillic" by the first letter; None for any other alphabet."""
    letter = next((c for c in name or "" if c.isalpha()), "")
    if "A" <= letter < "\u0370" or "\u1e00" <= letter < "\u1f00":
        return "Latin"
    return "Cyrillic" if "\u0400" <= letter < "\u0530" else None


@dataclass(frozen=True, slots=True)
class PersonName:
    """The name of a person in all its spellings; false where there is nobody. As a text it is :attr:`full`."""

    family_name: str
    given_name: str
    patronymic: str | None = None
    family_name_latin: str = ""
    given_name_latin: str = ""
    family_name_ru: str | None = None
    given_name_ru: str | None = None
    patronymic_ru: str | None = None

    def __bool__(self) -> bool:
        return bool(self.family_name)

    def __str__(self) -> str:
        return self.full

    def __html__(self) -> str:
        return str(escape(self.full))

    @property
    def own(self) -> Spelling:
        """As the person writes it."""
        return Spelling(self.family_name, self.given_name, self.patronymic)

    @property
    def latin(self) -> Spelling:
        """As in the passport."""
        return Spelling(self.family_name_latin, self.given_name_latin)

    @property
    def russian(self) -> Spelling:
        """As Russian texts spell it; false where that is how the person writes it anyway."""
        return Spelling(self.family_name_ru or "", self.given_name_ru or "", self.patronymic_ru)

    def within(self, language: str) -> Spelling:
        """The name as a text in that language shows it.

        English: the own spelling where that is in Latin letters, else the passport's. Russian: the Russian spelling
        where there is one, else the own one in Cyrillic or Latin letters, else the passport's.
        """
        if language == "ru" and self.family_name_ru:
            return self.russian
        readable = {"Latin", "Cyrillic"} if language == "ru" else {"Latin"}
        return self.own if alphabet_of(self.family_name) in readable else self.latin

    @property
    def full(self) -> str:
        """For a sentence in the language that is spoken now."""
        return self.within(current_language()).full

    @property
    def listed(self) -> str:
        """For a list in the language that is spoken now: family name first."""
        return self.within(current_language()).listed

    @property
    def passport(self) -> Spelling | None:
        """The name as in the passport, for beside the one that a list shows; None where that says the same."""
        latin = self.latin
        return None if (latin.listed + " ").casefold() in f"{self.listed} ".casefold() else latin


NAME_FIELDS = tuple(field.name for field in fields(PersonName))
