"""The sentence about a place, for each of its readers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from trainingapp.core.clock import utc_now
from trainingapp.core.i18n import _
from trainingapp.enrolment.models import PlaceStatus, Way
from trainingapp.enrolment.rules.standing import Point, points_of
from trainingapp.enrolment.wording.to_contact_point import TO_CONTACT_POINT
from trainingapp.enrolment.wording.to_office import TO_OFFICE
from trainingapp.enrolment.wording.to_officer import TO_OFFICER
from trainingapp.enrolment.wording.values import Values


class Reader(StrEnum):
    """To whom a place is explained: its holder, the holder's administration, or the office."""

    OFFICER = "officer"
    CONTACT_POINT = "contact_point"
    OFFICE = "office"


TEXTS: Mapping[Reader, Mapping[Point, Any]] = {
    Reader.OFFICER: TO_OFFICER,
    Reader.CONTACT_POINT: TO_CONTACT_POINT,
    Reader.OFFICE: {**TO_CONTACT_POINT, **TO_OFFICE},
}


def sentence(
    row: Any,
    reader: Reader = Reader.OFFICER,
    *,
    without: Collection[Point] = (),
    now: datetime | None = None,
) -> str:
    """Why the place is as it is, and what comes next.

    ``row`` is one of ``queries.places_of``, of ``queries.roster``, or of another list ``with_standing``. ``without``:
    what the page around it says already.
    """
    texts, values = TEXTS[reader], Values(row)
    points = (point for point in points_of(row, now or utc_now()) if point in texts and point not in without)
    return " ".join(str(texts[point]) % values for point in points)


def label_of(row: Any) -> str:
    """The state of a place in a word or two. ``row`` is a place, or a row of a list of places."""
    if getattr(row, "successor_id", None) is not None:
        return _("Replaced by a colleague")
    by_nomination = getattr(row, "by_nomination", row.way is Way.NOMINATION)
    if row.status is PlaceStatus.WAITING and by_nomination:
        return _("On the reserve list")
    return str(row.status.label)
