"""How the log speaks of the catalogue."""

from __future__ import annotations

import sqlalchemy as sa

from trainingapp.catalogue.models import AccessClass, Course, CourseKind, Level, Topic
from trainingapp.core.formats import hours, names_of_languages
from trainingapp.core.i18n import _l
from trainingapp.core.logged import Kind, OwnPage
from trainingapp.core.permissions import P

KINDS = (
    Kind(
        name="course",
        model=Course,
        rows=sa.select(Course.id, Course.code, Course.title),
        called=lambda row: f"{row.code} {row.title}",
        label=_l("Course"),
        title=lambda course: f"{course.code} {course.title}",
        page=OwnPage(endpoint="courses.course", argument="course_id", needs=P.COURSE_VIEW),
        is_training=True,
        fields=("prerequisite_ids",),
    ),
    Kind(
        name="topic",
        model=Topic,
        rows=sa.select(Topic.id, Topic.name),
        fields=("topic_ids",),
    ),
)

FIELDS = {
    "access_class": _l("Access"),
    "admission_en": _l("Admission (English)"),
    "admission_ru": _l("Admission (Russian)"),
    "assessment_en": _l("Assessment (English)"),
    "assessment_ru": _l("Assessment (Russian)"),
    "attendance_percent": _l("Attendance needed (percent)"),
    "audience_en": _l("Audience (English)"),
    "audience_ru": _l("Audience (Russian)"),
    "competency_en": _l("Competency (English)"),
    "competency_ru": _l("Competency (Russian)"),
    "description_en": _l("Description (English)"),
    "description_ru": _l("Description (Russian)"),
    "duration_minutes": _l("Duration"),
    "followed_at_url": _l("Where the course is followed"),
    "languages": _l("Languages"),
    "level": _l("Level"),
    "outcomes_en": _l("Learning outcomes (English)"),
    "outcomes_ru": _l("Learning outcomes (Russian)"),
    "pass_score": _l("Pass mark"),
    "prerequisite_ids": _l("Required courses"),
    "result_required": _l("A passed result is required"),
    "summary_en": _l("Summary (English)"),
    "summary_ru": _l("Summary (Russian)"),
    "topic_ids": _l("Topics"),
    "validity_months": _l("Validity in months"),
}
CHOICES = {"access_class": AccessClass, "kind": CourseKind, "level": Level}
FORMATS = {"duration_minutes": hours, "languages": names_of_languages}
