"""On what terms the places of a session are given, and how many seats each administration may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from trainingapp.core.bus import publish
from trainingapp.core.db import db, transaction
from trainingapp.core.errors import DomainError
from trainingapp.core.events import changes
from trainingapp.core.i18n import _l
from trainingapp.enrolment import events
from trainingapp.enrolment.models import Quota, Terms
from trainingapp.enrolment.queries.places import live_places
from trainingapp.enrolment.rules.moving import check_quota
from trainingapp.enrolment.rules.selecting import TermsDetails, check_terms
from trainingapp.enrolment.services.ledger import Ledger
from trainingapp.enrolment.services.moving import bring_up_to_date


def set_terms(course_session_id: int, details: TermsDetails, *, now: datetime) -> Terms:
    """Have the places of the session given by nomination, on these terms; or change the terms.

    Raises DomainError where somebody already has a place that was not given by nomination.
    """
    with transaction():
        ledger = Ledger.lock(course_session_id, now)
        check_terms(details)
        terms = ledger.terms
        if terms is None:
            check_nobody_there(course_session_id)
            terms = ledger.terms = Terms(course_session=ledger.course_session, **asdict(details))
            db.session.add(terms)
            old, new = changes({}, asdict(details))
        else:
            before = {name: getattr(terms, name) for name in asdict(details)}
            old, new = changes(before, asdict(details))
            for name, value in new.items():
                setattr(terms, name, value)
        db.session.flush()
        if new:
            publish(events.TermsSet(course_session_id=course_session_id, old=old, new=new))
            bring_up_to_date(ledger)
    return terms


def check_nobody_there(course_session_id: int) -> None:
    if live_places(course_session_id):
        raise DomainError(
            _l("People already have or ask for places on this session. A call needs a session without them.")
        )


def set_quotas(course_session_id: int, accepts: Mapping[int, int | None], *, now: datetime) -> None:
    """Set how many seats each of these organisations may have; None takes the quota away.

    Raises DomainError for a quota smaller than what the organisation already has.
    """
    with transaction():
        ledger = Ledger.lock(course_session_id, now)
        ledger.need_terms()
        for organisation_id, accept in sorted(accepts.items()):
            set_quota(ledger, organisation_id, accept)
        bring_up_to_date(ledger)


def new_quota(course_session_id: int, organisation_id: int, accept: int) -> Quota:
    quota = Quota(course_session_id=course_session_id, organisation_id=organisation_id, accept=accept, taken=0)
    db.session.add(quota)
    return quota


def set_quota(ledger: Ledger, organisation_id: int, accept: int | None) -> None:
    quota = ledger.quotas.get(organisation_id)
    before = quota.accept if quota else None
    if before == accept:
        return
    if quota is None:
        assert accept is not None  # else it is what was before
        ledger.quotas[organisation_id] = new_quota(ledger.id, organisation_id, accept)
    elif accept is None:
        check_quota(quota.organisation.name, 0, quota.taken)
        db.session.delete(ledger.quotas.pop(organisation_id))
    else:
        check_quota(quota.organisation.name, accept, quota.taken)
        quota.accept = accept
    db.session.flush()
    publish(
        events.QuotaSet(
            course_session_id=ledger.id,
            organisation_id=organisation_id,
            old={"accept": before},
            new={"accept": accept},
        )
    )
