"""What happens to calls, nominations and selections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trainingapp.core.events import Event, Values
from trainingapp.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class CallEvent(Event):
    """Something that happened to the call of a session."""

    call_id: int
    course_session_id: int


@dataclass(frozen=True, kw_only=True)
class CallPrepared(CallEvent):
    sentence = _l("Call for candidates prepared: %(session)s.")


@dataclass(frozen=True, kw_only=True)
class CallChanged(CallEvent):
    sentence = _l("Call for candidates changed: %(session)s.")

    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class CallOpened(CallEvent):
    """Every invited administration is asked for candidates."""

    sentence = _l("Call for candidates opened: %(session)s; administrations invited: %(invited)s.")

    invited: int


@dataclass(frozen=True, kw_only=True)
class SelectionProposed(CallEvent):
    """Contact points may comment on the proposed selection until that moment."""

    sentence = _l("Selection proposed: %(session)s, for comment until %(until_at)s.")

    until_at: datetime


@dataclass(frozen=True, kw_only=True)
class SelectionReopened(CallEvent):
    """The office took the proposal back to change it."""

    sentence = _l("Proposed selection withdrawn to change it: %(session)s.")


@dataclass(frozen=True, kw_only=True)
class InvitationEvent(Event):
    """Something between the office and one administration about a call."""

    invitation_id: int
    organisation_id: int
    course_session_id: int


@dataclass(frozen=True, kw_only=True)
class AdministrationInvited(InvitationEvent):
    """The administration was added to a call; ``is_open``: one that was already open."""

    sentence = _l("Administration invited to the call: %(organisation)s, %(session)s.")

    is_open: bool


@dataclass(frozen=True, kw_only=True)
class AdministrationUninvited(InvitationEvent):
    """The administration was taken out of a call."""

    sentence = _l("Administration taken out of the call: %(organisation)s, %(session)s.")


@dataclass(frozen=True, kw_only=True)
class InvitationChanged(InvitationEvent):
    """The numbers of one administration changed."""

    sentence = _l("Numbers of an administration changed: %(organisation)s, %(session)s.")

    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class NobodyNominated(InvitationEvent):
    """The administration answered that it names nobody."""

    sentence = _l("Administration nominates nobody: %(organisation)s, %(session)s.")


@dataclass(frozen=True, kw_only=True)
class OfficialLetterAttached(InvitationEvent):
    sentence = _l("Official letter attached: %(file_name)s, %(organisation)s, %(session)s.")

    file_name: str


@dataclass(frozen=True, kw_only=True)
class CandidatesRanked(InvitationEvent):
    """The administration put its candidates into another order."""

    sentence = _l("Candidates ranked: %(organisation)s, %(session)s.")


@dataclass(frozen=True, kw_only=True)
class SelectionCommented(InvitationEvent):
    """The administration commented on the proposed selection."""

    sentence = _l("Comment on the proposed selection: %(organisation)s, %(session)s.")

    comment_id: int
