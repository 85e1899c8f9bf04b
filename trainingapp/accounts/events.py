"""What happens to organisations, centres, people and roles."""

from __future__ import annotations

from dataclasses import dataclass

from trainingapp.core.events import Event, Values
from trainingapp.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class OrganisationAdded(Event):
    sentence = _l("Organisation added: %(organisation)s.")

    organisation_id: int


@dataclass(frozen=True, kw_only=True)
class OrganisationChanged(Event):
    sentence = _l("Organisation changed: %(organisation)s.")

    organisation_id: int
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class CentreAdded(Event):
    sentence = _l("Centre added: %(centre)s.")

    centre_id: int


@dataclass(frozen=True, kw_only=True)
class CentreChanged(Event):
    sentence = _l("Centre changed: %(centre)s.")

    centre_id: int
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class PersonAdded(Event):
    sentence = _l("Person added: %(person)s, %(organisation)s.")

    person_id: int
    organisation_id: int


@dataclass(frozen=True, kw_only=True)
class PersonChanged(Event):
    sentence = _l("Details changed: %(person)s.")

    person_id: int
    old: Values
    new: Values


@dataclass(frozen=True, kw_only=True)
class PersonInvited(Event):
    sentence = _l("Invitation sent: %(person)s.")

    person_id: int
    access_link_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordResetAsked(Event):
    sentence = _l("A new password was asked for: %(person)s.")

    person_id: int
    access_link_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """``is_first`` for somebody who had none before."""

    sentence = _l("Password set: %(person)s.")

    person_id: int
    is_first: bool = False


@dataclass(frozen=True, kw_only=True)
class PersonDeactivated(Event):
    sentence = _l("Account switched off: %(person)s.")

    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonReactivated(Event):
    sentence = _l("Account switched on again: %(person)s.")

    person_id: int


@dataclass(frozen=True, kw_only=True)
class RoleGranted(Event):
    sentence = _l("Role given: %(person)s, %(role)s.")
    facts = ("organisation_id", "centre_id")

    person_id: int
    role: str
    organisation_id: int | None = None
    centre_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class RoleRevoked(Event):
    sentence = _l("Role removed: %(person)s, %(role)s.")
    facts = ("organisation_id", "centre_id")

    person_id: int
    role: str
    organisation_id: int | None = None
    centre_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ContactPointHandedOver(Event):
    """The person is the contact point of the organisation now; ``predecessor_id`` is who was, None when all remain."""

    sentence = _l("Contact point handed over: %(organisation)s, now %(person)s.")

    organisation_id: int
    person_id: int
    predecessor_id: int | None


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    sentence = _l("Signed in: %(person)s.")

    person_id: int


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Event):
    """Somebody gave another password than that of the account, or the account is switched off."""

    sentence = _l("Sign-in failed: %(person)s.")

    person_id: int


@dataclass(frozen=True, kw_only=True)
class UnknownSignInFailed(Event):
    """Somebody tried an e-mail address that nobody has. It is not kept: it may be a password in the wrong field."""

    sentence = _l("Sign-in failed: nobody has the e-mail address that was entered.")


@dataclass(frozen=True, kw_only=True)
class SignedOut(Event):
    """In one browser, or in all of them."""

    sentence = _l("Signed out: %(person)s.")
    facts = ("everywhere",)

    person_id: int
    everywhere: bool


@dataclass(frozen=True, kw_only=True)
class PeopleImported(Event):
    sentence = _l(
        "List of officers imported: %(organisation)s; added %(added)s, known already %(known)s, refused %(refused)s."
    )

    organisation_id: int
    added: int
    known: int
    refused: int
