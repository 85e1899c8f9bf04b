"""Reading an administration's list of officers: any usual CSV file, with English or Russian headings."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from trainingapp.accounts.models import Sex
from trainingapp.accounts.rules.people import PersonDetails, faults_of, tidied
from trainingapp.core.clock import zone_names
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.core.text import search_key, tidy, words

MOST_ROWS = 5000
HEADING_WITHIN = 10
DELIMITERS = (";", "\t", ",")
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


@dataclass
class Roster:
    """A file that was read: the people in it, the rows that are wrong, the columns that nobody knows."""

    entries: list[Entry] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)


def decoded(data: bytes) -> str:
    """The text of a CSV file in UTF-8 or in Windows' Cyrillic. Raises DomainError for anything else."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise DomainError(_l("This is an Excel workbook. Save it as CSV (UTF-8) and send that file."), "file")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        raise DomainError(_l("This is not a CSV file in UTF-8 or Windows-1251. Save it as CSV (UTF-8)."), "file")
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DomainError(_l("This is not a CSV file in UTF-8 or Windows-1251. Save it as CSV (UTF-8)."), "file")


def column_of(heading: str) -> str | None:
    """The field that a heading means, however it is spelled; None for one that we do not know."""
    parts = re.findall(r"[^\W_]+", search_key(heading))
    plain = [word for word in parts if word not in LATIN_WORDS and word not in FILLERS]
    name = FIELD_OF.get(" ".join(parts)) or FIELD_OF.get(" ".join(plain))
    if not LATIN_WORDS & set(parts):
        return name
    return f"{name}_latin" if name in ("family_name", "given_name") else None


def cells_of(text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return [row for _count, row in zip(range(MOST_ROWS + HEADING_WITHIN + 2), reader, strict=False)]
    except csv.Error as error:
        raise DomainError(_l("One of the cells is far too long. Is this a list of officers?"), "file") from error


def table_of(text: str) -> tuple[list[list[str]], int]:
    """The cells of the file and the index of the row of headings: whichever delimiter makes most of them known."""
    best: tuple[int, list[list[str]], int] = (0, [], 0)
    for delimiter in DELIMITERS:
        cells = cells_of(text, delimiter)
        for index, row in enumerate(cells[:HEADING_WITHIN]):
            known = len({column_of(cell) for cell in row} - {None})
            if known > best[0]:
                best = (known, cells, index)
    return best[1], best[2]


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


def split_name(text: str) -> dict[str, str]:
    """«Иванова Анна Петровна»: family name, given name, patronymic."""
    family, _space, rest = tidy(text).partition(" ")
    given, _space, patronymic = rest.partition(" ")
    return {"family_name": family, "given_name": given, "patronymic": patronymic}


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


def rows_of(cells: list[list[str]], places: dict[str, int], begin: int) -> Iterator[tuple[int, dict[str, str]]]:
    """Number (as a spreadsheet counts) and cells by field of each row that is not empty."""
    for number, row in enumerate(cells[begin:], start=begin + 1):
        if any(cell.strip() for cell in row):
            yield number, {name: row[index] if index < len(row) else "" for name, index in places.items()}


def read_roster(data: bytes, *, language: str, time_zone: str) -> Roster:
    """Read the file. Raises DomainError (field ``file``) when it is no list of people at all, or too long.

    ``language`` and ``time_zone`` are for the rows that name none.
    """
    cells, heading = table_of(decoded(data))
    places, unknown = columns_of(cells[heading] if cells else [])
    rows = list(rows_of(cells, places, heading + 1))
    if len(rows) > MOST_ROWS or len(cells) > MOST_ROWS + HEADING_WITHIN:
        raise DomainError(_l("At most %(count)s rows at once. Please send the list in parts.", count=MOST_ROWS), "file")
    if not rows:
        raise DomainError(_l("There is nobody in this list: only headings."), "file")
    roster = Roster(unknown_columns=unknown)
    seen: dict[str, int] = {}
    for number, row in rows:
        details, reasons = read_row(row, language, time_zone)
        if details.email in seen:
            reasons.append(_l("The same e-mail address stands in row %(row)s.", row=seen[details.email]))
        if reasons:
            name = f"{details.family_name} {details.given_name}".strip()[:200]
            roster.refusals.append(Refusal(number, name, reasons))
        else:
            roster.entries.append(Entry(number, details))
        if details.email:
            seen.setdefault(details.email, number)
    return roster
