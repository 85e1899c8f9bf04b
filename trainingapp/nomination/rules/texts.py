"""The text with which an invitation begins: the coordinator changes it, and the facts stand below it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trainingapp.core import formats
from trainingapp.core.i18n import Bilingual, _, speaking
from trainingapp.scheduling.models import CourseSession

NONE = Bilingual(None, None)


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """What the first text of an invitation says of its session."""

    title: Bilingual
    starts_on: date
    ends_on: date
    centre: Bilingual = NONE
    city: Bilingual = NONE
    is_online: bool = False
    sponsor: Bilingual = NONE
    audience: Bilingual = NONE


def occasion_of(course_session: CourseSession) -> Occasion:
    """What the first text of an invitation to this session says."""
    centre = course_session.venue
    return Occasion(
        title=course_session.course.title,
        starts_on=course_session.starts_on,
        ends_on=course_session.ends_on,
        centre=centre.name if centre else NONE,
        city=centre.city if centre else NONE,
        is_online=course_session.capacity_online > 0,
        sponsor=course_session.sponsor,
        audience=course_session.course.audience,
    )


def first_text(occasion: Occasion, language: str) -> str:
    """The text of an invitation to begin with, in that language. Numbers and dates of the call are not in it.

    They stand in the facts below it, where the exceptions of an administration are right.
    """
    with speaking(language):
        paragraphs = [
            _("Dear colleagues,"),
            _(
                "We invite your administration to nominate candidates for the course “%(title)s”"
                " (%(days)s, %(venue)s).",
                title=occasion.title,
                days=formats.days(occasion.starts_on, occasion.ends_on),
                venue=venue_of(occasion),
            ),
        ]
        if occasion.sponsor:
            paragraphs.append(_("It is supported by: %(sponsor)s.", sponsor=ended(occasion.sponsor)))
        if occasion.audience:
            paragraphs.append(_("Who the course is for: %(audience)s", audience=plain(str(occasion.audience))))
        paragraphs.append(
            _(
                "The number of places, the deadline and the way to nominate are given below. Please nominate "
                "officers who meet the requirements, in the order in which you would like them to be chosen."
            )
        )
        paragraphs.append(_("We thank you for your co-operation."))
    return "\n\n".join(paragraphs)


def venue_of(occasion: Occasion) -> str:
    """Where it is held, in the language that is spoken."""
    parts = [with_city(str(occasion.centre), str(occasion.city))] if occasion.centre else []
    return "; ".join([*parts, *([_("online")] if occasion.is_online or not parts else [])])


def with_city(centre: str, city: str) -> str:
    """The centre and its city, unless its name says where it is: "Regional Training Centre Budapest"."""
    return centre if not city or city in centre else f"{centre}, {city}"


def ended(text: object) -> str:
    """The text without the full stop that the sentence around it has."""
    return str(text).strip().rstrip(".")


def plain(markdown: str) -> str:
    """A text in Markdown as it can be printed: without marks of emphasis, with a dash before each item of a list."""
    lines = (line.strip() for line in markdown.replace("**", "").replace("__", "").splitlines())
    marked = ("– " + line[2:].strip() if line[:2] in {"- ", "* ", "+ "} else line.lstrip("# ") for line in lines)
    return "\n".join(marked).strip()
