"""A small office where everything happens by nomination, with its own idea of what must be so after each step.

The state machine acts on it. What it expects is said anew here, from the facts that it set itself, and not asked of
the rules that are being tested.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from tests.books import DAY, REASON, check_books, invite
from tests.builders import (
    NOW,
    a_completion,
    a_coordinator,
    a_course,
    a_meeting,
    a_session,
    an_officer,
    an_organisation,
)
from trainingapp.accounts.models import Person
from trainingapp.catalogue.models import AccessClass
from trainingapp.core.clock import standing_at
from trainingapp.core.db import db, transaction
from trainingapp.core.errors import DomainError
from trainingapp.enrolment import services
from trainingapp.enrolment.models import Obstacle, Place, PlaceHistory, PlaceMode, PlaceStatus, Quota, Terms
from trainingapp.enrolment.rules.selecting import TermsDetails
from trainingapp.records.models import Completion
from trainingapp.scheduling.models import CourseSession, MeetingMode, SessionStatus

S = PlaceStatus
SEATED = {S.OFFERED, S.PLACED}
COLUMNS = (
    "id",
    "person_id",
    "organisation_id",
    "status",
    "mode",
    "queue_no",
    "offered_until",
    "held_until",
    "claim_until",
)
COLUMNS = (*COLUMNS, "replaces_id", "exception", "passed_over")


@dataclass(frozen=True)
class Facts:
    """What the tables say of the session at one moment."""

    status: SessionStatus
    capacity: dict[PlaceMode, int]
    terms: Any
    quotas: dict[int, int]
    places: dict[int, Any]
    steps: int

    @property
    def seated(self) -> list[Any]:
        return [place for place in self.places.values() if place.status in SEATED or place.held_until]

    def free(self, kind: PlaceMode) -> int:
        return self.capacity[kind] - sum(kind in place.mode.kinds for place in self.seated)

    def has_room(self, kinds: Sequence[PlaceMode], now: datetime, ahead_of: int | None = None) -> bool:
        """Whether these seats are free, and not kept for somebody (``ahead_of`` that number in the line)."""
        left = {kind: self.free(kind) for kind in self.capacity}
        for place in self.places.values():
            if self.has_claim(place, now) and (ahead_of is None or place.queue_no < ahead_of):
                left = {kind: max(0, count - 1) for kind, count in left.items()}
        return all(left[kind] > 0 for kind in kinds)

    def has_claim(self, place: Any, now: datetime) -> bool:
        is_active = place.claim_until is not None and place.claim_until > now
        return place.status is S.WAITING and place.passed_over is Obstacle.ONE_SEAT and is_active

    def free_quota(self, organisation_id: int) -> int:
        taken = Counter(place.organisation_id for place in self.seated)
        return self.quotas.get(organisation_id, 0) - taken[organisation_id]

    def free_quota_for(self, place: Any, now: datetime) -> int:
        """What the place's organisation may still take, without what colleagues ahead in the line have a claim on."""
        colleagues = [one for one in self.places.values() if one.organisation_id == place.organisation_id]
        claims = sum(self.has_claim(one, now) and one.queue_no < place.queue_no for one in colleagues)
        return self.free_quota(place.organisation_id) - claims

    def live_place(self, person_id: int) -> Any:
        return next((p for p in self.places.values() if p.person_id == person_id and p.status.is_live), None)

    def of(self, *statuses: PlaceStatus) -> list[int]:
        return [place.id for place in self.places.values() if place.status in statuses]


def at_closing_time(moment: datetime, days: int) -> datetime:
    """18:00 in Baku, which is four hours ahead, so many days after the day of that moment there."""
    day = (moment + timedelta(hours=4)).date() + days * DAY
    return datetime.combine(day, time(14), tzinfo=UTC)


class World:
    """Three administrations with four officers each, a session by nomination, and another one at the same time."""

    def __init__(self, capacity: tuple[int, int], quotas: Sequence[int], plan: TermsDetails) -> None:
        self.now, self.is_settled, self.done = NOW, True, set[str]()
        self.held, self.placed = set[int](), set[int]()  # whose seat was ever held, and who ever had one for certain
        theory = a_course()
        course = a_course(access_class=AccessClass.INVITATION, prerequisites=(theory,))
        days = {"starts_on": date(2026, 5, 22), "ends_on": date(2026, 5, 22), "status": SessionStatus.CONFIRMED}
        session = a_session(course, capacity_in_person=capacity[0], capacity_online=capacity[1], **days)
        other = a_session(a_course(access_class=AccessClass.OPEN), capacity_in_person=9, **days)
        self.starts_at = a_meeting(session, mode=MeetingMode.ONLINE).starts_at
        a_meeting(other, mode=MeetingMode.ONLINE)
        self.session_id, self.other_id = session.id, other.id
        self.organisations = [an_organisation().id for _ in quotas]
        people = [an_officer(organisation_id=number) for number in self.organisations for _ in range(4)]
        held = a_session(theory, status=SessionStatus.FINISHED, starts_on=date(2026, 1, 12), ends_on=date(2026, 1, 12))
        marked = {"course_session_id": held.id, "marked_by_id": a_coordinator().id}
        self.completions = {person.id: a_completion(person, theory, **marked).id for person in people}
        self.organisation_of = {person.id: person.organisation_id for person in people}
        self.off: set[int] = set()
        self.lacking: set[int] = set()
        self.elsewhere: dict[int, int] = {}
        with standing_at(self.now):
            services.set_terms(self.session_id, plan, now=self.now)
            invite(self.session_id, self.organisations)
            services.set_quotas(self.session_id, dict(zip(self.organisations, quotas, strict=True)), now=self.now)
        self.facts = self.read()
        for person in self.people[::5]:
            self.set_lacking(person, True)
        self.is_settled = True

    @property
    def people(self) -> list[int]:
        return sorted(self.completions)

    @property
    def seated_people(self) -> set[int]:
        return {place.person_id for place in self.facts.places.values() if place.status in SEATED}

    @property
    def awaited(self) -> set[PlaceMode]:
        """The kinds of seats that stand empty close to the start although somebody waits for one."""
        waiting = [self.facts.places[place_id] for place_id in self.facts.of(S.WAITING)] if self.is_still else []
        return {kind for place in waiting for kind in place.mode.kinds}

    @property
    def plan(self) -> Any:
        return self.facts.terms

    @property
    def cut_off(self) -> datetime:
        return self.starts_at - self.plan.cut_off_days * DAY

    @property
    def is_still(self) -> bool:
        return self.now >= self.starts_at - self.plan.still_days * DAY

    @property
    def borders(self) -> list[datetime]:
        """The moments ahead at which something ends."""
        deadlines = [place.offered_until for place in self.facts.places.values() if place.status is S.OFFERED]
        holds = [place.held_until for place in self.facts.places.values() if place.held_until]
        still_from = self.starts_at - self.plan.still_days * DAY
        return sorted(
            {moment for moment in (*deadlines, *holds, still_from, self.cut_off, self.starts_at) if moment > self.now}
        )

    @property
    def is_open(self) -> bool:
        """Whether places can still be given."""
        return self.facts.status is SessionStatus.CONFIRMED and self.now < self.starts_at

    @property
    def is_list_over(self) -> bool:
        """Whether the first day of a session that nobody started is over at the venue."""
        begins_in_baku = self.starts_at + timedelta(hours=4)
        first_day_ends = datetime.combine(begins_in_baku.date() + DAY, time(), tzinfo=UTC) - timedelta(hours=4)
        return self.facts.status is SessionStatus.CONFIRMED and self.now >= first_day_ends

    @property
    def is_final(self) -> bool:
        return self.plan.final_at is not None

    def can_attend(self, person_id: int, exception: str | None = None) -> bool:
        is_fit = person_id not in self.lacking and person_id not in self.elsewhere
        return person_id not in self.off and (is_fit or bool(exception))

    def act(
        self,
        verb: Callable[..., Any],
        *arguments: Any,
        allowed: bool | None = None,
        is_certain: bool = False,
        **values: Any,
    ) -> Any:
        """Do it now; None when it was refused. ``allowed``: what must come out.

        Where facts have changed unnoticed, somebody may move up first and it may come out otherwise, unless it
        ``is_certain``.
        """
        self.done.add(verb.__name__)
        refusal, done = None, None
        with standing_at(self.now):
            try:
                done = verb(*arguments, now=self.now, **values)
            except DomainError as error:
                refusal = error
                db.session.rollback()
        if (self.is_settled or is_certain) and allowed is not None:
            assert (refusal is None) == allowed, f"{verb.__name__}: {refusal or 'was not refused'}"
        self.is_settled = self.is_settled or refusal is None
        return done

    def silently(self, model: type, row_id: int, **values: Any) -> None:
        """Change a fact without telling anybody who moves places."""
        with transaction():
            db.session.execute(sa.update(model).where(model.id == row_id).values(**values))
        self.is_settled = False

    def set_lacking(self, person_id: int, lacks: bool) -> None:
        moment, reason = (self.now, "A mistake") if lacks else (None, None)
        self.silently(Completion, self.completions[person_id], withdrawn_at=moment, withdrawal_reason=reason)
        (self.lacking.add if lacks else self.lacking.discard)(person_id)

    def set_off(self, person_id: int, is_off: bool) -> None:
        self.silently(Person, person_id, deactivated_at=self.now if is_off else None)
        (self.off.add if is_off else self.off.discard)(person_id)

    def move_person(self, person_id: int, organisation_id: int) -> None:
        self.silently(Person, person_id, organisation_id=organisation_id)
        self.organisation_of[person_id] = organisation_id

    def come_or_go_elsewhere(self, person_id: int) -> None:
        """Take a place in the session that meets at the same time, or give it back."""
        was_settled = self.is_settled
        if person_id in self.elsewhere:
            self.act(services.withdraw, self.elsewhere.pop(person_id), REASON, allowed=True)
        else:
            place = self.act(services.place_person, person_id, self.other_id, PlaceMode.IN_PERSON, override=REASON)
            self.elsewhere |= {person_id: place.id} if place else {}
        self.is_settled = was_settled and self.now >= self.starts_at

    def wait(self, time: timedelta) -> None:
        self.now += time
        self.is_settled = False

    def read(self) -> Facts:
        db.session.rollback()
        columns = [getattr(Place, name) for name in COLUMNS]
        of_the_session = sa.select(*columns).where(Place.course_session_id == self.session_id).order_by(Place.id)
        rows = db.session.execute(of_the_session).all()
        quotas = sa.select(Quota.organisation_id, Quota.accept).where(Quota.course_session_id == self.session_id)
        session = db.session.get_one(CourseSession, self.session_id)
        steps = sa.select(sa.func.count()).select_from(PlaceHistory)
        return Facts(
            status=session.status,
            capacity={PlaceMode.IN_PERSON: session.capacity_in_person, PlaceMode.ONLINE: session.capacity_online},
            terms=db.session.execute(
                sa.select(Terms.__table__).where(Terms.course_session_id == self.session_id)
            ).one(),
            quotas={row.organisation_id: row.accept for row in db.session.execute(quotas)},
            places={row.id: row for row in rows},
            steps=db.session.scalar(steps) or 0,
        )

    def check(self) -> None:
        """Everything that must be so after each step."""
        before, self.facts = self.facts, self.read()
        check_books(self.session_id)
        self.check_nothing_is_undone(before)
        self.check_deadlines(before)
        self.check_nobody_was_overtaken(before)
        if self.is_settled:
            self.check_nothing_is_overdue()
            self.check_nobody_is_overlooked()
        self.done.clear()

    def check_nothing_is_undone(self, before: Facts) -> None:
        assert self.facts.steps >= before.steps
        for place_id, old in before.places.items():
            new = self.facts.places[place_id]
            assert old.status.is_live or new.status is old.status, "an ended place changed its state"
            is_numbered = before.terms.final_at is not None or not self.is_final
            assert not is_numbered or old.status is S.NOMINATED or new.queue_no == old.queue_no, "a number changed"
            assert (new.person_id, new.organisation_id) == (old.person_id, old.organisation_id)
            assert old.replaces_id in (None, new.replaces_id)

    def check_deadlines(self, before: Facts) -> None:
        """Offers and holds that began in this step last as long as the terms say, and no seat is left without one."""
        replaced = {place.replaces_id for place in self.facts.places.values()}
        for place_id, new in self.facts.places.items():
            old = before.places.get(place_id)
            if new.status is S.OFFERED and (old is None or old.status is not S.OFFERED):
                assert new.offered_until == self.end_of_offer(new, before)
            was_left = old is not None and old.status in SEATED and new.status in {S.WITHDRAWN, S.LAPSED}
            if was_left and place_id not in replaced:
                assert new.held_until == (None if self.was_held_before(new) else self.end_of_hold(new))
            elif old is not None and old.held_until is not None:
                assert new.held_until in (None, old.held_until)
            if new.held_until or (new.status is S.LAPSED and place_id in replaced):
                self.held.add(place_id)
            if new.status is S.PLACED:
                self.placed.add(place_id)

    def end_of_offer(self, new: Any, before: Facts) -> datetime:
        """As the terms say; who takes over an offer that nobody has confirmed takes over its deadline."""
        left = before.places.get(new.replaces_id)
        if left is not None and left.status is S.OFFERED and self.facts.places[left.id].status is S.WITHDRAWN:
            return left.offered_until
        return min(at_closing_time(self.now, self.plan.offer_days), self.starts_at)

    def was_held_before(self, left: Any) -> bool:
        """Whether a seat that was left was held already since somebody last had it for certain."""
        while left.id not in self.placed and left.replaces_id is not None:
            left = self.facts.places[left.replaces_id]
            if left.id in self.held:
                return True
        return False

    def end_of_hold(self, left: Any) -> datetime | None:
        """Until when the seat that was left in this step is to be held; None where there is no time for that."""
        freed_at = left.offered_until if left.status is S.LAPSED else self.now
        if self.plan.hold_days == 0:
            return None
        end = min(at_closing_time(freed_at, self.plan.hold_days), self.cut_off)
        return end if self.is_open and end > max(freed_at, self.now) else None

    def moved_up(self, before: Facts) -> list[Any]:
        """Who got an offer from the reserve list in this step, and not as a replacement."""
        return [
            new
            for place_id, new in self.facts.places.items()
            if place_id in before.places
            and before.places[place_id].status is S.WAITING
            and new.status is S.OFFERED
            and new.replaces_id is None
        ]

    def check_nobody_was_overtaken(self, before: Facts) -> None:
        """Whoever moved up was the first who could: no better-placed person could have taken the same seat."""
        moved = self.moved_up(before)
        if moved and "offer_by_hand" not in self.done:
            assert not self.is_still, "something moved by itself close to the start"
            assert self.is_final
            assert self.is_open
        for one in moved:
            for place in self.facts.places.values():
                self.check_claim_was_kept(place, one)
                is_better = place.status is S.WAITING and place.queue_no < one.queue_no
                fits = set(place.mode.kinds) <= set(one.mode.kinds)
                if is_better and fits and self.can_attend(place.person_id, place.exception):
                    assert place.organisation_id != one.organisation_id
                    assert self.facts.free_quota(place.organisation_id) <= 0, "somebody was overtaken"

    def check_claim_was_kept(self, place: Any, one: Any) -> None:
        """Who needs both and waits ahead of who moved up has had a claim, or has it with a seat that it keeps."""
        is_ahead = place.status is S.WAITING and place.queue_no < one.queue_no
        needs_more = place.mode is PlaceMode.BOTH and one.mode is not PlaceMode.BOTH
        can = self.can_attend(place.person_id, place.exception) and self.facts.free_quota(place.organisation_id) > 0
        if not (is_ahead and needs_more and can) or self.plan.claim_days == 0 or self.is_still:
            return
        assert place.passed_over is Obstacle.ONE_SEAT, "somebody who needs both was overtaken untold"
        assert place.claim_until is not None, "somebody who needs both never had a claim"
        assert place.claim_until <= self.now or any(self.facts.free(kind) > 0 for kind in place.mode.kinds)

    def check_nothing_is_overdue(self) -> None:
        for place in self.facts.places.values():
            assert place.status is not S.OFFERED or place.offered_until > self.now
            assert place.held_until is None or place.held_until > self.now
        if not self.is_open:
            assert self.facts.status is SessionStatus.CONFIRMED or all(
                place.status not in {S.NOMINATED, S.WAITING, S.OFFERED} or place.held_until is None
                for place in self.facts.places.values()
            )

    def check_nobody_is_overlooked(self) -> None:
        """Nobody waits for a free seat that he or she could take, and who was passed over is told so."""
        if not self.is_open or not self.is_final or self.is_still:
            return
        for place in self.facts.places.values():
            if place.status is S.WAITING and self.facts.has_room(place.mode.kinds, self.now, ahead_of=place.queue_no):
                can = self.can_attend(place.person_id, place.exception)
                assert not (can and self.facts.free_quota_for(place, self.now) > 0), f"{place} was overlooked"
                assert place.passed_over is not None, f"{place} is not told why"
