"""The one table of places, and its history that nobody can rewrite."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingapp.accounts.models import Person
from trainingapp.core.db import Base, append_only, enum_column
from trainingapp.core.i18n import _l
from trainingapp.scheduling.models import CourseSession


class PlaceStatus(StrEnum):
    REQUESTED = "requested"
    WAITING = "waiting"
    PLACED = "placed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    INCOMPLETE = "incomplete"

    @property
    def label(self) -> Any:
        return STATUS_LABELS[self]

    @property
    def is_live(self) -> bool:
        """The person has a seat or may still get one."""
        return self in LIVE


LIVE = frozenset({PlaceStatus.REQUESTED, PlaceStatus.WAITING, PlaceStatus.PLACED})

STATUS_LABELS = {
    PlaceStatus.REQUESTED: _l("Waiting for a decision"),
    PlaceStatus.WAITING: _l("On the waiting list"),
    PlaceStatus.PLACED: _l("Has a place"),
    PlaceStatus.DECLINED: _l("Declined"),
    PlaceStatus.WITHDRAWN: _l("Withdrawn"),
    PlaceStatus.CANCELLED: _l("Session cancelled"),
    PlaceStatus.LAPSED: _l("Lapsed"),
    PlaceStatus.INCOMPLETE: _l("Left before the end"),
}


class PlaceMode(StrEnum):
    IN_PERSON = "in_person"
    ONLINE = "online"

    @property
    def label(self) -> Any:
        return {PlaceMode.IN_PERSON: _l("in person"), PlaceMode.ONLINE: _l("online")}[self]


class Way(StrEnum):
    """How the person came to the place."""

    SELF = "self"
    REQUEST = "request"
    OFFICE = "office"


class Obstacle(StrEnum):
    """Why somebody on the waiting list cannot move up just now; the position is kept."""

    SWITCHED_OFF = "switched_off"
    TRAINER = "trainer"
    PREREQUISITES = "prerequisites"
    CLASH = "clash"

    @property
    def label(self) -> Any:
        return OBSTACLE_LABELS[self]


OBSTACLE_LABELS = {
    Obstacle.SWITCHED_OFF: _l("the account is switched off"),
    Obstacle.TRAINER: _l("the person is a trainer of this session"),
    Obstacle.PREREQUISITES: _l("something that the course requires is missing or no longer valid"),
    Obstacle.CLASH: _l("another place is held at the same time"),
}


class Step(StrEnum):
    """What happened to a place in one step of its history."""

    ASKED = "asked"
    PLACED = "placed"
    WAITLISTED = "waitlisted"
    PROMOTED = "promoted"
    PASSED_OVER = "passed_over"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    LEFT = "left"

    @property
    def label(self) -> Any:
        return STEP_LABELS[self]


STEP_LABELS = {
    Step.ASKED: _l("asked for a place"),
    Step.PLACED: _l("was given a place"),
    Step.WAITLISTED: _l("was put on the waiting list"),
    Step.PROMOTED: _l("moved up from the waiting list to a place"),
    Step.PASSED_OVER: _l("was passed over and keeps the position"),
    Step.DECLINED: _l("was declined"),
    Step.WITHDRAWN: _l("gave the place back"),
    Step.CANCELLED: _l("lost the place because the session was cancelled"),
    Step.LAPSED: _l("got no place before the session began"),
    Step.LEFT: _l("left after the start"),
}


ONE_LIVE_PLACE = sa.text("status IN ('requested', 'waiting', 'placed')")


class Place(Base):
    """One person's place on one session, from the first request to its end.

    ``queue_no`` is given once, in the order of asking, and never changes: nothing that is edited later moves anybody.
    """

    __tablename__ = "place"
    __table_args__ = (
        sa.Index(
            "uq_place_one_live",
            "person_id",
            "course_session_id",
            unique=True,
            sqlite_where=ONE_LIVE_PLACE,
            postgresql_where=ONE_LIVE_PLACE,
        ),
        sa.UniqueConstraint("course_session_id", "queue_no"),
    )

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    course_session_id: Mapped[int] = mapped_column(sa.ForeignKey("course_session.id"), index=True)
    status: Mapped[PlaceStatus] = mapped_column(enum_column(PlaceStatus, "place_status"), index=True)
    mode: Mapped[PlaceMode] = mapped_column(enum_column(PlaceMode, "place_mode"))
    way: Mapped[Way] = mapped_column(enum_column(Way, "place_way"))
    queue_no: Mapped[int]
    asked_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    motivation: Mapped[str | None] = mapped_column(sa.Text)
    reason: Mapped[str | None] = mapped_column(sa.Text)
    passed_over: Mapped[Obstacle | None] = mapped_column(enum_column(Obstacle, "obstacle"))

    person: Mapped[Person] = relationship()
    course_session: Mapped[CourseSession] = relationship()

    @property
    def centre_id(self) -> int | None:
        return self.course_session.centre_id


class PlaceHistory(Base):
    """Each step of a place: append-only, and the database itself refuses anything else."""

    __tablename__ = "place_history"
    __table_args__ = (sa.UniqueConstraint("place_id", "step"),)

    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    step: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    what: Mapped[Step] = mapped_column(enum_column(Step, "place_step"))
    old_status: Mapped[PlaceStatus | None] = mapped_column(enum_column(PlaceStatus, "old_place_status"))
    new_status: Mapped[PlaceStatus] = mapped_column(enum_column(PlaceStatus, "new_place_status"))
    obstacle: Mapped[Obstacle | None] = mapped_column(enum_column(Obstacle, "step_obstacle"))
    reason: Mapped[str | None] = mapped_column(sa.Text)

    actor: Mapped[Person | None] = relationship()


append_only(PlaceHistory.__table__)  # type: ignore[arg-type]
