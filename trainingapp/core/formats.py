"""How dates, times and hours are written for the reader: template filters, also used by letters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, lru_cache

from babel.dates import format_date, format_time
from flask import Flask
from flask_login import current_user
from markdown_it import MarkdownIt
from markupsafe import Markup
from nh3 import clean

from trainingapp.core.cities import clock_name, zone_city
from trainingapp.core.clock import in_zone
from trainingapp.core.i18n import _, _n, current_language, language_name
from trainingapp.core.reasons import told, typed
from trainingapp.core.text import half_hidden

LOCALES = {"en": "en_GB", "ru": "ru"}
TAGS = {"p", "ul", "ol", "li", "strong", "em", "h3", "h4", "a", "br", "blockquote"}


def day(value: date) -> str:
    """ "21 November 2026", «21 ноября 2026 г.»"""
    return day_in(current_language(), value)


@lru_cache(maxsize=4096)
def day_in(language: str, value: date, pattern: str = "d MMMM y") -> str:
    """The day in that language, whoever is reading."""
    year = "\u00a0г." if language == "ru" and pattern.endswith("y") else ""
    return format_date(value, pattern, locale=LOCALES[language]) + year


def days(first: date, last: date) -> str:
    """A span of days: "27–29 January 2027", «27–29 января 2027 г.»"""
    return days_in(current_language(), first, last)


def days_in(language: str, first: date, last: date) -> str:
    """From the first to the last day, naming month and year once where they are the same."""
    if first == last:
        return day_in(language, first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_in(language, last)}"
    start = day_in(language, first, "d MMMM" if first.year == last.year else "d MMMM y")
    return f"{start} – {day_in(language, last)}"


def clock(moment: datetime, zone_name: str) -> str:
    """ "14:00" on the clock of the zone."""
    return format_time(in_zone(moment, zone_name).time(), "HH:mm", locale=LOCALES[current_language()])


def moment(value: datetime, zone_name: str) -> str:
    """ "21 November 2026, 14:00 (Baku time, UTC+4)": the moment on a clock, which is named."""
    local = in_zone(value, zone_name)
    return f"{day(local.date())}, {clock(value, zone_name)} ({clock_name(zone_name, value)})"


def machine(value: datetime) -> str:
    """The moment as `<time datetime>` wants it: to the second, since HTML knows no microseconds."""
    return value.isoformat(timespec="seconds")


def span(starts_at: datetime, ends_at: datetime, zone_name: str) -> str:
    """ "21 November 2026, 09:00–12:30 (Baku time, UTC+4)": a meeting on a clock, which is named."""
    first, last = in_zone(starts_at, zone_name), in_zone(ends_at, zone_name)
    if first.date() != last.date():
        return f"{moment(starts_at, zone_name)} – {moment(ends_at, zone_name)}"
    times = f"{clock(starts_at, zone_name)}–{clock(ends_at, zone_name)}"
    return f"{day(first.date())}, {times} ({clock_name(zone_name, starts_at)})"


def own_moment(value: datetime, zone_name: str, own_zone: str) -> str:
    """The moment on the reader's clock, beside that of the zone: the day only where it is another one."""
    if in_zone(value, own_zone).date() != in_zone(value, zone_name).date():
        return moment(value, own_zone)
    return f"{clock(value, own_zone)} ({clock_name(own_zone, value)})"


def own_span(starts_at: datetime, ends_at: datetime, zone_name: str, own_zone: str) -> str:
    """The meeting on the reader's clock, beside that of the zone: the day only where it is another one."""
    if len({in_zone(at, zone).date() for at in (starts_at, ends_at) for zone in (zone_name, own_zone)}) > 1:
        return span(starts_at, ends_at, own_zone)
    return f"{clock(starts_at, own_zone)}–{own_moment(ends_at, zone_name, own_zone)}"


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


def names_of_languages(codes: Iterable[str]) -> str:
    """ "English, Russian", «английский, русский»."""
    return ", ".join(language_name(code) for code in codes)


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


FILTERS = (
    *(day, days, moment, own_moment, span, own_span, clock, machine, hours, months),
    *(prose, zone_city),
)


def setup_formats(app: Flask) -> None:
    for function in FILTERS:
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.filters |= {"reason": told, "typed": typed, "half_hidden": half_hidden}
    app.jinja_env.globals.update(reader_zone=reader_zone, same_clock=same_clock)
