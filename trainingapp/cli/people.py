"""Commands for people: an administration's list, invitations, and the first administrator of a new office."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from trainingapp.accounts.models import Centre, Organisation, OrganisationKind, Person
from trainingapp.accounts.queries.organisations import (
    find_centre_by_code,
    find_organisation_by_code,
    organisations_by_name,
)
from trainingapp.accounts.queries.people import find_person_by_email
from trainingapp.accounts.rules.people import PersonDetails
from trainingapp.accounts.rules.roster import Answer
from trainingapp.accounts.services import access
from trainingapp.accounts.services import people as services
from trainingapp.accounts.services.roster import Report, import_people
from trainingapp.core.clock import utc_now
from trainingapp.core.db import transaction
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import LANGUAGES, speaking
from trainingapp.core.permissions import Role

people = AppGroup("people", help="People: take in a list, invite, make an administrator.")


@contextmanager
def in_a_sentence() -> Iterator[None]:
    """A refusal ends the command with its sentence, not with a trace."""
    try:
        yield
    except DomainError as error:
        raise click.ClickException(str(error)) from None


def settings(command: Callable[..., object]) -> Callable[..., object]:
    """The two options that every new person needs."""
    language = click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
    zone = click.option("--time-zone", help="For example Asia/Baku; the office's own when left out.")
    return language(zone(command))


def get_organisation(code: str) -> Organisation:
    found = find_organisation_by_code(code)
    if found is None:
        raise click.ClickException(
            f"There is no organisation with the code {code}. `flask reference` loads the usual list."
        )
    return found


def get_person(email: str) -> Person:
    found = find_person_by_email(email)
    if found is None:
        raise click.ClickException(f"Nobody in the list has the e-mail address {email}.")
    return found


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", required=True, help="The code of the organisation whose officers they are: GE.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option(
    "--namesakes",
    type=click.Choice([answer.value for answer in Answer]),
    help="Who people are who have a known officer's name and another address. Left out, they are only reported.",
)
@settings
def import_list(
    file: Path, organisation: str, dry_run: bool, namesakes: str | None, language: str, time_zone: str | None
) -> None:
    """Take in an administration's list of officers (Excel or CSV). Nobody is entered twice, nobody is invited.

    What is wrong with rows is said in the language of the list. Ends with 1 when a row was refused or waits.
    """
    with speaking(language), in_a_sentence():
        report = import_people(
            file.read_bytes(),
            get_organisation(organisation).id,
            language=language,
            time_zone=time_zone or current_app.config["OFFICE_TIME_ZONE"],
            every_answer=Answer(namesakes) if namesakes else None,
            dry_run=dry_run,
            now=utc_now(),
        )
        tell(report, dry_run)
    if report.refused or report.asked:
        raise SystemExit(1)


def tell(report: Report, dry_run: bool) -> None:
    for refusal in report.refused:
        reasons = " ".join(str(reason) for reason in refusal.reasons)
        click.echo(f"Row {refusal.number}, {refusal.name or 'no name'}: refused. {reasons}", err=True)
    for question in report.asked:
        known = ", ".join(row.email for row in question.known)
        number, details = question.entry.number, question.entry.details
        click.echo(
            f"Row {number}, {details.name.listed}: {details.email}, but known as {known}. See --namesakes.", err=True
        )
    if report.unknown_columns:
        click.echo(f"Columns left out: {', '.join(report.unknown_columns)}", err=True)
    click.echo(
        f"{'Would be added' if dry_run else 'Added'}: {len(report.added)}. Known already: {len(report.known)}. "
        f"With a new address: {len(report.moved)}. Asked about: {len(report.asked)}. "
        f"Refused: {len(report.refused)}."
    )


@people.command("invite")
@click.argument("email")
def invite(email: str) -> None:
    """Invite somebody who is in the list, and print the link that works once."""
    with in_a_sentence():
        link_id = access.invite(get_person(email).id, now=utc_now())
    click.echo(access.address_of(link_id, now=utc_now()))


@people.command("administrator")
@click.argument("email")
@click.option("--family-name", prompt=True, help="As the person writes it.")
@click.option("--given-name", prompt=True)
@click.option("--organisation", help="The code of the organisation; the office itself when left out.")
@settings
def administrator(
    email: str, family_name: str, given_name: str, organisation: str | None, language: str, time_zone: str | None
) -> None:
    """Make somebody an administrator, and print the link that sets the password. For a new office's first one."""
    details = PersonDetails(
        email=email,
        family_name=family_name,
        given_name=given_name,
        language=language,
        time_zone=time_zone or current_app.config["OFFICE_TIME_ZONE"],
    )
    with in_a_sentence(), transaction():
        person = find_person_by_email(email)
        if person is None:
            person = services.add_person(details, home(organisation).id, now=utc_now())
        if Role.ADMINISTRATOR not in person.roles:
            services.grant_role(person.id, Role.ADMINISTRATOR, now=utc_now())
        link_id = access.invite(person.id, now=utc_now())
    click.echo("Open this link within two weeks and set a password; it works once:")
    click.echo(access.address_of(link_id, now=utc_now()))


@people.command("role")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option(
    "--organisation", help="Officers and contact points: the code of the organisation; their own if left out."
)
@click.option("--centre", help="Coordinators: the code of the one centre that they keep; the whole office if left out.")
def role(email: str, role: str, organisation: str | None, centre: str | None) -> None:
    """Give somebody a role, also where there is only one administrator."""
    person, wanted = get_person(email), Role(role)
    scope = get_organisation(organisation).id if organisation else person.organisation_id
    with in_a_sentence():
        services.grant_role(
            person.id, wanted, organisation_id=scope, centre_id=get_centre(centre).id if centre else None, now=utc_now()
        )
    click.echo(f"{email} has the role now: {wanted.value}.")


def get_centre(code: str) -> Centre:
    found = find_centre_by_code(code)
    if found is None:
        raise click.ClickException(f"There is no centre with the code {code}.")
    return found


def home(code: str | None) -> Organisation:
    """The organisation of that code; the office itself where none is given."""
    if code is not None:
        return get_organisation(code)
    offices = [found for found in organisations_by_name() if found.kind is OrganisationKind.OFFICE]
    if not offices:
        raise click.ClickException("The office itself is not in the list yet. Run `flask reference` first.")
    return offices[0]


commands: Sequence[click.Command] = (people,)
