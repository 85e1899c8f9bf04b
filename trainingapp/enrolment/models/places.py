"""The one table of places, and its history that nobody can rewrite."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingapp.accounts.models import Organisation, Person
from trainingapp.core.db import Base, append_only, enum_column
from trainingapp.enrolment.models.states import SEATED, Obstacle, PlaceMode, PlaceStatus, Step, Way
from trainingapp.scheduling.models import CourseSession, OfSession

ONE_LIVE_PLACE = sa.text("status IN ('nominated', 'requested', 'waiting', 'offered', 'placed')")
HELD = sa.text("held_until IS NOT NULL")


class Place(OfSession, Base):
    """One person's place on one session, from the first request or nomination to its end.

    ``queue_no`` is given when the person joins the line and never changes afterwards: nothing that is edited later
    moves anybody. ``organisation_id`` is whose quota the place counts in: the person's organisation when it began.
    An ended place with ``held_until`` keeps its seat until then for a replacement from the same organisation, and the
    place of the replacement ``replaces`` it. Until ``claim_until`` a free seat is kept for somebody who waits for one
    of each kind; such a claim comes once. An ``exception`` is the office's reason to pass over what lacks. ``steps`` is
    how long its history is.
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
        sa.UniqueConstraint("replaces_id"),
        sa.CheckConstraint("status <> 'offered' OR offered_until IS NOT NULL", name="offer_has_its_deadline"),
        sa.CheckConstraint("held_until IS NULL OR status IN ('withdrawn', 'lapsed')", name="held_after_its_end"),
        sa.CheckConstraint("replaces_id <> id", name="replaces_another"),
        sa.Index("ix_place_course_session_id_organisation_id_status", "course_session_id", "organisation_id", "status"),
        sa.Index("ix_place_person_id_course_session_id", "person_id", "course_session_id"),
        sa.Index("ix_place_held_until", "held_until", sqlite_where=HELD, postgresql_where=HELD),
    )

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    course_session_id: Mapped[int] = mapped_column(sa.ForeignKey("course_session.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    status: Mapped[PlaceStatus] = mapped_column(enum_column(PlaceStatus, "place_status"), index=True)
    mode: Mapped[PlaceMode] = mapped_column(enum_column(PlaceMode, "place_mode"))
    way: Mapped[Way] = mapped_column(enum_column(Way, "place_way"))
    queue_no: Mapped[int]
    steps: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    offered_until: Mapped[datetime | None]
    held_until: Mapped[datetime | None]
    claim_until: Mapped[datetime | None]
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("place.id"))
    motivation: Mapped[str | None] = mapped_column(sa.Text)
    reason: Mapped[str | None] = mapped_column(sa.Text)
    exception: Mapped[str | None] = mapped_column(sa.Text)
    passed_over: Mapped[Obstacle | None] = mapped_column(enum_column(Obstacle, "obstacle"))

    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()
    course_session: Mapped[CourseSession] = relationship()
    replaces: Mapped[Place | None] = relationship(remote_side="Place.id")

    @property
    def seats(self) -> tuple[PlaceMode, ...]:
        """The kinds of seats that it occupies: by its holder, by an offer, or held for a replacement."""
        return self.mode.kinds if self.status in SEATED or self.held_until is not None else ()


class PlaceHistory(Base):
    """Each step of a place: append-only, and the database itself refuses anything else.

    ``until`` is the deadline of an offer, or the end of a hold or of a claim.
    """

    __tablename__ = "place_history"
    __table_args__ = (sa.UniqueConstraint("place_id", "step"),)

    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    step: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    what: Mapped[Step] = mapped_column(enum_column(Step, "place_step"))
    old_status: Mapped[PlaceStatus | None] = mapped_column(enum_column(PlaceStatus, "old_place_status"))
    new_status: Mapped[PlaceStatus] = mapped_column(enum_column(PlaceStatus, "new_place_status"))
    mode: Mapped[PlaceMode | None] = mapped_column(enum_column(PlaceMode, "step_mode"))
    obstacle: Mapped[Obstacle | None] = mapped_column(enum_column(Obstacle, "step_obstacle"))
    until: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(sa.Text)

    actor: Mapped[Person | None] = relationship()


append_only(PlaceHistory.__table__)  # type: ignore[arg-type]
