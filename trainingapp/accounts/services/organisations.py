"""The office's own list of organisations and centres."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa

from trainingapp.accounts import events
from trainingapp.accounts.models import Centre, Organisation
from trainingapp.accounts.rules.organisations import (
    CENTRE_CODE_TAKEN,
    CODE_TAKEN,
    CentreDetails,
    OrganisationDetails,
    check_centre,
    check_organisation,
)
from trainingapp.core.bus import publish
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import Constraint, DomainError, refusing
from trainingapp.core.events import set_values

CODE_ONCE = Constraint("uq_organisation_code", "organisation.code", CODE_TAKEN, "code")
CENTRE_ONCE = Constraint("uq_centre_code", "centre.code", CENTRE_CODE_TAKEN, "code")


def add_organisation(details: OrganisationDetails) -> Organisation:
    """One more administration or partner. Raises DomainError with the field that is wrong."""
    clean = check_organisation(details)
    with refusing(CODE_ONCE), transaction():
        check_code_is_free(clean.code)
        organisation = Organisation(**asdict(clean))
        db.session.add(organisation)
        db.session.flush()
        publish(events.OrganisationAdded(organisation_id=organisation.id))
    return organisation


def check_code_is_free(code: str, except_for: int = 0) -> None:
    wanted = sa.select(Organisation.id).where(Organisation.code == code, Organisation.id != except_for)
    if db.session.scalar(wanted) is not None:
        raise DomainError(CODE_TAKEN, "code")


def change_organisation(organisation_id: int, details: OrganisationDetails) -> Organisation:
    """Change the names, the note or the code. Certificates already issued keep what they say."""
    clean = check_organisation(details)
    with refusing(CODE_ONCE), transaction():
        organisation = locked(Organisation, organisation_id)
        check_code_is_free(clean.code, organisation_id)
        old, new = set_values(organisation, asdict(clean))
        if new:
            publish(events.OrganisationChanged(organisation_id=organisation_id, old=old, new=new))
    return organisation


def add_centre(details: CentreDetails) -> Centre:
    """One more centre of the network. Raises DomainError with the field that is wrong."""
    clean = check_centre(details)
    with refusing(CENTRE_ONCE), transaction():
        centre = Centre(**asdict(clean))
        db.session.add(centre)
        db.session.flush()
        publish(events.CentreAdded(centre_id=centre.id))
    return centre


def change_centre(centre_id: int, details: CentreDetails) -> Centre:
    """Change what is known of a centre. Sessions that are planned keep the time zone they were planned in."""
    clean = check_centre(details)
    with refusing(CENTRE_ONCE), transaction():
        centre = locked(Centre, centre_id)
        old, new = set_values(centre, asdict(clean))
        if new:
            publish(events.CentreChanged(centre_id=centre_id, old=old, new=new))
    return centre
