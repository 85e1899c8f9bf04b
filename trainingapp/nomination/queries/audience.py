"""Who is told of a selection, what the administrations say of it, and who has not said anything yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from trainingapp.accounts.models import Organisation, Person
from trainingapp.core.db import Row, db
from trainingapp.core.i18n import Bilingual
from trainingapp.core.text import sort_key
from trainingapp.enrolment.models import Place, PlaceStatus
from trainingapp.nomination.models import Call, Comment, Invitation, Nomination
from trainingapp.nomination.queries.administrations import contact_points


@dataclass(frozen=True)
class Commented:
    """What one administration says of the selection."""

    invitation_id: int
    organisation_id: int
    name: Bilingual
    comments: list[Row]


def comments_on(call_id: int) -> list[Commented]:
    """The comments by administration in the alphabet, of each the first one first."""
    rows = db.session.execute(
        sa.select(
            Comment.at,
            Comment.text,
            Person.name,
            Invitation.id.label("invitation_id"),
            Invitation.organisation_id,
            Organisation.name.label("organisation"),
        )
        .join(Invitation, Invitation.id == Comment.invitation_id)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .outerjoin(Person, Person.id == Comment.author_id)
        .where(Invitation.call_id == call_id)
        .order_by(Comment.at, Comment.id)
    ).all()
    found: dict[int, Commented] = {}
    for row in rows:
        of = Commented(row.invitation_id, row.organisation_id, row.organisation, [])
        found.setdefault(row.invitation_id, of).comments.append(row)
    return sorted(found.values(), key=lambda one: sort_key(str(one.name)))


@dataclass(frozen=True)
class Audience:
    """Who is told of a selection: contact points, and the administrations that have none."""

    contacts: int
    administrations: int
    without: Sequence[Bilingual]


def audience_of(organisations: Mapping[int, Bilingual]) -> Audience:
    """The contact points of these organisations."""
    found = contact_points(list(organisations))
    return Audience(
        contacts=len({contact.person_id for contacts in found.values() for contact in contacts}),
        administrations=len(organisations),
        without=[name for organisation_id, name in organisations.items() if not found.get(organisation_id)],
    )


def silent_administrations(call: Call) -> int:
    """How many administrations with undecided candidates have not commented since the selection was shown."""
    named = (
        sa.exists()
        .where(
            Nomination.invitation_id == Invitation.id,
            Place.id == Nomination.place_id,
            Place.status == PlaceStatus.NOMINATED,
        )
        .correlate(Invitation)
    )
    commented = sa.exists().where(Comment.invitation_id == Invitation.id, Comment.at >= call.proposed_at)
    statement = sa.select(sa.func.count()).select_from(Invitation)
    return db.session.scalar(statement.where(Invitation.call_id == call.id, named, ~commented)) or 0
