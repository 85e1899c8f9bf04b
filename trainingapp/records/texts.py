"""How long something still counts, as sentences."""

from __future__ import annotations

from trainingapp.core.i18n import _, _n


def until_expiry(days: int) -> str:
    """How long a certificate or a completion still counts."""
    if days <= 0:
        return _("expires today")
    return _n("%(num)s day left", "%(num)s days left", days)
