"""Cards of the front pages, on which people land: each feature declares its own, the application gathers them.

A feature's ``cards.py`` has ``CARDS``: for a front page the function that makes, at the time that it is given, what the
feature shows there to the reader. What is made of one reading is made by one function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from itertools import chain
from types import ModuleType

from flask import Flask, current_app, render_template


class FrontPage(Enum):
    """Whose page it is."""

    OFFICER = auto()
    CONTACT_POINT = auto()
    TRAINER = auto()
    COORDINATOR = auto()
    ADMINISTRATOR = auto()


class Part(Enum):
    """Where on a front page a card stands: from above the tiles to the end. Cards of TO_DO are lines of one list."""

    FIRST = auto()
    TO_DO = auto()
    MAIN = auto()
    COLUMNS = auto()
    LAST = auto()


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A number with the words that say of what; ``url`` leads to it."""

    order: int
    number: int
    text: str
    url: str | None = None
    tone: str = "neutral"
    detail: str | None = None


@dataclass(frozen=True, kw_only=True)
class Card:
    """What the ``template`` shows of the ``values``."""

    order: int
    template: str
    part: Part = Part.MAIN
    values: Mapping[str, object] = field(default_factory=dict)

    def __html__(self) -> str:
        return render_template(self.template, **self.values)


Made = Iterable[Tile | Card]
Maker = Callable[[datetime], Made]


def work_tile(order: int, number: int, text: str, url: str, tone: str = "attention") -> Tile:
    """A tile that leads on, in its colour, only while something waits."""
    return Tile(order=order, number=number, text=text, url=url if number else None, tone=tone if number else "neutral")


def gather_cards(app: Flask, module: ModuleType) -> None:
    """Take in what a feature's module declares."""
    for page, make in module.CARDS.items():
        app.extensions["cards"][page].append(make)


def made_for(page: FrontPage, now: datetime) -> dict[str, Sequence[Tile | Card]]:
    """The ``tiles`` of the page, and the cards of each part by its name in small letters; all in their order."""
    makers: list[Maker] = current_app.extensions["cards"][page]
    made = sorted(chain.from_iterable(make(now) for make in makers), key=lambda one: one.order)
    cards = [one for one in made if isinstance(one, Card)]
    parts = {part.name.lower(): [card for card in cards if card.part is part] for part in Part}
    return {"tiles": [one for one in made if isinstance(one, Tile)], **parts}
