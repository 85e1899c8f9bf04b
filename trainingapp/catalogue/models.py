"""Courses, their topics and their prerequisites."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from trainingapp.accounts.models import SORT_KEY, Centre
from trainingapp.core.db import Base, enum_column
from trainingapp.core.i18n import Bilingual, LanguageSet, LazyText, _l


class CourseKind(StrEnum):
    DISTANCE = "distance"
    VR = "vr"
    PRACTICAL = "practical"
    WORKSHOP = "workshop"

    @property
    def label(self) -> LazyText:
        return KIND_LABELS[self]

    @property
    def is_distance(self) -> bool:
        return self is CourseKind.DISTANCE


KIND_LABELS = {
    CourseKind.DISTANCE: _l("Distance learning"),
    CourseKind.VR: _l("VR training"),
    CourseKind.PRACTICAL: _l("Practical"),
    CourseKind.WORKSHOP: _l("Workshop or seminar"),
}


class CourseStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"

    @property
    def label(self) -> LazyText:
        return {
            CourseStatus.DRAFT: _l("Draft"),
            CourseStatus.PUBLISHED: _l("Published"),
            CourseStatus.RETIRED: _l("Retired"),
        }[self]

    @property
    def is_draft(self) -> bool:
        return self is CourseStatus.DRAFT

    @property
    def is_published(self) -> bool:
        return self is CourseStatus.PUBLISHED

    @property
    def is_retired(self) -> bool:
        return self is CourseStatus.RETIRED


class AccessClass(StrEnum):
    """Who may have a place, and how: open courses give it at once, the others after a coordinator's decision."""

    OPEN = "open"
    CUSTOMS = "customs"
    INVITATION = "invitation"

    @property
    def label(self) -> LazyText:
        return {
            AccessClass.OPEN: _l("Open to everyone with an account"),
            AccessClass.CUSTOMS: _l("Customs officers only"),
            AccessClass.INVITATION: _l("By invitation"),
        }[self]

    @property
    def is_open(self) -> bool:
        """Places are given at once."""
        return self is AccessClass.OPEN

    @property
    def is_by_invitation(self) -> bool:
        return self is AccessClass.INVITATION


class Level(StrEnum):
    AWARE = "aware"
    TRAINED = "trained"
    ADVANCED = "advanced"
    EXPERT = "expert"

    @property
    def label(self) -> LazyText:
        return {
            Level.AWARE: _l("Aware"),
            Level.TRAINED: _l("Trained"),
            Level.ADVANCED: _l("Advanced"),
            Level.EXPERT: _l("Expert level"),
        }[self]


course_topic = sa.Table(
    "course_topic",
    Base.metadata,
    sa.Column("course_id", sa.ForeignKey("course.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("topic_id", sa.ForeignKey("topic.id"), primary_key=True, index=True),
)


class Topic(Base):
    """A subject by which courses are found."""

    __tablename__ = "topic"

    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name_en: Mapped[str] = mapped_column(sa.String(100))
    name_ru: Mapped[str | None] = mapped_column(sa.String(100))

    name: Mapped[Bilingual] = composite("name_en", "name_ru")


class Course(Base):
    """What is taught: the template of its dated sessions.

    ``version`` counts its changes, so that nobody overwrites what somebody else has written meanwhile.
    """

    __tablename__ = "course"
    __table_args__ = (
        sa.CheckConstraint("length(trim(title_en)) > 0", name="title_en_not_blank"),
        sa.CheckConstraint("duration_minutes > 0", name="duration_positive"),
        sa.CheckConstraint("attendance_percent BETWEEN 1 AND 100", name="attendance_percent_in_range"),
        sa.CheckConstraint("attendance_percent IS NOT NULL OR result_required", name="has_a_completion_rule"),
        sa.CheckConstraint("pass_score BETWEEN 0 AND 100", name="pass_score_in_range"),
        sa.CheckConstraint("validity_months > 0", name="validity_positive"),
    )

    code: Mapped[str] = mapped_column(sa.String(30), unique=True)
    kind: Mapped[CourseKind] = mapped_column(enum_column(CourseKind, "course_kind"), index=True)
    status: Mapped[CourseStatus] = mapped_column(enum_column(CourseStatus, "course_status"), index=True)
    access_class: Mapped[AccessClass] = mapped_column(enum_column(AccessClass, "access_class"))
    centre_id: Mapped[int | None] = mapped_column(sa.ForeignKey("centre.id"), index=True)

    title_en: Mapped[str] = mapped_column(sa.String(200))
    title_ru: Mapped[str | None] = mapped_column(sa.String(200))
    summary_en: Mapped[str | None] = mapped_column(sa.String(500))
    summary_ru: Mapped[str | None] = mapped_column(sa.String(500))
    description_en: Mapped[str | None] = mapped_column(sa.Text)
    description_ru: Mapped[str | None] = mapped_column(sa.Text)
    outcomes_en: Mapped[str | None] = mapped_column(sa.Text)
    outcomes_ru: Mapped[str | None] = mapped_column(sa.Text)
    audience_en: Mapped[str | None] = mapped_column(sa.Text)
    audience_ru: Mapped[str | None] = mapped_column(sa.Text)
    admission_en: Mapped[str | None] = mapped_column(sa.Text)
    admission_ru: Mapped[str | None] = mapped_column(sa.Text)
    assessment_en: Mapped[str | None] = mapped_column(sa.Text)
    assessment_ru: Mapped[str | None] = mapped_column(sa.Text)
    competency_en: Mapped[str | None] = mapped_column(sa.String(200))
    competency_ru: Mapped[str | None] = mapped_column(sa.String(200))

    level: Mapped[Level | None] = mapped_column(enum_column(Level, "level"))
    languages: Mapped[tuple[str, ...]] = mapped_column(LanguageSet)
    duration_minutes: Mapped[int]
    attendance_percent: Mapped[int | None]
    result_required: Mapped[bool]
    pass_score: Mapped[int | None]
    validity_months: Mapped[int | None]
    followed_at_url: Mapped[str | None] = mapped_column(sa.String(500))

    version: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    search_key: Mapped[str] = mapped_column(sa.Text)
    sort_key_en: Mapped[str] = mapped_column(SORT_KEY)
    sort_key_ru: Mapped[str] = mapped_column(SORT_KEY)

    title: Mapped[Bilingual] = composite("title_en", "title_ru")
    summary: Mapped[Bilingual] = composite("summary_en", "summary_ru")
    description: Mapped[Bilingual] = composite("description_en", "description_ru")
    outcomes: Mapped[Bilingual] = composite("outcomes_en", "outcomes_ru")
    audience: Mapped[Bilingual] = composite("audience_en", "audience_ru")
    admission: Mapped[Bilingual] = composite("admission_en", "admission_ru")
    assessment: Mapped[Bilingual] = composite("assessment_en", "assessment_ru")
    competency: Mapped[Bilingual] = composite("competency_en", "competency_ru")

    centre: Mapped[Centre | None] = relationship()
    topics: Mapped[list[Topic]] = relationship(secondary=course_topic, order_by=Topic.code)
    prerequisites: Mapped[list[Course]] = relationship(
        secondary="prerequisite",
        primaryjoin="Course.id == Prerequisite.course_id",
        secondaryjoin="Course.id == Prerequisite.required_course_id",
        order_by="Course.code",
    )

    @property
    def is_public(self) -> bool:
        """There for everyone to see: a retired course too, since people hold certificates of it."""
        return self.status is not CourseStatus.DRAFT


class Prerequisite(Base):
    """A course that one must have passed, and whose result must still be valid, before another."""

    __tablename__ = "prerequisite"
    __table_args__ = (
        sa.UniqueConstraint("course_id", "required_course_id"),
        sa.CheckConstraint("course_id <> required_course_id", name="not_itself"),
    )

    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id", ondelete="CASCADE"))
    required_course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"), index=True)
