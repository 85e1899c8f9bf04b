"""Reads about the way to an account: links, invitations, and how far somebody has come."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from trainingapp.accounts.models import AccessLink, AccessToken, LinkPurpose, Person
from trainingapp.accounts.rules.access import AccountState
from trainingapp.core.db import db
from trainingapp.core.tokens import token_hash


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


def people_without_account(organisation_id: int, now: datetime) -> list[int]:
    """The ids of the organisation's people who have neither an account nor an open invitation."""
    without = account_state(now) == AccountState.WITHOUT.value
    statement = sa.select(Person.id).where(Person.organisation_id == organisation_id, without).order_by(Person.id)
    return list(db.session.scalars(statement))


def account_counts(now: datetime) -> dict[AccountState, int]:
    """How many people are in each state of the way to an account."""
    states = sa.select(account_state(now).label("state")).select_from(Person).subquery()
    rows = db.session.execute(sa.select(states.c.state, sa.func.count()).group_by(states.c.state))
    return dict.fromkeys(AccountState, 0) | {AccountState(state): count for state, count in rows}
