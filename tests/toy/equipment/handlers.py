"""What happens to equipment when something happens further down."""

from __future__ import annotations

from trainingapp.equipment.services import take_back

from trainingapp.core.bus import on
from trainingapp.scheduling.events import SessionCancelled


@on(SessionCancelled)
def take_back_what_nobody_needs(event: SessionCancelled) -> None:
    take_back(event.course_session_id)
