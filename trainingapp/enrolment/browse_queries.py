"""Reads for lists of participants that leave the house: on paper and in workbooks."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from trainingapp.accounts.models import Organisation, Person
from trainingapp.core.db import Rows, db
from trainingapp.enrolment.models import Place, PlaceStatus
from trainingapp.enrolment.queries import with_standing
from trainingapp.scheduling.models import CourseSession


def people_listed(
    course_session_id: int, statuses: Collection[PlaceStatus], organisation_id: int | None = None
) -> Rows:
    """Those with such a place and where it stands, by name, in one query; of one organisation when it is given.

    The organisation is the one for which the place was taken: an old list does not change when somebody moves on.
    """
    statement = (
        sa.select(
            Place.status,
            Place.mode,
            Place.organisation_id,
            Person.name,
            Person.sex,
            Person.email,
            Person.post,
            Person.language,
            Organisation.kind.label("organisation_kind"),
            Organisation.name_en.label("organisation_en"),
            Organisation.name_ru.label("organisation_ru"),
        )
        .join(Person, Person.id == Place.person_id)
        .join(Organisation, Organisation.id == Place.organisation_id)
        .join(CourseSession, CourseSession.id == Place.course_session_id)
        .where(Place.course_session_id == course_session_id, Place.status.in_(statuses))
        .order_by(Person.sort_key, Person.id)
    )
    if organisation_id is not None:
        statement = statement.where(Place.organisation_id == organisation_id)
    return db.session.execute(with_standing(statement)).all()
