"""What the training record shows on the front pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask_login import current_user

from trainingapp.core.cards import Card, FrontPage, Part
from trainingapp.core.clock import today_in
from trainingapp.records import texts
from trainingapp.records.queries import transcript_of
from trainingapp.records.rules import expiring

MOST_COMPLETIONS = 5


def for_officer(now: datetime) -> Iterator[Card]:
    today = today_in(current_user.time_zone, now)
    completions = transcript_of(current_user.id, today).completions
    ending = expiring((item.row for item in completions), today)
    if ending:
        values = {"expiring": ending, "today": today, "texts": texts}
        yield Card(order=30, part=Part.TO_DO, template="records/cards/expiring.html", values=values)
    latest = {"completions": completions[:MOST_COMPLETIONS]}
    yield Card(order=10, part=Part.COLUMNS, template="records/cards/my_record.html", values=latest)


CARDS = {FrontPage.OFFICER: for_officer}
