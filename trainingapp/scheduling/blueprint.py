"""The blueprint that the view modules of this feature share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("scheduling", __name__, template_folder="templates")
