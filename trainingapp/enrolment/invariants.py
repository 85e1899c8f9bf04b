"""What must never be false of places: decision records 3 and 8, as questions to the database."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased

from trainingapp.accounts.models import Organisation
from trainingapp.core.db import Select
from trainingapp.core.health import Invariant, text
from trainingapp.enrolment.models import (
    LIVE,
    SEATED,
    Place,
    PlaceHistory,
    PlaceMode,
    PlaceStatus,
    Quota,
    Step,
    Terms,
    Vacancy,
)
from trainingapp.enrolment.rules.joining import FOLLOWS
from trainingapp.scheduling.models import CourseSession, Meeting, SessionStatus

PATIENCE = timedelta(minutes=30)  # the clock ends what is over every minute, and moves lists on every five
BY_HAND = "Somebody wrote into the database by hand. Compare the place and place_history tables, and the audit log."
CLOCK = "Is `flask worker` running? `python3 manage.py run` starts it beside the server."
ENDED = (SessionStatus.RUNNING, SessionStatus.FINISHED)

THE_PLACE = CourseSession.code + ": place " + text(Place.id)
HAS_SEAT = sa.or_(Place.status.in_(SEATED), Place.held_until.is_not(None))


def in_sessions(name: sa.ColumnElement[str] = THE_PLACE) -> Select:
    """Places by their session's code."""
    return sa.select(name).select_from(Place).join(CourseSession).order_by(CourseSession.code, Place.id)


def double_places(_now: datetime) -> Select:
    return (
        sa.select(CourseSession.code + ": person " + text(Place.person_id))
        .select_from(Place)
        .join(CourseSession)
        .where(Place.status.in_(LIVE))
        .group_by(CourseSession.code, Place.person_id)
        .having(sa.func.count() > 1)
        .order_by(CourseSession.code, Place.person_id)
    )


def miscounted_seats(_now: datetime) -> Select:
    """Sessions whose counters say something else than their places; counted at once, not for each session."""

    def seats(kind: PlaceMode) -> sa.Label[int]:
        return sa.func.sum(sa.case((Place.mode.in_((kind, PlaceMode.BOTH)), 1), else_=0)).label(kind.value)

    counted = (
        sa.select(Place.course_session_id, seats(PlaceMode.IN_PERSON), seats(PlaceMode.ONLINE))
        .where(HAS_SEAT)
        .group_by(Place.course_session_id)
        .subquery()
    )
    taken = sa.func.coalesce
    return (
        sa.select(CourseSession.code)
        .outerjoin(counted, counted.c.course_session_id == CourseSession.id)
        .where(
            sa.or_(
                CourseSession.taken_in_person != taken(counted.c.in_person, 0),
                CourseSession.taken_online != taken(counted.c.online, 0),
            )
        )
        .order_by(CourseSession.code)
    )


def occupied_by_administration() -> sa.Subquery:
    return (
        sa.select(Place.course_session_id, Place.organisation_id, sa.func.count().label("seats"))
        .where(HAS_SEAT)
        .group_by(Place.course_session_id, Place.organisation_id)
        .subquery()
    )


def miscounted_quotas(_now: datetime) -> Select:
    counted = occupied_by_administration()
    return (
        sa.select(CourseSession.code + " " + Organisation.code)
        .select_from(Quota)
        .join(CourseSession, CourseSession.id == Quota.course_session_id)
        .join(Organisation, Organisation.id == Quota.organisation_id)
        .outerjoin(
            counted,
            sa.and_(
                counted.c.course_session_id == Quota.course_session_id,
                counted.c.organisation_id == Quota.organisation_id,
            ),
        )
        .where(sa.or_(Quota.taken != sa.func.coalesce(counted.c.seats, 0), Quota.taken > Quota.accept))
        .order_by(CourseSession.code, Organisation.code)
    )


def seats_without_quota(_now: datetime) -> Select:
    counted = occupied_by_administration()
    return (
        sa.select(CourseSession.code + " " + Organisation.code)
        .select_from(counted)
        .join(CourseSession, CourseSession.id == counted.c.course_session_id)
        .join(Organisation, Organisation.id == counted.c.organisation_id)
        .join(Terms, Terms.course_session_id == counted.c.course_session_id)
        .outerjoin(
            Quota,
            sa.and_(
                Quota.course_session_id == counted.c.course_session_id,
                Quota.organisation_id == counted.c.organisation_id,
            ),
        )
        .where(Quota.id.is_(None))
        .order_by(CourseSession.code, Organisation.code)
    )


def lost_steps(_now: datetime) -> Select:
    """Places whose history has not as many steps as they counted, or skips one."""
    told = (
        sa.select(PlaceHistory.place_id, sa.func.count().label("steps"), sa.func.max(PlaceHistory.step).label("last"))
        .group_by(PlaceHistory.place_id)
        .subquery()
    )
    count, last = sa.func.coalesce(told.c.steps, 0), sa.func.coalesce(told.c.last, 0)
    return (
        in_sessions()
        .outerjoin(told, told.c.place_id == Place.id)
        .where(sa.or_(Place.steps != count, Place.steps != last, Place.steps == 0))
    )


def told_steps() -> sa.Subquery:
    """The steps with the status in which the step before ended."""
    return sa.select(
        PlaceHistory.place_id,
        PlaceHistory.step,
        PlaceHistory.old_status,
        PlaceHistory.new_status,
        sa.func.lag(PlaceHistory.new_status)
        .over(partition_by=PlaceHistory.place_id, order_by=PlaceHistory.step)
        .label("before"),
    ).subquery()


def broken_steps(_now: datetime) -> Select:
    """Steps that begin elsewhere than the one before ended, or lead where none may lead."""
    told = told_steps()
    is_allowed = sa.or_(
        *(
            sa.and_(told.c.old_status == old if old else told.c.old_status.is_(None), told.c.new_status.in_(follows))
            for old, follows in FOLLOWS.items()
        )
    )
    stays = told.c.old_status == told.c.new_status
    return (
        in_sessions(THE_PLACE + ", step " + text(told.c.step))
        .join(told, told.c.place_id == Place.id)
        .where(
            sa.or_(
                told.c.before.is_distinct_from(told.c.old_status),
                sa.not_(sa.func.coalesce(sa.or_(stays, is_allowed), sa.false())),
            )
        )
    )


def untold_states(_now: datetime) -> Select:
    """Places that are in another state than their last step says."""
    last = aliased(PlaceHistory)
    return (
        in_sessions()
        .join(last, sa.and_(last.place_id == Place.id, last.step == Place.steps))
        .where(sa.or_(last.new_status != Place.status, last.mode != Place.mode))
    )


def renumbered_lines(_now: datetime) -> Select:
    """Places whose number is not in the order in which the numbers were given.

    A number is given in the first step, and anew when somebody is put on the reserve list. Steps are written under the
    lock of the session, so the order of their rows is the order of the numbers.
    """
    given = (
        sa.select(PlaceHistory.place_id, sa.func.max(PlaceHistory.id).label("given"))
        .where(sa.or_(PlaceHistory.step == 1, PlaceHistory.what == Step.RESERVED))
        .group_by(PlaceHistory.place_id)
        .subquery()
    )
    line = (
        sa.select(
            Place.id,
            Place.queue_no,
            sa.func.lag(Place.queue_no)
            .over(partition_by=Place.course_session_id, order_by=given.c.given)
            .label("before"),
        )
        .join(given, given.c.place_id == Place.id)
        .subquery()
    )
    return (
        in_sessions()
        .join(line, line.c.id == Place.id)
        .where(sa.or_(line.c.before >= line.c.queue_no, Place.queue_no > CourseSession.last_queue_no))
    )


def unexplained_vacancies(_now: datetime) -> Select:
    """Sessions by nomination where a free seat has no stored reason, or a taken one has."""

    def disagrees(
        free: sa.ColumnElement[int], vacancy: InstrumentedAttribute[Vacancy | None]
    ) -> sa.ColumnElement[bool]:
        return sa.or_(sa.and_(free > 0, vacancy.is_(None)), sa.and_(free <= 0, vacancy.is_not(None)))

    return (
        sa.select(CourseSession.code)
        .join(Terms, Terms.course_session_id == CourseSession.id)
        .where(
            sa.or_(
                disagrees(CourseSession.capacity_in_person - CourseSession.taken_in_person, Terms.vacancy_in_person),
                disagrees(CourseSession.capacity_online - CourseSession.taken_online, Terms.vacancy_online),
            )
        )
        .order_by(CourseSession.code)
    )


def overlooked(now: datetime) -> Select:
    """Who waits without a reason while a seat is free, where people enrol themselves."""
    free_in_person = CourseSession.capacity_in_person > CourseSession.taken_in_person
    free_online = CourseSession.capacity_online > CourseSession.taken_online
    return (
        in_sessions()
        .outerjoin(Terms, Terms.course_session_id == CourseSession.id)
        .where(
            Terms.id.is_(None),
            CourseSession.status.in_((SessionStatus.OPEN, SessionStatus.CONFIRMED)),
            CourseSession.starts_on > (now + timedelta(days=1)).date(),
            Place.status == PlaceStatus.WAITING,
            Place.passed_over.is_(None),
            Place.changed_at < now - PATIENCE,
            sa.or_(
                sa.and_(Place.mode == PlaceMode.IN_PERSON, free_in_person),
                sa.and_(Place.mode == PlaceMode.ONLINE, free_online),
                sa.and_(Place.mode == PlaceMode.BOTH, free_in_person, free_online),
            ),
        )
    )


def false_replacements(_now: datetime) -> Select:
    """Replacements in another session or administration, or of somebody whose seat was not given up for it."""
    replaced, step = aliased(Place), aliased(PlaceHistory)
    gave_up = sa.exists().where(step.place_id == replaced.id, step.what == Step.REPLACED)
    return (
        in_sessions()
        .join(replaced, replaced.id == Place.replaces_id)
        .where(
            sa.or_(
                replaced.course_session_id != Place.course_session_id,
                replaced.organisation_id != Place.organisation_id,
                replaced.status.in_(SEATED),
                replaced.held_until.is_not(None),
                sa.not_(gave_up),
            )
        )
    )


def outlived_offers(_now: datetime) -> Select:
    """Offers whose deadline comes after the session begins."""
    begins = (
        sa.select(sa.func.min(Meeting.starts_at))
        .where(Meeting.course_session_id == Place.course_session_id)
        .correlate(Place)
        .scalar_subquery()
    )
    return in_sessions().where(Place.status == PlaceStatus.OFFERED, Place.offered_until > begins)


def overdue(now: datetime) -> Select:
    """Offers and seats kept for a replacement whose time was over half an hour ago."""
    late = now - PATIENCE
    return in_sessions().where(
        sa.or_(sa.and_(Place.status == PlaceStatus.OFFERED, Place.offered_until < late), Place.held_until < late)
    )


def undecided_after_the_start(_now: datetime) -> Select:
    """Who waits, asks or has an offer in a session that has begun, or has a live place in a cancelled one."""
    undecided = [status for status in LIVE if status is not PlaceStatus.PLACED]
    return in_sessions().where(
        sa.or_(
            sa.and_(CourseSession.status.in_(ENDED), Place.status.in_(undecided)),
            sa.and_(CourseSession.status == SessionStatus.CANCELLED, Place.status.in_(LIVE)),
        )
    )


INVARIANTS = (
    Invariant(
        name="places.one_live",
        holds="Nobody has two live places in one session.",
        broken="People with two live places in one session",
        hint="Compare their histories, and end the place that was not meant to be there.",
        breaches=double_places,
    ),
    Invariant(
        name="seats",
        holds="The seats taken agree with the places, in every session.",
        broken="The seats taken do not agree with the places",
        hint=BY_HAND,
        breaches=miscounted_seats,
    ),
    Invariant(
        name="quotas",
        holds="The quotas used agree with the places, for every administration.",
        broken="The quotas used do not agree with the places",
        hint=BY_HAND,
        breaches=miscounted_quotas,
    ),
    Invariant(
        name="quotas.missing",
        holds="Every seat given by nomination counts in a quota.",
        broken="Administrations with seats, but without a quota",
        hint="Give the administration a quota on the page of the call.",
        breaches=seats_without_quota,
    ),
    Invariant(
        name="history.complete",
        holds="The history of every place is complete.",
        broken="Steps are missing from the history",
        hint="Rows of place_history were deleted. Restore them from a backup.",
        breaches=lost_steps,
    ),
    Invariant(
        name="history.order",
        holds="Every step of a place follows from the one before.",
        broken="Steps that do not follow from the one before",
        hint="Rows of place_history were altered. Compare them with a backup and the audit log.",
        breaches=broken_steps,
    ),
    Invariant(
        name="history.state",
        holds="Every place is in the state that its history tells.",
        broken="Places in another state than their history tells",
        hint=BY_HAND,
        breaches=untold_states,
    ),
    Invariant(
        name="queue",
        holds="Everybody in line has the number that was given.",
        broken="Numbers in line that were changed afterwards",
        hint="Numbers follow the order of place_history. Compare with a backup, and correct queue_no.",
        breaches=renumbered_lines,
    ),
    Invariant(
        name="vacancies",
        holds="Every free seat given by nomination has its reason.",
        broken="Free seats without a reason, or reasons without a free seat",
        hint="Change the terms on the page of the call and save: the reasons are then found anew.",
        breaches=unexplained_vacancies,
    ),
    Invariant(
        name="queue.overlooked",
        holds="Nobody waits for a seat that is free.",
        broken="People who wait although a seat is free",
        hint=CLOCK,
        breaches=overlooked,
        is_late=True,
    ),
    Invariant(
        name="replacements",
        holds="Every replacement has the seat of a colleague who gave it up.",
        broken="Replacements that do not fit the place they replace",
        hint=BY_HAND,
        breaches=false_replacements,
    ),
    Invariant(
        name="offers.outlived",
        holds="Every offer ends before its session begins.",
        broken="Offers that end after the session begins",
        hint="Move the session again, or ask these people for their answer: they can confirm until the session begins.",
        breaches=outlived_offers,
    ),
    Invariant(
        name="offers.overdue",
        holds="No offer and no reserved seat is past its time.",
        broken="Offers or reserved seats past their time",
        hint=CLOCK,
        breaches=overdue,
        is_late=True,
    ),
    Invariant(
        name="places.undecided",
        holds="Nobody is left undecided in a session that has begun or was cancelled.",
        broken="Places left undecided in a session that has begun or was cancelled",
        hint=BY_HAND,
        breaches=undecided_after_the_start,
    ),
)
