"""A letter to each person whom an event concerns, written in the same transaction."""

from __future__ import annotations

from trainingapp.notifications.handlers import accounts, calls, offers, places, records, sessions

__all__ = ["accounts", "calls", "offers", "places", "records", "sessions"]
