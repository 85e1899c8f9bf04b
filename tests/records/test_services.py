"""Results and completions: attempts, corrections, withdrawal, and two people at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.builders import NOW, a_course, a_session, a_trainer, an_officer
from trainingapp.catalogue.models import CourseKind
from trainingapp.core.actor import acting_as
from trainingapp.core.db import db, transaction
from trainingapp.core.errors import DomainError
from trainingapp.records import queries, services
from trainingapp.records.models import Completion, ComponentResult, Outcome
from trainingapp.records.services import ResultDetails
from trainingapp.scheduling.models import CourseSession

PASSED, FAILED, REPEAT = (
    ResultDetails(outcome=Outcome.PASSED),
    ResultDetails(outcome=Outcome.FAILED),
    ResultDetails(outcome=Outcome.REPEAT),
)
BEGUN: dict[str, Any] = {"starts_on": date(2026, 5, 4), "ends_on": date(2026, 5, 5)}  # the day of NOW
PDF = (b"%PDF-1.7 certificate", "Сертификат № 7.pdf")


def results() -> list[ComponentResult]:
    return list(db.session.scalars(sa.select(ComponentResult).order_by(ComponentResult.id)))


def completions() -> list[Completion]:
    return list(db.session.scalars(sa.select(Completion)))


def test_record_result_numbers_the_attempts(app: Flask) -> None:
    session_id, officer_id = a_session(**BEGUN).id, an_officer().id

    with acting_as(a_trainer().id):
        for entry in (REPEAT, FAILED, PASSED):
            services.record_result(officer_id, session_id, entry, now=NOW)

    assert [(row.attempt, row.outcome) for row in results()] == [
        (1, Outcome.REPEAT),
        (2, Outcome.FAILED),
        (3, Outcome.PASSED),
    ]


def test_record_result_is_refused_after_passed(app: Flask) -> None:
    session_id, officer_id = a_session(**BEGUN).id, an_officer().id

    with acting_as(a_trainer().id):
        services.record_result(officer_id, session_id, PASSED, now=NOW)
        with pytest.raises(DomainError, match="passed already"):
            services.record_result(officer_id, session_id, FAILED, now=NOW)

    assert len(results()) == 1


def test_record_result_of_the_same_attempt_twice_is_one(app: Flask) -> None:
    session_id, officer_id = a_session(**BEGUN).id, an_officer().id
    entry = ResultDetails(outcome=Outcome.PASSED, score=80, remark=" calm ", attempt=1)

    with acting_as(a_trainer().id):
        first = services.record_result(officer_id, session_id, entry, now=NOW).id
        second = services.record_result(officer_id, session_id, entry, now=NOW + timedelta(minutes=1)).id

    assert first == second
    assert [row.remark for row in results()] == ["calm"]


def test_record_result_of_an_attempt_that_another_took_is_refused(app: Flask) -> None:
    session_id, officer_id = a_session(**BEGUN).id, an_officer().id

    with acting_as(a_trainer().id):
        services.record_result(officer_id, session_id, ResultDetails(outcome=Outcome.FAILED, attempt=1), now=NOW)
        with pytest.raises(DomainError, match="attempt 1 in the meantime"):
            services.record_result(officer_id, session_id, ResultDetails(outcome=Outcome.PASSED, attempt=1), now=NOW)

    assert len(results()) == 1


@pytest.mark.parametrize(
    ("session", "now_day", "expected"),
    [
        (BEGUN, NOW, date(2026, 5, 4)),
        ({"starts_on": date(2026, 4, 1), "ends_on": date(2026, 4, 2)}, NOW, date(2026, 4, 2)),
    ],
)
def test_record_result_takes_the_last_day_of_the_session_or_today(
    app: Flask, session: dict[str, Any], now_day: Any, expected: date
) -> None:
    session_id, officer_id = a_session(**session).id, an_officer().id

    with acting_as(a_trainer().id):
        result = services.record_result(officer_id, session_id, PASSED, now=now_day)

    assert result.achieved_on == expected


def test_record_result_waits_for_the_first_day_at_the_venue(app: Flask) -> None:
    session_id, officer_id = a_session(starts_on=date(2026, 5, 5), ends_on=date(2026, 5, 6)).id, an_officer().id
    midnight = datetime(2026, 5, 4, 20, 0, tzinfo=UTC)  # in Baku

    with acting_as(a_trainer().id):
        with pytest.raises(DomainError, match="before the first day of the session"):
            services.record_result(officer_id, session_id, PASSED, now=midnight - timedelta(seconds=1))
        result = services.record_result(officer_id, session_id, PASSED, now=midnight)

    assert result.achieved_on == date(2026, 5, 5)


def test_correct_result_keeps_a_day_that_a_moved_session_left_behind(app: Flask) -> None:
    session_id, officer_id = a_session(**BEGUN).id, an_officer().id
    with acting_as(a_trainer().id):
        old = services.record_result(officer_id, session_id, FAILED, now=NOW)
    day, later = old.achieved_on, {"starts_on": date(2026, 5, 6), "ends_on": date(2026, 5, 7)}
    with transaction():
        db.session.execute(sa.update(CourseSession).where(CourseSession.id == session_id).values(later))

    with acting_as(a_trainer().id):
        entry = ResultDetails(outcome=Outcome.FAILED, remark="calm", achieved_on=day)
        new = services.correct_result(old.id, entry, "a remark", now=NOW + timedelta(days=2))
        for other in (day - timedelta(days=1), day + timedelta(days=1)):
            with pytest.raises(DomainError, match="before the first day of the session"):
                services.correct_result(
                    new.id,
                    ResultDetails(outcome=Outcome.FAILED, achieved_on=other),
                    "a day",
                    now=NOW + timedelta(days=2),
                )

    assert (new.achieved_on, new.remark) == (day, "calm")


def test_nobody_attests_oneself(app: Flask) -> None:
    session_id, trainer_id = a_session(**BEGUN).id, a_trainer().id

    with acting_as(trainer_id), pytest.raises(DomainError, match="You cannot record your own"):
        services.record_result(trainer_id, session_id, PASSED, now=NOW)
    with acting_as(trainer_id), pytest.raises(DomainError, match="You cannot record your own"):
        services.record_completion(
            trainer_id, session_id, completed_on=NOW.date(), planned_minutes=1, attended_minutes=1, now=NOW
        )

    assert results() == []
    assert completions() == []


def test_distance_result_needs_and_keeps_its_evidence(app: Flask) -> None:
    session_id, officer_id = a_session(a_course(kind=CourseKind.DISTANCE)).id, an_officer().id

    with acting_as(a_trainer().id):
        with pytest.raises(DomainError) as error:
            services.record_result(officer_id, session_id, PASSED, now=NOW)
        result = services.record_result(officer_id, session_id, PASSED, now=NOW, evidence=PDF)

    assert error.value.field == "evidence"
    assert result.evidence is not None
    assert result.evidence.name == "Сертификат № 7.pdf"


def test_distance_result_with_another_file_is_refused_whole(app: Flask) -> None:
    session_id, officer_id = a_session(a_course(kind=CourseKind.DISTANCE)).id, an_officer().id

    with acting_as(a_trainer().id), pytest.raises(DomainError, match="PDF, JPEG or PNG"):
        services.record_result(officer_id, session_id, PASSED, now=NOW, evidence=(b"MZ", "run.exe"))

    assert results() == []


def test_correct_result_keeps_the_old_row_and_the_reason(app: Flask) -> None:
    session_id, officer_id = a_session(**BEGUN).id, an_officer().id

    with acting_as(a_trainer().id):
        old = services.record_result(officer_id, session_id, FAILED, now=NOW).id
        new = services.correct_result(old, ResultDetails(outcome=Outcome.PASSED, score=75), " wrong line ", now=NOW).id

    rows = {row.id: row for row in results()}
    assert rows[old].superseded_at == NOW
    assert (rows[new].attempt, rows[new].outcome, rows[new].correction_reason) == (1, Outcome.PASSED, "wrong line")
    assert [row.id for row in queries.results_of(session_id)[officer_id]] == [new]
    assert [row.id for row in queries.history_of(session_id, officer_id)] == [old, new]


def test_correct_result_wants_a_reason_and_a_result_that_stands(app: Flask) -> None:
    session_id, officer_id = a_session(**BEGUN).id, an_officer().id

    with acting_as(a_trainer().id):
        old = services.record_result(officer_id, session_id, FAILED, now=NOW).id
        with pytest.raises(DomainError) as error:
            services.correct_result(old, PASSED, "  ", now=NOW)
        services.correct_result(old, PASSED, "wrong line", now=NOW)
        with pytest.raises(DomainError, match="in the meantime"):
            services.correct_result(old, REPEAT, "again", now=NOW)

    assert error.value.field == "reason"
    assert len(results()) == 2


def test_correct_result_to_the_same_changes_nothing(app: Flask) -> None:
    session_id, officer_id = a_session(**BEGUN).id, an_officer().id

    with acting_as(a_trainer().id):
        old = services.record_result(officer_id, session_id, FAILED, now=NOW).id
        assert services.correct_result(old, FAILED, None, now=NOW).id == old

    assert len(results()) == 1


def test_correct_result_does_not_pull_the_ground_from_under_a_completion(app: Flask) -> None:
    session_id, officer_id = a_session(**BEGUN).id, an_officer().id

    with acting_as(a_trainer().id):
        result = services.record_result(officer_id, session_id, PASSED, now=NOW).id
        services.record_completion(
            officer_id, session_id, completed_on=NOW.date(), planned_minutes=6, attended_minutes=6, now=NOW
        )
        with pytest.raises(DomainError, match="Withdraw the completion first"):
            services.correct_result(result, FAILED, "wrong line", now=NOW)


def test_record_completion_freezes_how_long_it_counts(app: Flask) -> None:
    course = a_course(validity_months=24)
    session_id, officer_id = a_session(course, **BEGUN).id, an_officer().id

    with acting_as(a_trainer().id):
        first, second = (
            services.record_completion(
                officer_id, session_id, completed_on=date(2026, 5, 4), planned_minutes=6, attended_minutes=5, now=NOW
            ).id
            for _ in range(2)
        )

    (completion,) = completions()
    assert first == second == completion.id
    assert completion.valid_until == date(2028, 5, 4)
    assert completion.course_id == course.id


def test_withdraw_completion_keeps_the_row_and_lets_it_be_marked_anew(app: Flask) -> None:
    session_id, officer_id = a_session(**BEGUN).id, an_officer().id
    values: dict[str, Any] = {"completed_on": NOW.date(), "planned_minutes": 6, "attended_minutes": 6, "now": NOW}

    with acting_as(a_trainer().id):
        first = services.record_completion(officer_id, session_id, **values).id
        with pytest.raises(DomainError) as error:
            services.withdraw_completion(first, "", now=NOW)
        services.withdraw_completion(first, "mistaken", now=NOW)
        services.withdraw_completion(first, "twice", now=NOW)
        second = services.record_completion(officer_id, session_id, **values).id

    assert error.value.field == "reason"
    assert db.session.get_one(Completion, first).withdrawal_reason == "mistaken"
    assert list(queries.completions_of(session_id)) == [officer_id]
    assert first != second


def test_two_trainers_at_once_record_one_result(app: Flask, in_threads: Callable[..., list[Any]]) -> None:
    session_id, officer_id = a_session(**BEGUN).id, an_officer().id
    trainers = [a_trainer().id for _ in range(6)]

    def job(trainer_id: int) -> Callable[[], int]:
        def record() -> int:
            with acting_as(trainer_id):
                entry = ResultDetails(outcome=Outcome.PASSED, attempt=1)
                return services.record_result(officer_id, session_id, entry, now=NOW).id

        return record

    found = in_threads([job(trainer_id) for trainer_id in trainers])

    assert len(set(found)) == 1
    assert len(results()) == 1
