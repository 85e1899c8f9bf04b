"""Tables in and out: whatever people send is read or refused in a sentence, and what we write stays what it is."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime, time, timedelta

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from trainingapp.core import excel
from trainingapp.core.errors import DomainError
from trainingapp.core.tables import HEADING_ROWS, LONGEST_CELL, Sheet, as_text, read_table, workbook

CREATED = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
MOMENT = datetime.fromisoformat("2026-01-02T03:04")
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs",), exclude_characters="\0\ufeff")
CELLS = st.text(LETTERS, max_size=12) | st.text("\";,' ab\t\n", max_size=6)
TABLES = st.lists(st.lists(CELLS, max_size=5), max_size=6)


def made(rows, *, hidden=(), **looks):
    """A workbook with these rows, as somebody else's spreadsheet program would write it."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    formats = {kind: book.add_format({"num_format": look}) for kind, look in looks.items()}
    for table, is_hidden in ((hidden, True), (rows, False)) if hidden else ((rows, False),):
        page = book.add_worksheet()
        for number, row in enumerate(table):
            for column, value in enumerate(row):
                page.write(number, column, value, formats.get(type(value).__name__))
        if is_hidden:
            page.hide()
        else:
            page.activate()
            page.set_first_sheet()
    book.close()
    return buffer.getvalue()


def altered(data, changes, compression=zipfile.ZIP_DEFLATED):
    """The workbook with other parts: ``changes`` gives the new content of a part from the old one, None without it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", compression) as new:
        for name in old.namelist():
            content = changes[name](old.read(name)) if name in changes else old.read(name)
            if content is not None:
                new.writestr(name, content)
    return buffer.getvalue()


def with_cells(xml, **others):
    """A workbook whose sheet holds this XML."""
    sheet = re.compile(rb"<sheetData.*(</sheetData>|/>)(?=<pageMargins)", re.DOTALL)
    data = b"<sheetData>" + xml.encode() + b"</sheetData>"
    return altered(made([["text"]]), {SHEET: lambda old: sheet.sub(lambda _: data, old), **others})


def refused(data, **options):
    with pytest.raises(DomainError) as refusal:
        read_table(data, **options)
    assert refusal.value.field == "file"
    return str(refusal.value)


def plain(table):
    """The rows as ``read_table`` gives them: up to the last filled cell and the last filled row."""
    rows = [list(row) for row in table]
    for row in rows:
        while row and not row[-1].strip():
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


# ---------------------------------------------------------------- in: text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_read_table_takes_every_usual_csv_file(encoding, delimiter, line_end):
    text = 'Щербакова;Анна;\n;;\n"Новак";;"Порт ""А"" x"\n\n'.replace(";", delimiter).replace("\n", line_end)

    table = read_table(text.encode(encoding))

    assert table == [["Щербакова", "Анна"], [], ["Новак", "", 'Порт "А" x']]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Новак Анна\tинспектор, пост 1, порт", ["Новак Анна", "инспектор, пост 1, порт"]),
        ("Новак;инспектор, пост 1, порт", ["Новак", "инспектор, пост 1, порт"]),
        ('Novak,"sea; port; one"', ["Novak", "sea; port; one"]),
        ("anna@example.org", ["anna@example.org"]),
        ("", None),
        (" \n\t\n", None),
    ],
)
def test_read_table_finds_the_delimiter(text, row):
    assert read_table(text.encode()) == ([row] if row else [])


def test_read_table_takes_the_delimiter_that_the_caller_likes():
    data = b"a;b, c\nd;e, f\n"

    assert read_table(data) == [["a", "b, c"], ["d", "e, f"]]
    assert read_table(data, liking=lambda rows: rows[0][:1] == ["a;b"]) == [["a;b", " c"], ["d;e", " f"]]


@pytest.mark.parametrize("data", ["a;b".encode("utf-16"), b"a;b\0", b"\xff\xfea", b"\x98;\x98"])
def test_read_table_refuses_other_encodings(data):
    assert "UTF-8" in refused(data)


def test_read_table_takes_so_many_rows_and_no_more():
    most = 3 + HEADING_ROWS

    assert len(read_table(b"a\n" * most, most_rows=3)) == most
    assert len(read_table(b"a\n" + b"\n" * 100_000, most_rows=3)) == 1
    assert "3" in refused(b"a\n" * (most + 1), most_rows=3)
    assert "3" in refused(b"\n" * most + b"a", most_rows=3)


@pytest.mark.parametrize("length", [LONGEST_CELL + 1, 200_000])
def test_read_table_refuses_a_cell_that_is_far_too_long(length):
    assert "too long" in refused(b"a;" + b"x" * length)


def test_read_table_takes_so_many_columns_and_no_more():
    assert len(read_table(b"a;" * 200 + b";;\n")[0]) == 200
    assert "row 2 and column 201" in refused(b"\n" + b"a;" * 201)


@given(TABLES)
def test_text_brings_the_same_rows_back(table):
    rows = plain([[" ".join(re.split(r"[\t\r\n]+", cell)) for cell in row] for row in table])

    assert read_table(as_text(rows).encode()) == rows


@given(TABLES)
def test_text_brings_the_same_rows_back_whatever_the_caller_likes(table):
    rows = plain([[" ".join(re.split(r"[\t\r\n]+", cell)) for cell in row] for row in table])

    assert read_table(as_text(rows).encode(), liking=lambda sample: -sum(map(len, sample))) == rows


def test_text_keeps_the_numbers_of_the_rows():
    table = read_table(b"\n\nFamily name;Post\n\nNovak;Inspector, sea port\n")

    again = read_table(as_text(table).replace("\n", "\r\n").encode())

    assert again == table == [[], [], ["Family name", "Post"], [], ["Novak", "Inspector, sea port"]]
    assert as_text([["a\r\nb", "c\td"]]) == "a b\tc d"


@given(st.binary(max_size=300))
def test_read_table_never_crashes_on_bytes(data):
    try:
        table = read_table(data)
    except DomainError:
        return

    assert table == plain(table)


# ---------------------------------------------------------------- in: workbooks


def test_read_table_takes_a_workbook_with_every_kind_of_cell():
    rows = [
        [],
        ["", "Щербакова", 12, 12.5, 0.1 + 0.2, True],
        [date(2026, 1, 2), MOMENT, time(3, 4, 5), timedelta(hours=30, minutes=5)],
        ["two\nlines", "=1+1", "a\x07\0b"],
    ]
    looks = {"date": "dd.mm.yyyy", "datetime": "dd.mm.yyyy hh:mm", "time": "hh:mm:ss", "timedelta": "[h]:mm"}

    table = read_table(made(rows, **looks))

    assert table == [
        [],
        ["", "Щербакова", "12", "12.5", "0.3", "TRUE"],
        ["2026-01-02", "2026-01-02 03:04", "03:04:05", "30:05"],
        ["two\nlines", "0", "a\x07b"],
    ]


def test_read_table_takes_the_first_visible_sheet_that_has_rows():
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    for name, text in (("hidden", "no"), ("empty", ""), ("list", "yes"), ("later", "no")):
        page = book.add_worksheet(name)
        page.write_string(3, 1, text)
        if name == "hidden":
            page.hide()
    book.get_worksheet_by_name("empty").activate()
    book.close()

    assert read_table(buffer.getvalue()) == [[], [], [], ["", "yes"]]


def test_read_table_finds_nothing_in_an_empty_workbook():
    assert read_table(made([])) == []


def test_read_table_keeps_the_numbers_of_rows_that_a_workbook_leaves_out():
    cells = '<row r="2"><c r="B2"><v>1</v></c><c><v>2</v></c></row><row><c t="inlineStr"><is><t>x</t></is></c></row>'

    assert read_table(with_cells(cells)) == [[], ["", "1", "2"], ["x"]]


def test_read_table_looks_only_at_cells_that_hold_something():
    far = '<row r="1048576"><c r="XFD1048576" s="0"/><c r="XFA1048576"><f>A1</f></c></row>'

    assert read_table(with_cells('<row r="1"><c r="A1"><v>1</v></c></row>' + far)) == [["1"]]


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        ('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>', "column 16384"),
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>', "row 1048576"),
        ('<row r="1048576"><c><v>1</v></c></row>', "row 1048576"),
        ('<row r="1"><x:c xmlns:x="x" r="xfd1"><x:v>1</x:v></x:c></row>', "column 16384"),
        ('<row r="1">' + "<c><v>1</v></c>" * 201 + "</row>", "column 201"),
        ('<row r="9"><c r="XFD9"><c r="A1"/><v>1</v></c></row>', "damaged"),
        ('<row r="9"><c r="XFD9"><row r="1"/><v>1</v></c></row>', "damaged"),
        ('<row r="x"><c><v>1</v></c></row>', "damaged"),
        ('<row r="1"><c r="1A"><v>1</v></c></row>', "damaged"),
        ('<row r="1"><c r="A1" t="s"><v>77</v></c></row>', "damaged"),
        ('<row r="1"><c r="A1"></row>', "damaged"),
    ],
)
def test_read_table_refuses_cells_that_are_far_away_or_make_no_sense(xml, said):
    assert said in refused(with_cells(xml))


def test_read_table_is_not_disturbed_by_a_huge_sheet_behind_the_list():
    two = made([["list"]], hidden=[["far"]])  # the hidden sheet is the first part, the list the second
    data = altered(two, {SHEET: lambda old: old.replace(b'r="A1"', b'r="XFD1048576"')})

    assert read_table(data) == [["list"]]


def test_read_table_takes_so_many_rows_of_a_workbook_and_no_more():
    most = 3 + HEADING_ROWS

    assert len(read_table(made([["a"]] * most), most_rows=3)) == most
    assert f"row {most + 1}" in refused(made([["a"]] * (most + 1)), most_rows=3)


@pytest.mark.parametrize("count", [b'count="4294967295"', b'uniqueCount="4294967295"'])
def test_read_table_believes_no_count(count):
    name = count.partition(b"=")[0]
    change = {STRINGS: lambda old: re.sub(rb'\b%s="1"' % name, count, old)}

    assert "too much" in refused(altered(made([["a"]]), change))


def test_read_table_refuses_a_text_that_is_used_too_often(monkeypatch):
    monkeypatch.setattr(excel, "MOST_TEXT", 10_000)

    assert "too much" in refused(made([["x" * 1000] * 20]))
    assert len(read_table(made([["x" * 1000] * 9]))[0]) == 9


def test_read_table_refuses_what_unpacks_to_too_much():
    bomb = altered(made([["a"]]), {STRINGS: lambda _old: b" " * (excel.MOST_BYTES + 1)})

    assert len(bomb) < 100_000
    assert "too much" in refused(bomb)


def test_read_table_does_not_unpack_pictures(monkeypatch):
    monkeypatch.setattr(excel, "MOST_BYTES", 100_000)
    buffer = io.BytesIO(made([["a"]]))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/media/image1.png", b"x" * 200_000)

    assert read_table(buffer.getvalue()) == [["a"]]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04", "damaged"),
        (made([["a"]])[:-60], "damaged"),
        (made([["a"]])[:200] + b"x" * 400 + made([["a"]])[600:], "damaged"),
        (altered(made([["a"]]), {SHEET: lambda _: None}), "damaged"),
        (altered(made([["a"]]), {SHEET: lambda _: b"not XML"}), "damaged"),
        (altered(made([["a"]]), {SHEET: lambda old: b'<!DOCTYPE x [<!ENTITY a "a">]>' + old[55:]}), "damaged"),
        (altered(made([["a"]]), {}, zipfile.ZIP_LZMA), "damaged"),
        (altered(made([["a"]]), {"xl/workbook.xml": lambda _: None}), "not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (made([["a"]]).replace(b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\1\0"), "password"),
    ],
)
def test_read_table_refuses_other_workbooks_in_a_sentence(data, said):
    assert said in refused(data)


@settings(max_examples=200)
@given(st.sampled_from([SHEET, STRINGS, "xl/workbook.xml", "xl/styles.xml"]), st.data())
def test_read_table_never_crashes_on_an_altered_workbook(part, data):
    def change(old):
        at = data.draw(st.integers(0, len(old)))
        token = st.sampled_from([b'r="ZZZ9999999"', b'count="99999999999"', b"<c><v>7</v></c>", b'"', b"-1", b""])
        return old[:at] + data.draw(token | st.binary(max_size=4)) + old[at + data.draw(st.integers(0, 9)) :]

    try:
        table = read_table(altered(made([["a", 1], [date(2026, 1, 2)]], date="dd.mm.yyyy"), {part: change}))
    except DomainError:
        return

    assert table == plain(table)


# ---------------------------------------------------------------- out


def opened(data):
    book = load_workbook(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


DANGEROUS = ["=1+1", "+7 495 000-00-00", "-", "-2+3", "@SUM(A1)", "\t=1", "{=1}", "https://example.org", "007", "1e5"]


def test_workbook_writes_text_as_text_whatever_it_begins_with():
    data = workbook([Sheet("List", DANGEROUS, [DANGEROUS], title="=1+1")], created=CREATED)

    [rows] = opened(data).values()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read(SHEET).decode()
        names = archive.namelist()

    assert rows == [["=1+1", *[""] * (len(DANGEROUS) - 1)], DANGEROUS, DANGEROUS]
    assert "<f>" not in sheet
    assert sheet.count('t="s"') == 1 + 2 * len(DANGEROUS)
    assert not [name for name in names if "sheet1.xml.rels" in name]


@settings(max_examples=50)
@given(st.lists(st.lists(st.text(LETTERS, max_size=12), min_size=3, max_size=3), max_size=5))
def test_workbook_brings_the_same_text_back(rows):
    data = workbook([Sheet("List", ["a", "b", "c"], rows)], created=CREATED)

    assert read_table(data) == plain([["a", "b", "c"], *rows])


@pytest.mark.parametrize("language", ["en", "ru"])
def test_workbook_writes_numbers_and_dates_as_such(language):
    values = [12, 12.5, date(2026, 1, 2), MOMENT, None, True, "text"]

    [rows] = opened(workbook([Sheet("List", ["x"] * 7, [values])], created=CREATED, language=language)).values()

    assert rows[1] == [12, 12.5, date(2026, 1, 2), MOMENT, "", True, "text"]


@pytest.mark.parametrize(("language", "look"), [("en", "[$-809]d mmm yyyy"), ("ru", "[$-419]dd.mm.yyyy")])
def test_workbook_shows_dates_as_the_reader_expects(language, look):
    data = workbook([Sheet("List", ["Day"], [[date(2026, 1, 2)]])], created=CREATED, language=language)

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert f'formatCode="{look}"' in archive.read("xl/styles.xml").decode()


def test_workbook_keeps_the_headings_in_sight():
    data = workbook([Sheet("List", ["Name", "Post"], [["Novak", "x"]] * 3, title="Officers")], created=CREATED)

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet, book = archive.read(SHEET).decode(), archive.read("xl/workbook.xml").decode()

    assert '<pane ySplit="2" topLeftCell="A3"' in sheet
    assert '<autoFilter ref="A2:B5"/>' in sheet
    assert "List!$2:$2" in book


def test_workbook_is_the_same_whenever_it_is_written_and_names_nobody():
    sheets = [Sheet("List", ["Name"], [["Novak"]])]

    first, second = (workbook(sheets, created=CREATED) for _ in range(2))

    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        properties = archive.read("docProps/core.xml").decode()
    assert first == second
    assert "<dc:creator></dc:creator><cp:lastModifiedBy></cp:lastModifiedBy>" in properties
    assert properties.count("2026-11-21T09:30:00Z") == 2


def test_workbook_gives_every_sheet_a_name_that_excel_takes():
    names = ["Place [A]: 1/2", "place a 1 2", "", "'", "History", "x" * 40, "X" * 40, "History 2"]

    data = workbook([Sheet(name, ["a"], [], title=name) for name in names], created=CREATED)

    found = list(opened(data))
    assert found[:2] == ["Place A 1 2", "place a 1 2 2"]
    assert len({name.casefold() for name in found}) == len(names)
    assert all(1 <= len(name) <= 31 for name in found)


def test_workbook_columns_are_as_wide_as_their_text_within_a_screen():
    data = workbook([Sheet("List", ["a", "b"], [["x" * 20, "x" * 500]])], created=CREATED)
    chosen = workbook([Sheet("List", ["a"], [["x" * 20]], widths=[30])], created=CREATED)

    def widths(content):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [
                round(float(width)) for width in re.findall(r'<col [^>]*width="([\d.]+)"', archive.read(SHEET).decode())
            ]

    assert widths(data) == [23, 51]
    assert widths(chosen) == [31]
