"""Letters about equipment."""

from __future__ import annotations

from trainingapp.equipment.events import EquipmentLent

from trainingapp.core.bus import afterwards
from trainingapp.mail.letters.writing import tell_one


@afterwards(EquipmentLent)
def tell_who_has_borrowed(event: EquipmentLent) -> None:
    reason = f"equipment_lent:{event.course_session_id}:{event.thing}"
    tell_one("equipment_lent", event.person_id, reason, event.course_session_id, thing=event.thing)
