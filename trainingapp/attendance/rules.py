"""What a mark may say, what the marks add up to, and who has completed a course. Whole minutes only, no fractions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from trainingapp.attendance.models import Presence
from trainingapp.core.db import Row
from trainingapp.core.errors import DomainError
from trainingapp.core.formats import hours, moment
from trainingapp.core.i18n import _, _l
from trainingapp.enrolment.models import PlaceMode
from trainingapp.records.models import Outcome
from trainingapp.scheduling.models import MeetingMode, SessionStatus
from trainingapp.scheduling.rules.due import is_over

LOOKING_BACK = timedelta(days=90)

EARLIEST = timedelta(minutes=30)
WITH_MINUTES = frozenset({Presence.LATE, Presence.LEFT_EARLY})
ASK_FOR_MINUTES = _l("How many minutes were missed? Choose or enter a number.")
ELSEWHERE = {MeetingMode.IN_PERSON: Presence.ONLINE, MeetingMode.ONLINE: Presence.PRESENT}


class Mark(NamedTuple):
    """What is recorded of one person at one meeting; the minutes missed count for "late" and "left early" only."""

    presence: Presence = Presence.NOT_RECORDED
    missed_minutes: int | None = 0

    @property
    def lacks_minutes(self) -> bool:
        """Late or left early, and nobody has said by how much."""
        return self.presence in WITH_MINUTES and not self.missed_minutes

    def __str__(self) -> str:
        """In words: "late (missed 20 min)"."""
        if self.lacks_minutes:
            return _("%(mark)s (minutes not known)", mark=self.presence.label)
        if not self.missed_minutes:
            return str(self.presence.label)
        return _("%(mark)s (missed %(time)s)", mark=self.presence.label, time=hours(self.missed_minutes))


UNMARKED = Mark()


def tidy_mark(mark: Mark) -> Mark:
    """The mark without minutes that mean nothing beside its presence, and without a zero that means "not known"."""
    return Mark(mark.presence, mark.missed_minutes or None) if mark.presence in WITH_MINUTES else Mark(mark.presence)


def possible_presences(meeting_mode: MeetingMode) -> list[Presence]:
    """What can be recorded at such a meeting: nobody is online in a room without a link, nor in a room that is none."""
    return [presence for presence in Presence if presence is not ELSEWHERE.get(meeting_mode)]


def usual_presence(meeting_mode: MeetingMode, place_mode: PlaceMode) -> Presence:
    """What "all present" means for somebody with such a place."""
    if meeting_mode is MeetingMode.ONLINE:
        return Presence.ONLINE
    online = meeting_mode is MeetingMode.HYBRID and place_mode is PlaceMode.ONLINE
    return Presence.ONLINE if online else Presence.PRESENT


def check_mark(mark: Mark, meeting_mode: MeetingMode, minutes: int, place_id: int) -> None:
    """Raise DomainError (field ``mark-<place>`` or ``missed-<place>``) for what cannot have happened at the meeting."""
    if mark.presence not in possible_presences(meeting_mode):
        message = (
            _l("This meeting is in person only: nobody can attend it online.")
            if meeting_mode is MeetingMode.IN_PERSON
            else _l("This meeting is online only: nobody can attend it in person.")
        )
        raise DomainError(message, field=f"mark-{place_id}")
    if mark.lacks_minutes:
        raise DomainError(ASK_FOR_MINUTES, field=f"missed-{place_id}")
    if not 0 <= (mark.missed_minutes or 0) < minutes:
        raise DomainError(
            _l("The meeting lasts %(minutes)s minutes: enter fewer, or mark the person as absent.", minutes=minutes),
            field=f"missed-{place_id}",
        )


def check_unseen(current: Mark, seen: Mark, place_id: int) -> None:
    """Raise DomainError when somebody else has recorded something since the page was opened."""
    if current != seen:
        raise DomainError(
            _l("Somebody has recorded “%(mark)s” here in the meantime. Please check it and save again.", mark=current),
            field=f"mark-{place_id}",
        )


def check_open(status: SessionStatus, starts_at: datetime, zone: str, now: datetime) -> None:
    """Raise DomainError while, or because, no attendance can be recorded at the meeting."""
    if status is SessionStatus.CANCELLED:
        raise DomainError(_l("The session was cancelled: there is no attendance to record."))
    if status is SessionStatus.DRAFT:
        raise DomainError(_l("The session is still a draft. Open it first; then people can have places and be marked."))
    if now < starts_at - EARLIEST:
        raise DomainError(
            _l(
                "Attendance can be recorded from 30 minutes before the meeting begins: %(moment)s.",
                moment=moment(starts_at - EARLIEST, zone),
            )
        )


class MeetingFacts(NamedTuple):
    """One meeting of the session, and what is recorded of the person there."""

    minutes: int
    mark: Mark = UNMARKED

    @property
    def attended(self) -> int:
        """The minutes that count."""
        if not self.mark.presence.counts or self.mark.lacks_minutes:
            return 0
        return max(0, self.minutes - (self.mark.missed_minutes or 0))

    @property
    def is_open(self) -> bool:
        """Nothing that counts is recorded yet: the person may have been there, or may still come."""
        return self.mark.presence is Presence.NOT_RECORDED or self.mark.lacks_minutes


class Outlook(StrEnum):
    NO_RULE = "no_rule"
    NO_MEETINGS = "no_meetings"
    MET = "met"
    POSSIBLE = "possible"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """What somebody's marks add up to, in minutes of all *planned* meetings, against what is asked for."""

    percent: int | None
    planned: int
    attended: int
    open: int

    @property
    def has_percent(self) -> int:
        """Whole per cent of the planned time, rounded down: 79.9 is not 80."""
        return self.attended * 100 // self.planned if self.planned else 0

    @property
    def best_percent(self) -> int:
        """What can be reached at best if nothing more is missed."""
        return (self.attended + self.open) * 100 // self.planned if self.planned else 0

    @property
    def lacking(self) -> int:
        """Minutes still needed for the rule."""
        needed = -(-(self.percent or 0) * self.planned // 100)
        return max(0, needed - self.attended)

    @property
    def outlook(self) -> Outlook:
        if self.percent is None:
            return Outlook.NO_RULE
        if not self.planned:
            return Outlook.NO_MEETINGS
        if self.attended * 100 >= self.percent * self.planned:
            return Outlook.MET
        within_reach = (self.attended + self.open) * 100 >= self.percent * self.planned
        return Outlook.POSSIBLE if within_reach else Outlook.IMPOSSIBLE

    @property
    def is_met(self) -> bool:
        return self.outlook in {Outlook.MET, Outlook.NO_RULE}

    @property
    def tone(self) -> str:
        return {Outlook.MET: "good", Outlook.POSSIBLE: "info", Outlook.IMPOSSIBLE: "bad"}.get(self.outlook, "neutral")

    @property
    def sentence(self) -> str:
        """Whether the person meets the rule, can still meet it, or cannot any more, in the reader's language."""
        return _outlook_sentence(self)


def decide_attendance(percent: int | None, meetings: Iterable[MeetingFacts]) -> Attendance:
    """Add up the meetings of a session for one person. ``percent`` is the course's rule, None where it has none."""
    known = list(meetings)
    return Attendance(
        percent=percent,
        planned=sum(meeting.minutes for meeting in known),
        attended=sum(meeting.attended for meeting in known),
        open=sum(meeting.minutes for meeting in known if meeting.is_open),
    )


def _outlook_sentence(attendance: Attendance) -> str:
    match attendance.outlook:
        case Outlook.NO_RULE:
            return _("This course does not ask for attendance.")
        case Outlook.NO_MEETINGS:
            return _("The session has no meetings, so attendance cannot be counted.")
        case Outlook.MET:
            return _("Enough: %(needed)s%% of the planned hours are needed.", needed=attendance.percent)
        case Outlook.POSSIBLE:
            return _(
                "Can still pass: needs %(lacking)s more of the %(open)s that are ahead or not recorded.",
                lacking=hours(attendance.lacking),
                open=hours(attendance.open),
            )
    return _(
        "Cannot pass any more: at best %(best)s%% of the planned hours, and %(needed)s%% are needed.",
        best=attendance.best_percent,
        needed=attendance.percent,
    )


@dataclass(frozen=True, kw_only=True)
class CompletionFacts:
    """What completion hangs on for one person in one session."""

    attendance: Attendance
    result_required: bool
    outcome: Outcome | None
    is_distance: bool = False
    has_evidence: bool = False
    is_over: bool = True
    is_cancelled: bool = False


@dataclass(frozen=True)
class CompletionDecision:
    """Whether a completion may be marked; otherwise what is missing, a sentence each, in the reader's language."""

    missing: tuple[str, ...]

    @property
    def is_met(self) -> bool:
        return not self.missing


def decide_completion(facts: CompletionFacts) -> CompletionDecision:
    """Whether the course's completion rule is met."""
    if facts.is_cancelled:
        return CompletionDecision((_("The session was cancelled."),))
    reasons = [_missing_time(facts), _missing_attendance(facts.attendance), _missing_result(facts)]
    return CompletionDecision(tuple(reason for reason in reasons if reason))


def _missing_time(facts: CompletionFacts) -> str | None:
    return None if facts.is_over else _("The last meeting of the session has not begun yet.")


def _missing_attendance(attendance: Attendance) -> str | None:
    match attendance.outlook:
        case Outlook.MET | Outlook.NO_RULE:
            return None
        case Outlook.NO_MEETINGS | Outlook.POSSIBLE:
            return attendance.sentence
    return _(
        "Attendance is not enough: has %(has)s%% of the planned hours, needs %(needed)s%%.",
        has=attendance.has_percent,
        needed=attendance.percent,
    )


def _missing_result(facts: CompletionFacts) -> str | None:
    match facts.outcome:
        case Outcome.FAILED:
            return _("The last attempt was failed.") if facts.result_required else None
        case Outcome.REPEAT:
            return _("The last attempt is to be repeated.") if facts.result_required else None
        case None:
            return _("No result is recorded.") if facts.result_required or facts.is_distance else None
    if facts.is_distance and not facts.has_evidence:
        return _("The evidence of the distance course is missing.")
    return None


def decide_completion_day(
    *, is_distance: bool, last_meeting_on: date | None, achieved_on: date | None, ends_on: date
) -> date:
    """The day of completion: of the evidence for a distance course, else the later of last meeting and result."""
    if is_distance and achieved_on:
        return achieved_on
    days = [day for day in (last_meeting_on, achieved_on) if day is not None]
    return max(days, default=ends_on)


def needs_marking(session: Row, now: datetime) -> bool:
    """Whether a session is over and results are missing, or no completion is marked though somebody's could be."""
    if not session.seats or not is_over(session, now):
        return False
    if session.results_wanted and session.results < session.seats:
        return True
    return not session.completed and (not session.results_wanted or session.passed > 0)
