"""The calls that a coordinator prepares: their list, how far each has come, and opening one."""

from __future__ import annotations

import re
from datetime import datetime

from flask import abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from trainingapp.core.clock import days_later, in_zone, utc_now
from trainingapp.core.i18n import LazyText, _, _n
from trainingapp.core.permissions import P, Role, requires
from trainingapp.core.web import page_number, paged, see_other
from trainingapp.nomination.forms.calls import DeadlineForm
from trainingapp.nomination.models import Call, Stage
from trainingapp.nomination.queries import administrations
from trainingapp.nomination.queries import calls as queries
from trainingapp.nomination.queries.administrations import Summary
from trainingapp.nomination.queries.loading import find_call, find_call_of_session, stage_at
from trainingapp.nomination.rules.calls import MOVABLE, NEAR, lacking
from trainingapp.nomination.services import calls as services
from trainingapp.nomination.views.blueprint import bp
from trainingapp.scheduling.models import CourseSession
from trainingapp.scheduling.queries.sessions import find_session
from trainingapp.scheduling.rules.planning import is_over

CURRENT, EVERY = "", "all"
WAY = (Stage.DRAFT, Stage.OPEN, Stage.CLOSED, Stage.PROPOSED, Stage.FINAL)
A_YEAR = re.compile(r"\b20\d\d\b")
A_DAY = re.compile(r"\b\d{1,2}\b")


# --- the list


@bp.get("/calls")
@requires(P.CALLS_VIEW)
def calls() -> str:
    stage = request.args.get("stage", CURRENT)
    stage = stage if stage in {*Stage, EVERY} else CURRENT
    found = paged(
        queries.calls(
            utc_now(),
            stages=tuple(Stage) if stage in {CURRENT, EVERY} else (Stage(stage),),
            centres=own_centres(),
            current=stage == CURRENT,
        ),
        page_number(),
    )
    return render_template("nomination/calls.html", found=found, stage=stage, stages=tuple(Stage), Stage=Stage)


def own_centres() -> frozenset[int] | None:
    """The centres whose calls the reader prepares; None for a coordinator of the whole office."""
    centres = {grant.centre_id for grant in current_user.grants if grant.role is Role.COORDINATOR}
    return None if None in centres else frozenset(centres)


# --- the call of a session


@bp.get("/sessions/<int:session_id>/call")
@requires(P.CALL_PREPARE, on=find_session)
def call(course_session: CourseSession) -> str:
    found = find_call_of_session(course_session.id)
    if found is None:
        return render_template(
            "nomination/no_call.html",
            course_session=course_session,
            is_over=is_over(course_session.status),
            has_people=queries.has_people(course_session.id),
        )
    now = utc_now()
    rows = administrations.overview(found)
    stage = stage_at(found, now)
    summary = administrations.summary_of(rows)
    return render_template(
        "nomination/call.html",
        course_session=course_session,
        call=found,
        stage=stage,
        way=way_of(stage),
        rows=rows,
        summary=summary,
        lacks=lacking(services.opening_facts(found, now)) if stage is Stage.DRAFT else [],
        opening=opening_sentence(summary),
        remind_at=days_later(found.closes_at, -found.remind_days, course_session.time_zone),
        is_near=found.closes_at - now <= NEAR,
        is_movable=stage in MOVABLE,
        is_over=is_over(course_session.status),
        text_is_old=text_is_old(found),
        now=now,
    )


def way_of(stage: Stage) -> list[tuple[LazyText, str]]:
    """The stages from the draft to the final selection, each with how far the call has come."""
    if stage is Stage.CANCELLED:
        return [(stage.label, "failed")]
    here = WAY.index(stage)
    marks = ["done"] * here + ["done" if stage is Stage.FINAL else "current"] + ["open"] * len(WAY)
    return [(one.label, mark) for one, mark in zip(WAY, marks, strict=False)]


def opening_sentence(summary: Summary) -> str:
    """What opening the call will do, in numbers."""
    parts = [
        _n("%(num)s administration is invited.", "%(num)s administrations are invited.", summary.invited),
        _n("%(num)s contact point gets a letter.", "%(num)s contact points get a letter.", summary.contacts),
    ]
    if summary.unreachable:
        parts.append(
            _n(
                "%(num)s administration has no active contact point: nominate on its behalf.",
                "%(num)s administrations have no active contact point: nominate on their behalf.",
                summary.unreachable,
            )
        )
    return " ".join(parts)


def text_is_old(call: Call) -> bool:
    """The text names a date, but not the days on which the session is held now."""
    first, last = call.course_session.starts_on.day, call.course_session.ends_on.day
    texts = [text for text in (call.text_en, call.text_ru) if text and A_YEAR.search(text)]
    return any(not {first, last} <= {int(number) for number in A_DAY.findall(text)} for text in texts)


# --- opening it, and its deadline


@bp.post("/calls/<int:call_id>/open")
@requires(P.CALL_PREPARE, on=find_call)
def open_call(call: Call) -> ResponseReturnValue:
    opened = services.open_call(call.id, now=utc_now())
    flash(_("The call is open: the contact points are told by letter, with the invitation attached."), "success")
    return to_call(opened)


@bp.route("/calls/<int:call_id>/deadline", methods=["GET", "POST"])
@requires(P.CALL_PREPARE, on=find_call)
def change_deadline(call: Call) -> ResponseReturnValue:
    call_id = call.id
    form = DeadlineForm(data={"closes": local_deadline(call)})
    if form.validate_on_submit():
        with form.refusals():
            changed = services.change_deadline(call_id, form.closes.data, now=utc_now())
            flash(_("The nomination deadline is changed."), "success")
            return to_call(changed)
    call = again(call_id)
    stage = stage_at(call, utc_now())
    page = render_template(
        "nomination/deadline.html",
        form=form,
        call=call,
        stage=stage,
        is_movable=stage in MOVABLE,
        summary=administrations.summary_of(administrations.overview(call)),
    )
    return page, form.status


def again(call_id: int) -> Call:
    """The call read again: a refusal has expired what was loaded before."""
    return find_call(call_id) or abort(404)


def local_deadline(call: Call) -> datetime:
    """On the venue's clock."""
    return in_zone(call.closes_at, call.course_session.time_zone).replace(tzinfo=None)


def to_call(call: Call) -> Response:
    return see_other("nomination.call", session_id=call.course_session_id)
