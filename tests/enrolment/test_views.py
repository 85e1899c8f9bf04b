"""Pages about places, as those who use them and as those who may not."""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import (
    NOW,
    a_centre,
    a_contact_point,
    a_coordinator,
    a_course,
    a_meeting,
    a_person,
    a_session,
    a_trainer,
    an_administrator,
    an_officer,
    an_organisation,
)
from trainingapp.accounts.models import OrganisationKind
from trainingapp.catalogue.models import AccessClass
from trainingapp.core.db import db
from trainingapp.core.permissions import Role
from trainingapp.enrolment import services
from trainingapp.enrolment.models import Place, PlaceMode, PlaceStatus
from trainingapp.enrolment.queries.places import find_live_place
from trainingapp.scheduling.models import SessionStatus


@pytest.fixture(autouse=True)
def _standing_clock(time_stands):
    """The builders' sessions lie after the builders' now."""


def an_open_session(**values):
    return a_session(a_course(access_class=AccessClass.OPEN), **values)


def live(person, course_session) -> Place | None:
    return find_live_place(person.id, course_session.id)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_taking_a_place_gives_it_and_says_so(client_as, language):
    officer, course_session = an_officer(language=language), an_open_session()
    client = client_as(officer)

    client.get(f"/sessions/{course_session.id}/enrol")
    response = client.post(f"/sessions/{course_session.id}/enrol", {"mode": "in_person"})

    assert client.location(response) == "/my-training"
    assert live(officer, course_session).status is PlaceStatus.PLACED
    said = {"en": "You have a place. Course: “", "ru": "Место предоставлено. Курс: «"}[language]
    assert said in client.text("/my-training")


def test_asking_twice_says_what_there_is(client_as):
    officer, course_session = an_officer(), an_open_session()
    client = client_as(officer)
    client.post(f"/sessions/{course_session.id}/enrol", {"mode": "in_person"})

    client.post(f"/sessions/{course_session.id}/enrol", {"mode": "in_person"}, status=422)
    text = client.text(f"/sessions/{course_session.id}/enrol")

    assert "You already have this: Has a place." in text


def test_a_full_session_offers_the_waiting_list(client_as):
    course_session = an_open_session(capacity_in_person=1)
    services.enrol(an_officer().id, course_session.id, PlaceMode.IN_PERSON, now=NOW)
    officer = an_officer()

    text = client_as(officer).text(f"/sessions/{course_session.id}/enrol")

    assert "Join the waiting list" in text


def test_session_with_one_kind_of_place_taken_says_which(client_as):
    course_session = an_open_session(capacity_in_person=1, capacity_online=5)
    services.enrol(an_officer().id, course_session.id, PlaceMode.IN_PERSON, now=NOW)
    pages = (f"/sessions/{course_session.id}", f"/sessions/{course_session.id}/enrol")

    english, russian = client_as(an_officer()), client_as(an_officer(language="ru"))

    assert all(
        "All places in person are taken: if you choose to come, you are put on" in english.text(p) for p in pages
    )
    assert all("Все очные места заняты" in russian.text(page) for page in pages)
    assert not any("You get the place at once" in english.text(page) for page in pages)


def test_a_refusal_is_shown_before_anybody_fills_in_a_form(client_as):
    course_session = a_session(a_course(prerequisites=(a_course(title_en="Theory of seals"),)))

    client = client_as(an_officer())
    text = client.text(f"/sessions/{course_session.id}/enrol")

    assert "Theory of seals" in text
    assert "Send the request" not in text
    assert "You cannot ask for a place here" in client.text(f"/sessions/{course_session.id}")
    assert f"/sessions/{course_session.id}/enrol" not in client.page.links, "a button that leads to a refusal"
    assert f"/courses/{course_session.course_id}" in client.page.links


def test_those_who_run_a_session_are_not_told_that_they_cannot_take_part(client_as):
    trainer = a_trainer()
    course_session = a_session(a_course(prerequisites=(a_course(),)), trainers=(trainer,))

    for person in (trainer, a_coordinator()):
        text = client_as(person).text(f"/sessions/{course_session.id}")

        assert "Enrolment is open." in text
        assert "You cannot ask for a place here" not in text


def test_the_page_of_a_session_by_invitation_asks_nobody_to_ask_for_a_place(client_as):
    course_session = a_session(a_course(access_class=AccessClass.INVITATION))

    for reader in (None, an_officer(), an_administrator()):
        client = client_as(reader, language="en")
        text = client.text(f"/sessions/{course_session.id}")
        assert "Places are given by invitation." in text
        assert "You ask for a place" not in text
        assert f"/sessions/{course_session.id}/enrol" not in client.page.links


def test_after_the_deadline_nobody_fills_in_a_form(client_as):
    course_session = an_open_session(enrolment_closes_at=NOW)

    text = client_as(an_officer()).text(f"/sessions/{course_session.id}/enrol")

    assert "The deadline for this session has passed." in text
    assert "Take the place" not in text


def test_who_is_of_no_administration_is_told_so_before_asking(client_as):
    course_session = a_session(a_course(access_class=AccessClass.CUSTOMS))
    guest = an_officer(organisation_id=an_organisation(kind=OrganisationKind.PARTNER).id)

    for reader, is_refused in ((guest, True), (an_officer(), False)):
        client = client_as(reader)
        for page in ("", "/enrol"):
            text = client.text(f"/sessions/{course_session.id}{page}")
            assert ("for officers of customs administrations only" in text) is is_refused


def test_the_page_of_a_session_shows_the_readers_own_place_instead_of_the_button(client_as):
    officer, course_session = an_officer(), an_open_session()
    place = services.enrol(officer.id, course_session.id, PlaceMode.IN_PERSON, now=NOW)

    mine, others = client_as(officer), client_as(an_officer())

    mine.get(f"/sessions/{course_session.id}")
    assert f"/places/{place.id}" in mine.page.links
    assert f"/sessions/{course_session.id}/enrol" not in mine.page.links
    others.get(f"/sessions/{course_session.id}")
    assert f"/sessions/{course_session.id}/enrol" in others.page.links


@pytest.mark.parametrize("mode", ["", "by post", "online", "x" * 10_000])
def test_a_wrong_mode_is_refused_at_the_field_and_loses_nothing(client_as, mode):
    course_session = a_session()

    client = client_as(an_officer())
    client.post(f"/sessions/{course_session.id}/enrol", {"mode": mode, "motivation": "To find drugs"}, status=422)

    assert db.session.query(Place).count() == 0


def test_giving_a_place_back_says_what_it_means_and_does_it(client_as):
    officer, course_session = an_officer(), an_open_session()
    place = services.enrol(officer.id, course_session.id, PlaceMode.IN_PERSON, now=NOW)
    client = client_as(officer)

    client.get(f"/places/{place.id}/withdraw")
    client.post(f"/places/{place.id}/withdraw", {"reason": ""})

    assert live(officer, course_session) is None
    assert f"Place cancelled: “{course_session.course.title}” (1–2 June 2026)." in client.text("/my-training")


def test_ones_own_place_is_cancelled_and_that_of_another_removed(client_as):
    officer, course_session = an_officer(), an_open_session()
    place = services.enrol(officer.id, course_session.id, PlaceMode.IN_PERSON, now=NOW)
    url = f"/places/{place.id}/withdraw"

    assert "Cancel my place" in client_as(officer).text(url)
    assert "Change nothing" in client_as(officer).text(url)  # beside "Cancel my place", a "Cancel" would say either
    office = client_as(a_coordinator())
    assert "Cancel my place" not in office.text(url)
    assert "Cancel the place" in office.text(url)
    assert "Remove from the session" in office.text(f"/sessions/{course_session.id}/participants")


def test_nobody_touches_the_place_of_another(client_as):
    place = services.enrol(an_officer().id, an_open_session().id, PlaceMode.IN_PERSON, now=NOW)
    other = client_as(an_officer())

    other.get(f"/places/{place.id}", status=403)
    other.post(f"/places/{place.id}/withdraw", status=403)
    other.post(f"/places/{place.id}/decide", {"decision": "accept"}, status=403)

    assert db.session.get_one(Place, place.id).status is PlaceStatus.PLACED


def test_a_coordinator_decides_requests_and_names_the_reason(client_as):
    course_session = a_session()
    places = [services.enrol(an_officer().id, course_session.id, PlaceMode.IN_PERSON, now=NOW) for _ in range(2)]
    client = client_as(a_coordinator())

    text = client.text(f"/sessions/{course_session.id}/participants")
    client.post(f"/places/{places[0].id}/decide", {"decision": "accept"})
    client.post(f"/places/{places[1].id}/decide", {"decision": "decline", "reason": " "}, status=422)
    client.post(f"/places/{places[1].id}/decide", {"decision": "decline", "reason": "The group is full."})

    assert "2 requests wait for a decision" in text
    statuses = [db.session.get_one(Place, place.id).status for place in places]
    assert statuses == [PlaceStatus.PLACED, PlaceStatus.DECLINED]
    told = client.text(f"/sessions/{course_session.id}/participants")
    assert f"The request is declined: {db.session.get_one(Place, places[1].id).person.name.full}. This" in told


def test_all_places_are_said_to_be_taken_only_where_they_are(client_as):
    course_session = a_session(capacity_in_person=1, capacity_online=1)
    services.place_person(an_officer().id, course_session.id, PlaceMode.ONLINE, now=NOW)
    online, in_person, late = (
        services.enrol(an_officer().id, course_session.id, mode, now=NOW)
        for mode in (PlaceMode.ONLINE, PlaceMode.IN_PERSON, PlaceMode.IN_PERSON)
    )
    client, participants = client_as(a_coordinator()), f"/sessions/{course_session.id}/participants"

    texts = []
    for place in (online, in_person, late):
        texts.append(client.text(f"/places/{place.id}/decide"))
        client.post(f"/places/{place.id}/decide", {"decision": "accept"})
        texts.append(client.text(participants))

    assert "No place of this kind is free: the person is put on the waiting list" in texts[0]
    assert "No place of this kind is free. On the waiting list" in texts[1]
    assert "The person gets the place at once" in texts[2]
    assert "All places are taken: the person is put on the waiting list" in texts[4]
    assert "All places are taken. On the waiting list" in texts[5]


def test_a_coordinator_places_somebody_by_address(client_as):
    course_session, officer = a_session(), an_officer(email="anna@example.org")
    client = client_as(a_coordinator())
    url = f"/sessions/{course_session.id}/participants/new"

    refused = client.post(url, {"person": "nobody@example.org", "mode": "in_person"}, status=422)
    assert "nobody@example.org" in refused.text
    client.post(url, {"person": "Anna@Example.org", "mode": "in_person"})

    assert live(officer, course_session).status is PlaceStatus.PLACED


def test_the_history_explains_the_place_to_its_holder(client_as):
    officer = an_officer()
    place = services.enrol(officer.id, a_session().id, PlaceMode.IN_PERSON, now=NOW)
    services.decline(place.id, "Another run follows in autumn.", now=NOW)

    text = client_as(officer).text(f"/places/{place.id}")

    assert "Your request was declined: Another run follows in autumn." in text


ROLES = {
    "visitor": None,
    "officer": Role.OFFICER,
    "contact point": Role.CONTACT_POINT,
    "other trainer": Role.TRAINER,
    "coordinator": Role.COORDINATOR,
    "administrator": Role.ADMINISTRATOR,
}
MATRIX = {
    "/sessions/{id}/enrol": {"visitor": 302, "administrator": 403},
    "/sessions/{id}/participants": {
        "visitor": 302,
        "officer": 403,
        "contact point": 403,
        "other trainer": 403,
        "administrator": 403,
    },
}


@pytest.mark.parametrize("page", MATRIX)
@pytest.mark.parametrize("name", ROLES)
def test_who_may_open_the_pages_of_a_session(client_as, page, name):
    course_session, role = an_open_session(), ROLES[name]

    client_as(a_person(role) if role else None).get(
        page.format(id=course_session.id), status=MATRIX[page].get(name, 200)
    )


def test_trainers_see_the_participants_of_their_own_sessions_only(client_as):
    trainer = a_trainer()
    own, other = an_open_session(trainers=(trainer,)), an_open_session()
    client = client_as(trainer)

    client.get(f"/sessions/{own.id}/participants")
    client.get(f"/sessions/{other.id}/participants", status=403)


def test_an_exception_has_its_reason_from_the_list(client_as):
    course_session = a_session(a_course(access_class=AccessClass.OPEN, prerequisites=(a_course(),)))
    officer = an_officer()
    url = f"/sessions/{course_session.id}/participants/new"
    values = {"person": officer.email, "mode": "in_person", "override": "в 2019"}
    client = client_as(a_coordinator())

    html = client.post(url, {**values, "cause": "whim"}, status=422).text
    assert "в 2019</textarea>" in html
    client.post(url, {**values, "cause": "trained_elsewhere"})

    history = f"/places/{live(officer, course_session).id}"
    assert 'A similar course was completed elsewhere. <span lang="ru">в 2019</span>' in client.get(history).text
    assert "Похожий курс пройден в другой организации. в 2019" in client_as(a_coordinator(language="ru")).text(history)


def test_a_motivation_is_marked_with_its_language(client_as):
    course_session = a_session(a_course(access_class=AccessClass.CUSTOMS))
    motivation = "Работаю на границе"
    place = services.enrol(an_officer().id, course_session.id, PlaceMode.IN_PERSON, motivation=motivation, now=NOW)
    client = client_as(a_coordinator())

    for page in (f"/places/{place.id}/decide", f"/places/{place.id}", f"/sessions/{course_session.id}/participants"):
        assert f'<span lang="ru">{motivation}</span>' in client.get(page).text


def test_what_nobody_wrote_has_no_heading(client_as):
    place = services.enrol(an_officer().id, an_open_session().id, PlaceMode.IN_PERSON, now=NOW)
    client = client_as(a_coordinator())

    for page in (f"/places/{place.id}/decide", f"/places/{place.id}"):
        text = client.text(page)
        assert "Motivation" not in text
        assert "Exception made by the office" not in text


def test_a_coordinator_of_one_centre_decides_there_only(client_as):
    centre = a_centre()
    own, other = an_open_session(centre_id=centre.id), an_open_session()
    places = [services.enrol(an_officer().id, one.id, PlaceMode.IN_PERSON, now=NOW).id for one in (own, other)]
    client = client_as(a_coordinator(centre=centre))

    for course_session, place_id, status in ((own, places[0], 200), (other, places[1], 403)):
        client.get(f"/sessions/{course_session.id}/participants", status=status)
        client.get(f"/places/{place_id}/decide", status=status)


def test_a_draft_is_not_there_for_anybody_who_asks(client_as):
    draft = a_session(status=SessionStatus.DRAFT)

    client_as(a_contact_point()).get(f"/sessions/{draft.id}/enrol", status=404)


def test_participants_ask_the_same_number_of_questions_for_few_and_many(client_as, count_queries):
    coordinator, counts = a_coordinator(), []
    for people in (1, 6):
        course_session = an_open_session(capacity_in_person=3)
        for _ in range(people):
            services.enrol(an_officer().id, course_session.id, PlaceMode.IN_PERSON, now=NOW)
        waiting = a_session()
        for _ in range(people):
            services.enrol(an_officer().id, waiting.id, PlaceMode.IN_PERSON, now=NOW)
        client = client_as(coordinator)
        with count_queries() as statements:
            client.get(f"/sessions/{waiting.id}/participants")
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_person_of_spaces_is_asked_for_again(client_as):
    course_session = an_open_session()
    url = f"/sessions/{course_session.id}/participants/new"

    response = client_as(a_coordinator()).post(url, {"mode": "in_person", "person": "   "}, status=422)

    assert "Please enter the e-mail address." in response.text


def test_leaving_a_list_tells_what_is_lost_and_nothing_of_a_place(client_as):
    full = an_open_session(capacity_in_person=1)
    services.enrol(an_officer().id, full.id, PlaceMode.IN_PERSON, now=NOW)
    services.enrol(an_officer().id, full.id, PlaceMode.IN_PERSON, now=NOW)
    officer = an_officer()
    waits = services.enrol(officer.id, full.id, PlaceMode.IN_PERSON, now=NOW)
    asked = services.enrol(
        officer.id, a_session(starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 2)).id, PlaceMode.IN_PERSON, now=NOW
    )

    texts = [client_as(officer).text(f"/places/{place.id}/withdraw") for place in (waits, asked)]

    assert "The position on the waiting list is lost." in texts[0]
    assert "The coordinator will not decide on it any more." in texts[1]
    assert not any("Nobody is waiting for it" in text for text in texts)


@pytest.mark.parametrize("tab", ["participants", "attendance", "results", "completion", "certificates", "call"])
def test_pages_of_a_cancelled_session_wait_for_nobody(client_as, tab):
    course_session = a_session(status=SessionStatus.CANCELLED, cancelled_at=NOW)
    a_meeting(course_session)

    text = client_as(a_coordinator()).text(f"/sessions/{course_session.id}/{tab}")

    assert "was cancelled" in text
    assert not any(said in text for said in ("Nobody has a place", "now it is over"))
