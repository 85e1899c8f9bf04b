"""How seats move. Everything that may free a seat ends here, so the same facts always give the same result."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime

from trainingapp.core.bus import publish
from trainingapp.core.db import db, locked, transaction
from trainingapp.enrolment import events, queries
from trainingapp.enrolment.models import Place, PlaceStatus, Step, Terms
from trainingapp.enrolment.models.states import SEAT_KINDS
from trainingapp.enrolment.rules import (
    Moves,
    SessionFacts,
    TermsFacts,
    Waiting,
    claim_end,
    decide_moves,
    hold_end,
    is_past_first_day,
    moves_now,
    no_moves,
    obstacle_of,
    offer_end,
    unclaimed,
    vacancies,
)
from trainingapp.enrolment.services.machine import (
    about,
    change,
    facts_of,
    hold,
    lock_people,
    note,
    pass_over,
    release,
    terms_of,
)
from trainingapp.scheduling.models import CourseSession

logger = logging.getLogger(__name__)


def settle(course_session: CourseSession, now: datetime, *, people: Collection[int] = (), by_hand: bool = False) -> int:
    """Bring the places of a locked session to what the facts demand; how many people moved up.

    Offers whose deadline has passed lapse, holds that have ended are released, and the next people who can move up to
    the free seats; for each who is passed over it is stored why. ``people`` are locked together with those who wait:
    whoever is dealt with next. ``by_hand``: somebody wants it although the session is about to begin.
    """
    terms = queries.find_terms(course_session.id)
    facts = terms_of(terms, course_session) if terms else None
    let_time_pass(course_session, now)
    places = (
        {place.id: place for place in queries.waiting_places(course_session.id)} if may_move(course_session) else {}
    )
    lock_people({place.person_id for place in places.values()} | set(people))
    claim = claim_end(facts, now) if facts else None
    queue = queue_of(course_session, list(places.values()), now, claim)
    moves = decide(course_session, queue, facts, now, by_hand)
    for place_id in moves.moving:
        move_up(places[place_id], course_session, facts, now)
    for place_id, obstacle in moves.passed.items():
        claims_anew = place_id in moves.claiming and places[place_id].claim_until is None
        pass_over(places[place_id], obstacle, now, claim if claims_anew else places[place_id].claim_until)
    if terms is not None and facts is not None:
        left = [waiting for waiting in queue if waiting.place_id not in moves.moving]
        note_vacancies(terms, course_session, left, facts, now, len(moves.claiming))
    return len(moves.moving)


def settle_nominated(course_session: CourseSession, now: datetime, *, people: Collection[int] = ()) -> None:
    """Settle where administrations nominate: so that nothing hangs on whether the sweep or a person came first."""
    if queries.find_terms(course_session.id) is not None:
        settle(course_session, now, people=people)


def people_of(place: Place) -> Collection[int]:
    """Who must be locked at once where a seat may become free: the person, and all who wait."""
    return {place.person_id, *queries.waiting_people(place.course_session_id)}


def let_time_pass(course_session: CourseSession, now: datetime) -> None:
    """End the offers and the holds whose time is over, as if somebody had looked at that very moment.

    The list of a session that is still open closes when its first day is over.
    """
    terms = queries.find_terms(course_session.id)
    if terms is not None:
        lapse_offers(course_session, terms_of(terms, course_session), now)
        end_holds(course_session, now)
    if is_past_first_day(course_session.status, course_session.starts_on, course_session.time_zone, now):
        close_list(course_session, now)


def close_list(course_session: CourseSession, now: datetime) -> int:
    """End the requests, offers, lists and holds of a session that has begun; the number of people concerned."""
    release_all(course_session, now)
    places = [place for place in queries.live_places(course_session.id) if place.status is not PlaceStatus.PLACED]
    for place in places:
        offered = place.status is PlaceStatus.OFFERED
        change(place, course_session, PlaceStatus.LAPSED, Step.OFFER_LAPSED if offered else Step.LAPSED, now=now)
        publish(events.OfferLapsed(**about(place)) if offered else events.PlaceLapsed(**about(place)))
    return len(places)


def release_all(course_session: CourseSession, now: datetime) -> None:
    """End every hold: there is no place to hold any more."""
    for place in queries.held_places(course_session.id):
        release(place, course_session, Step.RELEASED, now=now)


def shorten_offers(course_session_id: int, *, now: datetime) -> int:
    """Let no offer last beyond the start of a session that was moved; how many people are told to answer earlier."""
    with transaction():
        course_session = locked(CourseSession, course_session_id)
        until = course_session.starts_at
        places = queries.offers_beyond(course_session_id, until)
        for place in places:
            place.offered_until = until
            note(place, place.status, Step.OFFERED, now=now, until=until)
            publish(events.OfferShortened(**about(place), until_at=until))
    return len(places)


def may_move(course_session: CourseSession) -> bool:
    """Whether there is anything to look at the list for: a free seat."""
    return any(count > 0 for count in facts_of(course_session).free.values())


def queue_of(
    course_session: CourseSession, places: Sequence[Place], now: datetime, claim: datetime | None
) -> list[Waiting]:
    """Those who wait, as the rules see them. ``claim``: until when a claim that begins now lasts; None: none begins."""
    if not places:
        return []
    exempt = {place.person_id for place in places if place.exception}
    known = queries.candidates(course_session, [place.person_id for place in places], exempt)
    return [
        Waiting(
            place.id,
            place.mode,
            obstacle_of(known[place.person_id]),
            place.organisation_id,
            may_claim=claim is not None if place.claim_until is None else place.claim_until > now,
        )
        for place in places
    ]


def open_to_newcomers(course_session: CourseSession, now: datetime) -> SessionFacts:
    """The facts of a session that has just been settled, without the seats that are kept for people with a claim."""
    session = facts_of(course_session)
    return session.keeping(unclaimed(session.free, queries.count_claims(course_session.id, now)))


def decide(
    course_session: CourseSession, queue: list[Waiting], terms: TermsFacts | None, now: datetime, by_hand: bool
) -> Moves:
    if not queue or not moves_now(course_session.status, course_session.starts_at, now):
        return no_moves()
    free = facts_of(course_session).free
    if terms is None:
        return decide_moves(queue, free)
    if not terms.is_final or (now >= terms.still_from and not by_hand):
        return no_moves()
    return decide_moves(queue, free, queries.free_quotas(course_session.id))


def move_up(place: Place, course_session: CourseSession, terms: TermsFacts | None, now: datetime) -> None:
    """A seat at once where people enrol themselves, an offer with a deadline where administrations nominate."""
    if terms is None:
        change(place, course_session, PlaceStatus.PLACED, Step.PROMOTED, now=now)
        publish(events.PlaceGiven(**about(place), from_waiting_list=True, by_office=False))
    else:
        make_offer(place, course_session, terms, now, from_reserve=True)


def make_offer(
    place: Place,
    course_session: CourseSession,
    terms: TermsFacts,
    now: datetime,
    *,
    from_reserve: bool,
    until: datetime | None = None,
) -> None:
    """Offer the place a seat until the deadline that the terms give, or that the offer had which it takes over."""
    until = until or offer_end(terms, now)
    change(place, course_session, PlaceStatus.OFFERED, Step.OFFERED, now=now, until=until)
    publish(
        events.PlaceOffered(**about(place), until_at=until, from_reserve=from_reserve, replaced_id=place.replaces_id)
    )


def lapse_offers(course_session: CourseSession, terms: TermsFacts, now: datetime) -> None:
    """End the offers that nobody answered; their seats are held from the deadline on, whoever looks when."""
    for place in queries.overdue_offers(course_session.id, now):
        assert place.offered_until is not None  # a check of the table
        freed_at = place.offered_until
        change(place, course_session, PlaceStatus.LAPSED, Step.OFFER_LAPSED, now=now)
        hold_for_replacement(place, course_session, terms, freed_at, now)
        publish(events.OfferLapsed(**about(place)))


def hold_for_replacement(
    place: Place, course_session: CourseSession, terms: TermsFacts, freed_at: datetime, now: datetime
) -> None:
    """Hold the seat that has just been given back for a colleague, when the terms leave time for one.

    Once only until somebody confirms it: an administration cannot keep a seat by offers that nobody takes up.
    """
    until = hold_end(terms, freed_at)
    moves = moves_now(course_session.status, course_session.starts_at, now)
    if until is not None and until > now and moves and not was_held_before(place):
        hold(place, course_session, until, now=now)
        publish(events.SeatHeld(**about(place), until_at=until))


def was_held_before(place: Place) -> bool:
    """Whether the seat was held already since somebody last had it for certain."""
    for step in queries.steps_of_line(place.id) if place.replaces_id is not None else ():
        if step in {Step.HELD, Step.CONFIRMED, Step.PLACED}:
            return step is Step.HELD
    return False


def end_holds(course_session: CourseSession, now: datetime) -> None:
    for place in queries.ended_holds(course_session.id, now):
        release(place, course_session, Step.RELEASED, now=now)
        publish(events.SeatReleased(**about(place)))


def note_vacancies(
    terms: Terms, course_session: CourseSession, queue: list[Waiting], facts: TermsFacts, now: datetime, claims: int
) -> None:
    """Store why the seats that are free now are offered to nobody."""
    found = vacancies(
        facts_of(course_session).free,
        queue,
        is_final=facts.is_final,
        moves=moves_now(course_session.status, course_session.starts_at, now),
        is_still=now >= facts.still_from,
        claims=claims,
    )
    terms.vacancy_in_person, terms.vacancy_online = (found[kind] for kind in SEAT_KINDS)
    db.session.flush()


def fill_free_seats(course_session_id: int, *, now: datetime) -> int:
    """Move the next eligible people of the waiting list to the free seats; how many moved."""
    with transaction():
        return settle(locked(CourseSession, course_session_id), now)


def offer_by_hand(course_session_id: int, *, now: datetime) -> int:
    """Offer the free seats to the reserve list although the session is about to begin; how many offers were made."""
    with transaction():
        return settle(locked(CourseSession, course_session_id), now, by_hand=True)


def sweep(*, now: datetime) -> int:
    """Settle every session where the clock or somebody's new eligibility may have moved something. How many moved.

    One session that cannot be settled does not keep the others waiting: the fault is logged.
    """
    return sum(settle_one(session_id, now) for session_id in queries.sessions_to_settle(now))


def end_overdue(*, now: datetime) -> int:
    """As :func:`sweep`, but only where the time of an offer or of a hold is over: quick enough for every minute."""
    return sum(settle_one(session_id, now) for session_id in queries.sessions_overdue(now))


def settle_one(course_session_id: int, now: datetime) -> int:
    try:
        return fill_free_seats(course_session_id, now=now)
    except Exception:
        logger.exception("the places of session %s could not be settled", course_session_id)
        return 0
