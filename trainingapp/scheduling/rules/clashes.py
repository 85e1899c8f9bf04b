"""Which meetings cannot be: two in one room, one trainer in two places, a room too small, a day outside the session."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from trainingapp.core.clock import in_zone
from trainingapp.core.errors import Problem
from trainingapp.core.i18n import Bilingual, LazyText, _l
from trainingapp.scheduling.models import MeetingMode
from trainingapp.scheduling.rules.times import Moment, Span

LONGEST = timedelta(hours=24)
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A stretch of time. Its end belongs to whatever follows: what only touches does not overlap."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: Slot) -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, kw_only=True)
class RoomFacts:
    """A room, as far as a meeting in it is concerned."""

    room_id: int
    centre_id: int
    name: Bilingual
    capacity: int
    is_closed: bool = False


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What a meeting must fit into: its session. ``trainers`` are ids with names."""

    session_id: int
    centre_id: int | None
    time_zone: str
    starts_on: date
    ends_on: date
    capacity_in_person: int
    closes_at: datetime
    trainers: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A meeting that somebody wants."""

    slot: Slot
    mode: MeetingMode
    room: RoomFacts | None = None


@dataclass(frozen=True, kw_only=True)
class Booking:
    """A meeting that is there already, of a session that is not cancelled."""

    slot: Slot
    session_id: int
    time_zone: str
    code: str
    title: Bilingual
    room_id: int | None = None
    trainers: Mapping[int, str] = field(default_factory=dict)

    @property
    def session(self) -> LazyText:
        return _l("%(code)s “%(title)s”", code=self.code, title=self.title)

    @property
    def when(self) -> Span:
        return Span(self.slot.starts_at, self.slot.ends_at, self.time_zone)


def problems_of(proposal: Proposal, frame: Frame, booked: Sequence[Booking]) -> list[Problem]:
    """Everything that speaks against the meeting; empty when it can be."""
    return [
        *time_problems(proposal.slot, frame),
        *room_problems(proposal, frame),
        *(problem for booking in booked for problem in clashes(proposal, frame, booking)),
    ]


def time_problems(slot: Slot, frame: Frame) -> Iterator[Problem]:
    """The meeting must end after it starts, last a day at most, and lie on the session's days in the venue's zone."""
    if slot.ends_at <= slot.starts_at:
        yield Problem(_l("A meeting must end after it starts."), "end")
    elif slot.ends_at - slot.starts_at > LONGEST:
        yield Problem(_l("A meeting lasts 24 hours at most. Please divide it."), "end")
    elif not covers(frame.starts_on, frame.ends_on, slot, frame.time_zone):
        when = Span(slot.starts_at, slot.ends_at, frame.time_zone)
        yield Problem(_l("%(when)s is outside the dates of this session.", when=when), "day")
    elif slot.starts_at < frame.closes_at:
        deadline = Moment(frame.closes_at, frame.time_zone)
        sentence = _l(
            "It begins before the enrolment deadline (%(time)s). Set an earlier deadline first.", time=deadline
        )
        yield Problem(sentence, "start")


def covers(first: date, last: date, slot: Slot, zone: str) -> bool:
    """Whether the slot lies on these days, as the calendar of the zone counts them; midnight ends the day before it."""
    begins = in_zone(slot.starts_at, zone).date()
    ends = in_zone(slot.ends_at - INSTANT, zone).date()
    return first <= begins and ends <= last


def room_problems(proposal: Proposal, frame: Frame) -> Iterator[Problem]:
    """Whoever meets in person needs a room of the centre that is in use and large enough."""
    room = proposal.room
    if proposal.mode is MeetingMode.ONLINE:
        return
    if room is None:
        yield Problem(_l("Choose the room in which people meet, or make the meeting online."), "room_id")
        return
    if room.is_closed:
        yield Problem(_l("Room “%(room)s” is no longer in use.", room=room.name), "room_id")
    if room.centre_id != frame.centre_id:
        yield Problem(_l("Room “%(room)s” belongs to another centre than this session.", room=room.name), "room_id")
    if room.capacity < frame.capacity_in_person:
        yield too_small(room, frame.capacity_in_person)


def too_small(room: RoomFacts, capacity: int) -> Problem:
    """The sentence that a room holds fewer people than the session takes."""
    sentence = _l(
        "Room “%(room)s” is too small: it is for %(holds)s people, and the session has %(capacity)s places in person.",
        room=room.name,
        holds=room.capacity,
        capacity=capacity,
    )
    return Problem(sentence, "room_id")


def clashes(proposal: Proposal, frame: Frame, booking: Booking) -> Iterator[Problem]:
    """What the booking holds already that the meeting would need at the same time."""
    if not proposal.slot.overlaps(booking.slot):
        return
    if booking.session_id == frame.session_id:
        yield Problem(_l("This session already meets at that time: %(when)s.", when=booking.when), "start")
        return
    if proposal.mode is not MeetingMode.ONLINE and proposal.room and proposal.room.room_id == booking.room_id:
        yield room_taken(proposal.room, booking)
    for person_id in frame.trainers.keys() & booking.trainers.keys():
        yield trainer_busy(frame.trainers[person_id], booking)


def room_taken(room: RoomFacts, booking: Booking) -> Problem:
    """The sentence that says who has the room, and when."""
    sentence = _l(
        "Room “%(room)s” is taken by %(session)s: %(when)s.",
        room=room.name,
        session=booking.session,
        when=booking.when,
    )
    return Problem(sentence, "room_id")


def trainer_busy(name: str, booking: Booking) -> Problem:
    """The sentence that says what the trainer leads at that time."""
    sentence = _l(
        "Trainer %(trainer)s leads %(session)s at that time: %(when)s.",
        trainer=name,
        session=booking.session,
        when=booking.when,
    )
    return Problem(sentence, "person_id")


def trainer_problems(person_id: int, name: str, own: Iterable[Slot], booked: Sequence[Booking]) -> list[Problem]:
    """Why the person cannot lead a session that meets at these times; empty when he or she can."""
    slots = list(own)
    return [
        trainer_busy(name, booking)
        for booking in booked
        if person_id in booking.trainers and any(slot.overlaps(booking.slot) for slot in slots)
    ]
