"""What is done to a person's account with one button: invitation, roles, switching off and on."""

from __future__ import annotations

from flask import current_app, flash, request, session
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from trainingapp.accounts.forms import RoleForm
from trainingapp.accounts.models import Organisation, Person
from trainingapp.accounts.queries.organisations import centre_choices, find_organisation
from trainingapp.accounts.queries.people import find_person
from trainingapp.accounts.services import access
from trainingapp.accounts.services import people as services
from trainingapp.accounts.views.blueprint import bp, organisation_choices
from trainingapp.accounts.views.people import render_person
from trainingapp.core.clock import utc_now
from trainingapp.core.errors import TooManyAttempts
from trainingapp.core.i18n import _, _n
from trainingapp.core.permissions import P, can, requires
from trainingapp.core.web import see_other


def back_to(person_id: int) -> Response:
    return see_other("accounts.person", person_id=person_id)


@bp.post("/people/<int:person_id>/invite")
@requires(P.PEOPLE_INVITE, on=find_person)
def invite(person: Person) -> Response:
    person_id, email, has_account = person.id, person.email, person.password_hash is not None
    try:
        link_id = access.invite(person_id, now=utc_now())
    except TooManyAttempts as error:
        flash(str(error.message), "warning")
        return back_to(person_id)
    if current_app.config["MAIL_SERVER"]:
        invited = _("The invitation is on its way.")
        flash(_("A link to a new password is on its way.") if has_account else invited, "success")
    elif has_account:
        flash(only_at_the_server(email), "warning")
    elif can(P.PEOPLE_EDIT):
        session["link_to_show"] = {"person": person_id, "token": access.draw_token(link_id, now=utc_now())}
    else:
        flash(_("No mail server is set, so the invitation is only kept here. Please tell an administrator."), "warning")
    return back_to(person_id)


def only_at_the_server(email: str) -> str:
    """Nobody is shown a link to an account that has a password: with it one could sign in as its owner."""
    return _(
        "No mail server is set, so the letter is only kept here. A link to a new password can be made on the server: "
        "%(command)s",
        command=f"python3 manage.py people invite {email}",
    )


@bp.post("/organisations/<int:organisation_id>/invite")
@requires(P.ORGANISATION_INVITE, on=find_organisation)
def invite_all(organisation: Organisation) -> Response:
    organisation_id = organisation.id
    count, left = access.invite_all(organisation_id, now=utc_now())
    if count:
        flash(_n("%(num)s person has been invited.", "%(num)s people have been invited.", count), "success")
    if left:
        flash(left_over(left), "warning")
    elif not count:
        flash(_("Nobody was left to invite: everyone here has an account or an open invitation."), "info")
    return see_other("accounts.organisation", organisation_id=organisation_id)


def left_over(number: int) -> str:
    return _n(
        "%(num)s person is left: so many invitations within an hour are enough. Please go on in an hour.",
        "%(num)s people are left: so many invitations within an hour are enough. Please go on in an hour.",
        number,
    )


@bp.post("/people/<int:person_id>/switch-off")
@requires(P.PEOPLE_EDIT, on=find_person)
def deactivate(person: Person) -> Response:
    person_id = person.id
    services.deactivate(person_id, now=utc_now())
    flash(_("The account is switched off. The training record stays."), "success")
    return back_to(person_id)


@bp.post("/people/<int:person_id>/switch-on")
@requires(P.PEOPLE_EDIT, on=find_person)
def reactivate(person: Person) -> Response:
    person_id = person.id
    services.reactivate(person_id)
    flash(_("The account is switched on again."), "success")
    return back_to(person_id)


@bp.post("/people/<int:person_id>/roles")
@requires(P.ROLES_GRANT, on=find_person)
def grant_role(person: Person) -> ResponseReturnValue:
    form = RoleForm(organisation_choices(), centre_choices())
    person_id = person.id
    if form.validate_on_submit():
        scope = {"organisation_id": form.organisation_id.data, "centre_id": form.centre_id.data}
        with form.refusals():
            services.grant_role(person_id, form.role.data, **scope, now=utc_now())
            flash(_("The role is given."), "success")
            return back_to(person_id)
    return render_person(person, form), 422


@bp.post("/people/<int:person_id>/roles/revoke")
@requires(P.ROLES_GRANT, on=find_person)
def revoke_role(person: Person) -> Response:
    person_id = person.id
    services.revoke_role(person_id, request.form.get("grant", default=0, type=int))
    flash(_("The role has been removed."), "success")
    return back_to(person_id)
