"""Taking in an administration's list of officers."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request
from flask_login import current_user

from trainingapp.accounts import queries
from trainingapp.accounts.forms import ImportForm
from trainingapp.accounts.models import Organisation
from trainingapp.accounts.services.roster import Report, import_people
from trainingapp.accounts.views.blueprint import bp, organisation_choices
from trainingapp.core.clock import utc_now
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import current_language
from trainingapp.core.permissions import P, can, requires


@bp.route("/people/import", methods=["GET", "POST"], endpoint="import_people")
@requires(P.PEOPLE_IMPORT)
def import_people_view() -> Any:
    form = ImportForm(
        organisation_choices(),
        organisation_id=request.args.get("organisation", type=int),
        language=current_language(),
        time_zone=current_user.time_zone,
    )
    report: Report | None = None
    only_check = "check" in request.form
    organisation: Organisation | None = None
    if form.validate_on_submit():
        organisation = queries.find_organisation(form.organisation_id.data)
        if organisation is None or not can(P.PEOPLE_IMPORT, organisation):
            abort(403)
        try:
            report = import_people(
                form.content,
                form.organisation_id.data,
                language=form.language.data,
                time_zone=form.time_zone.data,
                dry_run=only_check,
                now=utc_now(),
            )
        except DomainError as error:
            form.blame(error)
    page = render_template(
        "accounts/import.html", form=form, report=report, only_check=only_check, organisation=organisation
    )
    return page, 200 if report else form.status
