"""Work by the clock on course sessions."""

from __future__ import annotations

from trainingapp.core.clock import utc_now
from trainingapp.core.jobs import Job
from trainingapp.scheduling.services.steps import advance


def advance_sessions() -> None:
    """Start and finish the course sessions whose day has come."""
    advance(now=utc_now())


JOBS = (Job(advance_sessions, "*/5"),)
