"""Letters about sessions, their meetings and their trainers: to everybody who has a place, or hopes for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from trainingapp.accounts.models import Person
from trainingapp.core.bus import afterwards
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.enrolment.models import LIVE, PlaceMode, PlaceStatus
from trainingapp.enrolment.queries.telling import modes_on, offers_of, people_on, seated_and_trainers
from trainingapp.enrolment.queries.terms import find_terms
from trainingapp.enrolment.rules.telling import is_meeting_worth_telling, is_worth_telling
from trainingapp.mail.letters.writing import (
    as_date,
    as_moment,
    get_session,
    planned_meetings,
    tell,
    tell_one,
    this_moment,
    written,
)
from trainingapp.mail.services.facts import Facts
from trainingapp.mail.services.writing import Draft, keep
from trainingapp.scheduling import events
from trainingapp.scheduling.models import Meeting
from trainingapp.scheduling.queries.trainers import trainers_of

NOTHING: Facts = dict.fromkeys(
    (
        "old_days",
        "centre_changed",
        "joining_changed",
        "meeting_added",
        "meeting_removed",
        "meeting_moved",
        "meeting_elsewhere",
    )
)  # what can have changed
HAS_A_PLACE: Facts = {"offer": None, "is_candidate": False}  # how a reader stands, unless it is said otherwise


@afterwards(events.SessionCancelled)
def tell_of_cancelled_session(event: events.SessionCancelled) -> None:
    """The trainers: those with a place are told by the end of the place."""
    session_id, reason = event.course_session_id, f"session-cancelled:{event.course_session_id}"
    facts = {"reason_given": event.reason, "leads": True}
    tell("cancelled", trainers_of(session_id), reason, session_id, urgent=True, **facts)


@afterwards(events.SessionConfirmed)
def tell_that_it_is_held(event: events.SessionConfirmed) -> None:
    """To trainers and to those with a seat: each with where it is for them, in a room or by the way to join."""
    session_id = event.course_session_id
    reason, meetings = f"session-confirmed:{session_id}", planned_meetings(session_id)
    for mode, people in by_mode(session_id, seated_and_trainers(session_id)):
        tell("confirmed", people, reason, session_id, mode=mode, meetings=meetings)


def by_mode(session_id: int, people: Iterable[Person]) -> list[tuple[PlaceMode | None, list[Person]]]:
    """The people by how they take part; None for those without a place."""
    modes, groups = modes_on(session_id), defaultdict[PlaceMode | None, list[Person]](list)
    for person in people:
        groups[modes.get(person.id)].append(person)
    return list(groups.items())


@afterwards(events.SessionChanged)
def tell_of_changed_days(event: events.SessionChanged) -> None:
    if is_worth_telling(get_session(event.course_session_id).status, event.new):
        tell_of_change(f"session-changed:{event.course_session_id}", event.course_session_id, **changed_days(event))


def changed_days(event: events.SessionChanged) -> Facts:
    """What a letter says of another time, venue or link."""
    course_session = get_session(event.course_session_id)
    old = {"starts_on": course_session.starts_on, "ends_on": course_session.ends_on, **event.old}
    has_new_days = bool({"starts_on", "ends_on"} & set(event.new))
    return {
        **NOTHING,
        "old_days": (as_date(old["starts_on"]), as_date(old["ends_on"])) if has_new_days else None,
        "centre_changed": "centre_id" in event.new,
        "joining_changed": "joining_url" in event.new,
    }


@afterwards(events.MeetingAdded)
def tell_of_more_meetings(event: events.MeetingAdded) -> None:
    """Once for all that are added together: the letter has the whole plan."""
    if is_meeting_worth_telling(get_session(event.course_session_id).status):
        reason = f"meetings-added:{event.course_session_id}"
        tell_of_change(reason, event.course_session_id, meeting_added=True)


@afterwards(events.MeetingRemoved)
def tell_of_removed_meeting(event: events.MeetingRemoved) -> None:
    if is_meeting_worth_telling(get_session(event.course_session_id).status):
        time = as_moment(event.old["starts_at"]), as_moment(event.old["ends_at"])
        tell_of_change(f"meeting-removed:{event.meeting_id}", event.course_session_id, meeting_removed=time)


@afterwards(events.MeetingChanged)
def tell_of_changed_meeting(event: events.MeetingChanged) -> None:
    if not is_meeting_worth_telling(get_session(event.course_session_id).status, event.new):
        return
    meeting = db.session.get_one(Meeting, event.meeting_id)
    now = (meeting.starts_at, meeting.ends_at)
    before = tuple(
        as_moment(event.old[name]) if name in event.old else getattr(meeting, name) for name in ("starts_at", "ends_at")
    )
    tell_of_change(
        f"meeting-changed:{event.meeting_id}:{meeting.starts_at:%Y%m%d%H%M}",
        event.course_session_id,
        meeting_moved=before + now if before != now else None,
        meeting_elsewhere=now if {"mode", "room_id"} & set(event.new) else None,
        only_room="mode" not in event.new,
    )


@afterwards(events.TrainerAssigned)
def tell_the_trainer(event: events.TrainerAssigned) -> None:
    session_id = event.course_session_id
    reason = f"trainer-assigned:{session_id}:{this_moment()}"
    tell_one("trainer_assigned", event.person_id, reason, session_id, meetings=planned_meetings(session_id))


@afterwards(events.TrainerReleased)
def release_the_trainer(event: events.TrainerReleased) -> None:
    reason = f"trainer-released:{event.course_session_id}:{this_moment()}"
    tell_one("trainer_released", event.person_id, reason, event.course_session_id)


def tell_of_change(reason: str, session_id: int, **facts: Any) -> None:
    """To everybody who counts on the session. The same may change again later, so the moment belongs to the reason."""
    about, moment, drafts = get_session(session_id), this_moment(), list[Draft]()
    meetings = planned_meetings(session_id)
    for people, standing in concerned(session_id):
        for mode, readers in by_mode(session_id, people):
            values = {**NOTHING, **HAS_A_PLACE, **seen_from(mode, facts), **standing, "mode": mode}
            if any(values[name] for name in NOTHING):
                drafts += written("changed", readers, f"{reason}:{moment}", about=about, meetings=meetings, **values)
    keep(drafts, now=utc_now())


def seen_from(mode: PlaceMode | None, facts: Facts) -> Facts:
    """What has changed for who takes part in this way: somebody online is in no room."""
    if mode is not PlaceMode.ONLINE:
        return facts
    nothing = {"centre_changed": False} | ({"meeting_elsewhere": None} if facts.get("only_room") else {})
    return {**facts, **nothing}


def concerned(session_id: int) -> Iterator[tuple[list[Person], Facts]]:
    """Groups of people who count on the session, each with how it stands: nobody is told of a place before having one.

    Somebody who is in two groups has the letter of the first.
    """
    hoping = {PlaceStatus.NOMINATED, PlaceStatus.WAITING} if find_terms(session_id) else set()
    settled = LIVE - {PlaceStatus.OFFERED} - hoping
    yield people_on(session_id, *sorted(settled)), {}
    yield trainers_of(session_id), {}
    for place in offers_of(session_id):
        yield [place.person], {"offer": place, "chooses": True}
    if hoping:
        yield people_on(session_id, *sorted(hoping)), {"is_candidate": True, "chooses": True}
