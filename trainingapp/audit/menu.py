"""What the log brings to the menu, and to the tabs of a session."""

from __future__ import annotations

from trainingapp.core.i18n import _l
from trainingapp.core.menu import Tab
from trainingapp.core.permissions import P

TABS = (Tab(80, "log", _l("Log"), "audit.session_log", P.SESSION_SCHEDULE),)
BELONGING = {"desk.administrator": ("audit.log",), "scheduling.sessions": ("audit.session_log",)}
