"""Pages about offers, holds, the reserve list and replacements: what each reader sees and does."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.books import DAY, IN_PERSON, an_invited_session, get_place, status_of
from tests.builders import (
    NOW,
    a_completion,
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
from trainingapp.accounts.models import Person
from trainingapp.catalogue.models import AccessClass
from trainingapp.core.actor import acting_as
from trainingapp.core.clock import standing_at
from trainingapp.core.db import db
from trainingapp.core.permissions import Role
from trainingapp.enrolment import services
from trainingapp.enrolment.models import Place, PlaceMode, PlaceStatus, Step
from trainingapp.enrolment.queries.lists import history_of
from trainingapp.enrolment.queries.places import find_live_place
from trainingapp.enrolment.rules.joining import AlreadyEnrolled
from trainingapp.scheduling.models import MeetingMode

TO_CLOSING = timedelta(hours=6)  # from now to 18:00 in Baku
S = PlaceStatus


@pytest.fixture(autouse=True)
def _standing_clock(time_stands):
    """The builders' sessions lie after the builders' now."""


class Scene:
    """Georgia and Kazakhstan are invited; two places in person, and the selection is final."""

    def __init__(self, **values: Any) -> None:
        self.georgia = an_organisation(name_en="Georgia", name_ru="Грузия").id
        self.kazakhstan = an_organisation(name_en="Kazakhstan", name_ru="Казахстан").id
        self.invited = an_invited_session(
            (2, 2), (self.georgia, self.kazakhstan), **{"time_zone": "Asia/Baku", **values}
        )
        self.session_id = self.invited.session_id
        self.contact = a_contact_point(organisation_id=self.georgia)
        self.coordinator = a_coordinator()
        self.nino = an_officer(organisation_id=self.georgia, family_name="Beridze")
        self.aigul = an_officer(organisation_id=self.kazakhstan, family_name="Saduakasova")
        self.late = an_officer(organisation_id=self.kazakhstan, family_name="Umbetova")
        nominated = [services.nominate(one.id, self.session_id, IN_PERSON, now=NOW).id for one in self.people]
        self.offered, self.other, self.reserve = nominated
        with acting_as(self.coordinator.id):
            self.invited.select([self.offered, self.other], [self.reserve])

    @property
    def people(self) -> list[Person]:
        return [self.nino, self.aigul, self.late]

    def give_back(self) -> None:
        """Nino turns the offer down: the place is held for Georgia."""
        with acting_as(self.nino.id):
            services.turn_down(self.offered, "No visa", now=NOW)


# --- the offer


@pytest.mark.parametrize("language", ["en", "ru"])
def test_officer_confirms_an_offer(client_as, language):
    scene = Scene()
    client = client_as(scene.nino, language=language)

    client.get(f"/places/{scene.offered}/offer")
    response = client.post(f"/places/{scene.offered}/offer", {"answer": "yes", "mode": "in_person"})

    assert client.location(response) == "/my-training"
    assert status_of(scene.offered) is S.PLACED
    said = {"en": "Confirmed: you have a place (in person). Course: “", "ru": "). Курс: «"}[language]
    assert said in client.text("/my-training")


def test_offer_says_what_when_where_and_until_when_on_both_clocks(client_as):
    scene = Scene(joining_url="https://example.org/join")
    a_meeting(db.session.get_one(Place, scene.offered).course_session)
    nino = db.session.get_one(Person, scene.nino.id)
    nino.time_zone = "Europe/Lisbon"
    db.session.commit()

    text = client_as(nino).text(f"/places/{scene.offered}/offer")

    assert "You have an offer: confirm it by 9 May 2026, 18:00 (Baku time, UTC+4)." in text
    assert "your time: 15:00 (Lisbon time, UTC+1)" in text
    assert "1 June 2026, 09:00–12:00 (Baku time, UTC+4) your time: 06:00–09:00 (Lisbon time, UTC+1)" in text
    assert "the place is kept for it until 7 May 2026, 18:00 (Baku time, UTC+4)" in text
    assert "meets what is required" in text


@pytest.mark.parametrize("mode", PlaceMode)
def test_offer_of_a_hybrid_session_lets_the_officer_choose(client_as, mode):
    scene = Scene(capacity_online=2)
    client = client_as(scene.nino)

    client.get(f"/places/{scene.offered}/offer")
    client.post(f"/places/{scene.offered}/offer", {"answer": "yes", "mode": mode.value})

    assert get_place(scene.offered).mode is mode


def test_offer_shows_only_ways_with_free_places(client_as):
    scene = Scene(capacity_online=1)
    services.confirm(scene.other, PlaceMode.BOTH, now=NOW)
    client = client_as(scene.nino)

    text = client.text(f"/places/{scene.offered}/offer")
    client.post(f"/places/{scene.offered}/offer", {"answer": "yes", "mode": "online"}, status=422)

    assert "All places online are taken." in text
    assert "in person and online" not in text
    assert status_of(scene.offered) is S.OFFERED


def test_turning_down_needs_no_reason_and_holds_the_place(client_as):
    scene = Scene()

    client_as(scene.nino).post(f"/places/{scene.offered}/offer", {"answer": "no", "reason": ""})

    place = get_place(scene.offered)
    assert (place.status, place.held_until) == (S.WITHDRAWN, NOW + 3 * DAY + TO_CLOSING)


def test_coordinator_answers_on_behalf_of_the_officer(client_as):
    scene = Scene()
    client = client_as(scene.coordinator)

    text = client.text(f"/places/{scene.offered}/offer")
    response = client.post(f"/places/{scene.offered}/offer", {"answer": "yes", "mode": "in_person"})

    assert "Waits for an answer" in text
    assert "The officer and the administration read it." in text
    assert client.location(response) == f"/sessions/{scene.session_id}/participants"
    assert status_of(scene.offered) is S.PLACED
    told = client.text(f"/sessions/{scene.session_id}/participants")
    assert f"Confirmed: {scene.nino.name.full} has a place (in person) and is told by letter." in told


def test_late_answer_is_told_what_still_helps(client_as):
    scene = Scene()
    client = client_as(scene.nino)

    with standing_at(NOW + 5 * DAY + TO_CLOSING):
        client.post(f"/places/{scene.offered}/offer", {"answer": "yes", "mode": "in_person"}, status=422)
        text = client.text(f"/places/{scene.offered}/offer")
        services.fill_free_seats(scene.session_id, now=NOW + 5 * DAY + TO_CLOSING)
        lapsed = client.text(f"/places/{scene.offered}/offer")

    assert (
        "The time to answer your offer ended on 9 May 2026, 18:00 (Baku time, UTC+4). "
        "Write to your National Contact Point" in text
    )
    assert "ask your National Contact Point today to nominate you again" in lapsed
    assert "Confirm the place" not in text + lapsed


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("offer", "Has a place (in person)."),
        ("replace", "The places of this session are not given by nomination."),
        ("release", "This place is no longer kept."),
    ],
)
def test_a_place_without_an_offer_is_never_a_failure(client_as, what, said):
    scene = Scene()
    course_session = a_session(a_course(access_class=AccessClass.OPEN))
    place = services.enrol(an_officer().id, course_session.id, IN_PERSON, now=NOW)
    client = client_as(scene.coordinator)

    if what != "release":
        client.get(f"/places/{place.id}/{what}")
    status = 409 if what == "release" else 422
    client.post(f"/places/{place.id}/{what}", {"answer": "yes", "mode": "in_person", "reason": "x"}, status=status)

    assert said in client.page.text
    assert status_of(place.id) is S.PLACED


def test_what_stands_against_an_offer_is_said_before_it_is_confirmed(client_as, app, monkeypatch):
    monkeypatch.setitem(app.config, "OFFICE_EMAIL", "office@example.org")
    required = a_course(title_en="Theory of seals")
    organisation = an_organisation().id
    invited = an_invited_session((1,), (organisation,), course=a_course(prerequisites=(required,)))
    officer = an_officer(organisation_id=organisation)
    completion = a_completion(officer, required)
    place_id = services.nominate(officer.id, invited.session_id, IN_PERSON, now=NOW).id
    invited.select([place_id])
    completion.withdrawn_at = NOW
    db.session.commit()
    client = client_as(officer)

    text = client.text(f"/places/{place_id}/offer")
    refused = client.post(f"/places/{place_id}/offer", {"answer": "yes", "mode": "in_person"}, status=422)

    assert "correct it before you confirm, or write to the office (office@example.org)." in text
    assert "Theory of seals" in refused.text


# --- replacement


@pytest.mark.parametrize("language", ["en", "ru"])
def test_contact_point_names_a_replacement(client_as, language):
    scene = Scene()
    colleague = an_officer(organisation_id=scene.georgia)
    client = client_as(scene.contact, language=language)

    text = client.text(f"/places/{scene.offered}/replace")
    response = client.post(f"/places/{scene.offered}/replace", {"person": colleague.id, "reason": "Ill since Monday"})

    place = find_live_place(colleague.id, scene.session_id)
    assert {"en": "After that, please write to the office", "ru": "После этого напишите в бюро"}[language] in text
    assert client.location(response) == f"/places/{place.id}"
    assert (place.status, place.replaces_id) == (S.OFFERED, scene.offered)
    assert status_of(scene.offered) is S.WITHDRAWN


def test_own_candidates_come_first_and_who_is_switched_off_is_left_out(client_as):
    scene = Scene()
    first = an_officer(organisation_id=scene.georgia, family_name="Abashidze")
    candidate = an_officer(organisation_id=scene.georgia, family_name="Zedginidze")
    off = an_officer(organisation_id=scene.georgia, family_name="Kapanadze", deactivated_at=NOW)
    services.nominate(candidate.id, scene.session_id, IN_PERSON, now=NOW)

    text = client_as(scene.contact).text(f"/places/{scene.offered}/replace")

    assert text.index("Zedginidze") < text.index("Abashidze")
    assert "On the reserve list" in text
    assert off.family_name not in text
    assert first.family_name in text


def test_a_colleague_who_lacks_something_is_shown_but_cannot_be_chosen(client_as):
    required = a_course(title_en="Theory of seals")
    organisation = an_organisation().id
    invited = an_invited_session((1,), (organisation,), course=a_course(prerequisites=(required,)))
    officer = an_officer(organisation_id=organisation)
    a_completion(officer, required)
    place_id = services.nominate(officer.id, invited.session_id, IN_PERSON, now=NOW).id
    invited.select([place_id])
    colleague = an_officer(organisation_id=organisation)
    client = client_as(a_contact_point(organisation_id=organisation))

    html = client.get(f"/places/{place_id}/replace").get_data(as_text=True)
    client.post(f"/places/{place_id}/replace", {"person": colleague.id, "reason": "Ill"}, status=422)

    assert "Cannot be chosen:" in html
    assert f'id="person-{colleague.id}"' not in html
    assert status_of(place_id) is S.OFFERED


@pytest.mark.parametrize(
    "values", [{}, {"person": ""}, {"person": "x"}, {"person": "9" * 40}, {"person": "1", "reason": " "}]
)
def test_replacing_needs_a_colleague_and_a_reason(client_as, values):
    scene = Scene()

    client = client_as(scene.contact)
    client.post(f"/places/{scene.offered}/replace", {"reason": "Ill", **values}, status=422)

    reason_is_missing = values.get("person") == "1"
    assert ("Please choose the colleague" in client.page.text) is not reason_is_missing
    assert ("Please say why the officer is replaced" in client.page.text) is reason_is_missing
    assert status_of(scene.offered) is S.OFFERED


def test_the_search_narrows_the_colleagues(client_as):
    scene = Scene()
    an_officer(organisation_id=scene.georgia, family_name="Abashidze")
    an_officer(organisation_id=scene.georgia, family_name="Zedginidze")
    client = client_as(scene.contact)

    text = client.text(f"/places/{scene.offered}/replace?q=zedg")
    nobody = client.text(f"/places/{scene.offered}/replace?q=qqq")

    assert "Zedginidze" in text
    assert "Abashidze" not in text
    assert "No officer of this administration matches your search." in nobody


def test_after_the_cut_off_only_the_office_names_a_replacement(client_as):
    scene = Scene()
    services.confirm(scene.offered, now=NOW)
    colleague = an_officer(organisation_id=scene.georgia)
    late = NOW + 25 * DAY
    values = {"person": colleague.id, "reason": "Ill"}

    with standing_at(late):
        text = client_as(scene.contact).text(f"/places/{scene.offered}/replace")
        client_as(scene.contact).post(f"/places/{scene.offered}/replace", values, status=422)
        office = client_as(scene.coordinator).text(f"/places/{scene.offered}/replace")
        client_as(scene.coordinator).post(f"/places/{scene.offered}/replace", values)

    assert "The time for replacements is over. Please write to the office" in text
    assert "the office still can" in office
    assert status_of(scene.offered) is S.WITHDRAWN


def test_a_held_place_is_taken_over_or_released(client_as):
    scene = Scene()
    scene.give_back()
    client = client_as(scene.contact)

    text = client.text(f"/places/{scene.offered}")
    client.get(f"/places/{scene.offered}/replace")
    client.post(f"/places/{scene.offered}/release")

    assert "kept for your administration until 7 May 2026, 18:00 (Baku time, UTC+4)" in text
    assert get_place(scene.offered).held_until is None
    assert status_of(scene.reserve) is S.OFFERED


def test_the_same_officer_can_be_named_again_while_the_place_is_held(client_as):
    scene = Scene()
    with standing_at(NOW + 5 * DAY + TO_CLOSING) as then:
        services.fill_free_seats(scene.session_id, now=then)
        client = client_as(scene.contact)
        text = client.text(f"/places/{scene.offered}/replace")
        client.post(f"/places/{scene.offered}/replace", {"person": scene.nino.id, "reason": "Was travelling"})

    assert "The same officer again: the offer is made once more." in text
    assert find_live_place(scene.nino.id, scene.session_id).status is S.OFFERED
    assert Step.REPLACED in [step.what for step in history_of(scene.offered)]


@pytest.mark.parametrize("what", ["replace", "release"])
def test_contact_points_touch_only_places_of_their_own_administration(client_as, what):
    scene = Scene()
    client = client_as(scene.contact)

    client.post(f"/places/{scene.other}/{what}", {"person": scene.nino.id, "reason": "x"}, status=403)
    client.get(f"/places/{scene.other}", status=403)
    client.get(f"/places/{scene.offered}/offer", status=403)
    client.post(f"/places/{scene.offered}/withdraw", status=403)

    assert [status_of(place) for place in (scene.other, scene.offered)] == [PlaceStatus.OFFERED] * 2


# --- the history of a place


def test_history_shows_deadlines_and_lineage_to_the_contact_point(client_as):
    scene = Scene()
    colleague = an_officer(organisation_id=scene.georgia, given_name_latin="Tamar", family_name_latin="Gelashvili")
    with acting_as(scene.contact.id):
        new = services.replace(scene.offered, colleague.id, "Ill", now=NOW)
    client = client_as(scene.contact)

    text = client.text(f"/places/{new.id}")

    assert "Takes over the place of" in text
    assert "Until 9 May 2026, 18:00 (Baku time, UTC+4)." in text
    assert f"/places/{scene.offered}" in client.page.links
    assert "Replaced by Tamar Gelashvili. Reason: Ill." in client.text(f"/places/{scene.offered}")


def test_history_names_nobody_of_another_administration(client_as):
    scene = Scene()
    scene.give_back()
    with acting_as(scene.nino.id):
        services.release_seat(scene.offered, now=NOW)
    readers = [scene.late, a_contact_point(organisation_id=scene.kazakhstan)]

    texts = [client_as(reader).text(f"/places/{scene.reserve}") for reader in readers]
    office = client_as(scene.coordinator).text(f"/places/{scene.reserve}")

    for text in texts:
        assert "was offered a place 4 May 2026, 12:00 (Baku time, UTC+4) · the system" in text
        assert "Beridze" not in text
    assert "Beridze" in office


def test_an_officer_on_the_reserve_list_reads_for_whom_the_next_place_is_held(client_as):
    scene = Scene()
    scene.give_back()

    text = client_as(scene.late).text("/my-training")

    assert "The next place is kept for Georgia until 7 May 2026, 18:00 (Baku time, UTC+4)." in text
    assert "On the reserve list" in text
    assert "waiting list" not in text


def test_declining_somebody_of_the_reserve_list_speaks_of_no_request(client_as):
    scene = Scene()
    client = client_as(scene.coordinator)

    client.post(f"/places/{scene.reserve}/decide", {"decision": "decline", "reason": "The group is full."})
    text = client.text(f"/sessions/{scene.session_id}/participants")

    assert f"Not selected: {scene.late.name.full}. This person is told by letter." in text
    assert "The request is declined" not in text


# --- the participants page


def test_participants_page_shows_each_section_with_what_can_be_done(client_as):
    scene = Scene(capacity_in_person=3)
    services.confirm(scene.other, now=NOW)
    scene.give_back()
    client = client_as(scene.coordinator)

    text = client.text(f"/sessions/{scene.session_id}/participants")

    assert "1 offer waits for an answer" in text  # the reserve list moved up to the third place
    assert "Kept for a replacement" in text
    assert f"/places/{scene.reserve}/offer" in client.page.links
    assert f"/places/{scene.offered}/replace" in client.page.links
    assert f"/sessions/{scene.session_id}/call" in client.page.links
    assert f"/sessions/{scene.session_id}/participants.pdf?language=en" in client.page.links


def test_participants_page_narrows_to_one_administration(client_as):
    scene = Scene()
    client = client_as(scene.coordinator)

    text = client.text(f"/sessions/{scene.session_id}/participants?organisation={scene.georgia}")
    client.get(f"/sessions/{scene.session_id}/participants?organisation=99999", status=404)

    assert "Beridze" in text
    assert "Saduakasova" not in text
    links = [link for link in client.page.links if "participants." in link]
    assert links == []  # of the page that is not there
    client.get(f"/sessions/{scene.session_id}/participants?organisation={scene.georgia}")
    assert any(f"organisation={scene.georgia}" in link for link in client.page.links if "participants.pdf" in link)


def test_trainers_see_the_sections_without_the_buttons(client_as):
    trainer = a_trainer()
    scene = Scene(trainers=(trainer,))
    scene.give_back()
    client = client_as(trainer)

    text = client.text(f"/sessions/{scene.session_id}/participants")

    assert "Kept for a replacement" in text
    assert "Release now" not in text
    assert not [link for link in client.page.links if link.startswith("/places/")]


def test_free_places_close_to_the_start_are_offered_by_hand(client_as):
    scene = Scene()
    late = NOW + 22 * DAY
    with standing_at(late), acting_as(scene.nino.id):
        services.fill_free_seats(scene.session_id, now=late)
    client = client_as(scene.coordinator)

    with standing_at(late):
        text = client.text(f"/sessions/{scene.session_id}/participants")
        client.post(f"/sessions/{scene.session_id}/offers")
        again = client.text(f"/sessions/{scene.session_id}/participants")

    assert "The start is too close for automatic offers: offer the place yourself." in text
    assert "Offer to the reserve list yourself" in text
    assert status_of(scene.reserve) is S.OFFERED
    assert "1 offer is on its way." in again


def test_offering_by_hand_to_nobody_says_so(client_as):
    scene = Scene()
    client = client_as(scene.coordinator)

    client.post(f"/sessions/{scene.session_id}/offers")

    assert "Nobody on the reserve list can take a free place now." in client.text(
        f"/sessions/{scene.session_id}/participants"
    )


def test_participants_of_a_call_ask_the_same_number_of_questions_for_few_and_many(client_as, count_queries):
    counts = []
    for people in (1, 5):
        invited = an_invited_session((9,) * people, capacity_in_person=people)
        offered = [invited.nominee(number) for number in range(people)]
        reserve = [invited.nominee(number) for number in range(people)]
        invited.select(offered, reserve)
        services.turn_down(offered[0], now=NOW)
        client = client_as(a_coordinator())
        with count_queries() as statements:
            client.get(f"/sessions/{invited.session_id}/participants")
        counts.append(len(statements))

    assert counts[0] == counts[1]


# --- by nomination


def test_pages_of_a_session_by_nomination_say_whom_to_ask(client_as):
    scene = Scene()
    course_id = scene.invited.course_id
    client = client_as(an_officer())

    texts = [
        client.text(url)
        for url in (f"/sessions/{scene.session_id}", f"/courses/{course_id}", f"/sessions/{scene.session_id}/enrol")
    ]

    for text in texts:
        assert "by nomination" in text
        assert "National Contact Point" in text
    assert f"/sessions/{scene.session_id}/enrol" not in client.page.links
    assert "Places by nomination: ask your National Contact Point." in client_as().text("/")


def test_the_page_of_a_course_shows_the_own_place_on_the_reserve_list(client_as):
    scene = Scene()

    text = client_as(scene.late).text(f"/courses/{scene.invited.course_id}")

    assert "On the reserve list" in text


def test_self_enrolment_never_offers_both_ways(client_as):
    course_session = a_session(a_course(access_class=AccessClass.OPEN), capacity_online=5)
    client = client_as(an_officer())

    html = client.get(f"/sessions/{course_session.id}/enrol").get_data(as_text=True)
    client.post(f"/sessions/{course_session.id}/enrol", {"mode": "both"}, status=422)

    assert 'value="both"' not in html


def test_asking_for_a_place_on_a_session_by_nomination_names_the_reserve_list(client_as):
    scene = Scene()
    client = client_as(scene.late)

    refused = client.post(f"/sessions/{scene.session_id}/enrol", {"mode": "in_person"}, status=422)
    with pytest.raises(AlreadyEnrolled, match="reserve list"):
        services.enrol(scene.late.id, scene.session_id, IN_PERSON, now=NOW)

    assert "You already have this: On the reserve list." in refused.text


# --- my training


def test_my_training_asks_for_the_answer_first(client_as):
    scene = Scene()
    client = client_as(scene.nino)

    text = client.text("/my-training")

    assert text.index("You have an offer: confirm it by 9 May 2026, 18:00 (Baku time, UTC+4).") < text.index(
        "My places"
    )
    assert "5 days are left." in text
    assert f"/places/{scene.offered}/offer" in client.page.links


def test_my_training_tells_a_nomination_when_the_selection_comes(client_as):
    organisation = an_organisation().id
    invited = an_invited_session((1,), (organisation,), time_zone="Asia/Baku")
    officer = an_officer(organisation_id=organisation)
    services.nominate(officer.id, invited.session_id, IN_PERSON, now=NOW)

    text = client_as(officer).text("/my-training")

    assert "Your administration has nominated you." in text
    assert (
        "Administrations nominate until 11 May 2026, 12:00 (Baku time, UTC+4); the selection comes after that." in text
    )
    assert "Withdraw the candidacy" in text


def test_withdrawing_says_what_becomes_of_the_place(client_as):
    scene = Scene()
    services.confirm(scene.offered, now=NOW)

    seat = client_as(scene.nino).text(f"/places/{scene.offered}/withdraw")
    spot = client_as(scene.late).text(f"/places/{scene.reserve}/withdraw")

    assert "kept for a colleague from the same administration until 7 May 2026, 18:00 (Baku time, UTC+4)" in seat
    assert "The position on the reserve list is lost." in spot


def test_who_takes_part_both_ways_gets_room_and_link(client_as):
    scene = Scene(capacity_online=2, joining_url="https://example.org/join")
    session = get_place(scene.offered).course_session
    a_meeting(session, date(2026, 6, 1), mode=MeetingMode.HYBRID)
    services.confirm(scene.offered, PlaceMode.BOTH, now=NOW)
    client = client_as(scene.nino)

    text = client.text("/my-training")

    assert "https://example.org/join" in client.page.links
    assert "You have a place (in person and online)." in text


def test_who_may_answer_and_replace(client_as):
    scene = Scene()
    readers = {
        "visitor": None,
        "officer": scene.nino,
        "stranger": an_officer(),
        "contact point": scene.contact,
        "other contact point": a_contact_point(organisation_id=scene.kazakhstan),
        "trainer": a_trainer(),
        "coordinator": scene.coordinator,
        "administrator": an_administrator(),
        "contact point elsewhere and officer": a_person(Role.CONTACT_POINT, Role.OFFICER),
    }
    may = {"offer": {"officer", "coordinator"}, "replace": {"contact point", "coordinator"}}

    for page, allowed in may.items():
        for name, person in readers.items():
            status = 200 if name in allowed else 302 if person is None else 403
            client_as(person).get(f"/places/{scene.offered}/{page}", status=status)


@pytest.mark.parametrize(
    ("language", "seen"),
    [
        ("en", 'Family reasons. <span lang="ru">до среды.</span>'),
        ("ru", "Семейные обстоятельства. до среды."),
    ],
)
def test_a_chosen_reason_is_read_in_the_readers_language_with_the_remark_marked(client_as, language, seen):
    scene = Scene()
    client_as(scene.nino).post(
        f"/places/{scene.offered}/offer", {"answer": "no", "cause": "family", "reason": "до среды."}
    )
    reader = client_as(a_coordinator(language=language))

    history = reader.get(f"/places/{scene.offered}").text
    log = reader.get(f"/sessions/{get_place(scene.offered).course_session_id}/log").text

    assert history.count(seen) == 2  # in the sentence and among the steps
    assert seen in log


def test_a_cause_that_is_not_in_the_list_is_refused_and_the_remark_stays(client_as):
    scene = Scene()
    values = {"answer": "no", "cause": "too_few", "reason": "до среды"}

    html = client_as(scene.nino).post(f"/places/{scene.offered}/offer", values, status=422).text

    assert "до среды</textarea>" in html


def test_a_replacement_takes_over_the_reason_of_the_officer(client_as):
    scene = Scene()
    services.turn_down(scene.offered, "Family reasons. До среды", now=NOW)

    html = client_as(scene.contact).get(f"/places/{scene.offered}/replace").text

    assert '<option selected value="family">' in html
    assert "До среды</textarea>" in html
