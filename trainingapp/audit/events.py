"""What the log itself has to tell."""

from __future__ import annotations

from dataclasses import dataclass

from trainingapp.core.events import Event
from trainingapp.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class PageRefused(Event):
    """Somebody asked for a page that is not for him or her."""

    sentence = _l("Page not shown: %(person)s, %(page)s.")

    person_id: int
    page: str
