"""What the pages about places stand on together, and what they lend to pages of features that know no places."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, url_for
from flask_login import current_user

from trainingapp.core.permissions import P, can
from trainingapp.enrolment import queries, wording
from trainingapp.enrolment.models import Place
from trainingapp.enrolment.wording import Reader

bp = Blueprint("enrolment", __name__, template_folder="../templates")

bp.add_app_template_global(wording.label_of, "place_label")


@bp.app_template_global()
def own_place(session_id: int) -> Place | None:
    """The reader's live place on the session, for pages of features that do not know of places."""
    return queries.find_live_place(current_user.id, session_id) if current_user.is_authenticated else None


@bp.app_template_global()
def is_by_nomination(session_id: int) -> bool:
    """Whether administrations name the people of the session."""
    return queries.find_terms(session_id) is not None


def reader_of(place: Any) -> Reader:
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


def back_home(reader: Reader, session_id: int) -> Any:
    return redirect(home_of(reader, session_id), 303)


def steps_of(place: Place, reader: Reader) -> list[tuple[Any, ...]]:
    """The history as the log macro shows it: when, who, what, and why."""
    time_zone = place.course_session.time_zone
    return [
        (step.at, wording.actor(step, place, reader), wording.what(step), wording.details(step, time_zone))
        for step in queries.history_of(place.id)
    ]
