"""The blueprint that the pages of nomination share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("nomination", __name__, template_folder="../templates")
