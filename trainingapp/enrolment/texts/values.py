"""What the sentences about places name: moments with their zone, positions, reasons, colleagues."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from trainingapp.core.db import Row
from trainingapp.core.formats import day, moment
from trainingapp.core.i18n import current_language
from trainingapp.core.reasons import told
from trainingapp.enrolment.rules.standing import terms_of_row

ENDINGS = {1: "st", 2: "nd", 3: "rd"}


class Values:
    """The values of one row by name, each made once, when a sentence asks for it."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.made: dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        if name not in self.made:
            self.made[name] = MAKERS[name](self.row)
        return self.made[name]


def at(row: Row, value: datetime) -> str:
    """ "12 May 2026, 18:00 (Baku)": on the clock of the venue."""
    return moment(value, row.time_zone)


def ordinal(number: int) -> str:
    """ "3rd"; in Russian as it stands before «месте»: «3-м»."""
    if current_language() == "ru":
        return f"{number}-м"
    ending = "th" if number % 100 in {11, 12, 13} else ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"


MAKERS: Mapping[str, Callable[[Row], object]] = {
    "position": lambda row: row.position,
    "ordinal": lambda row: ordinal(row.position),
    "obstacle": lambda row: row.passed_over.label,
    "accept": lambda row: row.quota_accept or 0,
    "taken": lambda row: row.quota_taken or 0,
    "mode": lambda row: row.mode.label,
    "day": lambda row: day(row.starts_on),
    "closes": lambda row: at(row, row.closes_at),
    "reason": lambda row: told(row.reason).ended(),
    "until": lambda row: at(row, row.offered_until),
    "claim_until": lambda row: at(row, row.claim_until),
    "held_until": lambda row: at(row, row.held_until),
    "cut_off": lambda row: at(row, terms_of_row(row).cut_off),
    "still_from": lambda row: at(row, terms_of_row(row).still_from),
    "next_hold_until": lambda row: at(row, row.next_hold_until),
    "next_hold_for": lambda row: row.next_hold_for,
    "next_offer_until": lambda row: at(row, row.next_offer_until),
    "successor": lambda row: row.successor,
    "predecessor": lambda row: row.predecessor,
}
