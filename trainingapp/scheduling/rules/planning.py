"""What a coordinator may plan, and what may still change once people count on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from trainingapp.catalogue.models import CourseKind
from trainingapp.core.clock import from_local, today_in
from trainingapp.core.errors import Problem
from trainingapp.core.formats import hours
from trainingapp.core.i18n import LazyText, _, _l, _ln
from trainingapp.scheduling.models import CourseSession, MeetingMode, SessionStatus
from trainingapp.scheduling.rules.clashes import RoomFacts, Slot, covers, too_small
from trainingapp.scheduling.rules.times import Span

LONGEST_SESSION = timedelta(days=731)
MOST_MEETINGS = 200
SATURDAY = 5


def hours_apart(kind: CourseKind, course_minutes: int, planned_minutes: int) -> bool:
    """Whether the meetings take another time than the course has; of a distance course they are a part only."""
    if kind is CourseKind.DISTANCE:
        return planned_minutes > course_minutes
    return planned_minutes not in {0, course_minutes}


def difference_of_hours(course_session: CourseSession) -> str | None:
    """What the office is told where the meetings and the course do not have the same hours."""
    course, planned = course_session.course, course_session.planned_minutes
    if not hours_apart(course.kind, course.duration_minutes, planned):
        return None
    return _(
        "The meetings take %(planned)s, but the course has %(hours)s. Certificates print the hours of the course; "
        "attendance counts the time of the meetings.",
        planned=hours(planned),
        hours=hours(course.duration_minutes),
    )


@dataclass(frozen=True, kw_only=True)
class SessionDetails:
    """A course session as a coordinator wants it. ``closes`` is the enrolment deadline on the venue's clock (naive)."""

    code: str
    starts_on: date
    ends_on: date
    closes: datetime
    time_zone: str
    centre_id: int | None = None
    capacity_in_person: int = 0
    capacity_online: int = 0
    minimum: int = 0
    languages: tuple[str, ...] = ()
    interpretation: tuple[str, ...] = ()
    joining_url: str | None = None
    sponsor_en: str | None = None
    sponsor_ru: str | None = None
    co_organiser_en: str | None = None
    co_organiser_ru: str | None = None
    note_en: str | None = None
    note_ru: str | None = None

    @property
    def capacity(self) -> int:
        return self.capacity_in_person + self.capacity_online


@dataclass(frozen=True, kw_only=True)
class MeetingDetails:
    """A meeting as a coordinator wants it, on the venue's clock. ``overnight``: it ends on the next day."""

    day: date
    start: time
    end: time
    overnight: bool = False
    mode: MeetingMode = MeetingMode.IN_PERSON
    room_id: int | None = None
    title_en: str | None = None
    title_ru: str | None = None


@dataclass(frozen=True, kw_only=True)
class Commitments:
    """What a session that exists is bound to: its places taken and its meetings, each with its room if it has one."""

    status: SessionStatus
    centre_id: int | None
    taken_in_person: int
    taken_online: int
    meetings: Sequence[tuple[Slot, RoomFacts | None]] = field(default_factory=tuple)


def slot_of(details: MeetingDetails, zone: str) -> Slot:
    """The meeting's time. Raises DomainError (field ``start`` or ``end``) for a time that the clocks skip."""
    last_day = details.day + timedelta(days=1) if details.overnight else details.day
    return Slot(
        starts_at=from_local(datetime.combine(details.day, details.start), zone, "start"),
        ends_at=from_local(datetime.combine(last_day, details.end), zone, "end"),
    )


def days_between(first: date, last: date, *, weekends: bool) -> list[date]:
    """The days from the first to the last, with Saturdays and Sundays or without."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if weekends or day.weekday() < SATURDAY]


def details_problems(details: SessionDetails) -> Iterator[Problem]:
    """What is wrong with the details in themselves. Nobody can ask for a place in what has begun, whatever its kind."""
    if details.ends_on < details.starts_on:
        yield Problem(_l("The last day is before the first day."), "ends_on")
    elif details.ends_on - details.starts_on > LONGEST_SESSION:
        yield Problem(_l("A session lasts two years at most."), "ends_on")
    if details.capacity < 1:
        yield Problem(_l("A session needs at least one place, in person or online."), "capacity_in_person")
    if details.capacity_in_person and details.centre_id is None:
        yield Problem(_l("Participants in person need a place to come to: choose the centre."), "centre_id")
    if details.minimum > details.capacity:
        yield Problem(_l("The minimum is larger than the number of places."), "minimum")
    if not details.languages:
        yield Problem(_l("Choose at least one language of the session."), "languages")
    if details.closes.date() > details.starts_on:
        yield Problem(_l("The enrolment deadline must not be after the first day."), "closes")


def change_problems(details: SessionDetails, commitments: Commitments) -> Iterator[Problem]:
    """What the session that exists does not allow."""
    if commitments.status in {SessionStatus.FINISHED, SessionStatus.CANCELLED}:
        yield Problem(over(commitments.status))
        return
    yield from capacity_problems(details, commitments)
    if any(
        slot.starts_at < from_local(details.closes, details.time_zone, "closes") for slot, _room in commitments.meetings
    ):
        yield Problem(_l("The enrolment deadline must not be after the beginning of the first meeting."), "closes")
    for slot, room in commitments.meetings:
        if not covers(details.starts_on, details.ends_on, slot, details.time_zone):
            when = Span(slot.starts_at, slot.ends_at, details.time_zone)
            yield Problem(_l("The meeting %(when)s would be outside. Move or remove it first.", when=when), "ends_on")
        if room and room.centre_id != details.centre_id:
            sentence = _l("Some meetings are in room “%(room)s” of another centre. Move them first.", room=room.name)
            yield Problem(sentence, "centre_id")
        elif room and room.capacity < details.capacity_in_person:
            yield Problem(too_small(room, details.capacity_in_person).sentence, "capacity_in_person")


def capacity_problems(details: SessionDetails, commitments: Commitments) -> Iterator[Problem]:
    """Nobody who has a place may lose it through a smaller number."""
    if details.capacity_in_person < commitments.taken_in_person:
        sentence = _ln(
            "%(num)s person has a place in person: there cannot be fewer places.",
            "%(num)s people have a place in person: there cannot be fewer places.",
            commitments.taken_in_person,
        )
        yield Problem(sentence, "capacity_in_person")
    if details.capacity_online < commitments.taken_online:
        sentence = _ln(
            "%(num)s person has a place online: there cannot be fewer places.",
            "%(num)s people have a place online: there cannot be fewer places.",
            commitments.taken_online,
        )
        yield Problem(sentence, "capacity_online")


def over(status: SessionStatus) -> LazyText:
    """Why a session that has ended cannot be changed any more."""
    if status is SessionStatus.CANCELLED:
        return _l("This session has been cancelled; nothing about it can be changed.")
    return _l("This session is finished; nothing about it can be changed.")


def has_ended(status: SessionStatus, ends_on: date, time_zone: str, now: datetime) -> bool:
    """Whether it took place: not cancelled, and somebody finished it or its last day is past in the venue's zone."""
    if status is SessionStatus.CANCELLED:
        return False
    return status is SessionStatus.FINISHED or today_in(time_zone, now) > ends_on


def is_over(status: SessionStatus) -> bool:
    return status in {SessionStatus.FINISHED, SessionStatus.CANCELLED}
