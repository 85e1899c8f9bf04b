"""How seats move. Everything that may free a seat ends here, so the same facts always give the same result."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime

from trainingapp.core.bus import publish
from trainingapp.core.db import db, transaction
from trainingapp.enrolment import events
from trainingapp.enrolment.models import Place, PlaceStatus, Step
from trainingapp.enrolment.models.states import SEAT_KINDS
from trainingapp.enrolment.queries.lists import steps_of_line
from trainingapp.enrolment.queries.places import (
    count_claims,
    ended_holds,
    held_places,
    live_places,
    offers_beyond,
    overdue_offers,
    sessions_out_of_date,
    sessions_overdue,
    waiting_people,
    waiting_places,
)
from trainingapp.enrolment.rules.joining import SessionFacts, obstacle_of
from trainingapp.enrolment.rules.moving import (
    Moves,
    Waiting,
    claim_end,
    decide_moves,
    hold_end,
    is_past_first_day,
    no_moves,
    offer_end,
    unclaimed,
    vacancies,
)
from trainingapp.enrolment.services.ledger import Ledger, about

logger = logging.getLogger(__name__)


def bring_up_to_date(ledger: Ledger, *, people: Collection[int] = (), by_hand: bool = False) -> int:
    """Bring the places of the session to what the facts demand; how many people moved up.

    Offers whose deadline has passed lapse, holds that have ended are released, and the next people
    who can move up to the free seats; for each who is passed over it is stored why. ``people`` are locked together with
    those who wait: whoever is dealt with next. ``by_hand``: somebody wants it although the session is about to begin.
    """
    let_time_pass(ledger)
    places = {place.id: place for place in waiting_places(ledger.id)} if may_move(ledger) else {}
    ledger.lock_people({place.person_id for place in places.values()} | set(people))
    claim = claim_end(ledger.by_terms, ledger.now) if ledger.by_terms else None
    queue = queue_of(ledger, list(places.values()), claim)
    moves = decide(ledger, queue, by_hand)
    for place_id in moves.moving:
        move_up(ledger, places[place_id])
    for place_id, obstacle in moves.passed.items():
        claims_anew = place_id in moves.claiming and places[place_id].claim_until is None
        ledger.pass_over(places[place_id], obstacle, claim if claims_anew else places[place_id].claim_until)
    left = [waiting for waiting in queue if waiting.place_id not in moves.moving]
    note_vacancies(ledger, left, len(moves.claiming))
    return len(moves.moving)


def bring_nominated_up_to_date(ledger: Ledger, *, people: Collection[int] = ()) -> None:
    """The same where administrations nominate: so that nothing hangs on whether the sweep or a person came first."""
    if ledger.terms is not None:
        bring_up_to_date(ledger, people=people)


def people_of(place: Place) -> Collection[int]:
    """Who must be locked at once where a seat may become free: the person, and all who wait."""
    return {place.person_id, *waiting_people(place.course_session_id)}


def let_time_pass(ledger: Ledger) -> None:
    """End the offers and the holds whose time is over, as if somebody had looked at that very moment.

    The list of a session that is still open closes when its first day is over.
    """
    if ledger.terms is not None:
        lapse_offers(ledger)
        end_holds(ledger)
    session = ledger.course_session
    if is_past_first_day(session.status, session.starts_on, session.time_zone, ledger.now):
        close_list(ledger)


def close_list(ledger: Ledger) -> int:
    """End the requests, offers, lists and holds of a session that has begun; the number of people concerned."""
    release_all(ledger)
    places = [place for place in live_places(ledger.id) if place.status is not PlaceStatus.PLACED]
    for place in places:
        offered = place.status is PlaceStatus.OFFERED
        ledger.change(place, PlaceStatus.LAPSED, Step.OFFER_LAPSED if offered else Step.LAPSED)
        publish(events.OfferLapsed(**about(place)) if offered else events.PlaceLapsed(**about(place)))
    return len(places)


def release_all(ledger: Ledger) -> None:
    """End every hold: there is no place to hold any more."""
    for place in held_places(ledger.id):
        ledger.release_seat(place, Step.RELEASED)


def end_holds(ledger: Ledger) -> None:
    """End the holds that lasted until now."""
    for place in ended_holds(ledger.id, ledger.now):
        ledger.release_seat(place, Step.RELEASED)
        publish(events.SeatReleased(**about(place)))


def lapse_offers(ledger: Ledger) -> None:
    """End the offers that nobody answered; their seats are held from the deadline on, whoever looks when."""
    for place in overdue_offers(ledger.id, ledger.now):
        assert place.offered_until is not None  # a check of the table
        freed_at = place.offered_until
        ledger.change(place, PlaceStatus.LAPSED, Step.OFFER_LAPSED)
        hold_for_replacement(ledger, place, freed_at)
        publish(events.OfferLapsed(**about(place)))


def hold_for_replacement(ledger: Ledger, place: Place, freed_at: datetime) -> None:
    """Hold the seat that has just been given back for a colleague, when the terms leave time for one.

    Once only until somebody confirms it: an administration cannot keep a seat by offers that nobody takes up.
    """
    _terms, facts = ledger.need_terms()
    until = hold_end(facts, freed_at)
    if until is not None and until > ledger.now and ledger.moves and not was_held_before(place):
        ledger.hold_seat(place, until)
        publish(events.SeatHeld(**about(place), until_at=until))


def was_held_before(place: Place) -> bool:
    """Whether the seat was held already since somebody last had it for certain."""
    for step in steps_of_line(place.id) if place.replaces_id is not None else ():
        if step in {Step.HELD, Step.CONFIRMED, Step.PLACED}:
            return step is Step.HELD
    return False


def may_move(ledger: Ledger) -> bool:
    """Whether there is anything to look at the list for: a free seat."""
    return any(count > 0 for count in ledger.session.free.values())


def queue_of(ledger: Ledger, places: Sequence[Place], claim: datetime | None) -> list[Waiting]:
    """Those who wait, as the rules see them. ``claim``: until when a claim that begins now lasts; None: none begins."""
    if not places:
        return []
    exempt = {place.person_id for place in places if place.exception}
    known = ledger.candidates([place.person_id for place in places], exempt)
    return [
        Waiting(
            place.id,
            place.mode,
            obstacle_of(known[place.person_id]),
            place.organisation_id,
            may_claim=claim is not None if place.claim_until is None else place.claim_until > ledger.now,
        )
        for place in places
    ]


def decide(ledger: Ledger, queue: list[Waiting], by_hand: bool) -> Moves:
    """Who of the queue moves up now, and who is passed over."""
    if not queue or not ledger.moves:
        return no_moves()
    terms = ledger.by_terms
    if terms is None:
        return decide_moves(queue, ledger.session.free)
    if not terms.is_final or (ledger.now >= terms.still_from and not by_hand):
        return no_moves()
    return decide_moves(queue, ledger.session.free, ledger.free_quotas)


def move_up(ledger: Ledger, place: Place) -> None:
    """A seat at once where people enrol themselves, an offer with a deadline where administrations nominate."""
    if ledger.terms is None:
        ledger.change(place, PlaceStatus.PLACED, Step.PROMOTED)
        publish(events.PlaceGiven(**about(place), from_waiting_list=True, by_office=False))
    else:
        make_offer(ledger, place, from_reserve=True)


def make_offer(ledger: Ledger, place: Place, *, from_reserve: bool, until: datetime | None = None) -> None:
    """Offer the place a seat until the deadline that the terms give, or that the offer had which it takes over."""
    _terms, facts = ledger.need_terms()
    until = until or offer_end(facts, ledger.now)
    ledger.change(place, PlaceStatus.OFFERED, Step.OFFERED, until=until)
    publish(
        events.PlaceOffered(**about(place), until_at=until, from_reserve=from_reserve, replaced_id=place.replaces_id)
    )


def note_vacancies(ledger: Ledger, queue: list[Waiting], claims: int) -> None:
    """Store why the seats that are free now are offered to nobody, where administrations nominate."""
    if ledger.terms is None:
        return
    terms, facts = ledger.need_terms()
    found = vacancies(
        ledger.session.free,
        queue,
        is_final=facts.is_final,
        moves=ledger.moves,
        is_still=ledger.now >= facts.still_from,
        claims=claims,
    )
    terms.vacancy_in_person, terms.vacancy_online = (found[kind] for kind in SEAT_KINDS)
    db.session.flush()


def open_to_newcomers(ledger: Ledger) -> SessionFacts:
    """The facts of a session that is up to date, without the seats that are kept for people with a claim."""
    session = ledger.session
    return session.keeping(unclaimed(session.free, count_claims(ledger.id, ledger.now)))


def shorten_offers(course_session_id: int, *, now: datetime) -> int:
    """Let no offer last beyond the start of a session that was moved; how many people are told to answer earlier."""
    with transaction():
        ledger = Ledger.lock(course_session_id, now)
        until = ledger.course_session.starts_at
        places = offers_beyond(course_session_id, until)
        for place in places:
            place.offered_until = until
            ledger.note(place, place.status, Step.OFFERED, until=until)
            publish(events.OfferShortened(**about(place), until_at=until))
    return len(places)


def fill_free_seats(course_session_id: int, *, now: datetime) -> int:
    """Move the next eligible people of the waiting list to the free seats; how many moved."""
    with transaction():
        return bring_up_to_date(Ledger.lock(course_session_id, now))


def offer_by_hand(course_session_id: int, *, now: datetime) -> int:
    """Offer the free seats to the reserve list although the session is about to begin; how many offers were made."""
    with transaction():
        return bring_up_to_date(Ledger.lock(course_session_id, now), by_hand=True)


def sweep(*, now: datetime) -> int:
    """Bring up to date every session that the clock or somebody's new eligibility may have moved. How many moved up.

    One session that cannot be brought up to date does not keep the others waiting: the fault is logged.
    """
    return sum(bring_one_up_to_date(session_id, now) for session_id in sessions_out_of_date(now))


def end_overdue(*, now: datetime) -> int:
    """As :func:`sweep`, but only where the time of an offer or of a hold is over: quick enough for every minute."""
    return sum(bring_one_up_to_date(session_id, now) for session_id in sessions_overdue(now))


def bring_one_up_to_date(course_session_id: int, now: datetime) -> int:
    try:
        return fill_free_seats(course_session_id, now=now)
    except Exception:
        logger.exception("the places of session %s could not be brought up to date", course_session_id)
        return 0
