"""Dates, hours and labels on the paper, as a reader of each language expects them."""

from __future__ import annotations

from datetime import date

import pytest

from tests.certificates.paper import paper
from trainingapp.certificates.texts import WORDS, all_fields, duration, facts, marks
from trainingapp.core.formats import days_in


@pytest.mark.parametrize(
    ("minutes", "english", "russian"),
    [
        (60, "1 hour", "1 час"),
        (120, "2 hours", "2 часа"),
        (300, "5 hours", "5 часов"),
        (660, "11 hours", "11 часов"),
        (1260, "21 hours", "21 час"),
        (6060, "101 hours", "101 час"),
        (390, "6.5 hours", "6,5 часа"),
        (30, "0.5 hours", "0,5 часа"),
        (100, "1 hour 40 minutes", "1 час 40 минут"),
        (45, "45 minutes", "45 минут"),
        (1281, "21 hours 21 minutes", "21 час 21 минута"),
    ],
)
def test_duration_counts_as_the_language_does(minutes, english, russian):
    assert (duration(minutes, "en"), duration(minutes, "ru")) == (english, russian)


@pytest.mark.parametrize(
    ("first", "last", "english", "russian"),
    [
        (date(2026, 11, 21), date(2026, 11, 21), "21 November 2026", "21 ноября 2026\u00a0г."),
        (date(2026, 5, 4), date(2026, 5, 8), "4–8 May 2026", "4–8 мая 2026\u00a0г."),
        (date(2026, 11, 30), date(2026, 12, 4), "30 November – 4 December 2026", "30 ноября – 4 декабря 2026\u00a0г."),
        (
            date(2026, 12, 28),
            date(2027, 1, 2),
            "28 December 2026 – 2 January 2027",
            "28 декабря 2026\u00a0г. – 2 января 2027\u00a0г.",
        ),
    ],
)
def test_days_names_month_and_year_once(first, last, english, russian):
    assert (days_in("en", first, last), days_in("ru", first, last)) == (english, russian)


def test_facts_say_online_where_there_was_no_place():
    assert ("Место проведения", "Онлайн") in facts(paper(place_en=None, place_ru=None), "ru")


def test_marks_leave_out_validity_without_an_end():
    labels = [label for label, _value in marks(paper(valid_until=None), "en")]

    assert labels == ["Certificate No.", "Course session", "Issued on", "Code"]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_all_fields_show_every_printed_value(language):
    printed = paper(note_en="A note.", note_ru="Примечание к названию.")

    shown = " | ".join(value for _label, value in all_fields(printed, language))

    texts = [value for field, value in printed.to_dict().items() if field.endswith("_" + language)]
    expected = [*texts, printed.serial, printed.code, printed.session_code, printed.name(language)]
    assert [value for value in expected if value not in shown] == []


def test_both_languages_label_the_same_fields():
    english, russian = (len(all_fields(paper(), language)) for language in WORDS)

    assert english == russian
