"""Reads about organisations and people."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, lazyload

from trainingapp.accounts.models import (
    AccessLink,
    AccessToken,
    Centre,
    LinkPurpose,
    Organisation,
    OrganisationKind,
    Person,
    RoleGrant,
    SignIn,
    is_of_centres,
)
from trainingapp.accounts.rules.access import AccountState, holds
from trainingapp.accounts.rules.organisations import SIGN
from trainingapp.accounts.rules.roster import name_keys
from trainingapp.accounts.rules.sign_ins import IDLE, LONGEST
from trainingapp.core.db import Columns, Row, Rows, Select, db
from trainingapp.core.i18n import Bilingual, current_language
from trainingapp.core.permissions import Role
from trainingapp.core.text import like_pattern, search_key, sort_key
from trainingapp.core.tokens import token_hash

SIGNED = re.compile(r"\w\*")

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


def footnotes_in(text: str) -> list[Bilingual]:
    """The footnotes that names of organisations in the text ask for, each once; a query only where it has a sign."""
    if SIGN not in text or not SIGNED.search(text):
        return []
    signs = sa.or_(Organisation.note_en.startswith(SIGN), Organisation.note_ru.startswith(SIGN))
    found = db.session.scalars(sa.select(Organisation).where(signs).order_by(Organisation.name_en))
    return list(
        dict.fromkeys(one.note for one in found if any(name and name in text for name in (one.name_en, one.name_ru)))
    )


# That a sign-in lasts: not ended, not too old, not idle for too long. What ``limits`` gives belongs to it.
SIGNED_IN = sa.and_(
    SignIn.ended_at.is_(None), SignIn.began_at > sa.bindparam("oldest"), SignIn.seen_at > sa.bindparam("least_used")
)
SIGN_IN = (  # built once: every request of somebody who is signed in asks it, and reads all that it asks
    sa.select(Person, SignIn.id.label("sign_in_id"), SignIn.seen_at)
    .join(SignIn, SignIn.person_id == Person.id)
    .outerjoin(Person.grants)
    .options(
        contains_eager(Person.grants).options(lazyload(RoleGrant.organisation), lazyload(RoleGrant.centre)),
    )
    .where(SignIn.token_hash == sa.bindparam("token_hash"), SIGNED_IN, Person.deactivated_at.is_(None))
    .order_by(RoleGrant.id)
)


def limits(now: datetime) -> dict[str, datetime]:
    return {"oldest": now - LONGEST, "least_used": now - IDLE}


def find_sign_in(token: str, now: datetime) -> Row | None:
    """Whose sign-in the browser's cookie shows: Person, sign_in_id, seen_at; None when it or the account has ended."""
    found = db.session.execute(SIGN_IN, {"token_hash": token_hash(token), **limits(now)})
    return found.unique().one_or_none()


def addresses_used(email: str) -> list[str | None]:
    """The addresses of the network from which this account has been used, as long as its sign-ins are kept."""
    statement = (
        sa.select(SignIn.address)
        .join(Person, Person.id == SignIn.person_id)
        .where(Person.email == email.strip().lower(), SignIn.address.is_not(None))
        .distinct()
    )
    return list(db.session.scalars(statement))


def sign_ins_of(person_id: int, now: datetime) -> list[Row]:
    """Where the person is signed in, the latest use first: id, device, address, began_at, seen_at."""
    statement = (
        sa.select(SignIn.id, SignIn.device, SignIn.address, SignIn.began_at, SignIn.seen_at)
        .where(SignIn.person_id == person_id, SIGNED_IN)
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    )
    return list(db.session.execute(statement, limits(now)))


def find_person(person_id: int) -> Person | None:
    return db.session.get(Person, person_id)


def find_person_by_email(email: str) -> Person | None:
    """The person with this address, however it is written."""
    return db.session.scalars(sa.select(Person).where(Person.email == email.strip().lower())).one_or_none()


def find_organisation(organisation_id: int) -> Organisation | None:
    return db.session.get(Organisation, organisation_id)


def find_organisation_by_code(code: str) -> Organisation | None:
    return db.session.scalars(sa.select(Organisation).where(Organisation.code == code.strip().upper())).one_or_none()


def find_centre(centre_id: int) -> Centre | None:
    return db.session.get(Centre, centre_id)


def find_centre_by_code(code: str) -> Centre | None:
    return db.session.scalars(sa.select(Centre).where(Centre.code == code.strip().upper())).one_or_none()


def find_link(token: str) -> AccessLink | None:
    """The access link that the token opens; None when we never drew it."""
    statement = (
        sa.select(AccessLink)
        .join(AccessToken, AccessToken.access_link_id == AccessLink.id)
        .where(AccessToken.token_hash == token_hash(token))
    )
    return db.session.scalars(statement).one_or_none()


def find_open_invitation(person_id: int, now: datetime) -> AccessLink | None:
    """The person's invitation that still holds, if there is one."""
    invitation = sa.and_(AccessLink.person_id == person_id, AccessLink.purpose == LinkPurpose.INVITATION)
    still_open = sa.and_(AccessLink.used_at.is_(None), AccessLink.expires_at > now)
    statement = sa.select(AccessLink).where(invitation, still_open).order_by(AccessLink.id.desc()).limit(1)
    return db.session.scalars(statement).one_or_none()


def last_link_made_at(person_id: int) -> datetime | None:
    """When the latest link of the person was made."""
    statement = sa.select(AccessLink.created_at).where(AccessLink.person_id == person_id)
    return db.session.scalar(statement.order_by(AccessLink.id.desc()).limit(1))


def was_invited(person_id: int) -> bool:
    """Whether the office has ever invited the person."""
    return db.session.scalar(sa.select(sa.exists().where(AccessLink.person_id == person_id))) is True


def organisations_seen_by(person: Person) -> frozenset[int] | None:
    """The organisations whose people somebody may look through; None for all of them."""
    if person.roles & {Role.ADMINISTRATOR, Role.COORDINATOR}:
        return None
    return represented_by(person)


def represented_by(person: Person) -> frozenset[int]:
    """The organisations that somebody is the contact point of."""
    grants = (grant for grant in person.grants if grant.role is Role.CONTACT_POINT)
    return frozenset(grant.organisation_id for grant in grants if grant.organisation_id)


def people_seen_by(person: Person) -> sa.ColumnElement[bool]:
    """The condition that somebody may look at a person: everybody, one's own administration, one's centre's people."""
    centres = {grant.centre_id for grant in person.grants if grant.role is Role.COORDINATOR}
    if Role.ADMINISTRATOR in person.roles or None in centres:
        return sa.true()
    own = [grant.organisation_id for grant in person.grants if grant.role is Role.CONTACT_POINT]
    return sa.or_(Person.organisation_id.in_(own), is_of_centres([one for one in centres if one is not None]))


def open_invitation(now: datetime) -> sa.ColumnElement[bool]:
    """The condition that a person has an invitation that still holds."""
    return (
        sa.exists()
        .where(AccessLink.person_id == Person.id, AccessLink.purpose == LinkPurpose.INVITATION)
        .where(AccessLink.used_at.is_(None), AccessLink.expires_at > now)
    )


def account_state(now: datetime) -> sa.ColumnElement[str]:
    """A column that tells how far the person's account has come."""
    return sa.case(
        (Person.deactivated_at.is_not(None), AccountState.OFF.value),
        (Person.password_hash.is_not(None), AccountState.ACTIVE.value),
        (open_invitation(now), AccountState.INVITED.value),
        else_=AccountState.WITHOUT.value,
    )


def account_state_of(person_id: int, now: datetime) -> AccountState:
    """How far this person's account has come."""
    return AccountState(db.session.scalars(sa.select(account_state(now)).where(Person.id == person_id)).one())


def people(chosen: PeopleFilter, seen: sa.ColumnElement[bool], now: datetime) -> Select:
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


def organisations(seen: frozenset[int] | None = None) -> Sequence[Organisation]:
    """The organisations in ``seen`` (None: all), by name in the reader's language."""
    statement = sa.select(Organisation)
    if seen is not None:
        statement = statement.where(Organisation.id.in_(seen))
    found = db.session.scalars(statement).all()
    return sorted(found, key=lambda organisation: sort_key(str(organisation.name)))


def head_counts(seen: frozenset[int] | None = None) -> dict[int, int]:
    """How many people, not switched off, belong to each organisation that has any."""
    statement = (
        sa.select(Person.organisation_id, sa.func.count())
        .where(Person.deactivated_at.is_(None))
        .group_by(Person.organisation_id)
    )
    if seen is not None:
        statement = statement.where(Person.organisation_id.in_(seen))
    return dict(db.session.execute(statement).all())


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


def people_without_account(organisation_id: int, now: datetime) -> list[int]:
    """The ids of the organisation's people who have neither an account nor an open invitation."""
    without = account_state(now) == AccountState.WITHOUT.value
    statement = sa.select(Person.id).where(Person.organisation_id == organisation_id, without).order_by(Person.id)
    return list(db.session.scalars(statement))


def centre_choices() -> list[tuple[int, str]]:
    """Id and name of every centre, by name in the reader's language."""
    name = sa.func.coalesce(Centre.name_ru, Centre.name_en) if current_language() == "ru" else Centre.name_en
    found = [(row.id, row.name) for row in db.session.execute(sa.select(Centre.id, name.label("name")))]
    return sorted(found, key=lambda choice: sort_key(choice[1]))


def count_administrators(without: int) -> int:
    """How many people besides this one are administrators and not switched off."""
    statement = (
        sa.select(sa.func.count(sa.distinct(Person.id)))
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, Person.deactivated_at.is_(None), Person.id != without)
    )
    return db.session.scalar(statement) or 0


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


# --- counts for the front pages


def account_counts(now: datetime) -> dict[AccountState, int]:
    """How many people are in each state of the way to an account."""
    states = sa.select(account_state(now).label("state")).select_from(Person).subquery()
    rows = db.session.execute(sa.select(states.c.state, sa.func.count()).group_by(states.c.state))
    return dict.fromkeys(AccountState, 0) | {AccountState(state): count for state, count in rows}


def role_counts() -> dict[Role, int]:
    """How many people who are not switched off hold each role."""
    rows = db.session.execute(
        sa.select(RoleGrant.role, sa.func.count(sa.distinct(RoleGrant.person_id)))
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.deactivated_at.is_(None))
        .group_by(RoleGrant.role)
    )
    return dict.fromkeys(Role, 0) | dict(rows.all())


def organisation_counts() -> dict[OrganisationKind, int]:
    """How many organisations of each kind there are."""
    rows = db.session.execute(sa.select(Organisation.kind, sa.func.count()).group_by(Organisation.kind))
    return dict.fromkeys(OrganisationKind, 0) | dict(rows.all())


def administrations(organisation_ids: Collection[int]) -> Rows:
    """Those organisations with how many people they have, and how many of them can sign in."""
    active = sa.and_(Person.organisation_id == Organisation.id, Person.deactivated_at.is_(None))
    return db.session.execute(
        sa.select(
            Organisation.id,
            Organisation.name,
            sa.func.count(Person.id).label("people"),
            sa.func.count(Person.password_hash).label("with_account"),
        )
        .outerjoin(Person, active)
        .where(Organisation.id.in_(organisation_ids))
        .group_by(Organisation.id)
        .order_by(Organisation.name_en)
    ).all()
