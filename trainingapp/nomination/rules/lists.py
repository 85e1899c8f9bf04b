"""What a list of candidates means for a call: for each row who it is, and what speaks against naming him or her."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from trainingapp.accounts.rules.people import PersonDetails
from trainingapp.accounts.rules.roster import Answer, Namesake, RefusedRow, RosterRow, namesakes_of
from trainingapp.core.db import Rows
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import LazyText, StrOrLazy, _l
from trainingapp.core.text import search_key
from trainingapp.enrolment.rules.joining import Candidate
from trainingapp.enrolment.rules.selecting import check_nominee


class RowOutcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    KNOWN = "known"
    NAMED = "named"
    ASKED = "asked"
    REFUSED = "refused"

    @property
    def label(self) -> LazyText:
        return OUTCOME_LABELS[self]

    @property
    def is_refused(self) -> bool:
        return self is RowOutcome.REFUSED


OUTCOME_LABELS = {
    RowOutcome.NEW: _l("new person"),
    RowOutcome.KNOWN: _l("known person"),
    RowOutcome.NAMED: _l("already nominated"),
    RowOutcome.ASKED: _l("waits for your answer"),
    RowOutcome.REFUSED: _l("cannot be imported"),
}


@dataclass(frozen=True, kw_only=True)
class Known:
    """Somebody whom the office knows under an address of the list."""

    person_id: int
    organisation_id: int
    name: str
    names: Collection[str]
    candidate: Candidate
    is_live: bool = False

    def is_called(self, family_name: str) -> bool:
        return search_key(family_name) in {search_key(name) for name in self.names}


@dataclass(frozen=True, kw_only=True)
class ListedCandidate:
    """One row of the list. ``reasons`` keep the person from being named; ``missing`` and ``clash`` do not.

    ``namesake`` is there for a known officer's name with another address, ``answer`` is what was said of it.
    """

    number: int
    name: str
    outcome: RowOutcome
    latin_name: str = ""
    email: str = ""
    reasons: Sequence[StrOrLazy] = ()
    missing: Sequence[str] = ()
    clash: str | None = None
    remark: LazyText | None = None
    person_id: int | None = None
    details: PersonDetails | None = None
    namesake: Namesake | None = None
    answer: Answer | None = None

    @property
    def can_be_named(self) -> bool:
        return self.outcome in {RowOutcome.NEW, RowOutcome.KNOWN}

    @property
    def answers(self) -> list[Answer]:
        """What can be said of a namesake: who is nominated is clear where only one officer has the name."""
        if self.namesake is None:
            return []
        return list(Answer) if len(self.namesake.known) == 1 else [Answer.ANOTHER]


@dataclass(frozen=True, kw_only=True)
class OfficeKnowledge:
    """What the office knows when a list arrives.

    ``known`` people by their address; ``officers`` those of the organisation by the keys of their names, to ask about
    somebody who may be one of them; ``answers`` what was said of such people, by the address of the row; ``required``
    the titles of the courses that a new officer cannot have completed.
    """

    organisation_id: int
    known: Mapping[str, Known]
    officers: Mapping[str, Rows] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    required: Sequence[str] = ()


def lines_of(
    entries: Sequence[RosterRow], refusals: Sequence[RefusedRow], office: OfficeKnowledge
) -> list[ListedCandidate]:
    """What becomes of each row, in the order of the list."""
    lines = [line_of(entry, office) for entry in entries]
    lines += [
        ListedCandidate(number=row.number, name=row.name, outcome=RowOutcome.REFUSED, reasons=row.reasons)
        for row in refusals
    ]
    return sorted(lines, key=lambda line: line.number)


def line_of(entry: RosterRow, office: OfficeKnowledge) -> ListedCandidate:
    known = office.known.get(entry.details.email)
    if known is not None:
        return known_line(entry, known, office.organisation_id)
    namesake = Namesake(entry, namesakes_of(entry.details, office.officers))
    return namesake_line(namesake, office) if namesake.known else new_line(entry, office)


def namesake_line(namesake: Namesake, office: OfficeKnowledge) -> ListedCandidate:
    """A row that waits until it is said who the person is; then that of a new or of a known one."""
    entry = namesake.entry
    waiting = replace(new_line(entry, office), outcome=RowOutcome.ASKED, missing=(), details=None, namesake=namesake)
    answer = office.answers.get(entry.details.email)
    if answer not in waiting.answers:
        return waiting
    if answer is Answer.ANOTHER:
        return replace(new_line(entry, office), namesake=namesake, answer=answer)
    address = namesake.known[0].email
    line = known_line(entry, office.known[address], office.organisation_id)
    stays = _l("The known address %(email)s stays.", email=address)
    goes = _l("The new address replaces %(email)s.", email=address)
    return replace(line, namesake=namesake, answer=answer, remark=goes if answer is Answer.MOVED else stays)


def new_line(entry: RosterRow, office: OfficeKnowledge) -> ListedCandidate:
    details = entry.details
    return ListedCandidate(
        number=entry.number,
        name=listed_name(details),
        latin_name=f"{details.family_name_latin} {details.given_name_latin}",
        email=details.email,
        outcome=RowOutcome.NEW,
        missing=office.required,
        details=details,
    )


def known_line(entry: RosterRow, known: Known, organisation_id: int) -> ListedCandidate:
    details = entry.details
    refusal = refusal_of(known, organisation_id)
    named = known.is_live and known.organisation_id == organisation_id
    outcome = RowOutcome.NAMED if named else RowOutcome.REFUSED if refusal else RowOutcome.KNOWN
    is_ours = known.organisation_id == organisation_id
    return ListedCandidate(
        number=entry.number,
        name=listed_name(details),
        email=details.email,
        outcome=outcome,
        reasons=() if named or refusal is None else (refusal,),
        missing=known.candidate.missing if is_ours else (),
        clash=known.candidate.clash if is_ours else None,
        remark=_l("Known to us as %(name)s, and stays so.", name=known.name)
        if is_ours and not known.is_called(details.family_name)
        else None,
        person_id=known.person_id,
    )


def refusal_of(known: Known, organisation_id: int) -> StrOrLazy | None:
    """Why somebody whom the office knows cannot be named; None when nothing speaks against it."""
    if known.organisation_id != organisation_id:
        return _l("This e-mail address belongs to somebody of another organisation. Please write to the office.")
    try:
        check_nominee(known.candidate, is_live=known.is_live)
    except DomainError as error:
        return error.message
    return None


def listed_name(details: PersonDetails) -> str:
    """Family name first, as in the list."""
    return " ".join(part for part in (details.family_name, details.given_name, details.patronymic) if part)
