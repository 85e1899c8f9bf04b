"""A letter in words: its template, in the reader's language and on the reader's clock, filled with its facts."""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial
from textwrap import shorten
from types import SimpleNamespace

from babel.dates import format_skeleton
from flask import current_app
from sqlalchemy.exc import DBAPIError

from trainingapp.accounts.models import Person, Sex
from trainingapp.accounts.queries.organisations import footnotes_in
from trainingapp.accounts.rules.people import sex_told_by
from trainingapp.core.clock import in_zone
from trainingapp.core.db import Row
from trainingapp.core.formats import LOCALES, clock, days
from trainingapp.core.i18n import _, _p, current_language, speaking
from trainingapp.core.links import absolute
from trainingapp.core.names import Spelling
from trainingapp.core.text import tidy
from trainingapp.mail.models import Failure, Letter
from trainingapp.mail.services.facts import Facts, unpacked
from trainingapp.mail.services.smtp import SendingFailed
from trainingapp.mail.services.wording import Text
from trainingapp.mail.services.writing import LINK

LONGEST_SUBJECT = 300
LONGEST_TITLE = 60  # of a course, in a subject
MOST_MEETINGS = 20
MOST_CANDIDATES = 100
DASHES = {"en": "–", "ru": "—"}  # before an item of a list
GAPS = re.compile(r"\n\s*\n+")


def text_of(letter: Letter | Row) -> Text:
    """The words of a letter that is only facts yet, or of a row with its kind, language and facts.

    Raises SendingFailed where they cannot be made: by a program that is older or newer than the letter. Where only the
    database is out of reach, that is said as it is: the letter is well, and keeps its tries.
    """
    try:
        with speaking(letter.language):
            return rendered(str(letter.kind), vars(unpacked(letter.facts)))
    except DBAPIError:  # nothing about this letter: the database may be back soon
        raise
    except Exception as error:  # whatever a template of another version stumbles on, the other letters are well
        raise SendingFailed(Failure.NO_WORDS, f"{letter.kind}: {type(error).__name__}") from error


def shown_text(letter: Letter | Row) -> Text:
    """The words of a letter to look at: those that it has, else as they will be; in their place, why there are none."""
    if letter.subject is not None:
        return Text(letter.subject, letter.body or "")
    try:
        return text_of(letter)
    except SendingFailed as error:
        return Text(str(error.failure.short), str(error.failure.label))


def shown_subject(row: Row) -> str:
    """The same of a row without a body, for lists."""
    return row.subject if row.subject is not None else shown_text(row).subject


def rendered(kind: str, facts: Facts) -> Text:
    """The letter in the language that is spoken now.

    The template ``letters/KIND.txt``, in the feature that says it, sets ``subject`` and fills the block ``body``.
    """
    template = current_app.jinja_env.get_template(f"letters/{kind}.txt")
    facts = {"mode": None, **facts, "way": way_of(facts)}
    limits = {"most_meetings": MOST_MEETINGS, "most_candidates": MOST_CANDIDATES}
    given = {"absolute": absolute, "link": LINK, "greeting": greeting, "dash": DASHES[current_language()]}
    letter = template.make_module({**facts, **limits, **subject_facts(facts), **given})
    subject = tidy(letter.subject)  # type: ignore[attr-defined]
    parts = [str(letter).strip(), *map(str, footnotes_in(f"{subject} {letter}"))]
    return Text(subject[:LONGEST_SUBJECT], GAPS.sub("\n\n", "\n\n".join(parts)))


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


def greeting(person: Person | SimpleNamespace) -> str:
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
