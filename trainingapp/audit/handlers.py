"""Every event becomes an audit row, in the transaction of the change itself."""

from __future__ import annotations

from trainingapp.audit.services import record
from trainingapp.core.bus import on_any
from trainingapp.core.clock import utc_now
from trainingapp.core.events import Event


@on_any
def write_down(event: Event) -> None:
    record(event, now=utc_now())
