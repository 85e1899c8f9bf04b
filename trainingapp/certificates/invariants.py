"""What must never be false of certificates: decision record 6, as questions to the database."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from trainingapp.certificates.models import Certificate, CertificateSeries
from trainingapp.certificates.rules.codes import PREFIX
from trainingapp.core.db import Select
from trainingapp.core.health import Invariant, text

RESTORE = "Certificates are never deleted: restore the rows from a backup."


def gaps(_now: datetime) -> Select:
    """Years whose certificates are not as many as the numbers that were given."""
    year = sa.func.substr(Certificate.serial, len(PREFIX) + 2, 4)
    issued = sa.select(year.label("year"), sa.func.count().label("count")).group_by(year).subquery()
    series = sa.select(text(CertificateSeries.year).label("year"), CertificateSeries.last_number).subquery()
    return (
        sa.select(sa.func.coalesce(series.c.year, issued.c.year))
        .select_from(series)
        .join(issued, issued.c.year == series.c.year, full=True)
        .where(sa.func.coalesce(series.c.last_number, 0) != sa.func.coalesce(issued.c.count, 0))
    )


def unreplaced(_now: datetime) -> Select:
    """Certificates that say they were replaced without one that replaces them, or the other way round."""
    successor = aliased(Certificate)
    return (
        sa.select(Certificate.serial)
        .outerjoin(successor, successor.replaces_id == Certificate.id)
        .where(Certificate.replaced_at.is_(None) != successor.id.is_(None))
        .order_by(Certificate.serial)
    )


def misprinted(_now: datetime) -> Select:
    """Certificates on which another number or code is printed than they are found by."""
    return (
        sa.select(Certificate.serial)
        .where(
            sa.or_(
                Certificate.printed["serial"].as_string().is_distinct_from(Certificate.serial),
                Certificate.printed["code"].as_string().is_distinct_from(Certificate.code),
            )
        )
        .order_by(Certificate.serial)
    )


INVARIANTS = (
    Invariant(
        name="certificates",
        holds="No certificate is missing from the numbers of its year.",
        broken="Years with certificates missing",
        hint=RESTORE,
        breaches=gaps,
    ),
    Invariant(
        name="certificates.replaced",
        holds="Every replaced certificate has the one that replaces it.",
        broken="Certificates whose replacement is missing",
        hint=RESTORE,
        breaches=unreplaced,
    ),
    Invariant(
        name="certificates.printed",
        holds="Every certificate prints the number and the code that it is found by.",
        broken="Certificates that print another number or code",
        hint="A certificate is frozen when it is issued: restore the row from a backup.",
        breaches=misprinted,
    ),
)
