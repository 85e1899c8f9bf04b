"""How the log speaks of scheduling."""

from __future__ import annotations

import sqlalchemy as sa

from trainingapp.catalogue.models import Course
from trainingapp.core.formats import moment, names_of_languages
from trainingapp.core.i18n import _l
from trainingapp.core.logged import Kind, OwnPage
from trainingapp.core.permissions import P
from trainingapp.scheduling.models import CourseSession, Meeting, MeetingMode, Room


def title_of(course_session: CourseSession) -> str:
    """What a session is called above a log."""
    return f"{course_session.code} {course_session.course.title}"


KINDS = (
    Kind(
        name="course_session",
        model=CourseSession,
        rows=sa.select(CourseSession.id, CourseSession.code, Course.title).join(
            Course, Course.id == CourseSession.course_id
        ),
        called=lambda row: f"{row.code} {row.title}",
        label=_l("Course session"),
        title=title_of,
        page=OwnPage(endpoint="scheduling.session", argument="session_id", needs=P.SESSION_VIEW),
        is_training=True,
    ),
    Kind(
        name="meeting",
        model=Meeting,
        rows=sa.select(Meeting.id, Meeting.starts_at, CourseSession.time_zone).join(
            CourseSession, CourseSession.id == Meeting.course_session_id
        ),
        called=lambda row: moment(row.starts_at, row.time_zone),
        label=_l("Meeting"),
        title=lambda meeting: (
            f"{title_of(meeting.course_session)}, {moment(meeting.starts_at, meeting.course_session.time_zone)}"
        ),
        is_training=True,
    ),
    Kind(
        name="room",
        model=Room,
        rows=sa.select(Room.id, Room.name),
    ),
)

FIELDS = {
    "capacity": _l("Capacity"),
    "capacity_in_person": _l("Places in person"),
    "capacity_online": _l("Places online"),
    "co_organiser_en": _l("Co-organiser (English)"),
    "co_organiser_ru": _l("Co-organiser (Russian)"),
    "ends_on": _l("Last day"),
    "enrolment_closes_at": _l("Enrolment deadline"),
    "interpretation": _l("Interpretation"),
    "joining_url": _l("Link to join online"),
    "minimum": _l("Minimum of participants"),
    "room_id": _l("Room"),
    "sponsor_en": _l("Sponsor (English)"),
    "sponsor_ru": _l("Sponsor (Russian)"),
    "starts_on": _l("First day"),
}
CHOICES = {"mode": MeetingMode}
FORMATS = {"interpretation": names_of_languages}
