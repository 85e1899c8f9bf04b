"""Audit rows, and the objects on whose pages they are shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainingapp.accounts.models import Person
from trainingapp.core.db import Base, append_only


class AuditEntry(Base):
    """One event as it was published. Append-only."""

    __tablename__ = "audit_entry"

    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    address: Mapped[str | None] = mapped_column(sa.String(45))
    event: Mapped[str] = mapped_column(sa.String(60), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON)

    actor: Mapped[Person | None] = relationship()
    subjects: Mapped[list[AuditSubject]] = relationship()


class AuditSubject(Base):
    """That an entry is about an object. Append-only."""

    __tablename__ = "audit_subject"
    __table_args__ = (sa.Index("ix_audit_subject_kind_object_id", "kind", "object_id"),)

    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_entry.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(30))
    object_id: Mapped[int]


append_only(AuditEntry.__table__)  # type: ignore[arg-type]
append_only(AuditSubject.__table__)  # type: ignore[arg-type]
