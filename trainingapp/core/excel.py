"""Reading an Excel workbook (.xlsx), after looking into it.

The library that reads it takes memory for as many cells as the file claims: two cells far apart, a text that is used a
million times, or a count that was made up would end the whole process. So the parts are unpacked here, under a limit,
and measured; the library is given only what passed.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from xml.parsers import expat

from python_calamine import CalamineError, CalamineSheet, SheetTypeEnum, SheetVisibleEnum, load_workbook

from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l

MOST_COLUMNS = 200
MOST_BYTES = 50 * 1024 * 1024
MOST_TEXT = 100_000_000  # characters: those of the longest text, times the cells that may hold it
MOST_COUNTED = 1_000_000
WORKBOOK = "xl/workbook.xml"
WANTED = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|xl/(?!(media|theme|drawings|charts|externallinks|pivot\w*)/).+\.(xml|rels)",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.IGNORECASE)
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

BROKEN = _l("This workbook is damaged and cannot be read. Open it in Excel, save it again and send the new file.")
LOCKED = _l("This workbook is protected by a password. Save it without the password and send that file.")
OLD = _l("This is a workbook of an old kind (.xls). Save it as an Excel workbook (.xlsx) and send that file.")
OTHER = _l("This is not an Excel workbook (.xlsx). Save the list as an Excel workbook or as CSV (UTF-8).")
TOO_LARGE = _l("There is far too much in this workbook. Copy the list alone to a new workbook and send that file.")


@dataclass
class Measure:
    """How far the filled cells of a part reach, and how much text it can hold. Filled by the parser's events."""

    last_row: int = 0
    last_column: int = 0
    filled: int = 0
    longest_text: int = 0
    _row: int = field(default=0, repr=False)
    _place: tuple[int, int] = field(default=(0, 0), repr=False)
    _in_cell: bool = field(default=False, repr=False)
    _text: int = field(default=0, repr=False)

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if any(int(attributes.get(count) or 0) > MOST_COUNTED for count in ("count", "uniqueCount")):
            raise DomainError(TOO_LARGE, "file")
        match name.rpartition(":")[2]:
            case "row" | "c" if self._in_cell:
                raise ValueError("a cell within a cell")
            case "row":
                self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
                self._place = (self._row, 0)
            case "c":
                self._place = place(attributes["r"]) if "r" in attributes else (self._row, self._place[1] + 1)
                self._in_cell = True
            case kind if self._in_cell and kind != "f":
                self.filled += 1
                self.last_row = max(self.last_row, self._place[0])
                self.last_column = max(self.last_column, self._place[1])

    def read(self, text: str) -> None:
        self._text += len(text)

    def end(self, name: str) -> None:
        match name.rpartition(":")[2]:
            case "c":
                self._in_cell = False
            case "si":
                self.longest_text, self._text = max(self.longest_text, self._text), 0


def place(address: str) -> tuple[int, int]:
    """Row and column of "B12", counted from one. Raises ValueError for what is no address."""
    found = ADDRESS.fullmatch(address)
    if found is None:
        raise ValueError(f"{address!r} is no address of a cell")
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column


def measured(part: bytes) -> Measure:
    """The measure of an XML part. Raises DomainError when it is no XML, or defines entities of its own."""
    measure = Measure()
    parser = expat.ParserCreate("UTF-8")  # whatever the part itself says: so does the library
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_entities
    parser.StartElementHandler = measure.begin
    parser.EndElementHandler = measure.end
    parser.CharacterDataHandler = measure.read
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, ValueError) as error:
        raise DomainError(BROKEN, "file") from error
    return measure


def _refuse_entities(*_declaration: object) -> None:
    raise DomainError(BROKEN, "file")


def unpacked(data: bytes) -> dict[str, bytes]:
    """The parts of a workbook that its cells depend on, by name.

    Raises DomainError (field ``file``) for old, locked, broken and huge workbooks, and for archives of another kind.
    """
    if data.startswith(OLD_EXCEL):
        raise DomainError(LOCKED if ENCRYPTED in data else OLD, "file")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = _parts_of(archive)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError) as error:
        raise DomainError(BROKEN, "file") from error
    if WORKBOOK not in map(str.lower, parts):
        raise DomainError(OTHER, "file")
    return parts


def _parts_of(archive: zipfile.ZipFile) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    room = MOST_BYTES
    for info in archive.infolist():
        name = info.filename.replace("\\", "/").lstrip("/")
        if WANTED.fullmatch(name):
            parts[name] = _unpack(archive, info, room)
            room -= len(parts[name])
    return parts


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: int) -> bytes:
    if info.flag_bits & 1:
        raise DomainError(LOCKED, "file")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DomainError(BROKEN, "file")
    with archive.open(info) as part:
        content = part.read(room + 1)
    if len(content) > room:
        raise DomainError(TOO_LARGE, "file")
    return content


def packed(parts: dict[str, bytes]) -> bytes:
    """The parts as an archive again, not compressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def readable(data: bytes, most_rows: int) -> tuple[bytes, list[Measure]]:
    """A copy of the workbook that is safe to read, and the measures of the sheets that were left out as too large.

    Raises DomainError (field ``file``) when there is no safe copy.
    """
    parts = unpacked(data)
    measures = {name: measured(content) for name, content in parts.items()}
    far = {
        name: found
        for name, found in measures.items()
        if found.last_row > most_rows or found.last_column > MOST_COLUMNS
    }
    longest = max(measure.longest_text for measure in measures.values())
    most_filled = max((measure.filled for name, measure in measures.items() if name not in far), default=0)
    if longest * most_filled > MOST_TEXT:
        raise DomainError(TOO_LARGE, "file")
    return packed({name: content for name, content in parts.items() if name not in far}), list(far.values())


def workbook_rows(data: bytes, most_rows: int) -> list[list[str]]:
    """The rows of the first visible sheet that has any, from the first row and column on, every cell as text.

    Raises DomainError (field ``file``) when the workbook cannot be read, or the sheet has more rows or far too many
    columns.
    """
    safe, far = readable(data, most_rows)
    try:
        with load_workbook(io.BytesIO(safe)) as book:
            for sheet in book.sheets_metadata:
                if (sheet.typ, sheet.visible) == (SheetTypeEnum.WorkSheet, SheetVisibleEnum.Visible):
                    rows = sheet_rows(book.get_sheet_by_name(sheet.name), most_rows)
                    if any(map(any, rows)):
                        return rows
    except (CalamineError, ArithmeticError, ValueError) as error:
        raise furthest(far, most_rows) if far else DomainError(BROKEN, "file") from error
    return []


def sheet_rows(sheet: CalamineSheet, most_rows: int) -> list[list[str]]:
    rows: Sequence[Sequence[object]] = sheet.to_python(skip_empty_area=False, nrows=most_rows)
    return [[written(cell) for cell in row] for row in rows]


def furthest(sheets: list[Measure], most_rows: int) -> DomainError:
    sheet = max(sheets, key=lambda measure: (measure.last_row, measure.last_column))
    return too_far(sheet.last_row, sheet.last_column, most_rows)


def too_far(row: int, column: int, most_rows: int) -> DomainError:
    return DomainError(
        _l(
            "The sheet reaches row %(row)s and column %(column)s; at most %(rows)s rows and %(columns)s columns can be "
            "taken at once. Delete what does not belong to the list, or send it in parts.",
            row=row,
            column=column,
            rows=most_rows,
            columns=MOST_COLUMNS,
        ),
        "file",
    )


def written(value: object) -> str:
    """A cell's value as text: whole numbers without a point, dates and times as ISO, durations in hours and minutes."""
    match value:
        case bool():
            return str(value).upper()
        case int() | float():
            return f"{value:.15g}"
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds" if value.second else "minutes")
        case time():
            return value.isoformat(timespec="seconds" if value.second else "minutes")
        case timedelta():
            minutes = round(value.total_seconds() / 60)
            return f"{minutes // 60}:{minutes % 60:02}"
        case date():
            return value.isoformat()
    return str(value)
