"""What nomination adds to a place that begins with being nominated."""

from __future__ import annotations

from trainingapp.core.actor import acting
from trainingapp.core.bus import on
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.enrolment.events import PlaceDeclined, PlaceNominated, PlaceWithdrawn
from trainingapp.enrolment.models import Place
from trainingapp.nomination.models import Nomination
from trainingapp.nomination.queries.loading import find_nomination_of
from trainingapp.nomination.queries.nominations import find_end_of_ranking
from trainingapp.nomination.services.naming import close_up


@on(PlaceNominated)
def keep_the_nomination(event: PlaceNominated) -> None:
    """However a candidate came to be named (from a list, or as a replacement): ranked after the others."""
    place = db.session.get_one(Place, event.place_id)
    found = find_end_of_ranking(event.course_session_id, place.organisation_id)
    if found is None:
        raise DomainError(_l("This administration is not invited to the call. A coordinator can add it."), "person")
    invitation_id, last = found
    db.session.add(
        Nomination(
            place_id=place.id,
            invitation_id=invitation_id,
            rank=last + 1,
            nominated_at=utc_now(),
            nominated_by_id=acting().person_id,
        )
    )
    db.session.flush()


@on(PlaceWithdrawn, PlaceDeclined)
def close_the_ranks(event: PlaceWithdrawn | PlaceDeclined) -> None:
    """Who leaves before the places are given leaves no gap in the ranking."""
    nomination = find_nomination_of(event.place_id)
    if nomination is not None and nomination.invitation.call.terms.final_at is None:
        close_up(nomination.invitation_id)
