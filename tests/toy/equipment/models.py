"""What is lent."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingapp.accounts.models import Person
from trainingapp.core.db import Base


class Loan(Base):
    """One thing that somebody has borrowed for a session."""

    __tablename__ = "loan"
    __table_args__ = (sa.UniqueConstraint("course_session_id", "person_id", "thing"),)

    course_session_id: Mapped[int] = mapped_column(sa.ForeignKey("course_session.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    thing: Mapped[str] = mapped_column(sa.String(100))

    person: Mapped[Person] = relationship()
