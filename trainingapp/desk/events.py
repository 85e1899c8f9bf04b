"""What happens to the installation itself."""

from __future__ import annotations

from dataclasses import dataclass

from trainingapp.core.events import Event
from trainingapp.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class ClockAccepted(Event):
    """Somebody said that the machine's clock is right, after it leapt by so many hours; negative when it went back."""

    sentence = _l("Clock accepted, automatic work goes on: it had moved by %(hours)s h.")

    hours: int
