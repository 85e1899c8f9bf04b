"""Time zones to choose from, as people call them: a city, and how far its clock is from Greenwich."""

from __future__ import annotations

from datetime import datetime

from trainingapp.core.cities import offset_text, zone_city
from trainingapp.core.text import sort_key, words

EUROPE = words(
    "Amsterdam Andorra Astrakhan Athens Belgrade Berlin Bratislava Brussels Bucharest Budapest Chisinau Copenhagen "
    "Dublin Helsinki Istanbul Kaliningrad Kyiv Lisbon Ljubljana London Luxembourg Madrid Malta Minsk Moscow Oslo Paris "
    "Podgorica Prague Riga Rome Samara Sarajevo Saratov Skopje Sofia Stockholm Tallinn Tirane Ulyanovsk Vienna Vilnius "
    "Volgograd Warsaw Zagreb Zurich"
)
ASIA = words(
    "Almaty Aqtau Aqtobe Ashgabat Atyrau Baku Barnaul Bishkek Chita Dubai Dushanbe Irkutsk Jerusalem Kamchatka "
    "Krasnoyarsk Magadan Nicosia Novosibirsk Omsk Oral Qostanay Qyzylorda Sakhalin Samarkand Shanghai Tashkent Tbilisi "
    "Tokyo Tomsk Vladivostok Yakutsk Yekaterinburg Yerevan"
)
ELSEWHERE = words("UTC Atlantic/Azores Atlantic/Canary Atlantic/Reykjavik America/New_York")
COMMON_ZONES = ELSEWHERE | {f"Europe/{city}" for city in EUROPE} | {f"Asia/{city}" for city in ASIA}


def zone_label(zone_name: str, now: datetime) -> str:
    """ "Baku (UTC+4)", «Баку (UTC+4)»."""
    city, offset = zone_city(zone_name), offset_text(zone_name, now)
    return city if city == offset else f"{city} ({offset})"


def zone_choices(now: datetime, *known: str | None) -> list[tuple[str, str]]:
    """Name and label of each common zone, and of those in use, by city in the reader's language: type to find one."""
    names = COMMON_ZONES | {name for name in known if name}
    choices = [(name, zone_label(name, now)) for name in names]
    return sorted(choices, key=lambda choice: (choice[0] != "UTC", sort_key(choice[1])))
