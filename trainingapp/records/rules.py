"""What counts as completed and for how long, and which results may be recorded by whom."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from trainingapp.core.db import Row
from trainingapp.core.errors import DomainError
from trainingapp.core.formats import day
from trainingapp.core.i18n import StrOrLazy, _, _l
from trainingapp.core.reasons import marked, told
from trainingapp.records.models import Outcome

EXPIRING = timedelta(days=90)

LONGEST_TEXT = 2000
FIRST_YEAR = 2000


def valid_until(completed_on: date, months: int | None) -> date | None:
    """The last day of validity: the same day of the month that many months later, or the month's last day.

    None (valid for ever) when the course sets no months.
    """
    if months is None:
        return None
    years, month = divmod(completed_on.month - 1 + months, 12)
    year = completed_on.year + years
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(completed_on.day, monthrange(year, month + 1)[1]))


def is_valid(until: date | None, on: date) -> bool:
    """Whether something with that last day of validity (None: none) is valid on the day."""
    return until is None or on <= until


@dataclass(frozen=True)
class Validity:
    """Whether a completion still counts: the state in a word, and why in a sentence."""

    state: str
    tone: str
    sentence: str


def validity(until: date | None, on: date, withdrawn: str | None = None) -> Validity:
    """The state of a completion on that day; ``withdrawn`` is the reason where it was withdrawn."""
    if withdrawn is not None:
        why = marked(_("Withdrawn: %(reason)s"), {"reason": told(withdrawn)})
        return Validity(_("completion withdrawn"), "bad", why)
    if until is None:
        return Validity(_("still valid"), "good", _("Valid without a time limit."))
    if is_valid(until, on):
        return Validity(_("still valid"), "good", _("Valid until %(day)s, that day included.", day=day(until)))
    return Validity(
        _("no longer valid"),
        "attention",
        _("Expired: the last valid day was %(day)s. The course can be taken again.", day=day(until)),
    )


@dataclass(frozen=True, kw_only=True)
class ResultFacts:
    """One result that somebody wants to record, and what it is measured by."""

    person_id: int
    recorded_by_id: int | None
    outcome: Outcome
    score: int | None
    pass_score: int | None
    achieved_on: date
    today: date
    begins_on: date | None = None  # of the session; none for a distance course, which may be followed before
    needs_evidence: bool = False
    has_evidence: bool = False


def check_attestor(person_id: int, attestor_id: int | None) -> int:
    """The id of whoever attests something about the person. Raises DomainError for oneself and for nobody."""
    if attestor_id is None:
        raise DomainError(_l("This must be recorded by a person who is signed in."))
    if attestor_id == person_id:
        raise DomainError(_l("You cannot record your own attendance or results. Ask another trainer or a coordinator."))
    return attestor_id


def check_result(facts: ResultFacts) -> None:
    """Raise DomainError at the field that stands against recording this result."""
    check_attestor(facts.person_id, facts.recorded_by_id)
    check_score(facts.outcome, facts.score, facts.pass_score)
    if facts.achieved_on.year < FIRST_YEAR:
        raise DomainError(_l("Please check the year."), field="achieved_on")
    if facts.achieved_on > facts.today:
        raise DomainError(_l("This date is still to come."), field="achieved_on")
    if facts.begins_on and facts.achieved_on < facts.begins_on:
        raise DomainError(
            _l("The date of a result cannot be before the first day of the session."), field="achieved_on"
        )
    if facts.needs_evidence and facts.outcome is not Outcome.PASSED:
        raise DomainError(_l("A distance course is recorded once it is passed."), field="outcome")
    if facts.needs_evidence and not facts.has_evidence:
        raise DomainError(
            _l("Please attach the evidence: the certificate or the record of the distance course."), field="evidence"
        )


def check_score(outcome: Outcome, score: int | None, pass_score: int | None) -> None:
    """A score is 0 to 100; "passed" needs the course's pass score where it has one."""
    if score is not None and not 0 <= score <= 100:
        raise DomainError(_l("A score is a whole number from 0 to 100."), field="score")
    if outcome is not Outcome.PASSED or pass_score is None:
        return
    if score is None:
        raise DomainError(
            _l("The pass mark of this course is %(needed)s: please enter the score.", needed=pass_score),
            field="score",
        )
    if score < pass_score:
        raise DomainError(
            _l(
                "The pass mark of this course is %(needed)s, and you entered %(score)s.",
                needed=pass_score,
                score=score,
            ),
            field="score",
        )


def decide_attempt(outcomes: Sequence[Outcome]) -> int:
    """The number of the next attempt after those outcomes. Raises DomainError after "passed"."""
    if Outcome.PASSED in outcomes:
        raise DomainError(
            _l("This person has passed already. If that is wrong, correct the recorded result and say why."),
            field="outcome",
        )
    return len(outcomes) + 1


def check_correction(superseded: bool, loses_pass: bool, has_completion: bool) -> None:
    """Raise DomainError unless a recorded result may be replaced by another one."""
    if superseded:
        raise DomainError(_l("This result has been corrected in the meantime. Please look at it again."))
    if loses_pass and has_completion:
        raise DomainError(
            _l("The completion rests on this result. Withdraw the completion first, then correct the result."),
            field="outcome",
        )


def plain_text(text: str | None, field: str) -> str | None:
    """The text without surrounding spaces, None for an empty one. Raises DomainError for what cannot be kept."""
    cleaned = (text or "").strip()
    if "\x00" in cleaned:
        raise DomainError(_l("This text has a character that cannot be saved. Please type it again."), field=field)
    if len(cleaned) > LONGEST_TEXT:
        raise DomainError(_l("Please write at most %(most)s characters.", most=LONGEST_TEXT), field=field)
    return cleaned or None


def check_reason(reason: str | None, message: StrOrLazy | None = None) -> str:
    """The reason for a change of what was recorded. Raises DomainError (field ``reason``) when there is none."""
    text = plain_text(reason, "reason")
    if text is None:
        raise DomainError(message or _l("Please give a reason: it is kept beside the old value."), "reason")
    return text


def expiring(completions: Iterable[Row], today: date) -> list[Row]:
    """The completions whose last valid day is near and that no later one of the same course outlives."""
    standing = [row for row in completions if row.withdrawn_at is None]
    latest: dict[str, Row] = {}
    for row in standing:
        known = latest.get(row.course_code)
        if known is None or last_day(row) > last_day(known):
            latest[row.course_code] = row
    near = [row for row in latest.values() if today <= last_day(row) <= today + EXPIRING]
    return sorted(near, key=last_day)


def last_day(row: Row) -> date:
    return row.valid_until or date.max
