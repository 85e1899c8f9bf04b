"""A letter to each person whom an event concerns, written in the same transaction."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from trainingapp import events
from trainingapp.accounts.models import AccessLink, Person
from trainingapp.certificates.models import Certificate
from trainingapp.core.bus import on
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.enrolment.models import Place, PlaceMode
from trainingapp.notifications import queries
from trainingapp.notifications.letters import get_person, get_session, written
from trainingapp.notifications.rules import is_meeting_worth_telling, is_worth_telling
from trainingapp.notifications.services import keep
from trainingapp.records.queries import completions_of


@on(events.PersonInvited)
def invite(event: events.PersonInvited) -> None:
    tell_with_link("invitation", event.person_id, event.access_link_id)


@on(events.PasswordResetAsked)
def offer_a_new_password(event: events.PasswordResetAsked) -> None:
    tell_with_link("password_reset", event.person_id, event.access_link_id)


@on(events.PlaceRequested)
def acknowledge_request(event: events.PlaceRequested) -> None:
    tell_of_place("requested", event)


@on(events.PlaceGiven)
def tell_of_seat(event: events.PlaceGiven) -> None:
    mode = db.session.get_one(Place, event.place_id).mode
    tell_of_place(
        "placed",
        event,
        place_id=event.place_id,
        mode=mode,
        online=mode is PlaceMode.ONLINE,
        from_waiting_list=event.from_waiting_list,
        by_office=event.by_office,
    )


@on(events.PlaceWaitlisted)
def tell_of_waiting(event: events.PlaceWaitlisted) -> None:
    tell_of_place("waitlisted", event)


@on(events.PlaceDeclined)
def tell_of_refusal(event: events.PlaceDeclined) -> None:
    tell_of_place("declined", event, reason_given=event.reason)


@on(events.PlaceWithdrawn)
def tell_of_withdrawal(event: events.PlaceWithdrawn) -> None:
    """Only when it was the office: who gives a place back knows it."""
    if event.by_office:
        tell_of_place("withdrawn", event, reason_given=event.reason)


@on(events.PlaceCancelled)
def tell_of_cancellation(event: events.PlaceCancelled) -> None:
    tell_of_place("cancelled", event, reason_given=event.reason, leads=False)


@on(events.PlaceLapsed)
def tell_of_lapse(event: events.PlaceLapsed) -> None:
    tell_of_place("lapsed", event)


@on(events.PlaceLeft)
def tell_of_leaving(event: events.PlaceLeft) -> None:
    tell_of_place("left", event, reason_given=event.reason)


@on(events.SessionCancelled)
def tell_trainers_of_cancellation(event: events.SessionCancelled) -> None:
    """Those with a place are told by the end of the place."""
    session_id = event.course_session_id
    people = queries.trainers_of(session_id)
    tell("cancelled", people, f"session-cancelled:{session_id}", session_id, reason_given=event.reason, leads=True)


@on(events.SessionConfirmed)
def tell_that_it_is_held(event: events.SessionConfirmed) -> None:
    """To trainers and to those with a seat; with the way to join to all of them, since some follow online."""
    session_id = event.course_session_id
    people = queries.seated_and_trainers(session_id)
    tell("confirmed", people, f"session-confirmed:{session_id}", session_id, online=True)


@on(events.SessionChanged)
def tell_of_changed_days(event: events.SessionChanged) -> None:
    course_session = get_session(event.course_session_id)
    if not is_worth_telling(course_session.status, event.new):
        return
    old = {"starts_on": course_session.starts_on, "ends_on": course_session.ends_on, **event.old}
    has_new_days = bool({"starts_on", "ends_on"} & set(event.new))
    tell_of_change(
        f"session-changed:{event.course_session_id}",
        event.course_session_id,
        old_days=(as_date(old["starts_on"]), as_date(old["ends_on"])) if has_new_days else None,
        centre_changed="centre_id" in event.new,
        joining_changed="joining_url" in event.new,
    )


@on(events.MeetingAdded)
def tell_of_more_meetings(event: events.MeetingAdded) -> None:
    """Once for all that are added together: the letter has the whole plan."""
    if is_meeting_worth_telling(get_session(event.course_session_id).status):
        reason = f"meetings-added:{event.course_session_id}"
        tell_of_change(reason, event.course_session_id, meeting_added=True)


@on(events.MeetingRemoved)
def tell_of_removed_meeting(event: events.MeetingRemoved) -> None:
    if is_meeting_worth_telling(get_session(event.course_session_id).status):
        time = as_moment(event.old["starts_at"]), as_moment(event.old["ends_at"])
        tell_of_change(f"meeting-removed:{event.meeting_id}", event.course_session_id, meeting_removed=time)


@on(events.MeetingChanged)
def tell_of_changed_meeting(event: events.MeetingChanged) -> None:
    if not is_meeting_worth_telling(get_session(event.course_session_id).status, event.new):
        return
    meeting = next(row for row in queries.meetings_of(event.course_session_id) if row.id == event.meeting_id)
    now = (meeting.starts_at, meeting.ends_at)
    before = tuple(
        as_moment(event.old[name]) if name in event.old else getattr(meeting, name) for name in ("starts_at", "ends_at")
    )
    tell_of_change(
        f"meeting-changed:{event.meeting_id}:{meeting.starts_at:%Y%m%d%H%M}",
        event.course_session_id,
        meeting_moved=before + now if before != now else None,
        meeting_elsewhere=now if {"mode", "room_id"} & set(event.new) else None,
    )


@on(events.TrainerAssigned)
def tell_the_trainer(event: events.TrainerAssigned) -> None:
    tell_one("trainer_assigned", event.person_id, at_this_moment("trainer-assigned", event), event.course_session_id)


@on(events.TrainerReleased)
def release_the_trainer(event: events.TrainerReleased) -> None:
    tell_one("trainer_released", event.person_id, at_this_moment("trainer-released", event), event.course_session_id)


@on(events.CompletionRecorded)
def congratulate(event: events.CompletionRecorded) -> None:
    completion = completions_of(event.course_session_id)[event.person_id]
    tell_one(
        "completed",
        event.person_id,
        f"completed:{completion.id}",
        event.course_session_id,
        valid_until=completion.valid_until,
    )


@on(events.CompletionWithdrawn)
def tell_of_lost_completion(event: events.CompletionWithdrawn) -> None:
    reason = at_this_moment("completion-withdrawn", event)
    tell_one("completion_withdrawn", event.person_id, reason, event.course_session_id, reason_given=event.reason)


@on(events.CertificateIssued)
def hand_over_the_certificate(event: events.CertificateIssued) -> None:
    tell_of_certificate("certificate_issued", event)


@on(events.CertificateRevoked)
def tell_of_revocation(event: events.CertificateRevoked) -> None:
    tell_of_certificate("certificate_revoked", event, reason_given=event.reason)


@on(events.CertificateReplaced)
def tell_of_replacement(event: events.CertificateReplaced) -> None:
    tell_of_certificate(
        "certificate_replaced",
        event,
        reason_given=event.reason,
        serial=event.serial,
        replacement_id=event.replacement_id,
    )


def tell_with_link(kind: str, person_id: int, link_id: int) -> None:
    expires_at = db.session.get_one(AccessLink, link_id).expires_at
    drafts = written(kind, [get_person(person_id)], f"{kind}:{link_id}", link_id=link_id, expires_at=expires_at)
    keep(drafts, now=utc_now())


def tell_of_place(kind: str, event: events.PlaceEvent, **facts: Any) -> None:
    """Each of these happens to a place once; whoever asks again has another place."""
    tell_one(kind, event.person_id, f"{kind}:{event.place_id}", event.course_session_id, **facts)


def tell_of_certificate(
    kind: str,
    event: events.CertificateIssued | events.CertificateRevoked | events.CertificateReplaced,
    **facts: Any,
) -> None:
    certificate = db.session.get_one(Certificate, event.certificate_id)
    reason = f"{kind}:{event.certificate_id}"
    tell_one(kind, event.person_id, reason, event.course_session_id, certificate=certificate, **facts)


CHANGES = ("old_days", "centre_changed", "joining_changed", "meeting_added", "meeting_removed", "meeting_moved")


def tell_of_change(reason: str, session_id: int, **facts: Any) -> None:
    """To everybody who counts on the session. The same may change again later, so the moment belongs to the reason."""
    unchanged = dict.fromkeys((*CHANGES, "meeting_elsewhere"))
    moment = f"{utc_now():%Y%m%d%H%M%S}"
    people = queries.participants_and_trainers(session_id)
    tell("changed", people, f"{reason}:{moment}", session_id, **{**unchanged, **facts})


def tell_one(kind: str, person_id: int, reason: str, session_id: int, **facts: Any) -> None:
    tell(kind, [get_person(person_id)], reason, session_id, **facts)


def tell(kind: str, people: list[Person], reason: str, session_id: int, **facts: Any) -> None:
    keep(written(kind, people, reason, about=get_session(session_id), **facts), now=utc_now())


def at_this_moment(
    kind: str, event: events.TrainerAssigned | events.TrainerReleased | events.CompletionWithdrawn
) -> str:
    """A reason for what can happen to the same person and session again."""
    return f"{kind}:{event.course_session_id}:{utc_now():%Y%m%d%H%M%S}"


def as_date(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def as_moment(value: object) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
