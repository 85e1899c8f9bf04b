"""Pages about places: taking one, giving it back, deciding on them, and why each is as it is."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from trainingapp.accounts.queries import find_person_by_email
from trainingapp.core.clock import utc_now
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _, _l
from trainingapp.core.permissions import P, requires
from trainingapp.core.web import redirect_back
from trainingapp.enrolment import queries, services, wording
from trainingapp.enrolment.forms import DeclineForm, EnrolForm, OverrideForm, PlacePersonForm, WithdrawForm
from trainingapp.enrolment.models import Place, PlaceStatus
from trainingapp.enrolment.rules import Candidate, check_access, check_eligible, check_open
from trainingapp.scheduling.models import CourseSession
from trainingapp.scheduling.queries import find_session

bp = Blueprint("enrolment", __name__, template_folder="templates")

CONFIRMATIONS = {
    PlaceStatus.PLACED: _l("You have a place."),
    PlaceStatus.WAITING: _l("The session is full: you are on the waiting list and will be told when a place is free."),
    PlaceStatus.REQUESTED: _l(
        "Your request has been sent to the coordinator. You will be told the decision by letter."
    ),
}
PLACED_BY_OFFICE = {
    PlaceStatus.PLACED: _l("The person has a place and will be told."),
    PlaceStatus.WAITING: _l("The session is full: the person is on the waiting list and will be told."),
}


@bp.app_template_global()
def own_place(session_id: int) -> Place | None:
    """The reader's live place on the session, for pages of features that do not know of places."""
    return queries.find_live_place(current_user.id, session_id) if current_user.is_authenticated else None


def find_public_session(session_id: int) -> CourseSession | None:
    found = find_session(session_id)
    return found if found is not None and found.is_public else None


@bp.route("/sessions/<int:session_id>/enrol", methods=["GET", "POST"])
@requires(P.ENROL_SELF, on=find_public_session)
def enrol(course_session: CourseSession) -> Any:
    form = EnrolForm()
    form.offer(course_session)
    session_id = course_session.id
    if form.validate_on_submit():
        try:
            place = services.enrol(
                current_user.id, session_id, form.chosen, motivation=form.motivation.data, now=utc_now()
            )
        except DomainError as error:
            form.blame(error)
        else:
            flash(CONFIRMATIONS[place.status], "success")
            return redirect(url_for("desk.my_training"), 303)
    live = queries.find_live_place(current_user.id, session_id)
    candidate = queries.candidates(course_session, [current_user.id])[current_user.id]
    refusal = None if live else refusal_of(course_session, candidate)
    page = render_template(
        "enrolment/enrol.html",
        form=form,
        course_session=course_session,
        live=live,
        refusal=refusal,
        facts=services.facts_of(course_session),
    )
    return page, form.status


def refusal_of(course_session: CourseSession, candidate: Candidate) -> Any:
    """Why this reader cannot ask for a place here; None when nothing speaks against it."""
    session = services.facts_of(course_session)
    try:
        check_open(session, utc_now())
        check_access(session.access, candidate)
        check_eligible(candidate)
    except DomainError as error:
        return error.message
    return None


@bp.route("/places/<int:place_id>/withdraw", methods=["GET", "POST"])
@requires(P.PLACE_WITHDRAW, on=queries.find_place)
def withdraw(place: Place) -> Any:
    form = WithdrawForm()
    place_id, session_id, own = place.id, place.course_session_id, place.person_id == current_user.id
    if form.validate_on_submit():
        try:
            services.withdraw(place_id, form.reason.data, now=utc_now())
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("The place has been given back."), "success")
            if own:
                return redirect(url_for("desk.my_training"), 303)
            return redirect(url_for("enrolment.participants", session_id=session_id), 303)
    begun = utc_now() >= place.course_session.starts_at
    waiting = len(queries.waiting_places(session_id))
    page = render_template("enrolment/withdraw.html", form=form, place=place, own=own, begun=begun, waiting=waiting)
    return page, form.status


@bp.route("/places/<int:place_id>")
@requires(P.PLACE_VIEW, on=queries.find_place)
def history(place: Place) -> str:
    row = next(row for row in queries.places_of(place.person_id) if row.place_id == place.id)
    return render_template(
        "enrolment/history.html", place=place, row=row, why=wording.sentence(row), steps=steps_of(place.id)
    )


def steps_of(place_id: int) -> list[tuple[Any, ...]]:
    """The history as the log macro shows it: when, who, what, and why."""
    return [
        (step.at, wording.actor(step), step.what.label, wording.details(step)) for step in queries.history_of(place_id)
    ]


@bp.route("/sessions/<int:session_id>/participants")
@requires(P.ROSTER_VIEW, on=find_session)
def participants(course_session: CourseSession) -> str:
    return participants_page(course_session, PlacePersonForm(formdata=None))


def participants_page(course_session: CourseSession, form: PlacePersonForm) -> str:
    form.offer(course_session)
    rows = queries.roster(course_session.id)
    asked = [row.person_id for row in rows if row.status in {PlaceStatus.REQUESTED, PlaceStatus.WAITING}]
    return render_template(
        "enrolment/participants.html",
        course_session=course_session,
        placed=sorted((row for row in rows if row.status is PlaceStatus.PLACED), key=lambda row: row.sort_key),
        requested=[row for row in rows if row.status is PlaceStatus.REQUESTED],
        waiting=[row for row in rows if row.status is PlaceStatus.WAITING],
        ended=[row for row in rows if not row.status.is_live],
        candidates=queries.candidates(course_session, asked),
        form=form,
    )


@bp.route("/sessions/<int:session_id>/participants/new", methods=["POST"])
@requires(P.PLACES_DECIDE, on=find_session)
def place_person(course_session: CourseSession) -> Any:
    form = PlacePersonForm()
    form.offer(course_session)
    session_id = course_session.id
    if form.validate_on_submit():
        try:
            place = services.place_person(
                id_of(form.person.data), session_id, form.chosen, override=form.override.data, now=utc_now()
            )
        except DomainError as error:
            form.blame(error)
        else:
            flash(PLACED_BY_OFFICE[place.status], "success")
            return redirect(url_for("enrolment.participants", session_id=session_id), 303)
    return participants_page(course_session, form), form.status


def id_of(email: str) -> int:
    person = find_person_by_email(email)
    if person is None:
        raise DomainError(
            _("Nobody with this e-mail address is known. Add the person first, then give the place."), field="person"
        )
    return person.id


@bp.route("/places/<int:place_id>/decide", methods=["GET", "POST"])
@requires(P.PLACES_DECIDE, on=queries.find_place)
def decide(place: Place) -> Any:
    """Accept or decline: one page, two forms, told apart by the button."""
    accepting = request.form.get("decision") != "decline"
    acceptance = OverrideForm(formdata=request.form if accepting else None)
    refusal = DeclineForm(formdata=None if accepting else request.form)
    form = acceptance if accepting else refusal
    place_id, session_id = place.id, place.course_session_id
    if request.method == "POST" and form.validate():
        try:
            if accepting:
                services.accept(place_id, override=acceptance.override.data, now=utc_now())
            else:
                services.decline(place_id, refusal.reason.data, now=utc_now())
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("Decided. The person will be told."), "success")
            return redirect_back("enrolment.participants", session_id=session_id)
    course_session = place.course_session
    page = render_template(
        "enrolment/decide.html",
        place=place,
        course_session=course_session,
        acceptance=acceptance,
        refusal=refusal,
        candidate=queries.candidates(course_session, [place.person_id])[place.person_id],
        steps=steps_of(place_id),
    )
    return page, form.status
