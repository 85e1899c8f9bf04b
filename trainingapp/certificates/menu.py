"""What certificates bring to the menu, and to the tabs of a session."""

from __future__ import annotations

from trainingapp.core.i18n import _l
from trainingapp.core.menu import Entry, Tab
from trainingapp.core.permissions import P

# For strangers: members find it at the foot of each page.
MENU = (Entry(100, _l("Check a certificate"), "certificates.verify", "certificate", for_members=False),)
TABS = (Tab(70, "certificates", _l("Certificates"), "certificates.session_certificates", P.CERTIFICATE_ISSUE),)
BELONGING = {
    "certificates.verify": ("certificates.check",),
    "scheduling.sessions": ("certificates.session_certificates",),
}
