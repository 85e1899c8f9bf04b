"""What a proposed selection comes to: its balance, and what in it breaks the call's own rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from trainingapp.accounts.models import Sex
from trainingapp.core.i18n import Bilingual, StrOrLazy, _l, _ln
from trainingapp.enrolment.models import Obstacle, PlaceMode
from trainingapp.enrolment.models.states import SEAT_KINDS
from trainingapp.nomination.models import Proposal

FreeSeats = Mapping[PlaceMode, int]
ALWAYS_IN_THE_WAY = frozenset({Obstacle.SWITCHED_OFF, Obstacle.TRAINER})


@dataclass(frozen=True, kw_only=True)
class CandidateFacts:
    """What a selection has to know of a candidate.

    ``obstacle``: what keeps the person from a place now, with the ``missing`` courses or the other session that
    ``clash``es; nothing does where the office made an exception. ``last_place_on``: when the last session in which the
    person had a place ended. ``organisation_key`` is the administration's place in the alphabet, whoever reads.
    """

    nomination_id: int
    organisation_id: int
    organisation: Bilingual
    organisation_key: str
    name: str
    rank: int
    mode: PlaceMode
    sex: Sex | None = None
    obstacle: Obstacle | None = None
    missing: Sequence[str] = ()
    clash: str | None = None
    is_late: bool = False
    understands: bool = True
    earlier_courses: int = 0
    last_place_on: date | None = None

    @property
    def in_order(self) -> tuple[int, int]:
        """The administration's own order."""
        return self.rank, self.nomination_id


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A candidate, and what is proposed for him or her at present."""

    candidate: CandidateFacts
    proposal: Proposal | None = None
    reserve_rank: int | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Balance:
    """A selection in numbers. ``seats``: selected and available per kind."""

    candidates: int
    selected: int
    reserve: int
    declined: int
    undecided: int
    seats: Mapping[PlaceMode, tuple[int, int]]
    represented: int
    administrations: int
    women: int
    men: int
    women_percent: int | None

    @property
    def share_of_women(self) -> int | None:
        """In per cent of those whose sex is on record; None where it is of nobody."""
        known = self.women + self.men
        return round(100 * self.women / known) if known else None


def balance(lines: Sequence[Proposed], seats: FreeSeats, women_percent: int | None) -> Balance:
    """The numbers of the selection as it is proposed at present."""
    proposals = Counter(line.proposal for line in lines)
    chosen = selected(lines)
    kinds = Counter(kind for one in chosen for kind in one.mode.kinds)
    sexes = Counter(one.sex for one in chosen)
    return Balance(
        candidates=len(lines),
        selected=proposals[Proposal.SELECT],
        reserve=proposals[Proposal.RESERVE],
        declined=proposals[Proposal.DECLINE],
        undecided=proposals[None],
        seats={kind: (kinds[kind], seats.get(kind, 0)) for kind in SEAT_KINDS if kinds[kind] or seats.get(kind, 0)},
        represented=len({one.organisation_id for one in chosen}),
        administrations=len({line.candidate.organisation_id for line in lines}),
        women=sexes[Sex.FEMALE],
        men=sexes[Sex.MALE],
        women_percent=women_percent,
    )


def selected(lines: Iterable[Proposed]) -> list[CandidateFacts]:
    return [line.candidate for line in lines if line.proposal is Proposal.SELECT]


@dataclass(frozen=True)
class Finding:
    """Something in the proposal that breaks the call's own rules, and the candidates it is about.

    ``is_hard``: the places cannot be given before it is mended. ``of_administrations``: it is about those who named
    the candidates.
    """

    text: StrOrLazy
    about: Sequence[CandidateFacts] = ()
    is_hard: bool = False
    of_administrations: bool = False

    @property
    def links(self) -> list[tuple[int, str | Bilingual]]:
        """The nominations with what to call them."""
        return [(one.nomination_id, one.organisation if self.of_administrations else one.name) for one in self.about]


def warnings(
    lines: Sequence[Proposed], seats: FreeSeats, quotas: Mapping[int, int], women_percent: int | None
) -> list[Finding]:
    """Everything that breaks the call's own rules in the present proposal, what keeps it from being final first.

    ``seats``: what is free of each kind; ``quotas``: what each administration may still take.
    """
    return [
        *over_capacity(lines, seats),
        *over_quota(lines, quotas),
        *without_exception(lines),
        *without_reason(lines),
        *undecided(lines),
        *seats_left(lines, seats),
        *out_of_order(lines),
        *few_women(lines, women_percent),
        *left_out(lines, quotas),
        *late(lines),
        *without_language(lines),
    ]


def over_capacity(lines: Sequence[Proposed], seats: FreeSeats) -> Iterator[Finding]:
    for kind, (count, free) in balance(lines, seats, None).seats.items():
        if count > free:
            text = _l("Selected %(mode)s: %(count)s; free places: %(free)s.", mode=kind.label, count=count, free=free)
            yield Finding(text, is_hard=True)


def over_quota(lines: Sequence[Proposed], quotas: Mapping[int, int]) -> Iterator[Finding]:
    for organisation_id, chosen in by_organisation(selected(lines)).items():
        quota = quotas.get(organisation_id, 0)
        if len(chosen) > quota:
            text = _l(
                "%(name)s: selected %(count)s, quota %(quota)s.",
                name=chosen[0].organisation,
                count=len(chosen),
                quota=quota,
            )
            yield Finding(text, chosen, is_hard=True)


def by_organisation(candidates: Iterable[CandidateFacts]) -> dict[int, list[CandidateFacts]]:
    """The candidates of each administration in its own order; the administrations by the alphabet."""
    ordered = sorted(candidates, key=lambda one: (one.organisation_key, one.organisation_id, *one.in_order))
    found: dict[int, list[CandidateFacts]] = {}
    for one in ordered:
        found.setdefault(one.organisation_id, []).append(one)
    return found


def without_exception(lines: Sequence[Proposed]) -> Iterator[Finding]:
    for obstacle, found in by_obstacle(selected(lines)).items():
        if obstacle in ALWAYS_IN_THE_WAY:
            text = _l("Selected, although %(obstacle)s. Nobody can make an exception here.", obstacle=obstacle.label)
        else:
            text = _l(
                "Selected, although %(obstacle)s. Give the reason for an exception, or choose otherwise.",
                obstacle=obstacle.label,
            )
        yield Finding(text, found, is_hard=True)


def by_obstacle(candidates: Iterable[CandidateFacts]) -> dict[Obstacle, list[CandidateFacts]]:
    found: dict[Obstacle, list[CandidateFacts]] = {}
    for one in candidates:
        if one.obstacle is not None:
            found.setdefault(one.obstacle, []).append(one)
    return found


def without_reason(lines: Sequence[Proposed]) -> Iterator[Finding]:
    found = [line.candidate for line in lines if line.proposal is Proposal.DECLINE and not line.reason]
    if found:
        yield Finding(_l("Declined without a reason: the person is told one."), found, is_hard=True)


def undecided(lines: Sequence[Proposed]) -> Iterator[Finding]:
    found = [line.candidate for line in lines if line.proposal is None]
    if found:
        text = _ln("%(num)s candidate is undecided.", "%(num)s candidates are undecided.", len(found))
        yield Finding(text, found, is_hard=True)


def seats_left(lines: Sequence[Proposed], seats: FreeSeats) -> Iterator[Finding]:
    for kind, count in left_over(lines, seats).items():
        yield Finding(
            _l(
                "Places left %(mode)s: %(count)s, although somebody on the reserve list could take one.",
                mode=kind.label,
                count=count,
            )
        )


def left_over(lines: Sequence[Proposed], seats: FreeSeats) -> dict[PlaceMode, int]:
    """How many seats the selection leaves, of each kind that somebody on the reserve list could take."""
    reserve = [line.candidate for line in lines if line.proposal is Proposal.RESERVE and not line.candidate.obstacle]
    return {
        kind: free - count
        for kind, (count, free) in balance(lines, seats, None).seats.items()
        if count < free and any(kind in one.mode.kinds for one in reserve)
    }


def out_of_order(lines: Sequence[Proposed]) -> Iterator[Finding]:
    chosen = {one.nomination_id for one in selected(lines)}
    for candidates in by_organisation(line.candidate for line in lines).values():
        skipped = next(skipped_of(candidates, chosen), None)
        if skipped:
            better, worse = skipped
            text = _l(
                "%(name)s: %(worse)s (number %(low)s on its list) is selected, but %(better)s (number "
                "%(high)s) is not.",
                name=better.organisation,
                worse=worse.name,
                low=worse.rank,
                better=better.name,
                high=better.rank,
            )
            yield Finding(text, skipped)


def skipped_of(
    candidates: Sequence[CandidateFacts], chosen: set[int]
) -> Iterator[tuple[CandidateFacts, CandidateFacts]]:
    """Pairs in one administration's order: somebody who could have the place, and who is selected instead."""
    passed: dict[PlaceMode, CandidateFacts] = {}
    for one in candidates:
        if one.nomination_id in chosen and one.mode in passed:
            yield passed[one.mode], one
        elif one.nomination_id not in chosen and one.obstacle is None:
            passed.setdefault(one.mode, one)


def few_women(lines: Sequence[Proposed], women_percent: int | None) -> Iterator[Finding]:
    numbers = balance(lines, {}, women_percent)
    share = numbers.share_of_women
    if women_percent is not None and share is not None and 100 * numbers.women < women_percent * known(numbers):
        yield Finding(
            _l(
                "Women among the selected: %(women)s of %(all)s (%(share)s%%). The call aims at %(aim)s%%.",
                women=numbers.women,
                all=known(numbers),
                share=share,
                aim=women_percent,
            )
        )


def known(numbers: Balance) -> int:
    return numbers.women + numbers.men


def left_out(lines: Sequence[Proposed], quotas: Mapping[int, int]) -> Iterator[Finding]:
    represented = {one.organisation_id for one in selected(lines)}
    could = by_organisation(line.candidate for line in lines if line.candidate.obstacle is None)
    first = [
        candidates[0]
        for organisation_id, candidates in could.items()
        if organisation_id not in represented and quotas.get(organisation_id, 0) > 0
    ]
    if first:
        text = _ln(
            "%(num)s administration has no place although it nominated somebody who could take one.",
            "%(num)s administrations have no place although they nominated somebody who could take one.",
            len(first),
        )
        yield Finding(text, first, of_administrations=True)


def late(lines: Sequence[Proposed]) -> Iterator[Finding]:
    found = [one for one in selected(lines) if one.is_late]
    if found:
        yield Finding(_l("Selected, although nominated after the deadline."), found)


def without_language(lines: Sequence[Proposed]) -> Iterator[Finding]:
    found = [one for one in selected(lines) if not one.understands]
    if found:
        yield Finding(_l("Selected, although the session is not in the person’s language."), found)
