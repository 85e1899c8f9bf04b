"""The selection: one table of all candidates, showing it to the administrations, and making it final."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from trainingapp.core.clock import in_zone, utc_now
from trainingapp.core.i18n import _, _n
from trainingapp.core.permissions import P, requires
from trainingapp.core.reasons import OF_DECLINING
from trainingapp.core.web import see_other
from trainingapp.nomination.forms.selection import FinalForm, ProposeForm, SelectionForm, Wish, as_seen, wish
from trainingapp.nomination.models import Call, Stage
from trainingapp.nomination.queries import selection as queries
from trainingapp.nomination.queries.audience import audience_of, comments_on, silent_administrations
from trainingapp.nomination.queries.loading import find_call, stage_at
from trainingapp.nomination.queries.selection import SelectionState
from trainingapp.nomination.services import selection as services
from trainingapp.nomination.views.blueprint import bp
from trainingapp.nomination.views.candidates import cells_of, columns, others_of, whys

USUAL_DAYS = 7
NEXT = {"propose": "nomination.propose", "final": "nomination.finalise"}


def state_at(call: Call, stage: Stage, now: datetime) -> SelectionState:
    return queries.selection_of(call, is_final=queries.is_final(stage), today=queries.today_of(call, now))


@bp.route("/calls/<int:call_id>/selection", methods=["GET", "POST"])
@requires(P.SELECTION_MAKE, on=find_call)
def selection(call: Call) -> ResponseReturnValue:
    call_id, wanted, form, now = call.id, wish(), SelectionForm(), utc_now()
    if form.validate_on_submit():
        with form.refusals():
            number = services.save_proposals(call_id, form.changed(), now=now)
            flash(saved(number), "success")
            return after_saving(call_id, wanted)
    return selection_page(call, form, wanted, now)


def saved(number: int) -> str:
    if not number:
        return _("Nothing was changed.")
    return _n("%(num)s proposal has been saved.", "%(num)s proposals have been saved.", number)


def after_saving(call_id: int, wanted: Wish) -> Response:
    """Back to the table as it was, or on to the next step where that button was pressed."""
    endpoint = NEXT.get(request.form.get("then", ""))
    if endpoint:
        return see_other(endpoint, call_id=call_id)
    return see_other("nomination.selection", call_id=call_id, **wanted.values())


def selection_page(call: Call, form: SelectionForm, wanted: Wish, now: datetime) -> ResponseReturnValue:
    stage = stage_at(call, now)
    state = state_at(call, stage, now)
    form.seen.data = as_seen(state.rows)
    today = queries.today_of(call, now)
    if form.is_submitted():
        state = replace(state, rows=form.laid_over(state.rows))
    shown = wanted.arranged(state)
    is_candidate = any(row.person_id == current_user.id for row in state.rows)
    page = render_template(
        "nomination/selection.html",
        call=call,
        course_session=call.course_session,
        stage=stage,
        may_edit=stage in {Stage.CLOSED, Stage.PROPOSED} and not is_candidate,
        is_candidate=is_candidate,
        state=state,
        rows=shown,
        others=others_of(state.rows, shown),
        wish=wanted,
        form=form,
        causes=OF_DECLINING,
        cells=cells_of(state, today),
        whys=whys(state) if wanted.why else {},
        comments=comments_on(call.id) if stage in {Stage.CLOSED, Stage.PROPOSED, Stage.FINAL} else [],
        columns=columns(call, wanted),
        comments_open=call.comments_until is not None and now < call.comments_until,
    )
    return page, form.status


@bp.post("/calls/<int:call_id>/suggest")
@requires(P.SELECTION_MAKE, on=find_call)
def suggest(call: Call) -> ResponseReturnValue:
    call_id = call.id
    number = services.apply_suggestion(call_id, now=utc_now())
    text = _n(
        "A suggestion was made for %(num)s candidate. Change what you do not agree with.",
        "A suggestion was made for each of %(num)s candidates. Change what you do not agree with.",
        number,
    )
    flash(text, "success")
    return see_other("nomination.selection", call_id=call_id, why=1)


@bp.route("/calls/<int:call_id>/propose", methods=["GET", "POST"])
@requires(P.SELECTION_MAKE, on=find_call)
def propose(call: Call) -> ResponseReturnValue:
    call_id, form, now = call.id, ProposeForm(), utc_now()
    if form.validate_on_submit():
        with form.refusals():
            services.propose(call_id, form.comments_until.data, seen=form.seen.data or None, now=now)
            flash(_("The administrations see the selection now, and their contact points are told."), "success")
            return see_other("nomination.selection", call_id=call_id)
    return propose_page(call, form, now)


def propose_page(call: Call, form: ProposeForm, now: datetime) -> ResponseReturnValue:
    stage = stage_at(call, now)
    state = state_at(call, stage, now)
    form.seen.data = state.version
    if not form.is_submitted():
        form.comments_until.data = usual_end(call, now)
    page = render_template(
        "nomination/selection_propose.html",
        call=call,
        course_session=call.course_session,
        stage=stage,
        state=state,
        audience=audience_of(state.organisations),
        form=form,
    )
    return page, form.status


def usual_end(call: Call, now: datetime) -> datetime:
    """A week from now at the end of a working day, or half of the time that is left until the session."""
    zone = call.course_session.time_zone
    wanted = min(now + timedelta(days=USUAL_DAYS), now + (call.course_session.starts_at - now) / 2)
    day: date = max(in_zone(wanted, zone).date(), in_zone(now, zone).date() + timedelta(days=1))
    return datetime.combine(day, time(18))


@bp.post("/calls/<int:call_id>/reopen")
@requires(P.SELECTION_MAKE, on=find_call)
def reopen(call: Call) -> ResponseReturnValue:
    call_id = call.id
    services.reopen(call_id, now=utc_now())
    flash(_("You can change the selection again. The administrations do not see it for now."), "success")
    return see_other("nomination.selection", call_id=call_id)


@bp.route("/calls/<int:call_id>/final", methods=["GET", "POST"])
@requires(P.SELECTION_MAKE, on=find_call)
def finalise(call: Call) -> ResponseReturnValue:
    call_id, form, now = call.id, FinalForm(), utc_now()
    if form.validate_on_submit():
        with form.refusals():
            services.finalise(call_id, seen=form.seen.data or None, now=now)
            flash(_("The selection is final. Everybody is being told by letter."), "success")
            return see_other("nomination.selection", call_id=call_id)
    return final_page(call, form, now)


def final_page(call: Call, form: FinalForm, now: datetime) -> ResponseReturnValue:
    stage = stage_at(call, now)
    state = state_at(call, stage, now)
    form.seen.data = state.version
    page = render_template(
        "nomination/selection_final.html",
        call=call,
        course_session=call.course_session,
        stage=stage,
        state=state,
        audience=audience_of(state.organisations),
        silent=silent_administrations(call) if stage is Stage.PROPOSED else 0,
        may_comment=call.comments_until is not None and now < call.comments_until,
        form=form,
    )
    return page, form.status
