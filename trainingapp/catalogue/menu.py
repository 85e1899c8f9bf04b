"""What the catalogue brings to the menu."""

from __future__ import annotations

BELONGING = {"browse.courses": ("catalogue.",)}
