"""Issuing, revoking and replacing: on both engines, with threads."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from tests.builders import a_centre, a_coordinator, a_course, an_officer, an_organisation
from tests.certificates.scenes import (
    LATER,
    a_finished_session,
    a_place,
    attended,
    someone_who_completed,
    someone_who_was_there,
)
from trainingapp.accounts.models import Person
from trainingapp.attendance.models import Presence
from trainingapp.certificates import services
from trainingapp.certificates.events import CertificateIssued, CertificateReplaced, CertificateRevoked
from trainingapp.certificates.models import Certificate, CertificateKind, Ground
from trainingapp.certificates.queries import certificates as queries
from trainingapp.certificates.rules.issuing import PrintedFields, Signatory
from trainingapp.core import bus
from trainingapp.core.actor import acting_as
from trainingapp.core.db import db, transaction
from trainingapp.core.errors import DomainError
from trainingapp.core.events import Event
from trainingapp.enrolment.models import PlaceMode, PlaceStatus

ATTENDANCE, COMPLETION = CertificateKind.ATTENDANCE, CertificateKind.COMPLETION


@pytest.fixture
def heard(app, monkeypatch) -> list[Event]:
    """Events that were published, without what other features do about them."""
    events: list[Event] = []
    monkeypatch.setattr(bus, "_observers", [events.append])
    monkeypatch.setattr(bus, "_handlers", bus.defaultdict(list))
    return events


def issue(course_session, kind=COMPLETION, person_ids=None, **options):
    return services.issue(course_session.id, kind, person_ids, now=LATER, **options)


def a_certificate(kind=COMPLETION, **values) -> Certificate:
    course_session = a_finished_session()
    someone_who_completed(course_session, **values)
    (issued,) = issue(course_session, kind).issued
    return db.session.get_one(Certificate, issued.certificate_id)


def printed_on(certificate: Certificate) -> PrintedFields:
    return PrintedFields.from_dict(certificate.printed)


def test_issue_gives_certificates_to_those_who_meet_the_rule_and_reasons_to_the_others(heard):
    course_session = a_finished_session()
    present, absent = someone_who_was_there(course_session), a_place(course_session)
    attended(absent, Presence.PRESENT, Presence.ABSENT)

    report = issue(course_session, ATTENDANCE)

    assert [one.person_id for one in report.issued] == [present.id]
    assert [(one.person_id, str(one.reason)) for one in report.refused] == [
        (absent.person_id, "Attended 50% of the planned hours; the rule asks for 80%.")
    ]
    assert [type(event) for event in heard] == [CertificateIssued]


def test_issue_never_confuses_attendance_with_completion(heard):
    course_session = a_finished_session()
    someone_who_was_there(course_session)

    assert len(issue(course_session, COMPLETION).issued) == 0
    assert len(issue(course_session, ATTENDANCE).issued) == 1


def test_issue_prints_names_title_hours_place_result_and_footnote(heard):
    kosovo = an_organisation(name_en="Kosovo", name_ru="Косово", note_en="* Understood …", note_ru="* Следует …")
    course = a_course(title_en="Seals", title_ru="Пломбы", duration_minutes=960)  # its two meetings take six hours
    course_session = a_finished_session(course, centre_id=a_centre(name_en="Training Centre", name_ru="Центр").id)
    person = an_officer(
        given_name="Айгерім", family_name="Омарова", patronymic=None, given_name_latin="Aigerim",
        family_name_latin="Omarova", organisation_id=kosovo.id,
    )  # fmt: skip
    someone_who_completed(course_session, person, score=86, valid_until=date(2028, 6, 2))
    signatory = Signatory(name_en="Leyla Əliyeva", name_ru="Лейла Алиева", post_en="Head", post_ru="глава")

    issue(course_session, signatory=signatory)

    printed = printed_on(db.session.scalars(sa.select(Certificate)).one())
    assert (printed.name_latin, printed.name_native) == ("Aigerim Omarova", "Айгерім Омарова")
    assert (printed.organisation_en, printed.organisation_ru) == ("Kosovo*", "Косово*")
    assert (printed.note_en, printed.note_ru) == ("* Understood …", "* Следует …")
    assert (printed.title_en, printed.title_ru) == ("Seals", "Пломбы")
    assert (printed.hours, printed.starts_on, printed.ends_on) == (960, date(2026, 6, 1), date(2026, 6, 2))
    assert (printed.place_en, printed.place_ru) == ("Training Centre, Baku", "Центр, Баку")
    assert (printed.result_en, printed.result_ru) == ("Passed, 86%", "Зачтено, 86\u00a0%")
    assert (printed.issued_on, printed.valid_until) == (date(2026, 6, 3), date(2028, 6, 2))
    assert printed.signatory_name_en == "Leyla Əliyeva"
    assert printed.serial == "ROCB-2026-000001"


def test_issue_signs_as_the_last_time_unless_told_otherwise(heard):
    course_session = a_finished_session()
    someone_who_completed(course_session)
    issue(course_session, signatory=Signatory(name_en="Leyla Əliyeva"))

    issue(course_session, ATTENDANCE)

    assert {printed_on(one).signatory_name_en for one in db.session.scalars(sa.select(Certificate))} == {
        "Leyla Əliyeva"
    }


def test_issue_prints_online_for_whoever_took_part_online(heard):
    course_session = a_finished_session(capacity_online=5)
    someone_who_was_there(course_session, mode=PlaceMode.ONLINE)

    issue(course_session, ATTENDANCE)

    assert printed_on(db.session.scalars(sa.select(Certificate)).one()).place_en is None


def test_issue_refuses_a_name_that_cannot_be_printed_and_says_the_way_out(heard):
    course_session = a_finished_session()
    someone_who_completed(
        course_session,
        an_officer(
            given_name="გიორგი",
            family_name="მელაძე",
            patronymic=None,
            given_name_latin="Giorgi",
            family_name_latin="Meladze",
        ),
    )

    report = issue(course_session)

    assert report.issued == ()
    assert "გ ი ო რ" in str(report.refused[0].reason)
    assert "passport" in str(report.refused[0].reason)


def test_issue_twice_gives_nothing_twice(heard):
    course_session = a_finished_session()
    someone_who_completed(course_session)
    issue(course_session)

    again = issue(course_session)

    assert again.issued == ()
    assert "ROCB-2026-000001" in str(again.refused[0].reason)


def test_issue_to_people_named_leaves_the_others_alone(heard):
    course_session = a_finished_session()
    wanted, other = someone_who_completed(course_session), someone_who_completed(course_session)

    report = issue(course_session, person_ids=[wanted.id, 999_999])

    assert [one.person_id for one in report.issued] == [wanted.id]
    assert other.id not in [one.person_id for one in report.refused]


def test_issue_never_certifies_oneself(heard):
    course_session = a_finished_session()
    person = someone_who_completed(course_session, a_coordinator())

    with acting_as(person.id):
        report = issue(course_session)

    assert report.issued == ()
    assert "ask another coordinator" in str(report.refused[0].reason)


def test_issue_overlooks_people_without_a_seat(heard):
    course_session = a_finished_session()
    a_place(course_session, status=PlaceStatus.WITHDRAWN)

    report = issue(course_session, ATTENDANCE)

    assert (report.issued, report.refused) == ((), ())


def test_issue_starts_the_numbers_anew_each_year(heard):
    first, second = a_finished_session(), a_finished_session()
    someone_who_completed(first)
    someone_who_completed(second)

    services.issue(first.id, COMPLETION, now=LATER)
    services.issue(second.id, COMPLETION, now=LATER + timedelta(days=365))

    serials = sorted(db.session.scalars(sa.select(Certificate.serial)))
    assert serials == ["ROCB-2026-000001", "ROCB-2027-000001"]


def test_issue_that_fails_gives_its_numbers_back(heard):
    course_session = a_finished_session()
    someone_who_completed(course_session)
    with pytest.raises(ZeroDivisionError), transaction():
        issue(course_session).issued[0].certificate_id / 0

    issue(course_session)

    assert list(db.session.scalars(sa.select(Certificate.serial))) == ["ROCB-2026-000001"]


def test_issue_from_many_threads_numbers_without_gaps_and_doubles(app, heard, in_threads):
    sessions = [a_finished_session() for _ in range(6)]
    for course_session in sessions:
        someone_who_completed(course_session)
        someone_who_completed(course_session)
    jobs = [partial(services.issue, one.id, COMPLETION, now=LATER) for one in sessions for _ in range(2)]

    results = in_threads(jobs)

    assert [result for result in results if isinstance(result, Exception)] == []
    serials = sorted(db.session.scalars(sa.select(Certificate.serial)))
    assert serials == [f"ROCB-2026-{number:06}" for number in range(1, 13)]
    assert len(set(db.session.scalars(sa.select(Certificate.code)))) == 12


def test_certificate_does_not_change_when_the_person_does(heard):
    certificate = a_certificate()
    before = dict(certificate.printed)

    with transaction():
        person = db.session.get_one(Person, certificate.person_id)
        person.family_name = person.family_name_latin = "Married"

    assert db.session.get_one(Certificate, certificate.id).printed == before


def test_revoke_keeps_the_certificate_with_its_reason(heard):
    certificate_id = a_certificate().id

    services.revoke(certificate_id, "  Issued to the wrong person ", ground=Ground.ERROR, now=LATER)

    certificate = db.session.get_one(Certificate, certificate_id)
    assert (certificate.revocation_ground, certificate.revocation_reason) == (
        Ground.ERROR,
        "Issued to the wrong person",
    )
    assert certificate.revoked_at == LATER
    assert isinstance(heard[-1], CertificateRevoked)


def test_revoke_needs_the_ground_and_no_remark(heard):
    certificate_id = a_certificate().id

    services.revoke(certificate_id, " ", ground=Ground.REQUEST, now=LATER)

    certificate = db.session.get_one(Certificate, certificate_id)
    assert (certificate.revocation_ground, certificate.revocation_reason) == (Ground.REQUEST, "")
    assert (heard[-1].ground, heard[-1].reason) == ("request", "")


def test_revoke_twice_is_refused(heard):
    certificate_id = a_certificate().id
    services.revoke(certificate_id, "Issued in error", now=LATER)

    with pytest.raises(DomainError, match="revoked already"):
        services.revoke(certificate_id, "Once more", now=LATER)


def test_revoked_person_is_passed_over_in_bulk_but_may_be_chosen(heard):
    certificate = a_certificate()
    person_id, course_session = certificate.person_id, certificate.course_session
    services.revoke(certificate.id, "Issued in error", now=LATER)

    in_bulk = issue(course_session)
    chosen = issue(course_session, person_ids=[person_id])

    assert "was revoked" in str(in_bulk.refused[0].reason)
    assert [one.serial for one in chosen.issued] == ["ROCB-2026-000002"]


def test_replace_prints_what_is_true_now_and_points_to_the_old_one(heard):
    old_id = a_certificate().id
    with transaction():
        person = db.session.get_one(Certificate, old_id).person
        person.family_name_latin = "Married"

    new = services.replace(old_id, "Name after marriage", now=LATER)

    old = db.session.get_one(Certificate, old_id)
    assert (new.replaces_id, old.replaced_at, old.replacement_reason) == (old.id, LATER, "Name after marriage")
    assert "Married" in printed_on(new).name_latin
    assert "Married" not in printed_on(old).name_latin
    assert new.code != old.code
    assert new.serial == "ROCB-2026-000002"
    assert queries.find_replacement(old) == new
    assert isinstance(heard[-1], CertificateReplaced)


def test_replace_is_refused_when_the_rule_is_not_met_any_more(heard):
    certificate = a_certificate()
    certificate_id = certificate.id
    with transaction():
        db.session.execute(sa.text("UPDATE completion SET withdrawn_at = marked_at, withdrawal_reason = 'x'"))

    with pytest.raises(DomainError, match="has not been recorded"):
        services.replace(certificate_id, "Name after marriage", now=LATER)

    assert db.session.get_one(Certificate, certificate_id).replaced_at is None


def test_replace_and_revoke_at_once_leave_one_end(app, heard, in_threads):
    certificate_id = a_certificate().id
    jobs = [
        partial(services.replace, certificate_id, "Name after marriage", now=LATER),
        partial(services.revoke, certificate_id, "Issued in error", now=LATER),
        partial(services.replace, certificate_id, "Name misspelt", now=LATER),
    ]

    results = in_threads(jobs)

    assert sorted(isinstance(result, DomainError) for result in results) == [False, True, True]
    certificate = db.session.get_one(Certificate, certificate_id)
    assert (certificate.revoked_at is None) != (certificate.replaced_at is None)


def test_one_person_cannot_have_two_standing_certificates_of_one_kind(heard):
    certificate = a_certificate()
    values = {column.key: getattr(certificate, column.key) for column in sa.inspect(Certificate).column_attrs}

    with pytest.raises(sa.exc.IntegrityError), transaction():
        db.session.add(Certificate(**{**values, "id": None, "serial": "other", "code": "other"}))
