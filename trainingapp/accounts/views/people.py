"""The list of people, and each person's page."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from flask import flash, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user

from trainingapp.accounts.forms import PersonForm, RoleForm
from trainingapp.accounts.models import Person
from trainingapp.accounts.queries.access import account_state_of
from trainingapp.accounts.queries.organisations import centre_choices
from trainingapp.accounts.queries.people import PeopleFilter, find_person, people_matching, people_seen_by
from trainingapp.accounts.queries.roles import organisations_seen_by, roles_of
from trainingapp.accounts.rules.access import AccountState
from trainingapp.accounts.services import people as services
from trainingapp.accounts.views.blueprint import bp, organisation_choices
from trainingapp.core.clock import utc_now
from trainingapp.core.i18n import _, current_language
from trainingapp.core.permissions import P, Role, can, requires
from trainingapp.core.tokens import link_address
from trainingapp.core.web import page_number, paged, see_other

Choice = TypeVar("Choice", bound=StrEnum)


def chosen(kind: type[Choice], name: str) -> Choice | None:
    """The filter's value in the address; None for anything that is no choice."""
    value = request.args.get(name, "")
    return kind(value) if value in {member.value for member in kind} else None


def asked_filter() -> PeopleFilter:
    organisation = request.args.get("organisation", type=int)
    return PeopleFilter(
        words=request.args.get("q", "")[:200].strip(),
        organisation_id=organisation if organisation and 0 < organisation < 2**31 else None,
        role=chosen(Role, "role"),
        state=chosen(AccountState, "state"),
    )


@bp.get("/people")
@requires(P.PEOPLE_VIEW)
def people() -> ResponseReturnValue:
    asked = asked_filter()
    found = paged(people_matching(asked, people_seen_by(current_user), utc_now()), page_number())
    return render_template(
        "accounts/people.html",
        people=found,
        asked=asked,
        roles=roles_of(row.id for row in found.rows),
        organisations=organisation_choices(),
        states=AccountState,
        all_roles=Role,
        lead=whose_people(),
    )


def whose_people() -> str | None:
    """Whom the list is limited to."""
    if organisations_seen_by(current_user) is not None:
        return _("The people of your own administration.")
    if can(P.ORGANISATION_INVITE):
        return None
    return _("The people who take part in your centre’s sessions, lead them, or have asked for a place.")


@bp.get("/people/<int:person_id>")
@requires(P.PEOPLE_VIEW, on=find_person)
def person(person: Person) -> ResponseReturnValue:
    shown = session.pop("link_to_show", None)
    link = link_address(shown["token"]) if shown and shown["person"] == person.id and can(P.PEOPLE_EDIT) else None
    return render_person(person, link=link)


def render_person(person: Person, role_form: RoleForm | None = None, link: str | None = None) -> str:
    if role_form is None and can(P.ROLES_GRANT):
        role_form = RoleForm(organisation_choices(), centre_choices(), person.organisation_id)
    return render_template(
        "accounts/person.html",
        person=person,
        state=account_state_of(person.id, utc_now()),
        role_form=role_form,
        link=link,
    )


@bp.route("/people/new", methods=["GET", "POST"])
@requires(P.PEOPLE_EDIT)
def new_person() -> ResponseReturnValue:
    form = PersonForm(organisation_choices())
    if not form.is_submitted():
        form.organisation_id.data = request.args.get("organisation", type=int)
        form.language.data, form.time_zone.data = current_language(), current_user.time_zone
    if form.validate_on_submit():
        with form.refusals():
            added = services.add_person(form.details(), form.organisation_id.data, now=utc_now())
            text = _("%(name)s is in the list now. Give a role next, then send the invitation.", name=added.name)
            flash(text, "success")
            return see_other("accounts.person", person_id=added.id)
    return render_template("accounts/person_form.html", form=form, person=None), form.status


@bp.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
@requires(P.PEOPLE_EDIT, on=find_person)
def edit_person(person: Person) -> ResponseReturnValue:
    form = PersonForm(organisation_choices(), person)
    person_id = person.id
    if form.validate_on_submit():
        with form.refusals():
            services.change_person(person_id, form.details(), form.organisation_id.data, now=utc_now())
            flash(_("The changes are saved."), "success")
            return see_other("accounts.person", person_id=person_id)
    return render_template("accounts/person_form.html", form=form, person=person), form.status
