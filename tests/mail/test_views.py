from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests import builders
from tests.builders import NOW
from tests.mail.scenes import a_letter, a_link, a_scene, letters, tell
from tests.pages import PageClient
from trainingapp.accounts.events import PersonInvited
from trainingapp.accounts.models import Centre
from trainingapp.core.db import db, transaction
from trainingapp.core.permissions import Role
from trainingapp.mail.models import Failure, Letter
from trainingapp.scheduling.events import SessionConfirmed
from trainingapp.scheduling.models import CourseSession

Client = Callable[..., PageClient]


def given_up(letter: Letter, failure: Failure = Failure.ADDRESS) -> int:
    with transaction():
        kept = db.session.get_one(Letter, letter.id)
        kept.next_try_at = kept.given_up_at = NOW
        kept.failure, kept.last_error = failure, "550 no such mailbox"
    return kept.id


@pytest.mark.parametrize("language", ["en", "ru"])
def test_reader_finds_own_letters(client_as: Client, language: str) -> None:
    person = builders.an_officer(language=language)
    a_letter(person, subject="Место на курсе", language="ru")
    client = client_as(person)

    text = client.text("/letters")

    assert "Место на курсе" in text


def test_list_without_letters_says_when_one_comes(client_as: Client) -> None:
    client = client_as(builders.an_officer())

    assert "There is no letter to you yet." in client.text("/letters")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_letter_shows_its_text_in_its_own_language(client_as: Client, language: str) -> None:
    person = builders.an_officer(language=language)
    letter = a_letter(person, body="Здравствуйте!\n\nПодробнее: http://localhost/sessions/1\nДо встречи", language="ru")

    response = client_as(person).get(f"/letters/{letter.id}")

    html = response.get_data(as_text=True)
    assert '<div class="prose" lang="ru">' in html
    assert 'href="http://localhost/sessions/1"' in html


def test_personal_link_is_named_but_not_shown(client_as: Client) -> None:
    scene = a_scene()
    tell(PersonInvited(person_id=scene.person.id, access_link_id=a_link(scene.person).id))
    (letter,) = letters(scene.person)

    for reader in (scene.person, builders.an_administrator(), builders.a_coordinator()):
        text = client_as(reader).text(f"/letters/{letter.id}")

        assert "(personal link, only in the letter itself)" in text
        assert "/access/" not in text


def test_text_of_a_letter_is_never_markup(client_as: Client) -> None:
    person = builders.an_officer()
    letter = a_letter(person, subject="<i>x</i>", body="<script>alert(1)</script> javascript:alert(1)")

    html = client_as(person).get(f"/letters/{letter.id}").get_data(as_text=True)

    assert "<script>alert" not in html
    assert 'href="javascript' not in html
    assert "<i>x</i>" not in html


READERS: list[tuple[str, Callable[..., Any] | None, int, int, int]] = [
    ("visitor", None, 302, 302, 302),
    ("officer", builders.an_officer, 200, 403, 403),
    ("contact point", builders.a_contact_point, 200, 403, 403),
    ("trainer", builders.a_trainer, 200, 403, 403),
    ("coordinator", builders.a_coordinator, 200, 200, 200),
    ("administrator", builders.an_administrator, 200, 200, 200),
]


@pytest.mark.parametrize(("who", "maker", "own", "others", "everybodys"), READERS, ids=[row[0] for row in READERS])
def test_letters_are_for_those_they_concern(
    client_as: Client, who: str, maker: Any, own: int, others: int, everybodys: int
) -> None:
    letter = a_letter(builders.an_officer(), subject="Private")
    client = client_as(maker() if maker else None)

    client.get("/letters", status=own)
    client.get(f"/letters/{letter.id}", status=others)
    client.get("/letters/all", status=everybodys)
    client.post(f"/letters/{letter.id}/again", status=302 if others == 302 else 303 if others == 200 else 403)


def test_list_of_own_letters_holds_nobody_elses(client_as: Client) -> None:
    mine, other = builders.an_officer(), builders.an_officer(organisation_id=builders.an_organisation().id)
    a_letter(other, subject="Not yours")

    assert "Not yours" not in client_as(mine).text("/letters")


@pytest.mark.parametrize(
    ("maker", "status"),
    [(builders.an_officer, 403), (builders.an_administrator, 403), (builders.a_coordinator, 200)],
)
def test_letters_of_a_session_are_for_its_coordinators(client_as: Client, maker: Any, status: int) -> None:
    scene = a_scene()
    tell(SessionConfirmed(course_session_id=scene.course_session.id))
    client = client_as(maker())

    response = client.get(f"/sessions/{scene.course_session.id}/letters", status=status)

    assert ("The course will take place: “Container inspection”" in response.get_data(as_text=True)) is (status == 200)


def test_coordinator_of_another_centre_does_not_see_letters_of_a_session(client_as: Client) -> None:
    scene = a_scene()
    elsewhere = builders.a_coordinator(centre=builders.a_centre())

    client_as(elsewhere).get(f"/sessions/{scene.course_session.id}/letters", status=403)


def test_failed_letter_says_why_and_can_be_tried_again(client_as: Client, mail_settings: Any) -> None:
    letter_id = given_up(a_letter(builders.an_officer()))
    client = client_as(builders.an_administrator())

    text = client.text(f"/letters/{letter_id}")
    client.post(f"/letters/{letter_id}/again")

    assert "does not accept this e-mail address" in text
    assert "550 no such mailbox" in text
    assert db.session.get_one(Letter, letter_id).given_up_at is None


def test_all_that_failed_are_sent_again_and_counted(client_as: Client, mail_settings: Any) -> None:
    refused = [given_up(a_letter(builders.an_officer()), Failure.REFUSED) for _ in range(2)]
    wrong = given_up(a_letter(builders.an_officer()))
    person = builders.an_officer()
    over = given_up(a_letter(person, access_link_id=a_link(person, used_at=NOW).id), Failure.LINK_OVER)
    client = client_as(builders.an_administrator())

    page = client.get("/letters/all?state=failed").get_data(as_text=True)
    some = client.get("/letters/all?state=failed&failure=refused").get_data(as_text=True)
    client.post("/letters/again", data={"failure": "refused"})
    after_some = client.text("/letters/all")
    client.post("/letters/again")
    after_all = client.text("/letters/all")
    client.post("/letters/again")
    after_none = client.text("/letters/all")

    assert "Send 3 letters again? 1 letter is not sent: its personal link is over." in page
    assert "Send 2 letters again?" in some
    assert "2 letters are on their way again." in after_some
    assert "1 letter is on its way again. 1 letter is not sent: its personal link is over." in after_all
    assert "0 letters are on their way again. 1 letter is not sent" in after_none
    kept = {letter.id: letter.given_up_at for letter in letters()}
    assert {kept[number] for number in (*refused, wrong)} == {None}
    assert kept[over] == NOW


def test_coordinator_of_a_centre_sends_only_own_letters_again(client_as: Client, mail_settings: Any) -> None:
    here, elsewhere = builders.a_session(), builders.a_session()
    coordinator = builders.a_person(Role.COORDINATOR, centre=db.session.get_one(Centre, here.centre_id))
    own = given_up(a_letter(builders.an_officer(), course_session_id=here.id))
    foreign = given_up(a_letter(builders.an_officer(), course_session_id=elsewhere.id))

    client_as(coordinator).post("/letters/again")

    assert db.session.get_one(Letter, own).given_up_at is None
    assert db.session.get_one(Letter, foreign).given_up_at == NOW


@pytest.mark.parametrize("maker", [builders.an_officer, builders.a_contact_point, builders.a_trainer])
def test_sending_all_again_is_for_the_office(client_as: Client, mail_settings: Any, maker: Any) -> None:
    letter_id = given_up(a_letter(builders.an_officer()))

    client_as(maker()).post("/letters/again", status=403)

    assert db.session.get_one(Letter, letter_id).given_up_at == NOW


def test_letter_that_cannot_be_tried_is_refused_in_words(client_as: Client) -> None:
    letter = a_letter(builders.an_officer())
    client = client_as(builders.an_administrator())

    client.post(f"/letters/{letter.id}/again")

    assert "This letter cannot be sent now." in client.text(f"/letters/{letter.id}")


def test_letters_can_be_filtered_by_state_and_recipient(client_as: Client) -> None:
    given_up(a_letter(builders.an_officer(family_name="Ёлкина"), subject="Lost"))
    a_letter(builders.an_officer(), subject="Kept")
    client = client_as(builders.an_administrator())

    assert "Lost" in client.text("/letters/all?state=failed")
    assert "Kept" not in client.text("/letters/all?state=failed")
    assert "Lost" in client.text("/letters/all?q=елкина")
    assert "Kept" not in client.text("/letters/all?q=елкина")
    assert "No letter fits these filters." in client.text("/letters/all?q=nobody")


@pytest.mark.parametrize(
    "query", ["state=nonsense", "page=zero", "page=99999999999999", "q=%25%27%22", "q=" + "x" * 5000]
)
def test_odd_queries_do_no_harm(client_as: Client, query: str) -> None:
    a_letter(builders.an_officer(), subject="Kept")

    text = client_as(builders.an_administrator()).text(f"/letters/all?{query}")

    assert ("Kept" in text) is not query.startswith("q=")


@pytest.mark.parametrize("letter_id", ["0", "99", "99999999999999999999"])
def test_letter_that_is_not_there(client_as: Client, letter_id: str) -> None:
    client_as(builders.an_administrator()).get(f"/letters/{letter_id}", status=404)


@pytest.mark.parametrize("url", ["/letters", "/letters/all"])
def test_queries_do_not_grow_with_the_letters(client_as: Client, count_queries: Any, url: str) -> None:
    reader = builders.a_coordinator()
    client = client_as(reader)
    a_letter(reader, "test:0")

    with count_queries() as one:
        client.get(url)
    for number in range(1, 30):
        a_letter(reader, f"test:{number}", now=NOW + timedelta(minutes=number))
    with count_queries() as many:
        client.get(url)

    assert len(one) == len(many)


def test_coordinator_of_a_centre_reads_letters_about_its_own_sessions_only(client_as: Client) -> None:
    here, elsewhere, online = builders.a_session(), builders.a_session(), online_session()
    coordinator = builders.a_person(Role.COORDINATOR, centre=db.session.get_one(Centre, here.centre_id))
    own = a_letter(builders.an_officer(), subject="About ours", course_session_id=here.id)
    others = [
        a_letter(builders.an_officer(), subject="About theirs", course_session_id=elsewhere.id),
        a_letter(builders.an_officer(), subject="About one online", course_session_id=online.id),
        a_letter(builders.an_officer(), subject="About somebody"),
    ]
    client = client_as(coordinator)

    text = client.text("/letters/all")

    assert "About ours" in text
    assert [letter.subject for letter in others if letter.subject in text] == []
    client.get(f"/letters/{own.id}")
    for letter in others:
        client.get(f"/letters/{letter.id}", status=403)
        client.post(f"/letters/{letter.id}/again", status=403)


def online_session() -> CourseSession:
    return builders.a_session(centre_id=None, capacity_in_person=0, capacity_online=5)


@pytest.mark.parametrize(
    ("language", "mine", "why"),
    [
        (
            "en",
            "to your old address, old@example.org",
            "It is not the person’s address any more: you do not need to do",
        ),
        ("ru", "на ваш прежний адрес, old@example.org", "Это уже не адрес получателя: ничего делать не нужно."),
    ],
)
def test_letter_to_an_old_address_names_it(client_as: Client, language: str, mine: str, why: str) -> None:
    person = builders.an_officer(email="new@example.org", language=language)
    letter_id = given_up(a_letter(person, address="old@example.org"))
    a_letter(person, "test:2", address="new@example.org")

    assert client_as(person).text("/letters").count("old@example.org") == 1
    assert mine in client_as(person).text("/letters")
    office = client_as(builders.an_administrator(language=language))
    listed, shown = office.text("/letters/all"), office.text(f"/letters/{letter_id}")
    assert (listed.count("old@example.org"), listed.count("new@example.org")) == (1, 1)
    assert "old@example.org" in shown
    assert why in listed
    assert why in shown
