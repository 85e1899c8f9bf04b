"""Where a place stands and what comes next, as points: a sentence about it says them in this order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from trainingapp.core.clock import day_start
from trainingapp.core.db import Row
from trainingapp.enrolment.models import SEATED, Obstacle, PlaceStatus, Step
from trainingapp.enrolment.rules.moving import TermsFacts, moves_now
from trainingapp.scheduling.models import SessionStatus
from trainingapp.scheduling.rules.planning import has_ended


class Point(StrEnum):
    """One thing to be told of a place."""

    NOMINATED = "nominated"
    REQUESTED = "requested"
    IN_LINE = "in_line"
    ON_RESERVE = "on_reserve"
    PASSED_OVER = "passed_over"
    TO_PUT_RIGHT = "to_put_right"
    QUOTA_USED_UP = "quota_used_up"
    QUOTA_KEPT = "quota_kept"
    ONE_SEAT = "one_seat"
    CLAIM = "claim"
    STILL = "still"
    STILL_AHEAD = "still_ahead"
    HELD_FOR_OWN = "held_for_own"
    HELD_FOR_OTHERS = "held_for_others"
    OFFERED_TO_ANOTHER = "offered_to_another"
    ALL_TAKEN = "all_taken"
    OFFERED = "offered"
    OVERDUE = "overdue"
    TAKES_OVER = "takes_over"
    REPLACEABLE = "replaceable"
    TOO_LATE_TO_REPLACE = "too_late_to_replace"
    PLACED = "placed"
    PLACED_UNCONFIRMED = "placed_unconfirmed"
    PLACED_RUNNING = "placed_running"
    PLACED_OVER = "placed_over"
    COMPLETED = "completed"
    NOT_DECIDED = "not_decided"
    DECLINED = "declined"
    NOT_SELECTED = "not_selected"
    REQUEST_WITHDRAWN = "request_withdrawn"
    LIST_LEFT = "list_left"
    ASK_AGAIN = "ask_again"
    CANDIDACY_ENDED = "candidacy_ended"
    TURNED_DOWN = "turned_down"
    TURNED_DOWN_BY_HOLDER = "turned_down_by_holder"
    OFFER_ENDED = "offer_ended"
    GIVEN_BACK = "given_back"
    GIVEN_BACK_BY_HOLDER = "given_back_by_holder"
    REPLACED = "replaced"
    OFFER_LAPSED = "offer_lapsed"
    REASON = "reason"
    HELD = "held"
    HELD_AGAIN = "held_again"
    GONE = "gone"
    NEVER_FREE = "never_free"
    CANCELLED = "cancelled"
    LEFT = "left"


BEFORE_A_SEAT = frozenset({PlaceStatus.NOMINATED, PlaceStatus.REQUESTED, PlaceStatus.WAITING})
ALWAYS = {
    PlaceStatus.NOMINATED: Point.NOMINATED,
    PlaceStatus.REQUESTED: Point.REQUESTED,
    PlaceStatus.CANCELLED: Point.CANCELLED,
    PlaceStatus.INCOMPLETE: Point.LEFT,
}


def starts_at_of(row: Row) -> datetime:
    """The moment from which the session has begun: its first meeting, else its first day in the venue's zone."""
    found: datetime = row.first_meeting_at or day_start(row.starts_on, row.time_zone)
    return found


def is_over(row: Row, now: datetime) -> bool:
    """Whether the session has ended: somebody finished it, or its last day is past in the venue's zone."""
    return has_ended(row.session_status, row.ends_on, row.time_zone, now)


def has_begun(row: Row, now: datetime) -> bool:
    """Whether the session has begun, even where nobody has pressed the button."""
    return row.session_status in {SessionStatus.RUNNING, SessionStatus.FINISHED} or now >= starts_at_of(row)


def terms_of_row(row: Row) -> TermsFacts:
    """The terms of a session by nomination, from a row of ``queries.with_standing``."""
    return TermsFacts(
        starts_at=starts_at_of(row),
        time_zone=row.time_zone,
        offer_days=row.offer_days,
        hold_days=row.hold_days,
        claim_days=row.claim_days,
        cut_off_days=row.cut_off_days,
        still_days=row.still_days,
        is_final=row.final_at is not None,
    )


def points_of(row: Row, now: datetime) -> Iterator[Point]:
    """What is to be told of a place. ``row`` has ``PLACE_COLUMNS`` and what ``queries.with_standing`` adds."""
    match row.status:
        case status if status in BEFORE_A_SEAT and has_begun(row, now):
            yield Point.NOT_DECIDED
        case PlaceStatus.WAITING:
            yield from waiting_points(row, now)
        case PlaceStatus.OFFERED | PlaceStatus.PLACED:
            yield from seat_points(row, now)
        case PlaceStatus.DECLINED:
            yield Point.NOT_SELECTED if row.by_nomination else Point.DECLINED
        case PlaceStatus.WITHDRAWN | PlaceStatus.LAPSED:
            yield from ended_points(row, now)
        case status:
            yield ALWAYS[status]


def waiting_points(row: Row, now: datetime) -> Iterator[Point]:
    """The position, what keeps the person from the next seat, and where that seat is."""
    if not row.by_nomination:
        yield Point.IN_LINE
        if row.passed_over is not None:
            yield Point.PASSED_OVER
        return
    yield Point.ON_RESERVE
    yield from obstacle_points(row, now)
    terms = terms_of_row(row)
    if now >= terms.still_from and terms.still_days:
        yield Point.STILL
        return
    yield from next_seat(row)
    if terms.still_days and moves_now(row.session_status, terms.starts_at, now):
        yield Point.STILL_AHEAD


def obstacle_points(row: Row, now: datetime) -> Iterator[Point]:
    """Why somebody on the reserve list was passed over, and what follows from it."""
    match row.passed_over:
        case None:
            return
        case Obstacle.QUOTA:
            is_used_up = (row.quota_taken or 0) >= (row.quota_accept or 0)
            yield Point.QUOTA_USED_UP if is_used_up else Point.QUOTA_KEPT
        case Obstacle.ONE_SEAT:
            yield Point.ONE_SEAT
            if row.claim_until is not None and now < row.claim_until:
                yield Point.CLAIM
        case _:
            yield Point.PASSED_OVER
            yield Point.TO_PUT_RIGHT


def next_seat(row: Row) -> Iterator[Point]:
    """Where the seat is that is free next; nothing for somebody who cannot take it."""
    if row.next_hold_until is not None and row.next_hold_organisation_id == row.organisation_id:
        yield Point.HELD_FOR_OWN
    elif row.passed_over is not None:
        return
    elif row.next_hold_until is not None:
        yield Point.HELD_FOR_OTHERS
    elif row.next_offer_until is not None:
        yield Point.OFFERED_TO_ANOTHER
    else:
        yield Point.ALL_TAKEN


def seat_points(row: Row, now: datetime) -> Iterator[Point]:
    """An offer or a place; where administrations nominate, until when a colleague may take it over."""
    if row.status is PlaceStatus.PLACED:
        yield placed_point(row, now)
        if row.has_completed:
            return
    elif row.offered_until <= now:
        yield Point.OVERDUE
        return
    else:
        yield Point.OFFERED
    if not row.by_nomination:
        return
    if row.replaces_id is not None:
        yield Point.TAKES_OVER
    terms = terms_of_row(row)
    if moves_now(row.session_status, terms.starts_at, now):
        yield Point.REPLACEABLE if now < terms.cut_off else Point.TOO_LATE_TO_REPLACE


def placed_point(row: Row, now: datetime) -> Point:
    """What is to be told of a seat: what is ahead, or how it came out. Only who completed is told so."""
    if row.has_completed:
        return Point.COMPLETED
    if is_over(row, now):
        return Point.PLACED_OVER
    if has_begun(row, now):
        return Point.PLACED_RUNNING
    return Point.PLACED_UNCONFIRMED if row.session_status is SessionStatus.OPEN else Point.PLACED


def ended_points(row: Row, now: datetime) -> Iterator[Point]:
    """How a place ended before the start, and where its seat has gone."""
    if row.status is PlaceStatus.LAPSED and row.left_from is not PlaceStatus.OFFERED:
        yield Point.NEVER_FREE
    elif row.by_nomination:
        yield from end_of_nominated(row)
    else:
        yield ENDS_FROM.get(row.left_from) or given_back(row)
        if row.session_status in {SessionStatus.OPEN, SessionStatus.CONFIRMED} and now < row.closes_at:
            yield Point.ASK_AGAIN


def end_of_nominated(row: Row) -> Iterator[Point]:
    had_seat = row.left_from in SEATED
    was_replaced = row.successor_id is not None
    if not had_seat:
        yield Point.CANDIDACY_ENDED
    elif not (was_replaced and row.ended_by is Step.REPLACED):
        yield end_of_seat(row)
    if was_replaced:
        yield Point.REPLACED
    if row.reason:
        yield Point.REASON
    if row.held_until is not None:
        yield Point.HELD_AGAIN if row.ended_by is Step.OFFER_LAPSED else Point.HELD
    elif had_seat and not was_replaced:
        yield Point.GONE


def end_of_seat(row: Row) -> Point:
    """How a seat, or the offer of one, was lost."""
    if row.ended_by is Step.TURNED_DOWN:
        return Point.TURNED_DOWN_BY_HOLDER if row.ended_by_id == row.person_id else Point.TURNED_DOWN
    if row.ended_by is Step.OFFER_LAPSED:
        return Point.OFFER_LAPSED
    return ENDS_FROM.get(row.left_from) or given_back(row)


def given_back(row: Row) -> Point:
    """A seat that was given up, by its holder or by somebody else."""
    return Point.GIVEN_BACK_BY_HOLDER if row.ended_by_id == row.person_id else Point.GIVEN_BACK


ENDS_FROM = {
    PlaceStatus.REQUESTED: Point.REQUEST_WITHDRAWN,
    PlaceStatus.WAITING: Point.LIST_LEFT,
    PlaceStatus.OFFERED: Point.OFFER_ENDED,
}
