"""Adding and changing people, switching them off, and giving and taking roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from trainingapp.accounts import events
from trainingapp.accounts.models import Person, RoleGrant
from trainingapp.accounts.queries.organisations import find_centre, find_organisation
from trainingapp.accounts.queries.roles import count_administrators
from trainingapp.accounts.rules import access as access_rules
from trainingapp.accounts.rules.people import EMAIL_TAKEN, PersonDetails, check_details, person_keys
from trainingapp.accounts.services import access
from trainingapp.core.actor import acting
from trainingapp.core.bus import publish
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import Constraint, DomainError, refusing
from trainingapp.core.events import Values, set_values
from trainingapp.core.i18n import LANGUAGES, _l
from trainingapp.core.permissions import Role

EMAIL_ONCE = Constraint("uq_person_email", "person.email", EMAIL_TAKEN, "email")
ROLE_ONCE = Constraint("uq_role_grant_once", "", _l("This person already has that role."), "role")


def add_person(details: PersonDetails, organisation_id: int, *, now: datetime) -> Person:
    """Somebody new, without an account and without a role. Raises DomainError with the field that is wrong."""
    clean = check_details(details)
    with refusing(EMAIL_ONCE), transaction():
        check_email_is_free(clean.email)
        person = Person(organisation_id=organisation_id, created_at=now, **asdict(clean), **person_keys(clean))
        db.session.add(person)
        db.session.flush()
        publish(events.PersonAdded(person_id=person.id, organisation_id=organisation_id))
    return person


def check_email_is_free(email: str, except_for: int | None = None) -> None:
    taken = db.session.scalar(sa.select(Person.id).where(Person.email == email, Person.id != (except_for or 0)))
    if taken is not None:
        raise DomainError(EMAIL_TAKEN, "email")


def change_person(person_id: int, details: PersonDetails, organisation_id: int, *, now: datetime) -> Person:
    """Change what is known about somebody. What changes hands with the organisation is in :func:`move_roles`.

    Links that were sent to an e-mail address of before open nothing any more.
    """
    clean = check_details(details)
    with refusing(EMAIL_ONCE), transaction():
        person = locked(Person, person_id)
        check_email_is_free(clean.email, person_id)
        if person.organisation_id != organisation_id:
            move_roles(person, organisation_id, now)
        set_values(person, person_keys(clean))
        changed = write(person, {**asdict(clean), "organisation_id": organisation_id})
        if "email" in changed:
            access.send_links_anew(person, now)
    return person


def write(person: Person, values: Values) -> Values:
    """Give the person these values, and say what changed; nothing when nothing did."""
    old, new = set_values(person, values)
    if new:
        publish(events.PersonChanged(person_id=person.id, old=old, new=new))
    return new


def move_roles(person: Person, organisation_id: int, now: datetime) -> None:
    """Who changes the organisation is an officer of the new one, and no longer the contact point of the old one."""
    held = [grant for grant in person.grants if grant.organisation_id == person.organisation_id]
    for grant in held:
        remove_grant(person, grant)
    db.session.flush()
    was_officer = any(grant.role is Role.OFFICER for grant in held)
    if was_officer and not access_rules.holds(person, Role.OFFICER, organisation_id):
        add_grant(person, Role.OFFICER, organisation_id, None, now)


def change_settings(person_id: int, *, language: str, time_zone: str, post: str | None) -> Person:
    """What people may change about themselves."""
    with transaction():
        person = locked(Person, person_id)
        known = PersonDetails(**{name: getattr(person, name) for name in PersonDetails.__dataclass_fields__})
        wanted = {"language": language, "time_zone": time_zone, "post": post}
        clean = asdict(check_details(PersonDetails(**{**asdict(known), **wanted}), only=wanted))
        write(person, {name: clean[name] for name in wanted})
    return person


def choose_language(person_id: int, language: str) -> None:
    """The language in which the person reads pages and letters."""
    if language not in LANGUAGES:
        raise DomainError(_l("The language must be English or Russian."), "language")
    with transaction():
        write(locked(Person, person_id), {"language": language})


def deactivate(person_id: int, *, now: datetime) -> None:
    """Switch an account off: nobody signs in with it, open links stop, the record stays."""
    access_rules.check_not_oneself(person_id, acting().person_id)
    with transaction():
        person = lock_with_administrators(person_id)
        if person.deactivated_at is not None:
            return
        if Role.ADMINISTRATOR in person.roles:
            access_rules.check_administrators_left(count_administrators(without=person_id))
        person.deactivated_at = now
        access.close_links(person_id, now)
        publish(events.PersonDeactivated(person_id=person_id))


def reactivate(person_id: int) -> None:
    """Let somebody sign in again with the password of before."""
    with transaction():
        person = locked(Person, person_id)
        if person.deactivated_at is None:
            return
        person.deactivated_at = None
        publish(events.PersonReactivated(person_id=person_id))


def lock_with_administrators(person_id: int) -> Person:
    """Lock the person and all administrators, in one order: so that no two of them take each other's role away."""
    administrators = sa.select(RoleGrant.person_id).where(RoleGrant.role == Role.ADMINISTRATOR)
    ids: Sequence[int] = db.session.scalars(
        sa.select(Person.id)
        .where(sa.or_(Person.id == person_id, Person.id.in_(administrators)))
        .order_by(Person.id)
        .with_for_update(of=Person, key_share=True)
    ).all()
    if person_id not in ids:
        raise sa.exc.NoResultFound
    db.session.expire_all()
    return locked(Person, person_id)


def grant_role(
    person_id: int, role: Role, *, organisation_id: int | None = None, centre_id: int | None = None, now: datetime
) -> RoleGrant:
    """Give somebody a role: officers and contact points for an organisation, coordinators for one centre or for all.

    Raises DomainError for a role of one's own: that takes another administrator, or the command line.
    """
    access_rules.check_not_given_to_oneself(person_id, acting().person_id)
    organisation_id, centre_id = access_rules.role_scope(role, organisation_id, centre_id)
    with refusing(ROLE_ONCE), transaction():
        person = locked(Person, person_id)
        check_scope_exists(organisation_id, centre_id)
        if any((g.role, g.organisation_id, g.centre_id) == (role, organisation_id, centre_id) for g in person.grants):
            raise DomainError(ROLE_ONCE.message, "role")
        return add_grant(person, role, organisation_id, centre_id, now)


def check_scope_exists(organisation_id: int | None, centre_id: int | None) -> None:
    if organisation_id is not None and find_organisation(organisation_id) is None:
        raise DomainError(_l("There is no such organisation."), "organisation_id")
    if centre_id is not None and find_centre(centre_id) is None:
        raise DomainError(_l("There is no such centre."), "centre_id")


def add_grant(
    person: Person, role: Role, organisation_id: int | None, centre_id: int | None, now: datetime
) -> RoleGrant:
    grant = RoleGrant(
        role=role,
        organisation_id=organisation_id,
        centre_id=centre_id,
        granted_at=now,
        granted_by_id=acting().person_id,
    )
    person.grants.append(grant)
    db.session.flush()
    publish(
        events.RoleGranted(person_id=person.id, role=role.value, organisation_id=organisation_id, centre_id=centre_id)
    )
    return grant


def revoke_role(person_id: int, grant_id: int) -> None:
    """Take a role from somebody; the last administrator keeps it. Raises NoResultFound for a role that is not held."""
    with transaction():
        person = lock_with_administrators(person_id)
        grant = next((grant for grant in person.grants if grant.id == grant_id), None)
        if grant is None:
            raise sa.exc.NoResultFound
        if grant.role is Role.ADMINISTRATOR and person.deactivated_at is None:
            access_rules.check_administrators_left(count_administrators(without=person_id))
        remove_grant(person, grant)


def remove_grant(person: Person, grant: RoleGrant) -> None:
    person.grants.remove(grant)
    publish(
        events.RoleRevoked(
            person_id=person.id,
            role=grant.role.value,
            organisation_id=grant.organisation_id,
            centre_id=grant.centre_id,
        )
    )
