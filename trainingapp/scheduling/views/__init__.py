"""The pages of scheduling: sessions, how they are planned and stepped through, their meetings; centres and rooms."""

from __future__ import annotations

from trainingapp.scheduling.views import centres, meetings, planning, sessions, steps
from trainingapp.scheduling.views.blueprint import bp

__all__ = ["bp", "centres", "meetings", "planning", "sessions", "steps"]
