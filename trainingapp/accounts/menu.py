"""What accounts bring to the menu."""

from __future__ import annotations

from trainingapp.core.i18n import _l
from trainingapp.core.menu import Entry
from trainingapp.core.permissions import P

MENU = (Entry(90, _l("People"), "accounts.people", "people", P.PEOPLE_VIEW),)
BELONGING = {
    "accounts.people": (
        "accounts.person",
        "accounts.new_person",
        "accounts.edit_person",
        "accounts.import_people",
        "accounts.organisations",
        "accounts.organisation",
        "accounts.new_organisation",
        "accounts.edit_organisation",
    ),
    "desk.my_administration": ("accounts.hand_over",),
}
