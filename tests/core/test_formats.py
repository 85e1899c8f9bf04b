"""Dates, clocks and quotation marks, as the reader's language writes them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import available_timezones

import pytest
from flask import Flask, render_template_string
from markupsafe import Markup

from trainingapp.core.cities import clock_name, genitive, offset_text, zone_city
from trainingapp.core.formats import days, moment, own_moment, own_span, span
from trainingapp.core.i18n import _, _l, _n, speaking
from trainingapp.core.text import nested_quotes
from trainingapp.core.zones import COMMON_ZONES

MOMENT = datetime(2027, 1, 27, 4, 30, tzinfo=UTC)
HARBOUR = "VR-сценарий «Контроль в морском порту»"


def test_days_are_written_in_full(app: Flask) -> None:
    with app.app_context():
        assert days(date(2027, 1, 27), date(2027, 1, 29)) == "27–29 January 2027"
        with speaking("ru"):
            assert days(date(2027, 1, 27), date(2027, 1, 29)) == "27–29 января 2027\u00a0г."


def test_a_moment_names_the_clock_and_no_place(app: Flask) -> None:
    with app.app_context():
        assert moment(MOMENT, "Asia/Almaty") == "27 January 2027, 09:30 (Almaty time, UTC+5)"
        with speaking("ru"):
            assert moment(MOMENT, "Asia/Almaty") == "27 января 2027\u00a0г., 09:30 (время Алматы, UTC+5)"
            assert span(MOMENT, MOMENT.replace(hour=6), "Europe/Moscow") == (
                "27 января 2027\u00a0г., 07:30–09:30 (время Москвы, UTC+3)"
            )


def test_own_time_names_the_day_only_where_it_is_another(app: Flask) -> None:
    until = MOMENT.replace(hour=6)
    with app.app_context():
        assert own_moment(MOMENT, "Asia/Almaty", "Europe/Lisbon") == "04:30 (Lisbon time, UTC)"
        assert own_span(MOMENT, until, "Asia/Almaty", "Europe/Lisbon") == "04:30–06:30 (Lisbon time, UTC)"
        assert own_moment(MOMENT, "Asia/Almaty", "America/New_York").startswith("26 January 2027, 23:30 (")
        assert own_span(MOMENT, until, "Asia/Almaty", "America/New_York").startswith("26 January 2027, 23:30 (")
        assert own_span(MOMENT, MOMENT.replace(day=28), "Asia/Almaty", "Europe/Lisbon") == span(
            MOMENT, MOMENT.replace(day=28), "Europe/Lisbon"
        )


def test_clock_west_of_greenwich_has_a_minus(app: Flask) -> None:
    assert offset_text("America/New_York", MOMENT) == "UTC−5"
    with app.app_context():
        assert clock_name("UTC", MOMENT) == "UTC"


@pytest.mark.parametrize(
    ("city", "after_time"),
    [
        ("Баку", "Баку"), ("Бишкек", "Бишкека"), ("Рига", "Риги"), ("Чита", "Читы"), ("София", "Софии"),
        ("Астрахань", "Астрахани"), ("Брюссель", "Брюсселя"), ("Костанай", "Костаная"), ("Афины", "Афин"),
        ("Симферополь", "Симферополя"), ("Анадырь", "Анадыря"), ("Kolkata", "Kolkata"),
    ],
)  # fmt: skip
def test_city_stands_in_the_genitive_after_time(city: str, after_time: str) -> None:
    assert genitive(city) == after_time


def test_every_common_zone_has_a_clock_in_russian(app: Flask) -> None:
    with app.app_context(), speaking("ru"):
        names = {clock_name(zone, MOMENT) for zone in COMMON_ZONES - {"UTC"}}

    assert all(name.startswith("время ") for name in names)
    assert not [name for name in names if "о-ва," in name or "о-в " in name]


@pytest.mark.parametrize("continent", ["Asia", "Atlantic", "Europe"])
def test_no_zone_of_the_old_world_has_a_latin_name_in_russian(app: Flask, continent: str) -> None:
    zones = [zone for zone in available_timezones() if zone.startswith(f"{continent}/")]

    with app.app_context(), speaking("ru"):
        latin = [zone for zone in zones if re.search("[A-Za-z]", zone_city(zone))]

    assert len(zones) > 10
    assert latin == []


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (f"Курс «{HARBOUR}» отменён.", "Курс «VR-сценарий „Контроль в морском порту“» отменён."),
        ("The course “The “Port” scenario” begins.", "The course “The ‘Port’ scenario” begins."),
        ("«Один» и «два»", "«Один» и «два»"),
        ("Курс «Порт» и «Сценарий «Порт»»", "Курс «Порт» и «Сценарий „Порт“»"),
        ("«Не закрыто «совсем»", "«Не закрыто «совсем»"),
        ("»Наоборот« «и «так»»", "»Наоборот« «и «так»»"),
    ],
)
def test_quotes_within_quotes_are_inner_ones(text: str, written: str) -> None:
    assert nested_quotes(text) == written
    assert nested_quotes(written) == written


def test_every_way_to_translate_sets_inner_quotes(app: Flask) -> None:
    title, inner = HARBOUR, "«VR-сценарий „Контроль в морском порту“»"
    text = "You are now a trainer of the course session “%(title)s”."
    template = '{{ _("You are now a trainer of the course session “%(title)s”.", title=title) }}'

    with app.test_request_context(), speaking("ru"):
        assert inner in _(text, title=title)
        assert inner in str(_l(text, title=title))
        assert inner in render_template_string(template, title=title)
        assert "&lt;b&gt;" in render_template_string(template, title="<b>")
        assert _n("%(num)s person", "%(num)s people", 2) == "2 человека"


def test_safe_text_stays_safe(app: Flask) -> None:
    with app.test_request_context():
        shown = render_template_string('{{ _("Reason: %(reason)s", reason=reason) }}', reason=Markup("<i>“a “b””</i>"))

    assert shown == "Reason: <i>“a ‘b’”</i>"
