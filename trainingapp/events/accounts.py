"""What happens to organisations, centres, people and roles."""

from __future__ import annotations

from dataclasses import dataclass

from trainingapp.events.base import Event, Values


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
    """``is_first`` for somebody who had none before."""

    person_id: int
    is_first: bool = False


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
class ContactPointHandedOver(Event):
    """The person is the contact point of the organisation now; ``predecessor_id`` is who was, None when all remain."""

    organisation_id: int
    person_id: int
    predecessor_id: int | None


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Event):
    """Somebody gave another password than that of the account, or the account is switched off."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class UnknownSignInFailed(Event):
    """Somebody tried an e-mail address that nobody has. It is not kept: it may be a password in the wrong field."""


@dataclass(frozen=True, kw_only=True)
class SignedOut(Event):
    """In one browser, or in all of them."""

    person_id: int
    everywhere: bool


@dataclass(frozen=True, kw_only=True)
class PeopleImported(Event):
    organisation_id: int
    added: int
    known: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class PageRefused(Event):
    """Somebody asked for a page that is not for him or her."""

    person_id: int
    page: str


TO_PRINT = "print"


@dataclass(frozen=True, kw_only=True)
class ParticipantsTakenOut(Event):
    """Somebody took a session's list of participants out of the house; of one organisation where that is named.

    ``file_format``: "PDF", "XLSX", or ``TO_PRINT`` for the page that a browser prints.
    """

    course_session_id: int
    file_format: str
    organisation_id: int | None = None
