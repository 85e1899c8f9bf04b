"""What speaks for or against people on a session."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from trainingapp.accounts.models import Organisation, Person, binds_to_centres
from trainingapp.core.db import Rows, db
from trainingapp.core.text import like_pattern
from trainingapp.enrolment.models import LIVE, SEATED, Place, PlaceStatus
from trainingapp.enrolment.rules.joining import Candidate
from trainingapp.records.queries import missing_prerequisites_of
from trainingapp.scheduling.models import CourseSession, Meeting, SessionStatus, SessionTrainer
from trainingapp.scheduling.rules.clashes import LONGEST

MOST_COLLEAGUES = 500
HELD = {SessionStatus.OPEN, SessionStatus.CONFIRMED, SessionStatus.RUNNING}


@binds_to_centres
def has_a_place(centres: Collection[int]) -> sa.ColumnElement[bool]:
    """Any place, also one that was only asked for or has ended, in a session of one of the centres."""
    of_centre = sa.and_(CourseSession.id == Place.course_session_id, CourseSession.centre_id.in_(centres))
    return sa.exists().where(Place.person_id == Person.id, of_centre)


def candidates(
    course_session: CourseSession, person_ids: Iterable[int], exempt: Collection[int] = ()
) -> dict[int, Candidate]:
    """What speaks for or against these people on the session, in a constant number of queries.

    ``exempt``: those for whom the office made an exception.
    """
    ids = list(person_ids)
    if not ids:
        return {}
    people = db.session.execute(
        sa.select(Person.id, Person.deactivated_at, Organisation.kind)
        .join(Person.organisation)
        .where(Person.id.in_(ids))
    ).all()
    leading = set(
        db.session.scalars(
            sa.select(SessionTrainer.person_id).where(SessionTrainer.course_session_id == course_session.id)
        )
    )
    missing = missing_prerequisites_of(course_session.course_id, ids, course_session.starts_on)
    clashes = clashes_of(course_session.id, ids)
    return {
        person.id: Candidate(
            is_active=person.deactivated_at is None,
            leads=person.id in leading,
            of_administration=person.kind == "administration",
            missing=tuple(str(course.title) for course in missing.get(person.id, ())),
            clash=clashes.get(person.id),
            is_exempt=person.id in exempt,
        )
        for person in people
    }


def clashes_of(course_session_id: int, person_ids: Sequence[int]) -> dict[int, str]:
    """For each person the code of another session with a seat of theirs that meets at the same time as this one."""
    codes = sessions_meeting_with(course_session_id)
    if not codes:
        return {}
    rows = db.session.execute(
        sa.select(Place.person_id, Place.course_session_id).where(
            Place.course_session_id.in_(codes),
            Place.person_id.in_(person_ids),
            Place.status == PlaceStatus.PLACED,
        )
    ).all()
    found: dict[int, str] = {}
    for person_id, session_id in rows:
        found[person_id] = min(codes[session_id], found.get(person_id, codes[session_id]))
    return found


def sessions_meeting_with(course_session_id: int) -> dict[int, str]:
    """The other sessions that meet at the same time as this one, with their codes. They are few, whoever has a seat."""
    slots = db.session.execute(
        sa.select(Meeting.starts_at, Meeting.ends_at).where(Meeting.course_session_id == course_session_id)
    ).all()
    if not slots:
        return {}
    at_the_time = [  # a meeting lasts LONGEST at most, so both ends of the range are in the index
        sa.and_(
            Meeting.starts_at > slot.starts_at - LONGEST,
            Meeting.starts_at < slot.ends_at,
            Meeting.ends_at > slot.starts_at,
        )
        for slot in slots
    ]
    meeting_then = sa.select(Meeting.course_session_id).where(sa.or_(*at_the_time))
    rows = db.session.execute(
        sa.select(CourseSession.id, CourseSession.code).where(
            CourseSession.id.in_(meeting_then),
            CourseSession.id != course_session_id,
            CourseSession.status.in_(HELD),
        )
    )
    return {row.id: row.code for row in rows}


def people_by_ids(person_ids: Collection[int]) -> dict[int, Person]:
    """These people, each under the own id."""
    rows = db.session.scalars(sa.select(Person).where(Person.id.in_(person_ids)))
    return {person.id: person for person in rows}


def colleagues(place: Place, words: str = "") -> Rows:
    """Who could take over a place: people of its administration without a seat of their own on the session.

    Own candidates come first, in the order of the list; then the others by name. ``words`` is a search key.
    """
    own = aliased(Place)
    statement = (
        sa.select(
            Person.id.label("person_id"),
            Person.name,
            Person.post,
            own.status,
            own.way,
            own.exception,
        )
        .outerjoin(
            own,
            sa.and_(
                own.person_id == Person.id,
                own.course_session_id == place.course_session_id,
                own.status.in_(LIVE),
            ),
        )
        .where(Person.organisation_id == place.organisation_id, Person.deactivated_at.is_(None))
        .where(sa.or_(own.id.is_(None), own.status.not_in(SEATED)))
        .order_by(own.id.is_(None), own.queue_no, Person.sort_key, Person.id)
        .limit(MOST_COLLEAGUES)
    )
    for word in words.split()[:10]:
        statement = statement.where(Person.search_key.like(like_pattern(word), escape="\\"))
    return db.session.execute(statement).all()
