"""What must hold of equipment."""

from __future__ import annotations

INVARIANTS = ()
