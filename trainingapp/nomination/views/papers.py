"""The letter of invitation: as a page to look at, and as PDF."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from trainingapp.core.clock import utc_now
from trainingapp.core.files import download
from trainingapp.core.i18n import LANGUAGES, current_language, speaking
from trainingapp.core.permissions import P, requires
from trainingapp.core.web import LARGEST_NUMBER
from trainingapp.nomination import papers
from trainingapp.nomination.models import Call, Invitation
from trainingapp.nomination.queries.administrations import overview
from trainingapp.nomination.queries.loading import find_call, find_invitation, find_invitation_of
from trainingapp.nomination.views.blueprint import bp


@bp.get("/calls/<int:call_id>/preview")
@requires(P.CALL_PREPARE, on=find_call)
def preview(call: Call) -> str:
    """The letter in both languages beside each other, as the chosen administration gets it."""
    chosen, now = chosen_invitation(call), utc_now()
    return render_template(
        "nomination/preview.html",
        call=call,
        course_session=call.course_session,
        chosen=chosen,
        rows=overview(call),
        letters=[papers.invitation_letter(call, chosen, language, now) for language in LANGUAGES],
        lacks_russian=not (call.text_ru or "").strip(),
    )


@bp.get("/calls/<int:call_id>/invitation.pdf")
@requires(P.CALL_PREPARE, on=find_call)
def invitation_pdf(call: Call) -> ResponseReturnValue:
    return pdf_of(call, chosen_invitation(call))


@bp.get("/invitations/<int:invitation_id>/invitation.pdf")
@requires(P.NOMINATE, on=find_invitation)
def own_invitation_pdf(invitation: Invitation) -> ResponseReturnValue:
    return pdf_of(invitation.call, invitation)


def chosen_invitation(call: Call) -> Invitation | None:
    """The invitation of the administration that is asked for; 404 for one that is not invited."""
    if not request.args.get("organisation"):
        return None
    number = request.args.get("organisation", default=0, type=int)
    return (find_invitation_of(call.id, number) if 0 < number <= LARGEST_NUMBER else None) or abort(404)


def pdf_of(call: Call, invitation: Invitation | None) -> Response:
    asked = request.args.get("language", "")
    language = asked if asked in LANGUAGES else current_language()
    printed = papers.invitation_pdf(call, invitation, language, utc_now())
    with speaking(language):
        name = papers.file_name(call, invitation)
    return download(printed, name, "application/pdf", inline=True)
