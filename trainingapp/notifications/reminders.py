"""Reminders: to administrations that have not answered a call, and to officers who have not answered an offer.

Each is written once, however often the clock asks: the deadline that it reminds of belongs to its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from trainingapp.accounts.models import Person
from trainingapp.accounts.services.access import link_until
from trainingapp.core.db import db, transaction
from trainingapp.enrolment.models import Place, PlaceStatus
from trainingapp.nomination.models import Invitation
from trainingapp.notifications import queries
from trainingapp.notifications.letters import offer_facts, written
from trainingapp.notifications.rules import BEFORE_LAPSE_DAYS, Reminder, decide_reminder, is_lapse_near
from trainingapp.notifications.services import Draft, keep

NEARLY = timedelta(days=BEFORE_LAPSE_DAYS + 1)  # whatever the clocks do meanwhile; the rule looks exactly


def remind_of_calls(*, now: datetime) -> int:
    """Remind the contact points of administrations that have not answered; how many letters were written."""
    due = [
        (invitation, reminder)
        for invitation in queries.invitations_to_remind(now)
        if (reminder := due_at(invitation, now))
    ]
    people = queries.contact_points_of([invitation.organisation_id for invitation, _reminder in due])
    told = queries.already_told([reason_of(invitation, reminder) for invitation, reminder in due])
    drafts: list[Draft] = []
    for invitation, reminder in due:
        reason = reason_of(invitation, reminder)
        readers = [person for person in people[invitation.organisation_id] if (person.id, reason) not in told]
        drafts += reminding(invitation, reminder, readers, reason)
    return kept(drafts, now)


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


def remind_of_offers(*, now: datetime) -> int:
    """Remind officers of offers that lapse in two days; how many letters were written."""
    near = [place for place in queries.offers_to_remind(now, now + NEARLY) if lapses_soon(place, now)]
    told = queries.already_told([f"offer-reminder:{place.id}" for place in near])
    waiting = [place.id for place in near if (place.person_id, f"offer-reminder:{place.id}") not in told]
    return sum(remind_of_offer(place_id, now=now) for place_id in waiting)


def lapses_soon(place: Place, now: datetime) -> bool:
    assert place.offered_until is not None  # a check of the table
    return is_lapse_near(place.changed_at, place.offered_until, now, place.course_session.time_zone)


def remind_of_offer(place_id: int, *, now: datetime) -> int:
    """One officer at a time: the lock on a person is not kept while others are written to."""
    with transaction():
        place = db.session.get_one(Place, place_id)
        if place.status is not PlaceStatus.OFFERED or place.offered_until is None:
            return 0
        link_id = link_until(place.person_id, place.offered_until, now=now)
        facts = offer_facts(place, link_id)
        reason = f"offer-reminder:{place.id}"
        about = place.course_session
        return kept(written("offer_reminder", [place.person], reason, about=about, link_id=link_id, **facts), now)


def kept(drafts: list[Draft], now: datetime) -> int:
    """Keep the letters; how many. Where there is none, nothing is written at all."""
    if drafts:
        with transaction():
            keep(drafts, now=now)
    return len(drafts)
