"""What the catalogue shows on the front pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for

from trainingapp.catalogue.queries import count_untranslated
from trainingapp.core.cards import FrontPage, Tile, work_tile
from trainingapp.core.i18n import _n


def for_coordinator(_now: datetime) -> Iterator[Tile]:
    number = count_untranslated()
    text = _n("entry without Russian", "entries without Russian", number)
    yield work_tile(150, number, text, url_for("catalogue.untranslated"), tone="neutral")


CARDS = {FrontPage.COORDINATOR: for_coordinator}
