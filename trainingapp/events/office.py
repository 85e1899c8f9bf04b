"""What happens to the installation itself."""

from __future__ import annotations

from dataclasses import dataclass

from trainingapp.events.base import Event


@dataclass(frozen=True, kw_only=True)
class ClockAccepted(Event):
    """Somebody said that the machine's clock is right, after it leapt by so many hours; negative when it went back."""

    hours: int
