"""Scheduling a session and changing it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import abort, current_app, flash, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from trainingapp.accounts.models import Centre
from trainingapp.accounts.queries.organisations import find_centre
from trainingapp.catalogue.models import Course
from trainingapp.catalogue.queries import find_course
from trainingapp.core.clock import in_zone, today_in, utc_now
from trainingapp.core.i18n import _
from trainingapp.core.permissions import AtCentre, P, can, requires
from trainingapp.core.web import see_other
from trainingapp.scheduling import services
from trainingapp.scheduling.forms import SessionForm
from trainingapp.scheduling.models import CourseSession
from trainingapp.scheduling.queries.centres import centre_choices
from trainingapp.scheduling.queries.sessions import find_session, get_session, suggested_code
from trainingapp.scheduling.rules.planning import SessionDetails
from trainingapp.scheduling.views.blueprint import bp


@bp.route("/courses/<int:course_id>/sessions/new", methods=["GET", "POST"])
@requires(P.SESSION_SCHEDULE)
def new_session(course_id: int) -> ResponseReturnValue:
    course = find_course(course_id) or abort(404)
    if course.centre_id is not None and not can(P.SESSION_SCHEDULE, course):
        abort(403)
    form = SessionForm(data=first_values(course))
    offer(form)
    if form.validate_on_submit():
        with form.refusals():
            made = services.schedule(course_id, form.details(chosen_zone(form)))
            flash(_("The session is saved as a draft. Next: add its meetings, then open enrolment."), "success")
            return see_other("scheduling.session", session_id=made.id)
    page = render_template(
        "scheduling/session_form.html", form=form, course=find_course(course_id), course_session=None
    )
    return page, form.status


def first_values(course: Course) -> dict[str, object]:
    """A new session as it usually is: at the course's centre, in its languages, a month from now."""
    centre = usual_centre(course)
    today = today_in(centre.time_zone if centre else current_app.config["OFFICE_TIME_ZONE"], utc_now())
    first = today + timedelta(days=30)
    return {
        "code": suggested_code(course.code),
        "centre_id": centre.id if centre else None,
        "closes": datetime.combine(first - timedelta(days=7), time(18)),
        "languages": list(course.languages),
    }


def usual_centre(course: Course) -> Centre | None:
    own = [grant.centre_id for grant in current_user.grants if grant.centre_id is not None]
    centre_id = course.centre_id or (own[0] if own else None)
    return find_centre(centre_id) if centre_id else None


def offer(form: SessionForm, course_session: CourseSession | None = None) -> None:
    """The centres at which the reader may schedule; online only where the whole office is his or hers."""
    nowhere = [("", _("Online only"))] if can(P.SESSION_SCHEDULE, AtCentre(None)) else []
    rows = [row for row in centre_choices() if can(P.SESSION_SCHEDULE, AtCentre(row.id))]
    used = [row.time_zone for row in rows] + [course_session.time_zone if course_session else None]
    form.offer([*nowhere, *((row.id, str(row.name)) for row in rows)], used)


def chosen_zone(form: SessionForm) -> str:
    """The zone that was chosen, else the centre's, else the office's."""
    centre = find_centre(form.centre_id.data) if form.centre_id.data else None
    return str(form.time_zone.data or (centre.time_zone if centre else current_app.config["OFFICE_TIME_ZONE"]))


@bp.route("/sessions/<int:session_id>/edit", methods=["GET", "POST"])
@requires(P.SESSION_SCHEDULE, on=find_session)
def edit_session(course_session: CourseSession) -> ResponseReturnValue:
    session_id = course_session.id
    form = SessionForm(data=present_values(course_session))
    offer(form, course_session)
    if form.validate_on_submit():
        with form.refusals():
            services.change(session_id, form.details(chosen_zone(form)))
            flash(_("The session is saved."), "success")
            return see_other("scheduling.session", session_id=session_id)
    again = get_session(session_id)
    page = render_template("scheduling/session_form.html", form=form, course=again.course, course_session=again)
    return page, form.status


def present_values(course_session: CourseSession) -> dict[str, object]:
    """What the session is now, as the form asks for it."""
    closes = in_zone(course_session.enrolment_closes_at, course_session.time_zone)
    centre = course_session.centre
    as_at_centre = centre is not None and centre.time_zone == course_session.time_zone
    names = set(SessionDetails.__dataclass_fields__) - {"closes"}
    return {
        **{name: getattr(course_session, name) for name in names},
        "closes": closes.replace(tzinfo=None),
        "time_zone": None if as_at_centre else course_session.time_zone,
    }
