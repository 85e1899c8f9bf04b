"""Reads about organisations and centres."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from trainingapp.accounts.models import Centre, Organisation, OrganisationKind, Person
from trainingapp.accounts.rules.organisations import SIGN
from trainingapp.core.db import Rows, db
from trainingapp.core.i18n import Bilingual, current_language
from trainingapp.core.text import sort_key

SIGNED = re.compile(r"\w\*")


def footnotes_in(text: str) -> list[Bilingual]:
    """The footnotes that names of organisations in the text ask for, each once; a query only where it has a sign."""
    if SIGN not in text or not SIGNED.search(text):
        return []
    signs = sa.or_(Organisation.note_en.startswith(SIGN), Organisation.note_ru.startswith(SIGN))
    found = db.session.scalars(sa.select(Organisation).where(signs).order_by(Organisation.name_en))
    return list(
        dict.fromkeys(one.note for one in found if any(name and name in text for name in (one.name_en, one.name_ru)))
    )


def find_organisation(organisation_id: int) -> Organisation | None:
    return db.session.get(Organisation, organisation_id)


def find_organisation_by_code(code: str) -> Organisation | None:
    return db.session.scalars(sa.select(Organisation).where(Organisation.code == code.strip().upper())).one_or_none()


def find_centre(centre_id: int) -> Centre | None:
    return db.session.get(Centre, centre_id)


def find_centre_by_code(code: str) -> Centre | None:
    return db.session.scalars(sa.select(Centre).where(Centre.code == code.strip().upper())).one_or_none()


def organisations_by_name(seen: frozenset[int] | None = None) -> Sequence[Organisation]:
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


def centre_choices() -> list[tuple[int, str]]:
    """Id and name of every centre, by name in the reader's language."""
    name = sa.func.coalesce(Centre.name_ru, Centre.name_en) if current_language() == "ru" else Centre.name_en
    found = [(row.id, row.name) for row in db.session.execute(sa.select(Centre.id, name.label("name")))]
    return sorted(found, key=lambda choice: sort_key(choice[1]))


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
