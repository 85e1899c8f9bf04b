"""What the pages of accounts stand on together."""

from __future__ import annotations

from flask import Blueprint, session
from flask_login import current_user, login_user

from trainingapp.accounts import queries
from trainingapp.accounts.models import Person

bp = Blueprint("accounts", __name__, template_folder="../templates")


def begin_session(person: Person) -> None:
    """Sign the person in, in a browser session that has nothing to do with the one before."""
    session.clear()
    session.permanent = True
    login_user(person)


def organisation_choices() -> list[tuple[int, str]]:
    """The organisations whose people the reader may see: id and name."""
    found = queries.organisations(queries.organisations_seen_by(current_user))
    return [(organisation.id, str(organisation.name)) for organisation in found]
