"""That the self-check names each thing that is broken in the database: every invariant has its planted fault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from tests.books import REASON, an_invited_session
from tests.builders import (
    NOW,
    a_completion,
    a_coordinator,
    a_course,
    a_meeting,
    a_room,
    a_session,
    add,
    an_officer,
)
from trainingapp.attendance.models import AttendanceCorrection, AttendanceMark, Presence
from trainingapp.catalogue.models import AccessClass
from trainingapp.certificates.models import Certificate, CertificateKind, CertificateSeries
from trainingapp.certificates.rules.codes import new_code, serial_number
from trainingapp.cli.rows import check, check_references, check_schema, examine_rows
from trainingapp.core.db import db, transaction
from trainingapp.core.health import Invariant, Level, breaches_of
from trainingapp.enrolment import services
from trainingapp.enrolment.models import PlaceMode
from trainingapp.nomination.models import Nomination
from trainingapp.records.models import ComponentResult, Outcome
from trainingapp.scheduling.models import CourseSession, SessionStatus

pytestmark = [pytest.mark.both_engines, pytest.mark.usefixtures("time_stands")]

LATER = "2030-01-01 00:00:00.000000"
EARLIER = "2026-02-01 00:00:00.000000"
BEFORE = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture
def office(app: Flask) -> Flask:
    """An office in which something of everything has happened, and nothing is wrong."""
    a_full_session()
    a_session_by_nomination()
    a_finished_session()
    return app


def a_full_session() -> None:
    """One seat, one person who has it and two who wait."""
    course_session = a_session(a_course(access_class=AccessClass.OPEN), code="OPEN-1", capacity_in_person=1)
    for _ in range(3):
        services.enrol(an_officer().id, course_session.id, PlaceMode.IN_PERSON, now=NOW)


def a_session_by_nomination() -> None:
    """A seat given to a replacement, an offer, a free seat, and a candidate on the reserve list without quota."""
    invited = an_invited_session((3, 1, 1), code="CALL-1", capacity_in_person=3)
    a_meeting(db.session.get_one(CourseSession, invited.session_id), room=a_room())
    first, second, reserve = (invited.nominee(organisation) for organisation in (0, 1, 1))
    list_candidates(invited.session_id)
    invited.select([first, second], [reserve])
    services.confirm(first, now=NOW)
    replacement = services.replace(first, invited.officer(0), REASON, now=NOW)
    list_candidates(invited.session_id)
    assert replacement.replaces_id == first


def list_candidates(session_id: int) -> None:
    """Put each place that has no nomination yet on the list of its administration."""
    places = db.session.execute(
        sa.text(
            "SELECT p.id, i.id AS invitation_id FROM place p JOIN call c ON c.course_session_id = p.course_session_id "
            "JOIN invitation i ON i.call_id = c.id AND i.organisation_id = p.organisation_id "
            "WHERE p.course_session_id = :session_id AND p.id NOT IN (SELECT place_id FROM nomination)"
        ),
        {"session_id": session_id},
    ).all()
    for place_id, invitation_id in places:
        add(Nomination(place_id=place_id, invitation_id=invitation_id, rank=1, nominated_at=NOW))


def a_finished_session() -> None:
    """Two people with marks, one of them corrected; a corrected result, a completion, two certificates."""
    course_session = a_session(code="OVER-1", starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 2))
    meeting = a_meeting(course_session, room=a_room())
    places = [services.place_person(an_officer().id, course_session.id, PlaceMode.IN_PERSON, now=BEFORE) for _ in "ab"]
    with transaction():
        db.session.get_one(CourseSession, course_session.id).status = SessionStatus.FINISHED
    trainer_id = a_coordinator().id
    for place in places:
        mark = add(
            AttendanceMark(
                meeting_id=meeting.id,
                place_id=place.id,
                person_id=place.person_id,
                presence=Presence.LATE,
                missed_minutes=20,
                recorded_by_id=trainer_id,
                recorded_at=NOW,
            )
        )
    add(
        AttendanceCorrection(
            mark_id=mark.id,
            old_presence=Presence.ABSENT,
            old_missed_minutes=0,
            new_presence=Presence.LATE,
            new_missed_minutes=20,
            reason=REASON,
            corrected_by_id=trainer_id,
            corrected_at=NOW,
        )
    )
    person_id, session_id = places[0].person_id, course_session.id
    for superseded_at in (NOW, None):
        add(
            ComponentResult(
                person_id=person_id,
                course_session_id=session_id,
                attempt=1,
                outcome=Outcome.PASSED,
                achieved_on=date(2026, 3, 2),
                recorded_by_id=trainer_id,
                recorded_at=NOW,
                superseded_at=superseded_at,
            )
        )
    a_completion(places[0].person, course_session.course, course_session_id=session_id)
    two_certificates(person_id, session_id)


def two_certificates(person_id: int, session_id: int) -> None:
    """The second one replaces the first."""
    replaced_id = None
    for number in (1, 2):
        serial, code = serial_number(2026, number), new_code()
        is_last = number == 2
        replaced_id = add(
            Certificate(
                serial=serial,
                code=code,
                kind=CertificateKind.COMPLETION,
                person_id=person_id,
                course_session_id=session_id,
                issued_at=NOW,
                printed={"serial": serial, "code": code},
                replaces_id=replaced_id,
                replaced_at=None if is_last else NOW,
                replacement_reason=None if is_last else REASON,
            )
        ).id
    add(CertificateSeries(year=2026, last_number=2))


@contextmanager
def planted(*statements: str) -> Iterator[None]:
    """The faults, for as long as the block lasts; then everything is as it was."""

    class Undone(Exception):
        pass

    try:
        with transaction():
            for statement in statements:
                db.session.execute(sa.text(statement))
            yield
            raise Undone
    except Undone:
        db.session.expire_all()


def dropped(trigger: str, table: str) -> str:
    on_table = f" ON {table}" if db.engine.dialect.name == "postgresql" else ""
    return f"DROP TRIGGER {trigger}{on_table}"


@dataclass(frozen=True)
class Fault:
    """What is done by hand, after this trigger is gone, and what the finding then names."""

    name: str
    statement: str
    names: str
    trigger: tuple[str, str] | None = None
    before: str | None = None
    later: timedelta = timedelta()

    def statements(self) -> list[str]:
        before = [dropped(*self.trigger)] if self.trigger else []
        return [*before, *([self.before] if self.before else []), self.statement]


OF_OPEN = "(SELECT id FROM course_session WHERE code = 'OPEN-1')"
OF_CALL = "(SELECT id FROM course_session WHERE code = 'CALL-1')"
HISTORY = "place_history"
STEPS_OF_OPEN = f"place_id IN (SELECT id FROM place WHERE course_session_id = {OF_OPEN})"
AT_ONCE = f"starts_at = '{LATER}', ends_at = '{LATER.replace('00:', '01:', 1)}'"
FAULTS = (
    Fault(
        "places.one_live",
        f"UPDATE place SET person_id = (SELECT min(person_id) FROM place WHERE course_session_id = {OF_OPEN}) "
        f"WHERE course_session_id = {OF_OPEN}",
        "OPEN-1: person",
        before="DROP INDEX uq_place_one_live",
    ),
    Fault("seats", "UPDATE course_session SET taken_in_person = 0 WHERE code = 'OPEN-1'", "OPEN-1"),
    Fault("quotas", "UPDATE quota SET taken = taken - 1 WHERE taken > 0", "CALL-1 "),
    Fault("quotas.missing", "DELETE FROM quota WHERE taken > 0", "CALL-1 "),
    Fault(
        "history.complete",
        f"DELETE FROM place_history WHERE {STEPS_OF_OPEN}",
        "OPEN-1: place",
        trigger=("place_history_keeps_delete", HISTORY),
    ),
    Fault(
        "history.complete",
        f"UPDATE place_history SET step = step + 5 WHERE {STEPS_OF_OPEN}",
        "OPEN-1: place",
        trigger=("place_history_keeps_update", HISTORY),
    ),
    Fault(
        "history.complete",
        f"UPDATE place SET steps = 0 WHERE course_session_id = {OF_OPEN}",
        "OPEN-1: place",
        trigger=("place_history_keeps_delete", HISTORY),
        before=f"DELETE FROM place_history WHERE {STEPS_OF_OPEN}",
    ),
    Fault(
        "history.order",
        "UPDATE place_history SET old_status = 'requested' WHERE step = 2",
        "step 2",
        trigger=("place_history_keeps_update", HISTORY),
    ),
    Fault("history.state", "UPDATE place SET status = 'declined' WHERE status = 'waiting'", "OPEN-1: place"),
    Fault("queue", f"UPDATE place SET queue_no = -queue_no WHERE course_session_id = {OF_OPEN}", "OPEN-1: place"),
    Fault("queue", "UPDATE course_session SET last_queue_no = 0 WHERE code = 'OPEN-1'", "OPEN-1: place"),
    Fault("vacancies", "UPDATE terms SET vacancy_in_person = NULL", "CALL-1"),
    Fault("vacancies", "UPDATE terms SET vacancy_online = 'nobody_waits'", "CALL-1"),
    Fault(
        "queue.overlooked",
        "UPDATE course_session SET capacity_in_person = 2 WHERE code = 'OPEN-1'",
        "OPEN-1: place",
        later=timedelta(hours=1),
    ),
    Fault(
        "replacements",
        f"UPDATE place SET replaces_id = (SELECT min(id) FROM place WHERE course_session_id = {OF_OPEN}) "
        "WHERE replaces_id IS NOT NULL",
        "CALL-1: place",
    ),
    Fault("offers.outlived", f"UPDATE place SET offered_until = '{LATER}' WHERE status = 'offered'", "CALL-1: place"),
    Fault("offers.overdue", "SELECT 1", "CALL-1: place", later=timedelta(days=20)),
    Fault(
        "offers.overdue",
        f"UPDATE place SET held_until = '{EARLIER}' WHERE status = 'withdrawn'",
        "CALL-1: place",
    ),
    Fault("places.undecided", "UPDATE course_session SET status = 'running' WHERE code = 'OPEN-1'", "OPEN-1: place"),
    Fault(
        "places.undecided",
        f"UPDATE course_session SET status = 'cancelled', cancelled_at = '{EARLIER}' WHERE code = 'OVER-1'",
        "OVER-1: place",
    ),
    Fault(
        "roles",
        "UPDATE role_grant SET organisation_id = (SELECT max(id) FROM organisation) WHERE organisation_id > 0",
        ": officer",
    ),
    Fault("rooms", f"UPDATE meeting SET {AT_ONCE}, room_id = (SELECT min(id) FROM room)", "CALL-1 and OVER-1"),
    Fault(
        "trainers",
        "INSERT INTO session_trainer (course_session_id, person_id) "
        "SELECT id, (SELECT min(id) FROM person) FROM course_session WHERE code IN ('CALL-1', 'OVER-1')",
        "CALL-1 and OVER-1",
        before=f"UPDATE meeting SET {AT_ONCE}",
    ),
    Fault("sessions.late", "UPDATE course_session SET status = 'confirmed' WHERE code = 'OVER-1'", "OVER-1"),
    Fault(
        "candidates",
        "UPDATE nomination SET invitation_id = (SELECT max(id) FROM invitation)",
        "CALL-1: place",
    ),
    Fault("candidates.listed", "DELETE FROM nomination", "CALL-1: place"),
    Fault("candidates.decided", "UPDATE place SET status = 'nominated' WHERE status = 'offered'", "CALL-1: place"),
    Fault("invitations", "DELETE FROM quota WHERE taken = 0", "CALL-1 "),
    Fault("attendance", "UPDATE attendance_mark SET person_id = (SELECT max(id) FROM person)", "OVER-1: mark"),
    Fault("corrections", "UPDATE attendance_mark SET presence = 'absent', missed_minutes = 0", "OVER-1: mark"),
    Fault("corrections", "UPDATE attendance_mark SET missed_minutes = NULL", "OVER-1: mark"),
    Fault("completions", "UPDATE completion SET course_id = (SELECT min(id) FROM course)", "OVER-1: person"),
    Fault("results", "DELETE FROM component_result WHERE superseded_at IS NULL", "OVER-1: person"),
    Fault(
        "certificates",
        "DELETE FROM certificate WHERE replaces_id IS NOT NULL",
        "2026",
        trigger=("certificate_is_kept", "certificate"),
    ),
    Fault("certificates.replaced", "UPDATE certificate SET replaces_id = NULL", "ROCB-2026-000001"),
    Fault(
        "certificates.printed",
        "UPDATE certificate SET code = serial",
        "ROCB-2026-000001, ROCB-2026-000002",
        trigger=("certificate_is_frozen", "certificate"),
    ),
)


def test_nothing_is_found_where_nothing_is_wrong(office: Flask) -> None:
    found = [each for each in examine_rows(NOW) if each.level is not Level.OK]

    assert found == []


def test_each_planted_fault_is_found_and_named(office: Flask) -> None:
    missed = [fault.statement for fault in FAULTS if not is_found(fault)]

    assert missed == []


def is_found(fault: Fault) -> bool:
    [invariant] = [each for each in current_app.extensions["invariants"] if each.name == fault.name]
    with planted(*fault.statements()):
        found = check(invariant, NOW + fault.later)
    return found.level in {Level.ERROR, Level.WARNING} and fault.names in found.text and bool(found.hint)


def test_every_invariant_has_its_planted_fault(app: Flask) -> None:
    declared = [invariant.name for invariant in app.extensions["invariants"]]

    assert len(declared) == len(set(declared))
    assert set(declared) == {fault.name for fault in FAULTS}


def test_long_list_of_breaches_says_how_many_more_there_are(office: Flask) -> None:
    many = Invariant(
        name="many",
        holds="None.",
        broken="Many",
        hint="",
        breaches=lambda _now: sa.select(sa.literal("S-") + sa.cast(sa.column("n"), sa.String)).select_from(
            sa.text("(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 12) SELECT n FROM c) x")
        ),
    )

    assert check(many, NOW).text.endswith("S-9, S-10 and 2 more.")
    assert breaches_of(many, NOW).count == 12


def test_what_was_dropped_by_hand_is_named(office: Flask) -> None:
    lost = {
        "trigger place_history_keeps_update": dropped("place_history_keeps_update", "place_history"),
        "index uq_place_one_live": "DROP INDEX uq_place_one_live",
        "table selection_comment": "DROP TABLE selection_comment",
        "column terms.vacancy_online": "ALTER TABLE terms RENAME COLUMN vacancy_online TO lost",
    }

    for name, statement in lost.items():
        with planted(statement):
            found = check_schema()
        assert found.level is Level.ERROR
        assert name in found.text


def test_unique_index_made_anew_without_being_unique_is_named(office: Flask) -> None:
    again = "CREATE INDEX uq_place_one_live ON place (person_id, course_session_id) WHERE status = 'placed'"

    with planted("DROP INDEX uq_place_one_live", again):
        found = check_schema()

    assert "index uq_place_one_live" in found.text


def test_constraint_taken_away_is_named(office: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite takes no constraint off a table")

    with planted("ALTER TABLE quota DROP CONSTRAINT ck_quota_never_more_than_accepted"):
        found = check_schema()

    assert "constraint ck_quota_never_more_than_accepted" in found.text


def test_foreign_keys_switched_off_are_named(office: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite watches foreign keys for each connection, and ours always does")

    with planted("ALTER TABLE place DISABLE TRIGGER ALL"):
        found = check_schema()

    assert "foreign keys of place" in found.text


def test_reference_to_a_row_that_is_gone_is_named(office: Flask) -> None:
    unwatched = (
        "PRAGMA defer_foreign_keys = ON"
        if db.engine.dialect.name == "sqlite"
        else "ALTER TABLE place DROP CONSTRAINT fk_place_organisation_id"
    )

    with planted(unwatched, f"UPDATE place SET organisation_id = 999 WHERE course_session_id = {OF_OPEN}"):
        found = check_references()

    assert found.level is Level.ERROR
    assert "organisation_id 999" in found.text
