"""What the log shows on the front pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from trainingapp.audit.texts import latest_entries
from trainingapp.core.cards import Card, FrontPage, Part

MOST_ENTRIES = 8


def for_administrator(_now: datetime) -> Iterator[Card]:
    values = {"entries": latest_entries(MOST_ENTRIES)}
    yield Card(order=10, part=Part.LAST, template="audit/cards/latest.html", values=values)


CARDS = {FrontPage.ADMINISTRATOR: for_administrator}
