"""Reads about people: who may see whom, and who has a name or an address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from trainingapp.accounts.models import Organisation, Person, RoleGrant, is_of_centres
from trainingapp.accounts.queries.access import account_state
from trainingapp.accounts.rules.access import AccountState
from trainingapp.accounts.rules.roster import name_keys
from trainingapp.core.db import Columns, Row, Select, db
from trainingapp.core.permissions import Role
from trainingapp.core.text import like_pattern, search_key

PERSON_COLUMNS: Columns = (
    Person.id,
    Person.name,
    Person.post,
    Person.email,
    Organisation.name.label("organisation"),
)


@dataclass(frozen=True)
class PeopleFilter:
    """What a list of people is narrowed by; None leaves everybody in."""

    words: str = ""
    organisation_id: int | None = None
    role: Role | None = None
    state: AccountState | None = None


def find_person(person_id: int) -> Person | None:
    return db.session.get(Person, person_id)


def find_person_by_email(email: str) -> Person | None:
    """The person with this address, however it is written."""
    return db.session.scalars(sa.select(Person).where(Person.email == email.strip().lower())).one_or_none()


def people_seen_by(person: Person) -> sa.ColumnElement[bool]:
    """The condition that somebody may look at a person: everybody, one's own administration, one's centre's people."""
    centres = {grant.centre_id for grant in person.grants if grant.role is Role.COORDINATOR}
    if Role.ADMINISTRATOR in person.roles or None in centres:
        return sa.true()
    own = [grant.organisation_id for grant in person.grants if grant.role is Role.CONTACT_POINT]
    return sa.or_(Person.organisation_id.in_(own), is_of_centres([one for one in centres if one is not None]))


def people_matching(chosen: PeopleFilter, seen: sa.ColumnElement[bool], now: datetime) -> Select:
    """Those of the people who may be seen that the filter leaves, by family name."""
    statement = (
        sa.select(*PERSON_COLUMNS, account_state(now).label("state"))
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(seen)
        .order_by(Person.sort_key, Person.id)
    )
    for word in search_key(chosen.words).split()[:10]:
        statement = statement.where(Person.search_key.like(like_pattern(word), escape="\\"))
    if chosen.organisation_id is not None:
        statement = statement.where(Person.organisation_id == chosen.organisation_id)
    if chosen.role is not None:
        held = sa.exists().where(RoleGrant.person_id == Person.id, RoleGrant.role == chosen.role)
        statement = statement.where(held)
    if chosen.state is not None:
        statement = statement.where(account_state(now) == chosen.state.value)
    return statement


def colleagues_of(organisation_id: int) -> list[Row]:
    """The people of the organisation who are not its contact points: id, names, e-mail."""
    held = sa.exists().where(
        RoleGrant.person_id == Person.id,
        RoleGrant.role == Role.CONTACT_POINT,
        RoleGrant.organisation_id == organisation_id,
    )
    statement = (
        sa.select(Person.id, Person.name, Person.email)
        .where(Person.organisation_id == organisation_id, Person.deactivated_at.is_(None), ~held)
        .order_by(Person.sort_key, Person.id)
    )
    return list(db.session.execute(statement))


def known_addresses(emails: Iterable[str]) -> dict[str, int]:
    """Those of the addresses that people already have, each with its organisation's id."""
    statement = sa.select(Person.email, Person.organisation_id).where(Person.email.in_(list(emails)))
    return dict(db.session.execute(statement).all())


def officers_by_name(organisation_id: int) -> dict[str, list[Row]]:
    """The organisation's people (id, names, address) under each of their names' ``name_keys``."""
    statement = sa.select(Person.id, Person.name, Person.email).where(Person.organisation_id == organisation_id)
    found: dict[str, list[Row]] = defaultdict(list)
    for row in db.session.execute(statement.order_by(Person.id)):
        for key in name_keys(row.name):
            found[key].append(row)
    return found
