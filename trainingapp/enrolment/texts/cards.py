"""What the front pages say of places: why something waits and what comes next."""

from __future__ import annotations

from datetime import datetime, timedelta

from trainingapp.core.db import Row
from trainingapp.core.formats import moment
from trainingapp.core.i18n import _, _n
from trainingapp.enrolment.texts.sentences import Reader, sentence


def waiting(oldest_at: datetime, now: datetime) -> str:
    """Since when the oldest request waits."""
    days = (now - oldest_at).days
    if days <= 0:
        return _("The oldest came within the last 24 hours.")
    return _n("The oldest has waited for %(num)s day.", "The oldest has waited for %(num)s days.", days)


def lacking_people(session: Row, now: datetime) -> str:
    """How many people an open session lacks, and until when they can still come."""
    lacking = session.minimum - session.taken
    until = moment(session.enrolment_closes_at, session.time_zone)
    if session.enrolment_closes_at > now:
        return _n(
            "%(num)s more person is needed. Enrolment closes on %(until)s.",
            "%(num)s more people are needed. Enrolment closes on %(until)s.",
            lacking,
            until=until,
        )
    return _n(
        "%(num)s person is lacking, and enrolment closed on %(until)s. Move the deadline, confirm it, or cancel it.",
        "%(num)s people are lacking, and enrolment closed on %(until)s. Move the deadline, confirm it, or cancel it.",
        lacking,
        until=until,
    )


def offer(row: Row, now: datetime) -> str:
    """What is asked of somebody with an offer, and how much time is left."""
    left = row.offered_until - now
    if left <= timedelta():
        return sentence(row, now=now)
    days = _n("%(num)s day is left.", "%(num)s days are left.", left.days)
    time = days if left.days else _("Less than a day is left.")
    return sentence(row, now=now) + " " + time


def place_of_officer(row: Row) -> str:
    """The state of an officer's place, for the contact point: why it is so and what comes next."""
    return sentence(row, Reader.CONTACT_POINT)
