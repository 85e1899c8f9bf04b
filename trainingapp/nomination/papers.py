"""The official letter by which an administration is invited to a call: what it says, and its PDF."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from flask import current_app

from trainingapp.accounts.models import Organisation, OrganisationKind
from trainingapp.accounts.queries.organisations import footnotes_in
from trainingapp.core.clock import today_in, utc_now
from trainingapp.core.formats import day, days, moment, names_of_languages
from trainingapp.core.glyphs import printable
from trainingapp.core.i18n import Bilingual, _, current_language, speaking
from trainingapp.core.links import absolute
from trainingapp.core.office import office_contact
from trainingapp.core.typesetting import breakable, in_texts, paper_pdf
from trainingapp.core.zones import zone_label
from trainingapp.nomination.models import Call, Invitation
from trainingapp.nomination.rules.texts import plain, with_city
from trainingapp.scheduling.models import CourseSession

TEMPLATE = "nomination/invitation.typ"
PARAGRAPHS = re.compile(r"\n\s*\n")
NO_FILE_NAME = re.compile(r'[\\/:*?"<>|]+')

Value = Bilingual | str
Fact = tuple[str, Value]


def invitation_letter(call: Call, invitation: Invitation | None, language: str, now: datetime) -> dict[str, object]:
    """What the letter says, as this administration gets it; without an invitation, as one without exceptions does.

    Dated on the day on which the call was opened. A text stands there as its lines, with the language it is in.
    """
    organisation = invitation.organisation if invitation else None
    with speaking(language):
        return {
            "lang": language,
            "issuer": str(the_office()),
            "date": day(today_in(current_app.config["OFFICE_TIME_ZONE"], call.opened_at or now)),
            "to": heading_of(organisation),
            "addressee": said(organisation.name) if organisation else None,
            "title": _("Invitation to nominate candidates"),
            "body": (call.text.language, [part.splitlines() for part in PARAGRAPHS.split(str(call.text).strip())]),
            "deadline": [(label, *said(value)) for label, value in deadline_facts(call, invitation)],
            "facts": [(label, *said(value)) for label, value in facts_of(call.course_session) if value],
            "how": [_("How to nominate"), how_to_nominate()],
            "url_shown": address_of(call, invitation),
            "signatory": said(call.signatory or the_office()),
            "note": note_of(organisation),
            "page": _("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
            "code": call.course_session.code,
        }


def said(value: Value) -> tuple[str, list[str]]:
    """The lines of a text, with the language that it is really in: English where the Russian is lacking."""
    language = value.language if isinstance(value, Bilingual) else current_language()
    return language, str(value).splitlines()


def the_office() -> Bilingual:
    """Who writes."""
    return Bilingual(current_app.config["OFFICE_NAME_EN"], current_app.config["OFFICE_NAME_RU"])


def heading_of(organisation: Organisation | None) -> str:
    """What stands above the name of whom the letter goes to."""
    of_administration = organisation is None or organisation.kind is OrganisationKind.ADMINISTRATION
    return _("Customs administration") if of_administration else _("To")


def how_to_nominate() -> str:
    return _(
        "The National Contact Point of your administration nominates the candidates at the address below, "
        "ranks them and attaches your official letter. If your administration has no contact point at "
        "present, please write to the office%(contact)s: a coordinator can do it on your behalf.",
        contact=office_contact,
    )


def note_of(organisation: Organisation | None) -> str:
    """The footnote of the name."""
    return "".join(map(str, footnotes_in(organisation.name_en))) if organisation else ""


def address_of(call: Call, invitation: Invitation | None) -> str:
    """Where candidates are named. Before the call is opened there is no such page: then the front page."""
    if invitation is None or call.opened_at is None:
        return str(current_app.config["PUBLIC_URL"])
    return absolute("nomination.invitation", invitation_id=invitation.id)


def facts_of(course_session: CourseSession) -> Iterator[Fact]:
    """What there is to know about the session and for whom it is."""
    course = course_session.course
    yield _("Course"), course.title
    yield _("Session"), course_session.code
    yield _("Dates"), days(course_session.starts_on, course_session.ends_on)
    yield _("Venue"), venue_of(course_session)
    yield _("Time zone"), zone_label(course_session.time_zone, course_session.starts_at)
    yield _("Language"), names_of_languages(course_session.languages)
    yield _("Interpretation into"), names_of_languages(course_session.interpretation)
    yield _("Who it is for"), plainly(course.audience)
    yield _("Who is admitted"), plainly(course.admission)
    yield _("Prerequisites"), titles(course_session)
    yield _("Places in total"), places_of(course_session)
    yield _("Sponsor"), course_session.sponsor
    yield _("Co-organiser"), course_session.co_organiser


def deadline_facts(call: Call, invitation: Invitation | None) -> list[Fact]:
    """What is asked of the administration, and until when."""
    nominate, accept = numbers_of(call, invitation)
    return [
        (_("Candidates from your administration"), _("up to %(number)s", number=nominate)),
        (
            _("Places for your administration"),
            _("up to %(number)s", number=accept) if accept else _("none for now, but candidates may be nominated"),
        ),
        (_("Nomination deadline"), moment(call.closes_at, call.course_session.time_zone)),
    ]


def numbers_of(call: Call, invitation: Invitation | None) -> tuple[int, int]:
    """How many candidates may be named, and how many places given."""
    return (invitation.nominate, invitation.accept) if invitation else (call.nominate_each, call.accept_each)


def venue_of(course_session: CourseSession) -> Value:
    """The centre and its city, and that one can take part online."""
    centre, online = course_session.venue, _("online")
    if centre is None:
        return online
    more = [online] if course_session.capacity_online else []
    return each_language(
        lambda code: "; ".join([with_city(centre.name.within(code), centre.city.within(code)), *more]), centre.name
    )


def each_language(text: Callable[[str], str], example: Bilingual) -> Bilingual:
    """A text made for each language; without Russian where the example has none."""
    return Bilingual(text("en"), text("ru") if example.ru else None)


def plainly(text: Bilingual) -> Bilingual:
    """A text in Markdown as it can be printed."""
    return Bilingual(*(plain(part) if part else None for part in (text.en, text.ru)))


def titles(course_session: CourseSession) -> Value:
    """The courses that must have been passed before."""
    courses = course_session.course.prerequisites
    if not courses:
        return ""
    russian = "; ".join(course.title.within("ru") for course in courses)
    return Bilingual("; ".join(course.title.within("en") for course in courses), russian)


def places_of(course_session: CourseSession) -> str:
    """The places of each kind that there are."""
    kinds = (
        (course_session.capacity_in_person, _("in person")),
        (course_session.capacity_online, _("online")),
    )
    return ", ".join(f"{number} {kind}" for number, kind in kinds if number)


# --- the paper


def invitation_pdf(call: Call, invitation: Invitation | None, language: str, now: datetime | None = None) -> bytes:
    """The letter as PDF, on A4 pages. ``language`` is "en" or "ru"; needs an application's context."""
    return paper_pdf(invitation_paper(call, invitation, language, now or utc_now()))


def invitation_paper(call: Call, invitation: Invitation | None, language: str, now: datetime) -> dict[str, object]:
    """Everything that is printed on the letter, as plain values that can be kept and typeset later."""
    letter = invitation_letter(call, invitation, language, now)
    printed = {name: breakable(in_texts(value, printable)) for name, value in letter.items()}
    made_at = (call.opened_at or now).isoformat()
    return {**printed, "url": letter["url_shown"], "template": TEMPLATE, "made_at": made_at}


def file_name(call: Call, invitation: Invitation | None) -> str:
    """ "Invitation CCC-101-2 Georgia.pdf", in the language that is spoken."""
    name = str(invitation.organisation.name) if invitation else ""
    title = _("Invitation")  # by itself: messages inside of an f-string are not found
    return NO_FILE_NAME.sub("-", f"{title} {call.course_session.code} {name}".strip()) + ".pdf"
