"""Rooms, dated course sessions, their meetings and trainers."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from trainingapp.accounts.models import Centre, Person
from trainingapp.catalogue.models import Course
from trainingapp.core.clock import day_start
from trainingapp.core.db import Base, enum_column
from trainingapp.core.i18n import Bilingual, LanguageSet, LazyText, _l


class SessionStatus(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CONFIRMED = "confirmed"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"

    @property
    def label(self) -> LazyText:
        return STATUS_LABELS[self]

    @property
    def is_draft(self) -> bool:
        return self is SessionStatus.DRAFT

    @property
    def is_open(self) -> bool:
        return self is SessionStatus.OPEN

    @property
    def is_running(self) -> bool:
        return self is SessionStatus.RUNNING

    @property
    def is_finished(self) -> bool:
        return self is SessionStatus.FINISHED

    @property
    def is_cancelled(self) -> bool:
        return self is SessionStatus.CANCELLED

    @property
    def is_unconfirmed(self) -> bool:
        """Nobody has said yet that it takes place."""
        return self in {SessionStatus.DRAFT, SessionStatus.OPEN}

    @property
    def is_ahead(self) -> bool:
        """It is public and has not begun."""
        return self in {SessionStatus.OPEN, SessionStatus.CONFIRMED}

    @property
    def has_begun(self) -> bool:
        """It goes on, or is over."""
        return self in {SessionStatus.RUNNING, SessionStatus.FINISHED}


STATUS_LABELS = {
    SessionStatus.DRAFT: _l("Draft"),
    SessionStatus.OPEN: _l("Open"),
    SessionStatus.CONFIRMED: _l("Confirmed"),
    SessionStatus.RUNNING: _l("Running"),
    SessionStatus.FINISHED: _l("Finished"),
    SessionStatus.CANCELLED: _l("Cancelled"),
}


class MeetingMode(StrEnum):
    IN_PERSON = "in_person"
    ONLINE = "online"
    HYBRID = "hybrid"

    @property
    def label(self) -> LazyText:
        return {
            MeetingMode.IN_PERSON: _l("in person"),
            MeetingMode.ONLINE: _l("online"),
            MeetingMode.HYBRID: _l("in person and online"),
        }[self]

    @property
    def is_in_person(self) -> bool:
        """People meet in a room, some of them or all."""
        return self is not MeetingMode.ONLINE

    @property
    def is_online(self) -> bool:
        """People join online, some of them or all."""
        return self is not MeetingMode.IN_PERSON


class Room(Base):
    """A room, hall or yard of a centre."""

    __tablename__ = "room"
    __table_args__ = (sa.CheckConstraint("capacity > 0", name="capacity_positive"),)

    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), index=True)
    name_en: Mapped[str] = mapped_column(sa.String(100))
    name_ru: Mapped[str | None] = mapped_column(sa.String(100))
    capacity: Mapped[int]
    closed_at: Mapped[datetime | None]

    name: Mapped[Bilingual] = composite("name_en", "name_ru")
    centre: Mapped[Centre] = relationship()


class CourseSession(Base):
    """A dated run of a course.

    ``taken_*`` are counted under the row's lock by the enrolment feature, and the checks on them make overbooking
    impossible even for whoever forgets the lock. ``last_queue_no`` numbers the places in the order they were asked for.
    """

    __tablename__ = "course_session"
    __table_args__ = (
        sa.CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        sa.CheckConstraint("capacity_in_person >= 0 AND capacity_online >= 0", name="capacity_not_negative"),
        sa.CheckConstraint("capacity_in_person + capacity_online > 0", name="has_places"),
        sa.CheckConstraint("taken_in_person BETWEEN 0 AND capacity_in_person", name="no_overbooking_in_person"),
        sa.CheckConstraint("taken_online BETWEEN 0 AND capacity_online", name="no_overbooking_online"),
        sa.CheckConstraint("minimum >= 0 AND minimum <= capacity_in_person + capacity_online", name="minimum_in_range"),
        sa.CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_has_its_moment"),
        sa.CheckConstraint("capacity_in_person = 0 OR centre_id IS NOT NULL", name="in_person_needs_a_centre"),
    )

    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    status: Mapped[SessionStatus] = mapped_column(enum_column(SessionStatus, "session_status"), index=True)
    centre_id: Mapped[int | None] = mapped_column(sa.ForeignKey("centre.id"), index=True)
    time_zone: Mapped[str] = mapped_column(sa.String(50))
    starts_on: Mapped[date] = mapped_column(index=True)
    ends_on: Mapped[date]
    enrolment_closes_at: Mapped[datetime]
    capacity_in_person: Mapped[int]
    capacity_online: Mapped[int]
    minimum: Mapped[int]
    taken_in_person: Mapped[int] = mapped_column(default=0)
    taken_online: Mapped[int] = mapped_column(default=0)
    last_queue_no: Mapped[int] = mapped_column(default=0)
    languages: Mapped[tuple[str, ...]] = mapped_column(LanguageSet)
    interpretation: Mapped[tuple[str, ...]] = mapped_column(LanguageSet, default=())
    joining_url: Mapped[str | None] = mapped_column(sa.String(500))
    sponsor_en: Mapped[str | None] = mapped_column(sa.String(200))
    sponsor_ru: Mapped[str | None] = mapped_column(sa.String(200))
    co_organiser_en: Mapped[str | None] = mapped_column(sa.String(200))
    co_organiser_ru: Mapped[str | None] = mapped_column(sa.String(200))
    note_en: Mapped[str | None] = mapped_column(sa.Text)
    note_ru: Mapped[str | None] = mapped_column(sa.Text)
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(sa.Text)

    sponsor: Mapped[Bilingual] = composite("sponsor_en", "sponsor_ru")
    co_organiser: Mapped[Bilingual] = composite("co_organiser_en", "co_organiser_ru")
    note: Mapped[Bilingual] = composite("note_en", "note_ru")
    course: Mapped[Course] = relationship()
    centre: Mapped[Centre | None] = relationship()
    meetings: Mapped[list[Meeting]] = relationship(order_by="Meeting.starts_at", back_populates="course_session")
    trainers: Mapped[list[Person]] = relationship(secondary="session_trainer", order_by=Person.id)

    @property
    def is_public(self) -> bool:
        """There for everyone to see. What was called off before anybody asked for a place may never have been."""
        if self.status is SessionStatus.CANCELLED:
            return self.last_queue_no > 0
        return self.status is not SessionStatus.DRAFT

    @property
    def venue(self) -> Centre | None:
        """The centre where people meet; None for a session that is online only, whoever organises it."""
        return self.centre if self.capacity_in_person else None

    @property
    def is_hybrid(self) -> bool:
        return self.capacity_in_person > 0 and self.capacity_online > 0

    @property
    def capacity(self) -> int:
        return self.capacity_in_person + self.capacity_online

    @property
    def taken(self) -> int:
        return self.taken_in_person + self.taken_online

    @property
    def starts_at(self) -> datetime:
        """The moment from which it has begun: the first meeting, else the first day in the venue's zone."""
        if self.meetings:
            return self.meetings[0].starts_at
        return day_start(self.starts_on, self.time_zone)

    @property
    def planned_minutes(self) -> int:
        """The planned time of all meetings."""
        return sum(meeting.minutes for meeting in self.meetings)

    @property
    def trainers_by_name(self) -> list[Person]:
        """Those who lead it, in the order of the language that is spoken now."""
        return sorted(self.trainers, key=lambda trainer: (trainer.sort_key, trainer.id))

    @property
    def trainer_ids(self) -> frozenset[int]:
        """Who leads it: asked by the permission table."""
        return frozenset(trainer.id for trainer in self.trainers)


class OfSession:
    """Something of a session: asked by the permission table which centre it belongs to."""

    if TYPE_CHECKING:
        course_session: Any

    @property
    def centre_id(self) -> int | None:
        return self.course_session.centre_id  # type: ignore[no-any-return]


class OfTaughtSession(OfSession):
    """Something that those who lead the session do: asked by the permission table who they are."""

    @property
    def trainer_ids(self) -> frozenset[int]:
        return self.course_session.trainer_ids  # type: ignore[no-any-return]


class Meeting(OfTaughtSession, Base):
    """One dated part of a session: a day, a half-day, an evening online."""

    __tablename__ = "meeting"
    __table_args__ = (
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.CheckConstraint("mode = 'online' OR room_id IS NOT NULL", name="in_person_needs_a_room"),
        sa.Index("ix_meeting_room_id_starts_at", "room_id", "starts_at"),
    )

    course_session_id: Mapped[int] = mapped_column(sa.ForeignKey("course_session.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    mode: Mapped[MeetingMode] = mapped_column(enum_column(MeetingMode, "meeting_mode"))
    room_id: Mapped[int | None] = mapped_column(sa.ForeignKey("room.id"))
    title_en: Mapped[str | None] = mapped_column(sa.String(200))
    title_ru: Mapped[str | None] = mapped_column(sa.String(200))

    title: Mapped[Bilingual] = composite("title_en", "title_ru")
    room: Mapped[Room | None] = relationship()
    course_session: Mapped[CourseSession] = relationship(back_populates="meetings")

    @property
    def minutes(self) -> int:
        """Its planned time."""
        return round((self.ends_at - self.starts_at).total_seconds() / 60)


class SessionTrainer(Base):
    """That a person leads a session."""

    __tablename__ = "session_trainer"
    __table_args__ = (sa.UniqueConstraint("course_session_id", "person_id"),)

    course_session_id: Mapped[int] = mapped_column(sa.ForeignKey("course_session.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
