"""What happens to equipment."""

from __future__ import annotations

from dataclasses import dataclass

from trainingapp.core.events import Event
from trainingapp.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class EquipmentLent(Event):
    sentence = _l("Equipment lent: %(person)s, %(session)s, %(thing)s.")

    person_id: int
    course_session_id: int
    thing: str
