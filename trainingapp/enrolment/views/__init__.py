"""The pages about places: taking one, giving it back, answering an offer, deciding, and why each is as it is."""

from __future__ import annotations

from trainingapp.enrolment.views import lists, offers, participants, places
from trainingapp.enrolment.views.blueprint import bp

__all__ = ["bp", "lists", "offers", "participants", "places"]
