"""The pages of calls, candidates and selections."""

from __future__ import annotations

from trainingapp.nomination.views import calls, naming, nominations, papers, preparing, selection
from trainingapp.nomination.views.blueprint import bp

__all__ = ["bp", "calls", "naming", "nominations", "papers", "preparing", "selection"]
