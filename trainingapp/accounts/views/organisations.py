"""The list of administrations and partners, and each one's page."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from trainingapp.accounts.forms import OrganisationForm
from trainingapp.accounts.models import Organisation, OrganisationKind
from trainingapp.accounts.queries.access import people_without_account
from trainingapp.accounts.queries.organisations import find_organisation, head_counts, organisations_by_name
from trainingapp.accounts.queries.roles import contact_points, organisations_seen_by
from trainingapp.accounts.services import organisations as services
from trainingapp.accounts.views.blueprint import bp
from trainingapp.core.clock import utc_now
from trainingapp.core.i18n import _
from trainingapp.core.permissions import P, requires
from trainingapp.core.web import see_other


@bp.get("/organisations")
@requires(P.PEOPLE_VIEW)
def organisations() -> ResponseReturnValue:
    seen = organisations_seen_by(current_user)
    found = organisations_by_name(seen)
    groups = [(kind, [row for row in found if row.kind is kind]) for kind in OrganisationKind]
    return render_template("accounts/organisations.html", groups=groups, counts=head_counts(seen))


@bp.get("/organisations/<int:organisation_id>")
@requires(P.PEOPLE_VIEW, on=find_organisation)
def organisation(organisation: Organisation) -> ResponseReturnValue:
    return render_template(
        "accounts/organisation.html",
        organisation=organisation,
        count=head_counts(frozenset({organisation.id})).get(organisation.id, 0),
        contact_points=contact_points(organisation.id),
        without_account=len(people_without_account(organisation.id, utc_now())),
    )


@bp.route("/organisations/new", methods=["GET", "POST"])
@requires(P.ORGANISATIONS_EDIT)
def new_organisation() -> ResponseReturnValue:
    form = OrganisationForm()
    if form.validate_on_submit():
        with form.refusals():
            added = services.add_organisation(form.details())
            flash(_("The organisation is in the list now."), "success")
            return see_other("accounts.organisation", organisation_id=added.id)
    return render_template("accounts/organisation_form.html", form=form, organisation=None), form.status


@bp.route("/organisations/<int:organisation_id>/edit", methods=["GET", "POST"])
@requires(P.ORGANISATIONS_EDIT, on=find_organisation)
def edit_organisation(organisation: Organisation) -> ResponseReturnValue:
    form = OrganisationForm(organisation)
    organisation_id = organisation.id
    if form.validate_on_submit():
        with form.refusals():
            services.change_organisation(organisation_id, form.details())
            flash(_("The changes are saved."), "success")
            return see_other("accounts.organisation", organisation_id=organisation_id)
    return render_template("accounts/organisation_form.html", form=form, organisation=organisation), form.status
