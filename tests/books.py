"""A session by nomination for tests, and its books: whatever is counted or told twice must say the same.

``check_books`` recomputes everything that is stored about the places of a session from the rows themselves and
replays their history; ``check_nobody_overlooked`` looks for somebody who waits for a seat that he or she could take.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from tests.builders import NOW, ZONE_AT_CLOSING_TIME, a_course, a_session, add, an_officer, an_organisation
from trainingapp.catalogue.models import AccessClass, Course
from trainingapp.core.clock import in_zone
from trainingapp.core.db import db, transaction
from trainingapp.enrolment import services
from trainingapp.enrolment.models import Place, PlaceHistory, PlaceMode, PlaceStatus, Quota, Step, Terms, Vacancy
from trainingapp.enrolment.models.states import SEAT_KINDS
from trainingapp.enrolment.queries.lists import history_of
from trainingapp.enrolment.queries.people import candidates
from trainingapp.enrolment.queries.places import waiting_places
from trainingapp.enrolment.queries.terms import facts_of, find_terms, quotas_of
from trainingapp.enrolment.rules.joining import FOLLOWS, obstacle_of
from trainingapp.enrolment.rules.selecting import Selection, TermsDetails
from trainingapp.nomination.models import Call, Invitation
from trainingapp.records.models import Completion
from trainingapp.scheduling.models import CourseSession, SessionStatus
from trainingapp.scheduling.rules.planning import SessionDetails

DAY = timedelta(days=1)
IN_PERSON = PlaceMode.IN_PERSON
REASON = "The reason"


@dataclass(frozen=True)
class Invited:
    """A session whose places are given by nomination, and the administrations that are invited to name candidates."""

    session_id: int
    course_id: int
    organisations: tuple[int, ...]

    def officer(self, organisation: int = 0, **values: Any) -> int:
        """The id of a new officer of the administration with that number."""
        return an_officer(organisation_id=self.organisations[organisation], **values).id

    def nominee(self, organisation: int = 0, mode: PlaceMode = IN_PERSON, now: datetime = NOW) -> int:
        """The id of the place of a new officer whom that administration names."""
        return services.nominate(self.officer(organisation), self.session_id, mode, now=now).id

    def select(
        self, offered: Sequence[int] = (), reserve: Sequence[int] = (), *, now: datetime = NOW, **values: Any
    ) -> None:
        """Give the places: who is offered one, and the reserve list in its order."""
        services.give_places(self.session_id, Selection(offered=offered, reserve=reserve, **values), now=now)


def an_invited_session(
    quotas: Sequence[int | None] = (2, 2),
    organisations: Sequence[int] = (),
    *,
    course: Course | None = None,
    plan: TermsDetails | None = None,
    **values: Any,
) -> Invited:
    """An open session with two places in person, one administration per quota; None: invited, but without a quota.

    The administrations are new ones, unless these ``organisations`` are to be invited.

    It begins on 1 June 2026, where now it is closing time. Offers stand 5 days, holds last 3, replacements end 4 days
    and movement 6 days before the start.
    """
    course = course or a_course(access_class=AccessClass.INVITATION)
    course_session = a_session(course, **{"capacity_in_person": 2, "time_zone": ZONE_AT_CLOSING_TIME, **values})
    session_id, course_id = course_session.id, course_session.course_id
    plan = plan or TermsDetails(offer_days=5, hold_days=3, claim_days=3, cut_off_days=4, still_days=6)
    services.set_terms(session_id, plan, now=NOW)
    organisations = tuple(organisations) or tuple(an_organisation().id for _ in quotas)
    invite(session_id, organisations)
    services.set_quotas(session_id, dict(zip(organisations, quotas, strict=True)), now=NOW)
    return Invited(session_id, course_id, organisations)


def an_offer(invited: Invited, organisation: int = 0, mode: PlaceMode = IN_PERSON) -> int:
    """The id of a place that has just been offered; the selection is final then."""
    place_id = invited.nominee(organisation, mode)
    invited.select([place_id])
    return place_id


def invite(session_id: int, organisations: Sequence[int]) -> None:
    """A call for the session that was opened, and an invitation for each of the organisations."""
    call = Call(
        course_session_id=session_id,
        nominate_each=50,
        accept_each=2,
        closes_at=NOW + 7 * DAY,
        remind_days=3,
        text_en="Please name your candidates.",
        created_at=NOW,
        opened_at=NOW,
    )
    call_id = add(call).id
    for organisation_id in organisations:
        add(Invitation(call_id=call_id, organisation_id=organisation_id))


def plan_of(session_id: int, **values: Any) -> SessionDetails:
    """The session as it is planned, with these changes."""
    course_session = db.session.get_one(CourseSession, session_id)
    names = set(SessionDetails.__dataclass_fields__) - {"closes"}
    closes = in_zone(course_session.enrolment_closes_at, course_session.time_zone).replace(tzinfo=None)
    plan = SessionDetails(closes=closes, **{name: getattr(course_session, name) for name in names})
    return replace(plan, **values)


def set_withdrawn(completion_id: int, moment: Any) -> None:
    """Take a completion back, or (None) let it count again, without telling anybody."""
    with transaction():
        completion = db.session.get_one(Completion, completion_id)
        completion.withdrawn_at, completion.withdrawal_reason = moment, REASON if moment else None


def get_place(place_id: int) -> Place:
    return db.session.get_one(Place, place_id)


def status_of(place_id: int) -> PlaceStatus:
    return get_place(place_id).status


def statuses(*place_ids: int) -> list[PlaceStatus]:
    return [status_of(place_id) for place_id in place_ids]


def steps_of(place_id: int) -> list[Step]:
    return [row.what for row in history_of(place_id)]


def vacancy(session_id: int, kind: PlaceMode = IN_PERSON) -> Vacancy | None:
    return db.session.scalars(sa.select(Terms).where(Terms.course_session_id == session_id)).one().vacancy(kind)


def check_books(session_id: int) -> None:
    """Fail unless counters, quotas, vacancies and history are what the places say."""
    db.session.rollback()
    course_session = db.session.get_one(CourseSession, session_id)
    places = db.session.scalars(sa.select(Place).where(Place.course_session_id == session_id)).all()
    check_seats(course_session, places)
    check_quotas(session_id, places)
    check_vacancies(course_session)
    check_line(course_session, places)
    check_histories(places)
    check_lineage(places)


def check_seats(course_session: CourseSession, places: Sequence[Place]) -> None:
    taken = Counter(kind for place in places for kind in occupied(place))
    capacity = {
        PlaceMode.IN_PERSON: course_session.capacity_in_person,
        PlaceMode.ONLINE: course_session.capacity_online,
    }
    counted = {PlaceMode.IN_PERSON: course_session.taken_in_person, PlaceMode.ONLINE: course_session.taken_online}
    for kind in SEAT_KINDS:
        assert taken[kind] == counted[kind], f"{kind}: the places occupy {taken[kind]}, counted {counted[kind]}"
        assert taken[kind] <= capacity[kind], f"{kind}: {taken[kind]} of {capacity[kind]} seats"


def occupied(place: Place) -> Sequence[PlaceMode]:
    """The seats that a place occupies, said anew: who has an offer or a place, and whose seat is held."""
    has_seat = place.status in {PlaceStatus.OFFERED, PlaceStatus.PLACED} or place.held_until is not None
    if not has_seat:
        return ()
    return SEAT_KINDS if place.mode is PlaceMode.BOTH else (place.mode,)


def check_quotas(session_id: int, places: Sequence[Place]) -> None:
    quotas = db.session.scalars(sa.select(Quota).where(Quota.course_session_id == session_id)).all()
    taken = Counter(place.organisation_id for place in places if occupied(place))
    for quota in quotas:
        count = taken.pop(quota.organisation_id, 0)
        assert quota.taken == count <= quota.accept, f"{count} places, counted {quota.taken} of {quota.accept}"
    if find_terms(session_id) is not None:
        assert not taken, f"places of organisations without a quota: {taken}"


def check_vacancies(course_session: CourseSession) -> None:
    """Where administrations nominate, a free seat has a stored reason why it is offered to nobody."""
    terms = find_terms(course_session.id)
    if terms is None:
        return
    for kind, free in facts_of(course_session).free.items():
        assert (free > 0) == (terms.vacancy(kind) is not None), f"{kind}: {free} free, {terms.vacancy(kind)}"


def check_line(course_session: CourseSession, places: Sequence[Place]) -> None:
    """Nobody is there twice, and everybody has a number of his or her own."""
    live = Counter(place.person_id for place in places if place.status.is_live)
    assert all(count == 1 for count in live.values()), f"two live places: {live}"
    numbers = [place.queue_no for place in places]
    assert len(set(numbers)) == len(numbers)
    assert max(numbers, default=0) <= course_session.last_queue_no


def check_histories(places: Sequence[Place]) -> None:
    rows = db.session.scalars(
        sa.select(PlaceHistory)
        .where(PlaceHistory.place_id.in_([place.id for place in places]))
        .order_by(PlaceHistory.place_id, PlaceHistory.step)
    ).all()
    steps: dict[int, list[PlaceHistory]] = {place.id: [] for place in places}
    for row in rows:
        steps[row.place_id].append(row)
    for place in places:
        assert replay(steps[place.id]) == state_of(place), f"place {place.id}"


@dataclass
class State:
    """What a place says of itself, or its history of it."""

    status: PlaceStatus | None = None
    mode: PlaceMode | None = None
    changed_at: datetime | None = None
    offered_until: datetime | None = None
    held_until: datetime | None = None
    reason: str | None = None
    passed_over: Any = None
    claim_until: datetime | None = None


def state_of(place: Place) -> State:
    return State(**{name: getattr(place, name) for name in State.__dataclass_fields__})


def replay(rows: Sequence[PlaceHistory]) -> State:
    """The state that the steps lead to. Fails where one does not follow from the one before."""
    state = State()
    for number, row in enumerate(rows, start=1):
        assert row.step == number
        assert row.old_status is state.status, f"step {number} begins elsewhere than the one before ended"
        take(state, row)
    return state


def take(state: State, row: PlaceHistory) -> None:
    if row.new_status is not state.status:
        assert row.new_status in FOLLOWS[state.status], f"{state.status} → {row.new_status}"
        assert state.held_until is None
        state.changed_at, state.passed_over, state.claim_until = row.at, None, None
        state.reason = None if state.status is None else row.reason  # the first reason is the office's exception
    state.status, state.mode = row.new_status, row.mode
    match row.what:
        case Step.OFFERED:
            state.offered_until = row.until
        case Step.HELD:
            assert state.held_until is None
            state.held_until = row.until
        case Step.RELEASED:
            assert state.held_until is not None
            state.held_until = None
        case Step.REPLACED:
            state.held_until = None
        case Step.PASSED_OVER:
            assert row.obstacle is not state.passed_over or row.until is not None
            state.passed_over, state.claim_until = row.obstacle, row.until or state.claim_until


def check_lineage(places: Sequence[Place]) -> None:
    """Who was replaced has no seat any more, says so, and was replaced once, by a colleague."""
    known = {place.id: place for place in places}
    for place in places:
        if place.replaces_id is not None:
            replaced = known[place.replaces_id]
            assert not occupied(replaced)
            assert Step.REPLACED in steps_of(replaced.id)
            assert replaced.organisation_id == place.organisation_id
    replaced_ids = [place.replaces_id for place in places if place.replaces_id is not None]
    assert len(set(replaced_ids)) == len(replaced_ids)


def check_nobody_overlooked(session_id: int, now: datetime) -> None:
    """Fail when somebody waits for a free seat that he or she could take now. Ask after the places were settled."""
    course_session = db.session.get_one(CourseSession, session_id)
    terms = find_terms(session_id)
    is_held = course_session.status in {SessionStatus.OPEN, SessionStatus.CONFIRMED}
    if terms is None or not is_held or terms.final_at is None:
        return
    if now >= course_session.starts_at - terms.still_days * DAY:
        return
    free = facts_of(course_session).free
    waiting = waiting_places(session_id)
    exempt = {place.person_id for place in waiting if place.exception}
    known = candidates(course_session, [place.person_id for place in waiting], exempt)
    for place in waiting:
        quota = quotas_of(session_id).get(place.organisation_id)
        can = obstacle_of(known[place.person_id]) is None and quota is not None and quota.taken < quota.accept
        has_room = all(free[kind] > 0 for kind in place.mode.kinds)
        assert not (can and has_room), f"place {place.id} waits, but could have a seat"
        assert can or not has_room or place.passed_over, f"place {place.id} was not told why it is passed over"
