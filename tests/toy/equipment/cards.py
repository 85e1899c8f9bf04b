"""What equipment shows on the front pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from trainingapp.equipment.queries import things_lent

from trainingapp.core.cards import Card, FrontPage, Tile, work_tile


def for_coordinator(_now: datetime) -> Iterator[Tile | Card]:
    things = things_lent()
    yield work_tile(35, len(things), "things lent", "#things")
    if things:
        yield Card(order=35, template="equipment/cards/things.html", values={"things": things})


CARDS = {FrontPage.COORDINATOR: for_coordinator}
