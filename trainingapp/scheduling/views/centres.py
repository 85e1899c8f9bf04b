"""Centres and their rooms."""

from __future__ import annotations

from flask import abort, flash, render_template
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from trainingapp.accounts.models import Centre
from trainingapp.accounts.queries.organisations import find_centre
from trainingapp.accounts.services.organisations import add_centre, change_centre
from trainingapp.core.clock import today_in, utc_now
from trainingapp.core.i18n import _
from trainingapp.core.permissions import P, can, public, requires
from trainingapp.core.web import see_other
from trainingapp.scheduling import services
from trainingapp.scheduling.forms import CentreForm, RoomForm
from trainingapp.scheduling.models import Room
from trainingapp.scheduling.queries.centres import centre_rows, find_room, rooms_of
from trainingapp.scheduling.queries.sessions import upcoming
from trainingapp.scheduling.views.blueprint import bp

SHOWN = 20


@bp.route("/centres")
@public
def centres() -> ResponseReturnValue:
    return render_template("scheduling/centres.html", rows=centre_rows())


@bp.route("/centres/<int:centre_id>")
@public
def centre(centre_id: int) -> ResponseReturnValue:
    found = find_centre(centre_id) or abort(404)
    return render_template(
        "scheduling/centre.html",
        centre=found,
        rooms=rooms_of(centre_id, also_closed=can(P.ROOMS_EDIT, found)),
        upcoming=upcoming(today_in(found.time_zone, utc_now()), SHOWN, centre_id=centre_id),
    )


@bp.route("/centres/new", methods=["GET", "POST"])
@requires(P.ORGANISATIONS_EDIT)
def new_centre() -> ResponseReturnValue:
    form = CentreForm()
    form.offer([])
    if form.validate_on_submit():
        with form.refusals():
            added = add_centre(form.details())
            return back_to(added.id, _("The centre is added. Add its rooms next."))
    return render_template("scheduling/centre_form.html", form=form, centre=None), form.status


@bp.route("/centres/<int:centre_id>/edit", methods=["GET", "POST"])
@requires(P.ORGANISATIONS_EDIT, on=find_centre)
def edit_centre(centre: Centre) -> ResponseReturnValue:
    centre_id = centre.id
    form = CentreForm(obj=centre)
    form.offer([centre.time_zone])
    if form.validate_on_submit():
        with form.refusals():
            change_centre(centre_id, form.details())
            return back_to(centre_id, _("The centre is saved."))
    return render_template("scheduling/centre_form.html", form=form, centre=find_centre(centre_id)), form.status


@bp.route("/centres/<int:centre_id>/rooms/new", methods=["GET", "POST"])
@requires(P.ROOMS_EDIT, on=find_centre)
def new_room(centre: Centre) -> ResponseReturnValue:
    centre_id = centre.id
    form = RoomForm()
    if form.validate_on_submit():
        with form.refusals():
            services.add_room(centre_id, form.details())
            return back_to(centre_id, _("The room is added."))
    page = render_template("scheduling/room_form.html", form=form, centre=find_centre(centre_id), room=None)
    return page, form.status


@bp.route("/rooms/<int:room_id>/edit", methods=["GET", "POST"])
@requires(P.ROOMS_EDIT, on=find_room)
def edit_room(room: Room) -> ResponseReturnValue:
    room_id, centre_id = room.id, room.centre_id
    form = RoomForm(obj=room)
    if form.validate_on_submit():
        with form.refusals():
            services.change_room(room_id, form.details(), now=utc_now())
            return back_to(centre_id, _("The room is saved."))
    page = render_template(
        "scheduling/room_form.html", form=form, centre=find_centre(centre_id), room=find_room(room_id)
    )
    return page, form.status


@bp.route("/rooms/<int:room_id>/close", methods=["POST"])
@requires(P.ROOMS_EDIT, on=find_room)
def close_room(room: Room) -> ResponseReturnValue:
    services.close_room(room.id, now=utc_now())
    return back_to(room.centre_id, _("The room is no longer in use."))


@bp.route("/rooms/<int:room_id>/reopen", methods=["POST"])
@requires(P.ROOMS_EDIT, on=find_room)
def reopen_room(room: Room) -> ResponseReturnValue:
    services.reopen_room(room.id)
    return back_to(room.centre_id, _("The room is in use again."))


def back_to(centre_id: int, sentence: str) -> Response:
    flash(sentence, "success")
    return see_other("scheduling.centre", centre_id=centre_id)
