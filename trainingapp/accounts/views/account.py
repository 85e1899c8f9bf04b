"""One's own account: settings, password, language."""

from __future__ import annotations

from flask import flash, g, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from trainingapp.accounts.forms import ChangePasswordForm, SettingsForm
from trainingapp.accounts.queries.sign_ins import sign_ins_of
from trainingapp.accounts.services import access, people, sign_ins
from trainingapp.accounts.views.blueprint import begin_session, bp
from trainingapp.accounts.views.sign_in import forget_reader, sign_out
from trainingapp.core.clock import utc_now
from trainingapp.core.errors import DomainError, TooManyAttempts
from trainingapp.core.i18n import LANGUAGES, _, speaking
from trainingapp.core.permissions import P, public, requires
from trainingapp.core.web import LARGEST_NUMBER, redirect_back, see_other


@bp.route("/account", methods=["GET", "POST"])
@requires(P.ACCOUNT_OWN)
def profile() -> ResponseReturnValue:
    form = SettingsForm(obj=current_user)
    if form.validate_on_submit():
        settings = {name: form[name].data for name in ("language", "time_zone", "post")}
        with form.refusals():
            people.change_settings(current_user.id, **settings)
            with speaking(form.language.data):
                flash(_("Your settings are saved."), "success")
            return see_other("accounts.profile")
    return render_template("accounts/profile.html", form=form, person=current_user), form.status


@bp.route("/account/password", methods=["GET", "POST"])
@requires(P.ACCOUNT_OWN)
def password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    status = form.status
    if form.validate_on_submit():
        try:
            person = access.change_password(current_user.id, form.old_password.data, form.password.data, now=utc_now())
        except DomainError as error:
            form.blame(error)
            status = 429 if isinstance(error, TooManyAttempts) else status
        else:
            begin_session(person)
            flash(_("Your password is changed. Other browsers where you were signed in are signed out."), "success")
            return see_other("accounts.profile")
    return render_template("accounts/password.html", form=form), status


@bp.get("/account/sign-ins", endpoint="sign_ins")
@requires(P.ACCOUNT_OWN)
def own_sign_ins() -> ResponseReturnValue:
    return render_template("accounts/sign_ins.html", sign_ins=sign_ins_of(current_user.id, utc_now()))


@bp.post("/account/sign-ins/end")
@requires(P.ACCOUNT_OWN)
def end_sign_in() -> Response:
    number = request.form.get("sign_in", default=0, type=int)
    if number == g.sign_in_id:
        return sign_out()
    if sign_ins.sign_out(current_user.id, max(0, min(number, LARGEST_NUMBER)), now=utc_now()):
        flash(_("That browser is signed out."), "success")
    return see_other("accounts.sign_ins")


@bp.post("/account/sign-ins/end-all")
@requires(P.ACCOUNT_OWN)
def end_sign_ins() -> Response:
    sign_ins.sign_out_everywhere(current_user.id, now=utc_now())
    forget_reader()
    flash(_("You are signed out everywhere."), "success")
    return see_other("desk.home")


@bp.post("/language")
@public
def set_language() -> Response:
    language = request.form.get("language")
    if language in LANGUAGES:
        session["language"] = language
        if current_user.is_authenticated:
            people.choose_language(current_user.id, language)
    return redirect_back("desk.home")
