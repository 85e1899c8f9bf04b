"""The page of a session's equipment."""

from __future__ import annotations

from flask import Blueprint, render_template
from trainingapp.equipment.services import loans_of

from trainingapp.core.permissions import P, requires
from trainingapp.scheduling.models import CourseSession
from trainingapp.scheduling.queries.sessions import find_session

bp = Blueprint("equipment", __name__, template_folder="templates")


@bp.get("/sessions/<int:session_id>/equipment")
@requires(P.EQUIPMENT_LEND, on=find_session)  # type: ignore[attr-defined]
def loans(course_session: CourseSession) -> str:
    return render_template("equipment/loans.html", course_session=course_session, loans=loans_of(course_session.id))
