"""Taking in an administration's list of officers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

import sqlalchemy as sa

from trainingapp.accounts import events
from trainingapp.accounts.models import Organisation, Person, RoleGrant
from trainingapp.accounts.queries.people import known_addresses, officers_by_name
from trainingapp.accounts.rules.people import PersonDetails, person_keys
from trainingapp.accounts.rules.roster import Answer, Namesake, RefusedRow, RosterRow, namesakes_of, read_roster
from trainingapp.accounts.services.people import change_person
from trainingapp.core.actor import acting
from trainingapp.core.bus import publish
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import Constraint, refusing
from trainingapp.core.i18n import _l
from trainingapp.core.permissions import Role
from trainingapp.core.tables import as_text

CHUNK = 500
ADDED_MEANWHILE = Constraint(
    "uq_person_email",
    "person.email",
    _l("Somebody in this list was added by another person at the same moment. Please send the file again."),
    "file",
)


@dataclass
class Report:
    """What became of each row of the file. ``text`` are the rows that are asked about, to be read again."""

    added: list[RosterRow] = field(default_factory=list)
    known: list[RosterRow] = field(default_factory=list)
    moved: list[RosterRow] = field(default_factory=list)
    asked: list[Namesake] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    text: str = ""
    unknown_columns: Sequence[str] = ()


def import_people(
    data: bytes,
    organisation_id: int,
    *,
    language: str = "en",
    time_zone: str = "UTC",
    answers: Mapping[str, Answer] | None = None,
    every_answer: Answer | None = None,
    dry_run: bool = False,
    now: datetime,
) -> Report:
    """Add the people of the file who are new, as officers of the organisation; those known stay as they are.

    Somebody with the name of a known officer and another address is asked about: ``answers`` say by address who it is,
    ``every_answer`` says it of all the others. Rows that are wrong are reported and left out. With ``dry_run`` nothing
    is changed. Raises DomainError (field ``file``) when the file cannot be read at all. Nobody is invited. Each chunk
    is a transaction of its own, so that a long list keeps nobody waiting.
    """
    roster = read_roster(data, language=language, time_zone=time_zone)
    report = Report(refused=list(roster.refusals), unknown_columns=roster.unknown_columns)
    given = answers or {}
    for chunk in chunks(roster.entries):
        with refusing(ADDED_MEANWHILE), transaction():
            locked(Organisation, organisation_id)
            new, moved = sort_out(chunk, organisation_id, report, lambda email: given.get(email, every_answer))
            if not dry_run:
                add_officers(new, organisation_id, now)
                for person_id, entry in moved:
                    move_address(person_id, entry.details.email, now)
    report.refused.sort(key=lambda refusal: refusal.number)
    report.text = as_text(roster.rows_with_headings(question.entry.number for question in report.asked))
    if not dry_run:
        note(report, organisation_id)
    return report


def note(report: Report, organisation_id: int) -> None:
    """Say that a list was taken in, and with what outcome."""
    with transaction():
        publish(
            events.PeopleImported(
                organisation_id=organisation_id,
                added=len(report.added),
                known=len(report.known),
                refused=len(report.refused),
            )
        )


def chunks(entries: list[RosterRow]) -> Iterator[list[RosterRow]]:
    for begin in range(0, len(entries), CHUNK):
        yield entries[begin : begin + CHUNK]


def sort_out(
    chunk: list[RosterRow], organisation_id: int, report: Report, answer_to: Callable[[str], Answer | None]
) -> tuple[list[RosterRow], list[tuple[int, RosterRow]]]:
    """Put each entry where it belongs in the report; gives those that are new, and whose address is a new one."""
    holders = known_addresses(entry.details.email for entry in chunk)
    officers = officers_by_name(organisation_id)
    new: list[RosterRow] = []
    moved: list[tuple[int, RosterRow]] = []
    for entry in chunk:
        holder = holders.get(entry.details.email)
        question = Namesake(entry, namesakes_of(entry.details, officers))
        answer = answer_to(entry.details.email) if question.known else Answer.ANOTHER
        if holder is not None and holder != organisation_id:
            report.refused.append(refused_elsewhere(entry))
        elif holder is not None or answer is Answer.SAME:
            report.known.append(entry)
        elif answer is Answer.ANOTHER:
            new.append(entry)
        elif answer is Answer.MOVED and len(question.known) == 1:
            moved.append((question.known[0].id, entry))
        else:
            report.asked.append(question)
    report.added.extend(new)
    report.moved.extend(entry for _person_id, entry in moved)
    return new, moved


def move_address(person_id: int, email: str, now: datetime) -> None:
    person = locked(Person, person_id)
    known = {name: getattr(person, name) for name in PersonDetails.__dataclass_fields__}
    change_person(person_id, PersonDetails(**{**known, "email": email}), person.organisation_id, now=now)


def refused_elsewhere(entry: RosterRow) -> RefusedRow:
    name = f"{entry.details.family_name} {entry.details.given_name}"
    reason = _l("This e-mail address belongs to somebody of another organisation. Ask an administrator.")
    return RefusedRow(entry.number, name, [reason])


def add_officers(new: list[RosterRow], organisation_id: int, now: datetime) -> None:
    """Insert people and roles in a few statements, whatever their number."""
    if not new:
        return
    people: list[dict[str, object]] = [
        {
            **asdict(entry.details),
            **person_keys(entry.details),
            "organisation_id": organisation_id,
            "created_at": now,
            "password_version": 0,
        }
        for entry in new
    ]
    statement = sa.insert(Person).returning(Person.id, sort_by_parameter_order=True)
    ids = db.session.scalars(statement, people).all()
    granted = {
        "role": Role.OFFICER,
        "organisation_id": organisation_id,
        "granted_at": now,
        "granted_by_id": acting().person_id,
    }
    db.session.execute(sa.insert(RoleGrant), [{"person_id": person_id, **granted} for person_id in ids])
    for person_id in ids:
        publish(events.PersonAdded(person_id=person_id, organisation_id=organisation_id))
