"""What the pages about places stand on together, and what they lend to pages of features that know no places."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from trainingapp.accounts.models import Organisation
from trainingapp.accounts.queries.organisations import find_organisation
from trainingapp.core.clock import utc_now
from trainingapp.core.db import Row
from trainingapp.core.errors import DomainError
from trainingapp.core.formats import days
from trainingapp.core.i18n import StrOrLazy, _
from trainingapp.core.permissions import P, can
from trainingapp.core.web import LARGEST_NUMBER
from trainingapp.enrolment import texts
from trainingapp.enrolment.models import Place, PlaceStatus, Way
from trainingapp.enrolment.queries.lists import history_of, place_row
from trainingapp.enrolment.queries.people import candidates
from trainingapp.enrolment.queries.places import find_live_place
from trainingapp.enrolment.queries.terms import facts_of, is_by_nomination
from trainingapp.enrolment.rules.joining import check_access, check_eligible, check_not_by_nomination, check_open
from trainingapp.enrolment.texts import Reader
from trainingapp.scheduling.models import CourseSession

bp = Blueprint("enrolment", __name__, template_folder="../templates")

bp.add_app_template_global(texts.label_of, "place_label")
bp.add_app_template_global(is_by_nomination)


@bp.app_template_global()
def own_place(session_id: int) -> Place | None:
    """The reader's live place on the session, for pages of features that do not know of places."""
    return find_live_place(current_user.id, session_id) if current_user.is_authenticated else None


@bp.app_template_global()
def own_refusal(course_session: CourseSession) -> StrOrLazy | None:
    """Why the reader cannot ask for a place on the session; None when nothing speaks against it."""
    session = facts_of(course_session)
    try:
        check_open(session, utc_now())
        check_not_by_nomination(session)
        candidate = candidates(course_session, [current_user.id])[current_user.id]
        check_access(session.access, candidate)
        check_eligible(candidate)
    except DomainError as error:
        return error.message
    return None


def organisation_wanted() -> Organisation | None:
    """The only organisation that is asked for, None for all; 404 for one that is not there: a list of all is not it."""
    if not request.args.get("organisation"):
        return None
    number = request.args.get("organisation", default=0, type=int)
    return (find_organisation(number) if 0 < number <= LARGEST_NUMBER else None) or abort(404)


def reader_of(place: Place | Row) -> Reader:
    """To whom a place is explained now."""
    if place.person_id == current_user.id:
        return Reader.OFFICER
    return Reader.OFFICE if can(P.PLACES_DECIDE, place) else Reader.CONTACT_POINT


def home_of(reader: Reader, session_id: int) -> str:
    """Where a reader of a place came from and goes on."""
    match reader:
        case Reader.OFFICER:
            return url_for("desk.my_training")
        case Reader.OFFICE:
            return url_for("enrolment.participants", session_id=session_id)
    return url_for("desk.my_administration")


def course_of(course_session: CourseSession) -> str:
    """Title and dates, for a message that is read on a page with many courses."""
    title = course_session.course.title
    return _("“%(title)s” (%(days)s)", title=title, days=days(course_session.starts_on, course_session.ends_on))


def with_course(told: object, course_session: CourseSession) -> str:
    """A message to an officer, with the course that it is about."""
    return _("%(told)s Course: %(course)s.", told=told, course=course_of(course_session))


def outcome_of(place: Place, reader: Reader) -> str:
    """What has just become of a place, and of which: the officer reads the course, everybody else the name."""
    what = course_of(place.course_session) if reader is Reader.OFFICER else place.person.name.full
    return _("%(label)s: %(what)s.", label=texts.label_of(place_row(place.id)), what=what)


def decision_of(place: Place) -> str:
    """What the office has just decided about a place, for who decided."""
    if place.status is PlaceStatus.DECLINED and place.way is Way.REQUEST:
        return _("The request is declined: %(name)s. This person is told by letter.", name=place.person.name.full)
    outcome = outcome_of(place, Reader.OFFICE)
    if place.status is PlaceStatus.WAITING and place.course_session.taken >= place.course_session.capacity:
        return _("All places are taken. %(outcome)s This person is told by letter.", outcome=outcome)
    if place.status is PlaceStatus.WAITING:
        return _("No place of this kind is free. %(outcome)s This person is told by letter.", outcome=outcome)
    return _("%(outcome)s This person is told by letter.", outcome=outcome)


def back_home(reader: Reader, session_id: int) -> Response:
    return redirect(home_of(reader, session_id), 303)


def steps_of(place: Place, reader: Reader) -> list[tuple[datetime, str, str, str | None]]:
    """The history as the log macro shows it: when, who, what, and why."""
    time_zone = place.course_session.time_zone
    return [
        (step.at, texts.actor(step, place, reader), texts.what(step), texts.details(step, time_zone))
        for step in history_of(place.id)
    ]
