"""Reading an administration's list of officers: an Excel workbook, a CSV file or pasted text, in English or Russian."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from trainingapp.accounts.models import Sex
from trainingapp.accounts.rules.guessing import guess_columns, signed, split_name
from trainingapp.accounts.rules.people import PersonDetails, faults_of, tidied
from trainingapp.core.clock import zone_names
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.core.tables import HEADING_ROWS, MOST_ROWS, Table, read_table
from trainingapp.core.text import search_key, tidy, words

ADDRESS = re.compile(r"\S@\S")
REQUIRED = {"family_name", "given_name", "email"}

HEADINGS = {
    "family_name": "family name|surname|last name|lastname|familyname|family|фамилия",
    "given_name": "given name|given names|first name|firstname|givenname|forename|name|names|имя",
    "patronymic": "patronymic|patronym|middle name|father name|fathers name|отчество",
    "full_name": "фио|ф и о|фамилия имя отчество|фамилия имя",
    "sex": "sex|gender|пол",
    "post": "post|position|job title|title|job|function|должность",
    "email": (
        "email|e mail|mail|email address|e mail address|электронная почта|эл почта|почта|адрес электронной почты|"
        "адрес эл почты|электронный адрес|имейл|емейл|e mail адрес|email адрес|адрес e mail"
    ),
    "language": "language|preferred language|interface language|язык|язык общения|язык интерфейса|предпочитаемый язык",
    "time_zone": "time zone|timezone|часовой пояс|часовая зона",
}
FIELD_OF = {spelling: name for name, spellings in HEADINGS.items() for spelling in spellings.split("|")}
LATIN_WORDS = words(
    "latin lat passport english transliteration transliterated лат латиницей латиница латинскими латинице латинской "
    "паспорт паспорту паспорте загранпаспорту загранпаспорте транслит транслитерация английском"
)
FILLERS = words(
    "in the letters as of on s script spelling spelled cyrillic native на в по как буквами кириллицей кириллица "
    "русском языке русски указано"
)
SEXES = {
    **dict.fromkeys(words("f female woman w ж жен женский женщина ms mrs miss"), Sex.FEMALE),
    **dict.fromkeys(words("m male man м муж мужской мужчина mr"), Sex.MALE),
}
LANGUAGES = {
    **dict.fromkeys(words("en eng english англ английский"), "en"),
    **dict.fromkeys(words("ru rus russian рус русский"), "ru"),
}
CITY_ZONES = {name.rpartition("/")[2].replace("_", " ").casefold(): name for name in sorted(zone_names())}


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken in, and everything that is wrong with it."""

    number: int
    name: str
    reasons: Sequence[Any]


@dataclass(frozen=True)
class Entry:
    """A row that holds a person."""

    number: int
    details: PersonDetails


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

    ``cells`` are all its rows as they were read: ``as_text`` of them, read again, gives the same list. ``guessed``
    when it has no headings, and what its columns hold was assumed.
    """

    entries: list[Entry] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)
    cells: Table = field(default_factory=list)
    guessed: bool = False


def column_of(heading: str) -> str | None:
    """The field that a heading means, however it is spelled; None for one that we do not know."""
    parts = re.findall(r"[^\W_]+", search_key(heading))
    plain = [word for word in parts if word not in LATIN_WORDS and word not in FILLERS]
    name = FIELD_OF.get(" ".join(parts)) or FIELD_OF.get(" ".join(plain))
    if not LATIN_WORDS & set(parts):
        return name
    return f"{name}_latin" if name in ("family_name", "given_name") else None


def known_in(row: Sequence[str]) -> int:
    """How many headings are in the row that we know. A row with an e-mail address is no row of headings."""
    return 0 if has_address(row) else len({column_of(cell) for cell in row} - {None})


def has_address(row: Sequence[str]) -> bool:
    return any(ADDRESS.search(cell) for cell in row)


def most_known(cells: Table) -> int:
    """How many headings the row holds that has most of them."""
    return max(map(known_in, cells[:HEADING_ROWS]), default=0)


def find_headings(cells: Table, at_least: int) -> int | None:
    """The index of the row of headings; None where no row among the first holds so many that we know."""
    most = most_known(cells)
    return next(index for index, row in enumerate(cells) if known_in(row) == most) if most >= at_least else None


def columns_of(headings: list[str]) -> tuple[dict[str, int], list[str]]:
    """The column of each field, and the headings that nobody knows. Raises DomainError when a needed one is missing."""
    places: dict[str, int] = {}
    unknown: list[str] = []
    for index, heading in enumerate(headings):
        name = column_of(heading)
        if name is None or name in places:
            unknown.extend([tidy(heading)[:100]] if tidy(heading) else [])
        else:
            places[name] = index
    missing = REQUIRED - set(places) - ({"family_name", "given_name"} if "full_name" in places else set())
    if missing:
        raise DomainError(
            _l("The first row must name the columns, among them family name, given name and e-mail address."), "file"
        )
    return places, unknown


def known_word(meanings: dict[str, Any], text: str, default: Any, fault: Any, reasons: list[Any]) -> Any:
    """What the word in a cell means; the default for an empty cell; a reason for a word that nobody knows."""
    key = search_key(text).strip(". ")
    if key and key not in meanings:
        reasons.append(fault)
    return meanings.get(key, default)


def zone_of(text: str, default: str) -> str:
    """The time zone that a cell means: its IANA name, or its city in English."""
    name = tidy(text)
    return name if name in zone_names() else CITY_ZONES.get(name.casefold(), name or default)


def read_row(cells: dict[str, str], language: str, time_zone: str) -> tuple[PersonDetails, list[Any]]:
    """The person in a row of cells by field, and everything that is wrong."""
    reasons: list[Any] = []
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
            sex=sex,
            post=cells.get("post"),
            language=spoken,
            time_zone=zone_of(cells.get("time_zone", ""), time_zone),
        )
    )
    if "." in details.given_name:
        reasons.append(_l("Initials are not enough: the name is printed on certificates."))
    return details, reasons + [message for _field, message in faults_of(details)]


def rows_of(cells: Table, layout: Layout) -> list[tuple[int, dict[str, str]]]:
    """Number (as a spreadsheet counts) and cells by field of each row of people that is not empty."""
    return [
        (number, {name: row[index] if index < len(row) else "" for name, index in layout.places.items()})
        for number, row in enumerate(cells[layout.begin :], start=layout.begin + 1)
        if row
    ]


def layout_of(cells: Table, headings_needed: bool) -> Layout:
    """Where the list has what. Raises DomainError (field ``file``) when its headings or columns do not tell."""
    heading = find_headings(cells, at_least=1 if headings_needed else 2)
    if heading is not None or headings_needed:
        places, unknown = columns_of(cells[heading] if heading is not None else [])
        return Layout(places, (heading or 0) + 1, unknown)
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
    roster = Roster(unknown_columns=layout.unknown, cells=cells, guessed=layout.guessed)
    seen: dict[str, int] = {}
    for number, row in rows:
        details, reasons = read_row(row, language, time_zone)
        if details.email in seen:
            reasons.append(_l("The same e-mail address is also in row %(row)s.", row=seen[details.email]))
        if reasons:
            name = f"{details.family_name} {details.given_name}".strip()[:200]
            roster.refusals.append(Refusal(number, name, reasons))
        else:
            roster.entries.append(Entry(number, details))
        if details.email:
            seen.setdefault(details.email, number)
    return roster
