"""Papers of the demonstration: they stand for letters and confirmations that people outside have written."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from trainingapp.core.typesetting import typeset

TEMPLATE = Path(__file__).with_name("paper.typ")
WRITTEN_AT = datetime(2026, 1, 1, tzinfo=UTC)


@cache
def paper(title: str, text: str) -> bytes:
    """A PDF that says this, the same one every time."""
    return typeset(TEMPLATE, {"title": title, "text": text}, WRITTEN_AT)
