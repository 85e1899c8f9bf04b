"""Reading an administration's list, however it was saved."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingapp.accounts.models import Sex
from trainingapp.accounts.rules.roster import MOST_ROWS, column_of, read_roster
from trainingapp.core.errors import DomainError
from trainingapp.core.tables import as_text

RUSSIAN = "Фамилия;Имя;Отчество;Пол;Должность;E-mail\nЩербакова;Анна;Петровна;ж;Инспектор;Anna@example.org\n"
ENGLISH = 'Surname,First name,Gender,Position,E-mail address\nNovak,Petr,M,"Inspector, sea port",petr@example.org\n'


def read(text, **options):
    data = text if isinstance(text, bytes) else text.encode()
    return read_roster(data, **{"language": "ru", "time_zone": "Asia/Baku", **options})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_read_roster_takes_every_usual_file(encoding, delimiter, line_end):
    data = RUSSIAN.replace(";", delimiter).replace("\n", line_end).encode(encoding)

    [entry] = read(data).entries

    assert entry.number == 2
    assert (entry.details.family_name, entry.details.patronymic, entry.details.sex) == (
        "Щербакова",
        "Петровна",
        Sex.FEMALE,
    )
    assert (entry.details.email, entry.details.family_name_latin) == ("anna@example.org", "Shcherbakova")
    assert (entry.details.language, entry.details.time_zone) == ("ru", "Asia/Baku")


def test_read_roster_takes_english_headings_and_quoted_cells():
    [entry] = read(ENGLISH).entries

    assert (entry.details.family_name, entry.details.post, entry.details.sex) == (
        "Novak",
        "Inspector, sea port",
        Sex.MALE,
    )


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Family name", "family_name"),
        ("SURNAME", "family_name"),
        ("last_name", "family_name"),
        ("Фамилия (кириллицей)", "family_name"),
        ("Фамилия (латиницей)", "family_name_latin"),
        ("Фамилия лат.", "family_name_latin"),
        ("Имя, как в загранпаспорте", "given_name_latin"),
        ("Family name (Latin)", "family_name_latin"),
        ("First name as in the passport", "given_name_latin"),
        ("Name", "given_name"),
        ("Имя", "given_name"),
        ("Father's name", "patronymic"),
        ("Отчество", "patronymic"),
        ("Ф.И.О.", "full_name"),
        ("Пол", "sex"),
        ("Job title", "post"),
        ("Должность", "post"),
        ("e-mail", "email"),
        ("Эл. почта", "email"),
        ("Адрес электронной почты", "email"),
        ("Язык", "language"),
        ("Time-zone", "time_zone"),
        ("Часовой пояс", "time_zone"),
        ("Passport number", None),
        ("№ п/п", None),
        ("", None),
    ],
)
def test_column_of_knows_the_usual_spellings(heading, field):
    assert column_of(heading) == field


def test_read_roster_names_every_reason_of_a_bad_row():
    text = (
        "Family name;Given name;E-mail;Sex;Language;Remarks\n"
        "Novak;Petr;petr@example.org;m;en;x\n"
        ";Jana;not an address;x;fr;\n"
        "\n"
        "Novakova;Jana;PETR@example.org;f;;\n"
        "Svoboda;J.;;f;;\n"
    )

    roster = read(text)

    assert [entry.number for entry in roster.entries] == [2]
    assert roster.unknown_columns == ["Remarks"]
    assert [(refusal.number, len(refusal.reasons)) for refusal in roster.refusals] == [(3, 4), (5, 1), (6, 2)]
    assert "2" in str(roster.refusals[1].reasons[0])


def test_read_roster_splits_a_full_name_and_skips_a_title_line():
    text = "Список сотрудников;;\n№;ФИО;Эл. почта\n1;Иванова Анна Петровна;anna@example.org\n"

    [entry] = read(text).entries

    assert (entry.number, entry.details.family_name, entry.details.given_name) == (3, "Иванова", "Анна")
    assert entry.details.patronymic == "Петровна"


def workbook_of(rows):
    """The rows as a workbook of Excel."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet()
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return buffer.getvalue()


def test_read_roster_takes_a_workbook():
    cells = [
        ["Список сотрудников"],
        [],
        ["№", "Фамилия", "Имя", "Отчество", "Должность", "E-mail"],
        [1, "Щербакова", "Анна", "Петровна", "Инспектор; пост 1, порт", "anna@example.org"],
        [],
        [2, "Новак", "", "", 7, "petr@example.org"],
    ]

    roster = read(workbook_of(cells))

    [entry], [refusal] = roster.entries, roster.refusals
    assert (entry.number, entry.details.patronymic, entry.details.post) == (4, "Петровна", "Инспектор; пост 1, порт")
    assert (refusal.number, refusal.name) == (6, "Новак")
    assert [str(reason) for reason in refusal.reasons] == ["The given name is missing."]


@pytest.mark.parametrize("shape", ["workbook", "csv", "cp1251", "pasted"])
def test_read_roster_names_every_bad_row_of_a_long_list_with_its_reason(shape):
    rows = [["Фамилия", "Имя", "Пол", "E-mail"]]
    rows += [[f"Иванова{'абвгд'[n % 5]}", "Анна", "ж", f"anna{n}@example.org"] for n in range(2, 302)]
    broken = {
        17: (3, "", "The e-mail address is missing."),
        40: (0, "", "The family name is missing."),
        111: (1, "А.", "Initials are not enough: the name is printed on certificates."),
        112: (2, "да", "The sex must be M or F, or left empty."),
        250: (3, "Anna2@example.org", "The same e-mail address is also in row 2."),
        301: (3, "не знаю", "This is not an e-mail address."),
    }
    for number, (column, text, _reason) in broken.items():
        rows[number - 1][column] = text
    lines = "\n".join(";".join(row) for row in rows)
    data = {
        "workbook": workbook_of(rows),
        "csv": lines.encode("utf-8-sig"),
        "cp1251": lines.encode("cp1251"),
        "pasted": lines.replace(";", "\t").encode(),
    }[shape]

    roster = read(data)

    assert len(roster.entries) == 300 - len(broken)
    assert {refusal.number: [str(reason) for reason in refusal.reasons] for refusal in roster.refusals} == {
        number: [reason] for number, (_column, _text, reason) in broken.items()
    }


def test_read_roster_reads_its_cells_again_to_the_same_list():
    data = workbook_of([["x, y"], [], ["Ф.И.О.", "E-mail", "Post"], ["Novak, Anna", "anna@example.org", 'a\n"b";']])

    roster = read(data)
    again = read(as_text(roster.cells))

    assert [(entry.number, entry.details.family_name) for entry in roster.entries] == [(4, "Novak")]
    assert (again.entries, again.unknown_columns) == (roster.entries, roster.unknown_columns)


def test_read_roster_refuses_letters_of_another_code_page():
    data = "Surname;Name;E-mail\nDvořák;Jiří;jiri@example.org\n".encode("cp1250")

    [refusal] = read(data).refusals

    assert "UTF-8" in " ".join(str(reason) for reason in refusal.reasons)


def test_read_roster_reads_its_own_time_zone_by_name_or_city():
    zones = ("Europe/Kyiv", "Tashkent", "Mars")
    lines = [f"Novak;Jana;{number}@example.org;{zone}\n" for number, zone in enumerate(zones)]
    text = "Surname;Name;E-mail;Time zone\n" + "".join(lines)

    roster = read(text)

    assert [entry.details.time_zone for entry in roster.entries] == ["Europe/Kyiv", "Asia/Tashkent"]
    assert [refusal.number for refusal in roster.refusals] == [4]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n\n",
        b"PK\x03\x04 a workbook",
        "Surname;Name;E-mail\n".encode("utf-16"),
        b"Surname;Name;E-mail\0",
        b"Surname;Name;E-mail\n",
        b"Surname;Name\nNovak;Petr\n",
        b"nothing of the kind",
        b"\xff\x98\x98",
        b"Surname;Name;E-mail\n" + b"x" * 200_000,
        b"Surname;Name;E-mail\n" + b"a;b;c\n" * (MOST_ROWS + 1),
    ],
)
def test_read_roster_refuses_what_is_no_list(data):
    with pytest.raises(DomainError) as refusal:
        read(data)

    assert refusal.value.field == "file"


@given(st.binary(max_size=400))
def test_read_roster_never_crashes_on_bytes(data):
    try:
        roster = read(data)
    except DomainError:
        return

    assert roster.entries or roster.refusals


@settings(max_examples=50)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30), min_size=4, max_size=4))
def test_read_roster_never_crashes_on_cells(cells):
    line = ";".join('"' + cell.replace('"', '""') + '"' for cell in cells)

    try:
        roster = read(f"Фамилия;Имя;E-mail;Пол\n{line}\n")
    except DomainError:
        return

    assert len(roster.entries) + len(roster.refusals) <= 1
