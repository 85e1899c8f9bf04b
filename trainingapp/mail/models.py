"""Letters as rows: written with the change they tell of, delivered afterwards."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingapp.accounts.models import AccessLink, Person
from trainingapp.core.db import Base, enum_column
from trainingapp.core.files import StoredFile
from trainingapp.core.i18n import LazyText, _l
from trainingapp.scheduling.models import CourseSession

DUE = sa.text("sent_at IS NULL AND given_up_at IS NULL AND next_try_at IS NOT NULL")
WORDLESS = sa.text("facts IS NOT NULL AND given_up_at IS NULL")


class LetterState(StrEnum):
    """What has become of a letter. Kept: written while no mail server was set, to be read in the interface."""

    KEPT = "kept"
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"

    @property
    def label(self) -> LazyText:
        return STATE_LABELS[self]

    @property
    def is_waiting(self) -> bool:
        return self is LetterState.WAITING

    @property
    def is_failed(self) -> bool:
        return self is LetterState.FAILED


STATE_LABELS = {
    LetterState.KEPT: _l("kept here"),
    LetterState.WAITING: _l("on its way"),
    LetterState.SENT: _l("sent"),
    LetterState.FAILED: _l("not delivered"),
}


class Failure(StrEnum):
    """Why a try to send a letter failed."""

    UNREACHABLE = "unreachable"
    NOT_ADMITTED = "not_admitted"
    ADDRESS = "address"
    REFUSED = "refused"
    LINK_OVER = "link_over"
    FILE_GONE = "file_gone"
    NO_PAPER = "no_paper"
    NO_WORDS = "no_words"

    @property
    def label(self) -> LazyText:
        return FAILURE_LABELS[self]

    @property
    def short(self) -> LazyText:
        """In some words, to choose from."""
        return SHORT_FAILURES[self]

    @property
    def is_of_address(self) -> bool:
        return self is Failure.ADDRESS


SHORT_FAILURES = {
    Failure.UNREACHABLE: _l("mail server not reached"),
    Failure.NOT_ADMITTED: _l("not accepted by the mail server"),
    Failure.ADDRESS: _l("wrong address"),
    Failure.REFUSED: _l("refused by the mail server"),
    Failure.LINK_OVER: _l("personal link no longer works"),
    Failure.FILE_GONE: _l("attached file missing"),
    Failure.NO_PAPER: _l("attached file not made"),
    Failure.NO_WORDS: _l("text not made"),
}

FAILURE_LABELS = {
    Failure.UNREACHABLE: _l("The mail server could not be reached. You do not need to do anything: we will try again."),
    Failure.NOT_ADMITTED: _l(
        "The mail server does not accept our user name, password or sender’s address. "
        "An administrator should check them."
    ),
    Failure.ADDRESS: _l("The mail server does not accept this e-mail address: check it on the person’s page."),
    Failure.REFUSED: _l("The mail server refused the letter. Its answer below says why."),
    Failure.LINK_OVER: _l("Its personal link was used or expired before the letter could be sent: send a new one."),
    Failure.FILE_GONE: _l(
        "Its attached file is missing on the machine that sends letters, so the letter was stopped. An administrator "
        "should put the file back and then send the letter again. If several machines serve the office, they must "
        "share one folder of files."
    ),
    Failure.NO_PAPER: _l(
        "Its attached file could not be made in time. You do not need to do anything: we will try again."
    ),
    Failure.NO_WORDS: _l(
        "The text of this letter could not be made. An administrator should look into the log of the mail process."
    ),
}


class Letter(Base):
    """One letter to one person. ``reason`` is unique per recipient, so that telling twice is harmless.

    It is written as its ``kind`` and the ``facts`` as they were then (see ``mail.services.facts``), and put into words
    when nobody waits for it: then it has a ``subject`` and a ``body``, and no facts any more. Old letters have no kind.

    ``access_link_id`` stands for the personal link of an invitation: the body holds a placeholder, and the link itself
    is made when the letter is delivered, so that nobody can read it here. Without ``next_try_at`` nobody tries to
    send it; while a process is sending it, that is the moment when its claim ends. ``tries`` counts the answers of the
    mail server about this letter, ``interruptions`` how often the connection broke while it was being sent.
    ``paper`` is what is printed on a paper that goes with it, typeset when the letter is sent or read, and
    ``paper_name`` the name of that file. ``attachment_id`` is a file that goes with it: with letters of before.
    ``address`` is where it goes when that is not left to the person's own address at the moment of sending: such a
    letter has no personal link, because somebody else may read it.
    """

    __tablename__ = "letter"
    __table_args__ = (
        sa.UniqueConstraint("recipient_id", "reason"),
        sa.CheckConstraint("language IN ('en', 'ru')", name="language_known"),
        sa.CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name="sent_or_given_up"),
        sa.CheckConstraint("(facts IS NULL) = (subject IS NOT NULL)", name="facts_or_words"),
        sa.CheckConstraint("(subject IS NULL) = (body IS NULL)", name="subject_with_body"),
        sa.CheckConstraint("facts IS NULL OR kind IS NOT NULL", name="facts_of_a_kind"),
        sa.CheckConstraint("sent_at IS NULL OR subject IS NOT NULL", name="sent_in_words"),
        sa.CheckConstraint("(paper IS NULL) = (paper_name IS NULL)", name="paper_has_its_name"),
        sa.CheckConstraint("address IS NULL OR access_link_id IS NULL", name="link_goes_to_the_person"),
        sa.Index("ix_letter_due", "can_wait", "next_try_at", sqlite_where=DUE, postgresql_where=DUE),
        sa.Index("ix_letter_wordless", "can_wait", "id", sqlite_where=WORDLESS, postgresql_where=WORDLESS),
    )

    recipient_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    address: Mapped[str | None] = mapped_column(sa.String(254))
    reason: Mapped[str] = mapped_column(sa.String(100))
    language: Mapped[str] = mapped_column(sa.String(2))
    kind: Mapped[str | None] = mapped_column(sa.String(50))
    facts: Mapped[dict[str, object] | None] = mapped_column(sa.JSON(none_as_null=True))
    subject: Mapped[str | None] = mapped_column(sa.String(300))
    body: Mapped[str | None] = mapped_column(sa.Text)
    course_session_id: Mapped[int | None] = mapped_column(sa.ForeignKey("course_session.id"), index=True)
    access_link_id: Mapped[int | None] = mapped_column(sa.ForeignKey("access_link.id"))
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    paper: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    paper_name: Mapped[str | None] = mapped_column(sa.String(255))
    written_at: Mapped[datetime] = mapped_column(index=True)
    next_try_at: Mapped[datetime | None]
    can_wait: Mapped[bool] = mapped_column(default=True)
    tries: Mapped[int] = mapped_column(default=0)
    interruptions: Mapped[int] = mapped_column(default=0)
    failure: Mapped[Failure | None] = mapped_column(enum_column(Failure, "letter_failure"))
    last_error: Mapped[str | None] = mapped_column(sa.Text)
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]

    recipient: Mapped[Person] = relationship()
    access_link: Mapped[AccessLink | None] = relationship()
    attachment: Mapped[StoredFile | None] = relationship()
    course_session: Mapped[CourseSession | None] = relationship()

    @property
    def person_id(self) -> int:
        """Whom it is for: asked by the permission table."""
        return self.recipient_id

    @property
    def sent_to(self) -> str:
        """The address where it goes."""
        return self.address or self.recipient.email

    @property
    def attached_name(self) -> str | None:
        """The name of the file that goes with it."""
        return self.paper_name or (self.attachment.name if self.attachment else None)

    @property
    def centre_id(self) -> int | None:
        """The centre of the session that it is about; None for a letter about something else."""
        return self.course_session.centre_id if self.course_session else None
