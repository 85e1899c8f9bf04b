"""Reading an administration's list of officers: an Excel workbook, a CSV file or pasted text, in English or Russian."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from trainingapp.accounts.models import Sex
from trainingapp.accounts.rules.guessing import guess_columns, signed, split_name
from trainingapp.accounts.rules.headings import column_of, columns_of, find_headings, has_address, merged, most_known
from trainingapp.accounts.rules.people import PersonDetails, person_problems, tidied
from trainingapp.core.clock import zone_names
from trainingapp.core.db import Row, Rows
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import LazyText, StrOrLazy, _l
from trainingapp.core.names import PersonName
from trainingapp.core.tables import MOST_ROWS, Table, read_table
from trainingapp.core.text import search_key, tidy, words

NUMBERED = re.compile(r"[\d.,()№#\s-]*")
TOTALS = words("итого всего total totals итог барлығы жалпы жыйынтык cəmi jemi жами jami ukupno сума разом")
SEXES = {
    **dict.fromkeys(words("f female woman w ж жен женский женщина ms mrs miss"), Sex.FEMALE),
    **dict.fromkeys(words("m male man м муж мужской мужчина mr"), Sex.MALE),
}
LANGUAGES = {
    **dict.fromkeys(words("en eng english англ английский"), "en"),
    **dict.fromkeys(words("ru rus russian рус русский"), "ru"),
}
CITY_ZONES = {name.rpartition("/")[2].replace("_", " ").casefold(): name for name in sorted(zone_names())}


Meaning = TypeVar("Meaning")


@dataclass(frozen=True)
class RefusedRow:
    """A row that was not taken in, and everything that is wrong with it."""

    number: int
    name: str
    reasons: Sequence[StrOrLazy]


@dataclass(frozen=True)
class RosterRow:
    """A row that holds a person."""

    number: int
    details: PersonDetails


class Answer(StrEnum):
    """Who somebody of a list is who has the name of a known officer, and another address."""

    ANOTHER = "another"
    SAME = "same"
    MOVED = "moved"

    @property
    def label(self) -> LazyText:
        return {
            Answer.ANOTHER: _l("another person: add"),
            Answer.SAME: _l("the same person: the known address stays"),
            Answer.MOVED: _l("the same person: take the new address"),
        }[self]


@dataclass(frozen=True)
class Namesake:
    """A row with the name of officers whom the office knows with another address: it waits for an answer."""

    entry: RosterRow
    known: Rows

    @property
    def answers(self) -> list[Answer]:
        """What can be said of it: whose address it is to be is clear where only one officer has the name."""
        return [answer for answer in Answer if answer is not Answer.MOVED or len(self.known) == 1]


def name_keys(name: PersonName) -> set[str]:
    """By which names are taken for the same: in every spelling there is."""
    return {search_key(one.family, one.given) for one in (name.own, name.latin, name.russian) if one}


def namesakes_of(details: PersonDetails, officers: Mapping[str, Rows]) -> list[Row]:
    """Those of the officers, by their keys, with one of the spellings of this name, each once."""
    return list({row.id: row for key in sorted(name_keys(details.name)) for row in officers.get(key, ())}.values())


@dataclass(frozen=True)
class Layout:
    """Where a list has what: the column of each field, the index of the first row of people, the columns left out.

    ``guessed`` when there are no headings that say so.
    """

    places: dict[str, int]
    begin: int
    unknown: list[str]
    guessed: bool = False


@dataclass
class Roster:
    """A list that was read: the people in it, the rows that are wrong, the columns that nobody knows.

    ``cells`` are all its rows as they were read, of people from the index ``begin`` on: ``as_text`` of them, read
    again, gives the same list. ``guessed`` when it has no headings, and what its columns hold was assumed.
    """

    entries: list[RosterRow] = field(default_factory=list)
    refusals: list[RefusedRow] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)
    cells: Table = field(default_factory=list)
    begin: int = 0
    guessed: bool = False

    def rows_with_headings(self, numbers: Iterable[int]) -> Table:
        """Those rows of the list, as a list of their own."""
        return [*self.cells[: self.begin], *(self.cells[number - 1] for number in numbers)]


def known_word(
    meanings: Mapping[str, Meaning], text: str, default: Meaning, fault: LazyText, reasons: list[StrOrLazy]
) -> Meaning:
    """What the word in a cell means; the default for an empty cell; a reason for a word that nobody knows."""
    key = search_key(text).strip(". ")
    if key and key not in meanings:
        reasons.append(fault)
    return meanings.get(key, default)


def zone_of(text: str, default: str) -> str:
    """The time zone that a cell means: its IANA name, or its city in English."""
    name = tidy(text)
    return name if name in zone_names() else CITY_ZONES.get(name.casefold(), name or default)


def read_row(cells: dict[str, str], language: str, time_zone: str) -> tuple[PersonDetails, list[StrOrLazy]]:
    """The person in a row of cells by field, and everything that is wrong."""
    reasons: list[StrOrLazy] = []
    cells = signed(cells)
    if "full_name" in cells:
        cells = {**split_name(cells["full_name"]), **{name: text for name, text in cells.items() if text}}
    sex = known_word(SEXES, cells.get("sex", ""), None, _l("The sex must be M or F, or left empty."), reasons)
    spoken = known_word(
        LANGUAGES, cells.get("language", ""), language, _l("The language must be English or Russian."), reasons
    )
    details = tidied(
        PersonDetails(
            email=cells.get("email", ""),
            family_name=cells.get("family_name", ""),
            given_name=cells.get("given_name", ""),
            patronymic=cells.get("patronymic"),
            family_name_latin=cells.get("family_name_latin", ""),
            given_name_latin=cells.get("given_name_latin", ""),
            family_name_ru=cells.get("family_name_ru"),
            given_name_ru=cells.get("given_name_ru"),
            patronymic_ru=cells.get("patronymic_ru"),
            sex=sex,
            post=cells.get("post"),
            language=spoken,
            time_zone=zone_of(cells.get("time_zone", ""), time_zone),
        )
    )
    if "." in details.given_name:
        reasons.append(_l("Initials are not enough: the name is printed on certificates."))
    return details, reasons + [problem.sentence for problem in person_problems(details)]


def rows_of(cells: Table, layout: Layout) -> list[tuple[int, dict[str, str]]]:
    """Number (as a spreadsheet counts) and cells by field of each row of people that is not empty."""
    return [
        (number, {name: row[index] if index < len(row) else "" for name, index in layout.places.items()})
        for number, row in enumerate(cells[layout.begin :], start=layout.begin + 1)
        if row and not only_counts(row)
    ]


def only_counts(row: Sequence[str]) -> bool:
    """Whether a row numbers the columns or adds people up: «1 | 2 | 3», «Итого: 25»."""
    if has_address(row):
        return False
    first = next((word for cell in row for word in re.findall(r"[^\W\d_]+", cell.casefold())), "")
    return first in TOTALS or all(NUMBERED.fullmatch(cell) for cell in row)


def layout_of(cells: Table, headings_needed: bool) -> Layout:
    """Where the list has what. Raises DomainError (field ``file``) when its headings or columns do not tell."""
    found = find_headings(cells, at_least=1 if headings_needed else 2)
    if found is not None or headings_needed:
        first, last = found or (0, 0)
        places, unknown = columns_of(merged(cells[first : last + 1]) if found else [])
        return Layout(places, last + 1, unknown)
    begin = first_person(cells)
    rows = [row for row in cells[begin:] if row]
    if not rows:
        raise DomainError(_l("The list is empty."), "file")
    places, left = guess_columns(rows)
    return Layout(places, begin, [column_letter(index) for index in left], guessed=True)


def first_person(cells: Table) -> int:
    """The index of the first row in a list without headings: below the word "E-mail", if that stands above them all."""
    address = next((index for index, row in enumerate(cells) if has_address(row)), 0)
    above = (index for index, row in enumerate(cells[:address]) if "email" in map(column_of, row))
    return 1 + max(above, default=-1)


def column_letter(index: int) -> str:
    """What a spreadsheet calls a column that has no heading."""
    return chr(ord("A") + index) if index < 26 else str(index + 1)


def read_roster(data: bytes, *, language: str, time_zone: str, headings_needed: bool = True) -> Roster:
    """Read a list: an Excel workbook, a CSV file, or text copied from a spreadsheet, in UTF-8.

    ``language`` and ``time_zone`` are for the rows that name none. Without ``headings_needed``, a list in which no row
    holds two headings that we know is taken to have none, and what its columns hold is assumed: ``guess_columns`` says
    how. Raises DomainError (field ``file``) when it is no list of people at all, or too long.
    """
    cells = read_table(data, liking=most_known)
    layout = layout_of(cells, headings_needed)
    rows = rows_of(cells, layout)
    if len(rows) > MOST_ROWS:
        raise DomainError(_l("At most %(count)s rows at once. Please send the list in parts.", count=MOST_ROWS), "file")
    if not rows:
        raise DomainError(_l("There is nobody in this list: only headings."), "file")
    roster = Roster(unknown_columns=layout.unknown, cells=cells, begin=layout.begin, guessed=layout.guessed)
    seen: dict[str, int] = {}
    for number, row in rows:
        details, reasons = read_row(row, language, time_zone)
        if details.email in seen:
            reasons.append(_l("The same e-mail address is also in row %(row)s.", row=seen[details.email]))
        if reasons:
            name = f"{details.family_name} {details.given_name}".strip()[:200]
            roster.refusals.append(RefusedRow(number, name, reasons))
        else:
            roster.entries.append(RosterRow(number, details))
        if details.email:
            seen.setdefault(details.email, number)
    return roster
