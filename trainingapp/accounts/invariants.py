"""What must never be false of accounts, as questions to the database."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from trainingapp.accounts.models import Person, RoleGrant
from trainingapp.core.db import Select
from trainingapp.core.health import Invariant, text


def strayed_roles(_now: datetime) -> Select:
    """Officers and contact points for another organisation than their own."""
    return (
        sa.select(Person.email + ": " + text(RoleGrant.role))
        .select_from(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.organisation_id.is_not(None), RoleGrant.organisation_id != Person.organisation_id)
        .order_by(Person.email)
    )


INVARIANTS = (
    Invariant(
        name="roles",
        holds="Officers and contact points act for their own organisation only.",
        broken="Roles for another organisation than the person’s own",
        hint="Take the role away on the person’s page, and give it again.",
        breaches=strayed_roles,
    ),
)
