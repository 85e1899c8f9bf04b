"""Lists of officers as administrations really send them."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from trainingapp.accounts.rules.guessing import split_name, split_signature
from trainingapp.accounts.rules.headings import column_of
from trainingapp.accounts.rules.roster import Roster, read_roster
from trainingapp.core.errors import DomainError


def read(text: str, encoding: str = "utf-8") -> Roster:
    return read_roster(text.encode(encoding), language="ru", time_zone="Asia/Bishkek")


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Должность, звание", "post"),
        ("Контактный E-mail (служебный)", "email"),
        ("Ф.И.О. сотрудника (полностью)", "full_name"),
        ("Фaмилия", "family_name"),  # a Latin a
        ("E-mаil", "email"),  # a Cyrillic а
        ("E-МAIL", "email"),  # a Cyrillic М
        ("Пол (м/ж)", "sex"),
        ("Имя (латиницей)", "given_name_latin"),
        ("Name of the course", None),
        ("Служебный телефон", None),
    ],
)
def test_column_of_knows_a_heading_by_its_beginning_and_look(heading, field):
    assert column_of(heading) == field


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Асанова Гүлнара Асан кызы", ("Асанова", "Гүлнара", "Асан кызы")),
        ("Серіков Дәурен Асқар ұлы", ("Серіков", "Дәурен", "Асқар ұлы")),
        ("Асан уулу Бакыт", ("Асан уулу", "Бакыт", "")),
        ("Мамедов Эльчин Рауф оглы", ("Мамедов", "Эльчин", "Рауф оглы")),
        ("Məmmədova Aysel Rauf qızı", ("Məmmədova", "Aysel", "Rauf qızı")),
        ("Karimov Jasur Olim oʻgʻli", ("Karimov", "Jasur", "Olim oʻgʻli")),
        ("Иванова, Анна Петровна", ("Иванова", "Анна", "Петровна")),
        ("Јовановић Милица", ("Јовановић", "Милица", "")),
        ("ბერიძე გიორგი", ("ბერიძე", "გიორგი", "")),
    ],
)
def test_split_name_keeps_whose_child_somebody_is_together(name, parts):
    found = split_name(name)

    assert (found["family_name"], found["given_name"], found.get("patronymic", "")) == parts


def test_split_signature_keeps_whose_child_somebody_is_together():
    assert split_signature("Гүлнара Асан кызы Асанова") == {
        "family_name": "Асанова",
        "given_name": "Гүлнара",
        "patronymic": "Асан кызы",
    }


OFFICIAL = """\
Список должностных лиц Государственной таможенной службы;;;;
;;;;
№ п/п;Ф.И.О. (полностью);Должность, звание;Контактный E-mail (служебный);Телефон
1;2;3;4;5
1;Асанова Гулнара Асан кызы;Инспектор, капитан;g.asanova@example.org;123
2;Исаев Бакыт Русланович;Старший инспектор;b.isaev@example.org;124
Итого: 2;;;;
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_read_roster_takes_an_official_export(encoding):
    roster = read(OFFICIAL, encoding)

    assert [(one.number, one.details.family_name, one.details.patronymic) for one in roster.entries] == [
        (5, "Асанова", "Асан кызы"),
        (6, "Исаев", "Русланович"),
    ]
    assert roster.entries[0].details.post == "Инспектор, капитан"
    assert roster.refusals == []


def test_read_roster_takes_merged_headings_of_a_workbook():
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    page = book.add_worksheet()
    page.merge_range("A1:E1", "Список сотрудников")
    page.merge_range("A2:A3", "№")
    page.merge_range("B2:D2", "ФИО")
    page.merge_range("E2:E3", "Контактный e-mail")
    page.write_row("B3", ["Фамилия", "Имя", "Отчество"])
    page.write_row("A4", [1, "Қасымова", "Әсел", "Ерланқызы", "a.kassymova@example.org"])
    page.write_row("A5", ["Всего", 1])
    book.close()

    roster = read_roster(buffer.getvalue(), language="ru", time_zone="Asia/Almaty")

    [entry] = roster.entries
    assert (entry.details.family_name, entry.details.given_name, entry.details.patronymic) == (
        "Қасымова",
        "Әсел",
        "Ерланқызы",
    )
    assert roster.refusals == []


def test_read_roster_takes_a_russian_spelling_beside_the_own_one():
    roster = read(
        "Familiya;Surname;Given name;Family name in Russian;Given name in Russian;E-mail\n"
        "x;Məmmədov;Orxan;Мамедов;Орхан;orxan@example.org\n"
    )

    [entry] = roster.entries
    assert (entry.details.family_name, entry.details.family_name_ru, entry.details.given_name_ru) == (
        "Məmmədov",
        "Мамедов",
        "Орхан",
    )


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Г?лнара", "There is a question mark in place of a lost letter."),
        ("Гульнара2", "A name cannot have this sign: 2"),
        ("Гульнара (Исаева)", "A name cannot have this sign: ("),
    ],
)
def test_read_roster_refuses_a_name_that_is_none_with_the_reason(name, reason):
    roster = read(f"Фамилия;Имя;E-mail\nАсанова;{name};g@example.org\n")

    [refusal] = roster.refusals
    assert str(refusal.reasons[0]).startswith(reason)


def test_read_roster_names_the_column_that_is_missing():
    with pytest.raises(DomainError, match=r"^The list has no column for: E-mail address\.$"):
        read("Фамилия;Имя;Телефон\nАсанова;Гулнара;123\n")
