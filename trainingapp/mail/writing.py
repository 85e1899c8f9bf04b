"""Letters as they are written: a template, in the reader's language and on the reader's clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import partial
from textwrap import shorten
from typing import Any, NamedTuple

from babel.dates import format_skeleton
from flask import current_app

from trainingapp.accounts.models import Person, Sex
from trainingapp.accounts.queries import footnotes_in
from trainingapp.accounts.rules.people import sex_told_by
from trainingapp.core.clock import in_zone, utc_now
from trainingapp.core.db import db
from trainingapp.core.formats import LOCALES, clock, days
from trainingapp.core.i18n import _, _p, current_language, speaking
from trainingapp.core.links import absolute
from trainingapp.core.names import Spelling
from trainingapp.core.text import tidy
from trainingapp.mail.services import LINK, Draft, keep
from trainingapp.scheduling.models import CourseSession
from trainingapp.scheduling.queries import planned_meetings

LONGEST_SUBJECT = 300
LONGEST_TITLE = 60  # of a course, in a subject
MOST_MEETINGS = 20
MOST_CANDIDATES = 100
DASHES = {"en": "–", "ru": "—"}  # before an item of a list
GAPS = re.compile(r"\n\s*\n+")

Facts = dict[str, Any]  # what the template of a letter speaks of, by name


def written(
    kind: str,
    people: Iterable[Person],
    reason: str,
    *,
    about: CourseSession | None = None,
    address: str | None = None,
    link_id: int | None = None,
    paper: Mapping[str, Any] | None = None,
    paper_name: str | None = None,
    **facts: Any,
) -> list[Draft]:
    """One letter of that kind to each of the people whose account is on. ``facts`` are what its template speaks of.

    ``paper`` goes with it as a PDF of that name. With an ``address`` it goes there and not to the person's own.
    """
    readers = [person for person in people if person.is_active]
    if about is not None and readers:
        facts["course_session"] = about
        if "meetings" not in facts:
            facts["meetings"] = planned_meetings(about.id)
    kept: Facts = {"session_id": about and about.id, "address": address, "link_id": link_id}
    kept |= {"paper": paper, "paper_name": paper_name}
    return [draft(kind, person, reason, {**kept, **facts}) for person in readers]


def draft(kind: str, person: Person, reason: str, facts: Facts) -> Draft:
    with speaking(person.language):
        text = rendered(kind, {**facts, "person": person})
    return Draft(
        recipient_id=person.id,
        address=facts["address"],
        reason=reason,
        language=person.language,
        subject=text.subject,
        body=text.body,
        can_wait=not text.is_urgent,
        course_session_id=facts["session_id"],
        access_link_id=facts["link_id"],
        paper=facts["paper"],
        paper_name=facts["paper_name"],
    )


class Text(NamedTuple):
    """What a template makes of the facts. ``is_urgent``: it goes before others that are due."""

    subject: str
    body: str
    is_urgent: bool


def rendered(kind: str, facts: Facts) -> Text:
    """The letter in the language that is spoken now.

    The template ``letters/KIND.txt``, in the feature that says it, sets ``subject``, and ``urgent`` where others can
    wait for it; it fills the block ``body``.
    """
    template = current_app.jinja_env.get_template(f"letters/{kind}.txt")
    facts = {"mode": None, **facts, "way": way_of(facts)}
    limits = {"most_meetings": MOST_MEETINGS, "most_candidates": MOST_CANDIDATES}
    given = {"absolute": absolute, "link": LINK, "greeting": greeting, "dash": DASHES[current_language()]}
    letter = template.make_module({**facts, **limits, **subject_facts(facts), **given})
    subject = tidy(letter.subject)  # type: ignore[attr-defined]
    parts = [str(letter).strip(), *map(str, footnotes_in(f"{subject} {letter}"))]
    body = GAPS.sub("\n\n", "\n\n".join(parts))
    return Text(subject[:LONGEST_SUBJECT], body, getattr(letter, "urgent", False))


def subject_facts(facts: Facts) -> Facts:
    """For subjects, of which a list shows the beginning: the course with its days, and times on the reader's clock."""
    about, when = facts.get("course_session"), partial(by, facts["person"].time_zone)
    if about is None:
        return {"by": when}
    title = shorten(str(about.course.title), LONGEST_TITLE, placeholder="…")
    course = _("“%(title)s”, %(days)s", title=title, days=days(about.starts_on, about.ends_on))
    return {"by": when, "short_title": title, "course": course}


def by(zone_name: str, until: datetime) -> str:
    """ "4 December, 18:00", «4 декабря, 18:00»."""
    local = in_zone(until, zone_name)
    return f"{format_skeleton('MMMMd', local, locale=LOCALES[current_language()])}, {clock(until, zone_name)}"


def way_of(facts: Facts) -> str:
    """How the reader takes part, as far as it is known: a mode, "choice" while it is the reader's, "any" for others."""
    mode, about = facts.get("mode"), facts.get("course_session")
    if mode is None:
        return "any"
    return "choice" if facts.get("chooses") and about is not None and about.is_hybrid else str(mode)


def greeting(person: Person) -> str:
    """The line with which a letter begins. In Russian it depends on whether the reader is a man or a woman."""
    spelled = person.name.within(current_language())
    if current_language() == "en":
        return _("Dear %(name)s,", name=Spelling(spelled.family, spelled.given).full)
    name = spelled.first if spelled.patronymic else spelled.full
    match person.sex or sex_told_by(spelled.patronymic):
        case Sex.FEMALE:
            return _p("to a woman", "Dear %(name)s,", name=name)
        case Sex.MALE:
            return _p("to a man", "Dear %(name)s,", name=name)
    return _("Dear %(name)s,", name=name)


def get_session(course_session_id: int) -> CourseSession:
    return db.session.get_one(CourseSession, course_session_id)


def get_person(person_id: int) -> Person:
    return db.session.get_one(Person, person_id)


def tell(kind: str, people: Iterable[Person], reason: str, session_id: int, **facts: Any) -> None:
    """A letter of that kind about a session to each of the people."""
    keep(written(kind, people, reason, about=get_session(session_id), **facts), now=utc_now())


def tell_one(kind: str, person_id: int, reason: str, session_id: int, **facts: Any) -> None:
    tell(kind, [get_person(person_id)], reason, session_id, **facts)


def this_moment() -> str:
    """Part of the reason for what can happen to the same person and session again."""
    return f"{utc_now():%Y%m%d%H%M%S}"


def as_date(value: object) -> date:
    """A day of an event's old or new values."""
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def as_moment(value: object) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
