"""The page of a session's equipment."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from trainingapp.equipment.forms import LoanForm
from trainingapp.equipment.queries import loans_of
from trainingapp.equipment.services import lend

from trainingapp.core.permissions import P, requires
from trainingapp.core.web import see_other
from trainingapp.scheduling.models import CourseSession
from trainingapp.scheduling.queries.sessions import find_session

bp = Blueprint("equipment", __name__, template_folder="templates")


@bp.route("/sessions/<int:session_id>/equipment", methods=["GET", "POST"])
@requires(P.EQUIPMENT_LEND, on=find_session)  # type: ignore[attr-defined]
def loans(course_session: CourseSession) -> ResponseReturnValue:
    session_id, form = course_session.id, LoanForm()
    if form.validate_on_submit():
        with form.refusals():
            lend(form.person_id.data, session_id, form.thing.data)
            return see_other("equipment.loans", session_id=session_id)
    loans = loans_of(session_id)
    page = render_template("equipment/loans.html", course_session=find_session(session_id), loans=loans, form=form)
    return page, form.status
