"""What must never be false of attendance marks, as questions to the database."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from trainingapp.attendance.models import AttendanceCorrection, AttendanceMark
from trainingapp.core.db import Select
from trainingapp.core.health import Invariant, text
from trainingapp.enrolment.models import Place
from trainingapp.scheduling.models import CourseSession, Meeting


def marks() -> Select:
    """Marks by the code of the session of their meeting."""
    return (
        sa.select(CourseSession.code + ": mark " + text(AttendanceMark.id))
        .select_from(AttendanceMark)
        .join(Meeting, Meeting.id == AttendanceMark.meeting_id)
        .join(CourseSession, CourseSession.id == Meeting.course_session_id)
        .order_by(CourseSession.code, AttendanceMark.id)
    )


def strayed_marks(_now: datetime) -> Select:
    """Marks of another person than the place, or at a meeting of another session."""
    return (
        marks()
        .join(Place, Place.id == AttendanceMark.place_id)
        .where(
            sa.or_(
                Place.person_id != AttendanceMark.person_id,
                Place.course_session_id != Meeting.course_session_id,
            )
        )
    )


def untold_corrections(_now: datetime) -> Select:
    """Marks that say something else than their last correction."""
    last = sa.select(sa.func.max(AttendanceCorrection.id)).group_by(AttendanceCorrection.mark_id)
    correction = aliased(AttendanceCorrection)
    return (
        marks()
        .join(correction, correction.mark_id == AttendanceMark.id)
        .where(
            correction.id.in_(last),
            sa.or_(
                correction.new_presence != AttendanceMark.presence,
                correction.new_missed_minutes != sa.func.coalesce(AttendanceMark.missed_minutes, 0),
            ),
        )
    )


INVARIANTS = (
    Invariant(
        name="attendance",
        holds="Every mark belongs to the person and the session of its place.",
        broken="Marks of another person or session than their place",
        hint="Somebody wrote into the database by hand. Compare the attendance_mark and place tables.",
        breaches=strayed_marks,
    ),
    Invariant(
        name="corrections",
        holds="Every corrected mark says what its last correction says.",
        broken="Marks that were changed without a correction",
        hint="Correct them on the attendance sheet, with the reason: the history then tells what is true.",
        breaches=untold_corrections,
    ),
)
