"""The one table of places, its history, and on what terms places are given where administrations nominate.

Who needs one of these models needs them all: their relationships name each other, so they are imported together.
"""

from __future__ import annotations

from trainingapp.enrolment.models.places import Place, PlaceHistory
from trainingapp.enrolment.models.states import (
    HOLDABLE,
    LIVE,
    SEATED,
    Obstacle,
    PlaceMode,
    PlaceStatus,
    Step,
    Vacancy,
    Way,
)
from trainingapp.enrolment.models.terms import Quota, Terms

__all__ = [
    "HOLDABLE",
    "LIVE",
    "SEATED",
    "Obstacle",
    "Place",
    "PlaceHistory",
    "PlaceMode",
    "PlaceStatus",
    "Quota",
    "Step",
    "Terms",
    "Vacancy",
    "Way",
]
