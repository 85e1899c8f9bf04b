"""The steps of a session, from draft to finished, and calling it off."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from trainingapp.core.clock import utc_now
from trainingapp.core.i18n import _
from trainingapp.core.permissions import P, requires
from trainingapp.core.web import see_other
from trainingapp.scheduling import services
from trainingapp.scheduling.forms import CancelForm, ConfirmForm
from trainingapp.scheduling.models import CourseSession
from trainingapp.scheduling.queries.sessions import find_session, get_session
from trainingapp.scheduling.rules.steps import Step, below_minimum, lacking
from trainingapp.scheduling.views.blueprint import bp


@bp.route("/sessions/<int:session_id>/open", methods=["POST"], endpoint="open")
@requires(P.SESSION_SCHEDULE, on=find_session)
def open_enrolment(course_session: CourseSession) -> ResponseReturnValue:
    services.open_enrolment(course_session.id, now=utc_now())
    return done(course_session, _("Enrolment is open: people can find the session and take or ask for a place."))


@bp.route("/sessions/<int:session_id>/start", methods=["POST"])
@requires(P.SESSION_SCHEDULE, on=find_session)
def start(course_session: CourseSession) -> ResponseReturnValue:
    services.start(course_session.id, now=utc_now())
    return done(course_session, _("The session is running. Attendance can be recorded at each meeting."))


@bp.route("/sessions/<int:session_id>/finish", methods=["POST"])
@requires(P.SESSION_SCHEDULE, on=find_session)
def finish(course_session: CourseSession) -> ResponseReturnValue:
    services.finish(course_session.id, now=utc_now())
    return done(course_session, _("The session is finished. Next: mark completion, then issue certificates."))


@bp.route("/sessions/<int:session_id>/confirm", methods=["GET", "POST"])
@requires(P.SESSION_SCHEDULE, on=find_session)
def confirm(course_session: CourseSession) -> ResponseReturnValue:
    """With the minimum reached, one button; below it, a reason."""
    session_id = course_session.id
    form = ConfirmForm()
    if form.validate_on_submit():
        with form.refusals():
            services.confirm(session_id, form.reason.data, now=utc_now())
            return done(course_session, _("The session is confirmed: it will take place."))
    again = get_session(session_id)
    facts = services.facts_of(again, utc_now())
    return render_template(
        "scheduling/confirm.html",
        form=form,
        course_session=again,
        missing=lacking(Step.CONFIRM, facts, "-"),
        needs_reason=below_minimum(facts),
    ), form.status


@bp.route("/sessions/<int:session_id>/cancel", methods=["GET", "POST"])
@requires(P.SESSION_SCHEDULE, on=find_session)
def cancel(course_session: CourseSession) -> ResponseReturnValue:
    session_id = course_session.id
    form = CancelForm()
    if form.validate_on_submit():
        with form.refusals():
            services.cancel(session_id, form.given or "", now=utc_now())
            return done(course_session, _("The session is cancelled. Everybody concerned is told by letter."))
    again = get_session(session_id)
    missing = lacking(Step.CANCEL, services.facts_of(again, utc_now()), "-")
    return render_template("scheduling/cancel.html", form=form, course_session=again, missing=missing), form.status


def done(course_session: CourseSession, sentence: str) -> Response:
    flash(sentence, "success")
    return see_other("scheduling.session", session_id=course_session.id)
