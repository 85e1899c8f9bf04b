"""What equipment brings to the tabs of a session."""

from __future__ import annotations

from trainingapp.core.i18n import _l
from trainingapp.core.menu import Tab
from trainingapp.core.permissions import P

TABS = (Tab(35, "equipment", _l("Equipment"), "equipment.loans", P.EQUIPMENT_LEND),)  # type: ignore[attr-defined]
BELONGING = {"scheduling.sessions": ("equipment.",)}
