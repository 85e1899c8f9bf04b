"""What the headings of a list of officers mean, however an office words, places and types them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.core.tables import HEADING_ROWS, Table
from trainingapp.core.text import search_key, tidy, words

ADDRESS = re.compile(r"\S@\S")
SAME_LOOK = str.maketrans("авекмнорстухіѕјһ", "abekmhopctyxisjh")
HEADINGS = {
    "family_name": "family name|surname|last name|lastname|familyname|family|фамилия",
    "given_name": "given name|given names|first name|firstname|givenname|forename|name|names|имя",
    "patronymic": "patronymic|patronym|middle name|father name|fathers name|отчество",
    "full_name": (
        "full name|name and surname|surname and name|family name and given name|фио|ф и о|фамилия имя отчество|"
        "фамилия имя|фамилия и имя|имя и фамилия"
    ),
    "sex": "sex|gender|пол",
    "post": "post|position|job title|title|job|function|должность",
    "email": (
        "email|e mail|mail|email address|e mail address|электронная почта|эл почта|почта|адрес электронной почты|"
        "адрес эл почты|электронный адрес|имейл|емейл|e mail адрес|email адрес|адрес e mail"
    ),
    "language": "language|preferred language|interface language|язык|язык общения|язык интерфейса|предпочитаемый язык",
    "time_zone": "time zone|timezone|часовой пояс|часовая зона",
}
LATIN = (
    "latin lat passport english transliteration transliterated лат латиницей латиница латинскими латинице латинской "
    "паспорт паспорту паспорте загранпаспорту загранпаспорте транслит транслитерация английском"
)
RUSSIAN = "russian cyrillic русском русски рус кириллицей кириллица"
FILLERS = (
    "in the letters as on s script spelling spelled native contact work official business на в по как буквами "
    "языке указано контактный контактная служебный служебная рабочий рабочая"
)
NEEDED = {"family_name": _l("Family name"), "given_name": _l("Given name"), "email": _l("E-mail address")}


def look(text: str) -> str:
    """The text as it looks: small letters without accents, those of both alphabets that look alike being the same."""
    return search_key(text.casefold().translate(SAME_LOOK))


FIELD_OF = {look(spelling): name for name, spellings in HEADINGS.items() for spelling in spellings.split("|")}
LATIN_WORDS, RUSSIAN_WORDS, FILLER_WORDS = words(look(LATIN)), words(look(RUSSIAN)), words(look(FILLERS))
LONGEST = max(len(spelling.split()) for spelling in FIELD_OF)


def column_of(heading: str) -> str | None:
    """The field that a heading means, by its beginning: «Должность, звание» is the post. None for one unknown to us."""
    parts = re.findall(r"[^\W_]+", look(heading))
    aside = FILLER_WORDS | LATIN_WORDS | RUSSIAN_WORDS
    name = beginning(parts) or beginning([word for word in parts if word not in aside])
    if not LATIN_WORDS & set(parts):
        return name
    return f"{name}_latin" if name in ("family_name", "given_name") else None


def beginning(parts: Sequence[str]) -> str | None:
    """The field whose heading the words begin with, the longest first; "name of the course" is no name of a person."""
    for length in range(min(len(parts), LONGEST), 0, -1):
        known = FIELD_OF.get(" ".join(parts[:length]))
        if known and parts[length : length + 1] != ["of"]:
            return known
    return None


def known_in(row: Sequence[str]) -> int:
    """How many headings are in the row that we know. A row with an e-mail address is no row of headings."""
    return 0 if has_address(row) else len({column_of(cell) for cell in row} - {None})


def has_address(row: Sequence[str]) -> bool:
    return any(ADDRESS.search(cell) for cell in row)


def most_known(cells: Table) -> int:
    """How many headings the row holds that has most of them."""
    return max(map(known_in, cells[:HEADING_ROWS]), default=0)


def find_headings(cells: Table, at_least: int) -> tuple[int, int] | None:
    """The first and the last row of the headings; None where no row among the first holds so many that we know.

    There are two rows where cells were merged: «ФИО» above «Фамилия», «Имя» and «Отчество».
    """
    most = most_known(cells)
    if most < at_least:
        return None
    best = next(index for index, row in enumerate(cells) if known_in(row) == most)
    first = best - 1 if best and goes_with(cells[best - 1], cells[best]) else best
    last = best + 1 if cells[best + 1 : best + 2] and only_headings(cells[best + 1]) else best
    return first, last


def goes_with(above: Sequence[str], row: Sequence[str]) -> bool:
    """Whether the row above names columns that this one leaves empty."""
    return any(column_of(cell) and not cell_at(row, index) for index, cell in enumerate(above))


def only_headings(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell.strip()]
    return bool(filled) and all(map(column_of, filled))


def cell_at(row: Sequence[str], index: int) -> str:
    return tidy(row[index]) if index < len(row) else ""


def merged(rows: Table) -> list[str]:
    """One heading for each column: the lowest that is filled."""
    width = max(map(len, rows))
    return [next(filter(None, (cell_at(row, index) for row in reversed(rows))), "") for index in range(width)]


def columns_of(headings: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """The column of each field, and the headings that nobody knows. Raises DomainError when a needed one is missing.

    Where a name stands in a column of its own and in a Russian one besides, the latter is its Russian spelling.
    """
    places: dict[str, int] = {}
    unknown: list[str] = []
    for index, heading in sorted(enumerate(headings), key=lambda one: in_russian(one[1])):
        name = column_of(heading)
        if name in places and in_russian(heading):
            name = f"{name}_ru" if name in ("family_name", "given_name", "patronymic") else None
        if name is None or name in places:
            unknown.extend([tidy(heading)[:100]] if tidy(heading) else [])
        else:
            places[name] = index
    check_needed(places)
    return places, unknown


def in_russian(heading: str) -> bool:
    return bool(RUSSIAN_WORDS & set(re.findall(r"[^\W_]+", look(heading))))


def check_needed(places: dict[str, int]) -> None:
    """Raise DomainError with the names of the columns that are missing."""
    by_full_name = {"family_name", "given_name"} if "full_name" in places else set()
    missing = [str(label) for field, label in NEEDED.items() if field not in places and field not in by_full_name]
    if missing:
        raise DomainError(_l("The list has no column for: %(columns)s.", columns=", ".join(missing)), "file")
