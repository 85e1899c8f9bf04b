"""Sessions: the list and the page of one."""

from __future__ import annotations

from datetime import date, datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from trainingapp.catalogue.models import AccessClass, CourseKind
from trainingapp.core.clock import utc_now
from trainingapp.core.errorpages import LARGEST_ID
from trainingapp.core.i18n import LazyText
from trainingapp.core.permissions import P, can, public, requires
from trainingapp.core.web import page_number, paged
from trainingapp.scheduling import services
from trainingapp.scheduling.models import CourseSession, SessionStatus
from trainingapp.scheduling.queries.centres import centre_choices
from trainingapp.scheduling.queries.meetings import meetings_of
from trainingapp.scheduling.queries.sessions import CURRENT, UPCOMING, SessionFilter, find_session, sessions_matching
from trainingapp.scheduling.rules.planning import has_ended, is_over
from trainingapp.scheduling.rules.steps import Step, lacking, next_step
from trainingapp.scheduling.views.blueprint import bp

EVERY = "all"


# --- the list


@bp.route("/sessions")
@public
def sessions() -> ResponseReturnValue:
    asked = SessionQuery()
    found = paged(sessions_matching(asked.filter), page_number())
    return render_template("scheduling/sessions.html", asked=asked, found=found, centres=centre_choices())


class SessionQuery:
    """What the address asks for; whatever cannot be understood is left out."""

    states = tuple(SessionStatus)
    kinds = tuple(CourseKind)

    def __init__(self) -> None:
        self.sees_all = can(P.DESK_COORDINATOR)
        self.mine = can(P.DESK_TRAINER) and request.args.get("mine") == "1"
        self.centre = request.args.get("centre", type=row_id)
        self.kind = request.args.get("kind", type=CourseKind)
        self.month = request.args.get("month", type=first_of_month)
        self.status = self.asked_status()

    def asked_status(self) -> str:
        status = request.args.get("status", "")
        known = {*SessionStatus, EVERY}
        return status if self.sees_all and status in known else ""

    @property
    def statuses(self) -> tuple[SessionStatus, ...]:
        if self.status == EVERY or self.mine:
            return tuple(SessionStatus)
        if self.status:
            return (SessionStatus(self.status),)
        return CURRENT if self.sees_all else UPCOMING

    @property
    def filter(self) -> SessionFilter:
        past = bool(self.status) or self.mine or self.sees_all
        return SessionFilter(
            sees_all=self.sees_all,
            person_id=current_user.id if current_user.is_authenticated else None,
            mine=self.mine,
            statuses=self.statuses,
            centre_id=self.centre,
            kind=self.kind,
            month=self.month,
            ends_from=None if past or self.month else utc_now().date(),
            latest_first=self.mine or self.status in {EVERY, SessionStatus.FINISHED, SessionStatus.CANCELLED},
        )

    @property
    def month_value(self) -> str:
        return self.month.strftime("%Y-%m") if self.month else ""

    @property
    def values(self) -> dict[str, str | int]:
        """The filters that are set, as the address names them."""
        named = {
            "status": self.status,
            "kind": self.kind.value if self.kind else "",
            "centre": self.centre,
            "month": self.month_value,
            "mine": "1" if self.mine else "",
        }
        return {name: value for name, value in named.items() if value}


def row_id(text: str) -> int:
    """A number that both engines can look up. Raises ValueError for any other."""
    number = int(text)
    if not 0 < number <= LARGEST_ID:
        raise ValueError(text)
    return number


def first_of_month(text: str) -> date:
    """The first day of "2026-05". Raises ValueError for what is none, and for years that nobody means."""
    first = date.fromisoformat(f"{text}-01")
    if not 2000 <= first.year <= 2100:
        raise ValueError(text)
    return first


# --- one session


@bp.route("/sessions/<int:session_id>")
@requires(P.SESSION_VIEW, on=find_session)
def session(course_session: CourseSession) -> ResponseReturnValue:
    now = utc_now()
    step = next_step(course_session.status) if can(P.SESSION_SCHEDULE, course_session) else None
    missing = lacking(step, services.facts_of(course_session, now)) if step else []
    return render_template(
        "scheduling/session.html",
        course_session=course_session,
        meetings=meetings_of(course_session.id),
        step=step,
        missing=missing,
        may_override=step is Step.CONFIRM and [problem.field for problem in missing] == ["reason"],
        takes_people=takes_people(course_session, now),
        is_open_course=course_session.course.access_class is AccessClass.OPEN,
        is_over=is_over(course_session.status),
        has_ended=has_ended(course_session.status, course_session.ends_on, course_session.time_zone, now),
        way=way_of(course_session),
        now=now,
    )


def takes_people(course_session: CourseSession, now: datetime) -> bool:
    """Whether somebody could ask for a place now."""
    is_open = course_session.status in {SessionStatus.OPEN, SessionStatus.CONFIRMED}
    return is_open and now < min(course_session.enrolment_closes_at, course_session.starts_at)


def way_of(course_session: CourseSession) -> list[tuple[LazyText, str]]:
    """The states from draft to finished, each with how far the session has come."""
    states = [state for state in SessionStatus if state is not SessionStatus.CANCELLED]
    if course_session.status is SessionStatus.CANCELLED:
        return [(SessionStatus.CANCELLED.label, "failed")]
    here = states.index(course_session.status)
    marks = ["done"] * here + ["done" if here == len(states) - 1 else "current"] + ["open"] * len(states)
    return [(state.label, mark) for state, mark in zip(states, marks, strict=False)]
