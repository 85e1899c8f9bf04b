"""The letters about calls, candidates and selections, each told when it has happened."""

from trainingapp.nomination.letters import calls, candidates, selection

__all__ = ["calls", "candidates", "selection"]
