"""What the catalogue brings to the menu."""

from __future__ import annotations

BELONGING = {"courses.index": ("catalogue.",)}
