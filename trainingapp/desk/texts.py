"""What waits, as sentences: why it waits and what comes next."""

from __future__ import annotations

from datetime import datetime, timedelta

from trainingapp.core.db import Row
from trainingapp.core.formats import day, moment, reader_zone
from trainingapp.core.heartbeat import Condition, Work
from trainingapp.core.i18n import _, _n
from trainingapp.desk.queries.calls import NOBODY
from trainingapp.desk.rules import Due, Why
from trainingapp.enrolment.texts import Reader, sentence
from trainingapp.mail.models import Failure


def waiting(oldest_at: datetime, now: datetime) -> str:
    """Since when the oldest request waits."""
    days = (now - oldest_at).days
    if days <= 0:
        return _("The oldest came within the last 24 hours.")
    return _n("The oldest has waited for %(num)s day.", "The oldest has waited for %(num)s days.", days)


def due(session: Row, step: Due) -> str:
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


def to_mark(session: Row) -> str:
    """What has been recorded of a session that is over, and what has not."""
    completed = _("Completion marked for %(part)s of %(all)s.", part=session.completed, all=session.seats)
    if not session.results_wanted:
        return completed
    return _("Results recorded for %(part)s of %(all)s.", part=session.results, all=session.seats) + " " + completed


def register(meeting: Row) -> str:
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


def offer(row: Row, now: datetime) -> str:
    """What is asked of somebody with an offer, and how much time is left."""
    left = row.offered_until - now
    if left <= timedelta():
        return sentence(row, now=now)
    days = _n("%(num)s day is left.", "%(num)s days are left.", left.days)
    time = days if left.days else _("Less than a day is left.")
    return sentence(row, now=now) + " " + time


def closing(closes_at: datetime, time_zone: str, now: datetime) -> str:
    """When the selection among the candidates begins."""
    when = moment(closes_at, time_zone)
    if now < closes_at:
        return _("Administrations nominate until %(when)s; the selection comes after that.", when=when)
    return _("Nominations closed on %(when)s; the selection is under way.", when=when)


def place_of_officer(row: Row) -> str:
    """The state of an officer's place, for the contact point: why it is so and what comes next."""
    return sentence(row, Reader.CONTACT_POINT)


def until_expiry(days: int) -> str:
    """How long a certificate or a completion still counts."""
    if days <= 0:
        return _("expires today")
    return _n("%(num)s day left", "%(num)s days left", days)


def call_closing(call: Row) -> str:
    """How many administrations have answered a call that closes soon."""
    return _(
        "Nominations close on %(when)s. Administrations that have answered: %(answered)s of %(invited)s.",
        when=moment(call.closes_at, call.time_zone),
        answered=call.answered,
        invited=call.invited,
    )


def selection_due(call: Row) -> str:
    """What is to be done for the selection, and since when."""
    if call.proposed_at is not None:
        return _(
            "The time for comments on the proposal ended on %(when)s: make the selection final.",
            when=moment(call.comments_until, call.time_zone),
        )
    when = moment(call.closes_at, call.time_zone)
    if not call.candidates:
        return _("Nominations closed on %(when)s, and nobody was nominated: move the deadline or cancel.", when=when)
    return _n(
        "Nominations closed on %(when)s: %(num)s candidate waits for the selection.",
        "Nominations closed on %(when)s: %(num)s candidates wait for the selection.",
        call.candidates,
        when=when,
    )


def offers_lapsing(row: Row) -> str:
    """How many offers nobody has answered, and when the first lapses."""
    return _n(
        "%(num)s offer without an answer; it ends on %(when)s.",
        "%(num)s offers without an answer; the first ends on %(when)s.",
        row.number,
        when=moment(row.first_at, row.time_zone),
    )


def held(row: Row) -> str:
    """How many places wait for a replacement, and until when the first does."""
    return _n(
        "%(num)s place is kept for a replacement until %(when)s.",
        "%(num)s places are kept for replacements; the first until %(when)s.",
        row.number,
        when=moment(row.first_at, row.time_zone),
    )


def vacant(row: Row) -> str:
    """How many places are free, and why nobody gets them."""
    told = []
    if row.vacancy_in_person in NOBODY:
        free = _("Free places in person: %(count)s.", count=row.free_in_person)
        told.append(f"{free} {row.vacancy_in_person.label}")
    if row.vacancy_online in NOBODY:
        free = _("Free places online: %(count)s.", count=row.free_online)
        told.append(f"{free} {row.vacancy_online.label}")
    return " ".join(told)


def stopped(condition: Condition) -> str:
    """What does not happen now because of it, and since when."""
    latest = condition.latest
    if condition.trouble and latest is not None and latest.trouble_since is not None:
        since = moment(latest.trouble_since, reader_zone() or "UTC")
        return _("Letters have not been sent since %(time)s.", time=since) + f" {Failure(condition.trouble).label}"
    if condition.work is Work.MAIL:
        lead = _("Letters are not being sent: the program that sends them has stopped.")
    else:
        lead = _("Automatic work has stopped: offers do not end, free places are not offered, nobody is reminded.")
    if latest is None:
        return lead
    return f"{lead} " + _(
        "It last worked on %(time)s (machine %(host)s).",
        time=moment(latest.beat_at, reader_zone() or "UTC"),
        host=latest.host,
    )
