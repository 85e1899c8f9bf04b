"""What the pages of accounts stand on together."""

from __future__ import annotations

from flask import Blueprint, current_app, g, request, session
from flask_login import current_user, login_user
from markupsafe import Markup, escape
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from trainingapp.accounts.models import Person
from trainingapp.accounts.queries.organisations import footnotes_in, organisations_by_name
from trainingapp.accounts.queries.roles import organisations_seen_by
from trainingapp.accounts.queries.sign_ins import find_sign_in
from trainingapp.accounts.rules.sign_ins import is_seen_anew
from trainingapp.accounts.services import sign_ins
from trainingapp.core.actor import acting
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.core.demonstration import refuse_demonstration
from trainingapp.core.i18n import Bilingual

bp = Blueprint("accounts", __name__, template_folder="../templates")


@bp.app_template_global()
def footnotes_of(page: Markup) -> list[Bilingual]:
    """The footnotes that the names on the page ask for, but for those that stand on it already."""
    return [note for note in footnotes_in(page.unescape()) if escape(str(note)) not in page]


def find_reader(token: str) -> Person | None:
    """The person whose sign-in the browser's session names: asked by Flask-Login, once in each request."""
    found = find_sign_in(token, utc_now())
    if found is None:
        return None
    person: Person
    person, g.sign_in_id, g.seen_at = found
    return person


def begin_session(person: Person) -> None:
    """Sign the person in, in a browser session that has nothing to do with the one before.

    Raises DomainError in an office that is meant in earnest on the demonstration's database.
    """
    refuse_demonstration()
    token = sign_ins.begin(person.id, acting().address, request.user_agent.string, now=utc_now())
    session.clear()
    session.permanent = True
    login_user(person)
    session["_user_id"] = token


@bp.after_app_request
def note_seen(response: Response) -> Response:
    """Once in some minutes, after the page is made, and never at the cost of the page."""
    if "sign_in_id" in g and is_seen_anew(g.seen_at, utc_now()):
        try:
            sign_ins.note_seen(g.sign_in_id, now=utc_now())
        except SQLAlchemyError as error:
            db.session.rollback()
            current_app.logger.warning("could not note that a browser is in use: %s", type(error).__name__)
    return response


def organisation_choices() -> list[tuple[int, str]]:
    """The organisations whose people the reader may see: id and name."""
    found = organisations_by_name(organisations_seen_by(current_user))
    return [(organisation.id, str(organisation.name)) for organisation in found]
