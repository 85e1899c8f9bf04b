"""A place's state as a sentence: why it is so, and what comes next."""

from __future__ import annotations

from typing import Any

from trainingapp.core.formats import day
from trainingapp.core.i18n import _
from trainingapp.enrolment.models import PlaceStatus
from trainingapp.scheduling.models import SessionStatus


def sentence(row: Any) -> str:
    """Why the place is as it is, for the person who holds it. ``row`` is one of ``queries.places_of``."""
    match row.status:
        case PlaceStatus.REQUESTED:
            return _("Your request waits for the coordinator's decision. You will be told by letter.")
        case PlaceStatus.WAITING:
            return waiting(row)
        case PlaceStatus.PLACED:
            return placed(row)
        case PlaceStatus.DECLINED:
            return _("Your request was declined: %(reason)s", reason=row.reason)
        case PlaceStatus.WITHDRAWN:
            return _("This place was given back. While enrolment is open you can ask again.")
        case PlaceStatus.CANCELLED:
            return _(
                "The session was cancelled: %(reason)s The course page shows other dates.", reason=ended(row.reason)
            )
        case PlaceStatus.LAPSED:
            return _("The session began before a place became free. The course page shows other dates.")
    return _("Recorded as incomplete: %(reason)s", reason=row.reason)


def waiting(row: Any) -> str:
    place = _(
        "You are number %(position)s on the waiting list. "
        "A free place goes to the first person who meets what the course requires.",
        position=row.position,
    )
    if row.passed_over is None:
        return place
    return (
        place
        + " "
        + _("You were passed over for now because %(obstacle)s. Your position is kept.", obstacle=row.passed_over.label)
    )


def placed(row: Any) -> str:
    match row.session_status:
        case SessionStatus.FINISHED:
            return _("You took part. Results and certificates are in your record.")
        case SessionStatus.RUNNING:
            return _("You have a place (%(mode)s). The session is running.", mode=row.mode.label)
        case SessionStatus.OPEN:
            return _(
                "You have a place (%(mode)s). "
                "The session begins on %(day)s; the office has yet to confirm that it is held.",
                mode=row.mode.label,
                day=day(row.starts_on),
            )
    return _("You have a place (%(mode)s). The session begins on %(day)s.", mode=row.mode.label, day=day(row.starts_on))


def ended(text: str | None) -> str:
    """The text as a sentence that another can follow."""
    text = (text or "").strip()
    return text if not text or text.endswith((".", "!", "?", "…")) else text + "."


def actor(step: Any) -> str:
    """Who made the step of ``queries.history_of``: the system itself where it was nobody."""
    return f"{step.given_name} {step.family_name}" if step.family_name else _("the system")


def details(step: Any) -> str | None:
    """Why: the reason that somebody gave, or the obstacle that was found."""
    return str(step.obstacle.label) if step.obstacle else step.reason
