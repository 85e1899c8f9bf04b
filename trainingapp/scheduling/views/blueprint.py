"""The blueprint that the view modules of this feature share."""

from __future__ import annotations

from flask import Blueprint

from trainingapp.scheduling.rules.planning import difference_of_hours

bp = Blueprint("scheduling", __name__, template_folder="../templates")

bp.add_app_template_global(difference_of_hours)
