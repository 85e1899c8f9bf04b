"""What happens to places when their session changes."""

from __future__ import annotations

from trainingapp.core.bus import on
from trainingapp.core.clock import utc_now
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.enrolment import services
from trainingapp.enrolment.queries.places import find_live_place
from trainingapp.scheduling.events import (
    MeetingAdded,
    MeetingChanged,
    MeetingRemoved,
    SessionCancelled,
    SessionChanged,
    SessionOpened,
    SessionStarted,
    TrainerAssigned,
)

CAPACITIES = {"capacity_in_person", "capacity_online"}


@on(SessionCancelled)
def end_the_places(event: SessionCancelled) -> None:
    services.cancel_places(event.course_session_id, event.reason, now=utc_now())


@on(SessionStarted)
def end_the_waiting(event: SessionStarted) -> None:
    services.lapse_waiting(event.course_session_id, now=utc_now())


@on(SessionOpened)
def begin_to_give_seats(event: SessionOpened) -> None:
    services.fill_free_seats(event.course_session_id, now=utc_now())


@on(SessionChanged)
def fill_new_seats(event: SessionChanged) -> None:
    if CAPACITIES & set(event.new):
        services.fill_free_seats(event.course_session_id, now=utc_now())


@on(SessionChanged, MeetingAdded, MeetingChanged, MeetingRemoved)
def keep_offers_before_the_start(event: SessionChanged | MeetingAdded | MeetingChanged | MeetingRemoved) -> None:
    services.shorten_offers(event.course_session_id, now=utc_now())


@on(TrainerAssigned)
def keep_trainers_and_participants_apart(event: TrainerAssigned) -> None:
    if find_live_place(event.person_id, event.course_session_id):
        raise DomainError(
            _l("This person has a place on the session, so cannot be its trainer: people cannot assess themselves."),
            field="person",
        )
