"""How the log speaks of attendance."""

from __future__ import annotations

from trainingapp.attendance.models import Presence
from trainingapp.core.i18n import _l

FIELDS = {
    "missed_minutes": _l("Missed, minutes"),
    "presence": _l("Presence"),
}
CHOICES = {"presence": Presence}
