from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tests import builders
from trainingapp.accounts.events import PersonDeactivated
from trainingapp.audit.models import AuditEntry, AuditSubject
from trainingapp.audit.services import record
from trainingapp.catalogue.events import CourseChanged
from trainingapp.core.actor import acting_as
from trainingapp.core.bus import publish
from trainingapp.core.db import db, transaction
from trainingapp.enrolment import services as enrolment
from trainingapp.enrolment.models import PlaceMode


def entries(event: str) -> list[AuditEntry]:
    return list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == event)))


def test_event_is_written_down_with_actor_and_address(app: Any) -> None:
    person, administrator = builders.an_officer(), builders.an_administrator()

    with acting_as(administrator.id, "192.0.2.7"), transaction():
        publish(PersonDeactivated(person_id=person.id))

    (entry,) = entries("PersonDeactivated")
    assert (entry.actor_id, entry.address, entry.data) == (administrator.id, "192.0.2.7", {"person_id": person.id})


def test_event_is_found_at_each_of_its_objects(app: Any) -> None:
    person, course_session = builders.an_officer(), builders.a_session(builders.a_course(access_class="open"))

    place = enrolment.enrol(person.id, course_session.id, PlaceMode.IN_PERSON, now=builders.NOW)

    (entry,) = entries("PlaceGiven")
    subjects = db.session.execute(
        sa.select(AuditSubject.kind, AuditSubject.object_id).where(AuditSubject.entry_id == entry.id)
    ).all()
    assert set(subjects) == {("place", place.id), ("person", person.id), ("course_session", course_session.id)}


def test_entry_goes_with_a_change_that_is_undone(app: Any) -> None:
    person = builders.an_officer()

    def change_and_fail() -> None:
        with transaction():
            publish(PersonDeactivated(person_id=person.id))
            raise RuntimeError("no power")

    with pytest.raises(RuntimeError, match="no power"):
        change_and_fail()

    assert entries("PersonDeactivated") == []


def test_entry_outside_a_transaction_is_refused(app: Any) -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        record(PersonDeactivated(person_id=1), now=builders.NOW)


def test_values_before_and_after_are_kept(app: Any) -> None:
    course = builders.a_course()

    with transaction():
        publish(CourseChanged(course_id=course.id, old={"languages": ("en",)}, new={"languages": ("en", "ru")}))

    (entry,) = entries("CourseChanged")
    assert (entry.data["old"], entry.data["new"]) == ({"languages": ["en"]}, {"languages": ["en", "ru"]})


@pytest.mark.parametrize("table", ["audit_entry", "audit_subject"])
@pytest.mark.parametrize("statement", ["UPDATE {table} SET id = id + 1000", "DELETE FROM {table}"])
def test_database_refuses_to_rewrite_the_log(app: Any, table: str, statement: str) -> None:
    person = builders.an_officer()
    with transaction():
        publish(PersonDeactivated(person_id=person.id))

    with pytest.raises(sa.exc.DBAPIError, match=f"{table} is append-only"), transaction():
        db.session.execute(sa.text(statement.format(table=table)))

    assert len(entries("PersonDeactivated")) == 1
