"""Work by the clock on places."""

from __future__ import annotations

from trainingapp.core.clock import utc_now
from trainingapp.core.jobs import Job
from trainingapp.enrolment.letters.reminders import remind_of_offers
from trainingapp.enrolment.services import end_overdue, sweep


def end_offers() -> None:
    """End offers and holds whose time is over, within a minute of it."""
    end_overdue(now=utc_now())


def move_places() -> None:
    """Give free seats to whoever on a list can have them now, and end what else is over."""
    sweep(now=utc_now())


def remind_officers() -> None:
    """Remind officers who have not answered an offer."""
    remind_of_offers(now=utc_now())


JOBS = (Job(end_offers, "*"), Job(move_places, "*/5"), Job(remind_officers, "*/15"))
