"""The front door and the landing pages: each role's work of the day, counted and dated."""

from __future__ import annotations

from datetime import date, datetime

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from trainingapp.accounts.models import Centre
from trainingapp.audit.texts import latest_entries
from trainingapp.catalogue.models import AccessClass
from trainingapp.certificates.queries import certificates_of_person, state_of
from trainingapp.core.clock import today_in, utc_now
from trainingapp.core.clockwatch import find_pause, hours_of
from trainingapp.core.db import Row, db
from trainingapp.core.heartbeat import Condition, Work, condition_of
from trainingapp.core.i18n import _
from trainingapp.core.permissions import P, Role, public, requires
from trainingapp.core.proxies import find_misfit
from trainingapp.core.web import page_number, paged, see_other
from trainingapp.desk import rules, services, texts
from trainingapp.desk.queries import (
    administration,
    calls,
    coordination,
    invitations,
    representation,
    teaching,
    training,
)
from trainingapp.desk.queries import public as front
from trainingapp.enrolment import texts as place_texts
from trainingapp.enrolment.models import PlaceStatus
from trainingapp.enrolment.queries import places_of
from trainingapp.mail import smtp
from trainingapp.mail.queries import counts as letter_counts
from trainingapp.mail.queries import letters_of
from trainingapp.nomination import texts as nomination_texts
from trainingapp.nomination.models import Stage
from trainingapp.records.queries import transcript_of
from trainingapp.scheduling.models import SessionStatus
from trainingapp.scheduling.queries import led_by

bp = Blueprint("desk", __name__, template_folder="templates")

SHORT = 6
OVER = {SessionStatus.FINISHED, SessionStatus.CANCELLED}


@bp.route("/")
@public
def home() -> str:
    now = utc_now()
    return render_template(
        "desk/home.html", kinds=front.course_counts(), sessions=front.open_sessions(now, SHORT), landing=landing_page()
    )


def landing_page() -> str | None:
    """The endpoint of the reader's own page; None for a visitor."""
    return rules.landing_of(current_user.roles) if current_user.is_authenticated else None


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
    now = utc_now()
    today = today_in(current_user.time_zone, now)
    places = places_of(current_user.id)
    live = [row for row in reversed(places) if is_live(row)]
    offers = [row for row in live if row.status is PlaceStatus.OFFERED]
    transcript = transcript_of(current_user.id, today)
    certificates = certificates_of_person(current_user.id)
    return render_template(
        "desk/my_training.html",
        meetings=training.next_meetings(current_user.id, now, SHORT),
        live=live,
        past=[row for row in places if not is_live(row)],
        sentence=place_texts.sentence,
        offers=sorted(offers, key=lambda row: row.offered_until),
        closing=training.nomination_deadlines(
            row.course_session_id for row in live if row.status is PlaceStatus.NOMINATED
        ),
        to_follow=[row for row in live if is_to_follow(row, today)],
        expiring=rules.expiring((item.row for item in transcript.completions), today),
        completions=transcript.completions,
        certificates=[
            (row, state_of(row, today), today_in(current_user.time_zone, row.issued_at)) for row in certificates
        ],
        letters=db.session.execute(letters_of(current_user.id).limit(3)).all(),
        today=today,
        now=now,
        texts=texts,
    )


def is_live(place: Row) -> bool:
    """Whether something is still to come of the place."""
    return place.status.is_live and place.session_status not in OVER


def is_to_follow(place: Row, today: date) -> bool:
    """Whether the place is one of a distance course that can be followed now."""
    return bool(place.followed_at_url and place.status is PlaceStatus.PLACED and place.starts_on <= today)


@bp.route("/today")
@requires(P.DESK_TRAINER)
def today() -> str:
    now = utc_now()
    mine = led_by(current_user.id)
    coming = teaching.coming_meetings(now, mine)
    return render_template(
        "desk/today.html",
        now=now,
        meetings=[row for row in coming if teaching.is_today(row, now)],
        later=[row for row in coming if not teaching.is_today(row, now)],
        missing=[row for row in teaching.missing_registers(now, mine) if not teaching.is_today(row, now)],
        to_mark=teaching.sessions_to_mark(now, mine),
        texts=texts,
    )


@bp.route("/desk")
@requires(P.DESK_COORDINATOR)
def coordinator() -> str:
    now = utc_now()
    within = coordination.kept_by(current_user.grants)
    current = coordination.current_sessions(within, now)
    return render_template(
        "desk/coordinator.html",
        now=now,
        requests=coordination.requests(within),
        below_minimum=coordination.below_minimum(current, now),
        steps=coordination.steps_due(current, now),
        missing=teaching.missing_registers(now, within),
        to_mark=teaching.sessions_to_mark(now, within),
        ready=coordination.certificates_ready(within),
        calls=calls.waiting(within, now),
        failed_letters=coordination.failed_letters(within),
        stopped=stopped_work(now),
        untranslated=coordination.count_untranslated(),
        ahead=coordination.sessions_ahead(within, now, 12),
        centres=centres_kept(),
        short=SHORT,
        texts=texts,
    )


def stopped_work(now: datetime) -> list[Condition]:
    """What no process does just now, or cannot do.

    Without a mail server nobody has to deliver letters. While automatic work waits for somebody to say that the
    clock is right, nothing else is said of it: signs of life are compared with that clock, starting anew is no help.
    """
    expected = {Work.MAIL: smtp.is_set(), Work.JOBS: find_pause() is None}
    conditions = [condition_of(work, now) for work in Work if expected[work]]
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
        accounts=administration.account_counts(now),
        roles=administration.role_counts(),
        organisations=administration.organisation_counts(),
        letters=letter_counts(),
        stopped=stopped_work(now),
        mail_server=current_app.config["MAIL_SERVER"],
        entries=latest_entries(8),
        texts=texts,
        proxies=find_misfit(),
        pause=find_pause(),
        hours_of=hours_of,
        now=now,
    )


@bp.post("/administration/clock")
@requires(P.DESK_ADMINISTRATOR)
def accept_clock() -> ResponseReturnValue:
    if services.accept_clock():
        flash(_("Automatic work goes on."), "success")
    return see_other("desk.administrator")


@bp.route("/my-administration")
@requires(P.DESK_CONTACT_POINT)
def my_administration() -> str:
    now = utc_now()
    day = today_in(current_user.time_zone, now)
    own = representation.represented_by(current_user.grants)
    sessions = front.open_sessions(now, SHORT, AccessClass.CUSTOMS, AccessClass.OPEN)
    calls = invitations.invitations_of(own, now)
    seats = invitations.seats_in_question(own)
    return render_template(
        "desk/my_administration.html",
        administrations=representation.administrations(own),
        open_calls=[one.row for one in calls if one.stage is Stage.OPEN],
        closed_calls=[one.row for one in calls if one.stage is Stage.CLOSED],
        proposed_calls=[one.row for one in calls if one.stage is Stage.PROPOSED],
        final_calls=[one.row for one in calls if one.stage is Stage.FINAL],
        held=[row for row in seats if row.held_until],
        offered=[row for row in seats if not row.held_until],
        places=paged(representation.live_places(own), page_number()),
        expiring=representation.expiring_certificates(own, day),
        sessions=[row for row in sessions if not row.by_nomination],
        today=day,
        now=now,
        texts=texts,
        sentences=nomination_texts,
    )
