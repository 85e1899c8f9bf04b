"""Decisions about joining a session: who gets a place, who waits, what may follow what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from trainingapp.catalogue.models import AccessClass
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import LazyText, _l
from trainingapp.core.office import office_contact
from trainingapp.enrolment.models import Obstacle, PlaceMode, PlaceStatus
from trainingapp.scheduling.models import CourseSession, SessionStatus


class EnrolmentClosed(DomainError):
    """Nobody can ask for a place there any more, or not yet."""


class AlreadyEnrolled(DomainError):
    """One person, one live place in a session."""


class NotEligible(DomainError):
    """The person does not meet what the course requires."""


S = PlaceStatus
FOLLOWS: Mapping[PlaceStatus | None, frozenset[PlaceStatus]] = {
    None: frozenset({S.NOMINATED, S.REQUESTED, S.WAITING, S.PLACED}),
    S.NOMINATED: frozenset({S.OFFERED, S.WAITING, S.DECLINED, S.WITHDRAWN, S.CANCELLED, S.LAPSED}),
    S.REQUESTED: frozenset({S.PLACED, S.WAITING, S.DECLINED, S.WITHDRAWN, S.CANCELLED, S.LAPSED}),
    S.WAITING: frozenset({S.OFFERED, S.PLACED, S.DECLINED, S.WITHDRAWN, S.CANCELLED, S.LAPSED}),
    S.OFFERED: frozenset({S.PLACED, S.WITHDRAWN, S.CANCELLED, S.LAPSED}),
    S.PLACED: frozenset({S.WITHDRAWN, S.CANCELLED, S.INCOMPLETE}),
}


def check_step(old: PlaceStatus | None, new: PlaceStatus) -> None:
    """Raise DomainError when a place in the old state cannot come into the new one."""
    if new not in FOLLOWS.get(old, frozenset()):
        raise DomainError(DECIDED)


def check_undecided(status: PlaceStatus) -> None:
    """Raise DomainError unless the place is a request that waits for a decision."""
    if status is not PlaceStatus.REQUESTED:
        raise DomainError(DECIDED)


DECIDED = _l("Somebody has already decided on this place. Reload the page to see its status now.")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What speaks for or against one person on one session."""

    is_active: bool = True
    leads: bool = False
    of_administration: bool = True
    missing: Sequence[str] = ()
    clash: str | None = None
    is_exempt: bool = False


@dataclass(frozen=True, kw_only=True)
class Seats:
    """One way of taking part: its places, those taken, and whether somebody who could move is waiting."""

    capacity: int
    taken: int

    @property
    def free(self) -> int:
        return self.capacity - self.taken


@dataclass(frozen=True, kw_only=True)
class SessionFacts:
    """What the decision has to know of the session."""

    status: SessionStatus
    access: AccessClass
    starts_at: datetime
    closes_at: datetime
    seats: Mapping[PlaceMode, Seats]
    by_nomination: bool = False

    @classmethod
    def of(cls, course_session: CourseSession, *, by_nomination: bool) -> SessionFacts:
        """The facts of the session as it was read."""
        return cls(
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
            by_nomination=by_nomination,
        )

    @property
    def free(self) -> dict[PlaceMode, int]:
        """How many seats of each kind are free."""
        return {kind: seats.free for kind, seats in self.seats.items()}

    def keeping(self, left: Mapping[PlaceMode, int]) -> SessionFacts:
        """The session as a newcomer finds it, to whom only these of the free seats are open."""
        seats = {kind: replace(seats, taken=seats.capacity - left[kind]) for kind, seats in self.seats.items()}
        return replace(self, seats=seats)

    def has_room_for(self, mode: PlaceMode) -> bool:
        """Whether every seat that this way of taking part needs is free."""
        return all(self.seats[kind].free > 0 for kind in mode.kinds)


def obstacle_of(candidate: Candidate) -> Obstacle | None:
    """What keeps the person from a seat, the gravest first; None when nothing does.

    The office's exception passes over what lacks and what clashes, never over the first two.
    """
    if not candidate.is_active:
        return Obstacle.SWITCHED_OFF
    if candidate.leads:
        return Obstacle.TRAINER
    if candidate.is_exempt:
        return None
    if candidate.missing:
        return Obstacle.PREREQUISITES
    return Obstacle.CLASH if candidate.clash else None


def decide(
    session: SessionFacts, candidate: Candidate, mode: PlaceMode, *, live: PlaceStatus | None, now: datetime
) -> PlaceStatus:
    """The status that a person's own request gets, or the reason why there is none.

    Raises EnrolmentClosed, AlreadyEnrolled or NotEligible.
    """
    check_open(session, now)
    if live is not None:
        raise AlreadyEnrolled(ALREADY_RESERVED if session.by_nomination and live is S.WAITING else ALREADY[live])
    check_not_by_nomination(session)
    check_access(session.access, candidate)
    check_eligible(candidate)
    if session.access is AccessClass.OPEN:
        return seat_or_wait(session, mode)
    check_mode(session, mode)
    return PlaceStatus.REQUESTED


ALREADY = {
    PlaceStatus.NOMINATED: _l("Your administration has already nominated you for this session."),
    PlaceStatus.OFFERED: _l("You have an offer of a place on this session. Please confirm it on your page."),
    PlaceStatus.REQUESTED: _l("You have already asked for a place on this session. The coordinator will decide."),
    PlaceStatus.WAITING: _l("You are already on the waiting list of this session."),
    PlaceStatus.PLACED: _l("You already have a place on this session."),
}


ALREADY_RESERVED = _l("You are already on the reserve list of this session.")


def check_open(session: SessionFacts, now: datetime) -> None:
    """Raise EnrolmentClosed unless people can ask for a place now."""
    check_open_status(session.status)
    if now >= min(session.closes_at, session.starts_at):
        raise EnrolmentClosed(
            _l(
                "The deadline for this session has passed. "
                "A coordinator can still place you: please write to the office%(contact)s.",
                contact=office_contact,
            )
        )


def check_open_status(status: SessionStatus) -> None:
    """Raise EnrolmentClosed unless the session is open or confirmed."""
    match status:
        case SessionStatus.CANCELLED:
            raise EnrolmentClosed(_l("This session has been cancelled. The course page shows other dates."))
        case SessionStatus.FINISHED:
            raise EnrolmentClosed(_l("This session is over. The course page shows other dates."))
        case SessionStatus.RUNNING:
            raise EnrolmentClosed(_l("This session has already begun. The course page shows other dates."))
        case SessionStatus.DRAFT:
            raise EnrolmentClosed(_l("Enrolment on this session has not opened yet."))


def check_not_by_nomination(session: SessionFacts) -> None:
    """Raise EnrolmentClosed where only administrations can name people."""
    if session.by_nomination:
        raise EnrolmentClosed(
            _l(
                "Places on this session are given by nomination. "
                "Ask the National Contact Point of your administration to nominate you."
            )
        )


def check_access(access: AccessClass, candidate: Candidate) -> None:
    """Raise NotEligible when the course is not for people like this one."""
    if access is AccessClass.INVITATION:
        raise NotEligible(
            _l("Places on this course are given by invitation. Ask your National Contact Point or the office.")
        )
    if access is AccessClass.CUSTOMS and not candidate.of_administration:
        raise NotEligible(
            _l("This course is for officers of customs administrations only. The office can make an exception.")
        )


def check_eligible(candidate: Candidate) -> None:
    """Raise NotEligible, naming what is missing, when something keeps the person from a seat."""
    match obstacle_of(candidate):
        case Obstacle.SWITCHED_OFF:
            raise NotEligible(_l("This account is switched off, so the person cannot have a place."))
        case Obstacle.TRAINER:
            raise NotEligible(_l("A trainer of a session cannot take part in it: people cannot assess themselves."))
        case Obstacle.PREREQUISITES:
            raise NotEligible(courses_missing(candidate.missing))
        case Obstacle.CLASH:
            raise NotEligible(
                _l(
                    "At the same time there is another place, on %(session)s. Cancel it first.",
                    session=candidate.clash,
                )
            )


def courses_missing(titles: Sequence[str]) -> LazyText:
    """That the course requires others first, which are named."""
    courses = ", ".join(titles)
    if len(titles) == 1:
        return _l(
            "The course requires another one, which is missing or no longer valid in the training record: %(course)s.",
            course=courses,
        )
    return _l(
        "The course requires these courses, which are missing or no longer valid in the training record: %(courses)s.",
        courses=courses,
    )


def check_mode(session: SessionFacts, mode: PlaceMode) -> None:
    """Raise DomainError when the session has no places of this kind at all."""
    if any(session.seats[kind].capacity == 0 for kind in mode.kinds):
        raise DomainError(_l("This session has no places of this kind. Please choose the other one."), field="mode")


def seat_or_wait(session: SessionFacts, mode: PlaceMode) -> PlaceStatus:
    """A seat when one is free, else the waiting list.

    Ask only after those who wait have been moved up: then a free seat means that nobody who could take it waits.
    """
    check_mode(session, mode)
    return PlaceStatus.PLACED if session.has_room_for(mode) else PlaceStatus.WAITING


def check_wait(session: SessionFacts, status: PlaceStatus, now: datetime) -> None:
    """Raise EnrolmentClosed when somebody would wait for a place of a session that has begun: its list is closed."""
    if status is PlaceStatus.WAITING and (session.status is SessionStatus.RUNNING or now >= session.starts_at):
        raise EnrolmentClosed(
            _l(
                "The session has begun and no place of this kind is free, so nobody can wait for one. "
                "Raise the number of places first."
            )
        )


def check_placing(session: SessionFacts, candidate: Candidate, *, override: str | None, now: datetime) -> None:
    """Raise when the office cannot place the person. It may pass over deadlines, and with a reason over what lacks."""
    if session.status not in {SessionStatus.OPEN, SessionStatus.CONFIRMED, SessionStatus.RUNNING}:
        raise EnrolmentClosed(_l("People can be placed on open, confirmed and running sessions only."))
    if session.by_nomination and not override:
        raise DomainError(
            _l("Places on this session are given by nomination. Please give the reason for the exception: it stays."),
            field="override",
        )
    if not candidate.is_active or candidate.leads or not override:
        check_eligible(candidate)


def check_not_oneself(person_id: int, actor_id: int | None) -> None:
    """Raise DomainError (field ``person``) where people of the office decide on a place for themselves."""
    if actor_id is not None and person_id == actor_id:
        raise DomainError(
            _l("You cannot decide about a place for yourself. Please ask another coordinator."), field="person"
        )


def decide_leaving(status: PlaceStatus, session: SessionStatus, *, reason: str | None, has_begun: bool) -> PlaceStatus:
    """The state of a place that is given back: withdrawn before the start, incomplete after it."""
    if not status.is_live:
        raise DomainError(_l("This place has already ended."))
    if session is SessionStatus.FINISHED:
        raise DomainError(_l("The session is over: what happened in it stays in the record."))
    if not has_begun or status is not PlaceStatus.PLACED:
        return PlaceStatus.WITHDRAWN
    if not reason:
        raise DomainError(_l("The session has begun. Please say why the person is leaving."), field="reason")
    return PlaceStatus.INCOMPLETE
