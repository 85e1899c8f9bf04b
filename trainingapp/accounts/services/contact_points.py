"""The role of an administration's contact point going from one person to another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from trainingapp.accounts import events
from trainingapp.accounts.models import Organisation, Person, RoleGrant
from trainingapp.accounts.queries.people import find_person_by_email
from trainingapp.accounts.rules.access import check_not_given_to_oneself, holds
from trainingapp.accounts.services import access
from trainingapp.accounts.services.people import add_grant, remove_grant
from trainingapp.core.actor import acting
from trainingapp.core.bus import publish
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.core.permissions import Role


def hand_over(organisation_id: int, person_id: int, *, predecessor_id: int | None = None, now: datetime) -> Person:
    """Make somebody the contact point of the own organisation, in place of ``predecessor_id`` or beside the others.

    Whoever has no account yet is invited. Raises DomainError (field ``person_id`` or ``predecessor_id``); also for
    somebody who makes himself or herself the contact point.
    """
    check_not_to_oneself(person_id)
    with transaction():
        organisation = locked(Organisation, organisation_id)
        lock_in_order(one for one in (person_id, predecessor_id) if one is not None)
        person = db.session.get_one(Person, person_id)
        check_successor(person, organisation, predecessor_id)
        if predecessor_id is not None:
            step_down(db.session.get_one(Person, predecessor_id), organisation_id)
        if not holds(person, Role.CONTACT_POINT, organisation_id):
            add_grant(person, Role.CONTACT_POINT, organisation_id, None, now)
        publish(
            events.ContactPointHandedOver(
                organisation_id=organisation_id, person_id=person_id, predecessor_id=predecessor_id
            )
        )
        if person.password_hash is None:
            access.send_link(person, now)
    return person


def check_not_to_oneself(person_id: int) -> None:
    try:
        check_not_given_to_oneself(person_id, acting().person_id)
    except DomainError as error:
        raise DomainError(error.message, "person_id") from error


def lock_in_order(person_ids: Iterable[int]) -> Sequence[int]:
    wanted = sa.select(Person.id).where(Person.id.in_(sorted(set(person_ids)))).order_by(Person.id)
    return db.session.scalars(wanted.with_for_update(key_share=True)).all()


def check_successor(person: Person, organisation: Organisation, predecessor_id: int | None) -> None:
    """Raise DomainError (field ``person_id``) for somebody who cannot take the role over."""
    if person.organisation_id != organisation.id:
        raise DomainError(
            _l(
                "The contact point must be somebody of the same organisation. "
                "An administrator can change where people belong."
            ),
            field="person_id",
        )
    if person.deactivated_at is not None:
        raise DomainError(_l("This account is switched off. Switch it on first."), field="person_id")
    if person.id == predecessor_id:
        raise DomainError(
            _l("Please choose somebody else: the role goes from one person to another."), field="person_id"
        )
    if predecessor_id is None and holds(person, Role.CONTACT_POINT, organisation.id):
        raise DomainError(_l("This person is already the contact point."), field="person_id")


def step_down(person: Person, organisation_id: int) -> None:
    """Take the role away. Raises DomainError (field ``predecessor_id``) when somebody has already done so."""
    grant = find_grant(person, organisation_id)
    if grant is None:
        raise DomainError(
            _l("This person is no longer the contact point. Reload the page to see who is."), field="predecessor_id"
        )
    remove_grant(person, grant)
    db.session.flush()


def find_grant(person: Person, organisation_id: int) -> RoleGrant | None:
    return next(
        (one for one in person.grants if one.role is Role.CONTACT_POINT and one.organisation_id == organisation_id),
        None,
    )


def find_colleague(email: str, organisation_id: int) -> int:
    """The id of the person of the organisation with this address. Raises DomainError (field ``email``).

    Whether somebody of another organisation has the address is not said.
    """
    person = find_person_by_email(email)
    if person is None or person.organisation_id != organisation_id:
        raise DomainError(
            _l(
                "Nobody of this organisation is known with this e-mail address. "
                "Import the person with a list of officers first."
            ),
            field="email",
        )
    return person.id
