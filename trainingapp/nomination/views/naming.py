"""Three ways of naming candidates: from the known officers, one new officer, and a whole list."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from trainingapp.accounts.views.list_of_officers import answers_given, answers_offered
from trainingapp.core.clock import utc_now
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _, _n, current_language
from trainingapp.core.permissions import P, requires
from trainingapp.core.web import see_other, uploaded
from trainingapp.nomination.forms.nominations import LONGEST_LIST, TOO_LONG, ChooseForm, ListForm, NewOfficerForm
from trainingapp.nomination.models import Invitation
from trainingapp.nomination.queries import nominations as queries
from trainingapp.nomination.queries.loading import find_invitation
from trainingapp.nomination.rules.lists import RowOutcome
from trainingapp.nomination.services import naming as services
from trainingapp.nomination.services.naming import ListReport
from trainingapp.nomination.views.blueprint import bp
from trainingapp.nomination.views.nominations import side_of, to_invitation


@bp.route("/invitations/<int:invitation_id>/nominate", methods=["GET", "POST"])
@requires(P.NOMINATE, on=find_invitation)
def nominate(invitation: Invitation) -> ResponseReturnValue:
    form, side, invitation_id = ChooseForm(), side_of(invitation), invitation.id
    form.offer_late(invitation.call.course_session, late=side.is_late)
    if form.validate_on_submit():
        with form.refusals():
            made = services.nominate(
                invitation_id, form.people.data or [], form.way, late_reason=form.given, now=utc_now()
            )
            flash_named(len(made))
            return to_invitation(invitation_id, "candidates")
    page = render_template(
        "nomination/nominate.html",
        form=form,
        side=side_of(invitation),
        invitation=invitation,
        officers=queries.officers_to_name(invitation, side.now),
        chosen=set(form.people.data or []),
    )
    return page, form.status


def flash_named(count: int) -> None:
    text = _n(
        "%(num)s candidate is nominated. Please check the order: the first in the list has priority.",
        "%(num)s candidates are nominated. Please check the order: the first in the list has priority.",
        count,
    )
    flash(text, "success")


def usual_settings(invitation: Invitation) -> tuple[str, str]:
    """The language and the time zone that a new officer of the administration most likely has."""
    known = queries.usual_settings(invitation.organisation_id)
    return known or (current_language(), str(current_user.time_zone))


@bp.route("/invitations/<int:invitation_id>/nominate/new", methods=["GET", "POST"])
@requires(P.NOMINATE, on=find_invitation)
def nominate_new(invitation: Invitation) -> ResponseReturnValue:
    form, side, invitation_id = NewOfficerForm(*usual_settings(invitation)), side_of(invitation), invitation.id
    form.offer_late(invitation.call.course_session, late=side.is_late)
    if form.validate_on_submit():
        with form.refusals():
            nomination = services.nominate_new(
                invitation_id,
                form.details(),
                form.way,
                motivation=form.motivation.data,
                late_reason=form.given,
                is_another=form.is_another.data,
                now=utc_now(),
            )
            name = nomination.place.person.name.full
            told = _(
                "%(name)s is nominated. A link to sign in comes with the offer of a place, if there is one.", name=name
            )
            flash(told, "success")
            if "another" in request.form:
                return see_other("nomination.nominate_new", invitation_id=invitation_id)
            return to_invitation(invitation_id, "candidates")
    page = render_template("nomination/nominate_new.html", form=form, side=side_of(invitation), invitation=invitation)
    return page, form.status


@bp.route("/invitations/<int:invitation_id>/nominate/list", methods=["GET", "POST"])
@requires(P.NOMINATE, on=find_invitation)
def nominate_list(invitation: Invitation) -> ResponseReturnValue:
    """First a preview, then the names. The rows travel in the page: nothing is stored between."""
    language, time_zone = usual_settings(invitation)
    form, invitation_id = ListForm(language), invitation.id
    form.offer_late(invitation.call.course_session, late=side_of(invitation).is_late)
    report: ListReport | None = None
    if form.validate_on_submit():
        upload = uploaded(form.file)
        data = upload[0] if upload else (form.rows.data or "").encode()
        confirmed = upload is None and "confirm" in request.form and form.seen.data == mark_of(form.rows.data)
        options: dict[str, Any] = {
            "language": form.language.data,
            "time_zone": time_zone,
            "answers": answers_given(),
        }
        try:
            if confirmed:
                report = services.nominate_list(
                    invitation_id,
                    data,
                    form.way,
                    late_reason=form.given,
                    only_first=request.form["confirm"] == "first",
                    now=utc_now(),
                    **options,
                )
                return named(invitation_id, report, only_first=request.form["confirm"] == "first")
            report = services.nominate_list(invitation_id, data, form.way, dry_run=True, now=utc_now(), **options)
            check_carried(report)
        except DomainError as error:
            form.blame(error)
            report = preview_again(invitation_id, form, data, options) if confirmed else None
    return list_page(invitation, form, report)


def list_page(invitation: Invitation, form: ListForm, report: ListReport | None) -> ResponseReturnValue:
    """The form, and below it what would become of each row of the list that it carries."""
    if report is not None:
        form.rows.data, form.seen.data = report.text, mark_of(report.text)
    page = render_template(
        "nomination/nominate_list.html",
        form=form,
        side=side_of(invitation),
        invitation=invitation,
        report=report,
        RowOutcome=RowOutcome,
        answers_offered=answers_offered(),
    )
    return page, 200 if report is not None and not form.errors and not form.form_errors else form.status


def check_carried(report: ListReport) -> None:
    """Raise DomainError for a list that is too long to travel in the page."""
    if len(report.text) > LONGEST_LIST:
        raise DomainError(TOO_LONG, "file")


def preview_again(invitation_id: int, form: ListForm, data: bytes, options: dict[str, Any]) -> ListReport | None:
    """The preview once more, under a refusal that came with the confirmation."""
    try:
        return services.nominate_list(invitation_id, data, form.way, dry_run=True, now=utc_now(), **options)
    except DomainError:
        return None


def mark_of(text: str | None) -> str:
    """By which a list is known again, whatever the browser did to its line breaks."""
    return hashlib.sha256("\n".join((text or "").split()).encode()).hexdigest()


def named(invitation_id: int, report: ListReport, *, only_first: bool) -> Response:
    """Say what became of the list, and go on to the candidates."""
    flash_named(len(report.within if only_first else report.to_name))
    refused = report.of(RowOutcome.REFUSED)
    if refused:
        rows = ", ".join(str(line.number) for line in refused[:50])
        flash(_("Left out because something is wrong with them: rows %(rows)s.", rows=rows), "warning")
    return to_invitation(invitation_id, "candidates")
