"""A call for candidates, the administrations invited to it, whom they name, and what they say of the proposal."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, composite, foreign, mapped_column, relationship

from trainingapp.accounts.models import Organisation, Person
from trainingapp.core.db import Base, append_only, enum_column
from trainingapp.core.files import StoredFile
from trainingapp.core.i18n import Bilingual, LazyText, _l
from trainingapp.enrolment.models import Place, Terms
from trainingapp.scheduling.models import CourseSession, OfSession


class Stage(StrEnum):
    """How far a call has come; follows from its moments and the clock, see ``rules.calls.stage_of``."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    PROPOSED = "proposed"
    FINAL = "final"
    CANCELLED = "cancelled"

    @property
    def label(self) -> LazyText:
        return STAGE_LABELS[self]

    @property
    def is_draft(self) -> bool:
        return self is Stage.DRAFT

    @property
    def is_open(self) -> bool:
        return self is Stage.OPEN

    @property
    def is_closed(self) -> bool:
        return self is Stage.CLOSED

    @property
    def is_proposed(self) -> bool:
        return self is Stage.PROPOSED

    @property
    def is_final(self) -> bool:
        return self is Stage.FINAL

    @property
    def is_cancelled(self) -> bool:
        return self is Stage.CANCELLED

    @property
    def is_before_deadline(self) -> bool:
        """Administrations have not nominated yet, or still can."""
        return self in {Stage.DRAFT, Stage.OPEN}

    @property
    def is_in_selection(self) -> bool:
        """The office selects."""
        return self in {Stage.CLOSED, Stage.PROPOSED}


STAGE_LABELS = {
    Stage.DRAFT: _l("In preparation"),
    Stage.OPEN: _l("Open for nominations"),
    Stage.CLOSED: _l("Selection in progress"),
    Stage.PROPOSED: _l("Selection shown for comment"),
    Stage.FINAL: _l("Selection final"),
    Stage.CANCELLED: _l("Session cancelled"),
}


class Proposal(StrEnum):
    """What the office proposes for a candidate before the selection is final."""

    SELECT = "select"
    RESERVE = "reserve"
    DECLINE = "decline"

    @property
    def label(self) -> LazyText:
        return PROPOSAL_LABELS[self]

    @property
    def is_select(self) -> bool:
        return self is Proposal.SELECT

    @property
    def is_reserve(self) -> bool:
        return self is Proposal.RESERVE

    @property
    def is_decline(self) -> bool:
        return self is Proposal.DECLINE


PROPOSAL_LABELS = {
    Proposal.SELECT: _l("Select"),
    Proposal.RESERVE: _l("Reserve list"),
    Proposal.DECLINE: _l("Decline"),
}


class Call(OfSession, Base):
    """The office asks administrations to name candidates for a course session.

    The places are the session's own, and how they move its ``Terms`` say. ``nominate_each`` and ``accept_each`` are
    how many candidates an administration may name and how many places it may get, unless its invitation has numbers
    of its own. ``closes_at`` is the nomination deadline; a reminder goes out ``remind_days`` before it.
    ``women_percent`` is the share of women that the office aims at. Contact points may comment on the proposed
    selection until ``comments_until``.
    """

    __tablename__ = "call"
    __table_args__ = (
        sa.CheckConstraint("nominate_each BETWEEN 1 AND 500", name="nominate_each_in_range"),
        sa.CheckConstraint("accept_each BETWEEN 1 AND 500", name="accept_each_in_range"),
        sa.CheckConstraint("remind_days BETWEEN 0 AND 60", name="remind_days_in_range"),
        sa.CheckConstraint("women_percent BETWEEN 0 AND 100", name="women_percent_in_range"),
        sa.CheckConstraint("(proposed_at IS NULL) = (comments_until IS NULL)", name="proposal_has_its_deadline"),
        sa.CheckConstraint("proposed_at IS NULL OR opened_at IS NOT NULL", name="opened_before_proposed"),
    )

    course_session_id: Mapped[int] = mapped_column(sa.ForeignKey("course_session.id"), unique=True)
    nominate_each: Mapped[int]
    accept_each: Mapped[int]
    closes_at: Mapped[datetime]
    remind_days: Mapped[int]
    women_percent: Mapped[int | None]
    text_en: Mapped[str] = mapped_column(sa.Text)
    text_ru: Mapped[str | None] = mapped_column(sa.Text)
    signatory_en: Mapped[str | None] = mapped_column(sa.String(200))
    signatory_ru: Mapped[str | None] = mapped_column(sa.String(200))
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    proposed_at: Mapped[datetime | None]
    comments_until: Mapped[datetime | None]

    text: Mapped[Bilingual] = composite("text_en", "text_ru")
    signatory: Mapped[Bilingual] = composite("signatory_en", "signatory_ru")
    course_session: Mapped[CourseSession] = relationship()
    terms: Mapped[Terms] = relationship(
        primaryjoin=lambda: Call.course_session_id == foreign(Terms.course_session_id),
        uselist=False,
        viewonly=True,
    )


class Invitation(Base):
    """That an administration is invited to a call, and what it answered.

    ``nominate_own`` and ``accept_own`` are exceptions from the call's numbers. ``declined_at``: it names nobody.
    ``letter_id`` is the administration's official letter.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        sa.UniqueConstraint("call_id", "organisation_id"),
        sa.CheckConstraint("nominate_own BETWEEN 1 AND 500", name="nominate_own_in_range"),
        sa.CheckConstraint("accept_own BETWEEN 0 AND 500", name="accept_own_in_range"),
    )

    call_id: Mapped[int] = mapped_column(sa.ForeignKey("call.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    nominate_own: Mapped[int | None]
    accept_own: Mapped[int | None]
    declined_at: Mapped[datetime | None]
    letter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))

    call: Mapped[Call] = relationship()
    organisation: Mapped[Organisation] = relationship()
    letter: Mapped[StoredFile | None] = relationship()

    @property
    def nominate(self) -> int:
        """How many candidates the administration may name."""
        return self.nominate_own or self.call.nominate_each

    @property
    def accept(self) -> int:
        """How many places the administration may get."""
        return self.call.accept_each if self.accept_own is None else self.accept_own

    @property
    def centre_id(self) -> int | None:
        return self.call.centre_id


class Nomination(Base):
    """A candidate: the place that it is about, the administration's ranking, and what the office proposes."""

    __tablename__ = "nomination"
    __table_args__ = (
        sa.CheckConstraint("rank >= 1", name="rank_positive"),
        sa.CheckConstraint(
            "(proposal IS NOT NULL AND proposal = 'reserve') = (reserve_rank IS NOT NULL)", name="reserve_has_its_rank"
        ),
    )

    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), unique=True)
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("invitation.id"), index=True)
    rank: Mapped[int]
    nominated_at: Mapped[datetime]
    nominated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    late_reason: Mapped[str | None] = mapped_column(sa.Text)
    proposal: Mapped[Proposal | None] = mapped_column(enum_column(Proposal, "proposal"))
    reserve_rank: Mapped[int | None]
    proposal_reason: Mapped[str | None] = mapped_column(sa.Text)
    exception: Mapped[str | None] = mapped_column(sa.Text)

    place: Mapped[Place] = relationship()
    invitation: Mapped[Invitation] = relationship()
    nominated_by: Mapped[Person | None] = relationship()

    @property
    def organisation_id(self) -> int:
        """Whose candidate it is: asked by the permission table."""
        return self.invitation.organisation_id

    @property
    def centre_id(self) -> int | None:
        return self.invitation.centre_id


class Comment(Base):
    """What an administration says of the proposed selection. Append-only."""

    __tablename__ = "selection_comment"

    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("invitation.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(sa.Text)

    author: Mapped[Person | None] = relationship()
    invitation: Mapped[Invitation] = relationship()


append_only(Comment.__table__)  # type: ignore[arg-type]
