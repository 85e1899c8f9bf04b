"""Writing down what has happened."""

from __future__ import annotations

from datetime import datetime

from trainingapp.audit.models import AuditEntry, AuditSubject
from trainingapp.audit.rules import data_of, subjects_of
from trainingapp.core.actor import acting
from trainingapp.core.bus import publish
from trainingapp.core.db import db, in_transaction, transaction
from trainingapp.core.events import Event
from trainingapp.core.throttle import is_worth_noting

NOTED_OF_ONE = 30  # looks of one person and one kind within an hour


def note_look(event: Event, *, now: datetime) -> None:
    """Publish what changes nothing: not each of very many, so that nobody fills the log."""
    if is_worth_noting(f"{type(event).__name__} {acting().person_id}", NOTED_OF_ONE, now):
        with transaction():
            publish(event)


def record(event: Event, *, now: datetime) -> AuditEntry:
    """Write the event down: who, when, from where, what; and for each object that it is about, that it is."""
    if not in_transaction():
        raise RuntimeError("an event outside a transaction has not happened")
    actor, data = acting(), data_of(event)
    entry = AuditEntry(at=now, actor_id=actor.person_id, address=actor.address, event=type(event).__name__, data=data)
    entry.subjects = [AuditSubject(kind=kind, object_id=object_id) for kind, object_id in subjects_of(data)]
    db.session.add(entry)
    return entry
