"""The list of participants as an Excel workbook, for the office's own work: with addresses, and with open offers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from trainingapp.core.i18n import Bilingual, _, current_language, language_name
from trainingapp.core.tables import Sheet, workbook


def participants_workbook(title: str, rows: Iterable[Any], made_at: datetime) -> bytes:
    """The workbook in the reader's language. ``rows`` are those of ``browse_queries.people_listed``."""
    sheet = Sheet(_("Participants"), headings(), [cells(row) for row in rows], title)
    return workbook([sheet], created=made_at, language=current_language())


def headings() -> list[str]:
    return [
        _("Family name"),
        _("Given name"),
        _("Patronymic"),
        _("Family name in Latin letters"),
        _("Given name in Latin letters"),
        _("Sex"),
        _("Organisation"),
        _("Post"),
        _("E-mail address"),
        _("Language"),
        _("How"),
        _("State"),
    ]


def cells(row: Any) -> list[Any]:
    """What stands under the headings."""
    return [
        row.family_name,
        row.given_name,
        row.patronymic,
        row.family_name_latin,
        row.given_name_latin,
        row.sex.label if row.sex else None,
        Bilingual(row.organisation_en, row.organisation_ru),
        row.post,
        row.email,
        language_name(row.language),
        row.mode.label,
        row.status.label,
    ]
