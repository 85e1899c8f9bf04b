"""Offers and what becomes of them: the answer, a colleague in place of somebody, and seats offered by hand."""

from __future__ import annotations

from datetime import datetime

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from trainingapp.core.clock import utc_now
from trainingapp.core.db import Row
from trainingapp.core.errors import DomainError
from trainingapp.core.formats import moment
from trainingapp.core.i18n import StrOrLazy, _, _n
from trainingapp.core.permissions import P, requires
from trainingapp.core.text import search_key
from trainingapp.core.web import see_other
from trainingapp.enrolment import services, texts
from trainingapp.enrolment.forms import OfferForm, ReplaceForm, TurnDownForm
from trainingapp.enrolment.models import Place, PlaceStatus
from trainingapp.enrolment.queries.lists import place_row
from trainingapp.enrolment.queries.people import candidates, colleagues
from trainingapp.enrolment.queries.places import find_place
from trainingapp.enrolment.queries.terms import facts_of, find_terms
from trainingapp.enrolment.rules.answering import full_kinds, ways_open
from trainingapp.enrolment.rules.joining import Candidate, check_eligible
from trainingapp.enrolment.rules.moving import TermsFacts, hold_end, offer_end
from trainingapp.enrolment.rules.selecting import check_before_start, check_replaceable
from trainingapp.enrolment.texts import Reader
from trainingapp.enrolment.views.blueprint import (
    back_home,
    bp,
    decision_of,
    home_of,
    outcome_of,
    reader_of,
    with_course,
)
from trainingapp.scheduling.models import CourseSession
from trainingapp.scheduling.queries.sessions import find_session


@bp.route("/places/<int:place_id>/offer", methods=["GET", "POST"])
@requires(P.OFFER_ANSWER, on=find_place)
def offer(place: Place) -> ResponseReturnValue:
    """Confirm or turn down: one page, two forms, told apart by the button."""
    confirming = request.form.get("answer") != "no"
    yes = OfferForm(formdata=request.form if confirming else None)
    no = TurnDownForm(formdata=None if confirming else request.form)
    facts = facts_of(place.course_session)
    yes.offer_ways(ways_open(facts, place.mode), place.mode)
    form = yes if confirming else no
    place_id, session_id, reader = place.id, place.course_session_id, reader_of(place)
    if request.method == "POST" and form.validate():
        with form.refusals():
            told = confirm(place_id, yes) if confirming else turn_down(place_id, no)
            flash(told, "success")
            return back_home(reader, session_id)
    return offer_page(place, reader, yes, no), form.status


def confirm(place_id: int, form: OfferForm) -> str:
    place = services.confirm(place_id, form.chosen, now=utc_now())
    if place.person_id == current_user.id:
        told = _("Confirmed: you have a place (%(mode)s).", mode=place.mode.label)
        return with_course(told, place.course_session)
    name = place.person.name.full
    return _("Confirmed: %(name)s has a place (%(mode)s) and is told by letter.", name=name, mode=place.mode.label)


def turn_down(place_id: int, form: TurnDownForm) -> str:
    place = services.turn_down(place_id, form.given, now=utc_now())
    reader = reader_of(place)
    return decision_of(place) if reader is Reader.OFFICE else outcome_of(place, reader)


def offer_page(place: Place, reader: Reader, yes: OfferForm, no: TurnDownForm) -> str:
    course_session, now = place.course_session, utc_now()
    row = place_row(place.id)
    terms = find_terms(course_session.id)
    session = facts_of(course_session)
    return render_template(
        "enrolment/offer.html",
        place=place,
        row=row,
        course_session=course_session,
        own=reader is Reader.OFFICER,
        back=home_of(reader, course_session.id),
        is_open=row.status is PlaceStatus.OFFERED and now < row.offered_until,
        why=texts.sentence(row, reader, now=now),
        candidate=candidates(course_session, [place.person_id])[place.person_id],
        full=[kind.label for kind in full_kinds(session, place.mode)],
        held_until=hold_end(TermsFacts.of(terms), now) if terms else None,
        yes=yes,
        no=no,
    )


@bp.route("/places/<int:place_id>/replace", methods=["GET", "POST"])
@requires(P.PLACE_REPLACE, on=find_place)
def replace(place: Place) -> ResponseReturnValue:
    form = ReplaceForm()
    place_id, session_id, reader = place.id, place.course_session_id, reader_of(place)
    by_office = reader is Reader.OFFICE
    if form.validate_on_submit():
        with form.refusals():
            colleague = services.replace(place_id, form.chosen, form.given or "", by_office=by_office, now=utc_now())
            flash(told_of(colleague), "success")
            if by_office:
                return back_home(reader, session_id)
            return see_other("enrolment.history", place_id=colleague.id)
    return replace_page(place, form, by_office=by_office), form.status


def told_of(place: Place) -> str:
    assert place.offered_until is not None  # it has just been offered
    return _(
        "%(name)s has an offer until %(until)s and is told by letter.",
        name=place.person.name.full,
        until=moment(place.offered_until, place.course_session.time_zone),
    )


def replace_page(place: Place, form: ReplaceForm, *, by_office: bool) -> str:
    course_session, now = place.course_session, utc_now()
    row, terms = place_row(place.id), find_terms(course_session.id)
    facts = TermsFacts.of(terms) if terms else None
    words = search_key(request.args.get("q", "")[:100])
    if not form.is_submitted():
        form.prefill(place.reason)
    return render_template(
        "enrolment/replace.html",
        place=place,
        row=row,
        why=texts.sentence(row, Reader.OFFICE if by_office else Reader.CONTACT_POINT, now=now),
        course_session=course_session,
        form=form,
        words=words,
        refusal=refusal_of(place, by_office=by_office, now=now),
        colleagues=colleagues_of(place, words),
        by_office=by_office,
        back=home_of(Reader.OFFICE if by_office else Reader.CONTACT_POINT, course_session.id),
        cut_off=facts.cut_off if facts else None,
        is_late=facts is not None and now >= facts.cut_off,
        offered_until=offer_end(facts, now) if facts else None,
    )


def refusal_of(place: Place, *, by_office: bool, now: datetime) -> StrOrLazy | None:
    """Why nobody can be named in place of the person; None when nothing speaks against it."""
    terms = find_terms(place.course_session_id)
    if terms is None:
        return _("The places of this session are not given by nomination.")
    try:
        check_before_start(facts_of(place.course_session), now)
        check_replaceable(TermsFacts.of(terms), has_seat=bool(place.seats), by_office=by_office, now=now)
    except DomainError as error:
        return error.message
    return None


def colleagues_of(place: Place, words: str) -> list[tuple[Row, Candidate, StrOrLazy | None]]:
    """Who could be named, own candidates first: each with what speaks for or against, and what forbids it."""
    rows = colleagues(place, words)
    exempt = {row.person_id for row in rows if row.exception}
    known = candidates(place.course_session, [row.person_id for row in rows], exempt)
    return [(row, known[row.person_id], hindrance(known[row.person_id])) for row in rows]


def hindrance(candidate: Candidate) -> StrOrLazy | None:
    try:
        check_eligible(candidate)
    except DomainError as error:
        return error.message
    return None


@bp.post("/places/<int:place_id>/release")
@requires(P.PLACE_REPLACE, on=find_place)
def release(place: Place) -> ResponseReturnValue:
    place_id, session_id, reader = place.id, place.course_session_id, reader_of(place)
    services.release_seat(place_id, now=utc_now())
    flash(_("The place is no longer kept: it goes to the reserve list."), "success")
    if reader is Reader.OFFICE:
        return back_home(reader, session_id)
    return see_other("enrolment.history", place_id=place_id)


@bp.post("/sessions/<int:session_id>/offers")
@requires(P.PLACES_DECIDE, on=find_session)
def offer_by_hand(course_session: CourseSession) -> Response:
    session_id = course_session.id
    count = services.offer_by_hand(session_id, now=utc_now())
    if count:
        flash(_n("%(num)s offer is on its way.", "%(num)s offers are on their way.", count), "success")
    else:
        flash(_("Nobody on the reserve list can take a free place now. Each line of the list says why."), "info")
    return see_other("enrolment.participants", session_id=session_id)
