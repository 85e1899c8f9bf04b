"""Work by the clock on calls."""

from __future__ import annotations

from trainingapp.core.clock import utc_now
from trainingapp.core.jobs import Job
from trainingapp.nomination.letters.reminders import remind_of_calls


def remind_administrations() -> None:
    """Remind administrations that have not answered a call."""
    remind_of_calls(now=utc_now())


JOBS = (Job(remind_administrations, "*/15"),)
