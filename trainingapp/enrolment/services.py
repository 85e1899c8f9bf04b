"""The verbs of places. All go through one lock (the session's row), one state machine and one history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from trainingapp import events
from trainingapp.accounts.models import Person
from trainingapp.core.actor import acting
from trainingapp.core.bus import publish
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.core.text import tidy
from trainingapp.enrolment import queries
from trainingapp.enrolment.models import Obstacle, Place, PlaceHistory, PlaceMode, PlaceStatus, Step, Way
from trainingapp.enrolment.rules import (
    AlreadyEnrolled,
    Candidate,
    Seats,
    SessionFacts,
    Waiting,
    check_placing,
    check_step,
    check_undecided,
    decide,
    decide_leaving,
    decide_moves,
    moves_now,
    obstacle_of,
    seat_or_wait,
)
from trainingapp.scheduling.models import CourseSession


def enrol(
    person_id: int, course_session_id: int, mode: PlaceMode, *, motivation: str | None = None, now: datetime
) -> Place:
    """Give the person a seat or a spot on the waiting list, or take down the request: as the course has it.

    Raises EnrolmentClosed, AlreadyEnrolled or NotEligible.
    """
    with transaction():
        course_session, candidate = _lock(course_session_id, person_id, now)
        live = queries.find_live_place(person_id, course_session_id)
        status = decide(facts_of(course_session), candidate, mode, live=live.status if live else None, now=now)
        way = Way.REQUEST if status is PlaceStatus.REQUESTED else Way.SELF
        return _open_place(course_session, person_id, mode, way, status, now=now, motivation=motivation)


def place_person(
    person_id: int, course_session_id: int, mode: PlaceMode, *, override: str | None = None, now: datetime
) -> Place:
    """Place somebody on behalf of the office, whatever the access class and the deadline.

    What is missing can be passed over with a reason, which stays in the history. Raises DomainError.
    """
    with transaction():
        course_session, candidate = _lock(course_session_id, person_id, now)
        live = queries.find_live_place(person_id, course_session_id)
        if live is not None:
            raise AlreadyEnrolled(_l("This person already has a live place on this session."), field="person")
        session = facts_of(course_session)
        check_placing(session, candidate, override=override, now=now)
        status = seat_or_wait(session, mode)
        return _open_place(course_session, person_id, mode, Way.OFFICE, status, now=now, reason=override)


def accept(place_id: int, *, override: str | None = None, now: datetime) -> Place:
    """Grant a request: a seat when one is free, else the waiting list at the position of the request."""
    with transaction():
        place, course_session = _lock_place(place_id)
        _fill(course_session, now, before=place.person_id)
        check_undecided(place.status)
        session = facts_of(course_session)
        check_placing(session, _candidate(course_session, place.person_id), override=override, now=now)
        status = seat_or_wait(session, place.mode)
        step = Step.PLACED if status is PlaceStatus.PLACED else Step.WAITLISTED
        _change(place, course_session, status, step, now=now, reason=override)
        _tell_of_seat(place, from_waiting_list=False, by_office=True)
    return place


def decline(place_id: int, reason: str, *, now: datetime) -> Place:
    """Decline a request, or somebody on the waiting list, with a reason that the person is told."""
    with transaction():
        place, course_session = _lock_place(place_id)
        reason = _needed(reason, _l("Please give the reason: the person will be told."))
        _change(place, course_session, PlaceStatus.DECLINED, Step.DECLINED, now=now, reason=reason)
        publish(events.PlaceDeclined(**_about(place), reason=reason))
    return place


def withdraw(place_id: int, reason: str | None = None, *, now: datetime) -> Place:
    """Give a place back, by its holder or the office: withdrawn before the start, incomplete after it.

    The free seat goes to the next eligible person at once.
    """
    with transaction():
        place, course_session = _lock_place(place_id)
        reason = tidy(reason) or None
        status = decide_leaving(
            place.status, course_session.status, reason=reason, has_begun=now >= course_session.starts_at
        )
        by_office = acting().person_id != place.person_id
        if status is PlaceStatus.INCOMPLETE:
            _change(place, course_session, status, Step.LEFT, now=now, reason=reason)
            publish(events.PlaceLeft(**_about(place), reason=reason or ""))
        else:
            _change(place, course_session, status, Step.WITHDRAWN, now=now, reason=reason)
            publish(events.PlaceWithdrawn(**_about(place), reason=reason or "", by_office=by_office))
            _fill(course_session, now)
    return place


def cancel_places(course_session_id: int, reason: str, *, now: datetime) -> int:
    """End every live place of a cancelled session; the number of people concerned."""
    with transaction():
        course_session = locked(CourseSession, course_session_id)
        places = queries.live_places(course_session_id)
        for place in places:
            _change(place, course_session, PlaceStatus.CANCELLED, Step.CANCELLED, now=now, reason=reason)
            publish(events.PlaceCancelled(**_about(place), reason=reason))
    return len(places)


def lapse_waiting(course_session_id: int, *, now: datetime) -> int:
    """End the requests and the waiting list of a session that has begun; the number of people concerned."""
    with transaction():
        course_session = locked(CourseSession, course_session_id)
        places = [p for p in queries.live_places(course_session_id) if p.status is not PlaceStatus.PLACED]
        for place in places:
            _change(place, course_session, PlaceStatus.LAPSED, Step.LAPSED, now=now)
            publish(events.PlaceLapsed(**_about(place)))
    return len(places)


def fill_free_seats(course_session_id: int, *, now: datetime) -> int:
    """Move the next eligible people of the waiting list to the free seats; how many moved."""
    with transaction():
        return _fill(locked(CourseSession, course_session_id), now)


def sweep(*, now: datetime) -> int:
    """Fill free seats everywhere: for whoever became eligible meanwhile. How many people moved."""
    return sum(fill_free_seats(session_id, now=now) for session_id in queries.sessions_to_fill())


def facts_of(course_session: CourseSession) -> SessionFacts:
    """What the rules have to know of a session."""
    return SessionFacts(
        status=course_session.status,
        access=course_session.course.access_class,
        starts_at=course_session.starts_at,
        closes_at=course_session.enrolment_closes_at,
        seats={
            PlaceMode.IN_PERSON: Seats(
                capacity=course_session.capacity_in_person, taken=course_session.taken_in_person
            ),
            PlaceMode.ONLINE: Seats(capacity=course_session.capacity_online, taken=course_session.taken_online),
        },
    )


def _lock(course_session_id: int, person_id: int, now: datetime) -> tuple[CourseSession, Candidate]:
    """Lock the session, then the person, and move up those who wait: whoever asks now comes after them."""
    course_session = locked(CourseSession, course_session_id)
    _fill(course_session, now, before=person_id)
    return course_session, _candidate(course_session, person_id)


def _lock_place(place_id: int) -> tuple[Place, CourseSession]:
    session_id = db.session.scalars(sa.select(Place.course_session_id).where(Place.id == place_id)).one()
    course_session = locked(CourseSession, session_id)
    return locked(Place, place_id), course_session


def _lock_people(person_ids: Iterable[int]) -> None:
    """Lock these people, all at once and in the order of their ids, so that two sessions never wait for each other."""
    wanted = sa.select(Person.id).where(Person.id.in_(sorted(person_ids))).order_by(Person.id)
    db.session.execute(wanted.with_for_update(key_share=True)).all()


def _candidate(course_session: CourseSession, person_id: int) -> Candidate:
    found = queries.candidates(course_session, [person_id]).get(person_id)
    if found is None:
        raise DomainError(_l("There is no such person."), field="person")
    return found


def _open_place(
    course_session: CourseSession,
    person_id: int,
    mode: PlaceMode,
    way: Way,
    status: PlaceStatus,
    *,
    now: datetime,
    motivation: str | None = None,
    reason: str | None = None,
) -> Place:
    course_session.last_queue_no += 1
    place = Place(
        person_id=person_id,
        course_session_id=course_session.id,
        mode=mode,
        way=way,
        status=status,
        queue_no=course_session.last_queue_no,
        asked_at=now,
        changed_at=now,
        motivation=tidy(motivation) or None,
    )
    check_step(None, status)
    _count_seat(course_session, mode, +1 if status is PlaceStatus.PLACED else 0)
    db.session.add(place)
    db.session.flush()
    first = {
        PlaceStatus.REQUESTED: Step.ASKED,
        PlaceStatus.WAITING: Step.WAITLISTED,
        PlaceStatus.PLACED: Step.PLACED,
    }[status]
    _note(place, None, first, now=now, reason=reason)
    if status is PlaceStatus.REQUESTED:
        publish(events.PlaceRequested(**_about(place)))
    else:
        _tell_of_seat(place, from_waiting_list=False, by_office=way is Way.OFFICE)
    return place


def _change(
    place: Place,
    course_session: CourseSession,
    status: PlaceStatus,
    step: Step,
    *,
    now: datetime,
    reason: str | None = None,
) -> None:
    """The only way in which a place changes its state."""
    check_step(place.status, status)
    old = place.status
    if old is not PlaceStatus.PLACED and status is PlaceStatus.PLACED:
        _count_seat(course_session, place.mode, +1)
    elif old is PlaceStatus.PLACED:
        _count_seat(course_session, place.mode, -1)
    place.status, place.changed_at, place.reason, place.passed_over = status, now, reason, None
    _note(place, old, step, now=now, reason=reason)
    db.session.flush()


def _count_seat(course_session: CourseSession, mode: PlaceMode, by: int) -> None:
    if mode is PlaceMode.IN_PERSON:
        course_session.taken_in_person += by
    else:
        course_session.taken_online += by


def _note(
    place: Place,
    old: PlaceStatus | None,
    what: Step,
    *,
    now: datetime,
    reason: str | None = None,
    obstacle: Obstacle | None = None,
) -> None:
    last = db.session.scalar(
        sa.select(sa.func.coalesce(sa.func.max(PlaceHistory.step), 0)).where(PlaceHistory.place_id == place.id)
    )
    db.session.add(
        PlaceHistory(
            place_id=place.id,
            step=(last or 0) + 1,
            at=now,
            actor_id=acting().person_id,
            what=what,
            old_status=old,
            new_status=place.status,
            reason=reason,
            obstacle=obstacle,
        )
    )


def _fill(course_session: CourseSession, now: datetime, before: int | None = None) -> int:
    """Move up whoever is next and can; store for each who is passed over why.

    ``before``: the person whose turn comes after them, who is locked together with them.
    """
    free = {mode: seat.free for mode, seat in facts_of(course_session).seats.items()}
    moves = any(count > 0 for count in free.values()) and moves_now(
        course_session.status, course_session.starts_at, now
    )
    places = {place.id: place for place in queries.waiting_places(course_session.id)} if moves else {}
    _lock_people({place.person_id for place in places.values()} | ({before} if before else set()))
    if not places:
        return 0
    known = queries.candidates(course_session, [place.person_id for place in places.values()])
    queue = [Waiting(place.id, place.mode, obstacle_of(known[place.person_id])) for place in places.values()]
    moving, passed = decide_moves(queue, free)
    for place_id in moving:
        _change(places[place_id], course_session, PlaceStatus.PLACED, Step.PROMOTED, now=now)
        _tell_of_seat(places[place_id], from_waiting_list=True, by_office=False)
    for place_id, obstacle in passed.items():
        _pass_over(places[place_id], obstacle, now)
    return len(moving)


def _pass_over(place: Place, obstacle: Obstacle, now: datetime) -> None:
    if place.passed_over is not obstacle:
        place.passed_over = obstacle
        _note(place, place.status, Step.PASSED_OVER, now=now, obstacle=obstacle)
        db.session.flush()


def _tell_of_seat(place: Place, *, from_waiting_list: bool, by_office: bool) -> None:
    if place.status is PlaceStatus.PLACED:
        publish(events.PlaceGiven(**_about(place), from_waiting_list=from_waiting_list, by_office=by_office))
    else:
        publish(events.PlaceWaitlisted(**_about(place)))


def _about(place: Place) -> dict[str, int]:
    return {"place_id": place.id, "person_id": place.person_id, "course_session_id": place.course_session_id}


def _needed(text: str | None, otherwise: object) -> str:
    text = tidy(text)
    if not text:
        raise DomainError(otherwise, field="reason")
    return text
