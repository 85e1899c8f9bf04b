"""How the log speaks of places."""

from __future__ import annotations

import sqlalchemy as sa

from trainingapp.accounts.models import Person
from trainingapp.core.i18n import _, _l
from trainingapp.core.logged import Kind, OwnPage
from trainingapp.core.permissions import P
from trainingapp.enrolment.events import TO_PRINT
from trainingapp.enrolment.models import Place, PlaceMode
from trainingapp.scheduling.log import title_of


def format_name(value: str) -> str:
    return _("page to print") if value == TO_PRINT else value


KINDS = (
    Kind(
        name="place",
        model=Place,
        rows=sa.select(Place.id, Person.name).join(Person, Person.id == Place.person_id),
        label=_l("Place"),
        title=lambda place: f"{place.person.name}, {title_of(place.course_session)}",
        page=OwnPage(endpoint="enrolment.history", argument="place_id", needs=P.PLACE_VIEW),
        is_training=True,
        fields=("replacement_place_id",),
    ),
)

FIELDS = {
    "accept": _l("Places of the quota"),
    "by_office": _l("By the office"),
    "claim_days": _l("Days for which a free place is kept for somebody who needs two"),
    "closed_at": _l("Closed since"),
    "cut_off_days": _l("Replacements are taken until so many days before the start"),
    "from_reserve": _l("From the reserve list"),
    "from_waiting_list": _l("From the waiting list"),
    "hold_days": _l("Days for which a free place is kept for a replacement"),
    "offer_days": _l("Days to answer an offer"),
    "still_days": _l("Days before the start when automatic offers stop"),
}
CHOICES = {"mode": PlaceMode}
FORMATS = {"file_format": format_name}
