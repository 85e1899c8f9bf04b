"""What attendance brings to the menu, and to the tabs of a session."""

from __future__ import annotations

from trainingapp.core.i18n import _l
from trainingapp.core.menu import Tab
from trainingapp.core.permissions import P

TABS = (
    Tab(40, "attendance", _l("Attendance"), "attendance.overview", P.ATTENDANCE_MARK),
    Tab(50, "results", _l("Results"), "attendance.results", P.RESULTS_RECORD),
    Tab(60, "completion", _l("Completion"), "attendance.completion", P.RESULTS_RECORD),
)
BELONGING = {"scheduling.sessions": ("attendance.",)}
