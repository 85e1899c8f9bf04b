"""The verbs of places where administrations nominate: nominating, giving the places, offers and replacements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from trainingapp.core.actor import acting
from trainingapp.core.bus import publish
from trainingapp.core.db import transaction
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.core.text import tidy
from trainingapp.enrolment import events
from trainingapp.enrolment.models import SEATED, Place, PlaceMode, PlaceStatus, Step, Way
from trainingapp.enrolment.queries.people import people_by_ids
from trainingapp.enrolment.queries.places import (
    find_live_place,
    live_places,
    nominated_places,
    waiting_people,
    waiting_places,
)
from trainingapp.enrolment.queries.terms import organisation_of
from trainingapp.enrolment.rules.joining import (
    AlreadyEnrolled,
    Candidate,
    check_eligible,
    check_mode,
    check_not_oneself,
)
from trainingapp.enrolment.rules.moving import position_behind
from trainingapp.enrolment.rules.selecting import (
    Chosen,
    Selection,
    check_before_start,
    check_no_candidate,
    check_nominee,
    check_offer,
    check_replaceable,
    check_selection,
)
from trainingapp.enrolment.services.joining import give_back
from trainingapp.enrolment.services.ledger import Ledger, about, needed
from trainingapp.enrolment.services.moving import bring_up_to_date, make_offer, open_to_newcomers, people_of


def nominate(
    person_id: int, course_session_id: int, mode: PlaceMode, *, motivation: str | None = None, now: datetime
) -> Place:
    """Name the person for the session. After the places were given, he or she joins the end of the reserve list.

    Who may name whom, and until when, is the caller's matter. Raises DomainError, AlreadyEnrolled (field ``person``).
    """
    with transaction():
        ledger = Ledger.lock(course_session_id, now)
        ledger.lock_people([person_id, *waiting_people(course_session_id)])
        terms, _facts = ledger.need_terms()
        place = nominated(ledger, person_id, mode, motivation)
        if terms.final_at is not None:
            reserve(ledger, [place])
            bring_up_to_date(ledger)
    return place


def nominate_all(
    person_ids: Sequence[int],
    course_session_id: int,
    mode: PlaceMode,
    *,
    motivation: str | None = None,
    now: datetime,
) -> list[Place]:
    """Name these people for the session in this order: all of them, or none.

    Whatever their number, what speaks for or against them is read at once. Raises DomainError that begins with the
    name of the person whom it is about.
    """
    with transaction():
        ledger = Ledger.lock(course_session_id, now)
        ledger.lock_people([*person_ids, *waiting_people(course_session_id)])
        terms, _facts = ledger.need_terms()
        check_nomination(ledger, mode)
        people = people_by_ids(person_ids)
        if len(people) < len(set(person_ids)):
            raise DomainError(_l("There is no such person."), field="person")
        known = ledger.candidates(person_ids)
        live = {place.person_id for place in live_places(course_session_id)}
        for person_id in person_ids:
            with about_person(people[person_id].name.full):
                check_nominee(known[person_id], is_live=person_id in live)
            live.add(person_id)
        places = [named(ledger, person_id, mode, motivation) for person_id in person_ids]
        if terms.final_at is not None:
            reserve(ledger, places)
            bring_up_to_date(ledger)
    return places


@contextmanager
def about_person(name: str) -> Iterator[None]:
    """Let a refusal say whom it is about, where there are many."""
    try:
        yield
    except DomainError as error:
        raise type(error)(_l("%(name)s: %(reason)s", name=name, reason=error.message), error.field) from error


def nominated(ledger: Ledger, person_id: int, mode: PlaceMode, motivation: str | None) -> Place:
    check_nomination(ledger, mode)
    is_live = find_live_place(person_id, ledger.id) is not None
    check_nominee(ledger.candidate(person_id), is_live=is_live)
    return named(ledger, person_id, mode, motivation)


def check_nomination(ledger: Ledger, mode: PlaceMode) -> None:
    """Raise DomainError when nobody can be named for the session any more, or not in this way."""
    check_before_start(ledger.session, ledger.now)
    check_mode(ledger.session, mode)


def named(ledger: Ledger, person_id: int, mode: PlaceMode, motivation: str | None) -> Place:
    place = ledger.open_place(person_id, mode, Way.NOMINATION, PlaceStatus.NOMINATED, motivation=motivation)
    publish(events.PlaceNominated(**about(place)))
    return place


def correct_nominated(place_id: int, mode: PlaceMode, motivation: str | None, *, now: datetime) -> Place:
    """Change how somebody is nominated to take part, and why. Raises DomainError once the places have been given."""
    with transaction():
        ledger, place = Ledger.lock_with(place_id, now)
        if place.status is not PlaceStatus.NOMINATED:
            raise DomainError(_l("This candidate has already been decided on. Reload the page to see the decision."))
        place.motivation = tidy(motivation) or None
        if mode is not place.mode:
            check_mode(ledger.session, mode)
            take_part_by(ledger, place, mode)
    return place


def reserve(ledger: Ledger, places: Iterable[Place]) -> None:
    """Put nominated people at the end of the reserve list in this order, with numbers that never change."""
    ahead = Counter(place.mode for place in waiting_places(ledger.id))
    for place in places:
        place.queue_no = ledger.next_in_line()
        ledger.change(place, PlaceStatus.WAITING, Step.RESERVED)
        publish(events.PlaceReserved(**about(place), position=position_behind(ahead, place.mode)))
        ahead[place.mode] += 1


def put_behind(ledger: Ledger, guests: Iterable[Place]) -> None:
    """Let those whom the office put on the list before there was a reserve wait behind it, in their order."""
    for place in guests:
        place.queue_no = ledger.next_in_line()
        ledger.note(place, place.status, Step.RESERVED)


def give_places(course_session_id: int, selection: Selection, *, now: datetime) -> None:
    """Give the places, once: offers, the reserve list in its order, and refusals with their reasons.

    Raises DomainError when the selection leaves somebody out, or breaks a capacity, a quota or what the course asks.
    """
    with transaction():
        ledger = Ledger.lock(course_session_id, now)
        terms, _facts = ledger.need_terms()
        places = {place.id: place for place in nominated_places(course_session_id)}
        people = [place.person_id for place in places.values()]
        check_no_candidate(acting().person_id, people)
        bring_up_to_date(ledger, people=people)
        session = ledger.session
        check_before_start(session, now)
        if terms.final_at is not None:
            raise DomainError(_l("The selection is already final. Reload the page to see it."))
        known = ledger.candidates(people, exempted(places, selection.exceptions))
        chosen = chosen_of(places, known)
        check_selection(selection, chosen, session.free, ledger.free_quotas)
        terms.final_at = now
        carry_out(ledger, selection, places)
        bring_up_to_date(ledger)
        publish(
            events.SelectionApplied(
                course_session_id=course_session_id,
                offered=len(selection.offered),
                reserved=len(selection.reserve),
                declined=len(selection.declined),
            )
        )


def carry_out(ledger: Ledger, selection: Selection, places: Mapping[int, Place]) -> None:
    """Make the offers, the reserve list and the refusals; each person is told."""
    guests, exceptions = waiting_places(ledger.id), given(selection.exceptions)
    for place_id in (*selection.offered, *selection.reserve):
        places[place_id].exception = exceptions.get(place_id)
    for place_id in selection.offered:
        make_offer(ledger, places[place_id], from_reserve=False)
    reserve(ledger, [places[place_id] for place_id in selection.reserve])
    put_behind(ledger, guests)
    for place_id, reason in selection.declined.items():
        ledger.change(places[place_id], PlaceStatus.DECLINED, Step.DECLINED, reason=reason)
        publish(events.PlaceDeclined(**about(places[place_id]), reason=reason))


def given(reasons: Mapping[int, str]) -> dict[int, str]:
    """The reasons that say something."""
    return {place_id: text for place_id, reason in reasons.items() if (text := tidy(reason))}


def exempted(places: Mapping[int, Place], exceptions: Mapping[int, str]) -> set[int]:
    """The people for whom the office makes an exception."""
    return {places[place_id].person_id for place_id in given(exceptions) if place_id in places}


def chosen_of(places: Mapping[int, Place], known: Mapping[int, Candidate]) -> dict[int, Chosen]:
    """What the rules have to know of each place. ``known``: what speaks for or against its person."""
    return {
        place.id: Chosen(
            name=place.person.name.full,
            organisation_id=place.organisation_id,
            organisation=place.organisation.name,
            mode=place.mode,
            candidate=known[place.person_id],
        )
        for place in places.values()
    }


def confirm(place_id: int, mode: PlaceMode | None = None, *, now: datetime) -> Place:
    """Accept an offer, and say how to take part where the session has both.

    Raises DomainError when the offer has lapsed or something has come to stand against it, or (field ``mode``) when
    there is no free seat of that kind.
    """
    with transaction():
        ledger, place = Ledger.lock_with(place_id, now)
        bring_up_to_date(ledger, people=people_of(place))
        check_offer(place.status, place.offered_until)
        check_before_start(ledger.session, now)
        check_eligible(ledger.candidate(place.person_id, place))
        take_part(ledger, place, mode or place.mode)
        ledger.change(place, PlaceStatus.PLACED, Step.CONFIRMED)
        by_office = acting().person_id != place.person_id
        publish(events.OfferConfirmed(**about(place), mode=place.mode.value, by_office=by_office))
        bring_up_to_date(ledger)
    return place


def take_part(ledger: Ledger, place: Place, mode: PlaceMode) -> None:
    """Change the seats that the place occupies, when those that it needs more are free.

    Close to the start, when nothing moves by itself, a seat that somebody waits for may stand empty, but is not free.
    """
    if mode is place.mode:
        return
    session = open_to_newcomers(ledger)
    check_mode(session, mode)
    more = set(mode.kinds) - set(place.mode.kinds)
    _terms, facts = ledger.need_terms()
    waiting = waiting_places(ledger.id) if ledger.now >= facts.still_from else ()
    awaited = {kind for place in waiting for kind in place.mode.kinds}
    if more & awaited or any(session.seats[kind].free <= 0 for kind in more):
        raise DomainError(_l("No place of this kind is free now. Please choose another way of taking part."), "mode")
    take_part_by(ledger, place, mode)


def take_part_by(ledger: Ledger, place: Place, mode: PlaceMode) -> None:
    old = place.mode
    ledger.change_mode(place, mode)
    publish(events.PlaceModeChanged(**about(place), old={"mode": old.value}, new={"mode": mode.value}))


def turn_down(place_id: int, reason: str | None = None, *, now: datetime) -> Place:
    """Refuse an offer; the seat goes on as the terms say. Raises DomainError when there is no offer any more."""
    with transaction():
        ledger, place = Ledger.lock_with(place_id, now)
        bring_up_to_date(ledger, people=people_of(place))
        check_offer(place.status, place.offered_until)
        reason = tidy(reason) or None
        give_back(ledger, place, Step.TURNED_DOWN, reason)
        publish(events.OfferTurnedDown(**about(place), reason=reason or ""))
        bring_up_to_date(ledger)
    return place


def replace(place_id: int, person_id: int, reason: str, *, by_office: bool = False, now: datetime) -> Place:
    """Offer the seat of one officer to a colleague of the same administration; the place of the colleague.

    The seat is one that the officer has, or has given back while it is held. An offer that nobody has confirmed keeps
    its deadline, whoever has it. The office may also do it after the cut-off, but nobody of it for himself or herself.
    Raises DomainError when the colleague does not qualify.
    """
    if by_office:
        check_not_oneself(person_id, acting().person_id)
    with transaction():
        ledger, place = Ledger.lock_with(place_id, now)
        bring_up_to_date(ledger, people=[person_id, *people_of(place)])
        _terms, facts = ledger.need_terms()
        check_before_start(ledger.session, now)
        check_replaceable(facts, has_seat=bool(place.seats), by_office=by_office, now=now)
        reason = needed(reason, _l("Please say why the officer is replaced: the history keeps it."))
        colleague = colleague_of(ledger, place, person_id)
        until = place.offered_until if place.status is PlaceStatus.OFFERED else None
        vacate(ledger, place, reason)
        colleague.mode, colleague.replaces_id = place.mode, place.id
        publish(events.PlaceReplaced(**about(place), replacement_place_id=colleague.id, reason=reason))
        make_offer(ledger, colleague, until=until, from_reserve=False)
        bring_up_to_date(ledger)
    return colleague


def colleague_of(ledger: Ledger, place: Place, person_id: int) -> Place:
    """The nominated or waiting place of the colleague, or a new one. Raises DomainError (field ``person``).

    Of a stranger nothing is said, not even whether there is such a person.
    """
    live = find_live_place(person_id, ledger.id)
    organisations = {organisation_of(person_id), live.organisation_id if live else place.organisation_id}
    if organisations != {place.organisation_id}:
        raise DomainError(_l("Only a colleague of the same administration can take over the place."), field="person")
    if live is not None and live.status in SEATED:
        raise AlreadyEnrolled(_l("This person already has a place or a request on this session."), field="person")
    check_eligible(ledger.candidate(person_id, live))
    return live or nominated(ledger, person_id, place.mode, None)


def vacate(ledger: Ledger, place: Place, reason: str) -> None:
    """Free the seat for the colleague: the hold on it ends, or the place of who still has it."""
    if place.held_until is not None:
        ledger.release_seat(place, Step.REPLACED, reason=reason)
    else:
        ledger.change(place, PlaceStatus.WITHDRAWN, Step.REPLACED, reason=reason)


def release_seat(place_id: int, *, now: datetime) -> Place:
    """Name no replacement: the seat that was held goes to the reserve list at once."""
    with transaction():
        ledger, place = Ledger.lock_with(place_id, now)
        bring_up_to_date(ledger)
        if place.held_until is None:
            raise DomainError(_l("This place is no longer kept. Reload the page to see its status now."))
        ledger.release_seat(place, Step.RELEASED)
        publish(events.SeatReleased(**about(place)))
        bring_up_to_date(ledger)
    return place
