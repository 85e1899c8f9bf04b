"""What signs people out: another password, an account switched off, other roles."""

from __future__ import annotations

from trainingapp.accounts import events
from trainingapp.accounts.models import SignInEnd
from trainingapp.accounts.services.sign_ins import end_all
from trainingapp.core.actor import acting
from trainingapp.core.bus import on
from trainingapp.core.clock import utc_now


@on(events.PasswordChanged)
def sign_out_where_the_old_password_was_used(event: events.PasswordChanged) -> None:
    """Also in this browser: whoever copied its cookie is out, and its owner is let in with a new one."""
    end_all(event.person_id, SignInEnd.PASSWORD, now=utc_now())


@on(events.PersonDeactivated)
def sign_out_who_is_switched_off(event: events.PersonDeactivated) -> None:
    end_all(event.person_id, SignInEnd.SWITCHED_OFF, now=utc_now())


@on(events.RoleGranted, events.RoleRevoked)
def sign_out_whose_roles_are_others(event: events.RoleGranted | events.RoleRevoked) -> None:
    """But not in the browser in which people have just given away a role of their own."""
    end_all(event.person_id, SignInEnd.ROLES, but=acting().sign_in_id, now=utc_now())
