"""The coordinator's pages of a call, and the letter of invitation, as those who see them."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pypdf
import pytest
import sqlalchemy as sa
import time_machine

from tests.builders import (
    NOW,
    a_call,
    a_centre,
    a_contact_point,
    a_coordinator,
    a_course,
    a_meeting,
    a_nomination,
    a_session,
    a_trainer,
    an_administrator,
    an_invitation,
    an_officer,
    an_organisation,
)
from tests.papers import is_copied_as_shown, links_of
from trainingapp.core.db import db
from trainingapp.enrolment.models import PlaceMode, Quota
from trainingapp.enrolment.services import place_person
from trainingapp.nomination import papers
from trainingapp.nomination.models import Call, Invitation, Stage
from trainingapp.nomination.queries import loading
from trainingapp.scheduling.models import CourseSession, SessionStatus

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


def a_georgia(**values):
    return an_organisation(name_en="Georgia", name_ru="Грузия", **values)


def written(**values):
    """The form of a call as a coordinator fills it in."""
    defaults = {
        "closes": "2026-05-20T18:00",
        "remind_days": "5",
        "nominate_each": "4",
        "accept_each": "2",
        "women_percent": "",
        "text_en": "Please nominate.\r\n\r\nThank you.",
        "text_ru": "Просим выдвинуть.",
        "signatory_en": "",
        "signatory_ru": "",
        "offer_days": "10",
        "hold_days": "5",
        "claim_days": "5",
        "cut_off_days": "7",
        "still_days": "7",
    }
    return {**defaults, **values}


def call_of(course_session: CourseSession) -> Call:
    db.session.rollback()
    found = loading.find_call_of_session(course_session.id)
    assert found is not None
    return found


def listed(client, call: Call) -> dict[str, str]:
    """The form of the administrations as the page shows it."""
    html = client.get(f"/calls/{call.id}/administrations").get_data(as_text=True)
    values = {}
    for tag in re.findall(r"<input[^>]+>", html):
        name, value = (re.search(rf' {key}="([^"]*)"', tag) for key in ("name", "value"))
        if name is None or name[1] in {"csrf_token", "q"} or ('type="checkbox"' in tag and " checked" not in tag):
            continue
        values[name[1]] = value[1].replace("&#34;", '"') if value else ""
    return values


# --- who sees what


ROLES = {
    "visitor": lambda centre: None,
    "officer": lambda centre: an_officer(),
    "contact point": lambda centre: a_contact_point(),
    "trainer": lambda centre: a_trainer(),
    "administrator": lambda centre: an_administrator(),
    "coordinator of another centre": lambda centre: a_coordinator(centre=a_centre()),
    "coordinator of the centre": lambda centre: a_coordinator(centre=centre),
    "coordinator of the office": lambda centre: a_coordinator(),
}
PREPARES = {"coordinator of the centre", "coordinator of the office"}


@pytest.mark.parametrize("role", ROLES)
def test_who_may_open_what(client_as, role):
    centre = a_centre()
    call = a_call(a_session(centre_id=centre.id), (an_organisation(),))
    bare = a_session(centre_id=centre.id)
    client = client_as(ROLES[role](centre))
    refused = 302 if role == "visitor" else 403
    prepares = 200 if role in PREPARES else refused

    for url in (
        f"/sessions/{call.course_session_id}/call",
        f"/sessions/{bare.id}/call",
        f"/sessions/{bare.id}/call/new",
        f"/calls/{call.id}/edit",
        f"/calls/{call.id}/administrations",
        f"/calls/{call.id}/deadline",
        f"/calls/{call.id}/preview",
        f"/calls/{call.id}/invitation.pdf",
    ):
        client.get(url, status=prepares)
    client.get("/calls", status=200 if role.startswith("coordinator") else refused)
    client.post(f"/calls/{call.id}/open", status=409 if role in PREPARES else refused)


def test_invitation_as_pdf_is_for_the_own_administration(client_as):
    georgia, other = an_organisation(), an_organisation()
    call = a_call(organisations=(georgia, other))
    invitation = loading.find_invitation_of(call.id, georgia.id)
    url = f"/invitations/{invitation.id}/invitation.pdf"

    assert client_as(a_contact_point(organisation_id=georgia.id)).get(url).mimetype == "application/pdf"
    client_as(a_contact_point(organisation_id=other.id)).get(url, status=403)
    client_as(an_officer(organisation_id=georgia.id)).get(url, status=403)
    client_as(a_coordinator()).get(url)


def test_invitation_of_a_draft_is_not_there_for_a_contact_point(client_as):
    invitation = an_invitation(a_call(opened=False))

    client = client_as(a_contact_point(organisation_id=invitation.organisation_id))

    client.get(f"/invitations/{invitation.id}/invitation.pdf", status=404)


@pytest.mark.parametrize(
    "url",
    [
        "/calls/99/edit",
        "/calls/99/administrations",
        "/calls/99/deadline",
        "/calls/99/preview",
        "/calls/99/invitation.pdf",
        "/sessions/99/call",
        "/sessions/99/call/new",
        "/invitations/99/invitation.pdf",
    ],
)
def test_what_is_not_there_is_not_found(client_as, url):
    client_as(a_coordinator()).get(url, status=404)


# --- preparing


def test_session_without_a_call_says_what_a_call_is_and_leads_to_one(client_as):
    course_session = a_session()

    text = client_as(a_coordinator()).text(f"/sessions/{course_session.id}/call")

    assert "places are given by nomination only" in text
    assert "Prepare a call" in text


def test_session_with_people_says_why_it_can_have_no_call(client_as):
    course_session = a_session()
    place_person(an_officer().id, course_session.id, PlaceMode.IN_PERSON, now=NOW)

    text = client_as(a_coordinator()).text(f"/sessions/{course_session.id}/call")

    assert "No call is possible for this session." in text
    assert "Prepare a call" not in text


@pytest.mark.parametrize("language", ["en", "ru"])
def test_new_call_begins_with_a_text_in_both_languages(client_as, language):
    course_session = a_session(a_course(title_en="Seals", title_ru="Пломбы"), sponsor_en="The fund")
    client = client_as(a_coordinator(language=language))

    html = client.get(f"/sessions/{course_session.id}/call/new").get_data(as_text=True)

    assert "“Seals” (1–2 June 2026" in html
    assert "Пломбы" in html
    assert "The fund" in html
    assert 'value="2026-05-18T18:00"' in html


def test_preparing_leads_to_the_list_of_administrations(client_as):
    course_session = a_session()
    client = client_as(a_coordinator())

    answer = client.post(f"/sessions/{course_session.id}/call/new", data=written(women_percent="40"), status=303)

    call = call_of(course_session)
    assert client.location(answer) == f"/calls/{call.id}/administrations"
    assert (call.women_percent, call.terms.offer_days, call.closes_at.hour) == (40, 10, 14)
    assert call.opened_at is None
    assert "Every administration is on its list" in client.text(f"/calls/{call.id}/administrations")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"accept_each": "5"}, "cannot get 5 places"),
        ({"closes": "2026-05-01T18:00"}, "This time has passed"),
        ({"closes": "2026-06-03T18:00"}, "must be before the session begins"),
        ({"closes": ""}, "This field is required"),
        ({"text_en": " "}, "This field is required"),
        ({"nominate_each": "many"}, "Not a valid integer"),
        ({"nominate_each": "9" * 40}, "Number must be between 1 and 500"),
        ({"women_percent": "120"}, "Number must be between 0 and 100"),
    ],
)
def test_wrong_call_is_shown_again_with_what_was_typed(client_as, values, sentence):
    course_session = a_session()
    client = client_as(a_coordinator())

    answer = client.post(f"/sessions/{course_session.id}/call/new", data=written(text_ru=HOSTILE, **values), status=422)

    assert sentence in client.page.text
    assert "&lt;script&gt;" in answer.get_data(as_text=True)
    assert loading.find_call_of_session(course_session.id) is None


def test_second_call_leads_to_the_first(client_as):
    call = a_call()

    answer = client_as(a_coordinator()).get(f"/sessions/{call.course_session_id}/call/new", status=302)

    assert answer.headers["Location"].endswith(f"/sessions/{call.course_session_id}/call")


def test_editing_a_draft_changes_its_deadline_too(client_as):
    call = a_call(opened=False)
    client = client_as(a_coordinator())
    assert 'value="2026-05-18T18:00"' in client.get(f"/calls/{call.id}/edit").get_data(as_text=True)

    client.post(f"/calls/{call.id}/edit", data=written(), status=303)

    db.session.rollback()
    changed = db.session.get_one(Call, call.id)
    assert (changed.closes_at.day, changed.remind_days, changed.text_en) == (
        20,
        5,
        "Please nominate.\r\n\r\nThank you.",
    )


def test_editing_an_open_call_leaves_its_deadline_to_its_own_page(client_as):
    call = a_call(organisations=(an_organisation(),))
    client = client_as(a_coordinator())
    assert 'name="closes"' not in client.get(f"/calls/{call.id}/edit").get_data(as_text=True)

    client.post(f"/calls/{call.id}/edit", data=written(accept_each="3"), status=303)

    db.session.rollback()
    assert db.session.get_one(Call, call.id).closes_at.day == 18
    assert db.session.scalars(sa.select(Quota.accept)).all() == [3]


def test_editing_says_where_a_number_is_too_small(client_as):
    call = a_call()
    an_invitation(call, a_georgia(), nominate_own=2)

    client = client_as(a_coordinator())
    client.post(f"/calls/{call.id}/edit", data=written(accept_each="3"), status=422)

    assert "Georgia could nominate 2 and get 3: change its own numbers first." in client.page.text


# --- administrations


def test_list_of_administrations_saves_only_what_was_changed(client_as):
    call = a_call(opened=False)
    kept = an_invitation(call, a_georgia(), accept_own=1)
    gone, joining = an_invitation(call), an_organisation()
    client = client_as(a_coordinator())
    values = listed(client, call)
    assert values[f"accept-{kept.organisation_id}"] == "1"
    assert f"invited-{joining.id}" not in values

    del values[f"invited-{gone.organisation_id}"]
    values |= {f"invited-{joining.id}": "y", f"nominate-{joining.id}": "6"}
    meanwhile = an_invitation(call)
    client.post(f"/calls/{call.id}/administrations", data=values, status=303)

    db.session.rollback()
    rows = db.session.scalars(sa.select(Invitation).where(Invitation.call_id == call.id))
    assert {row.organisation_id: (row.nominate_own, row.accept_own) for row in rows} == {
        kept.organisation_id: (None, 1),
        joining.id: (6, None),
        meanwhile.organisation_id: (None, None),
    }


def test_errors_in_the_list_stand_at_the_row_and_lose_nothing(client_as):
    call = a_call()
    georgia, other = an_invitation(call, a_georgia()), an_invitation(call)
    client = client_as(a_coordinator())
    values = listed(client, call) | {
        f"accept-{georgia.organisation_id}": "9",
        f"nominate-{other.organisation_id}": "many",
    }

    html = client.post(f"/calls/{call.id}/administrations", data=values, status=422).get_data(as_text=True)
    assert 'value="9"' in html
    assert 'value="many"' in html
    assert f'id="nominate-{other.organisation_id}-errors"' in html

    values[f"nominate-{other.organisation_id}"] = ""
    html = client.post(f"/calls/{call.id}/administrations", data=values, status=422).get_data(as_text=True)
    assert f'id="accept-{georgia.organisation_id}-errors"' in html
    assert "cannot get 9 places" in client.page.text


def test_administration_that_has_named_candidates_cannot_be_unticked(client_as):
    call = a_call()
    invitation = an_invitation(call, a_georgia())
    a_nomination(invitation)
    client = client_as(a_coordinator())
    values = listed(client, call)
    del values[f"invited-{invitation.organisation_id}"]

    client.post(f"/calls/{call.id}/administrations", data=values, status=422)

    assert "Georgia has already nominated candidates or written: it stays invited." in client.page.text


@pytest.mark.parametrize("shown", ["", "[]", "null", "{", '{"x": 1}', '{"1": 2}', "[" * 3000])
def test_list_with_a_damaged_memory_is_no_failure(client_as, shown):
    call = a_call(opened=False)
    invitation = an_invitation(call)
    client = client_as(a_coordinator())

    client.post(
        f"/calls/{call.id}/administrations",
        data={"shown": shown, f"invited-{invitation.organisation_id}": "y"},
        status=303,
    )

    assert db.session.get(Invitation, invitation.id)


def test_list_shows_contact_points_and_the_last_answer(client_as):
    georgia = a_georgia()
    earlier = a_call(opened_at=NOW - timedelta(days=60))
    a_nomination(an_invitation(earlier, georgia))
    a_contact_point(organisation_id=georgia.id, given_name_latin="Nino", family_name_latin="Beridze")
    call = a_call(opened=False)

    text = client_as(a_coordinator()).text(f"/calls/{call.id}/administrations")

    code = db.session.get_one(CourseSession, earlier.course_session_id).code
    assert "Nino Beridze (no account yet)" in text
    assert f"1 candidate {code}" in text


def test_lists_take_a_constant_number_of_queries(client_as, count_queries):
    def asked(number: int) -> list[int]:
        call = a_call()
        for _number in range(number):
            invitation = an_invitation(call)
            a_contact_point(organisation_id=invitation.organisation_id)
            a_nomination(invitation)
        client = client_as(a_coordinator())
        counts = []
        for url in (f"/sessions/{call.course_session_id}/call", f"/calls/{call.id}/administrations", "/calls"):
            db.session.rollback()
            with count_queries() as statements:
                client.get(url)
            counts.append(len(statements))
        return counts

    assert asked(2) == asked(6)


# --- opening and after


def test_draft_says_what_opening_does_in_numbers(client_as):
    georgia = a_georgia()
    a_contact_point(organisation_id=georgia.id)
    call = a_call(organisations=(georgia, an_organisation()), opened=False)

    text = client_as(a_coordinator()).text(f"/sessions/{call.course_session_id}/call")

    assert "2 administrations are invited. 1 contact point gets a letter." in text
    assert "1 administration has no active contact point: nominate on its behalf." in text
    assert "Open the call" in text


def test_draft_that_lacks_something_says_what(client_as):
    call = a_call(opened=False, text_ru=None)

    text = client_as(a_coordinator()).text(f"/sessions/{call.course_session_id}/call")

    assert "The call cannot be opened yet." in text
    assert "not written in Russian yet" in text
    assert "No administration is invited yet." in text


def test_opening_makes_the_session_public_and_asks_the_administrations(client_as):
    course_session = a_session(status=SessionStatus.DRAFT)
    a_meeting(course_session)
    call = a_call(course_session, (a_georgia(),), opened=False)
    client = client_as(a_coordinator())

    client.post(f"/calls/{call.id}/open", status=303)

    assert loading.stage_at(call_of(course_session), NOW) is Stage.OPEN
    assert call_of(course_session).course_session.status is SessionStatus.OPEN
    text = client.text(f"/sessions/{course_session.id}/call")
    assert "The call is open: the contact points are told by letter" in text
    assert "until 18 May 2026, 18:00 (Baku time, UTC+4)" in text


def test_opening_twice_is_refused_with_a_sentence(client_as):
    call = a_call(organisations=(an_organisation(),))
    client = client_as(a_coordinator())

    client.post(f"/calls/{call.id}/open", status=409)

    assert "The call has already been opened." in client.page.text


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"opened": False}, ["Georgia"]),
        ({}, ["Nominate on its behalf"]),
        ({"closes_at": NOW}, ["The deadline passed on 4 May 2026, 12:00 (Baku time, UTC+4)", "Compare the candidates"]),
        ({"proposed_at": NOW, "comments_until": NOW + timedelta(days=3)}, ["No comment has come in yet."]),
        (
            {"proposed_at": NOW, "comments_until": NOW, "final_at": NOW},
            ["The selection is final.", "To the participants"],
        ),
    ],
)
def test_call_shows_where_it_stands(client_as, values, words, language):
    call = a_call(**values)
    a_nomination(an_invitation(call, a_georgia()))
    client = client_as(a_coordinator(language=language))

    text = client.text(f"/sessions/{call.course_session_id}/call")

    if language == "en":
        assert all(word in text for word in ["1 of 1", "1 candidate", *words])
    else:
        assert "Грузия" in text


def test_call_of_a_cancelled_session_has_no_buttons(client_as):
    course_session = a_session(status=SessionStatus.CANCELLED, cancelled_at=NOW, cancel_reason="storm")
    call = a_call(course_session, (a_georgia(),))

    text = client_as(a_coordinator()).text(f"/sessions/{course_session.id}/call")

    assert "The session has been cancelled, and its call with it." in text
    assert "Administrations and numbers" not in text
    assert "Nominate on its behalf" not in text
    assert call.id


def test_near_deadline_warns_of_those_who_have_not_answered(client_as):
    call = a_call(closes_at=NOW + timedelta(days=3))
    an_invitation(call, a_georgia())
    an_invitation(call, declined_at=NOW)

    text = client_as(a_coordinator()).text(f"/sessions/{call.course_session_id}/call")

    assert "The deadline is near. 1 administration has not answered yet." in text
    assert "nominates nobody" in text


def test_session_that_moved_before_the_deadline_is_pointed_out(client_as):
    call = a_call(organisations=(a_georgia(),), closes_at=NOW + timedelta(days=60))

    text = client_as(a_coordinator()).text(f"/sessions/{call.course_session_id}/call")

    assert "The deadline is after the session begins." in text
    assert "invitation to send" in text


def test_text_that_names_other_days_is_pointed_out(client_as):
    old = a_call(text_en="The course is held on 7–8 June 2026.", text_ru="Курс пройдёт 1–2 июня 2026 г.")
    fine = a_call(text_en="The course is held on 1 and 2 June 2026.", text_ru="Просим выдвинуть.")
    client = client_as(a_coordinator())

    assert "but not the days" in client.text(f"/sessions/{old.course_session_id}/call")
    assert "but not the days" not in client.text(f"/sessions/{fine.course_session_id}/call")


def test_later_deadline_opens_the_call_again(client_as):
    call = a_call(closes_at=NOW - timedelta(days=1))
    client = client_as(a_coordinator())
    assert "With a later deadline the call is open again." in client.text(f"/calls/{call.id}/deadline")

    client.post(f"/calls/{call.id}/deadline", data={"closes": "2026-05-20T18:00"}, status=303)

    db.session.rollback()
    assert loading.stage_at(db.session.get_one(Call, call.id), NOW) is Stage.OPEN


@pytest.mark.parametrize("closes", ["2026-05-01T18:00", "2026-06-09T18:00", "soon", ""])
def test_wrong_deadline_is_refused_at_its_field(client_as, closes):
    call = a_call()
    client = client_as(a_coordinator())

    html = client.post(f"/calls/{call.id}/deadline", data={"closes": closes}, status=422).get_data(as_text=True)

    assert 'id="closes-errors"' in html


def test_deadline_after_the_proposal_says_why_it_stays(client_as):
    call = a_call(proposed_at=NOW, comments_until=NOW)
    client = client_as(a_coordinator())

    assert "cannot be changed any more" in client.text(f"/calls/{call.id}/deadline")
    client.post(f"/calls/{call.id}/deadline", data={"closes": "2026-05-20T18:00"}, status=422)


# --- the list of calls


def test_list_of_calls_filters_by_stage_and_keeps_to_the_centre(client_as):
    centre = a_centre()
    here = a_call(a_session(a_course(title_en="Seals"), centre_id=centre.id))
    a_call(a_session(a_course(title_en="Parcels")), opened=False)
    office, own = client_as(a_coordinator()), client_as(a_coordinator(centre=centre))

    assert "Seals" in office.text("/calls")
    assert "Parcels" in office.text("/calls")
    assert "Parcels" in office.text("/calls?stage=draft")
    assert "Seals" not in office.text("/calls?stage=draft")
    assert "No call is at this stage." in office.text("/calls?stage=final")
    assert "Seals" in own.text("/calls?stage=all")
    assert "Parcels" not in own.text("/calls?stage=all")
    assert here.id


@pytest.mark.parametrize(
    "query", ["?stage=nonsense", "?stage=%F0", "?page=0", "?page=99", "?page=x", "?stage=all&page=2"]
)
def test_list_of_calls_understands_or_ignores(client_as, query):
    code = a_call().course_session.code

    assert code in client_as(a_coordinator()).text(f"/calls{query}")


# --- the letter


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.parametrize(
    ("language", "said", "unsaid"),
    [("en", "none for now", "up to 0"), ("ru", "пока нет, но кандидатов выдвинуть можно", "не более 0")],
)
def test_letter_promises_no_places_up_to_zero(app, language, said, unsaid):
    call = a_call()
    invitation = an_invitation(call, a_georgia(), accept_own=0)
    db.session.rollback()

    text = text_of(papers.invitation_pdf(call, invitation, language, NOW))

    assert said in text
    assert unsaid not in text


def test_letter_prints_a_link_that_can_be_copied(app, monkeypatch):
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://training.office.example.org")
    call = a_call()
    invitation = an_invitation(call, a_georgia())
    db.session.rollback()

    printed = papers.invitation_pdf(call, invitation, "en", NOW)

    assert links_of(printed) == {f"https://training.office.example.org/invitations/{invitation.id}"}
    assert links_of(printed) <= set(text_of(printed).split())
    assert is_copied_as_shown(printed)


def a_full_call() -> Call:
    required = a_course(title_en="Risk basics", title_ru="Основы управления рисками")
    course = a_course(
        title_en="Seals",
        title_ru="Пломбы",
        audience_en="- **Officers** in ports",
        audience_ru="Должностные лица портов",
        admission_en="Two years of service",
        prerequisites=(required,),
    )
    course_session = a_session(
        course,
        capacity_online=5,
        languages=("en",),
        interpretation=("ru",),
        sponsor_en="The fund",
        sponsor_ru="Фонд",
        co_organiser_en="The port",
    )
    text = "First <b>paragraph</b> #set.\r\n\r\nSecond one,\r\nwith *two* lines."
    return a_call(course_session, text_en=text, text_ru="Первый абзац.", signatory_en="A. Head", signatory_ru=None)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_letter_says_everything_that_an_administration_needs(app, language):
    call = a_full_call()
    invitation = an_invitation(call, a_georgia(), nominate_own=6, accept_own=3)
    db.session.rollback()
    call, invitation = db.session.get_one(Call, call.id), db.session.get_one(Invitation, invitation.id)

    text = text_of(papers.invitation_pdf(call, invitation, language, NOW))

    common = ["6", "3", f"/invitations/{invitation.id}", call.course_session.code, "A. Head"]
    english = [
        "Georgia",
        "First <b>paragraph</b> #set.",
        "Second one, with *two* lines.",
        "Seals",
        "1–2 June 2026",
        "Baku (UTC+4)",
        "English",
        "Russian",
        "– Officers in ports",
        "Two years of service",
        "Risk basics",
        "10 in person, 5 online",
        "The fund",
        "The port",
        "18 May 2026, 18:00 (Baku time, UTC+4)",
        "2 May 2026",
    ]
    russian = ["Грузия", "Первый абзац.", "Пломбы", "Должностные лица портов", "Фонд", "18:00 (время Баку, UTC+4)"]
    for words in [*common, *(english if language == "en" else russian)]:
        assert words in text


def test_letter_is_always_the_same_file_and_accessible(app):
    call = a_full_call()
    invitation = an_invitation(call, a_georgia())
    db.session.rollback()
    call, invitation = db.session.get_one(Call, call.id), db.session.get_one(Invitation, invitation.id)

    first = papers.invitation_pdf(call, invitation, "en", NOW)
    again = papers.invitation_pdf(call, invitation, "en", NOW + timedelta(days=1))

    assert first == again
    root = pypdf.PdfReader(io.BytesIO(first)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "StructTreeRoot" in str(root.keys())
    metadata = root["/Metadata"].get_data().decode()
    assert 'pdfuaid:part="1"' in metadata or "<pdfuaid:part>1</pdfuaid:part>" in metadata


def test_letter_bears_the_footnote_of_a_name(app):
    call = a_call()
    noted = an_organisation(name_en="Kosovo", name_ru="Косово", note_en="* In the context of 1244.", note_ru="* 1244.")
    invitation = an_invitation(call, noted)
    db.session.rollback()
    call, invitation = db.session.get_one(Call, call.id), db.session.get_one(Invitation, invitation.id)

    text = text_of(papers.invitation_pdf(call, invitation, "en", NOW))

    assert "Kosovo*" in text
    assert "* In the context of 1244." in text


@pytest.mark.parametrize("text", ["\u202e😀 strange", "x" * 5000, "a\n" * 2000, "\n\n\n", "{page} {pages} #{"])
def test_letter_prints_whatever_was_typed(app, text):
    call = a_call(text_en=text, text_ru=text)
    db.session.rollback()
    call = db.session.get_one(Call, call.id)

    for language in ("en", "ru"):
        assert papers.invitation_pdf(call, None, language, NOW).startswith(b"%PDF")


@pytest.mark.parametrize(("language", "name"), [("en", "Invitation"), ("ru", "Georgia")])
def test_pdf_is_named_in_its_language(client_as, language, name):
    call = a_call(organisations=(an_organisation(name_en="Georgia", name_ru=None),))
    organisation_id = db.session.scalars(sa.select(Invitation.organisation_id)).one()

    answer = client_as(a_coordinator()).get(
        f"/calls/{call.id}/invitation.pdf?organisation={organisation_id}&language={language}"
    )

    assert name in answer.headers["Content-Disposition"]
    assert answer.data.startswith(b"%PDF")


@pytest.mark.parametrize("query", ["organisation=99", "organisation=x", "organisation=" + "9" * 40, "organisation=-1"])
def test_letter_to_nobody_is_not_found(client_as, query):
    call = a_call(organisations=(an_organisation(),))
    client = client_as(a_coordinator())

    client.get(f"/calls/{call.id}/preview?{query}", status=404)
    client.get(f"/calls/{call.id}/invitation.pdf?{query}", status=404)


def test_preview_shows_the_letter_in_both_languages_as_one_administration_gets_it(client_as):
    call = a_full_call()
    invitation = an_invitation(call, a_georgia(), nominate_own=6)
    client = client_as(a_coordinator())

    general = client.text(f"/calls/{call.id}/preview")
    own = client.text(f"/calls/{call.id}/preview?organisation={invitation.organisation_id}")

    assert "First <b>paragraph</b> #set." in own
    assert "Первый абзац." in own
    assert "up to 6" in own
    assert "up to 4" in general
    assert f"/invitations/{invitation.id}" in own


def test_preview_of_a_draft_says_that_russian_is_lacking(client_as):
    call = a_call(opened=False, text_ru=None)

    assert "not written in Russian yet" in client_as(a_coordinator()).text(f"/calls/{call.id}/preview")
