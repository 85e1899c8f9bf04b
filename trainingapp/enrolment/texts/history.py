"""The steps of a place as its readers may see them."""

from __future__ import annotations

from trainingapp.core.db import Row
from trainingapp.core.formats import moment
from trainingapp.core.i18n import _, _l
from trainingapp.core.reasons import joined, marked, told
from trainingapp.enrolment.models import Place, PlaceStatus, Step
from trainingapp.enrolment.texts.sentences import Reader

BEFORE_A_SEAT = {
    (Step.DECLINED, PlaceStatus.NOMINATED): _l("was not selected"),
    (Step.WITHDRAWN, PlaceStatus.NOMINATED): _l("the candidacy was withdrawn"),
    (Step.WITHDRAWN, PlaceStatus.REQUESTED): _l("the request was withdrawn"),
    (Step.WITHDRAWN, PlaceStatus.WAITING): _l("left the list"),
    (Step.WITHDRAWN, PlaceStatus.OFFERED): _l("the offer was cancelled"),
}


def what(step: Row) -> str:
    """What happened: who had no place yet has not cancelled one."""
    return str(BEFORE_A_SEAT.get((step.what, step.old_status), step.what.label))


def actor(step: Row, place: Place | Row, reader: Reader) -> str:
    """Who made the step. Outside the office only colleagues are named: a seat may move because a stranger left one."""
    if step.actor_id is None:
        return _("the system")
    is_near = step.actor_id == place.person_id or step.actor_organisation_id == place.organisation_id
    if reader is Reader.OFFICE or is_near:
        return str(step.name)
    return _("the office") if step.actor_of_office else _("the system")


def details(step: Row, time_zone: str) -> str | None:
    """Why, and until when: the obstacle that was found, the reason that somebody gave, the deadline that it set."""
    why: str = str(step.obstacle.label) if step.obstacle else marked("%s", told(step.reason))
    if step.what is Step.MODE_CHANGED:
        why = str(step.mode.label)
    until = _("Until %(until)s.", until=moment(step.until, time_zone)) if step.until else None
    return joined((part for part in (why, until) if part), " · ") or None
