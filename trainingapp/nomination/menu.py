"""What nominations bring to the menu, and to the tabs of a session."""

from __future__ import annotations

from trainingapp.core.i18n import _l
from trainingapp.core.menu import Entry, Tab
from trainingapp.core.permissions import P

MENU = (Entry(80, _l("Calls"), "nomination.calls", "letter", P.CALLS_VIEW),)
TABS = (Tab(20, "call", _l("Call"), "nomination.call", P.CALL_PREPARE),)
BELONGING = {
    "nomination.calls": ("nomination.",),
    "desk.my_administration": (
        "nomination.invitation",
        "nomination.nominate",
        "nomination.nominate_new",
        "nomination.nominate_list",
        "nomination.edit_nomination",
        "nomination.withdraw_nomination",
    ),
}
