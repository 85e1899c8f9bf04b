"""Work by the clock on reminders."""

from __future__ import annotations

from trainingapp.core.clock import utc_now
from trainingapp.core.jobs import Job
from trainingapp.notifications import reminders


def remind() -> None:
    """Remind administrations that have not answered a call, and officers who have not answered an offer."""
    reminders.remind_of_calls(now=utc_now())
    reminders.remind_of_offers(now=utc_now())


JOBS = (Job(remind, "*/15"),)
