"""Marks per meeting and place, the corrections made to them, and the scans of signed sheets."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingapp.accounts.models import Person
from trainingapp.core.db import Base, append_only, enum_column
from trainingapp.core.files import StoredFile
from trainingapp.core.i18n import LazyText, _l
from trainingapp.enrolment.models import Place
from trainingapp.scheduling.models import Meeting


class Presence(StrEnum):
    PRESENT = "present"
    ONLINE = "online"
    LATE = "late"
    LEFT_EARLY = "left_early"
    EXCUSED = "excused"
    ABSENT = "absent"
    NOT_RECORDED = "not_recorded"

    @property
    def label(self) -> LazyText:
        return PRESENCE_LABELS[self]

    @property
    def counts(self) -> bool:
        """Whether the time of the meeting counts as attended, less what was missed."""
        return self in {Presence.PRESENT, Presence.ONLINE, Presence.LATE, Presence.LEFT_EARLY}


PRESENCE_LABELS = {
    Presence.PRESENT: _l("present in person"),
    Presence.ONLINE: _l("present online"),
    Presence.LATE: _l("late"),
    Presence.LEFT_EARLY: _l("left early"),
    Presence.EXCUSED: _l("excused"),
    Presence.ABSENT: _l("absent"),
    Presence.NOT_RECORDED: _l("not recorded"),
}


class AttendanceMark(Base):
    """What was recorded for one person at one meeting. No row means: not recorded.

    ``missed_minutes`` is NULL where somebody came late or left early and nobody has said by how much.
    """

    __tablename__ = "attendance_mark"
    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "place_id"),
        sa.CheckConstraint("recorded_by_id <> person_id", name="nobody_attests_oneself"),
        sa.CheckConstraint(
            "CASE WHEN presence IN ('late', 'left_early') THEN missed_minutes IS NULL OR missed_minutes > 0 "
            "ELSE missed_minutes IS NOT NULL AND missed_minutes = 0 END",
            name="missed_when_late_or_early",
        ),
    )

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    presence: Mapped[Presence] = mapped_column(enum_column(Presence, "presence"))
    missed_minutes: Mapped[int | None] = mapped_column(default=0)
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    recorded_at: Mapped[datetime]

    meeting: Mapped[Meeting] = relationship()
    place: Mapped[Place] = relationship()
    recorded_by: Mapped[Person] = relationship(foreign_keys=recorded_by_id)


class AttendanceCorrection(Base):
    """A change to a recorded mark: the old value, the new one, who, when, and why. Append-only."""

    __tablename__ = "attendance_correction"
    __table_args__ = (sa.CheckConstraint("length(trim(reason)) > 0", name="reason_not_blank"),)

    mark_id: Mapped[int] = mapped_column(sa.ForeignKey("attendance_mark.id"), index=True)
    old_presence: Mapped[Presence] = mapped_column(enum_column(Presence, "old_presence"))
    old_missed_minutes: Mapped[int]
    new_presence: Mapped[Presence] = mapped_column(enum_column(Presence, "new_presence"))
    new_missed_minutes: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.Text)
    corrected_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    corrected_at: Mapped[datetime]

    mark: Mapped[AttendanceMark] = relationship()
    corrected_by: Mapped[Person] = relationship()


append_only(AttendanceCorrection.__table__)  # type: ignore[arg-type]


class SheetScan(Base):
    """The scan of a meeting's signed sign-in sheet."""

    __tablename__ = "sheet_scan"

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))

    meeting: Mapped[Meeting] = relationship()
    file: Mapped[StoredFile] = relationship()

    @property
    def trainer_ids(self) -> frozenset[int]:
        return self.meeting.trainer_ids

    @property
    def centre_id(self) -> int | None:
        return self.meeting.centre_id
