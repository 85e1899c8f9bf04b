"""Tables in: Excel workbooks, CSV files and what was copied from a spreadsheet. Tables out: Excel workbooks."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain, count, islice, zip_longest

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from trainingapp.core.errors import DomainError
from trainingapp.core.excel import MOST_COLUMNS, OLD_EXCEL, too_far, workbook_rows
from trainingapp.core.i18n import StrOrLazy, _l
from trainingapp.core.text import tidy

MOST_ROWS = 5000
HEADING_ROWS = 10
LONGEST_CELL = 32_767  # as in Excel
SAMPLE = 100
DELIMITERS = ("\t", ";", ",")
BREAKS = re.compile(r"[\t\r\n]+")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NARROWEST, WIDEST = 8, 50
A4 = 9

Table = list[list[str]]
Liking = Callable[[Table], int]


# ---------------------------------------------------------------- in


def read_table(data: bytes, *, most_rows: int = MOST_ROWS, liking: Liking | None = None) -> Table:
    """The cells of an Excel workbook (.xlsx), of a CSV file, or of pasted text in UTF-8; recognised by the content.

    Of a workbook, the first visible sheet that has rows. The first row of the file is the first of the table, empty
    ones are kept as ``[]``: so the row with index 6 is what a spreadsheet calls row 7. Rows end with their last filled
    cell, the table with its last filled row. Numbers are written as short as they can be (12, 12.5), dates as ISO.

    What ``as_text`` wrote is read exactly. Of another text, ``liking`` says how much the caller makes of the first
    rows, of which those are empty that a delimiter does not divide: the delimiter that it likes best wins, then the one
    that divides most rows. Raises DomainError (field ``file``) for everything that cannot be read, and for more than
    ``most_rows`` rows, besides a few for the headings.
    """
    room = most_rows + HEADING_ROWS
    if data.startswith((b"PK\x03\x04", OLD_EXCEL)):
        return within(map(trimmed, workbook_rows(data, room)), most_rows)
    text = decoded(data)
    return own_rows(text, room) or within(csv_rows(text, liking or (lambda _table: 0)), most_rows)


def as_text(table: Sequence[Sequence[str]]) -> str:
    """The table as text, tab separated, for a form that brings it back: ``read_table`` reads the same rows from it.

    Only line breaks and tabs within a cell become spaces. Cells with quotes, commas or semicolons stand in quotes.
    """
    return "\n".join("\t".join(_guarded(cell) for cell in row) for row in table)


def _guarded(cell: str) -> str:
    text = BREAKS.sub(" ", cell)
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in '";,') else text


def decoded(data: bytes) -> str:
    """The text of a CSV file in UTF-8 or in Windows' Cyrillic. Raises DomainError for anything else."""
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0" not in data:
        for encoding in ("utf-8-sig", "cp1251"):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise DomainError(
        _l(
            "This is neither an Excel workbook (.xlsx) nor a CSV file in UTF-8 or Windows-1251. Save it as one of them."
        ),
        "file",
    )


def own_rows(text: str, room: int) -> Table:
    """The rows of a text that ``as_text`` wrote; none for another, or a longer one."""
    rows = list(islice(split(text, "\t"), room))
    same = as_text(rows).rstrip("\n") == text.replace("\r\n", "\n").rstrip("\n")
    return within(rows, room) if same else []


def csv_rows(text: str, liking: Liking) -> Iterator[list[str]]:
    """The rows of the text, split at the delimiter that suits it best: of equals the first, which texts hold least."""

    def suits(delimiter: str) -> tuple[int, int]:
        rows = islice(split(text, delimiter), SAMPLE)
        divided = [row if len(row) > 1 and not cuts_quotation(row) else [] for row in rows]
        return liking(divided), sum(map(bool, divided))

    return split(text, max(DELIMITERS, key=suits))


def cuts_quotation(row: Sequence[str]) -> bool:
    """Whether quotation marks are left without their pair: then this was no delimiter, but stood between them."""
    return any(cell.count('"') % 2 for cell in row)


def split(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield trimmed(row)
    except csv.Error as error:
        raise too_long() from error


def trimmed(row: Sequence[str]) -> list[str]:
    """The row up to its last filled cell, without the characters that no database takes."""
    cells = [cell.replace("\0", "").replace("\ufeff", "") for cell in row]
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def within(rows: Iterable[list[str]], most_rows: int) -> Table:
    """The rows up to the last filled one. Raises DomainError when it stands too far down, or a cell is too long."""
    table: Table = []
    empty = 0
    for row in rows:
        if not row:
            empty += 1
        elif len(table) + empty >= most_rows + HEADING_ROWS:
            raise DomainError(
                _l("At most %(count)s rows at once. Please send the list in parts.", count=most_rows), "file"
            )
        elif len(row) > MOST_COLUMNS:
            raise too_far(len(table) + empty + 1, len(row), most_rows)
        elif any(len(cell) > LONGEST_CELL for cell in row):
            raise too_long()
        else:
            table += [*([] for _ in range(empty)), row]
            empty = 0
    return table


def too_long() -> DomainError:
    return DomainError(_l("One of the cells is far too long for a list."), "file")


# ---------------------------------------------------------------- out


@dataclass(frozen=True)
class Sheet:
    """A table to write: what its columns are called, and its rows. A ``title`` stands in a line above the headings.

    Cells may be text (also lazy), numbers, dates, naive moments on the clock that the reader expects, or None.
    ``notes`` stand below the rows, after an empty one. ``widths`` are in characters; without them the columns are as
    wide as what stands in them.
    """

    name: StrOrLazy
    headings: Sequence[object]
    rows: Sequence[Sequence[object]]
    title: StrOrLazy = ""
    widths: Sequence[int] = ()
    notes: Sequence[object] = ()


def workbook(sheets: Sequence[Sheet], *, created: datetime, language: str = "en") -> bytes:
    """An Excel workbook (.xlsx) with these sheets: the same bytes whenever the same is written at the same ``created``.

    Text is written as text, whatever it begins with: nothing in it is ever a formula, a number or a link. ``language``
    says how dates are shown. The file names nobody as its author.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": created.astimezone(UTC).replace(tzinfo=None)})
    formats = {name: book.add_format(look) for name, look in looks(language).items()}
    names: list[str] = []
    for sheet in sheets:
        names.append(sheet_name(str(sheet.name), names))
        fill(book.add_worksheet(names[-1]), sheet, formats)
    book.close()
    return buffer.getvalue()


def looks(language: str) -> dict[str, dict[str, object]]:
    """How cells look. Months in English are words: 03/04 is another day in every country."""
    day = {"en": "[$-809]d mmm yyyy", "ru": "[$-419]dd.mm.yyyy"}[language]
    cell = {"valign": "top", "text_wrap": True}
    return {
        "title": {"bold": True, "font_size": 14},
        "heading": {**cell, "bold": True, "bottom": 1, "bg_color": "#E8EEF4"},
        "cell": cell,
        "day": {**cell, "num_format": day, "align": "left"},
        "moment": {**cell, "num_format": f"{day} hh:mm", "align": "left"},
    }


def sheet_name(wanted: str, taken: Sequence[str]) -> str:
    """The name as Excel takes it: short, without its signs of addresses, and unlike those of the sheets before."""
    plain = tidy(re.sub(r"[\[\]:*?/\\]", " ", wanted))[:26].strip("' ") or "–"
    used = {"history", *(name.casefold() for name in taken)}  # Excel keeps that one for itself
    numbered = (f"{plain} {number}" for number in count(2))
    return next(name for name in chain([plain], numbered) if name.casefold() not in used)


def fill(page: Worksheet, sheet: Sheet, formats: dict[str, Format]) -> None:
    """Write title, headings and rows; make the headings stay in sight, and on every printed page."""
    top = 1 if str(sheet.title) else 0
    if top:
        page.write_string(0, 0, str(sheet.title), formats["title"])
    for column, heading in enumerate(sheet.headings):
        page.write_string(top, column, str(heading), formats["heading"])
    for number, row in enumerate(sheet.rows, start=top + 1):
        for column, value in enumerate(row):
            write(page, number, column, value, formats)
    for number, note in enumerate(sheet.notes, start=top + len(sheet.rows) + 2):
        page.write_string(number, 0, str(note))
    for column, width in enumerate(sheet.widths or widths_of(sheet)):
        page.set_column(column, column, width)
    page.freeze_panes(top + 1, 0)
    page.repeat_rows(top)
    if sheet.headings:
        page.autofilter(top, 0, top + len(sheet.rows), len(sheet.headings) - 1)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)


def write(page: Worksheet, row: int, column: int, value: object, formats: dict[str, Format]) -> None:
    """One cell, by the kind of its value; what is no number and no date is text."""
    match value:
        case bool():
            page.write_boolean(row, column, value, formats["cell"])
        case int() | float():
            page.write_number(row, column, value, formats["cell"])
        case datetime():
            page.write_datetime(row, column, value, formats["moment"])
        case date():
            page.write_datetime(row, column, value, formats["day"])
        case None:
            page.write_blank(row, column, None, formats["cell"])
        case _:
            page.write_string(row, column, str(value), formats["cell"])


def widths_of(sheet: Sheet) -> list[int]:
    """For each column the characters of what is longest in it, within what fits a screen."""
    columns = zip_longest(sheet.headings, *sheet.rows, fillvalue="")
    return [min(max(NARROWEST, *(len(str(cell)) for cell in column)) + 2, WIDEST) for column in columns]
