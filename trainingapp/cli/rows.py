"""Whether the database is whole, and every invariant that the features declare holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import current_app

from trainingapp.core import schema
from trainingapp.core.db import db
from trainingapp.core.health import AT_MOST, Finding, Invariant, Level, breaches_of, shortened

RESTORE = "Restore the database from a backup, or have somebody who knows SQL put it right."


def examine_rows(now: datetime) -> Iterator[Finding]:
    """Everything there is to say about what stands in the database."""
    yield check_damage()
    yield check_schema()
    yield check_references()
    yield from (check(invariant, now) for invariant in current_app.extensions["invariants"])


def check_damage() -> Finding:
    said = schema.damage(db.session.connection())
    if said:
        return Finding("damage", Level.ERROR, f"The file of the database is damaged: {shortened(said)}.", RESTORE)
    return Finding("damage", Level.OK, "The database can be read from end to end.")


def check_schema() -> Finding:
    lost = schema.missing(db.session.connection())
    if lost:
        text = f"What keeps the rows true is missing from the database: {shortened(lost)}."
        return Finding("schema", Level.ERROR, text, RESTORE)
    return Finding("schema", Level.OK, "Every constraint, unique index and trigger is in place.")


def check_references() -> Finding:
    lost = schema.dangling(db.session.connection(), AT_MOST)
    if lost:
        return Finding("references", Level.ERROR, f"Rows refer to rows that are gone: {shortened(lost)}.", RESTORE)
    return Finding("references", Level.OK, "Every row that another one refers to is there.")


def check(invariant: Invariant, now: datetime) -> Finding:
    found = breaches_of(invariant, now)
    if not found.count:
        return Finding(invariant.name, Level.OK, invariant.holds)
    level = Level.WARNING if invariant.is_late else Level.ERROR
    return Finding(invariant.name, level, f"{invariant.broken}: {found}.", invariant.hint)
