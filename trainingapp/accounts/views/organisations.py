"""The list of administrations and partners, and each one's page."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import current_user

from trainingapp.accounts import queries
from trainingapp.accounts.forms import OrganisationForm
from trainingapp.accounts.models import Organisation, OrganisationKind
from trainingapp.accounts.services import organisations as services
from trainingapp.accounts.views.blueprint import bp
from trainingapp.core.clock import utc_now
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _
from trainingapp.core.permissions import P, requires


@bp.get("/organisations")
@requires(P.PEOPLE_VIEW)
def organisations() -> Any:
    seen = queries.organisations_seen_by(current_user)
    found = queries.organisations(seen)
    groups = [(kind, [row for row in found if row.kind is kind]) for kind in OrganisationKind]
    return render_template("accounts/organisations.html", groups=groups, counts=queries.head_counts(seen))


@bp.get("/organisations/<int:organisation_id>")
@requires(P.PEOPLE_VIEW, on=queries.find_organisation)
def organisation(organisation: Organisation) -> Any:
    return render_template(
        "accounts/organisation.html",
        organisation=organisation,
        count=queries.head_counts(frozenset({organisation.id})).get(organisation.id, 0),
        contact_points=queries.contact_points(organisation.id),
        without_account=len(queries.people_without_account(organisation.id, utc_now())),
    )


@bp.route("/organisations/new", methods=["GET", "POST"])
@requires(P.ORGANISATIONS_EDIT)
def new_organisation() -> Any:
    form = OrganisationForm()
    if form.validate_on_submit():
        try:
            added = services.add_organisation(form.details)
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("The organisation is in the list now."), "success")
            return redirect(url_for("accounts.organisation", organisation_id=added.id), 303)
    return render_template("accounts/organisation_form.html", form=form, organisation=None), form.status


@bp.route("/organisations/<int:organisation_id>/edit", methods=["GET", "POST"])
@requires(P.ORGANISATIONS_EDIT, on=queries.find_organisation)
def edit_organisation(organisation: Organisation) -> Any:
    form = OrganisationForm(organisation)
    organisation_id = organisation.id
    if form.validate_on_submit():
        try:
            services.change_organisation(organisation_id, form.details)
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("The changes are saved."), "success")
            return redirect(url_for("accounts.organisation", organisation_id=organisation_id), 303)
    return render_template("accounts/organisation_form.html", form=form, organisation=organisation), form.status
