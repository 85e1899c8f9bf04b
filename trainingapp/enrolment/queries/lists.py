"""Lists of places as pages show them: Core rows, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from trainingapp.accounts.models import Organisation, Person, RoleGrant
from trainingapp.catalogue.models import Course
from trainingapp.core.db import Row, Rows, Select, db
from trainingapp.core.permissions import Role
from trainingapp.enrolment.models import Place, PlaceHistory, PlaceStatus, Step
from trainingapp.enrolment.queries.standing import with_predecessor, with_standing
from trainingapp.scheduling.models import CourseSession

PLACE_COLUMNS = (
    Place.id.label("place_id"),
    Place.person_id,
    Place.course_session_id,
    Place.organisation_id,
    Place.status,
    Place.mode,
    Place.way,
    Place.reason,
    Place.passed_over,
    Place.asked_at,
    Place.changed_at,
    Place.offered_until,
    Place.held_until,
    Place.claim_until,
    Place.replaces_id,
)


def places_of(person_id: int) -> Rows:
    """A person's places with what is to be told of each, the next to come first."""
    return db.session.execute(
        placed_in_sessions()
        .where(Place.person_id == person_id)
        .order_by(CourseSession.starts_on.desc(), Place.id.desc())
    ).all()


def place_row(place_id: int) -> Row:
    """One place with what is to be told of it."""
    return db.session.execute(placed_in_sessions().where(Place.id == place_id)).one()


def placed_in_sessions() -> Select:
    return with_standing(
        sa.select(
            *PLACE_COLUMNS,
            CourseSession.code,
            CourseSession.capacity_in_person,
            CourseSession.capacity_online,
            CourseSession.joining_url,
            CourseSession.course_id,
            Course.kind,
            Course.title,
            Course.followed_at_url,
        )
        .select_from(Place)
        .join(CourseSession, CourseSession.id == Place.course_session_id)
        .join(Course, Course.id == CourseSession.course_id)
    )


def people_without_a_place(course_session_id: int, organisation_id: int | None = None) -> Rows:
    """Those who have none of the places that they asked or were named for, and why, in the order of asking."""
    statement = with_standing(
        sa.select(
            *PLACE_COLUMNS,
            Place.motivation,
            Person.name,
            Person.email,
            Person.post,
            Person.language,
            Person.sort_key,
            Organisation.name.label("organisation"),
        )
        .select_from(Place)
        .join(CourseSession, CourseSession.id == Place.course_session_id)
        .join(Person, Person.id == Place.person_id)
        .join(Organisation, Organisation.id == Place.organisation_id)
        .where(Place.course_session_id == course_session_id, Place.status != PlaceStatus.PLACED)
        .order_by(Place.queue_no)
    )
    if organisation_id is not None:
        statement = statement.where(Place.organisation_id == organisation_id)
    return db.session.execute(statement).all()


def people_with_a_place(
    course_session_id: int, statuses: Collection[PlaceStatus], organisation_id: int | None = None
) -> Rows:
    """Those with a place in one of these states, by name: of one organisation when it is given.

    The organisation is the one for which the place was taken: an old list does not change when somebody moves on.
    """
    return db.session.execute(of_people(course_session_id, statuses, organisation_id)).all()


def participants(course_session_id: int, organisation_id: int | None = None) -> Rows:
    """Those with a place, by name, and whom each of them replaces."""
    statement = of_people(course_session_id, {PlaceStatus.PLACED}, organisation_id)
    return db.session.execute(with_predecessor(statement)).all()


def people_and_standing(
    course_session_id: int, statuses: Collection[PlaceStatus], organisation_id: int | None = None
) -> Rows:
    """The same with where the place of each stands."""
    statement = of_people(course_session_id, statuses, organisation_id)
    return db.session.execute(
        with_standing(statement.join(CourseSession, CourseSession.id == Place.course_session_id))
    ).all()


def of_people(course_session_id: int, statuses: Collection[PlaceStatus], organisation_id: int | None) -> Select:
    statement = (
        sa.select(
            Place.id.label("place_id"),
            Place.person_id,
            Place.organisation_id,
            Place.status,
            Place.mode,
            Person.name,
            Person.sex,
            Person.email,
            Person.post,
            Person.language,
            Organisation.kind.label("organisation_kind"),
            Organisation.name.label("organisation"),
        )
        .select_from(Place)
        .join(Person, Person.id == Place.person_id)
        .join(Organisation, Organisation.id == Place.organisation_id)
        .where(Place.course_session_id == course_session_id, Place.status.in_(statuses))
        .order_by(Person.sort_key, Person.id, Place.id)
    )
    return statement if organisation_id is None else statement.where(Place.organisation_id == organisation_id)


def history_of(place_id: int) -> Rows:
    """Every step of a place, the first one first."""
    of_office = sa.exists().where(
        RoleGrant.person_id == Person.id, RoleGrant.role.in_([Role.COORDINATOR, Role.ADMINISTRATOR])
    )
    return db.session.execute(
        sa.select(
            PlaceHistory.at,
            PlaceHistory.what,
            PlaceHistory.reason,
            PlaceHistory.obstacle,
            PlaceHistory.old_status,
            PlaceHistory.new_status,
            PlaceHistory.mode,
            PlaceHistory.until,
            Person.id.label("actor_id"),
            Person.organisation_id.label("actor_organisation_id"),
            of_office.label("actor_of_office"),
            Person.name,
        )
        .outerjoin(Person, Person.id == PlaceHistory.actor_id)
        .where(PlaceHistory.place_id == place_id)
        .order_by(PlaceHistory.step)
    ).all()


def organisations_on(course_session_id: int) -> Sequence[Organisation]:
    """The organisations for which places of the session were taken or asked for."""
    taking_part = sa.select(Place.organisation_id).where(Place.course_session_id == course_session_id)
    return db.session.scalars(sa.select(Organisation).where(Organisation.id.in_(taking_part))).all()


def steps_of_line(place_id: int) -> Sequence[Step]:
    """What happened to the place and to those that it took over from one another, the latest first."""
    links = sa.select(Place.id, Place.replaces_id)
    line = links.where(Place.id == place_id).cte("line", recursive=True)
    line = line.union_all(links.join(line, Place.id == line.c.replaces_id))
    return db.session.scalars(
        sa.select(PlaceHistory.what).join(line, line.c.id == PlaceHistory.place_id).order_by(PlaceHistory.id.desc())
    ).all()


def lineage_of(place_id: int) -> list[Row]:
    """The places that were taken over from one another up to this one and after it, the first one first."""
    links = sa.select(Place.id, Place.replaces_id)
    before = links.where(Place.id == place_id).cte("before", recursive=True)
    before = before.union_all(links.join(before, Place.id == before.c.replaces_id))
    after = links.where(Place.id == place_id).cte("after", recursive=True)
    after = after.union_all(links.join(after, Place.replaces_id == after.c.id))
    rows = db.session.execute(
        sa.select(Place.id.label("place_id"), Place.replaces_id, Person.name)
        .join(Person, Person.id == Place.person_id)
        .where(Place.id.in_(sa.union(sa.select(before.c.id), sa.select(after.c.id))))
    )
    taken_over = {row.replaces_id: row for row in rows}
    line, row = [], taken_over.get(None)
    while row is not None:
        line.append(row)
        row = taken_over.get(row.place_id)
    return line
