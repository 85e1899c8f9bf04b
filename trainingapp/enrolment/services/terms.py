"""On what terms the places of a session are given, and how many seats each administration may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from trainingapp.core.bus import publish
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import DomainError
from trainingapp.core.events import changes
from trainingapp.core.i18n import _l
from trainingapp.enrolment import events, queries
from trainingapp.enrolment.models import Quota, Terms
from trainingapp.enrolment.rules import (
    TermsFacts,
    TermsPlan,
    check_plan,
    check_quota,
)
from trainingapp.enrolment.services.machine import (
    terms_of,
)
from trainingapp.enrolment.services.moving import settle
from trainingapp.scheduling.models import CourseSession


def set_terms(course_session_id: int, plan: TermsPlan, *, now: datetime) -> Terms:
    """Have the places of the session given by nomination, on these terms; or change the terms.

    Raises DomainError where somebody already has a place that was not given by nomination.
    """
    with transaction():
        course_session = locked(CourseSession, course_session_id)
        check_plan(plan)
        terms = queries.find_terms(course_session_id)
        if terms is None:
            check_nobody_there(course_session_id)
            terms = Terms(course_session_id=course_session_id, **asdict(plan))
            db.session.add(terms)
            old, new = changes({}, asdict(plan))
        else:
            before = {name: getattr(terms, name) for name in asdict(plan)}
            old, new = changes(before, asdict(plan))
            for name, value in new.items():
                setattr(terms, name, value)
        db.session.flush()
        if new:
            publish(events.TermsSet(course_session_id=course_session_id, old=old, new=new))
            settle(course_session, now)
    return terms


def check_nobody_there(course_session_id: int) -> None:
    if queries.live_places(course_session_id):
        raise DomainError(
            _l("People already have or ask for places on this session. A call needs a session without them.")
        )


def set_quotas(course_session_id: int, accepts: Mapping[int, int | None], *, now: datetime) -> None:
    """Set how many seats each of these organisations may have; None takes the quota away.

    Raises DomainError for a quota smaller than what the organisation already has.
    """
    with transaction():
        course_session = locked(CourseSession, course_session_id)
        terms_and_facts(course_session)
        quotas = queries.quotas_of(course_session_id)
        for organisation_id, accept in sorted(accepts.items()):
            set_quota(course_session_id, organisation_id, quotas.get(organisation_id), accept)
        settle(course_session, now)


def set_quota(course_session_id: int, organisation_id: int, quota: Quota | None, accept: int | None) -> None:
    before = quota.accept if quota else None
    if before == accept:
        return
    if quota is not None:
        check_quota(quota.organisation.name, accept or 0, quota.taken)
    if quota is None:
        db.session.add(
            Quota(course_session_id=course_session_id, organisation_id=organisation_id, accept=accept, taken=0)
        )
    elif accept is None:
        db.session.delete(quota)
    else:
        quota.accept = accept
    db.session.flush()
    publish(
        events.QuotaSet(
            course_session_id=course_session_id,
            organisation_id=organisation_id,
            old={"accept": before},
            new={"accept": accept},
        )
    )


def terms_and_facts(course_session: CourseSession) -> tuple[Terms, TermsFacts]:
    """The terms of the session. Raises DomainError where there are none."""
    terms = queries.find_terms(course_session.id)
    if terms is None:
        raise DomainError(_l("The places of this session are not given by nomination."))
    return terms, terms_of(terms, course_session)
