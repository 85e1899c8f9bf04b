"""Access links and roles: what still holds, and what must not be taken away."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from trainingapp.accounts.models import LinkPurpose, Person
from trainingapp.core.clock import minutes_left
from trainingapp.core.errors import DomainError, TooManyAttempts
from trainingapp.core.i18n import LazyText, _l
from trainingapp.core.permissions import Role

LIFETIMES = {LinkPurpose.INVITATION: timedelta(days=14), LinkPurpose.PASSWORD_RESET: timedelta(hours=2)}
BETWEEN_LINKS = timedelta(minutes=5)
OF_AN_ORGANISATION = {Role.OFFICER, Role.CONTACT_POINT}


def holds(person: Person, role: Role, organisation_id: int | None) -> bool:
    """Whether the person has the role for that organisation."""
    return any(grant.role is role and grant.organisation_id == organisation_id for grant in person.grants)


class AccountState(StrEnum):
    """How far somebody's account has come."""

    ACTIVE = "active"
    INVITED = "invited"
    WITHOUT = "without"
    OFF = "off"

    @property
    def label(self) -> LazyText:
        return {
            AccountState.ACTIVE: _l("active"),
            AccountState.INVITED: _l("invited"),
            AccountState.WITHOUT: _l("not invited yet"),
            AccountState.OFF: _l("switched off"),
        }[self]

    @property
    def tone(self) -> str:
        """The colour of its badge."""
        tones = {AccountState.ACTIVE: "good", AccountState.INVITED: "info", AccountState.WITHOUT: "attention"}
        return tones.get(self, "neutral")

    @property
    def is_active(self) -> bool:
        return self is AccountState.ACTIVE

    @property
    def is_invited(self) -> bool:
        return self is AccountState.INVITED

    @property
    def is_without(self) -> bool:
        return self is AccountState.WITHOUT

    @property
    def is_off(self) -> bool:
        return self is AccountState.OFF


class LinkState(StrEnum):
    """What became of an access link."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    CLOSED = "closed"

    @property
    def is_used(self) -> bool:
        return self is LinkState.USED

    @property
    def is_expired(self) -> bool:
        return self is LinkState.EXPIRED

    @property
    def is_closed(self) -> bool:
        return self is LinkState.CLOSED


class LinkRefused(DomainError):
    """The link does not open anything any more."""


def link_state(*, used_at: datetime | None, expires_at: datetime, person_active: bool, now: datetime) -> LinkState:
    """Whether the link still lets its person in, or why it does not."""
    if not person_active:
        return LinkState.CLOSED
    if used_at is not None:
        return LinkState.USED
    return LinkState.EXPIRED if expires_at <= now else LinkState.OPEN


def check_link(state: LinkState) -> None:
    """Raise LinkRefused unless the link is open."""
    if state is not LinkState.OPEN:
        raise LinkRefused(_l("This link no longer works. Please ask for a new one."))


def role_scope(role: Role, organisation_id: int | None, centre_id: int | None) -> tuple[int | None, int | None]:
    """The organisation and the centre that a role is held for. Raises DomainError when the organisation is missing."""
    if role in OF_AN_ORGANISATION:
        if organisation_id is None:
            raise DomainError(_l("Please choose the organisation that the role is for."), "organisation_id")
        return organisation_id, None
    return None, centre_id if role is Role.COORDINATOR else None


def check_administrators_left(others: int) -> None:
    """Raise DomainError when nobody would be left to keep accounts and roles."""
    if others < 1:
        raise DomainError(_l("This is the last administrator. Make somebody else an administrator first."))


def check_not_oneself(person_id: int, actor_id: int | None) -> None:
    """Raise DomainError when people switch off their own account."""
    if person_id == actor_id:
        raise DomainError(_l("You cannot switch off your own account. Ask another administrator."))


def check_not_given_to_oneself(person_id: int, actor_id: int | None) -> None:
    """Raise DomainError (field ``role``) when people give a role to themselves."""
    if actor_id is not None and person_id == actor_id:
        raise DomainError(
            _l(
                "You cannot give a role to yourself. Please ask another administrator. "
                "If there is none, the role can be given on the server: %(command)s",
                command="python3 manage.py people role",
            ),
            "role",
        )


def check_not_just_sent(last_at: datetime | None, now: datetime) -> None:
    """Raise TooManyAttempts when a link was made for the person just now: its letter may still be on its way."""
    if last_at is not None and now - last_at < BETWEEN_LINKS:
        raise TooManyAttempts(
            _l(
                "A link for this person was made a short time ago, and its letter may still be on its way. "
                "Please try again in %(minutes)s min.",
                minutes=minutes_left(last_at + BETWEEN_LINKS, now),
            )
        )
