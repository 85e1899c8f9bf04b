"""What the self-check says: one finding under each name, how bad it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from trainingapp.core.health import AT_MOST


class Level(StrEnum):
    """How bad it is. Only errors make the command fail."""

    OK = "ok"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """What was found under that name, and what to do about it."""

    name: str
    level: Level
    text: str
    hint: str = ""


def shortened(names: Sequence[str]) -> str:
    """The first of the names, and how many more there are."""
    more = f" and {len(names) - AT_MOST} more" if len(names) > AT_MOST else ""
    return ", ".join(names[:AT_MOST]) + more
