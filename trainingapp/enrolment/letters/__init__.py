"""The letters about places and sessions, each told when it has happened."""

from trainingapp.enrolment.letters import offers, places, sessions

__all__ = ["offers", "places", "sessions"]
