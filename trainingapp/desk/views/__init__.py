"""The front door, the pages on which people land, and the catalogue as everyone reads it."""

from __future__ import annotations

from trainingapp.desk.views.courses import bp as courses
from trainingapp.desk.views.front_pages import bp

__all__ = ["bp", "courses"]
