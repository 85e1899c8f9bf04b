"""Letters to the person whose place it is: asked for, given, waiting, declined, ended."""

from __future__ import annotations

from trainingapp.accounts.queries.roles import represents
from trainingapp.core.actor import acting
from trainingapp.core.bus import afterwards
from trainingapp.enrolment import events
from trainingapp.enrolment.letters.telling import contacts_of, get_place, left_from, tell_of_place
from trainingapp.enrolment.models import SEATED, Place, PlaceStatus, Step, Way
from trainingapp.enrolment.queries.telling import step_of, waiting_number
from trainingapp.mail.letters.writing import get_session, planned_meetings
from trainingapp.scheduling.models import SessionStatus


@afterwards(events.PlaceRequested)
def acknowledge_request(event: events.PlaceRequested) -> None:
    tell_of_place("requested", event, meetings=planned_meetings(event.course_session_id))


@afterwards(events.PlaceGiven)
def tell_of_seat(event: events.PlaceGiven) -> None:
    tell_of_place(
        "placed",
        event,
        place_id=event.place_id,
        from_waiting_list=event.from_waiting_list,
        by_office=event.by_office,
        meetings=planned_meetings(event.course_session_id),
    )


@afterwards(events.PlaceWaitlisted)
def tell_of_waiting(event: events.PlaceWaitlisted) -> None:
    position = waiting_number(event.place_id)
    tell_of_place("waitlisted", event, position=position, meetings=planned_meetings(event.course_session_id))


@afterwards(events.PlaceReserved)
def tell_of_reserve(event: events.PlaceReserved) -> None:
    """Without the plan, which the letter about an offer will have."""
    place = get_place(event.place_id)
    tell_of_place(
        "reserved", event, organisation=place.organisation, position=event.position, chooses=True, meetings=()
    )


@afterwards(events.PlaceDeclined)
def tell_of_refusal(event: events.PlaceDeclined) -> None:
    by_nomination = was_nominated(get_place(event.place_id))
    tell_of_place("declined", event, reason_given=event.reason, was_nominated=by_nomination)


@afterwards(events.PlaceWithdrawn)
def tell_of_withdrawal(event: events.PlaceWithdrawn) -> None:
    """Only when it was somebody else: who gives a place back knows it."""
    if not event.by_office:
        return
    place = get_place(event.place_id)
    before = left_from(place)
    was_offer = before is PlaceStatus.OFFERED  # which is the office's to withdraw, whoever else acts for it
    by_administration = not was_offer and represents(acting().person_id, place.organisation_id)
    tell_of_place(
        "withdrawn",
        event,
        urgent=True,
        reason_given=event.reason,
        was_candidate=was_nominated(place) and before not in SEATED,
        was_request=before in {PlaceStatus.REQUESTED, PlaceStatus.WAITING},
        was_offer=was_offer,
        by_administration=by_administration,
        contacts=contacts_of(place.organisation_id) if by_administration else [],
    )


@afterwards(events.PlaceCancelled)
def tell_of_cancellation(event: events.PlaceCancelled) -> None:
    tell_of_place("cancelled", event, urgent=True, reason_given=event.reason, leads=False)


@afterwards(events.PlaceLapsed)
def tell_of_lapse(event: events.PlaceLapsed) -> None:
    step = step_of(event.place_id, Step.LAPSED)
    tell_of_place(
        "lapsed",
        event,
        was_nominated=was_nominated(get_place(event.place_id)),
        was_requested=step is not None and step.old_status is PlaceStatus.REQUESTED,
        is_left_open=get_session(event.course_session_id).status in {SessionStatus.OPEN, SessionStatus.CONFIRMED},
    )


@afterwards(events.PlaceLeft)
def tell_of_leaving(event: events.PlaceLeft) -> None:
    tell_of_place("left", event, reason_given=event.reason)


def was_nominated(place: Place) -> bool:
    return place.way is Way.NOMINATION
