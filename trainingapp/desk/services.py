"""What somebody decides about the installation itself."""

from __future__ import annotations

from trainingapp.core.bus import publish
from trainingapp.core.clockwatch import NAME, find_pause, hours_of
from trainingapp.core.db import transaction
from trainingapp.core.notes import forget
from trainingapp.desk import events


def accept_clock() -> bool:
    """Let automatic work go on: its time is right now. False where it did not stand still."""
    with transaction():
        pause = find_pause()
        if pause is None:
            return False
        forget(NAME)
        publish(events.ClockAccepted(hours=hours_of(pause)))
    return True
