"""The pages of a call in every stage of it: as the coordinator, as a contact point, and as officers in every state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from tests.browser.conftest import Office
from tests.browser.screen import Screen, person_with
from tests.builders import a_course, a_meeting, a_session, an_officer
from tests.test_pages import READERS
from trainingapp.accounts.models import Person
from trainingapp.core.actor import acting_as
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.core.permissions import Role
from trainingapp.enrolment.models import PlaceMode
from trainingapp.nomination.models import Call, Invitation, Nomination, Stage
from trainingapp.nomination.queries.loading import find_invitation_of, stage_at
from trainingapp.nomination.rules.calls import CallDetails
from trainingapp.nomination.services import calls, naming
from trainingapp.scheduling.models import SessionStatus
from trainingapp.scheduling.services import cancel

pytestmark = pytest.mark.browser

OF_THE_OFFICE = (
    "/calls",
    "/desk",
    "/sessions/{session}",
    "/sessions/{session}/call",
    "/sessions/{session}/participants",
    "/calls/{call}/administrations",
    "/calls/{call}/deadline",
    "/calls/{call}/edit",
    "/calls/{call}/final",
    "/calls/{call}/preview",
    "/calls/{call}/propose",
    "/calls/{call}/selection",
)
OF_AN_ADMINISTRATION = (
    "/invitations/{invitation}",
    "/invitations/{invitation}/nominate",
    "/invitations/{invitation}/nominate/list",
    "/invitations/{invitation}/nominate/new",
)
OF_A_CANDIDATE = ("/nominations/{nomination}/edit", "/nominations/{nomination}/withdraw", "/places/{place}")
OF_THE_OFFICER = ("/my-training", "/sessions/{session}", "/places/{place}", "/places/{place}/offer")
Visit = tuple[Person, str]


@pytest.mark.parametrize("stage", Stage)
def test_pages_of_a_call_are_accessible_and_fit_in_every_stage(
    demonstration: Office, reader: Callable[..., Page], stage: Stage
) -> None:
    """In turn on a desk in English and on a phone in Russian: each page is there in several stages."""
    language, phone = [("en", False), ("ru", True)][list(Stage).index(stage) % 2]
    call = call_in(stage)
    screen = Screen(demonstration, reader(language, phone), language)

    faults = [fault for visit in dict.fromkeys(visits(call)) for fault in faults_of(screen, *visit)]

    assert faults == []


def faults_of(screen: Screen, person: Person, path: str) -> list[str]:
    where = f"{path} as {person.name.full}"
    screen.sit_down(person)
    return screen.faults(where) if screen.is_shown(path) else [f"{where}: is not shown"]


# --- who opens what


def visits(call: Call) -> Iterator[Visit]:
    coordinator = somebody("coordinator")
    of_call = {"call": call.id, "session": call.course_session_id}
    yield from pages(coordinator, OF_THE_OFFICE, of_call)
    if call.opened_at is None:
        return
    invitations = db.session.scalars(sa.select(Invitation).where(Invitation.call_id == call.id)).all()
    for invitation in answered_and_not(invitations):
        yield from pages(coordinator, OF_AN_ADMINISTRATION, {"invitation": invitation.id})
    for nomination in in_every_state(invitations):
        yield from visits_for(nomination, coordinator, of_call)


def visits_for(nomination: Nomination, coordinator: Person, of_call: dict[str, int]) -> Iterator[Visit]:
    """The candidate, and the contact point of the administration; where there is none the coordinator on its behalf."""
    place = nomination.place
    values = {"invitation": nomination.invitation_id, "nomination": nomination.id, "place": place.id, **of_call}
    yield from pages(place.person, OF_THE_OFFICER, values)
    contact = contact_point_of(nomination.invitation)
    yield from pages(contact or coordinator, (*OF_A_CANDIDATE, "/invitations/{invitation}"), values)
    if contact:
        yield from pages(contact, ("/my-administration", "/invitations/{invitation}/nominate"), values)
    if place.seats or place.held_until:
        yield from pages(contact or coordinator, ("/places/{place}/replace",), values)


def pages(person: Person, addresses: tuple[str, ...], values: dict[str, int]) -> Iterator[Visit]:
    return ((person, address.format(**values)) for address in addresses)


def nominations_of(invitation_id: int) -> Sequence[Nomination]:
    mine = Nomination.invitation_id == invitation_id
    return db.session.scalars(sa.select(Nomination).where(mine).order_by(Nomination.rank)).all()


def answered_and_not(invitations: Sequence[Invitation]) -> list[Invitation]:
    """One that names somebody, one that names nobody, one without an answer: as far as there are such."""
    found = {(bool(nominations_of(one.id)), one.declined_at is not None): one for one in invitations}
    return list(found.values())


def in_every_state(invitations: Sequence[Invitation]) -> list[Nomination]:
    """A candidate for each state of a place; where it can be, of an administration that has a contact point."""
    found: dict[Any, Nomination] = {}
    for invitation in sorted(invitations, key=lambda one: contact_point_of(one) is None):
        for nomination in nominations_of(invitation.id):
            found.setdefault((nomination.place.status, nomination.place.held_until is not None), nomination)
    return list(found.values())


def contact_point_of(invitation: Invitation) -> Person | None:
    statement = sa.select(Person).where(
        Person.grants.any(role=Role.CONTACT_POINT, organisation_id=invitation.organisation_id)
    )
    return db.session.scalars(statement.order_by(Person.id)).first()


def somebody(name: str) -> Person:
    person = person_with(READERS[name])
    assert person is not None
    return person


# --- a call in a stage


def call_in(stage: Stage) -> Call:
    """A call of the demonstration in that stage; what it has not, a draft and a cancelled one, is made here."""
    known = db.session.scalars(sa.select(Call).order_by(Call.id)).all()
    found = next((call for call in known if stage_at(call, utc_now()) is stage), None)
    return found or (a_cancelled_call() if stage is Stage.CANCELLED else a_draft())


def a_draft() -> Call:
    """For a hybrid session in ten weeks; nobody has been told of it."""
    now = utc_now()
    starts_on = now.date() + timedelta(days=70)
    course_session = a_session(
        a_course(),
        status=SessionStatus.DRAFT,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=1),
        capacity_online=10,
    )
    a_meeting(course_session)
    closes = datetime.combine(now.date() + timedelta(days=20), time(18))
    with acting_as(somebody("coordinator").id):
        return calls.prepare(course_session.id, CallDetails(closes=closes, text_en="Come.", text_ru="Ждём."), now=now)


def a_cancelled_call() -> Call:
    """The contact point of the demonstration has named somebody, then the session was called off."""
    call, now = a_draft(), utc_now()
    call_id, session_id, organisation_id = call.id, call.course_session_id, somebody("contact point").organisation_id
    officer_id = an_officer(organisation_id=organisation_id).id
    with acting_as(somebody("coordinator").id):
        calls.open_call(call_id, now=now)
        invitation = find_invitation_of(call_id, organisation_id)
        assert invitation is not None
        naming.nominate(invitation.id, [officer_id], PlaceMode.IN_PERSON, now=now)
        cancel(session_id, "The trainers cannot come.", now=now)
    return call
