"""The selection from the first proposal to the places that are given, on both engines."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.builders import (
    NOW,
    a_call,
    a_completion,
    a_coordinator,
    a_course,
    a_meeting,
    a_nomination,
    a_session,
    an_invitation,
    an_officer,
    an_organisation,
)
from trainingapp.accounts.models import Sex
from trainingapp.core.actor import acting_as
from trainingapp.core.clock import standing_at
from trainingapp.core.db import db, transaction
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import speaking
from trainingapp.core.reasons import told
from trainingapp.enrolment.models import Obstacle, Place, PlaceStatus
from trainingapp.nomination import events
from trainingapp.nomination.models import Call, Comment, Invitation, Nomination, Proposal, Stage
from trainingapp.nomination.queries.loading import stage_at
from trainingapp.nomination.queries.selection import selection_of
from trainingapp.nomination.rules.proposing import ProposalLine
from trainingapp.nomination.rules.stages import WrongStage
from trainingapp.nomination.services.selection import (
    apply_suggestion,
    comment,
    finalise,
    propose,
    reopen,
    save_proposals,
)
from trainingapp.scheduling.models import SessionStatus

pytestmark = pytest.mark.both_engines

CLOSED = datetime.fromisoformat("2026-05-19T08:00:00+00:00")  # the day after the deadline of a_call
UNTIL = datetime.fromisoformat("2026-05-22T18:00")  # in Baku
AFTER = datetime.fromisoformat("2026-05-23T08:00:00+00:00")
S, R, D = Proposal.SELECT, Proposal.RESERVE, Proposal.DECLINE


def a_selection(names: str = "aab", capacity: int = 2, **values: Any) -> tuple[Call, list[Nomination]]:
    """A call of a session with as many places; a candidate for each letter, of the administration of that letter."""
    call = a_call(a_session(capacity_in_person=capacity), **values)
    invitations = {name: an_invitation(call) for name in sorted(set(names))}
    return call, [a_nomination(invitations[name]) for name in names]


def line(proposal: Proposal, reason: str | None = None, rank: int | None = None) -> ProposalLine:
    return ProposalLine(proposal=proposal, reason=reason, reserve_rank=rank)


def saved(nomination: Nomination) -> tuple[Proposal | None, int | None]:
    fresh = db.session.get_one(Nomination, nomination.id, populate_existing=True)
    return fresh.proposal, fresh.reserve_rank


def decide(call: Call, *proposals: tuple[Nomination, Proposal]) -> None:
    save_proposals(call.id, {one.id: line(what, "So it is.") for one, what in proposals}, now=CLOSED)


def status_of(nomination: Nomination) -> PlaceStatus:
    return db.session.get_one(Place, nomination.place_id, populate_existing=True).status


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the selection's services tell."""
    told: list[Any] = []
    from trainingapp.nomination.services import selection

    publish = selection.publish
    monkeypatch.setattr(selection, "publish", lambda event: (told.append(event), publish(event)))
    return told


# --- who selects


def test_candidate_proposes_nothing(app):
    call, (first, second) = a_selection("ab")
    own = db.session.get_one(Place, first.place_id).person_id

    with acting_as(own):
        for verb in (
            lambda: save_proposals(call.id, {second.id: line(D, "Not needed")}, now=CLOSED),
            lambda: apply_suggestion(call.id, now=CLOSED),
            lambda: propose(call.id, UNTIL, now=CLOSED),
        ):
            with pytest.raises(DomainError, match="You are a candidate for this session yourself"):
                verb()

    assert saved(second) == (None, None)


# --- proposals


def test_proposals_are_kept_and_the_reserve_numbered(app):
    call, (first, second, third) = a_selection("abc")

    number = save_proposals(call.id, {first.id: line(R), second.id: line(S), third.id: line(R, rank=1)}, now=CLOSED)

    assert number == 3
    assert [saved(one) for one in (first, second, third)] == [(R, 2), (S, None), (R, 1)]


def test_whoever_is_not_mentioned_keeps_what_is_proposed(app):
    call, (first, second, third) = a_selection("abc")
    save_proposals(call.id, {first.id: line(R), second.id: line(R), third.id: line(R)}, now=CLOSED)

    save_proposals(call.id, {second.id: line(S)}, now=CLOSED)

    assert [saved(one) for one in (first, second, third)] == [(R, 1), (S, None), (R, 2)]


def test_a_reason_is_kept_for_who_is_declined_and_dropped_where_nothing_lacks(app):
    call, (first, second, _third) = a_selection("abc")

    save_proposals(call.id, {first.id: line(D, " Was  trained. "), second.id: line(S, "Good.")}, now=CLOSED)

    declined, chosen = (db.session.get_one(Nomination, one.id) for one in (first, second))
    assert (declined.proposal_reason, declined.exception) == ("Was trained.", None)
    assert (chosen.proposal_reason, chosen.exception) == (None, None)


def test_a_reason_beside_somebody_who_lacks_something_is_an_exception(app):
    course = a_course(prerequisites=(a_course(),))
    call = a_call(a_session(course))
    candidate = a_nomination(an_invitation(call))

    save_proposals(call.id, {candidate.id: line(S, "Teaches it at home.")}, now=CLOSED)

    [row] = selection_of(db.session.get_one(Call, call.id), today=CLOSED.date()).rows
    assert db.session.get_one(Nomination, candidate.id).exception == "Teaches it at home."
    assert (row.obstacle, row.facts.obstacle, row.is_exempt) == (Obstacle.PREREQUISITES, None, True)


def test_no_exception_passes_over_a_switched_off_account(app):
    call = a_call()
    invitation = an_invitation(call)
    person = an_officer(organisation_id=invitation.organisation_id, deactivated_at=NOW)
    candidate = a_nomination(invitation, person)

    save_proposals(call.id, {candidate.id: line(S, "Please.")}, now=CLOSED)

    assert db.session.get_one(Nomination, candidate.id).exception is None


def test_who_is_no_candidate_any_more_is_left_out(app):
    call, (first, second, _third) = a_selection("abc")
    _other, [stranger] = a_selection("a")
    with transaction():
        db.session.get_one(Place, second.place_id).status = PlaceStatus.WITHDRAWN

    number = save_proposals(call.id, {one.id: line(S) for one in (first, second, stranger)}, now=CLOSED)

    assert number == 1
    assert (saved(second), saved(stranger)) == ((None, None), (None, None))


@pytest.mark.parametrize(
    ("now", "values"),
    [(NOW, {}), (NOW, {"opened": False}), (CLOSED, {"final_at": CLOSED})],
)
def test_nothing_is_proposed_before_the_deadline_or_after_the_end(app, now, values):
    call, [candidate] = a_selection("a", **values)

    with pytest.raises(WrongStage):
        save_proposals(call.id, {candidate.id: line(S)}, now=now)


def test_nothing_is_proposed_for_a_cancelled_session(app):
    call, [candidate] = a_selection("a")
    with transaction():
        course_session = db.session.get_one(Call, call.id).course_session
        course_session.status, course_session.cancelled_at = SessionStatus.CANCELLED, NOW

    with pytest.raises(DomainError):
        save_proposals(call.id, {candidate.id: line(S)}, now=CLOSED)


# --- the suggestion


def test_the_suggestion_decides_about_everybody(app):
    call, candidates = a_selection("aabbc", capacity=3)

    number = apply_suggestion(call.id, now=CLOSED)

    assert number == 5
    assert [saved(one) for one in candidates] == [(S, None), (R, 1), (S, None), (R, 2), (S, None)]


def test_the_suggestion_replaces_what_was_proposed_and_keeps_exceptions(app):
    course = a_course(prerequisites=(a_course(),))
    call = a_call(a_session(course))
    candidate = a_nomination(an_invitation(call), exception="Teaches it at home.", proposal=D, proposal_reason="No.")

    apply_suggestion(call.id, now=CLOSED)

    fresh = db.session.get_one(Nomination, candidate.id)
    assert (fresh.proposal, fresh.proposal_reason, fresh.exception) == (S, None, "Teaches it at home.")


def test_the_suggestion_keeps_the_reason_in_no_language_of_its_own(app):
    call = a_call()
    invitation = an_invitation(call)
    candidate = a_nomination(invitation, an_officer(organisation_id=invitation.organisation_id, deactivated_at=NOW))

    with speaking("ru"):
        apply_suggestion(call.id, now=CLOSED)

    fresh = db.session.get_one(Nomination, candidate.id)
    assert fresh.proposal is D
    assert fresh.proposal_reason == "The account is switched off, so the person cannot have a place."
    with speaking("ru"):
        assert str(told(fresh.proposal_reason)) == "Учётная запись отключена, поэтому получить место нельзя."


def test_no_suggestion_once_the_administrations_see_the_selection(app):
    call, candidates = a_selection("a")
    decide(call, (candidates[0], S))
    propose(call.id, UNTIL, now=CLOSED)

    with pytest.raises(WrongStage):
        apply_suggestion(call.id, now=CLOSED)


# --- shown to the administrations


def test_the_administrations_see_the_selection_until_a_moment(app, published):
    call, candidates = a_selection("ab")
    decide(call, *((one, S) for one in candidates))

    propose(call.id, UNTIL, now=CLOSED)

    fresh = db.session.get_one(Call, call.id)
    assert stage_at(fresh, CLOSED) is Stage.PROPOSED
    assert fresh.comments_until == datetime.fromisoformat("2026-05-22T14:00:00+00:00")
    [event] = published
    assert event == events.SelectionProposed(
        call_id=call.id, course_session_id=call.course_session_id, until_at=fresh.comments_until
    )


@pytest.mark.parametrize("until", ["2026-05-19T08:00", "2026-06-01T00:00"])
def test_the_comments_end_in_the_future_and_before_the_session(app, until):
    call, candidates = a_selection("a")
    decide(call, (candidates[0], S))

    with pytest.raises(DomainError) as refusal:
        propose(call.id, datetime.fromisoformat(until), now=CLOSED)

    assert refusal.value.field == "comments_until"


@pytest.mark.parametrize(
    ("proposals", "wanted"),
    [
        ([S], "Each candidate must be selected"),
        ([S, S, S], "free places"),
        ([S, S], "Each candidate must be selected"),
    ],
)
def test_a_selection_that_breaks_a_rule_is_not_shown(app, proposals, wanted):
    call, candidates = a_selection("abc", capacity=2)
    decide(call, *zip(candidates, proposals, strict=False))

    with pytest.raises(DomainError, match=wanted):
        propose(call.id, UNTIL, now=CLOSED)


def test_a_selection_over_a_quota_or_without_a_reason_is_not_shown(app):
    call, candidates = a_selection("aaa", capacity=5)
    decide(call, *((one, S) for one in candidates))
    with pytest.raises(DomainError, match="quota 2"):
        propose(call.id, UNTIL, now=CLOSED)

    save_proposals(call.id, {candidates[0].id: line(D)}, now=CLOSED)
    with pytest.raises(DomainError, match="without a reason"):
        propose(call.id, UNTIL, now=CLOSED)


def test_a_selection_of_nobody_is_not_shown(app):
    with pytest.raises(DomainError, match="Nobody has been nominated"):
        propose(a_call().id, UNTIL, now=CLOSED)


def test_a_selection_that_changed_meanwhile_is_not_shown(app):
    call, candidates = a_selection("ab")
    decide(call, *((one, S) for one in candidates))
    seen = selection_of(db.session.get_one(Call, call.id), today=CLOSED.date()).version

    decide(call, (candidates[0], R))

    with pytest.raises(DomainError, match="changed meanwhile"):
        propose(call.id, UNTIL, seen=seen, now=CLOSED)


def test_a_proposal_is_taken_back_and_shown_again(app, published):
    call, candidates = a_selection("a")
    decide(call, (candidates[0], S))
    propose(call.id, UNTIL, now=CLOSED)

    reopen(call.id, now=CLOSED)

    fresh = db.session.get_one(Call, call.id)
    assert (stage_at(fresh, CLOSED), fresh.comments_until) == (Stage.CLOSED, None)
    assert isinstance(published[-1], events.SelectionReopened)
    propose(call.id, UNTIL, now=CLOSED)
    assert stage_at(db.session.get_one(Call, call.id), CLOSED) is Stage.PROPOSED


def test_only_what_is_shown_is_taken_back(app):
    call, _candidates = a_selection("a")

    with pytest.raises(WrongStage):
        reopen(call.id, now=CLOSED)


# --- comments


def shown(names: str = "ab", **values: Any) -> tuple[Call, list[Nomination]]:
    call, candidates = a_selection(names, **values)
    apply_suggestion(call.id, now=CLOSED)
    propose(call.id, UNTIL, now=CLOSED)
    return call, candidates


def test_an_administration_comments(app, published):
    _call, [candidate, _other] = shown()
    author = a_coordinator()

    with acting_as(author.id):
        said = comment(candidate.invitation_id, " Please take B.\n\nA is on leave. ", now=CLOSED)

    kept = db.session.get_one(Comment, said.id)
    assert (kept.text, kept.author_id) == ("Please take B.\n\nA is on leave.", author.id)
    event = published[-1]
    assert isinstance(event, events.SelectionCommented)
    assert (event.invitation_id, event.comment_id) == (candidate.invitation_id, said.id)


@pytest.mark.parametrize(("text", "now"), [("", CLOSED), ("   ", CLOSED), ("x" * 4001, CLOSED), ("Late.", AFTER)])
def test_a_comment_needs_a_text_and_comes_in_time(app, text, now):
    _call, candidates = shown()

    with pytest.raises(DomainError):
        comment(candidates[0].invitation_id, text, now=now)


def test_nobody_comments_on_what_is_not_shown(app):
    _call, candidates = a_selection("a")

    with pytest.raises(WrongStage):
        comment(candidates[0].invitation_id, "When?", now=CLOSED)


# --- final


def test_the_final_selection_gives_the_places(app):
    call, candidates = shown("aabb", capacity=2)
    save_proposals(call.id, {candidates[3].id: line(D, "Was trained.")}, now=CLOSED)

    with standing_at(AFTER):
        finalise(call.id, now=AFTER)

    assert stage_at(db.session.get_one(Call, call.id), AFTER) is Stage.FINAL
    assert [status_of(one) for one in candidates] == [
        PlaceStatus.OFFERED,
        PlaceStatus.WAITING,
        PlaceStatus.OFFERED,
        PlaceStatus.DECLINED,
    ]


def test_the_reserve_list_has_the_order_of_the_selection(app):
    call, candidates = a_selection("abcd", capacity=1)
    chosen, first, second, third = candidates
    ranks = {chosen.id: line(S), third.id: line(R, rank=3), first.id: line(R, rank=1), second.id: line(R, rank=2)}
    save_proposals(call.id, ranks, now=CLOSED)
    propose(call.id, UNTIL, now=CLOSED)

    finalise(call.id, now=AFTER)

    numbers = [db.session.get_one(Place, one.place_id).queue_no for one in (first, second, third)]
    assert numbers == sorted(numbers)


def test_an_exception_goes_with_the_place(app):
    course = a_course(prerequisites=(a_course(),))
    call = a_call(a_session(course))
    candidate = a_nomination(an_invitation(call))
    save_proposals(call.id, {candidate.id: line(S, "Teaches it at home.")}, now=CLOSED)
    propose(call.id, UNTIL, now=CLOSED)

    finalise(call.id, now=AFTER)

    place = db.session.get_one(Place, candidate.place_id)
    assert (place.status, place.exception) == (PlaceStatus.OFFERED, "Teaches it at home.")


def test_what_is_left_over_is_offered_to_the_reserve_at_once(app):
    call, candidates = a_selection("ab", capacity=2)
    decide(call, (candidates[0], S), (candidates[1], R))
    propose(call.id, UNTIL, now=CLOSED)

    finalise(call.id, now=AFTER)

    assert [status_of(one) for one in candidates] == [PlaceStatus.OFFERED, PlaceStatus.OFFERED]


def test_nothing_is_final_while_an_administration_may_still_comment(app):
    call, candidates = shown("ab")

    comment(candidates[0].invitation_id, "Fine.", now=CLOSED)
    with pytest.raises(DomainError, match="1 administration may still comment"):
        finalise(call.id, now=CLOSED)

    comment(candidates[1].invitation_id, "Fine too.", now=CLOSED)
    finalise(call.id, now=CLOSED)
    assert stage_at(db.session.get_one(Call, call.id), CLOSED) is Stage.FINAL


def test_a_comment_on_an_earlier_proposal_does_not_count(app):
    call, candidates = shown("a")
    comment(candidates[0].invitation_id, "Fine.", now=CLOSED)
    reopen(call.id, now=CLOSED)
    later = CLOSED + timedelta(minutes=5)
    propose(call.id, UNTIL, now=later)

    with pytest.raises(DomainError, match="may still comment"):
        finalise(call.id, now=later)


def test_a_selection_that_was_never_shown_is_not_made_final(app):
    call, candidates = a_selection("a")
    decide(call, (candidates[0], S))

    with pytest.raises(WrongStage, match="not been shown"):
        finalise(call.id, now=AFTER)


def test_a_selection_is_made_final_once(app):
    call, _candidates = shown()
    finalise(call.id, now=AFTER)

    with pytest.raises(WrongStage):
        finalise(call.id, now=AFTER)


def test_a_selection_that_somebody_changed_meanwhile_is_not_made_final(app):
    call, candidates = shown("ab")
    seen = selection_of(db.session.get_one(Call, call.id), today=AFTER.date()).version
    save_proposals(call.id, {candidates[0].id: line(D, "Is on leave.")}, now=AFTER)

    with pytest.raises(DomainError, match="changed meanwhile"):
        finalise(call.id, seen=seen, now=AFTER)

    assert {status_of(one) for one in candidates} == {PlaceStatus.NOMINATED}


def test_only_one_of_two_coordinators_makes_it_final(app, in_threads):
    call, candidates = shown("abc", capacity=2)
    call_id = call.id

    results = in_threads([lambda: finalise(call_id, now=AFTER) for _ in range(4)])

    assert sum(isinstance(result, Call) for result in results) == 1
    assert sum(isinstance(result, DomainError) for result in results) == 3
    assert [status_of(one) for one in candidates].count(PlaceStatus.OFFERED) == 2


def test_saving_and_making_final_at_once_never_mixes(app, in_threads):
    call, candidates = shown("ab")
    seen = selection_of(db.session.get_one(Call, call.id), today=AFTER.date()).version
    call_id, change = call.id, {candidates[0].id: line(D, "Is on leave.")}

    saving, final = in_threads(
        [
            lambda: save_proposals(call_id, change, now=AFTER),
            lambda: finalise(call_id, seen=seen, now=AFTER),
        ]
    )

    assert isinstance(saving, DomainError) is not isinstance(final, DomainError)


# --- what the selection knows of everybody


def test_what_is_known_of_a_nomination(app):
    required = a_course()
    course_session = a_session(a_course(prerequisites=(required,)), languages=("ru",))
    call = a_call(course_session)
    invitation = an_invitation(call)
    person = an_officer(organisation_id=invitation.organisation_id, sex=Sex.FEMALE, language="en")
    a_completion(person, required)
    candidate = a_nomination(invitation, person, late_reason="Was ill.")

    [row] = selection_of(db.session.get_one(Call, call.id), today=CLOSED.date()).rows

    facts = row.facts
    assert (facts.nomination_id, facts.rank, facts.sex) == (candidate.id, 1, Sex.FEMALE)
    assert (facts.obstacle, facts.is_late, facts.understands, facts.earlier_courses) == (None, True, False, 1)
    assert facts.last_place_on is None


def test_the_last_place_is_one_in_a_session_that_was_held(app):
    call = a_call()
    invitation = an_invitation(call)
    person = an_officer(organisation_id=invitation.organisation_id)
    a_nomination(invitation, person)
    days = {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 4)}
    held = a_session(status=SessionStatus.FINISHED, **days)
    called_off = a_session(status=SessionStatus.CANCELLED, cancelled_at=NOW, **days | {"ends_on": CLOSED.date()})
    to_come = a_session()
    for course_session in (held, called_off, to_come):
        a_place(person, course_session.id)

    [row] = selection_of(db.session.get_one(Call, call.id), today=CLOSED.date()).rows

    assert row.facts.last_place_on == days["ends_on"]


def a_place(person: Any, course_session_id: int) -> None:
    with transaction():
        db.session.add(
            Place(
                person_id=person.id,
                course_session_id=course_session_id,
                organisation_id=person.organisation_id,
                status=PlaceStatus.PLACED,
                mode="in_person",
                way="office",
                queue_no=1,
                asked_at=NOW,
                changed_at=NOW,
            )
        )


def test_a_clash_is_known(app):
    course_session, other = a_session(), a_session()
    for one in (course_session, other):
        a_meeting(one)
    call = a_call(course_session)
    invitation = an_invitation(call)
    person = an_officer(organisation_id=invitation.organisation_id)
    a_nomination(invitation, person)
    a_place(person, other.id)

    [row] = selection_of(db.session.get_one(Call, call.id), today=CLOSED.date()).rows

    assert (row.obstacle, row.facts.clash) == (Obstacle.CLASH, other.code)


def test_quotas_and_seats_are_what_is_still_free(app):
    organisation = an_organisation()
    call = a_call(a_session(capacity_in_person=7), (organisation,), accept_each=3)
    [invitation] = db.session.query(Invitation).all()
    a_nomination(invitation)

    state = selection_of(db.session.get_one(Call, call.id), today=CLOSED.date())

    assert state.quotas == {organisation.id: 3}
    assert state.balance.seats["in_person"] == (0, 7)
    assert state.shares == {organisation.id: (0, 3)}
