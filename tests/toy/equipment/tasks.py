"""Work by the clock on equipment."""

from __future__ import annotations

from trainingapp.core.jobs import Job


def count_equipment() -> None:
    """Nothing to do: an example."""


JOBS = (Job(count_equipment, "0"),)
