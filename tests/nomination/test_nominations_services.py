"""Naming candidates, ranking, correcting and withdrawing them, the letter, and the answer 'nobody'."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
import xlsxwriter

from tests import builders
from tests.builders import NOW, an_officer
from trainingapp.accounts.models import Person, Sex
from trainingapp.accounts.rules.people import PersonDetails
from trainingapp.accounts.rules.roster import Answer
from trainingapp.audit.models import AuditEntry
from trainingapp.core import files
from trainingapp.core.actor import acting_as
from trainingapp.core.db import db, transaction
from trainingapp.core.errors import DomainError
from trainingapp.core.permissions import Role
from trainingapp.enrolment.models import Place, PlaceMode, PlaceStatus
from trainingapp.enrolment.queries.lists import history_of
from trainingapp.enrolment.services import nominate_all, withdraw
from trainingapp.nomination.models import Invitation, Nomination
from trainingapp.nomination.queries.nominations import count_live, nominees_of, officers_to_name, ranked
from trainingapp.nomination.rules.lists import RowOutcome
from trainingapp.nomination.rules.stages import WrongStage
from trainingapp.nomination.services.naming import nominate, nominate_list, nominate_new
from trainingapp.nomination.services.nominations import (
    Correction,
    answer_nobody,
    attach_letter,
    correct,
    rank,
    withdraw_nomination,
)

pytestmark = pytest.mark.both_engines

AFTER = builders.datetime(2026, 5, 19, 8, 0, tzinfo=builders.UTC)
ONSITE = PlaceMode.IN_PERSON
DETAILS = PersonDetails(
    email="new@example.org", family_name="Щербакова", given_name="Анна", sex=Sex.FEMALE, language="ru"
)


@pytest.fixture
def invitation(app):
    """An administration that may name four candidates until 18 May."""
    return builders.an_invitation(builders.a_call())


def officers(invitation, count):
    return [builders.an_officer(organisation_id=invitation.organisation_id).id for _ in range(count)]


def contact_of(invitation):
    return builders.a_contact_point(organisation_id=invitation.organisation_id).id


def ids(invitation):
    return [nomination.place.person_id for nomination in ranked(invitation.id)]


def events_named(name):
    return list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == name)))


def test_nominate_ranks_the_candidates_in_the_order_given(invitation):
    first, second, third = officers(invitation, 3)

    made = nominate(invitation.id, [second, first], ONSITE, motivation="  container  team ", now=NOW)
    nominate(invitation.id, [third], ONSITE, now=NOW)

    assert [nomination.rank for nomination in made] == [1, 2]
    assert ids(invitation) == [second, first, third]
    assert made[0].place.motivation == "container team"
    assert made[0].place.status is PlaceStatus.NOMINATED
    assert [nomination.rank for nomination in ranked(invitation.id)] == [1, 2, 3]


def test_nominate_takes_all_or_nobody_and_names_who_is_refused(invitation):
    good, off = officers(invitation, 2)
    with transaction():
        person = db.session.get_one(Person, off)
        person.deactivated_at, person.family_name_latin = NOW, "Off"

    with pytest.raises(DomainError, match=r"Off: .*switched off"):
        nominate(invitation.id, [good, off], ONSITE, now=NOW)

    assert count_live(invitation.id) == 0


def test_nominate_refuses_officers_of_another_administration(invitation):
    stranger = builders.an_officer(family_name="Чужая").id

    with pytest.raises(DomainError, match="Somebody who was chosen does not belong") as refusal:
        nominate(invitation.id, [*officers(invitation, 1), stranger], ONSITE, now=NOW)

    assert refusal.value.field == "people"
    assert count_live(invitation.id) == 0


def test_nominate_refuses_somebody_twice_and_unknown_people(invitation):
    [person] = officers(invitation, 1)
    nominate(invitation.id, [person, person], ONSITE, now=NOW)

    with pytest.raises(DomainError, match="already has a place or a request"):
        nominate(invitation.id, [person], ONSITE, now=NOW)
    with pytest.raises(DomainError, match="does not belong to this administration"):
        nominate(invitation.id, [10**6], ONSITE, now=NOW)

    assert count_live(invitation.id) == 1


def test_nominate_holds_the_number_and_counts_the_withdrawn_no_more(invitation):
    people = officers(invitation, 6)
    made = nominate(invitation.id, people[:3], ONSITE, now=NOW)

    with pytest.raises(DomainError, match="1 more candidate may be nominated, and 2 are chosen"):
        nominate(invitation.id, people[3:5], ONSITE, now=NOW)
    withdraw_nomination(made[0].id, "on leave", now=NOW)
    nominate(invitation.id, people[3:5], ONSITE, now=NOW)

    assert count_live(invitation.id) == 4
    with pytest.raises(DomainError, match="have been nominated"):
        nominate(invitation.id, people[5:], ONSITE, now=NOW)


def test_nominate_holds_the_number_of_an_exception(app):
    invitation = builders.an_invitation(builders.a_call(), nominate_own=1)

    with pytest.raises(DomainError, match="1 more candidate"):
        nominate(invitation.id, officers(invitation, 2), ONSITE, now=NOW)


def test_contact_points_name_until_the_deadline(invitation):
    with acting_as(contact_of(invitation)):
        nominate(invitation.id, officers(invitation, 1), ONSITE, now=NOW)
        with pytest.raises(WrongStage, match="write to the office"):
            nominate(invitation.id, officers(invitation, 1), ONSITE, late_reason="late", now=AFTER)

    assert count_live(invitation.id) == 1


def test_coordinators_name_late_with_a_reason_that_stays(invitation):
    with acting_as(builders.a_coordinator().id):
        with pytest.raises(DomainError) as refusal:
            nominate(invitation.id, officers(invitation, 1), ONSITE, now=AFTER)
        [nomination] = nominate(invitation.id, officers(invitation, 1), ONSITE, late_reason="flood", now=AFTER)

    assert refusal.value.field == "late_reason"
    assert nomination.late_reason == "flood"


def test_coordinators_of_another_centre_do_not_act_for_the_office(invitation):
    elsewhere = builders.a_coordinator(centre=builders.a_centre()).id

    with acting_as(elsewhere), pytest.raises(WrongStage):
        nominate(invitation.id, officers(invitation, 1), ONSITE, late_reason="flood", now=AFTER)


def test_nominate_after_the_places_were_given_joins_the_end_of_the_reserve_list(app):
    session = builders.a_session(capacity_in_person=1, taken_in_person=1)
    call = builders.a_call(session, final_at=NOW, proposed_at=NOW, comments_until=NOW)
    invitation = builders.an_invitation(call)

    [nomination] = nominate(invitation.id, officers(invitation, 1), ONSITE, late_reason="flood", now=AFTER)

    assert nomination.place.status is PlaceStatus.WAITING
    assert nomination.late_reason == "flood"


def test_nominate_refuses_a_call_that_is_not_open_or_cancelled(app):
    draft = builders.an_invitation(builders.a_call(opened=False))

    with pytest.raises(WrongStage, match="not been opened"):
        nominate(draft.id, officers(draft, 1), ONSITE, now=NOW)


def test_nominate_takes_back_the_answer_nobody(invitation):
    answer_nobody(invitation.id, now=NOW)
    assert db.session.get_one(Invitation, invitation.id).declined_at == NOW

    nominate(invitation.id, officers(invitation, 1), ONSITE, now=NOW)

    assert db.session.get_one(Invitation, invitation.id).declined_at is None


def test_answer_nobody_once_and_only_without_candidates(invitation):
    answer_nobody(invitation.id, now=NOW)
    answer_nobody(invitation.id, now=NOW + timedelta(days=1))

    assert len(events_named("NobodyNominated")) == 1
    nominate(invitation.id, officers(invitation, 1), ONSITE, now=NOW)
    with pytest.raises(DomainError, match="1 candidate is nominated"):
        answer_nobody(invitation.id, now=NOW)


def test_rank_puts_the_candidates_into_another_order_once(invitation):
    one, two, three = nominate(invitation.id, officers(invitation, 3), ONSITE, now=NOW)

    rank(invitation.id, [three.id, one.id, two.id], now=NOW)
    rank(invitation.id, [three.id, one.id, two.id], now=NOW)

    assert [nomination.id for nomination in ranked(invitation.id)] == [three.id, one.id, two.id]
    assert [nomination.rank for nomination in ranked(invitation.id)] == [1, 2, 3]
    assert len(events_named("CandidatesRanked")) == 1


def test_rank_refuses_a_stale_list_and_the_candidates_of_others(invitation):
    one, two = nominate(invitation.id, officers(invitation, 2), ONSITE, now=NOW)
    foreign = builders.a_nomination(builders.an_invitation(invitation.call))

    for wanted in ([one.id], [one.id, foreign.id], [one.id, two.id, foreign.id]):
        with pytest.raises(DomainError, match="changed meanwhile"):
            rank(invitation.id, wanted, now=NOW)


def test_rank_stands_once_the_selection_is_proposed(app):
    call = builders.a_call(proposed_at=NOW, comments_until=AFTER)
    invitation = builders.an_invitation(call)
    one, two = builders.a_nomination(invitation), builders.a_nomination(invitation)

    with pytest.raises(WrongStage, match="the order of the candidates cannot change"):
        rank(invitation.id, [two.id, one.id], now=NOW)


def test_withdraw_nomination_keeps_the_reason_and_closes_the_ranks(invitation):
    one, two, three = nominate(invitation.id, officers(invitation, 3), ONSITE, now=NOW)

    withdraw_nomination(one.id, "on leave", now=NOW)

    assert [(nomination.id, nomination.rank) for nomination in ranked(invitation.id)] == [(two.id, 1), (three.id, 2)]
    place = db.session.get_one(Nomination, one.id).place
    assert (place.status, place.reason) == (PlaceStatus.WITHDRAWN, "on leave")
    assert [step.new_status for step in history_of(place.id)] == [PlaceStatus.NOMINATED, PlaceStatus.WITHDRAWN]


def test_withdrawn_candidates_can_be_named_again_and_come_last(invitation):
    one, two = nominate(invitation.id, officers(invitation, 2), ONSITE, now=NOW)
    person_id = one.place.person_id
    withdraw_nomination(one.id, "by mistake", now=NOW)

    [again] = nominate(invitation.id, [person_id], ONSITE, now=NOW)

    assert [nomination.id for nomination in ranked(invitation.id)] == [two.id, again.id]
    assert [nomination.rank for nomination in ranked(invitation.id)] == [1, 2]


def test_an_officer_who_leaves_the_list_himself_leaves_no_gap(invitation):
    one, two = nominate(invitation.id, officers(invitation, 2), ONSITE, now=NOW)

    with acting_as(one.place.person_id):
        withdraw(one.place_id, None, now=NOW)

    assert [(nomination.id, nomination.rank) for nomination in ranked(invitation.id)] == [(two.id, 1)]


def test_withdraw_nomination_wants_a_reason_and_keeps_the_deadline(invitation):
    [one] = nominate(invitation.id, officers(invitation, 1), ONSITE, now=NOW)

    with pytest.raises(DomainError) as refusal:
        withdraw_nomination(one.id, "  ", now=NOW)
    with acting_as(contact_of(invitation)), pytest.raises(WrongStage):
        withdraw_nomination(one.id, "on leave", now=AFTER)
    withdraw_nomination(one.id, "on leave", now=AFTER)

    assert refusal.value.field == "reason"
    assert count_live(invitation.id) == 0


def correction(**values):
    defaults = {
        "family_name": "Щербакова",
        "given_name": "Анна",
        "patronymic": None,
        "family_name_latin": "Shcherbakova",
        "given_name_latin": "Anna",
        "post": "Inspector",
        "mode": ONSITE,
        "motivation": "works at the port",
    }
    return Correction(**{**defaults, **values})


def test_correct_mends_the_person_and_the_nomination(app):
    session = builders.a_session(capacity_online=5)
    invitation = builders.an_invitation(builders.a_call(session))
    [one] = nominate(invitation.id, officers(invitation, 1), ONSITE, now=NOW)
    email = one.place.person.email

    correct(one.id, correction(mode=PlaceMode.BOTH), now=NOW)

    place = db.session.get_one(Nomination, one.id).place
    assert (place.person.family_name, place.person.post, place.person.email) == ("Щербакова", "Inspector", email)
    assert (place.mode, place.motivation) == (PlaceMode.BOTH, "works at the port")
    assert len(events_named("PersonChanged")) == 1
    assert len(events_named("PlaceModeChanged")) == 1


def test_correct_refuses_a_wrong_name_and_then_changes_nothing(invitation):
    [one] = nominate(invitation.id, officers(invitation, 1), ONSITE, motivation="before", now=NOW)

    with pytest.raises(DomainError) as refusal:
        correct(one.id, correction(family_name="Ивановa"), now=NOW)  # the last letter is Latin

    assert refusal.value.field == "family_name"
    assert db.session.get_one(Nomination, one.id).place.motivation == "before"


def test_correct_leaves_people_alone_who_have_moved_to_another_administration(invitation):
    [one] = nominate(invitation.id, officers(invitation, 1), ONSITE, now=NOW)
    elsewhere = builders.an_organisation().id
    with transaction():
        db.session.get_one(Place, one.place_id).person.organisation_id = elsewhere

    with pytest.raises(DomainError, match="does not belong"):
        correct(one.id, correction(), now=NOW)


def test_nominate_new_adds_an_officer_without_an_account(invitation):
    nomination = nominate_new(invitation.id, DETAILS, ONSITE, motivation="new", now=NOW)

    person = nomination.place.person
    assert (person.family_name_latin, person.organisation_id) == ("Shcherbakova", invitation.organisation_id)
    assert person.roles == {Role.OFFICER}
    assert person.password_hash is None


@pytest.mark.parametrize(
    ("email", "message"),
    [("known@example.org", "Choose there"), ("other@example.org", "already in the list"), ("nobody", "not an e-mail")],
)
def test_nominate_new_refuses_a_wrong_address_and_adds_nobody(invitation, email, message):
    builders.an_officer(organisation_id=invitation.organisation_id, email="known@example.org")
    builders.an_officer(email="other@example.org")
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Person))

    with pytest.raises(DomainError, match=message) as refusal:
        nominate_new(invitation.id, details_with(email), ONSITE, now=NOW)

    assert refusal.value.field == "email"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == before


def details_with(email):
    return PersonDetails(email=email, family_name="Novak", given_name="Petr")


def test_nominate_new_asks_who_has_the_name_of_a_known_officer(invitation):
    names = {"family_name": DETAILS.family_name, "given_name": DETAILS.given_name}
    known = an_officer(organisation_id=invitation.organisation_id, email="known@example.org", **names)

    with pytest.raises(DomainError, match=r"\(kn…@example\.org\)") as refusal:
        nominate_new(invitation.id, DETAILS, ONSITE, now=NOW)
    assert refusal.value.field == "is_another"
    assert [one.id for one in db.session.scalars(sa.select(Person).where(Person.email == DETAILS.email))] == []

    nomination = nominate_new(invitation.id, DETAILS, ONSITE, is_another=True, now=NOW)
    assert nomination.place.person_id != known.id


def test_nominate_new_adds_nobody_beyond_the_number(app):
    invitation = builders.an_invitation(builders.a_call(), nominate_own=1)
    nominate(invitation.id, officers(invitation, 1), ONSITE, now=NOW)

    with pytest.raises(DomainError, match="have been nominated"):
        nominate_new(invitation.id, DETAILS, ONSITE, now=NOW)

    assert not db.session.scalars(sa.select(Person).where(Person.email == DETAILS.email)).all()


def test_attach_letter_keeps_the_file_and_replaces_it(invitation):
    pdf, png = b"%PDF-1.7 letter", b"\x89PNG\r\n\x1a\n scan"

    attach_letter(invitation.id, pdf, "Письмо.pdf", now=NOW)
    attach_letter(invitation.id, png, "scan.png", now=NOW)

    letter = db.session.get_one(Invitation, invitation.id).letter
    assert (letter.name, files.read(letter)) == ("scan.png", png)
    assert [entry.data["file_name"] for entry in events_named("OfficialLetterAttached")] == ["Письмо.pdf", "scan.png"]


def test_attach_letter_refuses_other_files_and_late_contact_points(invitation):
    with pytest.raises(DomainError, match="PDF, JPEG or PNG") as refusal:
        attach_letter(invitation.id, b"PK\x03\x04", "letter.docx", now=NOW)
    with acting_as(contact_of(invitation)), pytest.raises(WrongStage):
        attach_letter(invitation.id, b"%PDF-1.7", "letter.pdf", now=AFTER)

    assert refusal.value.field == "file"
    assert db.session.get_one(Invitation, invitation.id).letter_id is None


LIST = """Фамилия;Имя;Должность;E-mail
Щербакова;Анна;Инспектор;anna@example.org
Новак;Пётр;Инспектор;known@example.org
Названная;Уже;;named@example.org
Чужая;Ольга;;other@example.org
Без;Адреса;;
Пустая;;;empty@example.org
"""


@pytest.fixture
def list_invitation(invitation):
    """An invitation, and people with the addresses of the list."""
    organisation_id = invitation.organisation_id
    builders.an_officer(organisation_id=organisation_id, email="known@example.org", family_name="Новак")
    named = builders.an_officer(organisation_id=organisation_id, email="named@example.org", family_name="Названная")
    builders.an_officer(email="other@example.org")
    nominate(invitation.id, [named.id], ONSITE, now=NOW)
    return invitation


def test_nominate_list_previews_every_row_and_changes_nothing(list_invitation):
    report = nominate_list(list_invitation.id, LIST.encode(), ONSITE, language="ru", dry_run=True, now=NOW)

    assert [(line.number, line.outcome.value) for line in report.lines] == [
        (2, "new"), (3, "known"), (4, "named"), (5, "refused"), (6, "refused"), (7, "refused"),
    ]  # fmt: skip
    assert (report.left, len(report.within), len(report.beyond)) == (3, 2, 0)
    assert [line.name for line in report.of(RowOutcome.REFUSED)] == ["Чужая Ольга", "Без Адреса", "Пустая"]
    assert count_live(list_invitation.id) == 1
    assert not db.session.scalars(sa.select(Person).where(Person.email == "anna@example.org")).all()


def test_nominate_list_names_the_good_rows_in_their_order(list_invitation):
    report = nominate_list(list_invitation.id, LIST.encode(), ONSITE, language="ru", now=NOW)

    names = [nomination.place.person.family_name for nomination in ranked(list_invitation.id)]
    anna = db.session.scalars(sa.select(Person).where(Person.email == "anna@example.org")).one()
    assert names == ["Названная", "Щербакова", "Новак"]
    assert (anna.language, anna.roles, anna.organisation_id) == ("ru", {Role.OFFICER}, list_invitation.organisation_id)
    assert len(report.of(RowOutcome.REFUSED)) == 3


def test_nominate_list_brings_the_same_rows_back_as_text(list_invitation):
    first = nominate_list(list_invitation.id, LIST.encode(), ONSITE, dry_run=True, now=NOW)

    second = nominate_list(list_invitation.id, first.text.encode(), ONSITE, dry_run=True, now=NOW)

    assert [(line.number, line.name, line.outcome) for line in second.lines] == [
        (line.number, line.name, line.outcome) for line in first.lines
    ]


NAMESAKE = "Фамилия;Имя;E-mail\nОмурбеков;Бакыт;new@example.org\nНовак;Пётр;petr@example.org\n"


@pytest.mark.parametrize(
    ("answer", "new", "address"),
    [
        (Answer.SAME, ["petr@example.org"], "old@example.org"),
        (Answer.MOVED, ["petr@example.org"], "new@example.org"),
        (Answer.ANOTHER, ["new@example.org", "petr@example.org"], "old@example.org"),
    ],
)
def test_nominate_list_waits_until_it_is_said_who_a_namesake_is(invitation, answer, new, address):
    known = builders.an_officer(
        organisation_id=invitation.organisation_id, family_name="Өмүрбеков", given_name="Бакыт", email="old@example.org"
    )
    before = set(db.session.scalars(sa.select(Person.id)))

    with pytest.raises(DomainError, match="Please say first who the people are"):
        nominate_list(invitation.id, NAMESAKE.encode(), ONSITE, now=NOW)
    assert count_live(invitation.id) == 0
    nominate_list(invitation.id, NAMESAKE.encode(), ONSITE, answers={"new@example.org": answer}, language="ru", now=NOW)

    added = [person for person in db.session.scalars(sa.select(Person)) if person.id not in before]
    assert sorted(person.email for person in added) == new
    assert db.session.get_one(Person, known.id).email == address
    first = ranked(invitation.id)[0].place.person
    assert (first.id == known.id) is (answer is not Answer.ANOTHER)
    assert count_live(invitation.id) == 2


@pytest.mark.parametrize("name", ["Г?лнара", "Гулнара2", "Гулнара (Гуля)"])
def test_nominate_list_refuses_names_that_are_none(invitation, name):
    report = nominate_list(
        invitation.id, f"Фамилия;Имя;E-mail\nСадыкова;{name};g@example.org".encode(), ONSITE, dry_run=True, now=NOW
    )

    [line] = report.of(RowOutcome.REFUSED)
    assert line.reasons


def test_nominate_list_with_too_many_names_nobody_or_the_first(invitation):
    data = "\n".join(f"Surname{n}\tAnna\tx{n}@example.org" for n in "abcdefgh").encode()

    preview = nominate_list(invitation.id, data, ONSITE, dry_run=True, now=NOW)
    with pytest.raises(DomainError, match="4 more candidates may be nominated, and 8 are chosen"):
        nominate_list(invitation.id, data, ONSITE, now=NOW)
    assert (len(preview.within), len(preview.beyond), count_live(invitation.id)) == (4, 4, 0)
    nominate_list(invitation.id, data, ONSITE, only_first=True, now=NOW)

    assert [n.place.person.family_name for n in ranked(invitation.id)] == [f"Surname{n}" for n in "abcd"]
    assert not db.session.scalars(sa.select(Person).where(Person.email == "xe@example.org")).all()


def workbook(rows):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return buffer.getvalue()


def test_nominate_list_reads_a_workbook(invitation):
    data = workbook([["Список кандидатов"], [], ["Фамилия", "Имя", "E-mail"], ["Щербакова", "Анна", "a@example.org"]])

    report = nominate_list(invitation.id, data, ONSITE, now=NOW)

    assert [(line.number, line.name) for line in report.lines] == [(4, "Щербакова Анна")]
    assert count_live(invitation.id) == 1


def test_nominees_of_shows_what_is_met_what_lacks_and_what_clashes(app):
    theory, vr = builders.a_course(title_en="Theory"), builders.a_course(title_en="VR")
    session = builders.a_session(builders.a_course(prerequisites=(theory, vr)))
    other = builders.a_session()
    for one in (session, other):
        builders.a_meeting(one)
    invitation = builders.an_invitation(builders.a_call(session))
    first, second = officers(invitation, 2)
    builders.a_completion(db.session.get_one(Person, first), theory)
    with transaction():
        db.session.add(
            Place(
                person_id=second,
                course_session_id=other.id,
                organisation_id=invitation.organisation_id,
                status=PlaceStatus.PLACED,
                mode=ONSITE,
                way="office",
                queue_no=1,
                asked_at=NOW,
                changed_at=NOW,
            )
        )
    nominate(invitation.id, [first, second], ONSITE, now=NOW)

    one, two = nominees_of(db.session.get_one(Invitation, invitation.id), NOW)

    assert (list(one.met), list(one.missing), one.clash) == (["Theory"], ["VR"], None)
    assert (list(two.met), sorted(two.missing), two.clash) == ([], ["Theory", "VR"], other.code)


def test_pages_ask_the_database_as_often_for_many_as_for_few(app, count_queries):
    invitation = builders.an_invitation(builders.a_call(), nominate_own=50)
    asked = []
    for _ in range(2):
        nominate(invitation.id, officers(invitation, 5), ONSITE, now=NOW)
        db.session.expire_all()
        fresh = db.session.get_one(Invitation, invitation.id)
        with count_queries() as statements:
            nominees_of(fresh, NOW)
            officers_to_name(fresh, NOW)
        asked.append(len(statements))

    assert asked[0] == asked[1]


def test_nominate_all_asks_as_often_about_many_people_as_about_few(app, count_queries):
    """What grows with the people is what is written about each of them, not what is asked about their fitness."""
    call = builders.a_call()
    invitation = builders.an_invitation(call, nominate_own=100)
    asked = []
    for count in (2, 12):
        people = officers(invitation, count)
        with count_queries() as statements:
            nominate_all(people, call.course_session_id, ONSITE, now=NOW)
        asked.append(
            sum("FROM prerequisite" in statement or "JOIN prerequisite" in statement for statement in statements)
        )

    assert asked[0] == asked[1]


def test_many_at_once_never_nominate_more_than_the_number(app, in_threads):
    call = builders.a_call()
    invitation = builders.an_invitation(call)
    invitation_id, people = invitation.id, officers(invitation, 8)

    results = in_threads(
        [lambda person=person: nominate(invitation_id, [person], ONSITE, now=NOW) for person in people]
    )

    refusals = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(refusal, DomainError) for refusal in refusals), refusals
    assert len(refusals) == 4
    assert [nomination.rank for nomination in ranked(invitation_id)] == [1, 2, 3, 4]
