"""The state machine of places: the only code that opens a place, changes its state, counts seats and notes history.

Whoever calls holds the lock of the session's row.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from trainingapp.accounts.models import Person
from trainingapp.core.actor import acting
from trainingapp.core.db import db, locked
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.core.text import tidy
from trainingapp.enrolment import queries
from trainingapp.enrolment.models import Obstacle, Place, PlaceHistory, PlaceMode, PlaceStatus, Step, Terms, Way
from trainingapp.enrolment.rules import Candidate, Seats, SessionFacts, TermsFacts, check_step
from trainingapp.scheduling.models import CourseSession

FIRST_STEPS = {
    PlaceStatus.NOMINATED: Step.NOMINATED,
    PlaceStatus.REQUESTED: Step.ASKED,
    PlaceStatus.WAITING: Step.WAITLISTED,
    PlaceStatus.PLACED: Step.PLACED,
}


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
        by_nomination=queries.find_terms(course_session.id) is not None,
    )


def terms_of(terms: Terms, course_session: CourseSession) -> TermsFacts:
    """What the rules have to know of the terms."""
    return TermsFacts(
        starts_at=course_session.starts_at,
        time_zone=course_session.time_zone,
        offer_days=terms.offer_days,
        hold_days=terms.hold_days,
        claim_days=terms.claim_days,
        cut_off_days=terms.cut_off_days,
        still_days=terms.still_days,
        is_final=terms.final_at is not None,
    )


def lock_place(place_id: int) -> tuple[Place, CourseSession]:
    """The place and its session, both locked. Raises NoResultFound when there is none."""
    session_id = db.session.scalars(sa.select(Place.course_session_id).where(Place.id == place_id)).one()
    course_session = locked(CourseSession, session_id)
    return locked(Place, place_id), course_session


def lock_people(person_ids: Iterable[int]) -> None:
    """Lock these people, all at once and in the order of their ids, so that two sessions never wait for each other."""
    wanted = sa.select(Person.id).where(Person.id.in_(sorted(set(person_ids)))).order_by(Person.id)
    db.session.execute(wanted.with_for_update(key_share=True)).all()


def candidate_of(course_session: CourseSession, person_id: int, place: Place | None = None) -> Candidate:
    """What speaks for or against the person; with the exception that the office made for the ``place``.

    Raises DomainError (field ``person``) when there is no such person.
    """
    exempt = [person_id] if place is not None and place.exception else []
    found = queries.candidates(course_session, [person_id], exempt).get(person_id)
    if found is None:
        raise DomainError(_l("There is no such person."), field="person")
    return found


def open_place(
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
    """A new place at the end of the line, with the first step of its history."""
    check_step(None, status)
    place = Place(
        person_id=person_id,
        course_session_id=course_session.id,
        organisation_id=db.session.get_one(Person, person_id).organisation_id,
        mode=mode,
        way=way,
        status=status,
        queue_no=next_in_line(course_session),
        steps=0,
        asked_at=now,
        changed_at=now,
        motivation=tidy(motivation) or None,
        exception=reason,
    )
    count_seats(course_session, place, before=())
    db.session.add(place)
    db.session.flush()
    note(place, None, FIRST_STEPS[status], now=now, reason=reason)
    return place


def next_in_line(course_session: CourseSession) -> int:
    course_session.last_queue_no += 1
    return course_session.last_queue_no


def change(
    place: Place,
    course_session: CourseSession,
    status: PlaceStatus,
    step: Step,
    *,
    now: datetime,
    reason: str | None = None,
    until: datetime | None = None,
) -> None:
    """The only way in which a place changes its state. ``until``: the deadline of an offer."""
    check_step(place.status, status)
    old, before = place.status, place.seats
    place.status, place.changed_at, place.reason = status, now, reason
    place.passed_over, place.claim_until = None, None
    if status is PlaceStatus.OFFERED:
        place.offered_until = until
    count_seats(course_session, place, before)
    note(place, old, step, now=now, reason=reason, until=until)


def hold(place: Place, course_session: CourseSession, until: datetime, *, now: datetime) -> None:
    """Keep the seat of an ended place for a replacement. Called while the seat is just being given back."""
    before = place.seats
    place.held_until = until
    count_seats(course_session, place, before)
    note(place, place.status, Step.HELD, now=now, until=until)


def release(
    place: Place, course_session: CourseSession, step: Step, *, now: datetime, reason: str | None = None
) -> None:
    """End the hold on the seat of an ended place: it is free, or about to be taken by the replacement."""
    before = place.seats
    place.held_until = None
    count_seats(course_session, place, before)
    note(place, place.status, step, now=now, reason=reason)


def change_mode(place: Place, course_session: CourseSession, mode: PlaceMode, *, now: datetime) -> None:
    """Let the holder of a seat take part in another way. The caller has made sure that there is room."""
    before = place.seats
    place.mode = mode
    count_seats(course_session, place, before)
    note(place, place.status, Step.MODE_CHANGED, now=now)


def pass_over(place: Place, obstacle: Obstacle, now: datetime, claim_until: datetime | None = None) -> None:
    """Note once why the person is passed over, and until when a claim on a free seat lasts; the position is kept."""
    if place.passed_over is not obstacle or place.claim_until != claim_until:
        begun = None if place.claim_until == claim_until else claim_until
        place.passed_over, place.claim_until = obstacle, claim_until
        note(place, place.status, Step.PASSED_OVER, now=now, obstacle=obstacle, until=begun)


def count_seats(course_session: CourseSession, place: Place, before: tuple[PlaceMode, ...]) -> None:
    """Bring the counters of the session and of the administration's quota to what the place occupies now."""
    after = place.seats
    course_session.taken_in_person += after.count(PlaceMode.IN_PERSON) - before.count(PlaceMode.IN_PERSON)
    course_session.taken_online += after.count(PlaceMode.ONLINE) - before.count(PlaceMode.ONLINE)
    difference = bool(after) - bool(before)
    quota = queries.find_quota(course_session.id, place.organisation_id) if difference else None
    if quota is not None:
        quota.taken += difference


def note(
    place: Place,
    old: PlaceStatus | None,
    what: Step,
    *,
    now: datetime,
    **details: Any,
) -> None:
    """Add a step to the history: ``reason``, ``obstacle``, ``until`` where it has them."""
    place.steps += 1
    db.session.add(
        PlaceHistory(
            place_id=place.id,
            step=place.steps,
            at=now,
            actor_id=acting().person_id,
            what=what,
            old_status=old,
            new_status=place.status,
            mode=place.mode,
            **details,
        )
    )


def about(place: Place) -> dict[str, int]:
    """What every event about a place says."""
    return {"place_id": place.id, "person_id": place.person_id, "course_session_id": place.course_session_id}


def needed(text: str | None, otherwise: object) -> str:
    """The text, tidied. Raises DomainError (field ``reason``) when there is none."""
    text = tidy(text)
    if not text:
        raise DomainError(otherwise, field="reason")
    return text
