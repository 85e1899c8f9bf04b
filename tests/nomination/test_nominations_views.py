"""The pages by which contact points, and coordinators on their behalf, name candidates."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta

import pytest
import xlsxwriter

from tests import builders
from tests.builders import NOW, UTC
from tests.pages import sample_in
from trainingapp.accounts.models import Person
from trainingapp.core.clock import standing_at
from trainingapp.core.db import db, transaction
from trainingapp.core.permissions import Role
from trainingapp.enrolment.models import Place, PlaceMode, PlaceStatus
from trainingapp.nomination.models import Invitation, Proposal
from trainingapp.nomination.queries.nominations import count_live, ranked
from trainingapp.nomination.services.naming import nominate

AFTER = datetime(2026, 5, 19, 8, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("time_stands")


@pytest.fixture
def call(app):
    return builders.a_call(builders.a_session(builders.a_course(prerequisites=(builders.a_course(title_en="Theory"),))))


@pytest.fixture
def invitation(call):
    return builders.an_invitation(call)


@pytest.fixture
def contact(invitation):
    return builders.a_contact_point(organisation_id=invitation.organisation_id)


def page(invitation, part=""):
    return f"/invitations/{invitation.id}{part}"


def officers(invitation, count):
    return [builders.an_officer(organisation_id=invitation.organisation_id) for _ in range(count)]


PAGES = ("", "/nominate", "/nominate/new", "/nominate/list")


@pytest.mark.parametrize("part", PAGES)
def test_pages_are_for_the_own_contact_point_and_the_coordinator(invitation, contact, client_as, part):
    centre = db.session.get_one(Invitation, invitation.id).call.course_session.centre
    for reader, status in (
        (contact, 200),
        (builders.a_coordinator(), 200),
        (builders.a_coordinator(centre=centre), 200),
        (builders.a_coordinator(centre=builders.a_centre()), 403),
        (builders.a_contact_point(), 403),
        (builders.an_officer(organisation_id=invitation.organisation_id), 403),
        (builders.a_trainer(), 403),
        (builders.an_administrator(), 403),
    ):
        client_as(reader).get(page(invitation, part), status=status)


@pytest.mark.parametrize("part", ["/edit", "/withdraw"])
def test_pages_of_a_nomination_are_for_the_own_contact_point_and_the_coordinator(invitation, contact, client_as, part):
    nomination = builders.a_nomination(invitation)

    for reader, status in ((contact, 200), (builders.a_coordinator(), 200), (builders.a_contact_point(), 403)):
        client_as(reader).get(f"/nominations/{nomination.id}{part}", status=status)


@pytest.mark.parametrize("part", ["/rank", "/letter", "/nobody", "/comment", "/nominate"])
def test_nobody_else_changes_anything(invitation, client_as, part):
    person = officers(invitation, 1)[0]

    for reader in (builders.a_contact_point(), person):
        client_as(reader).post(page(invitation, part), {"people": person.id, "mode": "in_person"}, status=403)

    assert count_live(invitation.id) == 0


def test_an_invitation_is_not_there_before_the_call_is_opened(client_as):
    draft = builders.an_invitation(builders.a_call(opened=False))
    contact = builders.a_contact_point(organisation_id=draft.organisation_id)

    client_as(contact).get(page(draft), status=404)


def test_the_page_says_what_is_asked(invitation, contact, client_as):
    text = client_as(contact).text(page(invitation))

    assert "18 May 2026, 18:00 (Baku time, UTC+4)" in text
    assert "14 days left" in text
    assert "up to 4, in the order of your choice" in text
    assert "Theory" in text
    assert "Up to 4 candidates may be nominated" in text
    assert "We nominate nobody this time" in text
    assert "on behalf" not in text


def test_the_page_says_it_in_russian(invitation, client_as):
    contact = builders.a_contact_point(organisation_id=invitation.organisation_id, language="ru")
    builders.a_nomination(invitation)

    for part in PAGES:
        client = client_as(contact)
        client.get(page(invitation, part))
        assert client.page.language == "ru"


def test_coordinators_read_on_whose_behalf_they_act(invitation, client_as):
    client = client_as(builders.a_coordinator())

    without = client.text(page(invitation))
    builders.a_contact_point(organisation_id=invitation.organisation_id, email="ncp@example.org")
    with_contact = client.text(page(invitation))

    name = db.session.get_one(Invitation, invitation.id).organisation.name_en
    assert f"You act on behalf of {name}" in without
    assert "no contact point" in without
    assert "ncp@example.org" in with_contact


def test_candidates_show_what_lacks_and_never_those_of_others(call, invitation, contact, client_as):
    builders.a_nomination(invitation, builders.an_officer(organisation_id=invitation.organisation_id, post="Inspector"))
    other = builders.an_invitation(call)
    builders.a_nomination(other, builders.an_officer(organisation_id=other.organisation_id, family_name="Чужая"))

    text = client_as(contact).text(page(invitation))

    assert "Missing: Theory" in text
    assert "Inspector" in text
    assert "no account yet" in text
    assert "1 of 4 candidates nominated" in text
    assert "Чужая" not in text


def test_choosing_known_officers_names_them_in_order(invitation, contact, client_as):
    one, two, three = officers(invitation, 3)
    off = builders.an_officer(
        organisation_id=invitation.organisation_id, deactivated_at=NOW, family_name_latin="Switchedoff"
    )
    client = client_as(contact)

    text = client.text(page(invitation, "/nominate"))
    response = client.post(page(invitation, "/nominate"), {"people": [two.id, three.id], "mode": "in_person"})

    assert one.family_name_latin in text
    assert off.family_name_latin not in text
    assert client.location(response).startswith(page(invitation))
    assert [nomination.place.person_id for nomination in ranked(invitation.id)] == [two.id, three.id]
    assert "2 candidates are nominated" in client.text(page(invitation))
    assert "already nominated" in client.text(page(invitation, "/nominate"))


def test_choosing_too_many_keeps_the_choice_and_says_the_way_out(invitation, contact, client_as):
    people = officers(invitation, 5)
    client = client_as(contact)

    response = client.post(
        page(invitation, "/nominate"), {"people": [one.id for one in people], "mode": "in_person"}, status=422
    )

    body = response.get_data(as_text=True)
    assert "4 more candidates may be nominated, and 5 are chosen" in client.page.text
    assert len(re.findall(r'name="people"[^>]*checked', body)) == 5
    assert count_live(invitation.id) == 0


@pytest.mark.parametrize("people", [[], ["x"], ["99999999999"], ["-1"], ["123456"]])
def test_choosing_nonsense_is_refused(invitation, contact, client_as, people):
    officers(invitation, 1)

    client = client_as(contact)
    client.post(page(invitation, "/nominate"), {"people": people, "mode": "in_person"}, status=422)

    assert "Please check what you entered." in client.page.text
    assert count_live(invitation.id) == 0


def test_officers_of_another_administration_cannot_be_slipped_in(invitation, contact, client_as):
    stranger = builders.an_officer(family_name="Чужая")
    officers(invitation, 1)

    client_as(contact).post(page(invitation, "/nominate"), {"people": stranger.id, "mode": "in_person"}, status=422)

    assert count_live(invitation.id) == 0


NEW = {
    "family_name": "Щербакова",
    "given_name": "Анна",
    "email": "anna@example.org",
    "language": "ru",
    "sex": "female",
    "mode": "in_person",
}


def test_a_new_officer_is_added_and_named(invitation, contact, client_as):
    client = client_as(contact)

    client.post(page(invitation, "/nominate/new"), NEW)

    [nomination] = ranked(invitation.id)
    assert nomination.place.person.name.latin.full == "Anna Shcherbakova"
    told = client.text(page(invitation))
    assert f"{nomination.place.person.name.full} is nominated. A link to sign in comes with the offer" in told


def test_another_new_officer_can_follow_at_once(invitation, contact, client_as):
    client = client_as(contact)

    response = client.post(page(invitation, "/nominate/new"), {**NEW, "another": "1"})

    assert client.location(response) == page(invitation, "/nominate/new")


def test_a_new_officer_with_faults_shows_all_of_them_and_keeps_the_input(invitation, contact, client_as):
    client = client_as(contact)

    response = client.post(
        page(invitation, "/nominate/new"), {**NEW, "family_name": "Щербаковa", "email": "nothing"}, status=422
    )

    assert "mixes Latin and Cyrillic" in client.page.text
    assert "not an e-mail address" in client.page.text
    assert 'value="Щербаковa"' in response.get_data(as_text=True)
    assert count_live(invitation.id) == 0


def test_a_new_officer_with_a_known_name_is_asked_about(invitation, contact, client_as):
    names = {"family_name": NEW["family_name"], "given_name": NEW["given_name"]}
    builders.an_officer(organisation_id=invitation.organisation_id, email="known@example.org", **names)
    client = client_as(contact)

    client.get(page(invitation, "/nominate/new"))
    assert "another person with the same name" not in client.page.text
    client.post(page(invitation, "/nominate/new"), NEW, status=422)
    assert "(kn…@example.org) is among the known officers" in client.page.text
    client.post(page(invitation, "/nominate/new"), {**NEW, "is_another": "y"})

    assert count_live(invitation.id) == 1


def test_the_buttons_change_the_order(invitation, contact, client_as):
    one, two, three = (builders.a_nomination(invitation) for _ in range(3))
    client = client_as(contact)
    body = client.get(page(invitation)).get_data(as_text=True)
    up = f"{two.id},{one.id},{three.id}"
    assert f'value="{up}"' in body

    client.post(page(invitation, "/rank"), {"order": up})

    assert [nomination.id for nomination in ranked(invitation.id)] == [two.id, one.id, three.id]


@pytest.mark.parametrize("order", ["", "1", "x,y", "1,,2", "99999999999999999999", "-1,2"])
def test_nonsense_is_no_order(invitation, contact, client_as, order):
    nomination = builders.a_nomination(invitation, rank=1)
    builders.a_nomination(invitation)
    client = client_as(contact)

    client.post(page(invitation, "/rank"), {"order": order})

    assert "changed meanwhile" in client.text(page(invitation))
    assert ranked(invitation.id)[0].id == nomination.id


def test_a_nomination_can_be_corrected(invitation, contact, client_as):
    nomination = builders.a_nomination(invitation)
    client = client_as(contact)
    values = {
        "family_name": "Щербакова",
        "given_name": "Анна",
        "family_name_latin": "Shcherbakova",
        "given_name_latin": "Anna",
        "post": "Inspector",
        "mode": "in_person",
        "motivation": "works at the port",
    }

    client.post(f"/nominations/{nomination.id}/edit", values)
    client.post(f"/nominations/{nomination.id}/edit", {**values, "family_name": ""}, status=422)

    text = client.text(page(invitation))
    assert "Shcherbakova, Anna" in text
    assert "works at the port" in text


def test_a_nomination_can_be_withdrawn_with_a_reason(invitation, contact, client_as):
    nomination = builders.a_nomination(invitation)
    client = client_as(contact)

    client.post(f"/nominations/{nomination.id}/withdraw", {"reason": " "}, status=422)
    client.post(f"/nominations/{nomination.id}/withdraw", {"reason": "on leave"})

    assert count_live(invitation.id) == 0
    text = client.text(page(invitation))
    assert "No longer a candidate for this session. Reason: on leave." in text
    assert "1 former candidate" in text


@pytest.mark.parametrize(("part", "anchor"), [("/letter", "letter"), ("/rank", "candidates")])
def test_what_was_done_is_told_once_in_the_part_that_the_address_leads_to(invitation, contact, client_as, part, anchor):
    client = client_as(contact)

    response = client.post(page(invitation, part), {"order": "nonsense"})
    html = client.get(page(invitation)).text

    assert response.headers["Location"].endswith(f"#{anchor}")
    assert html.count("flash") == 1
    told, after = html.index("flash"), html[html.index(f'id="{anchor}"') :]
    assert told > html.index(f'id="{anchor}"')
    assert after.index("flash") < after.index("</section>")
    assert "flash" not in client.get(page(invitation)).text


def test_the_official_letter_is_kept_and_given_back(invitation, contact, client_as):
    client = client_as(contact)
    client.get(page(invitation, "/letter"), status=404)

    client.post(page(invitation, "/letter"), {"file": (io.BytesIO(b"%PDF-1.7 letter"), "Письмо.pdf")})
    response = client.get(page(invitation, "/letter"))

    assert response.data == b"%PDF-1.7 letter"
    assert response.headers["Content-Type"] == "application/pdf"
    assert "%D0%9F%D0%B8%D1%81%D1%8C%D0%BC%D0%BE.pdf" in response.headers["Content-Disposition"]
    assert "Письмо.pdf" in client.text(page(invitation))
    client_as(builders.a_contact_point()).get(page(invitation, "/letter"), status=403)


@pytest.mark.parametrize("file", [None, (b"PK\x03\x04 word", "letter.docx"), (b"", "empty.pdf")])
def test_other_letters_are_refused(invitation, contact, client_as, file):
    client = client_as(contact)

    client.post(page(invitation, "/letter"), {"file": (io.BytesIO(file[0]), file[1])} if file else {})

    assert db.session.get_one(Invitation, invitation.id).letter_id is None
    assert re.search("Please (choose a file|attach a PDF)|The file is empty", client.text(page(invitation)))


def test_nobody_this_time_and_back(invitation, contact, client_as):
    client = client_as(contact)

    client.post(page(invitation, "/nobody"))
    declined = client.text(page(invitation))
    client.post(page(invitation, "/nominate/new"), NEW)

    assert "answered that it nominates nobody" in declined
    assert db.session.get_one(Invitation, invitation.id).declined_at is None


def test_after_the_deadline_the_contact_point_reads_what_comes_next(invitation, contact, client_as):
    builders.a_nomination(invitation)
    client = client_as(contact)

    with standing_at(AFTER):
        text = client.text(page(invitation))
        form = client.text(page(invitation, "/nominate"))
        client.post(page(invitation, "/nobody"))
        client.post(page(invitation, "/nominate/new"), NEW, status=422)

    assert "The nomination deadline has passed" in text
    assert "shown here for comment before it becomes final" in text
    assert "Nominate candidates" not in text
    assert "cannot be nominated now" in form
    assert count_live(invitation.id) == 1


def test_after_the_deadline_coordinators_name_with_a_reason(invitation, client_as):
    person = officers(invitation, 1)[0]
    client = client_as(builders.a_coordinator())

    with standing_at(AFTER):
        values = {"people": person.id, "mode": "in_person"}
        client.post(page(invitation, "/nominate"), values, status=422)
        client.post(page(invitation, "/nominate"), {**values, "cause": "letter_late", "late_reason": "паводок"})
        html = client.get(page(invitation)).text
        text = client_as(builders.a_coordinator(language="ru")).text(page(invitation))

    assert 'Nominated after the deadline: The official letter came late. <span lang="ru">паводок</span>' in html
    assert "Официальное письмо пришло поздно. паводок" in text


def proposed(call, **values):
    with transaction():
        call = db.session.get_one(type(call), call.id)
        call.proposed_at, call.comments_until = AFTER, AFTER + timedelta(days=3)
        for name, value in values.items():
            setattr(call, name, value)


def test_the_proposal_is_shown_for_comment(call, invitation, contact, client_as):
    builders.a_nomination(invitation, proposal=Proposal.SELECT)
    builders.a_nomination(invitation, proposal=Proposal.RESERVE, reserve_rank=7)
    builders.a_nomination(invitation, proposal=Proposal.DECLINE, proposal_reason="no English")
    client = client_as(contact)

    with standing_at(AFTER):
        before = client.text(page(invitation))
        proposed(call)
        text = client.text(page(invitation))
        client.post(page(invitation, "/comment"), {"text": " "}, status=422)
        client.post(page(invitation, "/comment"), {"text": "Please take the second one."})
        commented = client.text(page(invitation))
    with standing_at(AFTER + timedelta(days=4)):
        client.post(page(invitation, "/comment"), {"text": "Too late."}, status=422)
        late = client.text(page(invitation))

    assert "Proposed" not in before
    assert "Proposed for a place." in text
    assert "reserve list, number 7" in text
    assert "no English" in text
    assert "22 May 2026, 12:00 (Baku time, UTC+4)" in text
    assert "Please take the second one." in commented
    assert "Please take the second one." in late
    assert "Send the comment" not in late


def test_final_places_are_sentences_with_what_can_be_done(app, client_as):
    session = builders.a_session(capacity_in_person=10)
    call = builders.a_call(session, final_at=AFTER, proposed_at=AFTER, comments_until=AFTER)
    invitation = builders.an_invitation(call, nominate_own=10)
    made = {name: builders.a_nomination(invitation) for name in ("offered", "placed", "waiting", "declined", "held")}
    with transaction():
        places = {name: db.session.get_one(Place, nomination.place_id) for name, nomination in made.items()}
        places["offered"].status, places["offered"].offered_until = PlaceStatus.OFFERED, AFTER + timedelta(days=7)
        places["placed"].status = PlaceStatus.PLACED
        places["waiting"].status = PlaceStatus.WAITING
        places["declined"].status, places["declined"].reason = PlaceStatus.DECLINED, "no English"
        places["held"].status, places["held"].held_until = PlaceStatus.WITHDRAWN, AFTER + timedelta(days=5)
        places["held"].reason = "illness"
    client = client_as(builders.a_contact_point(organisation_id=invitation.organisation_id))

    with standing_at(AFTER):
        text = client.text(page(invitation))

    assert "must answer it by 26 May 2026, 12:00 (Baku time, UTC+4)" in text
    assert "Has a place (in person)." in text
    assert "1st on the reserve list" in text
    assert "Not selected: no English" in text
    assert (
        "Reason: illness. The place is kept for your administration until 24 May 2026, 12:00 (Baku time, UTC+4)" in text
    )
    assert sum(link.endswith("/replace") for link in client.page.links) == 3


def test_hybrid_sessions_ask_how_somebody_takes_part(app, client_as):
    invitation = builders.an_invitation(builders.a_call(builders.a_session(capacity_online=5)))
    person = officers(invitation, 1)[0]
    client = client_as(builders.a_contact_point(organisation_id=invitation.organisation_id))

    text = client.text(page(invitation, "/nominate"))
    client.post(page(invitation, "/nominate"), {"people": person.id}, status=422)
    client.post(page(invitation, "/nominate"), {"people": person.id, "mode": "both"})

    assert "in person and online" in text
    assert ranked(invitation.id)[0].place.mode is PlaceMode.BOTH


# ---------------------------------------------------------------- lists


def rows_of(count):
    """A list of officers in which every tenth row is wrong in its own way."""
    faults = [
        ("Ошибка{word}", "Анна", ""),
        ("", "Анна", "f{n}@example.org"),
        ("Ошибка{word}", "А.", "f{n}@example.org"),
        ("Ошибкa{word}", "Анна", "f{n}@example.org"),  # a Latin letter
        ("Ошибка{word}", "Анна", "не адрес"),
        ("Ошибка{word}", "Анна", "known@example.org"),
    ]
    rows = [("Фамилия", "Имя", "E-mail")]
    for n in range(2, count + 2):
        row = faults[n // 10 % len(faults)] if n % 10 == 0 else ("Верная", "Анна", "p{n}@example.org")
        word = "".join("абвгдежзик"[int(digit)] for digit in str(n))
        rows.append(tuple(cell.format(n=n, word=word) for cell in row))
    return rows


def preview(client, invitation, **values):
    client.post(page(invitation, "/nominate/list"), {"mode": "in_person", "language": "ru", **values}, status=200)
    return client.page


@pytest.mark.parametrize(("language", "new"), [("en", "2 new officers"), ("ru", "2 новых сотрудника")])
def test_the_list_that_the_page_shows_can_be_nominated(invitation, client_as, language, new):
    client = client_as(builders.a_contact_point(organisation_id=invitation.organisation_id, language=language))

    sample = sample_in(client.get(page(invitation, "/nominate/list")).text)

    assert new in preview(client, invitation, rows=sample).text


def carried(body):
    """What the page carries to the next step: the rows and the mark of the preview."""
    rows = re.search(r'<textarea[^>]*name="rows"[^>]*>\r?\n?(.*?)</textarea>', body, re.S).group(1)
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', body).group(1)
    return {
        "rows": rows.replace("&#34;", '"').replace("&amp;", "&"),
        "seen": seen,
        "mode": "in_person",
        "language": "ru",
    }


@pytest.mark.parametrize(
    ("roles", "answers"),
    [
        ([Role.CONTACT_POINT], ["another", "same"]),
        ([Role.COORDINATOR, Role.ADMINISTRATOR], ["another", "same", "moved"]),
    ],
)
def test_a_list_asks_who_has_the_name_of_a_known_officer(app, client_as, roles, answers):
    invitation = builders.an_invitation(builders.a_call())
    organisation_id = invitation.organisation_id
    known = builders.an_officer(
        organisation_id=organisation_id, family_name="Омурбеков", given_name="Бакыт", email="old@example.org"
    )
    reader = builders.a_person(*roles, organisation_id=organisation_id)
    client, url = client_as(reader), page(invitation, "/nominate/list")

    asked = client.post(
        url, {"mode": "in_person", "language": "ru", "rows": "Омурбеков\tБакыт\tnew@example.org"}, status=200
    ).get_data(as_text=True)
    answered = client.post(
        url, {**carried(asked), "check": "1", "answer:new@example.org": "same"}, status=200
    ).get_data(as_text=True)

    assert "ol…@example.org" in asked
    assert "old@example.org" not in asked
    assert re.findall(r'name="answer:new@example.org" value="(\w+)"', asked) == answers
    assert 'name="confirm"' not in asked
    assert re.findall(r'value="(\w+)" id="[\w-]+" checked', answered) == ["same"]
    client.post(url, {**carried(answered), "confirm": "all", "answer:new@example.org": "same"})
    assert [one.place.person_id for one in ranked(invitation.id)] == [known.id]


def test_a_contact_point_gives_no_known_officer_another_address(app, client_as):
    invitation = builders.an_invitation(builders.a_call())
    organisation_id = invitation.organisation_id
    known = builders.an_officer(
        organisation_id=organisation_id, family_name="Омурбеков", given_name="Бакыт", email="old@example.org"
    )
    client, url = (
        client_as(builders.a_contact_point(organisation_id=organisation_id)),
        page(invitation, "/nominate/list"),
    )
    fields = {"mode": "in_person", "language": "ru", "rows": "Омурбеков\tБакыт\tnew@example.org"}
    body = client.post(url, fields, status=200).get_data(as_text=True)

    client.post(url, {**carried(body), "confirm": "all", "answer:new@example.org": "moved"}, status=422)

    assert "Please say first who the people are who have the name of a known officer." in client.page.text
    assert count_live(invitation.id) == 0
    assert db.session.get_one(Person, known.id).email == "old@example.org"


def test_a_fault_of_two_names_of_a_row_is_told_once(app, client_as):
    invitation = builders.an_invitation(builders.a_call())
    client = client_as(builders.a_contact_point(organisation_id=invitation.organisation_id))

    client.post(
        page(invitation, "/nominate/list"),
        {"mode": "in_person", "language": "ru", "rows": "Г?лнара ?сеналиева\tинспектор\tg@example.org"},
        status=200,
    )

    assert client.page.text.count("There is a question mark in place of a lost letter.") == 1


def test_a_list_of_300_names_every_bad_row_and_then_the_good_ones(app, client_as):
    builders.an_officer(email="known@example.org")
    invitation = builders.an_invitation(builders.a_call(), nominate_own=400)
    client = client_as(builders.a_contact_point(organisation_id=invitation.organisation_id))
    data = "\n".join(";".join(row) for row in rows_of(300)).encode()

    response = client.post(
        page(invitation, "/nominate/list"),
        {"mode": "in_person", "language": "ru", "file": (io.BytesIO(data), "список.csv")},
        status=200,
    )
    body, text = response.get_data(as_text=True), " ".join(client.page.text.split())

    bad = [n for n in range(2, 302) if n % 10 == 0]
    for n in bad:
        [row] = re.findall(
            rf'<tr class="is-refused">\s*<th scope="row" class="nowrap">Row {n}</th>.*?</tr>', body, re.S
        )
        assert re.search(r'class="row-faults">[^<]{10,}<', row), f"row {n} has no reason"
    assert body.count('class="is-refused"') == len(bad) == 30
    assert "Ошибкаба" in text
    assert "belongs to somebody of another organisation" in text
    assert count_live(invitation.id) == 0

    client.post(page(invitation, "/nominate/list"), {**carried(body), "confirm": "all"})

    assert count_live(invitation.id) == 270
    flashed = client.text(page(invitation))
    assert "270 candidates are nominated" in flashed
    assert "rows 10, 20, 30" in flashed


def test_pasted_rows_without_headings_are_named(invitation, contact, client_as):
    client = client_as(contact)
    pasted = "Щербакова Анна Петровна\tинспектор\tanna@example.org\r\nНовак Пётр\tинспектор\tpetr@example.org\r\n"

    response = client.post(
        page(invitation, "/nominate/list"), {"mode": "in_person", "language": "ru", "rows": pasted}, status=200
    )
    assert "The list has no headings" in client.page.text
    client.post(page(invitation, "/nominate/list"), {**carried(response.get_data(as_text=True)), "confirm": "all"})

    names = [(n.place.person.family_name, n.place.person.post) for n in ranked(invitation.id)]
    assert names == [("Щербакова", "инспектор"), ("Новак", "инспектор")]


def test_a_workbook_is_named(invitation, contact, client_as):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate([("ФИО", "Эл. почта"), ("Щербакова Анна", "anna@example.org")]):
        sheet.write_row(number, 0, row)
    book.close()
    client = client_as(contact)

    response = client.post(
        page(invitation, "/nominate/list"),
        {"mode": "in_person", "language": "ru", "file": (io.BytesIO(buffer.getvalue()), "list.xlsx")},
        status=200,
    )
    client.post(page(invitation, "/nominate/list"), {**carried(response.get_data(as_text=True)), "confirm": "all"})

    assert [n.place.person.family_name for n in ranked(invitation.id)] == ["Щербакова"]


def test_a_list_beyond_the_number_says_so_and_names_the_first(invitation, contact, client_as):
    client = client_as(contact)
    pasted = "\n".join(f"Surname{n}\tAnna\tx{n}@example.org" for n in "abcdef")

    response = client.post(
        page(invitation, "/nominate/list"), {"mode": "in_person", "language": "en", "rows": pasted}, status=200
    )
    body = response.get_data(as_text=True)
    assert "4 more candidates may be nominated, and 6 are in it" in client.page.text
    assert body.count("beyond the number") == 2
    client.post(page(invitation, "/nominate/list"), {**carried(body), "confirm": "first"})

    assert [n.place.person.family_name for n in ranked(invitation.id)] == [f"Surname{n}" for n in "abcd"]


def test_rows_changed_after_the_preview_are_checked_again(invitation, contact, client_as):
    client = client_as(contact)
    response = client.post(
        page(invitation, "/nominate/list"),
        {"mode": "in_person", "language": "en", "rows": "Novak\tAnna\ta@example.org"},
        status=200,
    )
    values = carried(response.get_data(as_text=True))

    client.post(
        page(invitation, "/nominate/list"),
        {**values, "rows": "Novak\tAnna\tb@example.org", "confirm": "all"},
        status=200,
    )

    assert "Checked, nothing changed yet" in client.page.text
    assert count_live(invitation.id) == 0


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "Please paste the rows here"),
        ({"rows": "no address at all\tanywhere"}, "no e-mail address"),
        ({"rows": "x" * 800_001}, "too long for one list"),
    ],
)
def test_what_is_no_list_is_refused_and_kept(invitation, contact, client_as, values, message):
    client = client_as(contact)

    client.post(page(invitation, "/nominate/list"), {"mode": "in_person", "language": "en", **values}, status=422)

    assert message in client.page.text


def test_a_late_list_asks_for_the_reason_and_keeps_the_preview(invitation, client_as):
    client = client_as(builders.a_coordinator())
    with standing_at(AFTER):
        response = client.post(
            page(invitation, "/nominate/list"),
            {"mode": "in_person", "language": "en", "rows": "Novak\tAnna\ta@example.org"},
            status=200,
        )
        values = {**carried(response.get_data(as_text=True)), "confirm": "all"}
        client.post(page(invitation, "/nominate/list"), values, status=422)
        assert "give the reason for the exception" in client.page.text
        assert "Checked, nothing changed yet" in client.page.text
        client.post(page(invitation, "/nominate/list"), {**values, "late_reason": "flood"})

    assert ranked(invitation.id)[0].late_reason == "flood"


def test_many_officers_to_choose_from_cost_no_more_queries(app, client_as, count_queries):
    invitation = builders.an_invitation(builders.a_call(), nominate_own=50)
    invitation_id = invitation.id
    client = client_as(builders.a_contact_point(organisation_id=invitation.organisation_id))
    asked = []
    for _ in range(2):
        people = officers(db.session.get_one(Invitation, invitation_id), 5)
        nominate(invitation_id, [person.id for person in people[:2]], PlaceMode.IN_PERSON, now=NOW)
        counts = []
        for part in ("", "/nominate"):
            db.session.expunge_all()
            with count_queries() as statements:
                client.get(f"/invitations/{invitation_id}{part}")
            counts.append(len(statements))
        asked.append(counts)

    assert asked[0] == asked[1]
    assert max(asked[1]) < 30


def test_dates_of_the_session_are_those_of_the_venue(invitation, contact, client_as):
    assert "1–2 June 2026" in client_as(contact).text(page(invitation))


# ---------------------------------------------------------------- my administration


def test_my_administration_shows_what_waits(app, client_as):
    organisation = builders.an_organisation()
    contact = builders.a_contact_point(organisation_id=organisation.id, time_zone="Europe/Brussels")
    invitations = {}
    for name, values in {
        "open": {},
        "closed": {"closes_at": NOW - timedelta(days=1)},
        "proposed": {"proposed_at": NOW, "comments_until": NOW + timedelta(days=2)},
        "final": {"proposed_at": NOW, "comments_until": NOW, "final_at": NOW},
    }.items():
        call = builders.a_call(builders.a_session(builders.a_course(title_en=f"Course {name}")), **values)
        invitations[name] = builders.an_invitation(call, organisation)
    builders.a_nomination(invitations["open"])
    candidates = [builders.a_nomination(invitations["final"]) for _ in range(2)]
    with transaction():
        for status, extra in (
            (PlaceStatus.OFFERED, {"offered_until": NOW + timedelta(days=3)}),
            (PlaceStatus.WITHDRAWN, {"held_until": NOW + timedelta(hours=5)}),
        ):
            place = db.session.get_one(Place, candidates.pop().place_id)
            place.status = status
            for name, value in extra.items():
                setattr(place, name, value)
    client = client_as(contact)

    text = client.text("/my-administration")

    assert "1 of 4 candidates nominated" in text
    assert "18 May 2026, 18:00 (Baku time, UTC+4)" in text
    assert "your time: 16:00 (Brussels time, UTC+2)" in text
    assert "the official letter is not attached yet" in text
    assert "Comments are welcome until 6 May 2026, 12:00 (Baku time, UTC+4)" in text
    assert "It is kept for a colleague until 4 May 2026, 17:00 (Baku time, UTC+4)" in text
    assert "5 hours left" in text
    assert "must answer it by 7 May 2026, 12:00 (Baku time, UTC+4)" in text
    for name in invitations:
        assert f"Course {name}" in text
    assert f"/organisations/{organisation.id}/hand-over" in client.page.links


def test_my_administration_says_when_nothing_waits(app, client_as):
    other = builders.an_invitation(builders.a_call(builders.a_session(builders.a_course(title_en="Of another"))))
    builders.a_nomination(other)

    text = client_as(builders.a_contact_point()).text("/my-administration")

    assert "No call for candidates is open for your administration just now" in text
    assert "Of another" not in text.split("Your officers")[0]
