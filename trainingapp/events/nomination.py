"""What happens to calls, nominations and selections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trainingapp.events.base import Event, Values


@dataclass(frozen=True, kw_only=True)
class CallEvent(Event):
    """Something that happened to the call of a session."""

    call_id: int
    course_session_id: int


@dataclass(frozen=True, kw_only=True)
class CallPrepared(CallEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class CallChanged(CallEvent):
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class CallOpened(CallEvent):
    """Every invited administration is asked for candidates."""

    invited: int


@dataclass(frozen=True, kw_only=True)
class SelectionProposed(CallEvent):
    """Contact points may comment on the proposed selection until that moment."""

    until_at: datetime


@dataclass(frozen=True, kw_only=True)
class SelectionReopened(CallEvent):
    """The office took the proposal back to change it."""


@dataclass(frozen=True, kw_only=True)
class InvitationEvent(Event):
    """Something between the office and one administration about a call."""

    invitation_id: int
    organisation_id: int
    course_session_id: int


@dataclass(frozen=True, kw_only=True)
class AdministrationInvited(InvitationEvent):
    """The administration was added to a call; ``is_open``: one that was already open."""

    is_open: bool


@dataclass(frozen=True, kw_only=True)
class AdministrationUninvited(InvitationEvent):
    """The administration was taken out of a call."""


@dataclass(frozen=True, kw_only=True)
class InvitationChanged(InvitationEvent):
    """The numbers of one administration changed."""

    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class NobodyNominated(InvitationEvent):
    """The administration answered that it names nobody."""


@dataclass(frozen=True, kw_only=True)
class OfficialLetterAttached(InvitationEvent):
    file_name: str


@dataclass(frozen=True, kw_only=True)
class CandidatesRanked(InvitationEvent):
    """The administration put its candidates into another order."""


@dataclass(frozen=True, kw_only=True)
class SelectionCommented(InvitationEvent):
    """The administration commented on the proposed selection."""

    comment_id: int
