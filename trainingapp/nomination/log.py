"""How the log speaks of nominations."""

from __future__ import annotations

from trainingapp.core.i18n import _l

FIELDS = {
    "accept_each": _l("Places for each administration"),
    "accept_own": _l("Places for this administration"),
    "closes_at": _l("Nomination deadline"),
    "nominate_each": _l("Candidates that each administration may nominate"),
    "nominate_own": _l("Candidates that this administration may nominate"),
    "remind_days": _l("Reminder so many days before the deadline"),
    "signatory_en": _l("Signed by (English)"),
    "signatory_ru": _l("Signed by (Russian)"),
    "text_en": _l("Text of the invitation (English)"),
    "text_ru": _l("Text of the invitation (Russian)"),
    "women_percent": _l("Share of women aimed at (percent)"),
}
