"""Lists without headings: what is assumed about their columns, and names that stand in one cell."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingapp.accounts.rules.guessing import split_name, split_signature
from trainingapp.accounts.rules.roster import read_roster
from trainingapp.core.errors import DomainError
from trainingapp.core.tables import as_text


def read(text):
    return read_roster(text.encode(), language="ru", time_zone="Asia/Baku", headings_needed=False)


def person(entry):
    details = entry.details
    return details.family_name, details.given_name, details.patronymic, details.post, details.email


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Иванова Анна Петровна\ta@example.org", ("Иванова", "Анна", "Петровна", None)),
        ("a@example.org\tИванова Анна", ("Иванова", "Анна", None, None)),
        ("1.\tИванова Анна Петровна\ta@example.org", ("Иванова", "Анна", "Петровна", None)),
        (
            "Иванова Анна Петровна\tИнспектор, пост 2\ta@example.org",
            ("Иванова", "Анна", "Петровна", "Инспектор, пост 2"),
        ),
        ("Иванова\tАнна\ta@example.org", ("Иванова", "Анна", None, None)),
        ("Иванова\tАнна\tПетровна\ta@example.org", ("Иванова", "Анна", "Петровна", None)),
        ("Алиев\tТимур\tРашид оглы\ta@example.org", ("Алиев", "Тимур", "Рашид оглы", None)),
        ("Иванова\tАнна\tИнспектор\ta@example.org", ("Иванова", "Анна", None, "Инспектор")),
        ("Иванова;Анна;Петровна;a@example.org;Инспектор", ("Иванова", "Анна", "Петровна", "Инспектор")),
        ("Novak,Anna,Inspector,a@example.org", ("Novak", "Anna", None, "Inspector")),
        ("Anna Novak <a@example.org>", ("Novak", "Anna", None, None)),
        ("Anna Maria Novak <a@example.org>;", ("Novak", "Anna Maria", None, None)),
        ('"Novak, Anna" <a@example.org>', ("Novak", "Anna", None, None)),
        ("Анна Петровна Иванова <a@example.org>", ("Иванова", "Анна", "Петровна", None)),
        ("Иванова Анна Петровна <a@example.org>", ("Иванова", "Анна", "Петровна", None)),
        ("Novak Anna\tNovak A. <a@example.org>", ("Novak", "Anna", None, None)),
    ],
)
def test_a_list_without_headings_is_understood(line, expected):
    roster = read(line)

    [entry] = roster.entries
    assert person(entry) == (*expected, "a@example.org")
    assert (entry.number, roster.guessed, roster.unknown_columns) == (1, True, [])


def test_most_rows_decide_and_the_others_are_named():
    text = "Иванова Анна\tинспектор\tanna@example.org\n\nНовак\t\tпочты нет\nПетров Пётр\t\tpetr@example.org\n"

    roster = read(text)

    assert [(entry.number, entry.details.family_name) for entry in roster.entries] == [(1, "Иванова"), (4, "Петров")]
    [refusal] = roster.refusals
    assert (refusal.number, refusal.name) == (3, "Новак")
    assert [str(reason) for reason in refusal.reasons] == [
        "The given name is missing.",
        "This is not an e-mail address.",
    ]


def test_columns_that_are_left_over_are_named_as_a_spreadsheet_does():
    roster = read("Иванова\tАнна\tПетровна\tинспектор\tanna@example.org\tпорт\t\tдок\n")

    assert person(roster.entries[0])[:4] == ("Иванова", "Анна", "Петровна", "инспектор")
    assert roster.unknown_columns == ["F", "H"]


def test_headings_are_used_where_there_are_some():
    roster = read("Список\nИмя\tФамилия\tE-mail\nАнна\tИванова\tanna@example.org\n")

    assert person(roster.entries[0])[:2] == ("Иванова", "Анна")
    assert (roster.entries[0].number, roster.guessed) == (3, False)


def test_the_heading_of_the_addresses_alone_is_nobody():
    roster = read("Кто\tE-mail\nИванова Анна\tanna@example.org\n")

    assert [(entry.number, entry.details.given_name) for entry in roster.entries] == [(2, "Анна")]
    assert (roster.refusals, roster.guessed) == ([], True)


def test_a_name_that_is_also_a_heading_is_a_name():
    roster = read("Смит\tПол\tpaul@example.org\nСмит\tМери\t\n")

    assert person(roster.entries[0])[:2] == ("Смит", "Пол")
    assert [refusal.number for refusal in roster.refusals] == [2]


def test_a_post_that_is_also_a_heading_hides_nobody():
    roster = read("Новак\tПётр\tпорт\tpetr@example.org\nИванова\tАнна\tПочта\t\n")

    assert [entry.number for entry in roster.entries] == [1]
    assert [refusal.number for refusal in roster.refusals] == [2]


@pytest.mark.parametrize("text", ["", "\n\n", "Иванова Анна", "Имя;Отчество\nАнна;Петровна", "E-mail\n"])
def test_a_list_that_names_nobody_is_refused(text):
    with pytest.raises(DomainError) as refusal:
        read(text)

    assert refusal.value.field == "file"


def test_headings_are_needed_unless_told_otherwise():
    with pytest.raises(DomainError, match="The list has no column for"):
        read_roster(b"Novak;Anna;anna@example.org", language="en", time_zone="UTC")


def test_the_rows_come_back_from_a_form_as_they_were():
    first = read("\n1;Иванова;Анна;инспектор, порт;anna@example.org\n\n2;Новак;;;нет\n")

    again = read(as_text(first.cells).replace("\n", "\r\n"))

    assert (again.entries, again.refusals) == (first.entries, first.refusals)
    assert [entry.number for entry in again.entries] == [2]


@pytest.mark.parametrize(
    ("split", "text", "family", "given"),
    [
        (split_name, "Novak, Anna Maria", "Novak", "Anna Maria"),
        (split_name, "  Novak   Anna ", "Novak", "Anna"),
        (split_name, "", "", ""),
        (split_signature, "Anna", "Anna", ""),
        (split_signature, "", "", ""),
    ],
)
def test_names_are_split(split, text, family, given):
    parts = split(text)

    assert (parts["family_name"], parts["given_name"]) == (family, given)


@settings(max_examples=100)
@given(
    st.lists(
        st.lists(st.sampled_from(["", "Анна", "a b", "a@example.org", "<", "x <a@b.org>", "7", "E-mail"])), max_size=5
    )
)
def test_a_list_without_headings_never_crashes(rows):
    try:
        roster = read(as_text(rows))
    except DomainError:
        return

    assert roster.entries or roster.refusals
