"""Taking in an administration's list of officers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from trainingapp import events
from trainingapp.accounts import queries
from trainingapp.accounts.models import Organisation, Person, RoleGrant
from trainingapp.accounts.rules.people import person_keys
from trainingapp.accounts.rules.roster import Entry, Refusal, read_roster
from trainingapp.core.actor import acting
from trainingapp.core.bus import publish
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import Constraint, refusing
from trainingapp.core.i18n import _l
from trainingapp.core.permissions import Role

CHUNK = 500
ADDED_MEANWHILE = Constraint(
    "uq_person_email",
    "person.email",
    _l("Somebody in this list was added by another person at the same moment. Please send the file again."),
    "file",
)


@dataclass
class Report:
    """What became of each row of the file."""

    added: list[Entry] = field(default_factory=list)
    known: list[Entry] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    unknown_columns: Sequence[str] = ()


def import_people(
    data: bytes,
    organisation_id: int,
    *,
    language: str = "en",
    time_zone: str = "UTC",
    dry_run: bool = False,
    now: datetime,
) -> Report:
    """Add the people of the file who are new, as officers of the organisation; those known stay as they are.

    Rows that are wrong are reported and left out. With ``dry_run`` nothing is changed. Raises DomainError (field
    ``file``) when the file cannot be read at all. Nobody is invited. Each chunk is a transaction of its own, so that
    a long list keeps nobody waiting.
    """
    roster = read_roster(data, language=language, time_zone=time_zone)
    report = Report(refused=list(roster.refusals), unknown_columns=roster.unknown_columns)
    for chunk in chunks(roster.entries):
        with refusing(ADDED_MEANWHILE), transaction():
            locked(Organisation, organisation_id)
            new = sort_out(chunk, organisation_id, report)
            if not dry_run:
                add_officers(new, organisation_id, now)
    report.refused.sort(key=lambda refusal: refusal.number)
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


def chunks(entries: list[Entry]) -> Iterator[list[Entry]]:
    for begin in range(0, len(entries), CHUNK):
        yield entries[begin : begin + CHUNK]


def sort_out(chunk: list[Entry], organisation_id: int, report: Report) -> list[Entry]:
    """Put each entry where it belongs in the report; gives those that are new."""
    holders = queries.known_addresses(entry.details.email for entry in chunk)
    new = []
    for entry in chunk:
        holder = holders.get(entry.details.email)
        if holder is None:
            new.append(entry)
        elif holder == organisation_id:
            report.known.append(entry)
        else:
            report.refused.append(refused_elsewhere(entry))
    report.added.extend(new)
    return new


def refused_elsewhere(entry: Entry) -> Refusal:
    name = f"{entry.details.family_name} {entry.details.given_name}"
    reason = _l("This e-mail address belongs to somebody of another organisation. Ask an administrator.")
    return Refusal(entry.number, name, [reason])


def add_officers(new: list[Entry], organisation_id: int, now: datetime) -> None:
    """Insert people and roles in a few statements, whatever their number."""
    if not new:
        return
    people: list[dict[str, Any]] = [
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
