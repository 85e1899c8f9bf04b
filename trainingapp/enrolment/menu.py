"""What places bring to the menu, and to the tabs of a session."""

from __future__ import annotations

from trainingapp.core.i18n import _l
from trainingapp.core.menu import Tab

TABS = (Tab(30, "participants", _l("Participants"), "enrolment.participants"),)
BELONGING = {
    "desk.my_administration": ("enrolment.replace",),
    "desk.my_training": ("enrolment.offer",),
    "scheduling.sessions": (
        "enrolment.enrol",
        "enrolment.participants",
        "enrolment.decide",
        "enrolment.place_person",
    ),
}
