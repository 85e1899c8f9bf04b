"""Letters as they are written: of a kind, to whom it is told, with the facts as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from trainingapp.accounts.models import Person
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.mail.services.facts import as_fact, packed
from trainingapp.mail.services.writing import Draft, keep
from trainingapp.scheduling.models import CourseSession, Meeting


def written(
    kind: str,
    people: Iterable[Person],
    reason: str,
    *,
    about: CourseSession | None = None,
    urgent: bool = False,
    address: str | None = None,
    link_id: int | None = None,
    paper: dict[str, Any] | None = None,
    paper_name: str | None = None,
    **facts: Any,
) -> list[Draft]:
    """One letter of that kind to each of the people whose account is on. ``facts`` are what its template speaks of:
    the session that it is ``about``, and its meetings only where they are given.

    An ``urgent`` one goes before others that are due. ``paper`` goes with it as a PDF of that name. With an
    ``address`` it goes there and not to the person's own.
    """
    readers = [person for person in people if person.is_active]
    if not readers:
        return []
    if about is not None:
        facts["course_session"] = about
    frozen = packed(kind, facts)
    return [
        Draft(
            recipient_id=person.id,
            address=address,
            reason=reason,
            language=person.language,
            kind=kind,
            facts={**frozen, "person": as_fact(person)},
            can_wait=not urgent,
            course_session_id=about.id if about else None,
            access_link_id=link_id,
            paper=paper,
            paper_name=paper_name,
        )
        for person in readers
    ]


def get_session(course_session_id: int) -> CourseSession:
    return db.session.get_one(CourseSession, course_session_id)


def get_person(person_id: int) -> Person:
    return db.session.get_one(Person, person_id)


def planned_meetings(course_session_id: int) -> Sequence[Meeting]:
    """The plan of the session, in the order of time: read once, however many letters have it."""
    return get_session(course_session_id).meetings


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
