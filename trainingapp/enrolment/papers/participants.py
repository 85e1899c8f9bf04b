"""The list of participants on paper: what it says in English, in Russian or in both, and its PDF."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from trainingapp.accounts.models import Sex
from trainingapp.core.formats import days, moment
from trainingapp.core.glyphs import missing_glyphs, printable
from trainingapp.core.i18n import Bilingual, _, current_language, speaking
from trainingapp.core.names import PersonName
from trainingapp.core.typesetting import in_texts, typeset
from trainingapp.enrolment.models import PlaceMode

TEMPLATE = Path(__file__).with_name("participants.typ")
BOTH = "both"
PAPER_LANGUAGES = {"en": ("en",), "ru": ("ru",), BOTH: ("en", "ru")}
NONE = Bilingual(None, None)

Said = tuple[str, str]  # the language of a text, and the text


@dataclass(frozen=True, kw_only=True)
class Participant:
    """One line of the list."""

    name: PersonName
    sex: Sex | None = None
    organisation_id: int
    organisation: Bilingual
    of_administration: bool = True
    post: str | None = None
    mode: PlaceMode


@dataclass(frozen=True, kw_only=True)
class ParticipantsList:
    """Everything that is printed. ``organisation`` is the only one on the list; it is empty when all are on it.

    ``notes`` are the footnotes of organisations' names. ``centre`` and ``city`` are empty for a session that is online
    only.
    """

    code: str
    title: Bilingual
    starts_on: date
    ends_on: date
    centre: Bilingual = NONE
    city: Bilingual = NONE
    is_online: bool = False
    sponsor: Bilingual = NONE
    co_organiser: Bilingual = NONE
    organisation: Bilingual = NONE
    trainers: tuple[PersonName, ...] = ()
    people: tuple[Participant, ...] = ()
    notes: tuple[Bilingual, ...] = ()
    printed_at: datetime
    time_zone: str


# --- what it says, in the language that is spoken


def facts_of(listed: ParticipantsList) -> list[tuple[str, Bilingual | str]]:
    """Label and value of what is known about the session."""
    rows: list[tuple[str, Bilingual | str]] = [
        (_("Session"), listed.code),
        (_("Dates"), days(listed.starts_on, listed.ends_on)),
        (_("Venue"), venue_of(listed)),
        (_("Sponsor"), listed.sponsor),
        (_("Co-organiser"), listed.co_organiser),
    ]
    return [row for row in rows if row[1]]


def venue_of(listed: ParticipantsList) -> Bilingual | str:
    """The centre and its city, and that one can take part online."""
    online = _("online")
    if not listed.centre:
        return online
    places = {code: [listed.centre.within(code), listed.city.within(code)] for code in ("en", "ru")}
    more = [online] if listed.is_online else []
    texts = {code: "; ".join([", ".join(filter(None, place)), *more]) for code, place in places.items()}
    return Bilingual(texts["en"], texts["ru"] if listed.centre.ru else None)


def heads() -> list[str]:
    """What stands above the columns."""
    return [_("No."), _("Name"), _("Organisation"), _("Post"), _("How")]


def totals_of(listed: ParticipantsList) -> list[tuple[str, int]]:
    """Label and number: people, organisations, and women and men where that is known of anybody."""
    kinds = dict.fromkeys((one.organisation_id, one.of_administration) for one in listed.people)
    administrations = sum(is_one for _id, is_one in kinds)
    totals = [(_("Participants"), len(listed.people)), (_("Customs administrations"), administrations)]
    if others := len(kinds) - administrations:
        totals.append((_("Other organisations"), others))
    return totals + women_and_men(listed)


def women_and_men(listed: ParticipantsList) -> list[tuple[str, int]]:
    count = Counter(one.sex for one in listed.people)
    if count[None] == len(listed.people):
        return []
    totals = [(_("Women"), count[Sex.FEMALE]), (_("Men"), count[Sex.MALE])]
    return [*totals, (_("Sex not stated"), count[None])] if count[None] else totals


def closing_of(listed: ParticipantsList) -> list[tuple[str, str]]:
    """Label and value of what stands below the list: who leads the session, and when this was printed."""
    rows = [
        (_("Trainers"), ", ".join(map(str, listed.trainers))),
        (_("Date of printing"), moment(listed.printed_at, listed.time_zone)),
    ]
    return [row for row in rows if row[1]]


def nobody(listed: ParticipantsList) -> str:
    """What stands there in place of an empty list."""
    if listed.organisation:
        return _("Nobody from this organisation has a place.")
    return _("Nobody has a place yet.")


# --- the paper


def said(value: Bilingual | str) -> Said:
    """The text with the language that it is really in: English where the Russian is lacking."""
    return (value.language if isinstance(value, Bilingual) else current_language()), str(value)


def column(listed: ParticipantsList, language: str) -> dict[str, object]:
    """What the paper says in one language."""
    with speaking(language):
        return {
            "lang": language,
            "title": _("List of participants"),
            "course": said(listed.title),
            "organisation": said(listed.organisation) if listed.organisation else None,
            "facts": [(label, said(value)) for label, value in facts_of(listed)],
            "heads": heads(),
            "rows": [(said(one.organisation), str(one.mode.label)) for one in listed.people],
            "empty": nobody(listed),
            "totals": totals_of(listed) if listed.people else [],
            "closing": closing_of(listed),
            "notes": [said(note) for note in listed.notes],
            "page": _("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
        }


def names_on_paper(one: Participant) -> list[str]:
    """The name as the language spoken now spells it, and below it the passport's; that alone where letters lack."""
    listed, passport = one.name.listed, one.name.passport
    if passport is None:
        return [listed]
    return [passport.listed] if missing_glyphs(listed) else [listed, passport.listed]


def participants_pdf(listed: ParticipantsList, language: str) -> bytes:
    """The list as PDF on A4 pages. ``language`` is "en", "ru" or "both"; needs an application's context."""
    with speaking("en" if language == "en" else "ru"):
        people = [(names_on_paper(one), one.post or "–") for one in listed.people]
    data = {
        "columns": [column(listed, spoken) for spoken in PAPER_LANGUAGES[language]],
        "code": listed.code,
        "people": people,
    }
    return typeset(TEMPLATE, {name: in_texts(value, printable) for name, value in data.items()}, listed.printed_at)
