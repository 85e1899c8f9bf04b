"""Reminders to administrations that have not answered a call.

Each is written once, however often the clock asks: the deadline that it reminds of belongs to its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from trainingapp.accounts.models import Person
from trainingapp.accounts.queries.roles import contact_points_of
from trainingapp.mail.letters.writing import written
from trainingapp.mail.queries import already_told
from trainingapp.mail.services.writing import Draft, keep_some
from trainingapp.nomination.models import Invitation
from trainingapp.nomination.queries.telling import invitations_to_remind
from trainingapp.nomination.rules.reminders import Reminder, decide_reminder


def remind_of_calls(*, now: datetime) -> int:
    """Remind the contact points of administrations that have not answered; how many letters were written."""
    due = [(invitation, reminder) for invitation in invitations_to_remind(now) if (reminder := due_at(invitation, now))]
    people = contact_points_of([invitation.organisation_id for invitation, _reminder in due])
    told = already_told([reason_of(invitation, reminder) for invitation, reminder in due])
    drafts: list[Draft] = []
    for invitation, reminder in due:
        reason = reason_of(invitation, reminder)
        readers = [person for person in people[invitation.organisation_id] if (person.id, reason) not in told]
        drafts += reminding(invitation, reminder, readers, reason)
    return keep_some(drafts, now=now)


def due_at(invitation: Invitation, now: datetime) -> Reminder | None:
    call = invitation.call
    assert call.opened_at is not None  # the query asks for open calls
    return decide_reminder(call.opened_at, call.closes_at, call.remind_days, now, call.course_session.time_zone)


def reason_of(invitation: Invitation, reminder: Reminder) -> str:
    return f"remind-{reminder}:{invitation.id}:{invitation.call.closes_at:%Y%m%d%H%M}"


def reminding(invitation: Invitation, reminder: Reminder, readers: Sequence[Person], reason: str) -> list[Draft]:
    return written(
        "call_reminder",
        readers,
        reason,
        about=invitation.call.course_session,
        invitation=invitation,
        organisation=invitation.organisation,
        is_last=reminder is Reminder.LAST,
    )
