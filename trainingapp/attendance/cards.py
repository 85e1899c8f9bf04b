"""What attendance and results show on the front pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask_login import current_user

from trainingapp.attendance import texts
from trainingapp.attendance.queries.cards import coming_meetings, is_today, missing_registers, sessions_to_mark
from trainingapp.core.cards import Card, FrontPage, Tile, work_tile
from trainingapp.core.i18n import _n
from trainingapp.scheduling.queries.sessions import kept_by, led_by


def for_trainer(now: datetime) -> Iterator[Card]:
    mine = led_by(current_user.id)
    coming = coming_meetings(now, mine)
    values = {
        "meetings": [row for row in coming if is_today(row, now)],
        "later": [row for row in coming if not is_today(row, now)],
        "missing": [row for row in missing_registers(now, mine) if not is_today(row, now)],
        "to_mark": sessions_to_mark(now, mine),
        "texts": texts,
    }
    yield Card(order=10, template="attendance/cards/today.html", values=values)


def for_coordinator(now: datetime) -> Iterator[Tile | Card]:
    within = kept_by(current_user)
    missing, to_mark = missing_registers(now, within), sessions_to_mark(now, within)
    sheets = _n("attendance sheet not complete", "attendance sheets not complete", len(missing))
    yield work_tile(40, len(missing), sheets, "#sheets")
    sessions = _n("session with completion to mark", "sessions with completion to mark", len(to_mark))
    yield work_tile(50, len(to_mark), sessions, "#completion")
    if missing or to_mark:
        values = {"missing": missing, "to_mark": to_mark, "texts": texts}
        yield Card(order=40, template="attendance/cards/to_record.html", values=values)


CARDS = {FrontPage.TRAINER: for_trainer, FrontPage.COORDINATOR: for_coordinator}
