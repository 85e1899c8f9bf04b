"""What the main menu offers this reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_login import current_user

from trainingapp.core.i18n import _
from trainingapp.core.permissions import P, can

SECTIONS = {
    "desk.my_administration": (
        "nomination.invitation",
        "nomination.nominate",
        "nomination.nominate_new",
        "nomination.nominate_list",
        "nomination.edit_nomination",
        "nomination.withdraw_nomination",
        "enrolment.replace",
        "accounts.hand_over",
    ),
    "desk.my_training": ("records.my_record", "mail.my_letters", "mail.letter", "enrolment.offer"),
    "desk.administrator": ("audit.log", "mail.all_letters"),
    "browse.courses": ("browse.", "catalogue."),
    "scheduling.sessions": (
        "scheduling.",
        "attendance.",
        "enrolment.enrol",
        "enrolment.participants",
        "enrolment.decide",
        "enrolment.place_person",
        "certificates.session_certificates",
        "mail.session_letters",
        "audit.session_log",
    ),
    "nomination.calls": ("nomination.",),
    "accounts.people": (
        "accounts.person",
        "accounts.new_person",
        "accounts.edit_person",
        "accounts.import_people",
        "accounts.organisations",
        "accounts.organisation",
        "accounts.new_organisation",
        "accounts.edit_organisation",
        "records.record",
    ),
    "certificates.verify": ("certificates.verify", "certificates.check"),
}


@dataclass(frozen=True)
class Entry:
    """One entry of the menu: whoever may do ``needs`` sees it; None is for everyone."""

    text: str
    endpoint: str
    icon: str
    needs: P | None = None
    for_visitors: bool = True
    for_members: bool = True

    @property
    def is_offered(self) -> bool:
        welcome = self.for_members if current_user.is_authenticated else self.for_visitors
        return welcome and (self.needs is None or can(self.needs))

    @property
    def is_open(self) -> bool:
        """Whether the reader is on its page, or on one that belongs to it."""
        here = request.endpoint or ""
        belonging = SECTIONS.get(self.endpoint, ())
        return here == self.endpoint or any(
            here == name or (name[-1] == "." and here.startswith(name)) for name in belonging
        )


def entries() -> list[Entry]:
    """The menu in its order: one's own work first. Checking a certificate is for strangers; members find it below."""
    return [
        Entry(_("My tasks"), "desk.coordinator", "desk", P.DESK_COORDINATOR),
        Entry(_("My administration"), "desk.my_administration", "building", P.DESK_CONTACT_POINT),
        Entry(_("Today"), "desk.today", "today", P.DESK_TRAINER),
        Entry(_("Administration"), "desk.administrator", "settings", P.DESK_ADMINISTRATOR),
        Entry(_("My training"), "desk.my_training", "book", P.ACCOUNT_OWN),
        Entry(_("Courses"), "browse.courses", "list"),
        Entry(_("Sessions"), "scheduling.sessions", "calendar"),
        Entry(_("Calls"), "nomination.calls", "letter", P.CALLS_VIEW),
        Entry(_("People"), "accounts.people", "people", P.PEOPLE_VIEW),
        Entry(_("Check a certificate"), "certificates.verify", "certificate", for_members=False),
    ]


def navigation() -> list[dict[str, Any]]:
    """The menu's entries that the reader may use; the one that is open is marked, where two could be the first."""
    offered = [entry for entry in entries() if entry.is_offered]
    here = next((entry for entry in offered if entry.is_open), None)
    return [
        {"text": entry.text, "url": url_for(entry.endpoint), "active": entry is here, "icon": entry.icon}
        for entry in offered
    ]
