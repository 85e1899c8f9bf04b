"""Where the pages of the training record belong in the menu."""

from __future__ import annotations

BELONGING = {"desk.my_training": ("records.my_record",), "accounts.people": ("records.record",)}
