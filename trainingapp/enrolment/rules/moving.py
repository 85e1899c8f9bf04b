"""How seats move: who is next, what an offer and a hold last, and why a free seat stays free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from trainingapp.core.clock import days_later, from_local, in_zone, today_in
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.enrolment.models import Obstacle, PlaceMode, Terms, Vacancy
from trainingapp.scheduling.models import SessionStatus

DAY = timedelta(days=1)
CLOSING = time(18)
FreeSeats = Mapping[PlaceMode, int]


@dataclass(frozen=True)
class Waiting:
    """One person on the waiting or reserve list; the list is in the order of the queue numbers.

    ``may_claim``: somebody who needs a seat of each kind may keep the one that is free, for the time of the claim.
    """

    place_id: int
    mode: PlaceMode
    obstacle: Obstacle | None
    organisation_id: int = 0
    may_claim: bool = False


class Moves(NamedTuple):
    """Who moves up, in order, who is passed over for now and why, and who of these keeps a claim on a free seat."""

    moving: list[int]
    passed: dict[int, Obstacle]
    claiming: set[int]


def no_moves() -> Moves:
    """Nobody moves, and nobody is passed over."""
    return Moves([], {}, set())


def decide_moves(queue: Sequence[Waiting], free: FreeSeats, quotas: Mapping[int, int] | None = None) -> Moves:
    """Who moves up to the free seats. ``quotas``: what each organisation may still take; None where there are none.

    One who cannot move keeps the position and never blocks the seat, but for the claim of who needs one of each kind
    and finds only one. Somebody behind the last free seat is not passed over: there was nothing to pass.
    """
    left = dict(free)
    quota = None if quotas is None else dict(quotas)
    moves = no_moves()
    for waiting in queue:
        kinds = [kind for kind in waiting.mode.kinds if left.get(kind, 0) > 0]
        if not kinds:
            continue
        obstacle = what_stops(waiting, kinds, quota)
        if obstacle is not None:
            moves.passed[waiting.place_id] = obstacle
        if obstacle is None:
            moves.moving.append(waiting.place_id)
        elif obstacle is Obstacle.ONE_SEAT and waiting.may_claim:
            moves.claiming.add(waiting.place_id)
        else:
            continue
        for kind in kinds:
            left[kind] -= 1
        if quota is not None:
            quota[waiting.organisation_id] -= 1
    return moves


def what_stops(waiting: Waiting, free: Sequence[PlaceMode], quota: Mapping[int, int] | None) -> Obstacle | None:
    """What keeps the person from moving up to the free seats among those that he or she needs."""
    if waiting.obstacle is not None:
        return waiting.obstacle
    if quota is not None and quota.get(waiting.organisation_id, 0) <= 0:
        return Obstacle.QUOTA
    return None if len(free) == len(waiting.mode.kinds) else Obstacle.ONE_SEAT


def unclaimed(free: FreeSeats, claims: int) -> dict[PlaceMode, int]:
    """The free seats that are left for others, where so many people each keep one of whatever kind is free."""
    left = dict(free)
    for _claim in range(claims):
        for kind in left:
            left[kind] = max(0, left[kind] - 1)
    return left


def position_behind(ahead: Mapping[PlaceMode, int], mode: PlaceMode) -> int:
    """The position of who comes next on a list. ``ahead``: how many are on it already for each way of taking part."""
    return 1 + sum(count for other, count in ahead.items() if set(other.kinds) & set(mode.kinds))


def moves_now(status: SessionStatus, starts_at: datetime, now: datetime) -> bool:
    """Whether places still move at all: until the session begins."""
    return status in {SessionStatus.OPEN, SessionStatus.CONFIRMED} and now < starts_at


def is_past_first_day(status: SessionStatus, starts_on: date, time_zone: str, now: datetime) -> bool:
    """Whether the first day of a session that nobody has started is over at the venue: then its list closes."""
    waits = status in {SessionStatus.OPEN, SessionStatus.CONFIRMED}
    return waits and today_in(time_zone, now) > starts_on


@dataclass(frozen=True, kw_only=True)
class TermsFacts:
    """On what terms the places of a session by nomination move; ``starts_at`` and ``time_zone`` are the session's."""

    starts_at: datetime
    time_zone: str
    offer_days: int
    hold_days: int
    claim_days: int
    cut_off_days: int
    still_days: int
    is_final: bool = True

    @classmethod
    def of(cls, terms: Terms) -> TermsFacts:
        """The terms as they were read, with their session."""
        return cls(
            starts_at=terms.course_session.starts_at,
            time_zone=terms.course_session.time_zone,
            offer_days=terms.offer_days,
            hold_days=terms.hold_days,
            claim_days=terms.claim_days,
            cut_off_days=terms.cut_off_days,
            still_days=terms.still_days,
            is_final=terms.final_at is not None,
        )

    @property
    def cut_off(self) -> datetime:
        """The moment until which an officer may be replaced by a colleague."""
        return days_later(self.starts_at, -self.cut_off_days, self.time_zone)

    @property
    def still_from(self) -> datetime:
        """The moment from which nothing moves by itself."""
        return days_later(self.starts_at, -self.still_days, self.time_zone)


def offer_end(terms: TermsFacts, now: datetime) -> datetime:
    """Until when an offer made now stands: so many days at closing time, and never beyond the start."""
    return min(closing_time(terms, now, terms.offer_days), terms.starts_at)


def hold_end(terms: TermsFacts, freed_at: datetime) -> datetime | None:
    """Until when a seat freed at that moment is held for a replacement; None when there is no time for one.

    It hangs on the moment at which the seat became free, not on when somebody noticed: whichever trigger comes first,
    the hold ends at the same time.
    """
    if terms.hold_days == 0:
        return None
    end = min(closing_time(terms, freed_at, terms.hold_days), terms.cut_off)
    return end if end > freed_at else None


def claim_end(terms: TermsFacts, now: datetime) -> datetime | None:
    """Until when a free seat is kept for somebody who needs two; None when there is no time for it."""
    if terms.claim_days == 0:
        return None
    end = min(closing_time(terms, now, terms.claim_days), terms.still_from)
    return end if end > now else None


def closing_time(terms: TermsFacts, moment: datetime, days: int) -> datetime:
    """The end of office hours on the venue's clock, so many days after the day of that moment."""
    day = in_zone(moment, terms.time_zone).date() + days * DAY
    return from_local(datetime.combine(day, CLOSING), terms.time_zone)


def vacancies(
    free: FreeSeats, queue: Sequence[Waiting], *, is_final: bool, moves: bool, is_still: bool, claims: int = 0
) -> dict[PlaceMode, Vacancy | None]:
    """For each kind of seat why what is still free is offered to nobody; None when nothing is free.

    ``free`` and ``queue`` as they are after everybody who can move has moved; ``claims``: how many of them keep a seat.
    """
    left = unclaimed(free, claims)
    return {
        kind: vacancy_of(kind, queue, is_final=is_final, moves=moves, is_still=is_still, is_claimed=left[kind] < count)
        if count > 0
        else None
        for kind, count in free.items()
    }


def vacancy_of(
    kind: PlaceMode, queue: Sequence[Waiting], *, is_final: bool, moves: bool, is_still: bool, is_claimed: bool
) -> Vacancy:
    if not moves:
        return Vacancy.OVER
    if not is_final:
        return Vacancy.NOT_FINAL
    if not any(kind in waiting.mode.kinds for waiting in queue):
        return Vacancy.NOBODY_WAITS
    if is_claimed:
        return Vacancy.CLAIMED
    return Vacancy.TOO_CLOSE if is_still else Vacancy.NOBODY_CAN


def check_quota(name: object, accept: int, taken: int) -> None:
    """Raise DomainError when a quota would be smaller than the places already offered, confirmed or held."""
    if accept < taken:
        raise DomainError(
            _l("%(name)s already has %(taken)s places, so its quota cannot be smaller.", name=name, taken=taken)
        )
