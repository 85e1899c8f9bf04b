"""Handing over the role of an administration's contact point."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from trainingapp.accounts.forms import HandOverForm
from trainingapp.accounts.models import Organisation
from trainingapp.accounts.queries.organisations import find_organisation
from trainingapp.accounts.queries.people import colleagues_of
from trainingapp.accounts.queries.roles import contact_points
from trainingapp.accounts.services import contact_points as services
from trainingapp.accounts.views.blueprint import bp
from trainingapp.core.clock import utc_now
from trainingapp.core.i18n import _
from trainingapp.core.permissions import P, can, requires


@bp.route("/organisations/<int:organisation_id>/hand-over", methods=["GET", "POST"])
@requires(P.CONTACT_HAND_OVER, on=find_organisation)
def hand_over(organisation: Organisation) -> ResponseReturnValue:
    """A contact point hands over the own role; an administrator that of anybody, or gives it to one more."""
    organisation_id = organisation.id
    present = contact_points(organisation_id)
    is_own = any(row.id == current_user.id for row in present)
    form = HandOverForm(colleagues_of(organisation_id), [] if is_own else present)
    if form.validate_on_submit():
        predecessor_id = form.predecessor(current_user.id if is_own else None)
        with form.refusals():
            person_id = form.person_id.data or services.find_colleague(form.email.data or "", organisation_id)
            person = services.hand_over(organisation_id, person_id, predecessor_id=predecessor_id, now=utc_now())
            flash(_("%(name)s is the contact point now and is told by letter.", name=person.name), "success")
            return redirect(next_page(organisation_id), 303)
    page = render_template(
        "accounts/hand_over.html", form=form, organisation=organisation, present=present, is_own=is_own
    )
    return page, form.status


def next_page(organisation_id: int) -> str:
    """The organisation's page; who has just given the role away may no longer see it."""
    db_organisation = find_organisation(organisation_id)
    if can(P.PEOPLE_VIEW, db_organisation):
        return url_for("accounts.organisation", organisation_id=organisation_id)
    return url_for("desk.landing")
