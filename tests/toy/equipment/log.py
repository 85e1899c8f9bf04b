"""How the log speaks of equipment."""

from __future__ import annotations

from trainingapp.core.i18n import _l

FIELDS = {"thing": _l("Thing")}
