"""The audit log: the whole of it for administrators, and one object's for those who keep the object."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Blueprint, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from trainingapp.audit import queries
from trainingapp.audit.events import PageRefused
from trainingapp.audit.queries import Filters, Logged
from trainingapp.audit.rules import has_log
from trainingapp.audit.services import note_look
from trainingapp.audit.texts import event_name, lines, object_name
from trainingapp.core.actor import acting
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.core.events import EVENTS
from trainingapp.core.logged import KINDS
from trainingapp.core.permissions import P, can, requires
from trainingapp.core.text import sort_key
from trainingapp.core.web import page_number, paged
from trainingapp.scheduling.models import CourseSession
from trainingapp.scheduling.queries.sessions import find_session

bp = Blueprint("audit", __name__, template_folder="templates")

LONGEST_QUESTION = 100
LARGEST_ID = 2**31 - 1


@bp.app_template_global()
def log_url(kind: str, object_id: int) -> str:
    """Where an object's own log is, for pages of features that do not know of the log."""
    return url_for("audit.object_log", kind=kind, object_id=object_id)


@bp.after_app_request
def note_looks(response: Response) -> Response:
    """Lists taken out and pages refused, after the page is made and never at its cost."""
    looks = list(g.get("noted", ())) if response.status_code < HTTPStatus.BAD_REQUEST else []
    person_id = acting().person_id
    if response.status_code == HTTPStatus.FORBIDDEN and person_id is not None:
        looks.append(PageRefused(person_id=person_id, page=request.path[:LONGEST_QUESTION]))
    try:
        for look in looks:
            note_look(look, now=utc_now())
    except SQLAlchemyError as error:
        db.session.rollback()
        current_app.logger.warning("could not log a look: %s", type(error).__name__)
    return response


@bp.get("/audit")
@requires(P.AUDIT_VIEW)
def log() -> ResponseReturnValue:
    filters, zone = asked(), current_user.time_zone
    page = paged(queries.entries(filters, zone), page_number())
    return render_template(
        "audit/log.html",
        wanted=filters,
        kinds={kind.name: kind.label for kind in KINDS.values() if has_log(kind.name)},
        events=sorted(((name, event_name(name)) for name in EVENTS), key=lambda choice: sort_key(choice[1])),
        page=page,
        lines=lines(page.rows, zone),
    )


def asked() -> Filters:
    """The filters of the address; what is none is left out."""
    event, kind = request.args.get("event"), request.args.get("kind")
    number = request.args.get("object", type=int)
    return Filters(
        event=event if event in EVENTS else None,
        person=request.args.get("q", "").strip()[:LONGEST_QUESTION],
        first_day=request.args.get("from", type=as_day),
        last_day=request.args.get("to", type=as_day),
        kind=kind if has_log(kind) else None,
        object_id=number if number is not None and 0 < number <= LARGEST_ID else None,
    )


def as_day(text: str) -> date:
    """A day that every clock and both engines can work with. Raises ValueError."""
    day = date.fromisoformat(text)
    if not date(1900, 1, 1) <= day <= date(2999, 1, 1):
        raise ValueError(text)
    return day


@bp.get("/audit/<kind>/<int:object_id>")
@requires(P.LOG_VIEW, on=queries.find_logged)
def object_log(logged: Logged) -> ResponseReturnValue:
    page = paged(queries.entries_about(logged.kind, logged.object_id), page_number())
    return render_template(
        "audit/object_log.html",
        logged=logged,
        name=object_name(logged),
        own_page=own_page(logged),
        page=page,
        lines=lines(page.rows, current_user.time_zone),
    )


def own_page(logged: Logged) -> str | None:
    """The address of the object's page, for a reader who may open it."""
    page = KINDS[logged.kind].page
    if logged.row is None or page is None or (page.needs and not can(page.needs, logged.row)):
        return None
    values: dict[str, Any] = {page.argument: logged.object_id}
    return url_for(page.endpoint, **values)


@bp.get("/sessions/<int:session_id>/log")
@requires(P.SESSION_SCHEDULE, on=find_session)
def session_log(course_session: CourseSession) -> ResponseReturnValue:
    page = paged(queries.entries_about("course_session", course_session.id), page_number())
    return render_template(
        "audit/session_log.html",
        course_session=course_session,
        page=page,
        lines=lines(page.rows, current_user.time_zone, within=course_session),
    )
