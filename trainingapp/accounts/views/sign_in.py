"""Signing in and out, the forgotten password, and the link that sets one."""

from __future__ import annotations

from time import monotonic, sleep

from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from trainingapp.accounts.forms import ForgottenForm, InvitationForm, NewPasswordForm, SignInForm
from trainingapp.accounts.models import AccessLink, LinkPurpose
from trainingapp.accounts.queries.access import find_link
from trainingapp.accounts.rules.access import LinkRefused, LinkState, link_state
from trainingapp.accounts.services import access, sign_ins
from trainingapp.accounts.views.blueprint import begin_session, bp
from trainingapp.core.clock import utc_now
from trainingapp.core.errors import DomainError, TooManyAttempts
from trainingapp.core.i18n import _, current_language, speaking
from trainingapp.core.permissions import public
from trainingapp.core.web import safe_next, see_other

ANSWER_AFTER = 0.1  # seconds


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next")) or url_for("desk.landing"), 303)
    form = SignInForm(data={"next": request.args.get("next", "")})
    status = form.status
    if form.validate_on_submit():
        try:
            person = access.sign_in(form.email.data, form.password.data, request.remote_addr, now=utc_now())
        except DomainError as error:
            form.blame(error)
            status = 429 if isinstance(error, TooManyAttempts) else status
        else:
            begin_session(person)
            return redirect(safe_next(form.next.data) or url_for("desk.landing"), 303)
    return render_template("accounts/sign_in.html", form=form), status


@bp.post("/sign-out")
@public
def sign_out() -> Response:
    if current_user.is_authenticated:
        sign_ins.sign_out(current_user.id, g.sign_in_id, now=utc_now())
    forget_reader()
    flash(_("You are signed out."), "success")
    return see_other("desk.home")


def forget_reader() -> None:
    """Nothing of the reader stays in the browser but the language."""
    language = current_language()
    logout_user()
    session.clear()
    session["language"] = language


@bp.route("/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> ResponseReturnValue:
    """The answer takes as long for a stranger's address, for which no letter is written."""
    form, began = ForgottenForm(), monotonic()
    status = form.status
    if form.validate_on_submit():
        try:
            access.ask_for_reset(form.email.data, request.remote_addr, now=utc_now())
        except TooManyAttempts as error:
            form.blame(error)
            status = 429
        else:
            sleep(max(0.0, began + ANSWER_AFTER - monotonic()))
            return see_other("accounts.forgotten", asked=1)
    values = {"asked": "asked" in request.args, "sends_letters": bool(current_app.config["MAIL_SERVER"])}
    return render_template("accounts/forgotten.html", form=form, **values), status


@bp.route("/access/<token>", methods=["GET", "POST"])
@public
def open_link(token: str) -> ResponseReturnValue:
    link = find_link(token)
    if link is None:
        return render_template("accounts/link_refused.html", state=None), 404
    with speaking(session.get("language") or link.person.language):
        return set_first_password(link)


def state_of(link: AccessLink) -> LinkState:
    return link_state(
        used_at=link.used_at, expires_at=link.expires_at, person_active=link.person.is_active, now=utc_now()
    )


def set_first_password(link: AccessLink) -> ResponseReturnValue:
    state = state_of(link)
    if state is not LinkState.OPEN:
        return render_template("accounts/link_refused.html", state=state), 410
    invited = link.purpose is LinkPurpose.INVITATION
    form = InvitationForm(obj=link.person) if invited else NewPasswordForm()
    person = link.person
    if form.validate_on_submit():
        settings = {"language": form.language.data, "time_zone": form.time_zone.data} if invited else {}
        try:
            person = access.use_link(link.id, form.password.data, **settings, now=utc_now())
        except LinkRefused:
            return render_template("accounts/link_refused.html", state=LinkState.USED), 410
        except DomainError as error:
            form.blame(error)
        else:
            begin_session(person)
            flash(_("Your password is set, and you are signed in."), "success")
            return see_other("desk.landing")
    return render_template("accounts/set_password.html", form=form, person=person, invited=invited), form.status
