"""The list of participants as an Excel workbook, for the office's own work: with addresses, and with open offers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from trainingapp.core.db import Row
from trainingapp.core.i18n import Bilingual, _, current_language, language_name
from trainingapp.core.tables import Sheet, workbook
from trainingapp.enrolment.texts import label_of


def participants_workbook(
    title: str, rows: Iterable[Row], notes: Sequence[Bilingual], made_at: datetime, *, whole: bool
) -> bytes:
    """The workbook in the reader's language. ``rows`` are those of ``queries.people_and_standing``.

    Only the ``whole`` one, for the office, says of people their sex and their e-mail address. ``notes`` stand below.
    """
    filled = [cells(row, whole, made_at) for row in rows]
    sheet = Sheet(_("Participants"), headings(whole), filled, title, notes=notes)
    return workbook([sheet], created=made_at, language=current_language())


def headings(whole: bool) -> list[str]:
    return [
        _("Family name"),
        _("Given name"),
        _("Patronymic"),
        _("Family name in Latin letters"),
        _("Given name in Latin letters"),
        *([_("Sex")] if whole else []),
        _("Organisation"),
        _("Post"),
        *([_("E-mail address")] if whole else []),
        _("Language"),
        _("How"),
        _("State"),
    ]


def cells(row: Row, whole: bool, now: datetime) -> list[object]:
    """What stands under the headings."""
    shown = row.name.within(current_language())
    return [
        shown.family,
        shown.given,
        shown.patronymic,
        row.name.latin.family,
        row.name.latin.given,
        *([row.sex.label if row.sex else None] if whole else []),
        row.organisation,
        row.post,
        *([row.email] if whole else []),
        language_name(row.language),
        row.mode.label,
        label_of(row, now),
    ]
