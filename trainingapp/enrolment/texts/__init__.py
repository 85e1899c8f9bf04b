"""A place's state as sentences: why it is so, who or what is before it, and what comes next."""

from __future__ import annotations

from trainingapp.enrolment.texts.history import actor, details, what
from trainingapp.enrolment.texts.sentences import Reader, label_of, sentence

__all__ = ["Reader", "actor", "details", "label_of", "sentence", "what"]
