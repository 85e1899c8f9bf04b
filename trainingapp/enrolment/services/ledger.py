"""The ledger of a session: the only code that opens a place, changes its state, counts seats and notes history."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

import sqlalchemy as sa

from trainingapp.accounts.models import Person
from trainingapp.core.actor import acting
from trainingapp.core.db import db, locked
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import LazyText, _l
from trainingapp.core.text import tidy
from trainingapp.enrolment.models import Obstacle, Place, PlaceHistory, PlaceMode, PlaceStatus, Quota, Step, Terms, Way
from trainingapp.enrolment.queries.people import candidates
from trainingapp.enrolment.queries.terms import find_terms, quotas_of
from trainingapp.enrolment.rules.joining import Candidate, SessionFacts, check_step
from trainingapp.enrolment.rules.moving import TermsFacts, moves_now
from trainingapp.scheduling.models import CourseSession

FIRST_STEPS = {
    PlaceStatus.NOMINATED: Step.NOMINATED,
    PlaceStatus.REQUESTED: Step.ASKED,
    PlaceStatus.WAITING: Step.WAITLISTED,
    PlaceStatus.PLACED: Step.PLACED,
}


@dataclass
class Ledger:
    """The places of one session while its row is locked: what decides about them, and every way to change them.

    ``terms`` are those of a session by nomination, None where people enrol themselves. ``now`` is the moment of the
    decision, the same for all that follows from it. ``people`` are those whom it has locked; ``known``: what speaks for
    or against them. Make one with :meth:`lock` or :meth:`lock_with`.
    """

    course_session: CourseSession
    terms: Terms | None
    now: datetime
    people: set[int] = field(default_factory=set)
    known: dict[int, Candidate] = field(default_factory=dict)

    @classmethod
    def lock(cls, course_session_id: int, now: datetime) -> Ledger:
        """Lock the session. Raises NoResultFound when there is none."""
        course_session = locked(CourseSession, course_session_id)
        return cls(course_session, find_terms(course_session_id, afresh=True), now)

    @classmethod
    def lock_with(cls, place_id: int, now: datetime) -> tuple[Ledger, Place]:
        """Lock the session of the place, then the place. Raises NoResultFound when there is none."""
        session_id = db.session.scalars(sa.select(Place.course_session_id).where(Place.id == place_id)).one()
        ledger = cls.lock(session_id, now)
        return ledger, locked(Place, place_id)

    @property
    def id(self) -> int:
        """The id of the session."""
        return self.course_session.id

    @property
    def session(self) -> SessionFacts:
        """What the rules have to know of the session as it is now."""
        return SessionFacts.of(self.course_session, by_nomination=self.terms is not None)

    @property
    def moves(self) -> bool:
        """Whether places still move at all: until the session begins."""
        return moves_now(self.course_session.status, self.course_session.starts_at, self.now)

    @property
    def by_terms(self) -> TermsFacts | None:
        """What the rules have to know of the terms; None where there are none."""
        return TermsFacts.of(self.terms) if self.terms is not None else None

    def need_terms(self) -> tuple[Terms, TermsFacts]:
        """The terms, and what the rules have to know of them. Raises DomainError where there are none."""
        if self.terms is None:
            raise DomainError(_l("The places of this session are not given by nomination."))
        return self.terms, TermsFacts.of(self.terms)

    @cached_property
    def quotas(self) -> dict[int, Quota]:
        """The quotas of the session by organisation; none where people enrol themselves."""
        return quotas_of(self.id) if self.terms is not None else {}

    @property
    def free_quotas(self) -> dict[int, int]:
        """How many seats each organisation may still take."""
        return {organisation_id: quota.free for organisation_id, quota in self.quotas.items()}

    def lock_people(self, person_ids: Iterable[int]) -> None:
        """Lock these people, all at once and in the order of their ids, so that no two sessions wait for each other.

        Whatever else gives them a place locks them too: what is known of them stays true while the ledger lasts.
        """
        wanted = set(person_ids) - self.people
        if wanted:
            people = sa.select(Person.id).where(Person.id.in_(wanted)).order_by(Person.id)
            db.session.execute(people.with_for_update(key_share=True)).all()
            self.people |= wanted
            self.known = {}  # what was read before the lock may have changed

    def candidates(self, person_ids: Collection[int], exempt: Collection[int] = ()) -> dict[int, Candidate]:
        """What speaks for or against these people. ``exempt``: those for whom the office made an exception."""
        if not self.known.keys() >= set(person_ids):
            self.known = candidates(self.course_session, self.people | set(person_ids))
        found = {person_id: self.known[person_id] for person_id in person_ids if person_id in self.known}
        return {person_id: replace(one, is_exempt=person_id in exempt) for person_id, one in found.items()}

    def candidate(self, person_id: int, place: Place | None = None) -> Candidate:
        """What speaks for or against the person; with the exception that the office made for the ``place``.

        Raises DomainError (field ``person``) when there is no such person.
        """
        exempt = [person_id] if place is not None and place.exception else []
        found = self.candidates([person_id], exempt).get(person_id)
        if found is None:
            raise DomainError(_l("There is no such person."), field="person")
        return found

    def open_place(
        self,
        person_id: int,
        mode: PlaceMode,
        way: Way,
        status: PlaceStatus,
        *,
        motivation: str | None = None,
        reason: str | None = None,
    ) -> Place:
        """A new place at the end of the line, with the first step of its history."""
        check_step(None, status)
        place = Place(
            person_id=person_id,
            course_session_id=self.id,
            organisation_id=db.session.get_one(Person, person_id).organisation_id,
            mode=mode,
            way=way,
            status=status,
            queue_no=self.next_in_line(),
            steps=0,
            asked_at=self.now,
            changed_at=self.now,
            motivation=tidy(motivation) or None,
            exception=reason,
        )
        self._count_seats(place, before=())
        db.session.add(place)
        db.session.flush()
        self.note(place, None, FIRST_STEPS[status], reason=reason)
        return place

    def next_in_line(self) -> int:
        """The next number of the line: nobody has had it before."""
        self.course_session.last_queue_no += 1
        return self.course_session.last_queue_no

    def change(
        self,
        place: Place,
        status: PlaceStatus,
        step: Step,
        *,
        reason: str | None = None,
        until: datetime | None = None,
    ) -> None:
        """The only way in which a place changes its state. ``until``: the deadline of an offer."""
        check_step(place.status, status)
        old, before = place.status, place.seats
        place.status, place.changed_at, place.reason = status, self.now, reason
        place.passed_over, place.claim_until = None, None
        if status is PlaceStatus.OFFERED:
            place.offered_until = until
        self._count_seats(place, before)
        self.note(place, old, step, reason=reason, until=until)

    def hold_seat(self, place: Place, until: datetime) -> None:
        """Hold the seat of an ended place for a replacement. Called while the seat is just being given back."""
        before = place.seats
        place.held_until = until
        self._count_seats(place, before)
        self.note(place, place.status, Step.HELD, until=until)

    def release_seat(self, place: Place, step: Step, *, reason: str | None = None) -> None:
        """End the hold on the seat of an ended place: it is free, or about to be taken by the replacement."""
        before = place.seats
        place.held_until = None
        self._count_seats(place, before)
        self.note(place, place.status, step, reason=reason)

    def change_mode(self, place: Place, mode: PlaceMode) -> None:
        """Let the holder of a seat take part in another way. The caller has made sure that there is room."""
        before = place.seats
        place.mode = mode
        self._count_seats(place, before)
        self.note(place, place.status, Step.MODE_CHANGED)

    def pass_over(self, place: Place, obstacle: Obstacle, claim_until: datetime | None = None) -> None:
        """Note once why the person is passed over, and until when a claim on a seat lasts; the position is kept."""
        if place.passed_over is not obstacle or place.claim_until != claim_until:
            begun = None if place.claim_until == claim_until else claim_until
            place.passed_over, place.claim_until = obstacle, claim_until
            self.note(place, place.status, Step.PASSED_OVER, obstacle=obstacle, until=begun)

    def note(
        self,
        place: Place,
        old: PlaceStatus | None,
        what: Step,
        *,
        reason: str | None = None,
        obstacle: Obstacle | None = None,
        until: datetime | None = None,
    ) -> None:
        """Add a step to the history. ``old``: the state before it; None for the first step."""
        place.steps += 1
        db.session.add(
            PlaceHistory(
                place_id=place.id,
                step=place.steps,
                at=self.now,
                actor_id=acting().person_id,
                what=what,
                old_status=old,
                new_status=place.status,
                mode=place.mode,
                reason=reason,
                obstacle=obstacle,
                until=until,
            )
        )

    def _count_seats(self, place: Place, before: tuple[PlaceMode, ...]) -> None:
        """Bring the counters of the session and of the administration's quota to what the place occupies now."""
        after = place.seats
        self.course_session.taken_in_person += after.count(PlaceMode.IN_PERSON) - before.count(PlaceMode.IN_PERSON)
        self.course_session.taken_online += after.count(PlaceMode.ONLINE) - before.count(PlaceMode.ONLINE)
        quota = self.quotas.get(place.organisation_id)
        if quota is not None:
            quota.taken += bool(after) - bool(before)


def about(place: Place) -> dict[str, int]:
    """What every event about a place says."""
    return {"place_id": place.id, "person_id": place.person_id, "course_session_id": place.course_session_id}


def needed(text: str | None, otherwise: LazyText) -> str:
    """The text, tidied. Raises DomainError (field ``reason``) when there is none."""
    text = tidy(text)
    if not text:
        raise DomainError(otherwise, field="reason")
    return text
