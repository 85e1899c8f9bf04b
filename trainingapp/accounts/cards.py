"""What accounts show on the front pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_login import current_user

from trainingapp.accounts.queries.access import account_counts
from trainingapp.accounts.queries.organisations import administrations, organisation_counts
from trainingapp.accounts.queries.roles import represented_by, role_counts
from trainingapp.accounts.rules.access import AccountState
from trainingapp.core.cards import Card, FrontPage, Part, Tile
from trainingapp.core.i18n import _n


def for_contact_point(_now: datetime) -> Iterator[Tile | Card]:
    values = {"administrations": administrations(represented_by(current_user))}
    yield Card(order=10, part=Part.FIRST, template="accounts/cards/administration.html", values=values)
    people = sum(row.people for row in values["administrations"])
    can_sign_in = sum(row.with_account for row in values["administrations"])
    yield Tile(
        order=10,
        number=people,
        text=_n("officer known to the office", "officers known to the office", people),
        url=url_for("accounts.people"),
        detail=_n("%(num)s can sign in", "%(num)s can sign in", can_sign_in),
    )
    yield Card(order=10, part=Part.LAST, template="accounts/cards/hand_over.html", values=values)


def for_administrator(now: datetime) -> Iterator[Tile | Card]:
    accounts, roles = account_counts(now), role_counts()
    for order, (state, number) in enumerate(accounts.items(), 10):
        yield Tile(
            order=order,
            number=number,
            text=people_who_are(state, number),
            url=url_for("accounts.people", state=state.value),
            tone="attention" if state is AccountState.WITHOUT and number else "neutral",
        )
    values = {"accounts": accounts, "roles": roles}
    yield Card(order=10, template="accounts/cards/notices.html", values=values)
    yield Card(order=10, part=Part.COLUMNS, template="accounts/cards/roles.html", values=values)
    organisations = {"organisations": organisation_counts()}
    yield Card(order=20, part=Part.COLUMNS, template="accounts/cards/organisations.html", values=organisations)


def people_who_are(state: AccountState, number: int) -> str:
    match state:
        case AccountState.ACTIVE:
            return _n("person can sign in", "people can sign in", number)
        case AccountState.INVITED:
            return _n("person is invited", "people are invited", number)
        case AccountState.WITHOUT:
            return _n("person without an account", "people without an account", number)
    return _n("account switched off", "accounts switched off", number)


CARDS = {FrontPage.CONTACT_POINT: for_contact_point, FrontPage.ADMINISTRATOR: for_administrator}
