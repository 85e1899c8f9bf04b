"""The participants of a session as the office sees them: those with a seat, those who wait, and what to do next."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from trainingapp.accounts.queries.people import find_person_by_email
from trainingapp.core.clock import utc_now
from trainingapp.core.db import Row, Rows
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _
from trainingapp.core.permissions import P, requires
from trainingapp.core.text import sort_key
from trainingapp.core.web import see_other
from trainingapp.enrolment import services, texts
from trainingapp.enrolment.forms import PlacePersonForm
from trainingapp.enrolment.models import PlaceMode, PlaceStatus, Terms, Vacancy
from trainingapp.enrolment.queries import lists
from trainingapp.enrolment.queries.lists import organisations_on, people_without_a_place
from trainingapp.enrolment.queries.people import candidates
from trainingapp.enrolment.queries.terms import facts_of, find_terms
from trainingapp.enrolment.rules.answering import free_seats
from trainingapp.enrolment.rules.moving import TermsFacts
from trainingapp.enrolment.rules.standing import Point
from trainingapp.enrolment.texts import Reader
from trainingapp.enrolment.views.blueprint import bp, decision_of, organisation_wanted
from trainingapp.scheduling.models import CourseSession
from trainingapp.scheduling.queries.sessions import find_session

ON_THE_PAGE = {
    Point.ON_RESERVE,
    Point.STILL,
    Point.STILL_AHEAD,
    Point.HELD,
    Point.HELD_AGAIN,
}
JUDGED = {PlaceStatus.REQUESTED, PlaceStatus.WAITING, PlaceStatus.OFFERED}


@bp.route("/sessions/<int:session_id>/participants")
@requires(P.ROSTER_VIEW, on=find_session)
def participants(course_session: CourseSession) -> str:
    return participants_page(course_session, PlacePersonForm(formdata=None))


def participants_page(course_session: CourseSession, form: PlacePersonForm) -> str:
    form.offer(course_session)
    organisation = organisation_wanted()
    organisation_id = organisation.id if organisation else None
    others = people_without_a_place(course_session.id, organisation_id)
    terms = find_terms(course_session.id)
    return render_template(
        "enrolment/participants.html",
        course_session=course_session,
        form=form,
        terms=terms,
        facts=TermsFacts.of(terms) if terms else None,
        now=utc_now(),
        vacancies=vacancies_of(course_session, terms),
        organisation=organisation,
        organisations=organisation_choices(course_session),
        candidates=candidates(course_session, [row.person_id for row in others if row.status in JUDGED]),
        why=why_of,
        placed=lists.participants(course_session.id, organisation_id),
        **sections(others),
    )


def sections(rows: Rows) -> dict[str, list[Row]]:
    """Those without a place by where they stand on the page."""
    held = [row for row in rows if row.held_until is not None]
    of = {status: [row for row in rows if row.status is status] for status in PlaceStatus}
    return {
        "requested": of[PlaceStatus.REQUESTED],
        "nominated": of[PlaceStatus.NOMINATED],
        "waiting": of[PlaceStatus.WAITING],
        "offered": sorted(of[PlaceStatus.OFFERED], key=lambda row: (row.offered_until, row.sort_key)),
        "held": sorted(held, key=lambda row: (row.held_until, row.sort_key)),
        "ended": [row for row in rows if not row.status.is_live and row.held_until is None],
    }


def why_of(row: Row) -> str:
    """What the columns and the headings of the page do not say of the place."""
    return texts.sentence(row, Reader.OFFICE, without=ON_THE_PAGE)


def vacancies_of(course_session: CourseSession, terms: Terms | None) -> list[tuple[PlaceMode, int, Vacancy | None]]:
    """For each way of taking part with free seats: their number, and why they are offered to nobody."""
    if terms is None:
        return []
    free = free_seats(facts_of(course_session))
    return [(kind, count, terms.vacancy(kind)) for kind, count in free.items() if count > 0]


def organisation_choices(course_session: CourseSession) -> list[tuple[int, str]]:
    found = [(one.id, str(one.name)) for one in organisations_on(course_session.id)]
    return sorted(found, key=lambda choice: sort_key(choice[1]))


@bp.route("/sessions/<int:session_id>/participants/new", methods=["POST"])
@requires(P.PLACES_DECIDE, on=find_session)
def place_person(course_session: CourseSession) -> ResponseReturnValue:
    form = PlacePersonForm()
    form.offer(course_session)
    session_id = course_session.id
    if form.validate_on_submit():
        with form.refusals():
            place = services.place_person(
                id_of(form.person.data), session_id, form.chosen, override=form.given, now=utc_now()
            )
            flash(decision_of(place), "success")
            return see_other("enrolment.participants", session_id=session_id)
    return participants_page(course_session, form), form.status


def id_of(email: str) -> int:
    person = find_person_by_email(email)
    if person is None:
        raise DomainError(
            _("Nobody with this e-mail address is known. Add the person first, then give the place."), field="person"
        )
    return person.id
