"""Sheets, the overview of a session, results of its group, and completion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_skeleton
from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from trainingapp.attendance import papers, services
from trainingapp.attendance.forms import (
    CorrectionForm,
    ResultForm,
    ScanForm,
    SheetForm,
    WithdrawalForm,
    results_form,
    sheet_form,
)
from trainingapp.attendance.models import Presence, SheetScan
from trainingapp.attendance.queries import sheets
from trainingapp.attendance.queries.sheets import CompletionLine, Participant, SheetLine
from trainingapp.attendance.rules import UNMARKED, Mark, check_open
from trainingapp.catalogue.models import CourseKind
from trainingapp.core.clock import in_zone, today_in, utc_now
from trainingapp.core.errors import DomainError
from trainingapp.core.files import download, read
from trainingapp.core.formats import LOCALES
from trainingapp.core.i18n import _, _n, current_language
from trainingapp.core.permissions import P, requires
from trainingapp.core.web import see_other, uploaded
from trainingapp.enrolment.models import PlaceStatus
from trainingapp.records.models import Completion, ComponentResult, Outcome
from trainingapp.records.queries import find_completion, find_result, history_of
from trainingapp.records.services import correct_result as correct
from trainingapp.records.services import withdraw_completion
from trainingapp.scheduling.models import CourseSession, Meeting, OfTaughtSession
from trainingapp.scheduling.queries.meetings import find_meeting
from trainingapp.scheduling.queries.sessions import find_session

bp = Blueprint("attendance", __name__, template_folder="templates")


@dataclass(frozen=True)
class Trainee(OfTaughtSession):
    """A participant of a session, with what the permission table asks of the session."""

    course_session: CourseSession
    participant: Participant


def find_trainee(session_id: int, person_id: int) -> Trainee | None:
    course_session = find_session(session_id)
    if course_session is None:
        return None
    seated = sheets.participants_of(session_id, PlaceStatus.PLACED)
    return next((Trainee(course_session, person) for person in seated if person.person_id == person_id), None)


# --- sheets


@bp.get("/sessions/<int:session_id>/attendance")
@requires(P.ATTENDANCE_MARK, on=find_session)
def overview(course_session: CourseSession) -> str:
    return render_template(
        "attendance/overview.html",
        course_session=course_session,
        lines=sheets.overview_of(course_session),
        unrecorded=sheets.unrecorded_of([meeting.id for meeting in course_session.meetings]),
        closed=closed_meetings(course_session),
        days={meeting.id: short_day(meeting) for meeting in course_session.meetings},
        unmarked=UNMARKED,
        all_marks=[Mark(presence) for presence in Presence],
    )


@bp.route("/meetings/<int:meeting_id>/attendance", methods=["GET", "POST"])
@requires(P.ATTENDANCE_MARK, on=find_meeting)
def sheet(meeting: Meeting) -> ResponseReturnValue:
    lines = sheets.sheet_of(meeting)
    form = sheet_form(meeting, lines)
    if form.validate_on_submit():
        if "all_present" in request.form:
            form.fill_present(meeting, lines, current_user.id)
        try:
            marks, seen = form.changed_marks(), form.seen()
            report = services.mark_sheet(meeting.id, marks, form.given, now=utc_now(), seen=seen)
        except DomainError as error:
            form.blame(error)
            lines = sheets.sheet_of(meeting)
            form.catch_up(lines)
        else:
            flash(saved(report), "success")
            return see_other("attendance.sheet", meeting_id=meeting.id)
    return sheet_page(meeting, lines, form, ScanForm(formdata=None))


@bp.post("/meetings/<int:meeting_id>/scans")
@requires(P.ATTENDANCE_MARK, on=find_meeting)
def attach_scan(meeting: Meeting) -> ResponseReturnValue:
    form = ScanForm()
    if form.validate_on_submit():
        data, name = uploaded(form.scan) or (b"", "")
        with form.refusals():
            scan = services.attach_scan(meeting.id, data, name, now=utc_now())
            flash(_("The scan is kept.") if scan else _("This very file is kept here already."), "success")
            return see_other("attendance.sheet", "scans", meeting_id=meeting.id)
    lines = sheets.sheet_of(meeting)
    return sheet_page(meeting, lines, sheet_form(meeting, lines), form)


@bp.get("/scans/<int:scan_id>")
@requires(P.ATTENDANCE_MARK, on=sheets.find_scan)
def scan(scan: SheetScan) -> Response:
    return download(read(scan.file), scan.file.name, scan.file.content_type)


@bp.get("/meetings/<int:meeting_id>/sign-in-sheet")
@requires(P.ATTENDANCE_MARK, on=find_meeting)
def print_sheet(meeting: Meeting) -> str:
    people = sheets.participants_of(meeting.course_session_id, PlaceStatus.PLACED)
    return render_template("attendance/sign_in_sheet.html", meeting=meeting, people=people, **papers.wording(meeting))


def sheet_page(meeting: Meeting, lines: list[SheetLine], form: SheetForm, scan_form: ScanForm) -> tuple[str, int]:
    page = render_template(
        "attendance/sheet.html",
        meeting=meeting,
        lines=lines,
        form=form,
        scan_form=scan_form,
        closed=reason_closed(meeting, utc_now()),
        corrections=sheets.corrections_of(meeting.id),
        scans=sheets.scans_of(meeting.id),
    )
    failed = any(shown.errors or shown.form_errors for shown in (form, scan_form))
    return page, 422 if failed else 200


def closed_meetings(course_session: CourseSession) -> dict[int, str]:
    """For each meeting that cannot be marked now the reason."""
    now = utc_now()
    reasons = {meeting.id: reason_closed(meeting, now) for meeting in course_session.meetings}
    return {meeting_id: reason for meeting_id, reason in reasons.items() if reason}


def short_day(meeting: Meeting) -> str:
    """ "1 Jun", «1 июн.»: the head of a column."""
    local = in_zone(meeting.starts_at, meeting.course_session.time_zone)
    return str(format_skeleton("MMMd", local, locale=LOCALES[current_language()]))


def reason_closed(meeting: Meeting, now: datetime) -> str | None:
    course_session = meeting.course_session
    try:
        check_open(course_session.status, meeting.starts_at, course_session.time_zone, now)
    except DomainError as error:
        return str(error)
    return None


def saved(report: services.SheetReport) -> str:
    if not report.recorded and not report.corrected:
        return _("Nothing was changed: the sheet says this already.")
    recorded = _n("Saved: %(num)s mark.", "Saved: %(num)s marks.", report.recorded + report.corrected)
    if not report.corrected:
        return recorded
    corrected = _n("%(num)s of them is a correction.", "%(num)s of them are corrections.", report.corrected)
    return f"{recorded} {corrected}"


# --- results


@bp.route("/sessions/<int:session_id>/results", methods=["GET", "POST"])
@requires(P.RESULTS_RECORD, on=find_session)
def results(course_session: CourseSession) -> ResponseReturnValue:
    lines = sheets.completion_of(course_session, utc_now())
    asked = request.method == "POST" or not is_ahead(course_session)  # what was typed before a move is not lost
    form = results_form([line for line in lines if asked and can_be_assessed(course_session, line)])
    if form.validate_on_submit():
        with form.refusals():
            count = services.record_results(course_session.id, form.entries(), now=utc_now())
            flash(
                _n("%(num)s result is recorded.", "%(num)s results are recorded.", count)
                if count
                else _("No result was entered, so nothing was changed."),
                "success",
            )
            return see_other("attendance.results", session_id=course_session.id)
    page = render_template(
        "attendance/results.html",
        course_session=course_session,
        lines=lines,
        form=form,
        is_ahead=is_ahead(course_session),
    )
    return page, form.status


def is_distance(course_session: CourseSession) -> bool:
    return course_session.course.kind is CourseKind.DISTANCE


def is_ahead(course_session: CourseSession) -> bool:
    """Whether there can be no results yet. A distance course may be followed before its first day."""
    return not is_distance(course_session) and today_in(course_session.time_zone, utc_now()) < course_session.starts_on


def can_be_assessed(course_session: CourseSession, line: CompletionLine) -> bool:
    """Whether the group's page takes the next attempt: not after "passed", not of oneself, not without evidence."""
    passed = line.result is not None and line.result.outcome is Outcome.PASSED
    return not passed and not is_distance(course_session) and line.participant.person_id != current_user.id


@bp.route("/sessions/<int:session_id>/results/<int:person_id>", methods=["GET", "POST"])
@requires(P.RESULTS_RECORD, on=find_trainee)
def result(trainee: Trainee) -> ResponseReturnValue:
    course_session, person_id = trainee.course_session, trainee.participant.person_id
    attempts = history_of(course_session.id, person_id)
    standing = [attempt for attempt in attempts if not attempt.superseded_at]
    form = ResultForm(attempt=len(standing) + 1, **usual_result(course_session))
    form.evidence.flags.required = is_distance(course_session)
    if form.validate_on_submit():
        with form.refusals():
            evidence = uploaded(form.evidence)
            services.record_one_result(course_session.id, person_id, form.details(), now=utc_now(), evidence=evidence)
            flash(_("The result is recorded."), "success")
            return see_other("attendance.result", session_id=course_session.id, person_id=person_id)
    page = render_template(
        "attendance/result.html",
        course_session=course_session,
        person=trainee.participant,
        attempts=attempts,
        form=form,
        passed=any(attempt.outcome is Outcome.PASSED for attempt in standing),
        is_distance=is_distance(course_session),
        is_ahead=is_ahead(course_session),
    )
    return page, form.status


def usual_result(course_session: CourseSession) -> dict[str, object]:
    today = today_in(course_session.time_zone, utc_now())
    outcome = Outcome.PASSED.value if is_distance(course_session) else None
    return {"achieved_on": min(today, course_session.ends_on), "outcome": outcome}


@bp.route("/results/<int:result_id>/correct", methods=["GET", "POST"])
@requires(P.RESULTS_RECORD, on=find_result)
def correct_result(result: ComponentResult) -> ResponseReturnValue:
    session_id, person_id = result.course_session_id, result.person_id
    form = CorrectionForm(
        outcome=result.outcome.value, score=result.score, remark=result.remark, achieved_on=result.achieved_on
    )
    if form.validate_on_submit():
        with form.refusals():
            correct(result.id, form.details(), form.given, now=utc_now(), evidence=uploaded(form.evidence))
            flash(_("The result is corrected. The old one is kept in the history."), "success")
            return see_other("attendance.result", session_id=session_id, person_id=person_id)
    page = render_template(
        "attendance/correct_result.html",
        result=result,
        form=form,
        is_distance=is_distance(result.course_session),
    )
    return page, form.status


# --- completion


@bp.route("/sessions/<int:session_id>/completion", methods=["GET", "POST"])
@requires(P.RESULTS_RECORD, on=find_session)
def completion(course_session: CourseSession) -> str | Response:
    if request.method == "POST":
        chosen = request.form.getlist("person", type=int)
        report = services.mark_completion(course_session.id, chosen, now=utc_now())
        announce(report)
        return see_other("attendance.completion", session_id=course_session.id)
    return render_template(
        "attendance/completion.html",
        course_session=course_session,
        lines=sheets.completion_of(course_session, utc_now()),
        is_ahead=is_ahead(course_session),
    )


def announce(report: services.CompletionReport) -> None:
    recorded, refused = len(report.recorded), len(report.refused)
    if recorded:
        flash(
            _n("Completion is marked for %(num)s person.", "Completion is marked for %(num)s people.", recorded),
            "success",
        )
    if refused:
        flash(
            _n(
                "For %(num)s person completion was not marked: see beside the name what is missing.",
                "For %(num)s people completion was not marked: see beside each name what is missing.",
                refused,
            ),
            "warning",
        )
    if not recorded and not refused:
        flash(_("Nothing was changed: nobody new was chosen."), "info")


@bp.route("/completions/<int:completion_id>/withdraw", methods=["GET", "POST"])
@requires(P.RESULTS_RECORD, on=find_completion)
def withdraw(completion: Completion) -> ResponseReturnValue:
    form, session_id, name = WithdrawalForm(), completion.course_session_id, completion.person.name.full
    if form.validate_on_submit():
        with form.refusals():
            withdraw_completion(completion.id, form.given, now=utc_now())
            flash(_("Completion withdrawn: %(name)s.", name=name), "success")
            return see_other("attendance.completion", session_id=session_id)
    return render_template("attendance/withdraw.html", completion=completion, form=form), form.status
