"""The table of candidates as a form: a choice, a number and a reason for each; and how it is sorted and filtered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from zlib import crc32

from flask import request
from wtforms import DateTimeLocalField, HiddenField
from wtforms.validators import InputRequired

from trainingapp.accounts.models import Sex
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.core.reasons import as_kept
from trainingapp.core.text import search_key, tidy
from trainingapp.core.web import BaseForm
from trainingapp.nomination.models import Proposal
from trainingapp.nomination.queries.selection import SelectionRow, SelectionState
from trainingapp.nomination.rules.proposing import ProposalLine
from trainingapp.nomination.rules.selection import Proposed
from trainingapp.scheduling.forms import in_our_time

CANDIDATE = re.compile(r"reason-(\d{1,18})")
LARGEST_RESERVE = 99_999


class SelectionForm(BaseForm):
    """``proposal-<id>``, ``reserve-<id>`` and ``reason-<id>`` for each candidate, and what the page showed (``seen``).

    They are read as they come: fields of WTForms for a thousand candidates would take longer than everything else.
    """

    seen = HiddenField()

    def posted(self) -> dict[int, ProposalLine]:
        """What was chosen, by nomination. Raises DomainError for a reserve number that is none."""
        found = (int(match[1]) for name in request.form if (match := CANDIDATE.fullmatch(name)))
        return {nomination_id: posted_line(nomination_id) for nomination_id in found}

    def changed(self) -> dict[int, ProposalLine]:
        """Only what the person at the form has changed: all else belongs to whoever proposed it."""
        seen = dict(pair.split(":", 1) for pair in (self.seen.data or "").split(" ") if ":" in pair)
        return {
            one: line
            for one, line in self.posted().items()
            if line.proposal is not None and as_text(line) != seen.get(str(one))
        }

    def laid_over(self, rows: Iterable[SelectionRow]) -> list[SelectionRow]:
        """After a refusal: the rows with what was entered, so that nothing is lost."""
        return [replace(row, line=chosen_for(row)) for row in rows]


def posted_line(nomination_id: int) -> ProposalLine:
    proposal = request.form.get(f"proposal-{nomination_id}", "")
    return ProposalLine(
        proposal=Proposal(proposal) if proposal in set(Proposal) else None,
        reserve_rank=reserve_number(request.form.get(f"reserve-{nomination_id}", "")),
        reason=as_kept(request.form.get(f"reason-{nomination_id}")),
    )


def reserve_number(text: str) -> int | None:
    """The number on the reserve list; None (its end) for an empty field."""
    if not text.strip():
        return None
    if not re.fullmatch(r"\s*[0-9]{1,5}\s*", text) or not int(text):
        raise DomainError(_l("A number on the reserve list is a whole number from 1 on."))
    return min(int(text), LARGEST_RESERVE)


def chosen_for(row: SelectionRow) -> Proposed:
    """The row's line with what was entered for it."""
    chosen = request.form.get(f"proposal-{row.id}", "")
    number = request.form.get(f"reserve-{row.id}", "").strip()
    return replace(
        row.line,
        proposal=Proposal(chosen) if chosen in set(Proposal) else row.line.proposal,
        reserve_rank=int(number) if re.fullmatch(r"[0-9]{1,5}", number) else row.line.reserve_rank,
        reason=request.form.get(f"reason-{row.id}", row.line.reason),
    )


def as_text(line: Proposed | ProposalLine) -> str:
    """A line in a few characters, to tell whether it was changed."""
    number = line.reserve_rank if line.proposal is Proposal.RESERVE else None
    known = as_kept(line.reason)
    reason = crc32(known.encode()) if known else ""
    return f"{line.proposal.value[0] if line.proposal else ''}{number or ''}.{reason}"


def as_seen(rows: Iterable[SelectionRow]) -> str:
    """What the page shows, for the field ``seen``."""
    return " ".join(f"{row.id}:{as_text(row.line)}" for row in rows)


class ProposeForm(BaseForm):
    """Until when the administrations may comment."""

    seen = HiddenField()
    comments_until = DateTimeLocalField(
        _l("Comments until"),
        [InputRequired(_l("Please enter the day and the time.")), in_our_time],
        format=["%Y-%m-%dT%H:%M"],
    )


class FinalForm(BaseForm):
    """That the selection is final as the page showed it."""

    seen = HiddenField()


# --- sorting and filtering

USUAL = "administration"
ORDER = {Proposal.SELECT: 0, Proposal.RESERVE: 1, Proposal.DECLINE: 2, None: 3}
Key = Callable[[SelectionRow], Any]
SORTS: Mapping[str, Key] = {
    "rank": lambda row: (row.facts.rank, row.sort_key),
    "name": lambda row: (row.sort_key, row.id),
    "requirements": lambda row: (row.facts.obstacle is not None, row.is_exempt, row.facts.missing),
    "language": lambda row: (not row.facts.understands, row.language),
    "earlier": lambda row: row.facts.earlier_courses,
    "last": lambda row: row.facts.last_place_on or date.min,
    "sex": lambda row: row.facts.sex or "",
    "mode": lambda row: row.facts.mode,
    "proposal": lambda row: (ORDER[row.line.proposal], row.line.reserve_rank or 0),
}
UNDECIDED = "undecided"
PROPOSALS = (*(one.value for one in Proposal), UNDECIDED)
SEXES = tuple(one.value for one in Sex)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How somebody wants to see the candidates. ``why``: with what the rule suggests for each."""

    sort: str = USUAL
    dir: str = ""
    organisation: int | None = None
    proposal: str = ""
    eligible: str = ""
    sex: str = ""
    q: str = ""
    why: str = ""

    @property
    def filters(self) -> int:
        """How many filters are set, apart from the words."""
        return sum(bool(value) for value in (self.organisation, self.proposal, self.eligible, self.sex))

    def values(self, **changes: object) -> dict[str, Any]:
        """For the address of the page with these wishes: what differs from the usual."""
        wanted = asdict(self) | changes
        return {name: value for name, value in wanted.items() if value and value != getattr(Wish, name)}

    def arranged(self, state: SelectionState) -> list[SelectionRow]:
        """The rows that are wanted, in the order that is wanted."""
        alphabet = {organisation_id: number for number, organisation_id in enumerate(state.organisations)}
        usual = sorted(state.rows, key=lambda row: (alphabet[row.facts.organisation_id], *row.facts.in_order))
        ordered = sorted(usual, key=SORTS[self.sort]) if self.sort in SORTS else usual
        return [row for row in (reversed(ordered) if self.dir else ordered) if self.wants(row)]

    def wants(self, row: SelectionRow) -> bool:
        return (
            self.organisation in {None, row.facts.organisation_id}
            and self.proposal in {"", row.line.proposal or UNDECIDED}
            and self.eligible in {"", "no" if row.facts.obstacle else "yes"}
            and self.sex in {"", row.facts.sex or "unknown"}
            and self.has_words(row)
        )

    def has_words(self, row: SelectionRow) -> bool:
        if not self.q:
            return True
        text = search_key(row.list_name, row.post, str(row.facts.organisation))
        return all(word in text for word in search_key(self.q).split())


def wish() -> Wish:
    """What the address asks for; anything that makes no sense is left out."""
    args = request.args
    return Wish(
        sort=one_of(args.get("sort"), SORTS) or USUAL,
        dir=one_of(args.get("dir"), ("down",)),
        organisation=args.get("organisation", type=int),
        proposal=one_of(args.get("proposal"), PROPOSALS),
        eligible=one_of(args.get("eligible"), ("yes", "no")),
        sex=one_of(args.get("sex"), (*SEXES, "unknown")),
        q=tidy(args.get("q"))[:200],
        why=one_of(args.get("why"), ("1",)),
    )


def one_of(value: str | None, known: Iterable[str]) -> str:
    return value if value is not None and value in set(known) else ""
