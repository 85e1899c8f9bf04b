"""What a selection must be before the places are given, and what an offer and a replacement need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import Bilingual, LazyText, _l
from trainingapp.enrolment.models import PlaceMode, PlaceStatus
from trainingapp.enrolment.rules.joining import (
    AlreadyEnrolled,
    Candidate,
    EnrolmentClosed,
    SessionFacts,
    check_eligible,
    check_open_status,
    obstacle_of,
)
from trainingapp.enrolment.rules.moving import TermsFacts


@dataclass(frozen=True, kw_only=True)
class TermsDetails:
    """On what terms places by nomination are to move, in days; see ``models.Terms``."""

    offer_days: int = 14
    hold_days: int = 5
    claim_days: int = 5
    cut_off_days: int = 7
    still_days: int = 7


def check_terms(details: TermsDetails) -> None:
    """Raise DomainError (at the field) for days out of range."""
    for name, days in asdict(details).items():
        least = 1 if name == "offer_days" else 0
        if not least <= days <= 90:
            raise DomainError(_l("Please enter a number of days from %(least)s to 90.", least=least), field=name)


@dataclass(frozen=True, kw_only=True)
class Selection:
    """A decision about every nominated person of a session, by the ids of their places.

    ``reserve`` is in the order of the list; ``declined`` has the reasons; ``exceptions`` the reasons for passing over
    what somebody lacks.
    """

    offered: Sequence[int] = ()
    reserve: Sequence[int] = ()
    declined: Mapping[int, str] = field(default_factory=dict)
    exceptions: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """One nominated person as far as the selection is concerned."""

    name: str
    organisation_id: int
    organisation: Bilingual
    mode: PlaceMode
    candidate: Candidate


def selection_problems(
    selection: Selection, chosen: Mapping[int, Chosen], free: Mapping[PlaceMode, int], quotas: Mapping[int, int]
) -> Iterator[LazyText]:
    """Everything that keeps the selection from being final, as sentences.

    ``free`` seats of each kind; ``quotas``: the seats that each organisation may still take.
    """
    decided = Counter([*selection.offered, *selection.reserve, *selection.declined])
    if set(decided) != set(chosen) or any(count > 1 for count in decided.values()):
        yield _l("Each candidate must be selected, on the reserve list or declined, and only one of them.")
        return
    taken = Counter(kind for place_id in selection.offered for kind in chosen[place_id].mode.kinds)
    for kind, count in taken.items():
        if count > free.get(kind, 0):
            yield _l(
                "Selected %(mode)s: %(count)s; free places: %(free)s.", mode=kind.label, count=count, free=free[kind]
            )
    yield from quota_problems([chosen[place_id] for place_id in selection.offered], quotas)
    for place_id in selection.offered:
        obstacle = obstacle_of(chosen[place_id].candidate)
        if obstacle is not None:
            yield _l("%(name)s: %(obstacle)s.", name=chosen[place_id].name, obstacle=obstacle.label)
    for place_id, reason in selection.declined.items():
        if not reason.strip():
            yield _l("%(name)s is declined without a reason.", name=chosen[place_id].name)


def quota_problems(offered: Sequence[Chosen], quotas: Mapping[int, int]) -> Iterator[LazyText]:
    names = {one.organisation_id: one.organisation for one in offered}
    for organisation_id, count in Counter(one.organisation_id for one in offered).items():
        quota = quotas.get(organisation_id, 0)
        if count > quota:
            yield _l(
                "%(name)s: selected %(count)s, quota %(quota)s.", name=names[organisation_id], count=count, quota=quota
            )


def check_selection(
    selection: Selection, chosen: Mapping[int, Chosen], free: Mapping[PlaceMode, int], quotas: Mapping[int, int]
) -> None:
    """Raise DomainError with the first thing that keeps the selection from being final."""
    for problem in selection_problems(selection, chosen, free, quotas):
        raise DomainError(problem)


def check_no_candidate(actor_id: int | None, candidate_ids: Iterable[int]) -> None:
    """Raise DomainError where one of the candidates makes the selection."""
    if actor_id is not None and actor_id in candidate_ids:
        raise DomainError(
            _l("You are a candidate for this session yourself. Please ask another coordinator to make the selection.")
        )


def check_nominee(candidate: Candidate, *, is_live: bool) -> None:
    """Raise DomainError for somebody who cannot even be named. What the course requires may still come."""
    if is_live:
        raise AlreadyEnrolled(_l("This person already has a place or a request on this session."), field="person")
    if not candidate.is_active or candidate.leads:
        check_eligible(candidate)


def check_offer(status: PlaceStatus, offered_until: datetime | None) -> None:
    """Raise DomainError unless the place is an offer that can still be answered."""
    if status is PlaceStatus.OFFERED:
        return
    if status is PlaceStatus.PLACED:
        raise DomainError(_l("This place is already confirmed."))
    if status is PlaceStatus.LAPSED and offered_until is not None:
        raise DomainError(
            _l(
                "The offer was not answered in time, so it is no longer valid. Please write to your National "
                "Contact Point."
            )
        )
    raise DomainError(_l("There is no offer to answer any more."))


def check_before_start(session: SessionFacts, now: datetime) -> None:
    """Raise EnrolmentClosed when places of the session can no longer be given, or not yet."""
    check_open_status(session.status)
    if now >= session.starts_at:
        raise EnrolmentClosed(_l("This session has already begun. The course page shows other dates."))


def check_replaceable(terms: TermsFacts, *, has_seat: bool, by_office: bool, now: datetime) -> None:
    """Raise DomainError when nobody can be named any more in place of the person."""
    if not has_seat:
        raise DomainError(_l("This person has no place that a colleague could take over."))
    if now >= terms.cut_off and not by_office:
        raise DomainError(_l("The time for replacements is over. Please write to the office: it can still help."))
