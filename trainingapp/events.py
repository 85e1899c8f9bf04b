"""The published vocabulary: what happens in the house, in the past tense, as ids and plain values.

Every field that ends in ``_id`` and names one of :data:`SUBJECTS` is an object on whose own page the event is shown.
``old`` and ``new`` hold values of fields that changed, ready to be kept as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Values = Mapping[str, object]

SUBJECTS = ("organisation", "centre", "person", "course", "course_session", "meeting", "place", "certificate")


def changes(old: Values, new: Values) -> tuple[dict[str, object], dict[str, object]]:
    """The values that differ, before and after."""
    differing = [name for name in new if old.get(name) != new[name]]
    return {name: old.get(name) for name in differing}, {name: new[name] for name in differing}


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that has happened."""


# --- accounts


@dataclass(frozen=True, kw_only=True)
class OrganisationAdded(Event):
    organisation_id: int


@dataclass(frozen=True, kw_only=True)
class OrganisationChanged(Event):
    organisation_id: int
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class CentreAdded(Event):
    centre_id: int


@dataclass(frozen=True, kw_only=True)
class CentreChanged(Event):
    centre_id: int
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class PersonAdded(Event):
    person_id: int
    organisation_id: int


@dataclass(frozen=True, kw_only=True)
class PersonChanged(Event):
    person_id: int
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class PersonInvited(Event):
    person_id: int
    access_link_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordResetAsked(Event):
    person_id: int
    access_link_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonDeactivated(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonReactivated(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class RoleGranted(Event):
    person_id: int
    role: str
    organisation_id: int | None = None
    centre_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class RoleRevoked(Event):
    person_id: int
    role: str
    organisation_id: int | None = None
    centre_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PeopleImported(Event):
    organisation_id: int
    added: int
    known: int
    refused: int


# --- catalogue


@dataclass(frozen=True, kw_only=True)
class CourseAdded(Event):
    course_id: int


@dataclass(frozen=True, kw_only=True)
class CourseChanged(Event):
    course_id: int
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class CoursePublished(Event):
    course_id: int


@dataclass(frozen=True, kw_only=True)
class CourseRetired(Event):
    course_id: int


@dataclass(frozen=True, kw_only=True)
class CourseDeleted(Event):
    course_id: int
    code: str


@dataclass(frozen=True, kw_only=True)
class TopicAdded(Event):
    code: str


@dataclass(frozen=True, kw_only=True)
class TopicChanged(Event):
    code: str
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class TopicDeleted(Event):
    code: str


# --- scheduling


@dataclass(frozen=True, kw_only=True)
class RoomAdded(Event):
    centre_id: int
    room_id: int


@dataclass(frozen=True, kw_only=True)
class RoomChanged(Event):
    centre_id: int
    room_id: int
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class SessionScheduled(Event):
    course_session_id: int
    course_id: int


@dataclass(frozen=True, kw_only=True)
class SessionChanged(Event):
    course_session_id: int
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class SessionOpened(Event):
    course_session_id: int


@dataclass(frozen=True, kw_only=True)
class SessionConfirmed(Event):
    """``reason`` says why it is held although the minimum was not reached."""

    course_session_id: int
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class SessionStarted(Event):
    course_session_id: int


@dataclass(frozen=True, kw_only=True)
class SessionFinished(Event):
    course_session_id: int


@dataclass(frozen=True, kw_only=True)
class SessionCancelled(Event):
    course_session_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class MeetingAdded(Event):
    course_session_id: int
    meeting_id: int
    new: Values = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class MeetingChanged(Event):
    course_session_id: int
    meeting_id: int
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class MeetingRemoved(Event):
    course_session_id: int
    meeting_id: int
    old: Values = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TrainerAssigned(Event):
    course_session_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class TrainerReleased(Event):
    course_session_id: int
    person_id: int


# --- enrolment


@dataclass(frozen=True, kw_only=True)
class PlaceEvent(Event):
    """Something that happened to one person's place."""

    place_id: int
    person_id: int
    course_session_id: int


@dataclass(frozen=True, kw_only=True)
class PlaceRequested(PlaceEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PlaceGiven(PlaceEvent):
    """The person has a seat now; ``from_waiting_list`` when he or she was promoted."""

    from_waiting_list: bool
    by_office: bool


@dataclass(frozen=True, kw_only=True)
class PlaceWaitlisted(PlaceEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PlaceDeclined(PlaceEvent):
    reason: str


@dataclass(frozen=True, kw_only=True)
class PlaceWithdrawn(PlaceEvent):
    reason: str
    by_office: bool


@dataclass(frozen=True, kw_only=True)
class PlaceCancelled(PlaceEvent):
    """The place ended because its session was cancelled."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class PlaceLapsed(PlaceEvent):
    """The session began before a seat became free or a decision was made."""


@dataclass(frozen=True, kw_only=True)
class PlaceLeft(PlaceEvent):
    """The person left after the start: the place is incomplete, never deleted."""

    reason: str


# --- attendance and records


@dataclass(frozen=True, kw_only=True)
class AttendanceRecorded(Event):
    meeting_id: int
    course_session_id: int
    recorded: int
    corrected: int


@dataclass(frozen=True, kw_only=True)
class AttendanceCorrected(Event):
    meeting_id: int
    course_session_id: int
    place_id: int
    person_id: int
    reason: str
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class SheetScanAttached(Event):
    meeting_id: int
    course_session_id: int
    file_name: str


@dataclass(frozen=True, kw_only=True)
class ResultRecorded(Event):
    person_id: int
    course_session_id: int
    course_id: int
    attempt: int
    outcome: str
    score: int | None


@dataclass(frozen=True, kw_only=True)
class ResultCorrected(Event):
    person_id: int
    course_session_id: int
    attempt: int
    reason: str
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class CompletionRecorded(Event):
    person_id: int
    course_session_id: int
    course_id: int


@dataclass(frozen=True, kw_only=True)
class CompletionWithdrawn(Event):
    person_id: int
    course_session_id: int
    course_id: int
    reason: str


# --- certificates


@dataclass(frozen=True, kw_only=True)
class CertificateIssued(Event):
    certificate_id: int
    person_id: int
    course_session_id: int
    kind: str
    serial: str


@dataclass(frozen=True, kw_only=True)
class CertificateRevoked(Event):
    certificate_id: int
    person_id: int
    course_session_id: int
    serial: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CertificateReplaced(Event):
    certificate_id: int
    replacement_id: int
    person_id: int
    course_session_id: int
    serial: str
    reason: str
