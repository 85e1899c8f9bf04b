"""Pages about certificates, as every kind of reader."""

from __future__ import annotations

import io
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from tests.builders import (
    a_centre,
    a_contact_point,
    a_coordinator,
    a_course,
    a_trainer,
    an_administrator,
    an_officer,
    an_organisation,
)
from tests.certificates.scenes import (
    LATER,
    a_finished_session,
    a_place,
    someone_who_completed,
    someone_who_was_there,
)
from trainingapp.catalogue.models import CourseKind
from trainingapp.certificates import services
from trainingapp.certificates.models import Certificate, CertificateKind, Ground
from trainingapp.certificates.rules.issuing import PrintedFields
from trainingapp.certificates.texts import all_fields
from trainingapp.core.db import db, transaction

pytestmark = pytest.mark.usefixtures("after_the_session")
NO_CODE = "This is not a code of a certificate: it has 20 letters and digits, in four groups of five."
UNKNOWN = "7KQ2M-9XJ4T-B3WNC-5ZHVD"


@pytest.fixture
def after_the_session(monkeypatch):
    """It is the day after the session, for every view."""
    monkeypatch.setattr("trainingapp.certificates.views.utc_now", lambda: LATER)


def a_certificate(person=None, kind=CertificateKind.COMPLETION, **values) -> Certificate:
    course_session = a_finished_session(a_course(title_en="Seals", title_ru="Пломбы"))
    someone_who_completed(course_session, person, **values)
    (issued,) = services.issue(course_session.id, kind, now=LATER).issued
    return db.session.get_one(Certificate, issued.certificate_id)


def issue_url(course_session, kind="attendance") -> str:
    return f"/sessions/{course_session.id}/certificates?kind={kind}"


# --- issuing


def test_session_page_shows_who_can_get_one_and_why_others_cannot(client_as):
    course_session = a_finished_session()
    present, absent = someone_who_was_there(course_session), a_place(course_session)

    text = client_as(a_coordinator()).text(issue_url(course_session))

    assert present.name.listed in text
    assert "1 person can get one now" in text
    assert absent.person.name.listed in text
    assert "Attended 0% of the planned hours; the rule asks for 80%." in text


def test_session_page_says_which_hours_are_printed_where_they_differ(client_as):
    course_session = a_finished_session(a_course(kind=CourseKind.PRACTICAL, duration_minutes=960))

    text = client_as(a_coordinator()).text(issue_url(course_session))

    assert "The meetings take 6 h, but the course has 16 h. Certificates print the hours of the course;" in text


def test_session_page_issues_to_those_who_are_ticked(client_as):
    course_session = a_finished_session()
    wanted, _other = someone_who_was_there(course_session), someone_who_was_there(course_session)
    client = client_as(a_coordinator())
    posted = {"person_ids": [wanted.id], "name_en": "Leyla Əliyeva", "post_ru": "глава бюро"}

    client.post(issue_url(course_session), posted)

    certificate = db.session.scalars(sa.select(Certificate)).one()
    assert (certificate.person_id, certificate.kind) == (wanted.id, CertificateKind.ATTENDANCE)
    assert certificate.printed["signatory_name_en"] == "Leyla Əliyeva"
    text = client.text(issue_url(course_session))
    assert "1 certificate was issued." in text
    assert certificate.serial in text


@pytest.mark.parametrize(("ids", "status"), [([], 422), (["abc"], 422), ([""], 422), (["9" * 400], 303), ([-1], 303)])
def test_session_page_issues_nothing_to_nobody(client_as, ids, status):
    course_session = a_finished_session()
    someone_who_was_there(course_session)

    client_as(a_coordinator()).post(issue_url(course_session), {"person_ids": ids}, status=status)

    assert db.session.scalar(sa.select(sa.func.count(Certificate.id))) == 0


def test_many_refusals_do_not_overflow_the_cookie(client_as):
    course_session = a_finished_session()
    people = [a_place(course_session).person_id for _ in range(40)]
    client = client_as(a_coordinator())

    answer = client.post(issue_url(course_session), {"person_ids": people})

    assert max(len(cookie) for cookie in answer.headers.getlist("Set-Cookie")) < 4000
    assert "35 more people got none" in client.text(issue_url(course_session))


def test_session_page_keeps_what_was_entered_beside_the_error(client_as):
    course_session = a_finished_session()
    person = someone_who_was_there(course_session)
    client = client_as(a_coordinator())

    client.post(issue_url(course_session), {"person_ids": [person.id], "name_en": "W" * 101}, status=422)

    assert db.session.scalar(sa.select(sa.func.count(Certificate.id))) == 0


def test_session_page_posted_twice_issues_once_and_says_why(client_as):
    course_session = a_finished_session()
    person = someone_who_was_there(course_session)
    client = client_as(a_coordinator())
    client.post(issue_url(course_session), {"person_ids": [person.id]})
    client.text(issue_url(course_session))

    client.post(issue_url(course_session), {"person_ids": [person.id]})

    text = client.text(issue_url(course_session))
    assert "Has this certificate already" in text
    assert "Everybody who had a place has this certificate." in text
    assert db.session.scalar(sa.select(sa.func.count(Certificate.id))) == 1


@pytest.mark.parametrize("kind", ["", "?kind=", "?kind=diploma", "?kind=attendance&kind=completion"])
def test_session_page_takes_any_address(client_as, kind):
    text = client_as(a_coordinator()).text(f"/sessions/{a_finished_session().id}/certificates{kind}")

    assert "Nobody has a place in this session" in text


def test_session_page_of_nobody_says_what_would_fill_it(client_as):
    text = client_as(a_coordinator()).text(issue_url(a_finished_session(), "completion"))

    assert "Nobody has a place in this session" in text
    assert "No certificate of this kind has been issued" in text


@pytest.mark.parametrize("people", [1, 3])
def test_session_page_asks_the_same_number_of_questions(client_as, count_queries, people):
    course_session = a_finished_session()
    for _ in range(people):
        someone_who_was_there(course_session)
        someone_who_completed(course_session)
    services.issue(course_session.id, CertificateKind.COMPLETION, now=LATER)
    client = client_as(a_coordinator())
    url = issue_url(course_session)
    db.session.remove()

    with count_queries() as statements:
        client.get(url)

    assert len(statements) == SESSION_PAGE_QUERIES


SESSION_PAGE_QUERIES = 7


@pytest.mark.parametrize(
    ("reader", "status"),
    [(an_officer, 403), (a_contact_point, 403), (a_trainer, 403), (an_administrator, 403), (a_coordinator, 200)],
)
def test_session_page_is_for_coordinators(client_as, reader, status):
    course_session = a_finished_session()

    client_as(reader()).get(issue_url(course_session), status=status)


def test_session_page_is_not_for_the_coordinator_of_another_centre(client_as):
    course_session = a_finished_session()
    elsewhere = a_coordinator(centre=a_centre())

    client_as(elsewhere).get(issue_url(course_session), status=403)


# --- one certificate


@pytest.mark.parametrize("language", ["en", "ru"])
def test_certificate_page_shows_its_holder_every_printed_line(client_as, language):
    certificate = a_certificate(an_officer(language=language))

    text = client_as(certificate.person).text(f"/certificates/{certificate.id}")

    printed = PrintedFields.from_dict(certificate.printed)
    lines = [value for spoken in ("en", "ru") for _label, value in all_fields(printed, spoken)]
    assert [line for line in lines if " ".join(line.split()) not in text] == []


@pytest.mark.parametrize("suffix", ["", "/en.pdf"])
@pytest.mark.parametrize(
    ("reader", "status"),
    [(an_officer, 403), (a_contact_point, 403), (a_trainer, 403), (an_administrator, 403), (a_coordinator, 200)],
)
def test_certificate_is_for_its_holder_and_coordinators(client_as, reader, status, suffix):
    certificate = a_certificate()

    client_as(reader()).get(f"/certificates/{certificate.id}{suffix}", status=status)


@pytest.mark.parametrize("verb", ["revoke", "replace"])
def test_certificate_is_not_changed_by_its_holder(client_as, verb):
    certificate = a_certificate()
    client = client_as(certificate.person)

    client.get(f"/certificates/{certificate.id}/{verb}", status=403)
    client.post(f"/certificates/{certificate.id}/{verb}", {"reason": "Mine"}, status=403)

    [kept] = db.session.scalars(sa.select(Certificate)).all()
    assert (kept.id, kept.revoked_at, kept.replaced_at) == (certificate.id, None, None)


@pytest.mark.parametrize(
    ("language", "file_name"),
    [
        ("en", "Certificate ROCB-2026-000001 Gulnara Aliyeva.pdf"),
        ("ru", "Сертификат ROCB-2026-000001 Гүлнара Әлиева.pdf"),
    ],
)
def test_download_gives_a_file_whose_name_survives(client_as, language, file_name):
    certificate = a_certificate(
        an_officer(
            given_name="Гүлнара",
            family_name="Әлиева",
            patronymic=None,
            given_name_latin="Gulnara",
            family_name_latin="Aliyeva",
        )
    )

    response = client_as(certificate.person).get(f"/certificates/{certificate.id}/{language}.pdf")

    assert response.mimetype == "application/pdf"
    assert unquote(response.headers["Content-Disposition"].split("filename*=UTF-8''")[1]) == file_name
    text = PdfReader(io.BytesIO(response.data)).pages[0].extract_text()
    assert f"http://localhost/verify/{certificate.code}" in text


@pytest.mark.parametrize("language", ["de", "EN", "en%2F", "both.pdf.exe"])
def test_download_knows_no_other_languages(client_as, language):
    certificate = a_certificate()

    client_as(certificate.person).get(f"/certificates/{certificate.id}/{language}.pdf", status=404)


def test_download_of_a_revoked_certificate_leads_to_its_page(client_as):
    certificate = a_certificate()
    services.revoke(certificate.id, "Issued in error", now=LATER)
    client = client_as(certificate.person)

    response = client.get(f"/certificates/{certificate.id}/en.pdf", status=302)

    assert "is no longer valid, so it cannot" in client.text(client.location(response))


def test_revoke_page_revokes_with_ground_and_reason(client_as):
    certificate_id = a_certificate().id
    client = client_as(a_coordinator())
    client.get(f"/certificates/{certificate_id}/revoke")

    client.post(f"/certificates/{certificate_id}/revoke", {"ground": "misuse", "reason": "Passed on to a friend"})

    assert db.session.get_one(Certificate, certificate_id).revocation_ground is Ground.MISUSE
    assert client.text(f"/certificates/{certificate_id}").count(f"{Ground.MISUSE.label} Passed on to a friend") == 2


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"reason": "Why not"},
        {"ground": "whim", "reason": "Why"},
    ],
)
def test_revoke_page_refuses_half_an_answer(client_as, posted):
    certificate_id = a_certificate().id

    client_as(a_coordinator()).post(f"/certificates/{certificate_id}/revoke", posted, status=422)

    assert db.session.get_one(Certificate, certificate_id).revoked_at is None


def test_revoke_page_posted_again_says_that_it_was_revoked(client_as):
    certificate_id = a_certificate().id
    services.revoke(certificate_id, "Issued in error", now=LATER)
    client = client_as(a_coordinator())

    client.post(f"/certificates/{certificate_id}/revoke", {"ground": "error", "reason": "Again"}, status=422)

    assert "revoked already" in client.page.text


def test_replace_page_shows_what_changes_and_issues_the_new_one(client_as):
    certificate = a_certificate()
    certificate_id, person_id = certificate.id, certificate.person_id
    with transaction():
        certificate.person.family_name_latin = "Married"
    client = client_as(a_coordinator())

    assert "Married" in client.text(f"/certificates/{certificate_id}/replace")
    response = client.post(f"/certificates/{certificate_id}/replace", {"cause": "name_changed", "reason": "Брак"})

    text = client.text(client.location(response))
    assert "Issued in place of ROCB-2026-000001" in text
    assert "The person has a new name. Брак" in text
    assert "Married" in text
    assert "Replaced" in client_as(db.session.get(type(certificate.person), person_id)).text(
        f"/certificates/{certificate_id}"
    )


@pytest.mark.parametrize("number", [0, 999, 2**31, 10**30])
@pytest.mark.parametrize("suffix", ["", "/revoke", "/replace", "/en.pdf"])
def test_certificate_that_is_none_is_not_found(client_as, number, suffix):
    client_as(a_coordinator()).get(f"/certificates/{number}{suffix}", status=404)


# --- the public check


@pytest.mark.parametrize(
    ("language", "heading"), [("en", "This certificate is valid"), ("ru", "Сертификат действителен")]
)
def test_check_tells_a_stranger_the_state_and_every_printed_line(client_as, language, heading):
    certificate = a_certificate()

    text = client_as(None, language=language).text(f"/verify/{certificate.code}")

    printed = PrintedFields.from_dict(certificate.printed)
    lines = [value for spoken in ("en", "ru") for _label, value in all_fields(printed, spoken)]
    assert heading in text
    assert [line for line in lines if " ".join(line.split()) not in text] == []


def test_check_shows_the_footnote_of_the_administration(client_as):
    kosovo = an_organisation(name_en="Kosovo", name_ru="Косово", note_en="* Understood …", note_ru="* Следует …")
    certificate = a_certificate(an_officer(organisation_id=kosovo.id))

    text = client_as().text(f"/verify/{certificate.code}")

    assert "Kosovo*" in text
    assert text.count("* Understood …") == 1
    assert text.count("* Следует …") == 1


def test_check_of_an_expired_certificate_says_since_when(client_as):
    certificate = a_certificate(valid_until=LATER.date().replace(day=2))

    assert "It was valid until 2 June 2026 (included)" in client_as().text(f"/verify/{certificate.code}")


def test_check_of_a_revoked_certificate_tells_the_ground_and_not_the_reason(client_as):
    certificate = a_certificate()
    services.revoke(certificate.id, "Private matters", ground=Ground.MISUSE, now=LATER)

    text = client_as().text(f"/verify/{certificate.code}")

    assert "This certificate was revoked" in text
    assert "3 June 2026, 12:00 (Baku time, UTC+4)" in text
    assert "obtained or used dishonestly" in text
    assert "Private matters" not in text


def test_check_of_a_replaced_certificate_leads_to_the_new_one(client_as):
    old = a_certificate()
    old_code = old.code
    new = services.replace(old.id, "Name after marriage", now=LATER)
    client = client_as()

    text = client.text(f"/verify/{old_code}")

    assert "This certificate was replaced" in text
    assert new.serial in text
    assert f"/verify/{new.code}" in client.page.links


def test_check_reads_codes_as_people_type_them(client_as):
    certificate = a_certificate()
    client = client_as()
    typed = certificate.code.lower().replace("-", " ")

    response = client.get(f"/verify?code={typed}", status=302)

    assert client.location(response) == f"/verify/{certificate.code}"
    assert client.location(client.get(f"/verify/{typed}", status=302)) == f"/verify/{certificate.code}"


@pytest.mark.parametrize("code", [UNKNOWN, "ROCB-2026-000001", "x", "Ж" * 3000, "<script>"])
def test_check_of_an_unknown_code_says_what_to_check(client_as, code):
    client = client_as()

    client.get(f"/verify/{code}", status=404)

    assert "We know no certificate with this code" in client.page.text
    assert "did not issue" in client.page.text


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("", "This field is required."),
        (" ", "This field is required."),
        ("x", NO_CODE),
        ("ROCB-2026-000001", NO_CODE),
        ("Ж" * 3000, "Field cannot be longer than 200 characters."),
    ],
)
def test_verify_form_says_what_a_code_looks_like(client_as, code, says):
    client = client_as()
    client.get("/verify", query_string={"code": code}, status=422)

    assert says in client.page.text


def test_check_by_name_or_serial_number_is_not_offered(client_as):
    certificate = a_certificate()

    for words in (certificate.serial, certificate.person.family_name_latin):
        client = client_as()
        client.get("/verify", query_string={"code": words}, status=422)
        assert NO_CODE in client.page.text
        assert "Certificates cannot be found by name" in client.page.text
        assert certificate.code not in client.page.text


def test_check_slows_down_whoever_guesses_and_still_answers_a_good_code(client_as):
    certificate = a_certificate()
    client = client_as()
    for _ in range(20):
        client.get(f"/verify/{UNKNOWN}", status=404)

    client.get(f"/verify/{UNKNOWN}", status=429)

    assert "Too many" in client.page.text
    client.get(f"/verify/{certificate.code}")


def test_check_is_not_for_search_engines(client_as):
    certificate = a_certificate()

    response = client_as().get(f"/verify/{certificate.code}")

    assert "noindex" in response.headers["X-Robots-Tag"]
