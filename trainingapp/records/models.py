"""Results of components, and completions. Nothing is overwritten: a correction supersedes and says why."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingapp.accounts.models import Person
from trainingapp.catalogue.models import Course
from trainingapp.core.db import Base, enum_column
from trainingapp.core.files import StoredFile
from trainingapp.core.i18n import LazyText, _l
from trainingapp.scheduling.models import CourseSession, OfTaughtSession


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    REPEAT = "repeat"

    @property
    def label(self) -> LazyText:
        return {Outcome.PASSED: _l("passed"), Outcome.FAILED: _l("failed"), Outcome.REPEAT: _l("to be repeated")}[self]


CURRENT = sa.text("superseded_at IS NULL")


class ComponentResult(OfTaughtSession, Base):
    """How one attempt of one person at a component went, as its assessor recorded it.

    A correction is a new row with a reason; the row it corrects is marked as superseded and stays.
    """

    __tablename__ = "component_result"
    __table_args__ = (
        sa.CheckConstraint("recorded_by_id <> person_id", name="nobody_attests_oneself"),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name="score_in_range"),
        sa.CheckConstraint("attempt > 0", name="attempt_positive"),
        sa.Index(
            "uq_component_result_current",
            "person_id",
            "course_session_id",
            "attempt",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
    )

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    course_session_id: Mapped[int] = mapped_column(sa.ForeignKey("course_session.id"), index=True)
    attempt: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome, "outcome"))
    score: Mapped[int | None]
    remark: Mapped[str | None] = mapped_column(sa.Text)
    achieved_on: Mapped[date]
    evidence_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    correction_reason: Mapped[str | None] = mapped_column(sa.Text)
    superseded_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    course_session: Mapped[CourseSession] = relationship()
    recorded_by: Mapped[Person] = relationship(foreign_keys=recorded_by_id)
    evidence: Mapped[StoredFile | None] = relationship()


STANDING = sa.text("withdrawn_at IS NULL")


class Completion(OfTaughtSession, Base):
    """That a person has completed a course in one session of it, with what that was decided on."""

    __tablename__ = "completion"
    __table_args__ = (
        sa.CheckConstraint("marked_by_id <> person_id", name="nobody_attests_oneself"),
        sa.CheckConstraint("attended_minutes >= 0 AND attended_minutes <= planned_minutes", name="minutes_in_range"),
        sa.Index(
            "uq_completion_standing",
            "person_id",
            "course_session_id",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
    )

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"), index=True)
    course_session_id: Mapped[int] = mapped_column(sa.ForeignKey("course_session.id"), index=True)
    completed_on: Mapped[date]
    valid_until: Mapped[date | None]
    planned_minutes: Mapped[int]
    attended_minutes: Mapped[int]
    score: Mapped[int | None]
    marked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    marked_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str | None] = mapped_column(sa.Text)

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    course: Mapped[Course] = relationship()
    course_session: Mapped[CourseSession] = relationship()
