"""What the administrator's page counts."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from trainingapp.accounts.models import Organisation, OrganisationKind, Person, RoleGrant
from trainingapp.accounts.queries import AccountState, account_state
from trainingapp.core.db import db
from trainingapp.core.permissions import Role


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
