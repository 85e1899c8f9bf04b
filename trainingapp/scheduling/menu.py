"""What scheduling brings to the menu, and to the tabs of a session."""

from __future__ import annotations

from trainingapp.core.i18n import _l
from trainingapp.core.menu import Entry, Tab

MENU = (Entry(70, _l("Sessions"), "scheduling.sessions", "calendar"),)
TABS = (Tab(10, "overview", _l("Overview"), "scheduling.session"),)
BELONGING = {"scheduling.sessions": ("scheduling.",)}
