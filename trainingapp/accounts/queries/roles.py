"""Reads about roles: who holds which, and for which organisation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

import sqlalchemy as sa

from trainingapp.accounts.models import Person, RoleGrant
from trainingapp.accounts.rules.access import holds
from trainingapp.core.db import Row, db
from trainingapp.core.permissions import Role


def organisations_seen_by(person: Person) -> frozenset[int] | None:
    """The organisations whose people somebody may look through; None for all of them."""
    if person.roles & {Role.ADMINISTRATOR, Role.COORDINATOR}:
        return None
    return represented_by(person)


def represented_by(person: Person) -> frozenset[int]:
    """The organisations that somebody is the contact point of."""
    grants = (grant for grant in person.grants if grant.role is Role.CONTACT_POINT)
    return frozenset(grant.organisation_id for grant in grants if grant.organisation_id)


def roles_of(person_ids: Iterable[int]) -> dict[int, list[Role]]:
    """The roles that each of these people holds, each role once."""
    statement = (
        sa.select(RoleGrant.person_id, RoleGrant.role)
        .where(RoleGrant.person_id.in_(list(person_ids)))
        .order_by(RoleGrant.id)
    )
    found: dict[int, list[Role]] = defaultdict(list)
    for person_id, role in db.session.execute(statement):
        if role not in found[person_id]:
            found[person_id].append(role)
    return found


def contact_points(organisation_id: int) -> list[Row]:
    """The people who are the organisation's contact points: id, names, e-mail."""
    statement = (
        sa.select(Person.id, Person.name, Person.email)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.CONTACT_POINT, RoleGrant.organisation_id == organisation_id)
        .where(Person.deactivated_at.is_(None))
        .order_by(Person.sort_key)
    )
    return list(db.session.execute(statement))


def contact_points_of(organisation_ids: Collection[int]) -> dict[int, list[Person]]:
    """The contact points of each of the organisations whose accounts are on; an empty list where there is none."""
    rows = db.session.execute(
        sa.select(RoleGrant.organisation_id, Person)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == Role.CONTACT_POINT,
            RoleGrant.organisation_id.in_(organisation_ids),
            Person.deactivated_at.is_(None),
        )
        .order_by(Person.id)
    )
    found: dict[int, list[Person]] = defaultdict(list)
    for organisation_id, person in rows:
        if organisation_id is not None:
            found[organisation_id].append(person)
    return found


def represents(person_id: int | None, organisation_id: int) -> bool:
    """Whether somebody is a contact point of the organisation."""
    return person_id is not None and holds(db.session.get_one(Person, person_id), Role.CONTACT_POINT, organisation_id)


def count_administrators(without: int) -> int:
    """How many people besides this one are administrators and not switched off."""
    statement = (
        sa.select(sa.func.count(sa.distinct(Person.id)))
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, Person.deactivated_at.is_(None), Person.id != without)
    )
    return db.session.scalar(statement) or 0


def role_counts() -> dict[Role, int]:
    """How many people who are not switched off hold each role."""
    rows = db.session.execute(
        sa.select(RoleGrant.role, sa.func.count(sa.distinct(RoleGrant.person_id)))
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.deactivated_at.is_(None))
        .group_by(RoleGrant.role)
    )
    return dict.fromkeys(Role, 0) | dict(rows.all())
