"""What the office must know about an organisation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from trainingapp.accounts.models import OrganisationKind
from trainingapp.core.clock import zone
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.core.text import tidy

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")
CODE_TAKEN = _l("Another organisation already has this code.")
LONGEST_NAME = 200
LONGEST_NOTE = 2000
SIGN = "*"


CENTRE_CODE_TAKEN = _l("Another centre already has this code.")
COUNTRY = re.compile(r"[A-Z]{2}")
LONGEST_CITY = 100


@dataclass(frozen=True, kw_only=True)
class OrganisationDetails:
    """What is entered about an organisation. A note that begins with "*" is a footnote to the name."""

    code: str
    kind: OrganisationKind
    name_en: str
    name_ru: str | None = None
    note_en: str | None = None
    note_ru: str | None = None


def check_organisation(details: OrganisationDetails) -> OrganisationDetails:
    """The same, tidied, the names with the sign of their footnote. Raises DomainError with the field that is wrong."""
    note_en, note_ru = (details.note_en or "").strip() or None, (details.note_ru or "").strip() or None
    clean = replace(
        details,
        code=tidy(details.code).upper(),
        name_en=signed(details.name_en, note_en or note_ru),
        name_ru=signed(details.name_ru, note_ru or note_en) or None,
        note_en=note_en,
        note_ru=note_ru,
    )
    if not CODE.fullmatch(clean.code):
        raise DomainError(_l("Two to twenty capital Latin letters, digits and hyphens."), "code")
    if not clean.name_en:
        raise DomainError(_l("The English name is missing."), "name_en")
    limits = {"name_en": LONGEST_NAME, "name_ru": LONGEST_NAME, "note_en": LONGEST_NOTE, "note_ru": LONGEST_NOTE}
    check_lengths(clean, limits)
    return clean


def signed(name: str | None, note: str | None) -> str:
    """The name, tidied, with the sign of its footnote where the note begins with it, and only there: "Kosovo*"."""
    bare = tidy(name).rstrip(f"{SIGN} ")
    return f"{bare}{SIGN}" if bare and note and note.startswith(SIGN) else bare


def check_lengths(details: object, limits: Mapping[str, int]) -> None:
    """Raise DomainError at the first field that is longer than its limit."""
    for field, length in limits.items():
        if len(getattr(details, field) or "") > length:
            raise DomainError(_l("This is too long: at most %(length)s characters.", length=length), field)


@dataclass(frozen=True, kw_only=True)
class CentreDetails:
    """What is entered about a centre of the network; ``country_code`` has two letters (ISO 3166-1)."""

    code: str
    kind: str
    name_en: str
    city_en: str
    country_code: str
    time_zone: str
    name_ru: str | None = None
    city_ru: str | None = None


def check_centre(details: CentreDetails) -> CentreDetails:
    """The same, tidied. Raises DomainError with the field that is wrong."""
    clean = replace(
        details,
        code=tidy(details.code).upper(),
        name_en=tidy(details.name_en),
        name_ru=tidy(details.name_ru) or None,
        city_en=tidy(details.city_en),
        city_ru=tidy(details.city_ru) or None,
        country_code=tidy(details.country_code).upper(),
    )
    if not CODE.fullmatch(clean.code):
        raise DomainError(_l("Two to twenty capital Latin letters, digits and hyphens."), "code")
    if not clean.name_en:
        raise DomainError(_l("The English name is missing."), "name_en")
    if not clean.city_en:
        raise DomainError(_l("The city is missing."), "city_en")
    if not COUNTRY.fullmatch(clean.country_code):
        raise DomainError(_l("The two letters of the country, for example AZ."), "country_code")
    zone(clean.time_zone)
    limits = {"name_en": LONGEST_NAME, "name_ru": LONGEST_NAME, "city_en": LONGEST_CITY, "city_ru": LONGEST_CITY}
    check_lengths(clean, limits)
    return clean
