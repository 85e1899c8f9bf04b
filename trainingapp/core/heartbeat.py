"""Signs of life: each process that works beside the pages says regularly that it does, and what keeps it from it."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainingapp.core.clock import utc_now
from trainingapp.core.clockwatch import find_pause
from trainingapp.core.db import Base, db, enum_column, transaction

SILENT_AFTER = timedelta(minutes=5)
FORGOTTEN_AFTER = timedelta(days=1)


class Work(StrEnum):
    """What such a process does."""

    JOBS = "jobs"
    MAIL = "mail"


class Worker(Base):
    """A process on a machine, as long as it has not ended in good order.

    ``trouble`` names what keeps it from its work since ``trouble_since``; ``trouble_detail`` has the words of whoever
    refused.
    """

    __tablename__ = "worker"
    __table_args__ = (
        sa.UniqueConstraint("work", "host"),
        sa.CheckConstraint("(trouble IS NULL) = (trouble_since IS NULL)", name="trouble_has_its_moment"),
    )

    work: Mapped[Work] = mapped_column(enum_column(Work, "work"))
    host: Mapped[str] = mapped_column(sa.String(255))
    pid: Mapped[int]
    beat_at: Mapped[datetime]
    trouble: Mapped[str | None] = mapped_column(sa.String(50))
    trouble_detail: Mapped[str | None] = mapped_column(sa.Text)
    trouble_since: Mapped[datetime | None]


@dataclass(frozen=True)
class Condition:
    """How some work is at a moment. ``latest`` is the process heard of last; None when there has been none."""

    work: Work
    latest: Worker | None
    is_alive: bool

    @property
    def trouble(self) -> str | None:
        """What keeps a living process from its work."""
        return self.latest.trouble if self.latest is not None and self.is_alive else None


def this_host() -> str:
    return socket.gethostname()[:255] or "localhost"


def beat(work: Work, trouble: str | None = None, detail: str = "") -> None:
    """Say that this process lives, and what keeps it from its work. Who was last heard of a day ago is forgotten."""
    now = utc_now()
    with transaction():
        gone = sa.and_(Worker.work == work, Worker.host != this_host(), Worker.beat_at < now - FORGOTTEN_AFTER)
        db.session.execute(sa.delete(Worker).where(gone))
        worker = find(work)
        if worker is None:
            worker = Worker(work=work, host=this_host())
            db.session.add(worker)
        worker.pid, worker.beat_at = os.getpid(), now
        if worker.trouble != trouble:
            worker.trouble, worker.trouble_since = trouble, now if trouble else None
        worker.trouble_detail = detail or None


def find(work: Work) -> Worker | None:
    mine = sa.select(Worker).where(Worker.work == work, Worker.host == this_host())
    return db.session.scalars(mine.with_for_update()).one_or_none()


def retire(work: Work) -> None:
    """Say that this process ends in good order."""
    mine = sa.and_(Worker.work == work, Worker.host == this_host(), Worker.pid == os.getpid())
    with transaction():
        db.session.execute(sa.delete(Worker).where(mine))


def is_expected(work: Work) -> bool:
    """Whether a process has to do this work now.

    While automatic work waits for somebody to say that the clock is right, signs of life are compared with that clock,
    and starting anew is no help. Letters are always put into words, also where no mail server takes them.
    """
    return work is not Work.JOBS or find_pause() is None


def condition_of(work: Work, now: datetime) -> Condition:
    """Whether a process on any machine does this work."""
    latest = db.session.scalars(
        sa.select(Worker).where(Worker.work == work).order_by(Worker.beat_at.desc()).limit(1)
    ).one_or_none()
    return Condition(work, latest, latest is not None and latest.beat_at > now - SILENT_AFTER)
