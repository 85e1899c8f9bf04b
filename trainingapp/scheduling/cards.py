"""What scheduling shows on the front pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask_login import current_user

from trainingapp.core.cards import Card, FrontPage, Part
from trainingapp.scheduling.queries.sessions import kept_by, sessions_ahead

MOST_AHEAD = 12


def for_coordinator(now: datetime) -> Iterator[Card]:
    values = {"sessions": sessions_ahead(kept_by(current_user), now, MOST_AHEAD)}
    yield Card(order=10, part=Part.LAST, template="scheduling/cards/ahead.html", values=values)


CARDS = {FrontPage.COORDINATOR: for_coordinator}
