"""Random lives of a session by nomination, with the real services on both engines, checked after every step."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.books import DAY, plan_of
from tests.conftest import empty
from tests.enrolment.world import S, World
from trainingapp.core.clock import standing_at
from trainingapp.enrolment import services
from trainingapp.enrolment.models import PlaceMode
from trainingapp.enrolment.rules.selecting import Selection, TermsDetails
from trainingapp.scheduling import services as scheduling
from trainingapp.scheduling.models import SessionStatus

pytestmark = pytest.mark.lives

EXAMPLES = int(os.environ.get("PLACES_EXAMPLES", "6"))
SETTINGS = settings(
    max_examples=EXAMPLES,
    stateful_step_count=50,
    derandomize="PLACES_EXAMPLES" not in os.environ,
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
modes = st.sampled_from(PlaceMode)
days = st.integers(0, 5)
plans = st.builds(
    TermsDetails, offer_days=st.integers(1, 5), hold_days=days, claim_days=days, cut_off_days=days, still_days=days
)
numbers = st.integers(0, 11)
REASON = "The reason"
LATE = 36  # steps after which the session may be called off or begin
ANSWERS = {  # how often, and to a place in which state
    "confirm": (5, {S.OFFERED}),
    "turn_down": (2, {S.OFFERED}),
    "withdraw": (2, {S.NOMINATED, S.WAITING, S.OFFERED, S.PLACED}),
    "replace": (3, {S.OFFERED, S.PLACED}),
    "release": (2, {S.WITHDRAWN, S.LAPSED}),
    "answer_anything": (1, set(S)),
    "decline": (1, {S.NOMINATED, S.WAITING}),
}


class Life(RuleBasedStateMachine):
    """What officers, contact points, the office and the clock may do, in any order."""

    app: ClassVar[Flask]

    def __init__(self) -> None:
        super().__init__()
        empty(self.app)
        self.steps = 0

    @initialize(
        capacity=st.tuples(st.integers(1, 3), st.sampled_from([0, 1, 1, 2])),
        quotas=st.tuples(st.integers(1, 3), st.integers(1, 2), st.integers(0, 2)),
        plan=plans,
        nominees=st.permutations(range(12)).map(lambda numbers: numbers[:7]),
        wanted=st.lists(modes, min_size=7, max_size=7),
        is_selected=st.integers(0, 9),
        days_later=st.sampled_from([0, 0, 9, 12]),
        data=st.data(),
    )
    def begin(self, capacity, quotas, plan, nominees, wanted, is_selected, days_later, data) -> None:
        self.world = World(capacity, quotas, plan)
        for mode in PlaceMode if capacity[1] else [PlaceMode.IN_PERSON]:
            chosen = [n for n, way in zip(nominees, wanted, strict=True) if mode is way or not capacity[1]]
            people = [self.world.people[number] for number in chosen]
            self.world.act(services.nominate_all, people, self.world.session_id, mode, allowed=True)
        self.world.wait(days_later * DAY)
        self.world.facts = self.world.read()
        if is_selected:
            self.select(data)

    @invariant()
    def everything_adds_up(self) -> None:
        if hasattr(self, "world"):
            self.steps += 1
            self.world.check()

    def pick(self, data: st.DataObject, *statuses: Any) -> Any:
        """One of the places in these states."""
        return self.world.facts.places[data.draw(st.sampled_from(self.world.facts.of(*statuses)))]

    @rule(data=st.data())
    def somebody_answers(self, data: st.DataObject) -> None:
        """An officer, a contact point or the office does something about one place."""
        facts = self.world.facts
        verbs = [name for name, (weight, where) in ANSWERS.items() if facts.of(*where) for _ in range(weight)]
        if verbs:
            getattr(self, data.draw(st.sampled_from(verbs)))(data)

    @rule(data=st.data())
    def somebody_else_answers(self, data: st.DataObject) -> None:
        self.somebody_answers(data)

    @rule(data=st.data(), number=numbers, mode=modes)
    def office_acts(self, data: st.DataObject, number: int, mode: PlaceMode) -> None:
        """The office changes a number, or does something about a person who has no place."""
        match data.draw(st.sampled_from(["capacity", "quota", "quota", "terms", "place", "name", "name", "name"])):
            case "capacity":
                self.change_capacity(data.draw(st.integers(0, 4)), data.draw(st.integers(0, 3)))
            case "quota":
                self.change_quota(number % 3, data.draw(st.none() | st.integers(0, 3)))
            case "terms":
                self.change_terms(data.draw(plans))
            case "place":
                self.place_by_the_office(number, mode)
            case "name":
                absent = [n for n, person in enumerate(self.world.people) if not self.world.facts.live_place(person)]
                self.nominate(data.draw(st.sampled_from(absent or [number])), mode)

    def nominate(self, number: int, mode: PlaceMode) -> None:
        world = self.world
        person = world.people[number]
        is_free = world.facts.live_place(person) is None and person not in world.off
        has_kind = all(world.facts.capacity[kind] > 0 for kind in mode.kinds)
        allowed = world.is_open and is_free and has_kind
        world.act(services.nominate, person, world.session_id, mode, allowed=allowed)

    @precondition(lambda self: not self.world.is_final and self.world.facts.of(S.NOMINATED))
    @rule(data=st.data())
    def select(self, data: st.DataObject) -> None:
        """Offers as far as they fit, in some order; the others in reserve, one or two declined or with an exception."""
        facts, world = self.world.facts, self.world
        order = data.draw(st.permutations(facts.of(S.NOMINATED)))
        declined = {place_id: REASON for place_id in order[:1] if data.draw(st.integers(0, 3)) == 0}
        exceptions = {place_id: REASON for place_id in order[1:5] if data.draw(st.booleans())}
        seats, quotas = (
            {kind: facts.free(kind) for kind in facts.capacity},
            {o: facts.free_quota(o) for o in facts.quotas},
        )
        offered, reserve = [], []
        for place_id in order[len(declined) :]:
            place = facts.places[place_id]
            fits = all(seats[kind] > 0 for kind in place.mode.kinds) and quotas.get(place.organisation_id, 0) > 0
            if fits and len(offered) < 3 and world.can_attend(place.person_id, exceptions.get(place_id)):
                offered.append(place_id)
                quotas[place.organisation_id] -= 1
                for kind in place.mode.kinds:
                    seats[kind] -= 1
            else:
                reserve.append(place_id)
        selection = Selection(offered=offered, reserve=reserve, declined=declined, exceptions=exceptions)
        world.act(services.give_places, world.session_id, selection, allowed=world.is_open)

    def confirm(self, data: st.DataObject) -> None:
        world, place, mode = self.world, self.pick(data, S.OFFERED), data.draw(st.none() | modes)
        more = set(mode.kinds) - set(place.mode.kinds) if mode else set()
        is_fit = world.can_attend(place.person_id, place.exception)
        allowed = world.is_open and is_fit and world.facts.has_room(list(more), world.now) and not world.awaited & more
        is_over = place.offered_until <= world.now or not is_fit
        world.act(services.confirm, place.id, mode, allowed=allowed and not is_over, is_certain=is_over)

    def turn_down(self, data: st.DataObject) -> None:
        place = self.pick(data, S.OFFERED)
        self.world.act(services.turn_down, place.id, allowed=place.offered_until > self.world.now, is_certain=True)

    def answer_anything(self, data: st.DataObject) -> None:
        """Whoever has no offer cannot answer one, nor release or hand on what he or she has not."""
        place = self.pick(data, *S)
        verb = data.draw(st.sampled_from([services.confirm, services.turn_down, services.release_seat]))
        has_it = place.held_until is not None or place.status is S.OFFERED
        self.world.act(verb, place.id, allowed=None if has_it else False)

    def withdraw(self, data: st.DataObject) -> None:
        place = self.pick(data, S.NOMINATED, S.WAITING, S.OFFERED, S.PLACED)
        is_over = place.status is S.OFFERED and place.offered_until <= self.world.now
        is_over = is_over or (place.status is not S.PLACED and self.world.is_list_over)
        self.world.act(services.withdraw, place.id, REASON, allowed=not is_over, is_certain=True)

    def replace(self, data: st.DataObject) -> None:
        """By a colleague who may qualify, mostly; by the office or by the contact point."""
        world, seated = self.world, [place.id for place in self.world.facts.seated]
        by_office, is_sensible = data.draw(st.booleans()), bool(seated) and data.draw(st.integers(0, 3)) > 0
        ids = seated if is_sensible else world.facts.of(S.OFFERED, S.PLACED, S.WITHDRAWN, S.LAPSED)
        place = world.facts.places[data.draw(st.sampled_from(ids))]
        colleagues = [one for one in world.people if world.organisation_of[one] == place.organisation_id]
        fit = [one for one in colleagues if world.can_attend(one) and one not in world.seated_people]
        person = data.draw(st.sampled_from((is_sensible and (fit or colleagues)) or world.people))
        live = world.facts.live_place(person)
        has_seat = place.status in {S.OFFERED, S.PLACED} or place.held_until is not None
        allowed = (
            world.is_open
            and has_seat
            and (by_office or world.now < world.cut_off)
            and (live is None or live.status not in {S.OFFERED, S.PLACED})
            and world.organisation_of[person] == place.organisation_id
            and (live is None or live.organisation_id == place.organisation_id)
            and world.can_attend(person, live.exception if live else None)
        )
        world.act(services.replace, place.id, person, REASON, by_office=by_office, allowed=allowed)

    def release(self, data: st.DataObject) -> None:
        """The seat that is held; where none is, somebody gives one back."""
        held = [place.id for place in self.world.facts.places.values() if place.held_until]
        if held:
            self.world.act(services.release_seat, data.draw(st.sampled_from(held)), allowed=True)
        elif self.world.facts.of(S.OFFERED):
            self.turn_down(data)

    def decline(self, data: st.DataObject) -> None:
        self.world.act(services.decline, self.pick(data, S.WAITING, S.NOMINATED).id, REASON, allowed=True)

    def change_capacity(self, in_person: int, online: int) -> None:
        world = self.world
        taken = {kind: world.facts.capacity[kind] - world.facts.free(kind) for kind in world.facts.capacity}
        enough = in_person >= taken[PlaceMode.IN_PERSON] and online >= taken[PlaceMode.ONLINE]
        is_alive = world.facts.status in {SessionStatus.CONFIRMED, SessionStatus.RUNNING}
        plan = plan_of(world.session_id, capacity_in_person=in_person, capacity_online=online, minimum=0)
        is_new = {PlaceMode.IN_PERSON: in_person, PlaceMode.ONLINE: online} != world.facts.capacity

        def change(*, now: Any) -> None:
            scheduling.change(world.session_id, plan)

        was_settled = world.is_settled
        world.act(change, allowed=enough and is_alive and in_person + online > 0)
        world.is_settled = was_settled or (world.is_settled and is_new)

    def change_quota(self, organisation: int, accept: int | None) -> None:
        world, number = self.world, self.world.organisations[organisation]
        taken = world.facts.quotas.get(number, 0) - world.facts.free_quota(number)
        world.act(services.set_quotas, world.session_id, {number: accept}, allowed=(accept or 0) >= taken)

    def change_terms(self, plan: TermsDetails) -> None:
        is_new = any(getattr(self.world.plan, name) != value for name, value in asdict(plan).items())
        was_settled = self.world.is_settled
        self.world.act(services.set_terms, self.world.session_id, plan, allowed=True)
        self.world.is_settled = was_settled or is_new

    @rule(
        number=numbers,
        what=st.sampled_from(["theory", "theory", "account", "elsewhere", "elsewhere", "move"]),
    )
    def somebody_changes(self, number: int, what: str) -> None:
        """The theory is lost or gained, the account switched off or on, another session joined or left; unnoticed."""
        world, person = self.world, self.world.people[number]
        match what:
            case "theory":
                world.set_lacking(person, person not in world.lacking)
            case "account":
                world.set_off(person, person not in world.off)
            case "elsewhere":
                world.come_or_go_elsewhere(person)
            case "move":
                world.move_person(person, world.organisations[number % 2])

    @rule(data=st.data(), is_noticed=st.booleans())
    def clock_goes_on(self, data: st.DataObject, is_noticed: bool) -> None:
        """The sweep comes; mostly some time has passed. Or somebody looks although nothing has happened."""
        match data.draw(st.sampled_from(["border", "border", "hours", "sweep", "look", "by hand"])):
            case "border" if self.world.borders:
                self.let_time_pass_to_a_border(data)
            case "hours" | "border":
                self.world.wait(timedelta(hours=data.draw(st.sampled_from([3, 12, 24]))))
            case "look" if self.world.is_settled and self.world.is_open:
                self.look_again()
            case "by hand":
                self.world.act(services.offer_by_hand, self.world.session_id, allowed=True)
        if is_noticed:
            self.world.act(services.sweep, allowed=True)

    def let_time_pass_to_a_border(self, data: st.DataObject) -> None:
        """To the second at which an offer, a hold or a period of the terms ends, or to the one before it."""
        near = [border for border in self.world.borders if self.steps > LATE or border - self.world.now < 6 * DAY]
        border = data.draw(st.sampled_from(near[:2] or [self.world.now + DAY])) - timedelta(
            seconds=data.draw(st.integers(0, 1))
        )
        self.world.wait(max(border - self.world.now, timedelta(0)))

    def look_again(self) -> None:
        """Nothing moves where nothing has changed."""
        before = self.world.read()
        self.world.act(services.fill_free_seats, self.world.session_id, allowed=True)
        assert self.world.read() == before

    def place_by_the_office(self, number: int, mode: PlaceMode) -> None:
        world, person = self.world, self.world.people[number]
        has_room = world.facts.has_room(mode.kinds, world.now)
        allowed = (
            world.facts.status in {SessionStatus.CONFIRMED, SessionStatus.RUNNING}
            and person not in world.off
            and world.facts.live_place(person) is None
            and all(world.facts.capacity[kind] > 0 for kind in mode.kinds)
            and (not has_room or world.facts.free_quota(world.organisation_of[person]) > 0)
        )
        world.act(services.place_person, person, world.session_id, mode, override=REASON, allowed=allowed)

    @precondition(lambda self: self.steps > LATE and self.world.facts.status is SessionStatus.CONFIRMED)
    @rule(is_cancelled=st.booleans())
    def call_off_or_begin(self, is_cancelled: bool) -> None:
        world = self.world
        if is_cancelled:
            world.act(scheduling.cancel, world.session_id, REASON)
        else:
            world.now = max(world.now, world.starts_at - timedelta(hours=2))
            world.is_settled = False
            with standing_at(world.now):
                world.act(scheduling.start, world.session_id)


@pytest.mark.both_engines
def test_a_session_by_nomination_lives_through_anything(app: Flask) -> None:
    run_state_machine_as_test(type("LifeHere", (Life,), {"app": app}), settings=SETTINGS)
