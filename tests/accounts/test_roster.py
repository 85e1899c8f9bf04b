"""Reading an administration's list, however it was saved."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingapp.accounts.models import Sex
from trainingapp.accounts.rules.roster import MOST_ROWS, column_of, read_roster
from trainingapp.core.errors import DomainError

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
