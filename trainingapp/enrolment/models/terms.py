"""On what terms the places of a session are given where administrations nominate, and how many each may have."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingapp.accounts.models import Organisation
from trainingapp.core.db import Base, enum_column
from trainingapp.enrolment.models.states import PlaceMode, Vacancy
from trainingapp.scheduling.models import CourseSession


class Terms(Base):
    """That the places of a session are given by nomination only, and how they move.

    An offer lasts ``offer_days``; a freed seat is held ``hold_days`` for a replacement from the same administration;
    who needs two seats keeps a claim on the first free one for ``claim_days``; replacements are taken until
    ``cut_off_days`` before the start; within ``still_days`` before it nothing moves by itself. Until ``final_at``
    nothing has been given. ``vacancy_*`` say why a free seat is offered to nobody.
    """

    __tablename__ = "terms"
    __table_args__ = (
        sa.CheckConstraint("offer_days BETWEEN 1 AND 90", name="offer_days_in_range"),
        sa.CheckConstraint("hold_days BETWEEN 0 AND 90", name="hold_days_in_range"),
        sa.CheckConstraint("claim_days BETWEEN 0 AND 90", name="claim_days_in_range"),
        sa.CheckConstraint("cut_off_days BETWEEN 0 AND 90", name="cut_off_days_in_range"),
        sa.CheckConstraint("still_days BETWEEN 0 AND 90", name="still_days_in_range"),
    )

    course_session_id: Mapped[int] = mapped_column(sa.ForeignKey("course_session.id"), unique=True)
    offer_days: Mapped[int]
    hold_days: Mapped[int]
    claim_days: Mapped[int]
    cut_off_days: Mapped[int]
    still_days: Mapped[int]
    final_at: Mapped[datetime | None]
    vacancy_in_person: Mapped[Vacancy | None] = mapped_column(enum_column(Vacancy, "vacancy_in_person"))
    vacancy_online: Mapped[Vacancy | None] = mapped_column(enum_column(Vacancy, "vacancy_online"))

    course_session: Mapped[CourseSession] = relationship()

    def vacancy(self, kind: PlaceMode) -> Vacancy | None:
        """Why a free seat of this kind is offered to nobody; None when there is none, or nobody asked."""
        return self.vacancy_in_person if kind is PlaceMode.IN_PERSON else self.vacancy_online


class Quota(Base):
    """How many seats of a session one administration may have at once: offered, confirmed and held ones.

    ``taken`` is counted under the lock of the session's row, and the check makes a breach impossible.
    """

    __tablename__ = "quota"
    __table_args__ = (
        sa.UniqueConstraint("course_session_id", "organisation_id"),
        sa.CheckConstraint("taken BETWEEN 0 AND accept", name="never_more_than_accepted"),
    )

    course_session_id: Mapped[int] = mapped_column(sa.ForeignKey("course_session.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    accept: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)

    organisation: Mapped[Organisation] = relationship()

    @property
    def free(self) -> int:
        return self.accept - self.taken
