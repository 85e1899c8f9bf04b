"""Reads about sign-ins: where somebody is signed in, and from where an account was used."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, lazyload

from trainingapp.accounts.models import Person, RoleGrant, SignIn
from trainingapp.accounts.rules.sign_ins import IDLE, LONGEST
from trainingapp.core.db import Row, db
from trainingapp.core.tokens import token_hash

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
