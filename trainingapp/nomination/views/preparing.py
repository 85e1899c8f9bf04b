"""Preparing a call: its details, and which administrations it invites with which numbers."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from trainingapp.core.clock import in_zone, utc_now
from trainingapp.core.i18n import LANGUAGES, _
from trainingapp.core.permissions import P, requires
from trainingapp.core.web import see_other
from trainingapp.enrolment.rules.selecting import TermsDetails
from trainingapp.nomination.forms.calls import CallForm, administrations_form
from trainingapp.nomination.models import Call
from trainingapp.nomination.queries.administrations import invitable
from trainingapp.nomination.queries.loading import find_call, find_call_of_session, stage_at
from trainingapp.nomination.rules.calls import CallDetails
from trainingapp.nomination.rules.texts import first_text, occasion_of
from trainingapp.nomination.services import calls as services
from trainingapp.nomination.views.blueprint import bp
from trainingapp.nomination.views.calls import again, local_deadline, to_call
from trainingapp.scheduling.models import CourseSession
from trainingapp.scheduling.queries.sessions import find_session

NOTICE = timedelta(weeks=4)  # between the deadline and the start, unless the session is nearer
USUAL_END = time(18)


@bp.route("/sessions/<int:session_id>/call/new", methods=["GET", "POST"])
@requires(P.CALL_PREPARE, on=find_session)
def new_call(course_session: CourseSession) -> ResponseReturnValue:
    session_id = course_session.id
    if find_call_of_session(session_id) is not None:
        return redirect(url_for("nomination.call", session_id=session_id))
    form = CallForm(data=first_values(course_session, utc_now()))
    if form.validate_on_submit():
        with form.refusals():
            made = services.prepare(session_id, form.details(), now=utc_now())
            flash(_("The call is prepared. Every administration is on its list: look through it next."), "success")
            return see_other("nomination.administrations", call_id=made.id)
    page = render_template("nomination/call_form.html", form=form, course_session=find_session(session_id), call=None)
    return page, form.status


def first_values(course_session: CourseSession, now: datetime) -> dict[str, object]:
    """A new call as it usually is."""
    days_left = max(0, (course_session.starts_at - now).days)
    terms = TermsDetails()
    return {
        "closes": first_deadline(course_session, now),
        "remind_days": 7 if days_left > 21 else 2,
        "nominate_each": 4,
        "accept_each": 2,
        "offer_days": min(terms.offer_days, max(1, days_left // 4)),
        "hold_days": min(terms.hold_days, days_left // 6),
        "claim_days": min(terms.claim_days, days_left // 6),
        "cut_off_days": min(terms.cut_off_days, days_left // 6),
        "still_days": min(terms.still_days, days_left // 6),
        **{f"text_{language}": first_text(occasion_of(course_session), language) for language in LANGUAGES},
    }


def first_deadline(course_session: CourseSession, now: datetime) -> datetime:
    """Four weeks before the start at six in the evening; half-way to the start when that is too soon."""
    at = course_session.starts_at - NOTICE
    if at <= now + timedelta(weeks=1):
        at = now + max(course_session.starts_at - now, timedelta()) / 2
    return datetime.combine(in_zone(at, course_session.time_zone).date(), USUAL_END)


@bp.route("/calls/<int:call_id>/edit", methods=["GET", "POST"])
@requires(P.CALL_PREPARE, on=find_call)
def edit_call(call: Call) -> ResponseReturnValue:
    """An open call has its deadline on a page of its own: who is told of a change is said there."""
    call_id, present = call.id, local_deadline(call)
    form = CallForm(data=present_values(call))
    if call.opened_at is not None:
        del form.closes
    if form.validate_on_submit():
        with form.refusals():
            services.change(call_id, form.details(None if "closes" in form else present), now=utc_now())
            flash(_("The call is saved."), "success")
            return to_call(again(call_id))
    call = again(call_id)
    page = render_template("nomination/call_form.html", form=form, course_session=call.course_session, call=call)
    return page, form.status


def present_values(call: Call) -> dict[str, object]:
    """What the call is now, as the form asks for it."""
    terms = {name: getattr(call.terms, name) for name in TermsDetails.__dataclass_fields__}
    names = set(CallDetails.__dataclass_fields__) - {"closes", *terms}
    return {**terms, **{name: getattr(call, name) for name in names}, "closes": local_deadline(call)}


@bp.route("/calls/<int:call_id>/administrations", methods=["GET", "POST"])
@requires(P.CALL_PREPARE, on=find_call)
def administrations(call: Call) -> ResponseReturnValue:
    call_id = call.id
    rows = invitable(call_id)
    form = administrations_form(rows)
    if form.validate_on_submit():
        with form.refusals():
            services.invite_administrations(call_id, form.numbers(), now=utc_now())
            flash(_("The list of administrations is saved."), "success")
            return to_call(again(call_id))
    call = again(call_id)
    page = render_template(
        "nomination/administrations.html", form=form, rows=rows, call=call, stage=stage_at(call, utc_now())
    )
    return page, form.status
