"""How the log speaks of the training record."""

from __future__ import annotations

from trainingapp.core.i18n import _l
from trainingapp.records.models import Outcome

FIELDS = {
    "achieved_on": _l("Day of the result"),
    "evidence": _l("Evidence"),
    "evidence_id": _l("Evidence"),
    "outcome": _l("Result"),
    "score": _l("Score"),
}
CHOICES = {"outcome": Outcome}
