"""Meetings and trainers of a session."""

from __future__ import annotations

from datetime import time, timedelta

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from trainingapp.core.clock import in_zone
from trainingapp.core.i18n import _
from trainingapp.core.permissions import P, requires
from trainingapp.core.web import choices_of, see_other
from trainingapp.scheduling import services
from trainingapp.scheduling.forms import DailyForm, MeetingForm, TrainerForm
from trainingapp.scheduling.models import CourseSession, Meeting, MeetingMode
from trainingapp.scheduling.queries.centres import rooms_of
from trainingapp.scheduling.queries.meetings import find_meeting
from trainingapp.scheduling.queries.sessions import find_session, get_session
from trainingapp.scheduling.queries.trainers import trainer_candidates
from trainingapp.scheduling.views.blueprint import bp


def to_meetings(session_id: int, sentence: str) -> Response:
    flash(sentence, "success")
    return see_other("scheduling.session", "meetings", session_id=session_id)


def to_trainers(session_id: int, sentence: str) -> Response:
    flash(sentence, "success")
    return see_other("scheduling.trainers", session_id=session_id)


def offer_rooms(form: MeetingForm | DailyForm, course_session: CourseSession) -> None:
    """The rooms of the session's centre that are in use, each with how many people it holds."""
    rows = rooms_of(course_session.centre_id) if course_session.centre_id else []
    rooms = [(row.id, _("%(room)s – for %(capacity)s people", room=row.name, capacity=row.capacity)) for row in rows]
    form.room_id.choices = choices_of([("", _("No room (online)")), *rooms])


def usual_mode(course_session: CourseSession) -> str:
    if course_session.is_hybrid:
        return MeetingMode.HYBRID.value
    return (MeetingMode.IN_PERSON if course_session.capacity_in_person else MeetingMode.ONLINE).value


@bp.route("/sessions/<int:session_id>/meetings/new", methods=["GET", "POST"])
@requires(P.SESSION_SCHEDULE, on=find_session)
def new_meeting(course_session: CourseSession) -> ResponseReturnValue:
    session_id = course_session.id
    form = MeetingForm(data=next_meeting(course_session))
    offer_rooms(form, course_session)
    if form.validate_on_submit():
        with form.refusals():
            services.add_meeting(session_id, form.details())
            return to_meetings(session_id, _("The meeting is added."))
    return meeting_page(form, session_id, None)


def next_meeting(course_session: CourseSession) -> dict[str, object]:
    """A proposal: in the room of the last meeting, on the day after it; else on the first day."""
    values: dict[str, object] = {"mode": usual_mode(course_session), "start": time(9), "end": time(12, 30)}
    if not course_session.meetings:
        return {**values, "day": course_session.starts_on}
    last = course_session.meetings[-1]
    following = in_zone(last.starts_at, course_session.time_zone).date() + timedelta(days=1)
    return {**values, "day": min(following, course_session.ends_on), "room_id": last.room_id}


def meeting_page(form: MeetingForm, session_id: int, meeting_id: int | None) -> ResponseReturnValue:
    course_session = get_session(session_id)
    page = render_template(
        "scheduling/meeting_form.html", form=form, course_session=course_session, meeting_id=meeting_id
    )
    return page, form.status


@bp.route("/meetings/<int:meeting_id>/edit", methods=["GET", "POST"])
@requires(P.SESSION_SCHEDULE, on=find_meeting)
def edit_meeting(meeting: Meeting) -> ResponseReturnValue:
    meeting_id, session_id = meeting.id, meeting.course_session_id
    form = MeetingForm(data=present_values(meeting))
    offer_rooms(form, meeting.course_session)
    if form.validate_on_submit():
        with form.refusals():
            services.change_meeting(meeting_id, form.details())
            return to_meetings(session_id, _("The meeting is saved."))
    return meeting_page(form, session_id, meeting_id)


def present_values(meeting: Meeting) -> dict[str, object]:
    """The meeting's time as the form asks for it: on the venue's clock."""
    zone = meeting.course_session.time_zone
    begins, ends = in_zone(meeting.starts_at, zone), in_zone(meeting.ends_at, zone)
    return {
        "day": begins.date(),
        "start": begins.time(),
        "end": ends.time(),
        "overnight": ends.date() > begins.date(),
        **{name: getattr(meeting, name) for name in ("mode", "room_id", "title_en", "title_ru")},
    }


@bp.route("/meetings/<int:meeting_id>/remove", methods=["POST"])
@requires(P.SESSION_SCHEDULE, on=find_meeting)
def remove_meeting(meeting: Meeting) -> ResponseReturnValue:
    session_id = meeting.course_session_id
    services.remove_meeting(meeting.id)
    return to_meetings(session_id, _("The meeting is removed."))


@bp.route("/sessions/<int:session_id>/meetings/daily", methods=["GET", "POST"])
@requires(P.SESSION_SCHEDULE, on=find_session)
def daily_meetings(course_session: CourseSession) -> ResponseReturnValue:
    session_id = course_session.id
    form = DailyForm(data={"mode": usual_mode(course_session)})
    offer_rooms(form, course_session)
    if form.validate_on_submit():
        with form.refusals():
            parts = form.parts(course_session.starts_on)
            services.add_daily_meetings(session_id, parts, weekends=form.weekends.data)
            return to_meetings(session_id, _("The meetings are added."))
    again = get_session(session_id)
    return render_template("scheduling/daily_form.html", form=form, course_session=again), form.status


# --- trainers


@bp.route("/sessions/<int:session_id>/trainers", methods=["GET", "POST"])
@requires(P.SESSION_SCHEDULE, on=find_session)
def trainers(course_session: CourseSession) -> ResponseReturnValue:
    session_id = course_session.id
    form = TrainerForm()
    rows = trainer_candidates(session_id)
    names = [(row.id, row.name.listed) for row in rows]
    form.person_id.choices = choices_of([("", _("Choose a trainer")), *names])
    if form.validate_on_submit():
        with form.refusals():
            services.assign_trainer(session_id, form.person_id.data)
            return to_trainers(session_id, _("The trainer leads this session now."))
    again = get_session(session_id)
    return render_template("scheduling/trainers.html", form=form, course_session=again, candidates=rows), form.status


@bp.route("/sessions/<int:session_id>/trainers/remove", methods=["POST"])
@requires(P.SESSION_SCHEDULE, on=find_session)
def release_trainer(course_session: CourseSession) -> ResponseReturnValue:
    session_id = course_session.id
    services.release_trainer(session_id, request.form.get("person_id", default=0, type=int))
    return to_trainers(session_id, _("The trainer no longer leads this session."))
