"""The lists an office begins with: member administrations, partner organisations, centres.

Only what is missing is added, by its code: what the office has changed since stays as it is.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from trainingapp.accounts.models import Centre, Organisation, OrganisationKind
from trainingapp.accounts.rules.organisations import CentreDetails, OrganisationDetails
from trainingapp.accounts.services import organisations
from trainingapp.core.db import db, transaction

DATA = Path(__file__).resolve().parents[1] / "data"
THE_OFFICE = "ROCB"


def rows(name: str) -> Iterator[dict[str, str | None]]:
    """The rows of one of our lists; an empty cell is None."""
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield {key: value or None for key, value in row.items()}


def kind_of(code: str, name: str) -> OrganisationKind:
    if name == "administrations.csv":
        return OrganisationKind.ADMINISTRATION
    return OrganisationKind.OFFICE if code == THE_OFFICE else OrganisationKind.PARTNER


def load_reference() -> tuple[int, int]:
    """Add the organisations and centres that are missing; gives how many of each were added."""
    with transaction():
        return load_organisations(), load_centres()


def load_organisations() -> int:
    known = set(db.session.scalars(sa.select(Organisation.code)))
    added = 0
    for name in ("partners.csv", "administrations.csv"):
        for row in rows(name):
            code = row["code"] or ""
            if code in known:
                continue
            organisations.add_organisation(
                OrganisationDetails(
                    code=code,
                    kind=kind_of(code, name),
                    name_en=row["name_en"] or "",
                    name_ru=row["name_ru"],
                    note_en=row["note_en"],
                    note_ru=row["note_ru"],
                )
            )
            added += 1
    return added


def load_centres() -> int:
    known = set(db.session.scalars(sa.select(Centre.code)))
    missing = [row for row in rows("centres.csv") if row["code"] not in known]
    for row in missing:
        organisations.add_centre(centre_of(row))
    return len(missing)


def centre_of(row: dict[str, str | None]) -> CentreDetails:
    """A row of our list of centres, whose column for the country is called ``country``."""
    values = {name: row[name] for name in CentreDetails.__dataclass_fields__ if name in row}
    return CentreDetails(**values, country_code=row["country"] or "")  # type: ignore[arg-type]
