"""The verbs of places that people and the office use: asking, placing, deciding, giving back."""

from __future__ import annotations

from datetime import datetime

from trainingapp.accounts.models import Person
from trainingapp.core.actor import acting
from trainingapp.core.bus import publish
from trainingapp.core.db import db, transaction
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.core.text import tidy
from trainingapp.enrolment import events
from trainingapp.enrolment.models import SEATED, Place, PlaceMode, PlaceStatus, Step, Way
from trainingapp.enrolment.queries.places import find_live_place, live_places
from trainingapp.enrolment.rules.joining import (
    AlreadyEnrolled,
    Candidate,
    check_not_oneself,
    check_placing,
    check_undecided,
    check_wait,
    decide,
    decide_leaving,
    seat_or_wait,
)
from trainingapp.enrolment.services.ledger import Ledger, about, needed
from trainingapp.enrolment.services.moving import (
    bring_nominated_up_to_date,
    bring_up_to_date,
    close_list,
    hold_for_replacement,
    let_time_pass,
    open_to_newcomers,
    people_of,
    release_all,
)

Q_FULL = _l("The quota of the person’s administration is used up, or it is not invited. Change it on the call’s page.")


def enrol(
    person_id: int, course_session_id: int, mode: PlaceMode, *, motivation: str | None = None, now: datetime
) -> Place:
    """Give the person a seat or a spot on the waiting list, or take down the request: as the course has it.

    Raises EnrolmentClosed, AlreadyEnrolled or NotEligible.
    """
    with transaction():
        ledger, candidate = lock_for(course_session_id, person_id, now)
        live = find_live_place(person_id, course_session_id)
        status = decide(ledger.session, candidate, mode, live=live.status if live else None, now=now)
        way = Way.REQUEST if status is PlaceStatus.REQUESTED else Way.SELF
        place = ledger.open_place(person_id, mode, way, status, motivation=motivation)
        tell_of_opening(place, by_office=False)
    return place


def place_person(
    person_id: int, course_session_id: int, mode: PlaceMode, *, override: str | None = None, now: datetime
) -> Place:
    """Place somebody on behalf of the office, whatever the access class and the deadline.

    What is missing can be passed over with a reason, which stays in the history; where administrations nominate the
    reason is needed, and the quota holds. Nobody is placed by himself or herself. Raises DomainError.
    """
    check_not_oneself(person_id, acting().person_id)
    with transaction():
        ledger, candidate = lock_for(course_session_id, person_id, now)
        live = find_live_place(person_id, course_session_id)
        if live is not None:
            raise AlreadyEnrolled(_l("This person already has a place or a request on this session."), field="person")
        session, override = open_to_newcomers(ledger), tidy(override) or None
        check_placing(session, candidate, override=override, now=now)
        status = seat_or_wait(session, mode)
        check_wait(session, status, now)
        if session.by_nomination and status is PlaceStatus.PLACED:
            check_quota_of(ledger, person_id)
        place = ledger.open_place(person_id, mode, Way.OFFICE, status, reason=override)
        tell_of_opening(place, by_office=True)
        bring_nominated_up_to_date(ledger)
    return place


def check_quota_of(ledger: Ledger, person_id: int) -> None:
    """Raise DomainError when the person's administration may have no further seat."""
    if ledger.free_quotas.get(db.session.get_one(Person, person_id).organisation_id, 0) <= 0:
        raise DomainError(Q_FULL, field="person")


def accept(place_id: int, *, override: str | None = None, now: datetime) -> Place:
    """Grant a request: a seat when one is free, else the waiting list at the position of the request."""
    with transaction():
        ledger, place = Ledger.lock_with(place_id, now)
        check_not_oneself(place.person_id, acting().person_id)
        bring_up_to_date(ledger, people=[place.person_id])
        check_undecided(place.status)
        session, override = ledger.session, tidy(override) or None
        check_placing(session, ledger.candidate(place.person_id), override=override, now=now)
        status = seat_or_wait(session, place.mode)
        check_wait(session, status, now)
        step = Step.PLACED if status is PlaceStatus.PLACED else Step.WAITLISTED
        place.exception = override
        ledger.change(place, status, step, reason=override)
        tell_of_seat(place, by_office=True)
    return place


def decline(place_id: int, reason: str, *, now: datetime) -> Place:
    """Decline a request, or somebody on the waiting list, with a reason that the person is told."""
    with transaction():
        ledger, place = Ledger.lock_with(place_id, now)
        reason = needed(reason, _l("Please give the reason: the person will be told."))
        ledger.change(place, PlaceStatus.DECLINED, Step.DECLINED, reason=reason)
        publish(events.PlaceDeclined(**about(place), reason=reason))
        bring_nominated_up_to_date(ledger)
    return place


def withdraw(place_id: int, reason: str | None = None, *, now: datetime) -> Place:
    """Give a place back, by its holder or the office: withdrawn before the start, incomplete after it.

    The free seat goes to the next eligible person at once; where administrations nominate it is first held for a
    replacement.
    """
    with transaction():
        ledger, place = Ledger.lock_with(place_id, now)
        bring_nominated_up_to_date(ledger, people=people_of(place))
        reason = tidy(reason) or None
        session = ledger.session
        status = decide_leaving(place.status, session.status, reason=reason, has_begun=now >= session.starts_at)
        if status is PlaceStatus.INCOMPLETE:
            ledger.change(place, status, Step.LEFT, reason=reason)
            publish(events.PlaceLeft(**about(place), reason=reason or ""))
        else:
            by_office = acting().person_id != place.person_id
            give_back(ledger, place, Step.WITHDRAWN, reason)
            publish(events.PlaceWithdrawn(**about(place), reason=reason or "", by_office=by_office))
        bring_up_to_date(ledger)
    return place


def give_back(ledger: Ledger, place: Place, step: Step, reason: str | None) -> None:
    """End a place before the start; the seat that it had is held for a replacement where the terms say so."""
    had_seat = place.status in SEATED
    ledger.change(place, PlaceStatus.WITHDRAWN, step, reason=reason)
    if had_seat and ledger.terms is not None:
        hold_for_replacement(ledger, place, ledger.now)


def cancel_places(course_session_id: int, reason: str, *, now: datetime) -> int:
    """End every live place of a cancelled session; the number of people concerned."""
    with transaction():
        ledger = Ledger.lock(course_session_id, now)
        let_time_pass(ledger)
        release_all(ledger)
        places = live_places(course_session_id)
        for place in places:
            ledger.change(place, PlaceStatus.CANCELLED, Step.CANCELLED, reason=reason)
            publish(events.PlaceCancelled(**about(place), reason=reason))
        bring_up_to_date(ledger)
    return len(places)


def lapse_waiting(course_session_id: int, *, now: datetime) -> int:
    """End the requests, offers and lists and holds of a session that has begun; the number of people concerned."""
    with transaction():
        ledger = Ledger.lock(course_session_id, now)
        count = close_list(ledger)
        bring_up_to_date(ledger)
    return count


def lock_for(course_session_id: int, person_id: int, now: datetime) -> tuple[Ledger, Candidate]:
    """Lock the session, then the person, and move up those who wait: whoever asks now comes after them."""
    ledger = Ledger.lock(course_session_id, now)
    bring_up_to_date(ledger, people=[person_id])
    return ledger, ledger.candidate(person_id)


def tell_of_opening(place: Place, *, by_office: bool) -> None:
    if place.status is PlaceStatus.REQUESTED:
        publish(events.PlaceRequested(**about(place)))
    else:
        tell_of_seat(place, by_office=by_office)


def tell_of_seat(place: Place, *, by_office: bool) -> None:
    if place.status is PlaceStatus.PLACED:
        publish(events.PlaceGiven(**about(place), from_waiting_list=False, by_office=by_office))
    else:
        publish(events.PlaceWaitlisted(**about(place)))
