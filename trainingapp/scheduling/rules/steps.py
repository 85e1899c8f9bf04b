"""The life of a session: draft, open, confirmed, running, finished, or cancelled, and what each step needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from trainingapp.core.clock import day_start
from trainingapp.core.errors import Problem, refuse_if
from trainingapp.core.i18n import LazyText, _l
from trainingapp.scheduling.models import SessionStatus
from trainingapp.scheduling.rules.clashes import Slot
from trainingapp.scheduling.rules.times import Day

S = SessionStatus


class Step(StrEnum):
    OPEN = "open"
    CONFIRM = "confirm"
    START = "start"
    FINISH = "finish"
    CANCEL = "cancel"

    @property
    def label(self) -> LazyText:
        return LABELS[self]

    @property
    def leads_to(self) -> SessionStatus:
        return LEADS_TO[self]

    @property
    def opens(self) -> bool:
        return self is Step.OPEN

    @property
    def confirms(self) -> bool:
        return self is Step.CONFIRM

    @property
    def starts(self) -> bool:
        return self is Step.START


LABELS = {
    Step.OPEN: _l("Open enrolment"),
    Step.CONFIRM: _l("Confirm the session"),
    Step.START: _l("Start the session"),
    Step.FINISH: _l("Finish the session"),
    Step.CANCEL: _l("Cancel the session"),
}
LEADS_TO = {
    Step.OPEN: S.OPEN,
    Step.CONFIRM: S.CONFIRMED,
    Step.START: S.RUNNING,
    Step.FINISH: S.FINISHED,
    Step.CANCEL: S.CANCELLED,
}
FROM: Mapping[Step, frozenset[SessionStatus]] = {
    Step.OPEN: frozenset({S.DRAFT}),
    Step.CONFIRM: frozenset({S.OPEN}),
    Step.START: frozenset({S.CONFIRMED}),
    Step.FINISH: frozenset({S.RUNNING}),
    Step.CANCEL: frozenset({S.DRAFT, S.OPEN, S.CONFIRMED, S.RUNNING}),
}
AHEAD = {S.DRAFT: Step.OPEN, S.OPEN: Step.CONFIRM, S.CONFIRMED: Step.START, S.RUNNING: Step.FINISH}


@dataclass(frozen=True, kw_only=True)
class StepFacts:
    """What a step has to know of the session. ``is_distance``: people follow it in their own time."""

    status: SessionStatus
    now: datetime
    course_published: bool
    is_distance: bool
    time_zone: str
    starts_on: date
    ends_on: date
    closes_at: datetime
    capacity_in_person: int
    centre_id: int | None
    languages: Sequence[str]
    meetings: Sequence[Slot]
    trainers: int
    taken: int
    minimum: int


def next_step(status: SessionStatus) -> Step | None:
    """The step that comes next on the way from draft to finished."""
    return AHEAD.get(status)


def lacking(step: Step, facts: StepFacts, reason: str | None = None) -> list[Problem]:
    """Everything that the step still needs; empty when it can be taken now."""
    if facts.status not in FROM[step]:
        return [Problem(_l("This cannot be done now: the session is “%(status)s”.", status=facts.status.label))]
    return list(NEEDS[step](facts, (reason or "").strip()))


def check_step(step: Step, facts: StepFacts, reason: str | None = None) -> None:
    """Raise DomainError, with everything that is missing, unless the step can be taken now."""
    refuse_if(lacking(step, facts, reason))


def opening_needs(facts: StepFacts, _reason: str) -> Iterator[Problem]:
    if not facts.course_published:
        yield Problem(_l("The course is not published: publish it first."))
    if not facts.meetings and not facts.is_distance:
        yield Problem(_l("There is no meeting yet: add at least one."))
    if not facts.languages:
        yield Problem(_l("No language of the session is chosen."))
    if facts.capacity_in_person and facts.centre_id is None:
        yield Problem(_l("There are places in person, but no centre where people come to."))
    if facts.closes_at <= facts.now:
        yield Problem(_l("The enrolment deadline has passed: set a later one."))


def confirming_needs(facts: StepFacts, reason: str) -> Iterator[Problem]:
    if not facts.trainers and not facts.is_distance:
        yield Problem(_l("Nobody leads the session yet: add a trainer."))
    if below_minimum(facts) and not reason:
        sentence = _l(
            "The minimum is not reached: %(taken)s of %(minimum)s. Say why the session takes place all the same.",
            taken=facts.taken,
            minimum=facts.minimum,
        )
        yield Problem(sentence, "reason")


def below_minimum(facts: StepFacts) -> bool:
    """Whether fewer people have a place than the session was to have."""
    return facts.taken < facts.minimum


def starting_needs(facts: StepFacts, _reason: str) -> Iterator[Problem]:
    if facts.now < day_start(facts.starts_on, facts.time_zone):
        yield Problem(_l("It can be started on its first day, %(day)s.", day=Day(facts.starts_on)))


def finishing_needs(facts: StepFacts, _reason: str) -> Iterator[Problem]:
    if facts.now < last_moment(facts):
        sentence = (
            _l("It can be finished after its last meeting.")
            if facts.meetings
            else _l("It can be finished after its last day, %(day)s.", day=Day(facts.ends_on))
        )
        yield Problem(sentence)


def last_moment(facts: StepFacts) -> datetime:
    """When it is over: at the end of the last meeting; without meetings, at the end of the last day."""
    ends = [slot.ends_at for slot in facts.meetings]
    return max(ends) if ends else day_start(facts.ends_on + timedelta(days=1), facts.time_zone)


def cancelling_needs(_facts: StepFacts, reason: str) -> Iterator[Problem]:
    if not reason:
        yield Problem(_l("Say why the session is cancelled: everybody who is told reads it."), "reason")


NEEDS = {
    Step.OPEN: opening_needs,
    Step.CONFIRM: confirming_needs,
    Step.START: starting_needs,
    Step.FINISH: finishing_needs,
    Step.CANCEL: cancelling_needs,
}
