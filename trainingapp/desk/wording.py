"""What waits, as sentences: why it waits and what comes next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from trainingapp.core.formats import day, moment
from trainingapp.core.i18n import _, _n
from trainingapp.desk.rules import Due, Why
from trainingapp.enrolment.models import PlaceStatus


def waiting(oldest_at: datetime, now: datetime) -> str:
    """Since when the oldest request waits."""
    days = (now - oldest_at).days
    if days <= 0:
        return _("The oldest came within the last 24 hours.")
    return _n("The oldest has waited for %(num)s day.", "The oldest has waited for %(num)s days.", days)


def due(session: Any, step: Due) -> str:
    """Why the step of the session is due."""
    values = {"day": day(session.starts_on), "taken": session.taken, "minimum": session.minimum}
    match step.why:
        case Why.DRAFT:
            return _("Still a draft: nobody can ask for a place yet. It begins on %(day)s.", **values)
        case Why.DRAFT_PAST:
            return _("Still a draft, but its first day was %(day)s: change the dates or cancel it.", **values)
        case Why.UNCONFIRMED:
            return _("It was to begin on %(day)s and is not confirmed: confirm it or cancel it.", **values)
        case Why.READY:
            return _(
                "The minimum is reached (%(taken)s with a place, %(minimum)s needed). "
                "Confirm it, so that people can arrange their journey: it begins on %(day)s.",
                **values,
            )
        case Why.BEGINS:
            return _("Confirmed, and its first day is %(day)s: start it.", **values)
    return _("The last meeting is over: finish it, so that certificates can be issued.")


def lacking_people(session: Any, now: datetime) -> str:
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


def to_mark(session: Any) -> str:
    """What has been recorded of a session that is over, and what has not."""
    completed = _("Completion marked for %(part)s of %(all)s.", part=session.completed, all=session.seats)
    if not session.results_wanted:
        return completed
    return _("Results recorded for %(part)s of %(all)s.", part=session.results, all=session.seats) + " " + completed


def register(meeting: Any) -> str:
    """How far the register of a meeting is."""
    if not meeting.seats:
        return _("Nobody has a place in this session, so there is nobody to mark.")
    if meeting.marked >= meeting.seats:
        return _n("All marked: %(num)s person.", "All marked: %(num)s people.", meeting.seats)
    if not meeting.marked:
        return _n(
            "Nobody is marked yet: %(num)s person is expected.",
            "Nobody is marked yet: %(num)s people are expected.",
            meeting.seats,
        )
    return _("%(marked)s of %(all)s marked.", marked=meeting.marked, all=meeting.seats)


def place_of_officer(row: Any) -> str:
    """The state of an officer's place, for the contact point: why it is so and what comes next."""
    match row.status:
        case PlaceStatus.REQUESTED:
            return _("The coordinator decides; the officer is told by letter.")
        case PlaceStatus.WAITING if row.passed_over is not None:
            return _(
                "Number %(position)s on the waiting list, passed over for now because %(obstacle)s.",
                position=row.position,
                obstacle=row.passed_over.label,
            )
        case PlaceStatus.WAITING:
            return _(
                "Number %(position)s on the waiting list; moves up when a place is given back.", position=row.position
            )
    return _("Takes part %(mode)s.", mode=row.mode.label)


def until_expiry(days: int) -> str:
    """How long a certificate or a completion still counts."""
    if days <= 0:
        return _("expires today")
    return _n("%(num)s day left", "%(num)s days left", days)
