"""The front door, and the pages on which people land: each shows the cards that the features declare."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from trainingapp.accounts.models import Centre
from trainingapp.catalogue.queries import course_counts
from trainingapp.core.cards import FrontPage, made_for
from trainingapp.core.clock import utc_now
from trainingapp.core.clockwatch import find_pause, hours_of
from trainingapp.core.heartbeat import Condition, Work, condition_of, is_expected
from trainingapp.core.i18n import _
from trainingapp.core.permissions import P, Role, public, requires
from trainingapp.core.proxies import find_misfit
from trainingapp.core.web import see_other
from trainingapp.desk import services, texts
from trainingapp.enrolment.queries.cards import open_sessions

bp = Blueprint("desk", __name__, template_folder="../templates")

SHORT = 6
LANDINGS = (
    (Role.COORDINATOR, "desk.coordinator"),
    (Role.CONTACT_POINT, "desk.my_administration"),
    (Role.TRAINER, "desk.today"),
    (Role.ADMINISTRATOR, "desk.administrator"),
)


@bp.route("/")
@public
def home() -> str:
    now = utc_now()
    return render_template(
        "desk/home.html", kinds=course_counts(), sessions=open_sessions(now, SHORT), landing=landing_page()
    )


def landing_page() -> str | None:
    """The endpoint of the reader's own page; None for a visitor."""
    return landing_of(current_user.roles) if current_user.is_authenticated else None


def landing_of(roles: Iterable[Role]) -> str:
    """The first page of somebody's work: of the role that has most of it to do each day."""
    held = set(roles)
    return next((endpoint for role, endpoint in LANDINGS if role in held), "desk.my_training")


@bp.route("/my")
@public
def landing() -> ResponseReturnValue:
    endpoint = landing_page()
    if endpoint is None:
        return redirect(url_for("accounts.sign_in", next=url_for("desk.landing")))
    return redirect(url_for(endpoint))


@bp.route("/my-training")
@requires(P.ACCOUNT_OWN)
def my_training() -> str:
    return render_template("desk/my_training.html", cards=made_for(FrontPage.OFFICER, utc_now()))


@bp.route("/my-administration")
@requires(P.DESK_CONTACT_POINT)
def my_administration() -> str:
    return render_template("desk/my_administration.html", cards=made_for(FrontPage.CONTACT_POINT, utc_now()))


@bp.route("/today")
@requires(P.DESK_TRAINER)
def today() -> str:
    now = utc_now()
    return render_template("desk/today.html", now=now, cards=made_for(FrontPage.TRAINER, now))


@bp.route("/desk")
@requires(P.DESK_COORDINATOR)
def coordinator() -> str:
    now = utc_now()
    return render_template(
        "desk/coordinator.html",
        now=now,
        centres=centres_kept(),
        stopped=stopped_work(now),
        texts=texts,
        cards=made_for(FrontPage.COORDINATOR, now),
    )


def stopped_work(now: datetime) -> list[Condition]:
    """What no process does just now, or cannot do."""
    conditions = [condition_of(work, now) for work in Work if is_expected(work)]
    return [one for one in conditions if not one.is_alive or one.trouble]


def centres_kept() -> list[Centre]:
    """The centres that the coordinator is limited to; none for the whole office."""
    centres = [grant.centre for grant in current_user.grants if grant.role is Role.COORDINATOR]
    return [] if None in centres else centres


@bp.route("/administration")
@requires(P.DESK_ADMINISTRATOR)
def administrator() -> str:
    now = utc_now()
    return render_template(
        "desk/administrator.html",
        stopped=stopped_work(now),
        texts=texts,
        proxies=find_misfit(),
        pause=find_pause(),
        hours_of=hours_of,
        now=now,
        cards=made_for(FrontPage.ADMINISTRATOR, now),
    )


@bp.post("/administration/clock")
@requires(P.DESK_ADMINISTRATOR)
def accept_clock() -> ResponseReturnValue:
    if services.accept_clock():
        flash(_("Automatic work goes on."), "success")
    return see_other("desk.administrator")
