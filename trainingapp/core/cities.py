"""What the clock of a time zone is called: its city in both languages, and how far it is from Greenwich."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone, get_timezone_location

from trainingapp.core.i18n import _, current_language

RENAMED = {  # babel knows the older name only; and Kyiv's clock, of which two others became a part
    "Asia/Ho_Chi_Minh": "Asia/Saigon",
    "Asia/Kathmandu": "Asia/Katmandu",
    "Asia/Kolkata": "Asia/Calcutta",
    "Asia/Yangon": "Asia/Rangoon",
    "Atlantic/Faroe": "Atlantic/Faeroe",
    "Europe/Kyiv": "Europe/Kiev",
    "Europe/Uzhgorod": "Europe/Kiev",
    "Europe/Zaporozhye": "Europe/Kiev",
}
MINUS = "−"
UNCHANGED, AFTER_VELAR = "оуыиеэю", "гкхжчшщ"
GENITIVES = {
    "Азорские о-ва": "Азорских о-вов",
    "Анадырь": "Анадыря",
    "Афины": "Афин",
    "Брюссель": "Брюсселя",
    "Канарские о-ва": "Канарских о-вов",
    "Петропавловск-Камчатский": "Петропавловска-Камчатского",
    "Пномпень": "Пномпеня",
    "Симферополь": "Симферополя",
    "Фарерские о-ва": "Фарерских о-вов",
    "о-в Сахалин": "Сахалина",
}


@cache
def _zone_city(zone_name: str, language: str) -> str:
    if zone_name == "UTC":
        return "UTC"
    named: str | None = Locale.parse(language).time_zones.get(RENAMED.get(zone_name, zone_name), {}).get("city")
    return named or get_timezone_location(get_timezone(zone_name), locale=language, return_city=True)


def zone_city(zone_name: str) -> str:
    """The city whose clock is meant: "Baku", «Баку»."""
    return _zone_city(zone_name, current_language())


def genitive(city: str) -> str:
    """A city's Russian name as it follows «время»: «Москвы», «Бишкека», «Алматы»."""
    last = city[-1]
    if city in GENITIVES or " " in city or last in UNCHANGED or last.isascii():
        return GENITIVES.get(city, city)
    if last == "а":
        return city[:-1] + ("и" if city[-2] in AFTER_VELAR else "ы")
    return city[:-1] + {"я": "и", "ь": "и", "й": "я"}.get(last, last + "а")


def offset_text(zone_name: str, moment: datetime) -> str:
    """ "UTC+4", "UTC+5:30", "UTC−5", "UTC": how far the clock is from UTC at that moment."""
    offset = moment.astimezone(ZoneInfo(zone_name)).utcoffset() or timedelta()
    hours, minutes = divmod(abs(round(offset.total_seconds() / 60)), 60)
    if not offset:
        return "UTC"
    return f"UTC{MINUS if offset < timedelta() else '+'}{hours}" + (f":{minutes:02}" if minutes else "")


def clock_name(zone_name: str, moment: datetime) -> str:
    """ "Almaty time, UTC+5", «время Алматы, UTC+5»: no reader takes it for the place of a meeting."""
    if zone_name == "UTC":
        return "UTC"
    city = zone_city(zone_name)
    named = genitive(city) if current_language() == "ru" else city
    return _("%(city)s time, %(offset)s", city=named, offset=offset_text(zone_name, moment))
