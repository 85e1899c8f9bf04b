"""Taking in an administration's list of officers."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from trainingapp.accounts.forms import ImportForm, NamesakesForm
from trainingapp.accounts.models import Organisation
from trainingapp.accounts.queries.organisations import find_organisation
from trainingapp.accounts.rules.roster import Answer
from trainingapp.accounts.services.roster import Report, import_people
from trainingapp.accounts.views.blueprint import bp, organisation_choices
from trainingapp.core.clock import utc_now
from trainingapp.core.i18n import current_language
from trainingapp.core.permissions import P, can, requires


@bp.route("/people/import", methods=["GET", "POST"], endpoint="import_people")
@requires(P.PEOPLE_IMPORT)
def import_people_view() -> ResponseReturnValue:
    form = import_form(request.args.get("organisation", type=int))
    report: Report | None = None
    only_check = "check" in request.form
    organisation: Organisation | None = None
    if form.validate_on_submit():
        organisation = own_organisation(form.organisation_id.data)
        with form.refusals():
            report = import_people(
                form.content,
                organisation.id,
                language=form.language.data,
                time_zone=form.time_zone.data,
                dry_run=only_check,
                now=utc_now(),
            )
    return import_page(form, report, organisation, only_check=only_check)


@bp.post("/people/import/namesakes")
@requires(P.PEOPLE_IMPORT)
def import_namesakes() -> ResponseReturnValue:
    """The rows that waited, with what was said of each."""
    form = NamesakesForm()
    if not form.validate_on_submit():
        abort(400)
    organisation = own_organisation(form.organisation_id.data)
    report = import_people(
        (form.rows.data or "").encode(),
        organisation.id,
        language=form.language.data,
        time_zone=form.time_zone.data,
        answers=answers_given(),
        now=utc_now(),
    )
    return import_page(import_form(organisation.id), report, organisation)


def import_form(organisation_id: int | None) -> ImportForm:
    return ImportForm(
        organisation_choices(),
        organisation_id=organisation_id,
        language=current_language(),
        time_zone=current_user.time_zone,
    )


def own_organisation(organisation_id: int | None) -> Organisation:
    """The organisation that was chosen; 403 for one whose list the reader may not take in."""
    organisation = find_organisation(organisation_id or 0)
    if organisation is None or not can(P.PEOPLE_IMPORT, organisation):
        abort(403)
    return organisation


def answers_offered() -> list[Answer]:
    """With an address people sign in: only those who may change people give a known officer another one."""
    return [answer for answer in Answer if answer is not Answer.MOVED or can(P.PEOPLE_EDIT)]


def answers_given() -> dict[str, Answer]:
    """What was chosen, by the address of the row."""
    said = {name.removeprefix("answer:"): value for name, value in request.form.items() if name.startswith("answer:")}
    return {email: Answer(value) for email, value in said.items() if value in answers_offered()}


def import_page(
    form: ImportForm, report: Report | None, organisation: Organisation | None, *, only_check: bool = False
) -> ResponseReturnValue:
    page = render_template(
        "accounts/import.html",
        form=form,
        report=report,
        only_check=only_check,
        organisation=organisation,
        answers_offered=answers_offered(),
    )
    return page, 200 if report else form.status
