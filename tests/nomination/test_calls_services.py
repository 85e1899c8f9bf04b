"""Preparing, changing and opening a call, and inviting administrations, on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from tests.builders import (
    NOW,
    a_call,
    a_course,
    a_meeting,
    a_nomination,
    a_session,
    an_invitation,
    an_officer,
    an_organisation,
)
from trainingapp.accounts.models import OrganisationKind
from trainingapp.catalogue.models import CourseStatus
from trainingapp.core import bus
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import DomainError
from trainingapp.enrolment.events import QuotaSet
from trainingapp.enrolment.models import PlaceMode, Quota, Terms
from trainingapp.enrolment.services import enrol, place_person
from trainingapp.nomination.events import (
    AdministrationInvited,
    CallChanged,
    CallOpened,
    CallPrepared,
    InvitationChanged,
)
from trainingapp.nomination.models import Call, Comment, Invitation, Stage
from trainingapp.nomination.queries import administrations, loading
from trainingapp.nomination.queries.calls import administrations_in, has_people
from trainingapp.nomination.queries.calls import calls as call_rows
from trainingapp.nomination.rules.calls import CallDetails, Numbers
from trainingapp.nomination.rules.stages import WrongStage
from trainingapp.nomination.services import calls
from trainingapp.scheduling.events import SessionOpened
from trainingapp.scheduling.models import CourseSession, MeetingMode, SessionStatus

pytestmark = pytest.mark.both_engines

local = datetime.fromisoformat
DEADLINE = local("2026-05-20T18:00")  # on the venue's clock
AT = datetime(2026, 5, 20, 14, 0, tzinfo=UTC)
TELLING = ("Call", "Administration", "Invitation", "Quota", "SessionOpened")


@pytest.fixture
def told(monkeypatch):
    """The events about calls and quotas that were published, besides what the handlers do."""
    heard = []
    watch = [*bus._observers, lambda event: heard.append(event) if type(event).__name__.startswith(TELLING) else None]
    monkeypatch.setattr(bus, "_observers", watch)
    return heard


def a_plan(**values) -> CallDetails:
    return CallDetails(**{"closes": DEADLINE, "text_en": "Please nominate.", "text_ru": "Просим выдвинуть.", **values})


def quotas(call: Call) -> dict[int, int]:
    db.session.rollback()
    return {
        row.organisation_id: row.accept
        for row in db.session.execute(
            sa.select(Quota.organisation_id, Quota.accept).where(Quota.course_session_id == call.course_session_id)
        )
    }


def invited(call: Call) -> dict[int, tuple[int | None, int | None]]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(Invitation).where(Invitation.call_id == call.id))
    return {row.organisation_id: (row.nominate_own, row.accept_own) for row in rows}


def stage(call: Call, now: datetime = NOW) -> Stage:
    db.session.rollback()
    return loading.stage_at(db.session.get_one(Call, call.id), now)


def take(call: Call, organisation_id: int, number: int) -> None:
    """Let so many places of the administration be taken."""
    with transaction():
        quota = db.session.scalars(
            sa.select(Quota).where(
                Quota.course_session_id == call.course_session_id, Quota.organisation_id == organisation_id
            )
        ).one()
        quota.taken = number


# --- prepare


def test_prepare_invites_every_administration_and_nobody_else(app, told):
    administration, partner = an_organisation(), an_organisation(kind=OrganisationKind.PARTNER)
    office = an_organisation(kind=OrganisationKind.OFFICE)
    course_session = a_session()
    every = set(db.session.scalars(sa.select(sa.column("id")).select_from(sa.text("organisation"))))

    call = calls.prepare(course_session.id, a_plan(women_percent=40, offer_days=10), now=NOW)

    assert set(invited(call)) == every - {partner.id, office.id}
    assert administration.id in invited(call)
    assert (call.closes_at, call.women_percent, call.opened_at) == (AT, 40, None)
    assert call.terms.offer_days == 10
    assert quotas(call) == {}
    assert stage(call) is Stage.DRAFT
    assert told == [CallPrepared(call_id=call.id, course_session_id=course_session.id)]


def test_prepare_refuses_a_second_call(app):
    call = a_call(opened=False)

    with pytest.raises(DomainError, match="already has a call"):
        calls.prepare(call.course_session_id, a_plan(), now=NOW)


def test_prepare_refuses_a_session_with_people_on_it(app):
    course_session = a_session()
    place_person(an_officer().id, course_session.id, PlaceMode.IN_PERSON, now=NOW)

    with pytest.raises(DomainError, match="needs a session without them"):
        calls.prepare(course_session.id, a_plan(), now=NOW)

    assert has_people(course_session.id)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Call)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Terms)) == 0


@pytest.mark.parametrize("status", [SessionStatus.FINISHED, SessionStatus.CANCELLED])
def test_prepare_refuses_a_session_that_is_over(app, status):
    cancelled = {"cancelled_at": NOW, "cancel_reason": "storm"} if status is SessionStatus.CANCELLED else {}
    course_session = a_session(status=status, **cancelled)

    with pytest.raises(DomainError, match="nothing about it can be changed"):
        calls.prepare(course_session.id, a_plan(), now=NOW)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"accept_each": 5}, "accept_each"),
        ({"nominate_each": 0}, "nominate_each"),
        ({"closes": local("2026-05-04T11:59")}, "closes"),
        ({"closes": local("2026-06-01T00:00")}, "closes"),
        ({"text_en": "  "}, "text_en"),
        ({"women_percent": 101}, "women_percent"),
        ({"remind_days": 61}, "remind_days"),
        ({"offer_days": 0}, "offer_days"),
    ],
)
def test_prepare_refuses_a_bad_plan_at_its_field(app, values, field):
    course_session = a_session()

    with pytest.raises(DomainError) as refusal:
        calls.prepare(course_session.id, a_plan(**values), now=NOW)

    assert refusal.value.field == field


# --- open


def test_open_makes_quotas_of_the_numbers_and_tells_how_many_are_invited(app, told):
    call = a_call(opened=False)
    usual, own, none = (an_invitation(call, accept_own=accept) for accept in (None, 4, 0))

    opened = calls.open_call(call.id, now=NOW)

    assert opened.opened_at == NOW
    assert quotas(call) == {usual.organisation_id: 2, own.organisation_id: 4, none.organisation_id: 0}
    assert stage(call) is Stage.OPEN
    assert told[-1] == CallOpened(call_id=call.id, course_session_id=call.course_session_id, invited=3)
    assert not any(isinstance(event, SessionOpened) for event in told)


def test_open_makes_a_draft_session_public(app, told):
    course_session = a_session(status=SessionStatus.DRAFT)
    a_meeting(course_session)
    call = a_call(course_session, (an_organisation(),), opened=False)

    calls.open_call(call.id, now=NOW)

    db.session.rollback()
    assert db.session.get_one(CourseSession, course_session.id).status is SessionStatus.OPEN
    assert SessionOpened(course_session_id=course_session.id) in told


def test_open_says_everything_that_is_lacking(app, told):
    course = a_course(status=CourseStatus.DRAFT, published_at=None)
    course_session = a_session(course, status=SessionStatus.DRAFT)
    call = a_call(course_session, opened=False, text_ru=None, closes_at=NOW)

    with pytest.raises(DomainError) as refusal:
        calls.open_call(call.id, now=NOW)

    for sentence in ("in Russian yet", "No administration", "deadline has passed", "not published", "no meeting"):
        assert sentence in str(refusal.value)
    assert stage(call) is Stage.DRAFT
    assert told == []


def test_open_refuses_a_second_time(app):
    call = a_call(organisations=(an_organisation(),))

    with pytest.raises(DomainError, match="already been opened"):
        calls.open_call(call.id, now=NOW)


# --- change


def test_change_of_an_open_call_carries_the_quotas_that_are_not_exceptions(app, told):
    call = a_call()
    usual, own = an_invitation(call), an_invitation(call, nominate_own=9, accept_own=5)

    calls.change(call.id, a_plan(nominate_each=6, accept_each=3, hold_days=1), now=NOW)

    assert quotas(call) == {usual.organisation_id: 3, own.organisation_id: 5}
    assert db.session.get_one(Call, call.id).terms.hold_days == 1
    [changed] = [event for event in told if isinstance(event, CallChanged)]
    assert changed.new["accept_each"] == 3
    assert changed.old["closes_at"] == "2026-05-18T14:00:00+00:00"
    assert changed.new["closes_at"] == AT.isoformat()
    assert [event.new for event in told if isinstance(event, QuotaSet)] == [{"accept": 3}]


def test_change_of_a_draft_makes_no_quotas(app):
    call = a_call(organisations=(an_organisation(),), opened=False)

    calls.change(call.id, a_plan(accept_each=1), now=NOW)

    assert quotas(call) == {}


def test_change_that_changes_nothing_tells_nothing(app, told):
    call = a_call(closes_at=AT, text_en="Please nominate.", text_ru="Просим выдвинуть.", remind_days=7)

    calls.change(call.id, a_plan(), now=NOW)

    assert told == []


def test_change_keeps_places_that_are_taken(app):
    call = a_call()
    georgia = an_organisation(name_en="Georgia")
    an_invitation(call, georgia)
    take(call, georgia.id, 2)

    with pytest.raises(DomainError, match="Georgia already has 2 places") as refusal:
        calls.change(call.id, a_plan(accept_each=1), now=NOW)

    assert refusal.value.field == "accept_each"
    assert quotas(call) == {georgia.id: 2}


def test_change_refuses_numbers_that_break_an_exception(app):
    call = a_call(accept_each=1)
    an_invitation(call, an_organisation(name_en="Malta"), nominate_own=1)

    with pytest.raises(DomainError, match="Malta could nominate 1 and get 2") as refusal:
        calls.change(call.id, a_plan(accept_each=2), now=NOW)

    assert refusal.value.field == "accept_each"


def test_change_of_an_open_call_needs_russian(app):
    call = a_call()

    with pytest.raises(DomainError) as refusal:
        calls.change(call.id, a_plan(text_ru=None), now=NOW)

    assert refusal.value.field == "text_ru"


def test_change_after_the_deadline_leaves_the_deadline_alone(app):
    call = a_call(closes_at=AT)

    calls.change(call.id, a_plan(women_percent=30), now=AT + timedelta(days=1))

    assert db.session.get_one(Call, call.id).women_percent == 30


def test_change_of_a_final_call_may_change_quotas_but_not_the_deadline(app):
    call = a_call(closes_at=AT, final_at=AT)
    invitation = an_invitation(call)

    calls.change(call.id, a_plan(accept_each=3), now=AT + timedelta(hours=1))

    assert quotas(call) == {invitation.organisation_id: 3}
    with pytest.raises(WrongStage):
        calls.change(call.id, a_plan(closes=DEADLINE + timedelta(days=2)), now=AT + timedelta(hours=1))


# --- the deadline


def test_later_deadline_opens_a_closed_call_again_and_tells(app, told):
    call = a_call()
    after = datetime(2026, 5, 18, 15, 0, tzinfo=UTC)
    assert stage(call, after) is Stage.CLOSED

    calls.change_deadline(call.id, DEADLINE, now=after)

    assert stage(call, after) is Stage.OPEN
    assert told == [
        CallChanged(
            call_id=call.id,
            course_session_id=call.course_session_id,
            old={"closes_at": "2026-05-18T14:00:00+00:00"},
            new={"closes_at": AT.isoformat()},
        )
    ]


@pytest.mark.parametrize("closes", [local("2026-05-01T09:00"), local("2026-06-01T09:00")])
def test_deadline_lies_ahead_and_before_the_session(app, closes):
    call = a_call()

    with pytest.raises(DomainError) as refusal:
        calls.change_deadline(call.id, closes, now=NOW)

    assert refusal.value.field == "closes"


def test_deadline_does_not_move_once_a_selection_is_proposed(app):
    call = a_call(proposed_at=NOW, comments_until=AT)

    with pytest.raises(WrongStage, match="already been proposed"):
        calls.change_deadline(call.id, DEADLINE, now=NOW)


# --- administrations


def test_inviting_to_an_open_call_sets_the_quota_and_says_that_it_is_open(app, told):
    call = a_call()
    late, partner = an_organisation(), an_organisation(kind=OrganisationKind.PARTNER)

    calls.invite_administrations(call.id, {late.id: Numbers(), partner.id: Numbers(nominate=1, accept=1)}, now=NOW)

    assert invited(call) == {late.id: (None, None), partner.id: (1, 1)}
    assert quotas(call) == {late.id: 2, partner.id: 1}
    joined = [event for event in told if isinstance(event, AdministrationInvited)]
    assert {(event.organisation_id, event.is_open) for event in joined} == {(late.id, True), (partner.id, True)}


def test_inviting_to_a_draft_is_told_as_not_open_and_makes_no_quota(app, told):
    call = a_call(opened=False)
    organisation = an_organisation()

    calls.invite_administrations(call.id, {organisation.id: Numbers(accept=1)}, now=NOW)

    [event] = told
    assert event.is_open is False
    assert quotas(call) == {}


def test_inviting_after_the_deadline_is_not_told_as_open(app, told):
    call = a_call(closes_at=NOW)

    calls.invite_administrations(call.id, {an_organisation().id: Numbers()}, now=NOW)

    assert [event.is_open for event in told if isinstance(event, AdministrationInvited)] == [False]


def test_renumbering_tells_what_differs_and_leaves_the_others_alone(app, told):
    call = a_call()
    one, other = an_invitation(call), an_invitation(call, accept_own=1)

    calls.invite_administrations(call.id, {one.organisation_id: Numbers(nominate=6, accept=4)}, now=NOW)

    assert quotas(call) == {one.organisation_id: 4, other.organisation_id: 1}
    [changed] = [event for event in told if isinstance(event, InvitationChanged)]
    assert changed.old == {"nominate_own": None, "accept_own": None}
    assert changed.new == {"nominate_own": 6, "accept_own": 4}


def test_uninviting_takes_the_quota_away(app, told):
    call = a_call()
    gone, stays = an_invitation(call), an_invitation(call)
    gone_id = gone.organisation_id

    calls.invite_administrations(call.id, {gone_id: None, stays.organisation_id: Numbers()}, now=NOW)

    assert set(invited(call)) == set(quotas(call)) == {stays.organisation_id}
    assert [type(event).__name__ for event in told] == ["AdministrationUninvited", "QuotaSet"]


def test_uninviting_somebody_who_was_never_invited_changes_nothing(app, told):
    call = a_call()

    calls.invite_administrations(call.id, {an_organisation().id: None}, now=NOW)

    assert told == []


def test_administration_that_has_answered_stays_invited(app):
    call = a_call()
    named, wrote = an_invitation(call), an_invitation(call)
    a_nomination(named)
    with transaction():
        db.session.add(Comment(invitation_id=wrote.id, at=NOW, text="Thank you."))

    for invitation in (named, wrote):
        with pytest.raises(DomainError, match="stays invited") as refusal:
            calls.invite_administrations(call.id, {invitation.organisation_id: None}, now=NOW)

        assert refusal.value.field == f"invited-{invitation.organisation_id}"


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_changed(app):
    call = a_call()
    taken, greedy, fine = an_invitation(call), an_organisation(), an_organisation()
    office = an_organisation(kind=OrganisationKind.OFFICE)
    take(call, taken.organisation_id, 2)
    numbers = {
        taken.organisation_id: Numbers(accept=1),
        greedy.id: Numbers(nominate=1),
        fine.id: Numbers(),
        office.id: Numbers(),
    }

    with pytest.raises(DomainError) as refusal:
        calls.invite_administrations(call.id, numbers, now=NOW)

    fields = {problem.field for problem in refusal.value.problems}
    assert fields == {f"accept-{taken.organisation_id}", f"accept-{greedy.id}", f"invited-{office.id}"}
    assert set(invited(call)) == {taken.organisation_id}


def test_cancelled_session_has_a_cancelled_call_that_nobody_can_change(app):
    course_session = a_session(status=SessionStatus.CANCELLED, cancelled_at=NOW, cancel_reason="storm")
    call = a_call(course_session, (an_organisation(),))

    assert stage(call) is Stage.CANCELLED
    for attempt in (
        lambda: calls.change(call.id, a_plan(), now=NOW),
        lambda: calls.change_deadline(call.id, DEADLINE, now=NOW),
        lambda: calls.open_call(call.id, now=NOW),
        lambda: calls.invite_administrations(call.id, {}, now=NOW),
    ):
        with pytest.raises(DomainError, match="cancelled"):
            attempt()


def test_nobody_enrols_oneself_once_a_call_is_prepared(app):
    course_session = a_session()
    calls.prepare(course_session.id, a_plan(), now=NOW)

    with pytest.raises(DomainError):
        enrol(an_officer().id, course_session.id, PlaceMode.IN_PERSON, now=NOW)


# --- what is read


def test_overview_takes_a_constant_number_of_queries(app, count_queries):
    def asked(number: int) -> int:
        call = a_call()
        for _number in range(number):
            a_nomination(an_invitation(call))
        db.session.rollback()
        call = db.session.get_one(Call, call.id)
        with count_queries() as statements:
            rows = administrations.overview(call)
        assert len(rows) == number
        assert administrations.summary_of(rows).named == number
        return len(statements)

    assert asked(2) == asked(7)


def test_stage_in_a_query_is_the_stage_by_the_rule(app):
    course_session = a_session(status=SessionStatus.CANCELLED, cancelled_at=NOW, cancel_reason="storm")
    made = [
        a_call(opened=False),
        a_call(),
        a_call(closes_at=NOW),
        a_call(proposed_at=NOW, comments_until=AT),
        a_call(proposed_at=NOW, comments_until=AT, final_at=NOW),
        a_call(course_session),
    ]

    rows = db.session.execute(call_rows(NOW, stages=tuple(Stage), centres=None)).all()

    assert {row.id: Stage(row.stage) for row in rows} == {call.id: stage(call) for call in made}
    assert {row.stage for row in rows} == {one.value for one in Stage}


def test_list_counts_who_answered_and_keeps_to_the_centres(app):
    call, elsewhere = a_call(), a_call()
    named, nobody = an_invitation(call), an_invitation(call, declined_at=NOW)
    an_invitation(call)
    a_nomination(named), a_nomination(named)
    centre_id = db.session.get_one(CourseSession, call.course_session_id).centre_id

    [row] = db.session.execute(call_rows(NOW, stages=tuple(Stage), centres=[centre_id])).all()

    assert (row.id, row.invited, row.answered, row.named) == (call.id, 3, 2, 2)
    assert elsewhere.id != row.id
    assert nobody.declined_at is not None


def test_last_answer_is_that_of_the_call_opened_last(app):
    georgia = an_organisation()
    older = a_call(organisations=(georgia,), opened_at=NOW - timedelta(days=90))
    newer = a_call(opened_at=NOW - timedelta(days=30))
    a_nomination(an_invitation(newer, georgia))
    now = a_call(opened=False)

    rows = {row.organisation_id: row for row in administrations.invitable(now.id)}

    code = db.session.get_one(CourseSession, newer.course_session_id).code
    assert rows[georgia.id].last == administrations.LastAnswer(code, 1, False)
    assert older.id != newer.id
    assert rows[georgia.id].invited is False


# --- at the same time


def test_two_who_invite_at_once_invite_once(app, in_threads):
    call, organisation = a_call(), an_organisation()
    call_id, organisation_id = call.id, organisation.id

    def invite():
        calls.invite_administrations(call_id, {organisation_id: Numbers()}, now=NOW)

    results = in_threads([invite] * 4)

    assert results == [None] * 4
    assert invited(call) == {organisation_id: (None, None)}


def test_two_who_open_at_once_open_once(app, in_threads):
    call = a_call(organisations=(an_organisation(),), opened=False)
    call_id = call.id

    results = in_threads([lambda: calls.open_call(call_id, now=NOW)] * 4)

    assert sum(isinstance(result, DomainError) for result in results) == 3
    assert stage(call) is Stage.OPEN


def test_meetings_online_need_no_room(app):
    """A distance session is opened by its call as any other."""
    course_session = a_session(status=SessionStatus.DRAFT, capacity_in_person=0, capacity_online=5, minimum=0)
    a_meeting(course_session, start=time(10), mode=MeetingMode.ONLINE)
    call = a_call(course_session, (an_organisation(),), opened=False)

    with transaction():
        locked(CourseSession, course_session.id)
        calls.open_call(call.id, now=NOW)

    assert administrations_in(call.id)
    assert course_session.starts_on == date(2026, 6, 1)
