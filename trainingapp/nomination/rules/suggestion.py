"""A suggestion for a selection, by a stated rule: quota first, then rank, then balance.

Places are given in rounds. In each round every administration that still has quota gets a place for its next
candidate, so nobody has a second place before everybody could have a first. Where the places left are fewer, those
come first who bring the share of women nearer to the aim, then those whose last place lies longest ago, then those
with fewer earlier courses. The reserve list continues the rounds. The same candidates always give the same result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from heapq import heappop, heappush

from trainingapp.accounts.models import Sex
from trainingapp.core.i18n import _l
from trainingapp.core.reasons import Cause, to_keep
from trainingapp.enrolment.models import Obstacle, PlaceMode
from trainingapp.nomination.models import Proposal
from trainingapp.nomination.rules.selection import ALWAYS_IN_THE_WAY, CandidateFacts, by_organisation

HALF = 50


class Why(StrEnum):
    """What decided about a candidate."""

    SELECTED = "selected"
    BALANCED = "balanced"
    NO_SEAT = "no_seat"
    OVER_QUOTA = "over_quota"
    LACKS = "lacks"
    CLASHES = "clashes"
    SWITCHED_OFF = "switched_off"
    TRAINER = "trainer"


SENTENCES = {
    Why.SELECTED: _l(
        "%(name)s, number %(rank)s on its list: round %(round)s, place %(place)s of %(quota)s of its quota."
    ),
    Why.BALANCED: _l(
        "%(name)s, number %(rank)s on its list: round %(round)s, place %(place)s of %(quota)s of its quota. "
        "This round had too few places; the balance decided for this candidate."
    ),
    Why.NO_SEAT: _l("%(name)s, number %(rank)s on its list: no place %(mode)s was left in round %(round)s."),
    Why.OVER_QUOTA: _l("%(name)s, number %(rank)s on its list: comes after those who fill its quota of %(quota)s."),
    Why.LACKS: _l("Lacks: %(missing)s. Behind everybody who could take a place; moves up once the record shows it."),
    Why.CLASHES: _l(
        "Has a place on %(clash)s at the same time. Comes after everybody who could take a place; moves up "
        "if the other place is cancelled."
    ),
    Why.SWITCHED_OFF: Cause.SWITCHED_OFF.sentence,
    Why.TRAINER: Cause.TRAINER.sentence,
}

CAUSES = {Why.SWITCHED_OFF: Cause.SWITCHED_OFF, Why.TRAINER: Cause.TRAINER}
OBSTACLES = {
    Obstacle.PREREQUISITES: Why.LACKS,
    Obstacle.CLASH: Why.CLASHES,
    Obstacle.SWITCHED_OFF: Why.SWITCHED_OFF,
    Obstacle.TRAINER: Why.TRAINER,
}


@dataclass(frozen=True)
class Suggestion:
    """What the rule proposes for one candidate, and why."""

    nomination_id: int
    proposal: Proposal
    reserve_rank: int | None
    because: Why
    details: Mapping[str, object]

    @property
    def reason(self) -> str | None:
        """What the person is told who is declined, as it is kept; None for anybody else."""
        cause = CAUSES.get(self.because) if self.proposal is Proposal.DECLINE else None
        return to_keep(cause) if cause else None

    @property
    def why(self) -> str:
        """The sentence, in the reader's language."""
        return str(SENTENCES[self.because]) % self.details


@dataclass
class Turn:
    """That a candidate was reached: in which round, and how many of its administration were reached before."""

    candidate: CandidateFacts
    round: int
    place: int
    is_contested: bool = False


def suggest(
    candidates: Sequence[CandidateFacts],
    seats: Mapping[PlaceMode, int],
    quotas: Mapping[int, int],
    women_percent: int | None = None,
) -> list[Suggestion]:
    """A proposal for every candidate, in the order of the result: the selected, the reserve list, the declined.

    ``seats``: what is free of each kind; ``quotas``: what each administration may still take.
    """
    able = [one for one in candidates if one.obstacle is None]
    sharing = Sharing(by_organisation(able), Fraction(HALF if women_percent is None else women_percent, 100))

    def has_quota(organisation_id: int, turns: int) -> bool:
        return turns < quotas.get(organisation_id, 0)

    chosen = list(sharing.rounds(has_quota, dict(seats)))
    within = list(sharing.rounds(has_quota))
    beyond = list(sharing.rounds(lambda _organisation_id, _turns: True))
    reserve = [
        *((turn.candidate, Why.NO_SEAT, details(turn, quotas)) for turn in within),
        *((turn.candidate, Why.OVER_QUOTA, details(turn, quotas)) for turn in beyond),
        *((one, OBSTACLES[obstacle_of(one)], lacking(one)) for one in in_the_way(candidates, declined=False)),
    ]
    return [
        *(selected(turn, quotas) for turn in chosen),
        *(
            Suggestion(one.nomination_id, Proposal.RESERVE, number, because, known)
            for number, (one, because, known) in enumerate(reserve, start=1)
        ),
        *(
            Suggestion(one.nomination_id, Proposal.DECLINE, None, OBSTACLES[obstacle_of(one)], {})
            for one in in_the_way(candidates, declined=True)
        ),
    ]


def selected(turn: Turn, quotas: Mapping[int, int]) -> Suggestion:
    because = Why.BALANCED if turn.is_contested else Why.SELECTED
    return Suggestion(turn.candidate.nomination_id, Proposal.SELECT, None, because, details(turn, quotas))


def details(turn: Turn, quotas: Mapping[int, int]) -> dict[str, object]:
    one = turn.candidate
    return {
        "name": one.organisation,
        "rank": one.rank,
        "round": turn.round,
        "place": turn.place,
        "quota": quotas.get(one.organisation_id, 0),
        "mode": one.mode.label,
    }


def lacking(candidate: CandidateFacts) -> dict[str, object]:
    return {"missing": ", ".join(candidate.missing), "clash": candidate.clash}


def obstacle_of(candidate: CandidateFacts) -> Obstacle:
    assert candidate.obstacle is not None  # only they are asked
    return candidate.obstacle


def in_the_way(candidates: Sequence[CandidateFacts], *, declined: bool) -> list[CandidateFacts]:
    """Who cannot take a place now: those who never could in this session, or (not ``declined``) the others."""
    found = [one for one in candidates if one.obstacle and (one.obstacle in ALWAYS_IN_THE_WAY) is declined]
    return sorted(found, key=lambda one: (one.rank, waited(one)))


def waited(candidate: CandidateFacts) -> Waited:
    """Those whose last place lies longest ago first, then fewer earlier courses, then the alphabet."""
    return (
        candidate.last_place_on or date.min,
        candidate.earlier_courses,
        candidate.organisation_key,
        candidate.organisation_id,
        *candidate.in_order,
    )


Allowed = Callable[[int, int], bool]  # an administration and how many turns it had: may it have one more?
SeatsLeft = dict[PlaceMode, int]
Waited = tuple[date, int, str, int, int, int]
Heap = list[tuple[Waited, CandidateFacts]]
Heaps = dict[Sex | None, Heap]


@dataclass
class Sharing:
    """The rounds while they go on: who still waits, how many turns each administration had, women and men so far."""

    waiting: dict[int, list[CandidateFacts]]
    aim: Fraction
    turns: Counter[int] = field(default_factory=Counter)
    sexes: Counter[Sex | None] = field(default_factory=Counter)

    def rounds(self, may: Allowed, seats: SeatsLeft | None = None) -> Iterator[Turn]:
        """Who is reached, round by round, while there are ``seats``; without them until nobody is left."""
        for number in range(1, self.longest + 1):
            reached = self.round(number, may, seats)
            yield from reached
            if not reached and max(self.turns.values(), default=0) < number:
                return

    @property
    def longest(self) -> int:
        """More rounds than any administration can have turns."""
        return max((self.turns[one] + len(waiting) for one, waiting in self.waiting.items()), default=0)

    def round(self, number: int, may: Allowed, seats: SeatsLeft | None) -> list[Turn]:
        """One turn for every administration that may have it and has somebody who fits."""
        heaps: Heaps = {}
        reached: list[Turn] = []
        is_contested = False
        for organisation_id in self.waiting:
            if self.turns[organisation_id] < number and may(organisation_id, self.turns[organisation_id]):
                self.enter(heaps, organisation_id, seats)
        while (candidate := self.next_of(heaps)) is not None:
            if fits(candidate, seats):
                reached.append(self.take(candidate, number, seats))
            else:
                is_contested = True
                self.enter(heaps, candidate.organisation_id, seats)
        for turn in reached:
            turn.is_contested = is_contested
        return reached

    def enter(self, heaps: Heaps, organisation_id: int, seats: SeatsLeft | None) -> None:
        """Let the administration's next candidate who fits take part in the round."""
        candidate = next((one for one in self.waiting[organisation_id] if fits(one, seats)), None)
        if candidate is not None:
            heappush(heaps.setdefault(candidate.sex, []), (waited(candidate), candidate))

    def next_of(self, heaps: Heaps) -> CandidateFacts | None:
        """Whose turn it is: by the balance of women and men, then by how long they waited."""
        best = min((sex for sex in heaps if heaps[sex]), key=lambda sex: (self.off(sex), heaps[sex][0][0]), default=...)
        return None if best is ... else heappop(heaps[best])[1]

    def off(self, sex: Sex | None) -> Fraction:
        """How far from the aim the share of women would be with one more of this sex."""
        known = self.sexes[Sex.FEMALE] + self.sexes[Sex.MALE] + (sex is not None)
        women = self.sexes[Sex.FEMALE] + (sex is Sex.FEMALE)
        return abs(Fraction(women, known) - self.aim) if known else Fraction(1)

    def take(self, candidate: CandidateFacts, number: int, seats: SeatsLeft | None) -> Turn:
        self.waiting[candidate.organisation_id].remove(candidate)
        self.turns[candidate.organisation_id] += 1
        self.sexes[candidate.sex] += 1
        if seats is not None:
            for kind in candidate.mode.kinds:
                seats[kind] -= 1
        return Turn(candidate, number, self.turns[candidate.organisation_id])


def fits(candidate: CandidateFacts, seats: SeatsLeft | None) -> bool:
    """Whether a seat of each kind that the candidate needs is left."""
    return seats is None or all(seats.get(kind, 0) > 0 for kind in candidate.mode.kinds)
