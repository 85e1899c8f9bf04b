"""What a call may be, what it still needs before it is opened, and which numbers administrations may have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from trainingapp.core import clock
from trainingapp.core.errors import DomainError, Problem
from trainingapp.core.i18n import Bilingual, _l, _ln
from trainingapp.enrolment.rules.selecting import TermsDetails, check_terms
from trainingapp.nomination.models import Stage
from trainingapp.nomination.rules.stages import STANDS
from trainingapp.scheduling.models import SessionStatus

MOST_CANDIDATES = 500
MOST_REMIND_DAYS = 60
LONGEST_TEXT = 5000
NEAR = timedelta(days=7)
BEGUN = frozenset({SessionStatus.RUNNING, SessionStatus.FINISHED})
MOVABLE = frozenset({Stage.DRAFT, Stage.OPEN, Stage.CLOSED})


@dataclass(frozen=True, kw_only=True)
class CallDetails:
    """A call as a coordinator wants it. ``closes`` is the nomination deadline on the venue's clock (naive)."""

    closes: datetime
    text_en: str
    text_ru: str | None = None
    nominate_each: int = 4
    accept_each: int = 2
    remind_days: int = 7
    women_percent: int | None = None
    signatory_en: str | None = None
    signatory_ru: str | None = None
    offer_days: int = 14
    hold_days: int = 5
    claim_days: int = 5
    cut_off_days: int = 7
    still_days: int = 7

    @property
    def terms(self) -> TermsDetails:
        """How the places are to move."""
        return TermsDetails(**{name: getattr(self, name) for name in TermsDetails.__dataclass_fields__})


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """How many candidates an invited administration may name and how many places it may get; None: as for all."""

    nominate: int | None = None
    accept: int | None = None


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What a call must fit into: its session. ``starts_at`` is the moment from which it has begun."""

    status: SessionStatus
    time_zone: str
    starts_at: datetime


def details_problems(
    details: CallDetails, frame: Frame, now: datetime, *, present: datetime | None = None
) -> Iterator[Problem]:
    """Everything that is wrong with the details. ``present``: the deadline that the call has, which may have passed."""
    each = Numbers(nominate=details.nominate_each, accept=details.accept_each)
    yield from number_problems(each, "nominate_each", "accept_each", least=1)
    if not 0 <= details.remind_days <= MOST_REMIND_DAYS:
        yield Problem(_l("Please enter a number of days from 0 to %(most)s.", most=MOST_REMIND_DAYS), "remind_days")
    if details.women_percent is not None and not 0 <= details.women_percent <= 100:
        yield Problem(_l("A share is a number from 0 to 100 per cent."), "women_percent")
    yield from text_problems(details)
    try:
        check_terms(details.terms)
    except DomainError as error:
        yield Problem(error.message, error.field)
    yield from deadline_problems(details.closes, frame, now, present=present)


def number_problems(numbers: Numbers, nominate_field: str, accept_field: str, *, least: int = 0) -> Iterator[Problem]:
    """Nobody can get more places than it may name candidates. ``least``: the smallest number of places."""
    nominate, accept = numbers.nominate, numbers.accept
    if nominate is not None and not 1 <= nominate <= MOST_CANDIDATES:
        sentence = _l("Please enter a number from %(least)s to %(most)s.", least=1, most=MOST_CANDIDATES)
        yield Problem(sentence, nominate_field)
    if accept is not None and not least <= accept <= MOST_CANDIDATES:
        sentence = _l("Please enter a number from %(least)s to %(most)s.", least=least, most=MOST_CANDIDATES)
        yield Problem(sentence, accept_field)
    if nominate is not None and accept is not None and accept > nominate >= 1:
        sentence = _ln(
            "An administration that may nominate %(num)s candidate cannot get %(accept)s places.",
            "An administration that may nominate %(num)s candidates cannot get %(accept)s places.",
            nominate,
            accept=accept,
        )
        yield Problem(sentence, accept_field)


def text_problems(details: CallDetails) -> Iterator[Problem]:
    if not (details.text_en or "").strip():
        yield Problem(_l("Write the text of the invitation in English."), "text_en")
    for name in ("text_en", "text_ru"):
        if len(getattr(details, name) or "") > LONGEST_TEXT:
            yield Problem(_l("Please write at most %(most)s characters.", most=LONGEST_TEXT), name)


def deadline_problems(
    closes: datetime, frame: Frame, now: datetime, *, present: datetime | None = None
) -> Iterator[Problem]:
    """A new deadline lies ahead, and before the session begins; the clock of the venue must show it."""
    try:
        closes_at = clock.from_local(closes, frame.time_zone, "closes")
    except DomainError as error:
        yield Problem(error.message, error.field)
        return
    if closes_at == present:
        return
    if closes_at <= now:
        yield Problem(_l("This time has passed: administrations need time to answer."), "closes")
    elif closes_at >= frame.starts_at:
        yield Problem(_l("The deadline must be before the session begins."), "closes")


# --- what the call needs before it is opened


@dataclass(frozen=True, kw_only=True)
class OpeningFacts:
    """What opening has to know of the call. ``session_lacks``: what keeps a draft session from being opened."""

    stage: Stage
    frame: Frame
    now: datetime
    closes_at: datetime
    has_english: bool
    has_russian: bool
    invited: int
    session_lacks: Sequence[Problem] = ()


def lacking(facts: OpeningFacts) -> list[Problem]:
    """Everything that opening still needs, as sentences; empty when the call can be opened now."""
    if facts.stage is not Stage.DRAFT:
        return [Problem(_l("The call has already been opened.") if facts.stage is Stage.OPEN else STANDS[facts.stage])]
    return list(opening_needs(facts))


def opening_needs(facts: OpeningFacts) -> Iterator[Problem]:
    if not facts.has_english:
        yield Problem(_l("The text of the invitation is not written in English yet."))
    if not facts.has_russian:
        yield Problem(_l("The text of the invitation is not written in Russian yet."))
    if not facts.invited:
        yield Problem(_l("No administration is invited yet."))
    if facts.frame.status in BEGUN or facts.now >= facts.frame.starts_at:
        yield Problem(_l("The session has already begun."))
        return
    if facts.closes_at <= facts.now:
        yield Problem(_l("The nomination deadline has passed: set a later one."))
    elif facts.closes_at >= facts.frame.starts_at:
        yield Problem(_l("The nomination deadline is after the session begins: set an earlier one."))
    yield from facts.session_lacks


# --- the numbers of the administrations


@dataclass(frozen=True, kw_only=True)
class AdministrationInCall:
    """An administration as the call stands: what it has already been given, and whether it has answered with something.

    ``taken`` places are offered, confirmed or held.
    """

    name: Bilingual
    is_office: bool = False
    invited: bool = False
    nominate: int | None = None
    accept: int | None = None
    taken: int = 0
    has_answered: bool = False


@dataclass(frozen=True, kw_only=True)
class Defaults:
    """The numbers of whoever has none of its own."""

    nominate: int
    accept: int

    def of(self, numbers: Numbers) -> Numbers:
        """The numbers that count."""
        return Numbers(
            nominate=self.nominate if numbers.nominate is None else numbers.nominate,
            accept=self.accept if numbers.accept is None else numbers.accept,
        )


def inviting_problems(
    numbers: Mapping[int, Numbers | None], present: Mapping[int, AdministrationInCall], defaults: Defaults
) -> Iterator[Problem]:
    """What speaks against these numbers, each at the field of its administration (``accept-17``)."""
    for organisation_id, wanted in numbers.items():
        known = present.get(organisation_id)
        if known is None or known.is_office:
            yield Problem(_l("There is no such administration."), f"invited-{organisation_id}")
        elif wanted is None:
            yield from uninviting_problems(organisation_id, known)
        else:
            counting = defaults.of(wanted)
            yield from number_problems(counting, f"nominate-{organisation_id}", f"accept-{organisation_id}")
            yield from below_taken(known, counting.accept, f"accept-{organisation_id}")


def uninviting_problems(organisation_id: int, known: AdministrationInCall) -> Iterator[Problem]:
    if known.invited and known.has_answered:
        sentence = _l(
            "%(name)s has already nominated candidates or written: it stays invited. To give it no place, "
            "set 0 places.",
            name=known.name,
        )
        yield Problem(sentence, f"invited-{organisation_id}")


def below_taken(known: AdministrationInCall, accept: int | None, field_name: str) -> Iterator[Problem]:
    """Nobody who has a place may lose it through a smaller number."""
    if accept is not None and 0 <= accept < known.taken:
        sentence = _ln(
            "%(name)s already has %(num)s place (offered, confirmed or kept): it cannot get fewer.",
            "%(name)s already has %(num)s places (offered, confirmed or kept): it cannot get fewer.",
            known.taken,
            name=known.name,
        )
        yield Problem(sentence, field_name)


def default_problems(defaults: Defaults, present: Iterable[AdministrationInCall]) -> Iterator[Problem]:
    """What speaks against new numbers for all, in the administrations that they would count for."""
    for known in present:
        if not known.invited:
            continue
        counting = defaults.of(Numbers(nominate=known.nominate, accept=known.accept))
        if known.accept is None:
            yield from below_taken(known, counting.accept, "accept_each")
        if (counting.accept or 0) > (counting.nominate or 0):
            sentence = _l(
                "%(name)s could nominate %(nominate)s and get %(accept)s: change its own numbers first.",
                name=known.name,
                nominate=counting.nominate,
                accept=counting.accept,
            )
            yield Problem(sentence, "accept_each" if known.accept is None else "nominate_each")
