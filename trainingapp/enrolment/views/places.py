"""One's own place: asking for it, giving it back, and why it is as it is; and the decision on a request."""

from __future__ import annotations

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from trainingapp.core.clock import utc_now
from trainingapp.core.i18n import _l
from trainingapp.core.permissions import P, requires
from trainingapp.core.web import redirect_back, see_other
from trainingapp.enrolment import services, texts
from trainingapp.enrolment.forms import DeclineForm, EnrolForm, OverrideForm, WithdrawForm
from trainingapp.enrolment.models import SEATED, Place, PlaceStatus
from trainingapp.enrolment.queries.lists import lineage_of, place_row
from trainingapp.enrolment.queries.people import candidates
from trainingapp.enrolment.queries.places import find_live_place, find_place, waiting_places
from trainingapp.enrolment.queries.terms import facts_of, find_terms
from trainingapp.enrolment.rules.moving import TermsFacts, hold_end
from trainingapp.enrolment.views.blueprint import (
    back_home,
    bp,
    decision_of,
    home_of,
    outcome_of,
    own_refusal,
    reader_of,
    steps_of,
    with_course,
)
from trainingapp.scheduling.models import CourseSession
from trainingapp.scheduling.queries.sessions import find_session

CONFIRMATIONS = {
    PlaceStatus.PLACED: _l("You have a place."),
    PlaceStatus.WAITING: _l("You are on the waiting list and will be told when a place is free."),
    PlaceStatus.REQUESTED: _l(
        "Your request has been sent to the coordinator. You will be told the decision by letter."
    ),
}


def find_public_session(session_id: int) -> CourseSession | None:
    found = find_session(session_id)
    return found if found is not None and found.is_public else None


@bp.route("/sessions/<int:session_id>/enrol", methods=["GET", "POST"])
@requires(P.ENROL_SELF, on=find_public_session)
def enrol(course_session: CourseSession) -> ResponseReturnValue:
    form = EnrolForm()
    form.offer(course_session)
    session_id = course_session.id
    if form.validate_on_submit():
        with form.refusals():
            place = services.enrol(
                current_user.id, session_id, form.chosen, motivation=form.motivation.data, now=utc_now()
            )
            flash(with_course(CONFIRMATIONS[place.status], place.course_session), "success")
            return see_other("desk.my_training")
    live = find_live_place(current_user.id, session_id)
    page = render_template(
        "enrolment/enrol.html",
        form=form,
        course_session=course_session,
        live=live,
        refusal=None if live else own_refusal(course_session),
        facts=facts_of(course_session),
    )
    return page, form.status


@bp.route("/places/<int:place_id>/withdraw", methods=["GET", "POST"])
@requires(P.PLACE_WITHDRAW, on=find_place)
def withdraw(place: Place) -> ResponseReturnValue:
    form = WithdrawForm()
    place_id, session_id, reader = place.id, place.course_session_id, reader_of(place)
    if form.validate_on_submit():
        with form.refusals():
            ended = services.withdraw(place_id, form.given, now=utc_now())
            flash(outcome_of(ended, reader), "success")
            return back_home(reader, session_id)
    page = render_template(
        "enrolment/withdraw.html",
        form=form,
        place=place,
        own=place.person_id == current_user.id,
        target=home_of(reader, session_id),
        begun=utc_now() >= place.course_session.starts_at,
        waiting=len(waiting_places(session_id)),
        **holding(place),
    )
    return page, form.status


def holding(place: Place) -> dict[str, object]:
    """Whether the place is one by nomination, and until when its seat would be held for a replacement."""
    terms, now = find_terms(place.course_session_id), utc_now()
    has_seat = terms is not None and place.status in SEATED
    until = hold_end(TermsFacts.of(terms), now) if terms and has_seat else None
    return {"by_nomination": terms is not None, "has_seat": has_seat, "held_until": until}


@bp.route("/places/<int:place_id>")
@requires(P.PLACE_VIEW, on=find_place)
def history(place: Place) -> str:
    row, reader = place_row(place.id), reader_of(place)
    return render_template(
        "enrolment/history.html",
        place=place,
        row=row,
        why=texts.sentence(row, reader),
        steps=steps_of(place, reader),
        own=place.person_id == current_user.id,
        back=home_of(reader, place.course_session_id),
        lineage=lineage_of(place.id),
    )


@bp.route("/places/<int:place_id>/decide", methods=["GET", "POST"])
@requires(P.PLACES_DECIDE, on=find_place)
def decide(place: Place) -> ResponseReturnValue:
    """Accept or decline: one page, two forms, told apart by the button."""
    accepting = request.form.get("decision") != "decline"
    acceptance = OverrideForm(formdata=request.form if accepting else None)
    refusal = DeclineForm(formdata=None if accepting else request.form)
    form = acceptance if accepting else refusal
    place_id, session_id = place.id, place.course_session_id
    if request.method == "POST" and form.validate():
        with form.refusals():
            decided = accept(place_id, acceptance) if accepting else decline(place_id, refusal)
            flash(decision_of(decided), "success")
            return redirect_back("enrolment.participants", session_id=session_id)
    course_session = place.course_session
    page = render_template(
        "enrolment/decide.html",
        place=place,
        course_session=course_session,
        acceptance=acceptance,
        refusal=refusal,
        candidate=candidates(course_session, [place.person_id])[place.person_id],
        has_room=facts_of(course_session).has_room_for(place.mode),
        steps=steps_of(place, reader_of(place)),
    )
    return page, form.status


def accept(place_id: int, form: OverrideForm) -> Place:
    return services.accept(place_id, override=form.given, now=utc_now())


def decline(place_id: int, form: DeclineForm) -> Place:
    return services.decline(place_id, form.given or "", now=utc_now())
