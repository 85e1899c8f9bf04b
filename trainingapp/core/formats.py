"""How dates, times and hours are written for the reader: template filters, also used by letters."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date, format_interval, format_time, get_timezone, get_timezone_location
from flask import Flask
from flask_login import current_user
from markdown_it import MarkdownIt
from markupsafe import Markup
from nh3 import clean

from trainingapp.core.clock import in_zone
from trainingapp.core.i18n import _, _n, current_language

LOCALES = {"en": "en_GB", "ru": "ru"}
TAGS = {"p", "ul", "ol", "li", "strong", "em", "h3", "h4", "a", "br", "blockquote"}


def day(value: date) -> str:
    """ "21 November 2026", «21 ноября 2026 г.»"""
    return _day(value, current_language())


@lru_cache(maxsize=4096)
def _day(value: date, language: str) -> str:
    return format_date(value, "long", locale=LOCALES[language])


def days(first: date, last: date) -> str:
    """A span of days, as short as can be said: "21–25 Nov 2026"."""
    return _days(first, last, current_language())


@lru_cache(maxsize=4096)
def _days(first: date, last: date, language: str) -> str:
    if first == last:
        return _day(first, language)
    return format_interval(first, last, "yMMMd", locale=LOCALES[language])


RENAMED = {"Europe/Kyiv": "Europe/Kiev"}  # babel's lists of cities know the older name only


@cache
def _zone_city(zone_name: str, language: str) -> str:
    if zone_name == "UTC":
        return "UTC"
    named: str | None = Locale.parse(language).time_zones.get(RENAMED.get(zone_name, zone_name), {}).get("city")
    return named or get_timezone_location(get_timezone(zone_name), locale=language, return_city=True)


def zone_city(zone_name: str) -> str:
    """The city whose clock is meant: "Baku", «Баку»."""
    return _zone_city(zone_name, current_language())


def clock(moment: datetime, zone_name: str) -> str:
    """ "14:00" on the clock of the zone."""
    return format_time(in_zone(moment, zone_name).time(), "HH:mm", locale=LOCALES[current_language()])


def moment(value: datetime, zone_name: str) -> str:
    """ "21 November 2026, 14:00 (Baku)": the moment in a zone, which is named."""
    local = in_zone(value, zone_name)
    return f"{day(local.date())}, {clock(value, zone_name)} ({zone_city(zone_name)})"


def machine(value: datetime) -> str:
    """The moment as `<time datetime>` wants it: to the second, since HTML knows no microseconds."""
    return value.isoformat(timespec="seconds")


def span(starts_at: datetime, ends_at: datetime, zone_name: str) -> str:
    """ "21 November 2026, 09:00–12:30 (Baku)": a meeting in a zone, which is named."""
    first, last = in_zone(starts_at, zone_name), in_zone(ends_at, zone_name)
    if first.date() != last.date():
        return f"{moment(starts_at, zone_name)} – {moment(ends_at, zone_name)}"
    return f"{day(first.date())}, {clock(starts_at, zone_name)}–{clock(ends_at, zone_name)} ({zone_city(zone_name)})"


def same_clock(value: datetime, one: str, other: str) -> bool:
    """Whether both zones show the same time at that moment."""
    return in_zone(value, one).utcoffset() == in_zone(value, other).utcoffset()


def hours(minutes: int) -> str:
    """A duration in hours and minutes: "6 h 30 min", «6 ч 30 мин»."""
    whole, rest = divmod(minutes, 60)
    parts = []
    if whole or not rest:
        parts.append(_("%(count)s h", count=whole))
    if rest:
        parts.append(_("%(count)s min", count=rest))
    return " ".join(parts)


def months(count: int) -> str:
    """ "24 months", «24 месяца»."""
    return _n("%(num)s month", "%(num)s months", count)


def reader_zone() -> str | None:
    """The reader's own time zone; None for a visitor."""
    return str(current_user.time_zone) if current_user and current_user.is_authenticated else None


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


def prose(text: object) -> Markup:
    """Markdown as clean HTML: paragraphs, lists, emphasis, links; nothing else survives."""
    html = _markdown().render(str(text or ""))
    return Markup(clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}))


def setup_formats(app: Flask) -> None:
    for function in (day, days, moment, machine, span, clock, hours, months, prose, zone_city):
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.globals.update(reader_zone=reader_zone, same_clock=same_clock)
