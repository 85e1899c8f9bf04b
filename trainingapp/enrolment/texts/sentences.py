"""The sentence about a place, for each of its readers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum

from trainingapp.core.clock import utc_now
from trainingapp.core.db import Row
from trainingapp.core.i18n import LazyText, _, _l
from trainingapp.core.reasons import joined, marked
from trainingapp.enrolment.models import PlaceStatus, Step, Way
from trainingapp.enrolment.rules.standing import BEFORE_A_SEAT, Point, has_begun, is_over, points_of
from trainingapp.enrolment.texts.to_contact_point import TO_CONTACT_POINT
from trainingapp.enrolment.texts.to_office import TO_OFFICE
from trainingapp.enrolment.texts.to_officer import TO_OFFICER
from trainingapp.enrolment.texts.values import Values


class Reader(StrEnum):
    """To whom a place is explained: its holder, the holder's administration, or the office."""

    OFFICER = "officer"
    CONTACT_POINT = "contact_point"
    OFFICE = "office"


TEXTS: Mapping[Reader, Mapping[Point, LazyText]] = {
    Reader.OFFICER: TO_OFFICER,
    Reader.CONTACT_POINT: TO_CONTACT_POINT,
    Reader.OFFICE: {**TO_CONTACT_POINT, **TO_OFFICE},
}


def sentence(
    row: Row,
    reader: Reader = Reader.OFFICER,
    *,
    without: Collection[Point] = (),
    now: datetime | None = None,
) -> str:
    """Why the place is as it is, and what comes next.

    ``row`` is one of ``queries.places_of`` or of another list ``with_standing``. ``without``: what the page around it
    says already.
    """
    texts, values = TEXTS[reader], Values(row)
    points = (point for point in points_of(row, now or utc_now()) if point in texts and point not in without)
    return joined(marked(str(texts[point]), values) for point in points)


def label_of(row: Row, now: datetime | None = None) -> str:
    """The state of a place in a word or two. ``row`` is one that ``sentence`` takes; of a live place less is enough."""
    if not hasattr(row, "session_status"):
        return str(_label_of_live(row.status, row.way is Way.NOMINATION))
    if row.successor_id is not None:
        return _("Replaced by a colleague")
    match row.status:
        case PlaceStatus.PLACED:
            return _label_of_seat(row, now or utc_now())
        case PlaceStatus.WITHDRAWN | PlaceStatus.LAPSED:
            return str(ENDED_BY.get(row.ended_by) or ENDED_FROM.get(row.left_from, row.status.label))
    if row.status in BEFORE_A_SEAT and has_begun(row, now or utc_now()):
        return _("Got no place")
    return str(_label_of_live(row.status, row.by_nomination))


def _label_of_live(status: PlaceStatus, by_nomination: bool) -> LazyText:
    return BY_NOMINATION.get(status, status.label) if by_nomination else status.label


def _label_of_seat(row: Row, now: datetime) -> str:
    if row.has_completed:
        return _("Completed")
    return _("Session over") if is_over(row, now) else str(row.status.label)


BY_NOMINATION = {PlaceStatus.WAITING: _l("On the reserve list"), PlaceStatus.DECLINED: _l("Not selected")}
ENDED_BY = {
    Step.OFFER_LAPSED: _l("Offer not answered"),
    Step.TURNED_DOWN: _l("Offer declined"),
    Step.LAPSED: _l("No place became free"),
}
ENDED_FROM = {
    PlaceStatus.NOMINATED: _l("Candidacy withdrawn"),
    PlaceStatus.REQUESTED: _l("Request withdrawn"),
    PlaceStatus.WAITING: _l("No longer on the list"),
    PlaceStatus.OFFERED: _l("Offer ended"),
    PlaceStatus.PLACED: _l("Place cancelled"),
}
