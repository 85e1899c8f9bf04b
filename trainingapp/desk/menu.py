"""The pages people land on, in the menu: one's own work first."""

from __future__ import annotations

from trainingapp.core.i18n import _l
from trainingapp.core.menu import Entry
from trainingapp.core.permissions import P

MENU = (
    Entry(10, _l("My tasks"), "desk.coordinator", "desk", P.DESK_COORDINATOR),
    Entry(20, _l("My administration"), "desk.my_administration", "building", P.DESK_CONTACT_POINT),
    Entry(30, _l("Today"), "desk.today", "today", P.DESK_TRAINER),
    Entry(40, _l("Administration"), "desk.administrator", "settings", P.DESK_ADMINISTRATOR),
    Entry(50, _l("My training"), "desk.my_training", "book", P.ACCOUNT_OWN),
    Entry(60, _l("Courses"), "courses.index", "list"),
)
BELONGING = {"courses.index": ("courses.",)}
