"""Letters with the personal link by which somebody comes in, and about what else happens to an account."""

from __future__ import annotations

from typing import Any

from trainingapp.accounts import events
from trainingapp.accounts.models import AccessLink
from trainingapp.core.bus import afterwards
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.core.permissions import Role
from trainingapp.mail import queries
from trainingapp.mail.letters.writing import get_person, this_moment, written
from trainingapp.mail.services.facts import Facts
from trainingapp.mail.services.writing import keep


@afterwards(events.PersonInvited)
def invite(event: events.PersonInvited) -> None:
    tell_with_link("invitation", event.person_id, event.access_link_id)


@afterwards(events.PasswordResetAsked)
def offer_a_new_password(event: events.PasswordResetAsked) -> None:
    tell_with_link("password_reset", event.person_id, event.access_link_id)


@afterwards(events.PasswordChanged)
def tell_of_another_password(event: events.PasswordChanged) -> None:
    """Not of the first one: that was set a moment ago, with a link from a letter."""
    if not event.is_first:
        tell_of_account("password_changed", event.person_id, at=utc_now())


@afterwards(events.PersonChanged)
def tell_both_addresses(event: events.PersonChanged) -> None:
    """Of another e-mail address, those whom the office has written to: the old one may be read by who knows nothing."""
    old, new = event.old.get("email"), event.new.get("email")
    person, at = get_person(event.person_id), utc_now()
    has_account = person.password_hash is not None
    if new is None or not (has_account or queries.has_letters(person.id)):
        return
    for kind, address in (("old_address", str(old)), ("new_address", str(new))):
        facts: Facts = {"old": old, "new": new, "at": at, "has_account": has_account}
        reason = f"{kind}:{at:%Y%m%d%H%M%S%f}"
        keep(written(kind, [person], reason, address=address, urgent=True, **facts), now=at)


@afterwards(events.RoleGranted)
def tell_of_a_role(event: events.RoleGranted) -> None:
    tell_of_role("role_given", event.person_id, Role(event.role))


@afterwards(events.RoleRevoked)
def tell_of_a_lost_role(event: events.RoleRevoked) -> None:
    tell_of_role("role_taken", event.person_id, Role(event.role))


def tell_of_role(kind: str, person_id: int, role: Role) -> None:
    """Contact points have letters of their own; who has no account yet is told with the invitation."""
    if role is not Role.CONTACT_POINT and get_person(person_id).password_hash is not None:
        tell_of_account(kind, person_id, role.value, role=role.label)


def tell_of_account(kind: str, person_id: int, what: str = "", **facts: Any) -> None:
    reason = f"{kind}:{what}:{this_moment()}"
    keep(written(kind, [get_person(person_id)], reason, urgent=True, **facts), now=utc_now())


def tell_with_link(kind: str, person_id: int, link_id: int) -> None:
    expires_at = db.session.get_one(AccessLink, link_id).expires_at
    reader, reason = [get_person(person_id)], f"{kind}:{link_id}"
    keep(written(kind, reader, reason, urgent=True, link_id=link_id, expires_at=expires_at), now=utc_now())
