"""An administration's page in a call: its candidates, their order, the official letter, the answer 'nobody'."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask import abort, flash, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from trainingapp.accounts.queries.roles import contact_points
from trainingapp.accounts.rules.access import AccountState
from trainingapp.core import files
from trainingapp.core.clock import utc_now
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _
from trainingapp.core.permissions import P, Role, can, requires
from trainingapp.core.reasons import Told, typed
from trainingapp.core.web import see_other, uploaded
from trainingapp.enrolment.models import PlaceStatus
from trainingapp.enrolment.rules.moving import TermsFacts
from trainingapp.nomination import texts
from trainingapp.nomination.forms.nominations import (
    CommentForm,
    CorrectionForm,
    OfficialLetterForm,
    OrderForm,
    WithdrawNominationForm,
)
from trainingapp.nomination.models import Invitation, Nomination, Stage
from trainingapp.nomination.queries import nominations as queries
from trainingapp.nomination.queries.loading import find_invitation, find_nomination, stage_at
from trainingapp.nomination.rules.nominations import is_late, left_to_name, may_change, may_rank, moved
from trainingapp.nomination.services import nominations as services
from trainingapp.nomination.services import selection
from trainingapp.nomination.views.blueprint import bp


@dataclass(frozen=True)
class Side:
    """How the call stands for an administration, and what this reader may do about it."""

    invitation: Invitation
    now: datetime

    @cached_property
    def stage(self) -> Stage:
        return stage_at(self.invitation.call, self.now)

    @cached_property
    def by_office(self) -> bool:
        return can(P.CALL_PREPARE, self.invitation)

    @cached_property
    def on_behalf(self) -> bool:
        """Whether the reader acts for an administration that is not his or her own to represent."""
        return not any(
            grant.role is Role.CONTACT_POINT and grant.organisation_id == self.invitation.organisation_id
            for grant in current_user.grants
        )

    @property
    def is_late(self) -> bool:
        return is_late(self.stage)

    @property
    def may_change(self) -> bool:
        return may_change(self.stage, by_office=self.by_office)

    @property
    def may_rank(self) -> bool:
        return may_rank(self.stage, by_office=self.by_office)

    @cached_property
    def live(self) -> int:
        return queries.count_live(self.invitation.id)

    @property
    def left(self) -> int:
        return left_to_name(self.invitation.nominate, self.live)

    @property
    def may_comment(self) -> bool:
        until = self.invitation.call.comments_until
        return self.stage is Stage.PROPOSED and until is not None and self.now < until


def side_of(invitation: Invitation) -> Side:
    return Side(invitation, utc_now())


@bp.get("/invitations/<int:invitation_id>")
@requires(P.NOMINATE, on=find_invitation)
def invitation(invitation: Invitation) -> str:
    return invitation_page(invitation, CommentForm(formdata=None))


def invitation_page(invitation: Invitation, comment_form: CommentForm) -> str:
    side = side_of(invitation)
    nominees = queries.nominees_of(invitation, side.now)
    order = [one.row.id for one in nominees if one.is_live]
    return render_template(
        "nomination/invitation.html",
        side=side,
        invitation=invitation,
        call=invitation.call,
        course_session=invitation.call.course_session,
        live=[one for one in nominees if one.is_live],
        without_account=any(one.account is not AccountState.ACTIVE for one in nominees if one.is_live),
        held=[one for one in nominees if one.row.held_until],
        ended=[one for one in nominees if not one.is_live and not one.row.held_until],
        required=queries.titles_required(invitation.call.course_session),
        orders={number: orders_around(order, number) for number in order},
        comments=comments_of(invitation.id),
        comment_form=comment_form,
        contacts=contact_points(invitation.organisation_id) if side.on_behalf else [],
        terms=TermsFacts.of(invitation.call.terms),
        letter_form=OfficialLetterForm(formdata=None),
        sentences=texts,
    )


def comments_of(invitation_id: int) -> list[tuple[datetime, str | None, Told, None]]:
    """The comments as the log macro shows them."""
    return [
        (row.at, row.name.full if row.name else None, typed(row.text), None)
        for row in queries.comments_of(invitation_id)
    ]


def orders_around(order: list[int], item: int) -> dict[str, str]:
    """The orders that the buttons of one candidate bring about, as the form takes them."""
    place = order.index(item)
    moves = {"up": place - 1, "down": place + 1, "top": 0}
    possible = {name: to for name, to in moves.items() if 0 <= to < len(order) and to != place}
    return {name: ",".join(map(str, moved(order, item, to))) for name, to in possible.items()}


def to_invitation(invitation_id: int, anchor: str | None = None) -> Response:
    return see_other("nomination.invitation", anchor, invitation_id=invitation_id)


@bp.post("/invitations/<int:invitation_id>/rank")
@requires(P.NOMINATE, on=find_invitation)
def rank(invitation: Invitation) -> ResponseReturnValue:
    form, invitation_id = OrderForm(), invitation.id
    try:
        services.rank(invitation_id, form.ids, now=utc_now())
    except DomainError as error:
        flash(str(error), "error")
    else:
        flash(_("The new order is saved."), "success")
    return to_invitation(invitation_id, "candidates")


@bp.post("/invitations/<int:invitation_id>/letter")
@requires(P.NOMINATE, on=find_invitation)
def attach_letter(invitation: Invitation) -> ResponseReturnValue:
    form, invitation_id = OfficialLetterForm(), invitation.id
    letter = uploaded(form.file)
    try:
        if letter is None:
            raise DomainError(_("Please choose a file."))
        services.attach_letter(invitation_id, *letter, now=utc_now())
    except DomainError as error:
        flash(str(error), "error")
    else:
        flash(_("The official letter is attached."), "success")
    return to_invitation(invitation_id, "letter")


@bp.get("/invitations/<int:invitation_id>/letter")
@requires(P.NOMINATE, on=find_invitation)
def official_letter(invitation: Invitation) -> Response:
    letter = invitation.letter or abort(404)
    try:
        data = files.read(letter)
    except (OSError, ValueError):
        abort(404)
    return files.download(data, letter.name, letter.content_type)


@bp.post("/invitations/<int:invitation_id>/nobody")
@requires(P.NOMINATE, on=find_invitation)
def nobody(invitation: Invitation) -> ResponseReturnValue:
    invitation_id = invitation.id
    try:
        services.answer_nobody(invitation_id, now=utc_now())
    except DomainError as error:
        flash(str(error), "error")
    else:
        flash(_("The office knows now that you nominate nobody this time. Thank you for the answer."), "success")
    return to_invitation(invitation_id)


@bp.post("/invitations/<int:invitation_id>/comment")
@requires(P.NOMINATE, on=find_invitation)
def comment(invitation: Invitation) -> ResponseReturnValue:
    form, invitation_id = CommentForm(), invitation.id
    if form.validate_on_submit():
        with form.refusals():
            selection.comment(invitation_id, form.text.data, now=utc_now())
            flash(_("The comment is sent to the coordinator."), "success")
            return to_invitation(invitation_id, "comments")
    return invitation_page(invitation, form), form.status


@bp.route("/nominations/<int:nomination_id>/edit", methods=["GET", "POST"])
@requires(P.NOMINATE, on=find_nomination)
def edit_nomination(nomination: Nomination) -> ResponseReturnValue:
    place, side = nomination.place, side_of(nomination.invitation)
    form = CorrectionForm(place.person, place.mode, place.motivation)
    form.offer(nomination.invitation.call.course_session)
    nomination_id, invitation_id = nomination.id, nomination.invitation_id
    if form.validate_on_submit():
        with form.refusals():
            services.correct(nomination_id, form.correction, now=utc_now())
            flash(_("The changes are saved."), "success")
            return to_invitation(invitation_id, f"candidate-{nomination_id}")
    page = render_template(
        "nomination/nomination_form.html",
        form=form,
        side=side,
        invitation=nomination.invitation,
        person=place.person,
        is_open=place.status is PlaceStatus.NOMINATED,
    )
    return page, form.status


@bp.route("/nominations/<int:nomination_id>/withdraw", methods=["GET", "POST"])
@requires(P.NOMINATE, on=find_nomination)
def withdraw_nomination(nomination: Nomination) -> ResponseReturnValue:
    form, side = WithdrawNominationForm(), side_of(nomination.invitation)
    nomination_id, invitation_id = nomination.id, nomination.invitation_id
    if form.validate_on_submit():
        with form.refusals():
            services.withdraw_nomination(nomination_id, form.given or "", now=utc_now())
            flash(_("The candidate is withdrawn, and the others have moved up."), "success")
            return to_invitation(invitation_id, "candidates")
    page = render_template(
        "nomination/withdraw_nomination.html",
        form=form,
        side=side,
        invitation=nomination.invitation,
        nomination=nomination,
        person=nomination.place.person,
        can_be=side.may_change and nomination.place.status is PlaceStatus.NOMINATED,
    )
    return page, form.status
