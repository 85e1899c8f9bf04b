"""Reminders to officers who have not answered an offer: each is written once, however often the clock asks."""

from __future__ import annotations

from datetime import datetime, timedelta

from trainingapp.accounts.services.access import link_until
from trainingapp.core.db import db, transaction
from trainingapp.enrolment.letters.telling import offer_facts
from trainingapp.enrolment.models import Place, PlaceStatus
from trainingapp.enrolment.queries.telling import offers_to_remind
from trainingapp.enrolment.rules.telling import BEFORE_LAPSE_DAYS, is_lapse_near
from trainingapp.mail.letters.writing import written
from trainingapp.mail.queries import already_told
from trainingapp.mail.services.writing import keep_some

NEARLY = timedelta(days=BEFORE_LAPSE_DAYS + 1)  # whatever the clocks do meanwhile; the rule looks exactly


def remind_of_offers(*, now: datetime) -> int:
    """Remind officers of offers that lapse in two days; how many letters were written."""
    near = [place for place in offers_to_remind(now, now + NEARLY) if lapses_soon(place, now)]
    told = already_told([f"offer-reminder:{place.id}" for place in near])
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
        drafts = written("offer_reminder", [place.person], reason, about=about, urgent=True, link_id=link_id, **facts)
        return keep_some(drafts, now=now)
