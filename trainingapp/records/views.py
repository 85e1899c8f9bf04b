"""The training record: one's own, an officer's for those who may see it, and the evidence behind a result."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask_login import current_user
from werkzeug.wrappers import Response

from trainingapp.accounts.models import Person
from trainingapp.accounts.queries.people import find_person
from trainingapp.core.clock import today_in, utc_now
from trainingapp.core.files import download, read
from trainingapp.core.permissions import P, can, requires
from trainingapp.records import queries
from trainingapp.records.models import ComponentResult

bp = Blueprint("records", __name__, template_folder="templates")


def load_person(person_id: int) -> Person | None:
    return find_person(person_id)


@bp.get("/my-record")
@requires(P.ACCOUNT_OWN)
def my_record() -> str:
    return record_page(current_user)


@bp.get("/people/<int:person_id>/record")
@requires(P.RECORD_VIEW, on=load_person)
def record(person: Person) -> str:
    return record_page(person)


@bp.get("/results/<int:result_id>/evidence")
@requires(P.ACCOUNT_OWN, on=queries.find_result)
def evidence(result: ComponentResult) -> Response:
    if not (can(P.RECORD_VIEW, result.person) or can(P.RESULTS_RECORD, result)):
        abort(403)
    if result.evidence is None:
        abort(404)
    return download(read(result.evidence), result.evidence.name, result.evidence.content_type)


def record_page(person: Person) -> str:
    today = today_in(current_user.time_zone, utc_now())
    transcript = queries.transcript_of(person.id, today)
    return render_template("records/record.html", person=person, transcript=transcript, today=today)
