"""The pages of the selection at every stage, and who may open them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.builders import (
    NOW,
    a_call,
    a_centre,
    a_contact_point,
    a_coordinator,
    a_course,
    a_nomination,
    a_session,
    an_invitation,
    an_officer,
    an_organisation,
)
from tests.pages import Outline, tidy
from trainingapp.accounts.models import Sex
from trainingapp.core.clock import standing_at
from trainingapp.core.db import db, transaction
from trainingapp.enrolment.models import Place, PlaceStatus
from trainingapp.nomination.models import Call, Comment, Nomination, Proposal
from trainingapp.nomination.queries.selection import selection_of
from trainingapp.nomination.services.selection import apply_suggestion, comment, finalise, propose

CLOSED = datetime.fromisoformat("2026-05-19T08:00:00+00:00")
UNTIL = datetime.fromisoformat("2026-05-22T18:00")
AFTER = datetime.fromisoformat("2026-05-23T08:00:00+00:00")
S, R, D = Proposal.SELECT, Proposal.RESERVE, Proposal.DECLINE


@pytest.fixture
def clock() -> Iterator[Any]:
    """``clock(moment)`` sets the time for what follows."""
    standing: list[Any] = []

    def stand(moment: datetime) -> None:
        if standing:
            standing.pop().__exit__(None, None, None)
        standing.append(standing_at(moment))
        standing[-1].__enter__()

    stand(CLOSED)
    yield stand
    standing.pop().__exit__(None, None, None)


def a_selection(names: str = "aab", capacity: int = 2, **values: Any) -> tuple[Call, list[Nomination]]:
    """A call with a candidate for each letter, of the administration of that letter."""
    call = a_call(a_session(capacity_in_person=capacity, **values.pop("session", {})), **values)
    named = {name: an_organisation(name_en=f"Land {name.upper()}") for name in sorted(set(names))}
    invitations = {name: an_invitation(call, organisation) for name, organisation in named.items()}
    return call, [a_nomination(invitations[name]) for name in names]


def page_of(call: Call) -> str:
    return f"/calls/{call.id}/selection"


def posted(*choices: tuple[Nomination, str], reasons: dict[int, str] | None = None, **more: Any) -> dict[str, Any]:
    """The table as a browser sends it."""
    data: dict[str, Any] = {"seen": "", **more}
    for nomination, choice in choices:
        data[f"reason-{nomination.id}"] = (reasons or {}).get(nomination.id, "")
        data[f"reserve-{nomination.id}"] = ""
        if choice:
            data[f"proposal-{nomination.id}"] = choice
    return data


def saved(nomination: Nomination) -> Proposal | None:
    return db.session.get_one(Nomination, nomination.id, populate_existing=True).proposal


# --- who may


@pytest.mark.parametrize("path", ["selection", "propose", "final"])
def test_only_coordinators_of_the_session_select(app, client_as, clock, path):
    centre = a_centre()
    call, candidates = a_selection("a", session={"centre_id": centre.id})
    organisation_id = db.session.get_one(Place, candidates[0].place_id).organisation_id
    url = f"/calls/{call.id}/{path}"

    client_as(a_coordinator()).get(url)
    client_as(a_coordinator(centre=centre)).get(url)
    for other in (a_coordinator(centre=a_centre()), a_contact_point(organisation_id=organisation_id), an_officer()):
        client_as(other).get(url, status=403)
    client_as().get(url, status=302)


@pytest.mark.parametrize("path", ["selection", "suggest", "propose", "reopen", "final"])
def test_nobody_else_changes_a_selection(app, client_as, clock, path):
    call, candidates = a_selection("a")
    organisation_id = db.session.get_one(Place, candidates[0].place_id).organisation_id

    data = {f"proposal-{candidates[0].id}": "offer"}
    client_as(a_contact_point(organisation_id=organisation_id)).post(f"/calls/{call.id}/{path}", data, status=403)

    assert saved(candidates[0]) is None
    assert db.session.get_one(Call, call.id).proposed_at is None


def test_there_is_no_selection_without_a_call(app, client_as):
    client_as(a_coordinator()).get("/calls/999/selection", status=404)


# --- the table


def test_the_table_shows_what_a_selection_hangs_on(app, client_as, clock):
    course = a_course(prerequisites=(a_course(title_en="Basics of seals"),))
    call = a_call(a_session(course, languages=("en",)))
    invitation = an_invitation(call, an_organisation(name_en="Georgia"))
    person = an_officer(
        organisation_id=invitation.organisation_id,
        given_name="Nino",
        patronymic=None,
        family_name="Beridze",
        post="Inspector",
        sex=Sex.FEMALE,
        language="ru",
    )
    a_nomination(invitation, person, late_reason="The post was slow.")

    text = client_as(a_coordinator()).text(page_of(call))

    for wanted in (
        "Beridze, Nino",
        "Inspector",
        "Georgia",
        "0 of 2",
        "Lacks: Basics of seals.",
        "Russian",
        "never",
        "woman",
        "nominated after the deadline: The post was slow.",
        "1 candidate is undecided.",
        "1 of 1 candidates",
    ):
        assert wanted in text


def test_it_is_there_in_russian(app, client_as, clock):
    call, _candidates = a_selection()

    client = client_as(a_coordinator(), language="ru")
    text = client.text(f"{page_of(call)}?why=1")

    assert client.page.language == "ru"
    assert "в списке" in text
    assert not re.search(r"on its list|Selection", text)


def test_nobody_named_yet_says_what_would_fill_the_table(app, client_as, clock):
    assert "Nobody has been nominated yet." in client_as(a_coordinator()).text(page_of(a_call()))


def test_saving_keeps_what_was_chosen(app, client_as, clock):
    call, (first, second, third) = a_selection("abc")
    client = client_as(a_coordinator())
    data = posted((first, "select"), (second, "reserve"), (third, "decline"), reasons={third.id: "Was trained."})

    answer = client.post(page_of(call), data)

    assert client.location(answer) == page_of(call)
    assert [saved(one) for one in (first, second, third)] == [S, R, D]
    assert "3 proposals have been saved." in client.text(page_of(call))


def test_saving_goes_on_to_the_next_step_where_that_button_was_pressed(app, client_as, clock):
    call, [only] = a_selection("a")
    client = client_as(a_coordinator())

    answer = client.post(page_of(call), posted((only, "select"), then="propose"))

    assert client.location(answer) == f"/calls/{call.id}/propose"


def test_saving_an_old_page_leaves_alone_what_was_not_changed_on_it(app, client_as, clock):
    call, (first, second) = a_selection("ab")
    client = client_as(a_coordinator())
    seen = seen_in(client.get(page_of(call)))
    client_as(a_coordinator()).post(page_of(call), posted((first, "decline"), reasons={first.id: "Is ill."}))

    client.post(page_of(call), posted((first, ""), (second, "select"), seen=seen))

    assert (saved(first), saved(second)) == (D, S)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_reason_of_the_list_is_shown_in_the_readers_language_and_kept_once(app, client_as, clock, language):
    call, [only] = a_selection("a")
    shown = {"en": "There are more candidates than places.", "ru": "Кандидатов больше, чем мест."}
    client = client_as(a_coordinator(language=language))

    client.post(page_of(call), posted((only, "decline"), reasons={only.id: f"{shown[language]} Бюджет"}))

    assert db.session.get_one(Nomination, only.id).proposal_reason == f"{shown['en']} Бюджет"
    for reader, sentence in shown.items():
        page = client_as(a_coordinator(language=reader)).get(page_of(call)).text
        assert f'value="{sentence} Бюджет"' in page
        assert f'<option value="{sentence}">' in page


def seen_in(answer: Any) -> str:
    found = re.search(r'name="seen"[^>]*value="([^"]*)"', answer.get_data(as_text=True))
    return found[1] if found else ""


def test_what_was_not_changed_is_not_saved_again(app, client_as, clock):
    call, (first, second) = a_selection("ab")
    client = client_as(a_coordinator())
    client.post(page_of(call), posted((first, "decline"), (second, "reserve"), reasons={first.id: "Is ill."}))
    seen = seen_in(client.get(page_of(call)))
    data = posted((first, "decline"), (second, "reserve"), reasons={first.id: "Is ill."}, seen=seen)

    client.post(page_of(call), data | {f"reserve-{second.id}": "1"})

    assert "Nothing was changed." in client.text(page_of(call))


def test_a_number_that_is_none_is_refused_and_the_input_kept(app, client_as, clock):
    call, (first, second) = a_selection("ab")
    client = client_as(a_coordinator())
    data = posted((first, "reserve"), (second, "decline"), reasons={second.id: "Is ill."})

    answer = client.post(page_of(call), data | {f"reserve-{first.id}": "first"}, status=422)

    assert "A number on the reserve list is a whole number from 1 on." in client.page.text
    assert "Is ill." in answer.get_data(as_text=True)
    assert (saved(first), saved(second)) == (None, None)


@pytest.mark.parametrize(
    "data",
    [
        {"proposal-x": "select", "reason-x": ""},
        {"proposal-1": "promote", "reason-1": ""},
        {"reason-99999999999": "", "proposal-99999999999": "select"},
        {"seen": "1 2:3 :: 4"},
    ],
)
def test_nonsense_changes_nothing(app, client_as, clock, data):
    call, [only] = a_selection("a")

    client_as(a_coordinator()).post(page_of(call), data)

    assert saved(only) is None


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Land A", "Land A", "Land B"]),
        ("?dir=down", ["Land B", "Land A", "Land A"]),
        ("?proposal=select", ["Land A"]),
        ("?proposal=undecided", ["Land A", "Land B"]),
        ("?q=land+b", ["Land B"]),
        ("?sex=unknown", ["Land A", "Land A", "Land B"]),
        ("?eligible=no", []),
        ("?sort=nothing&dir=up&proposal=x&eligible=perhaps&sex=both&organisation=x", ["Land A", "Land A", "Land B"]),
    ],
)
def test_the_table_is_sorted_and_filtered(app, client_as, clock, query, shown):
    call, (first, _second, _third) = a_selection("aab")
    with transaction():
        db.session.get_one(Nomination, first.id).proposal = S

    html = client_as(a_coordinator()).get(page_of(call) + query).get_data(as_text=True)

    assert re.findall(r'data-label="Nominated by">(Land .)', html) == shown


@pytest.mark.parametrize(
    "column",
    ["name", "administration", "rank", "requirements", "language", "earlier", "last", "sex", "mode", "proposal"],
)
def test_every_column_can_be_sorted(app, client_as, clock, column):
    call, _candidates = a_selection("aab", session={"capacity_online": 5})
    client = client_as(a_coordinator())

    for direction in ("", "&dir=down"):
        client.get(f"{page_of(call)}?sort={column}{direction}")
    html = client.get(f"{page_of(call)}?sort={column}").get_data(as_text=True)

    assert 'aria-sort="ascending"' in html


def test_the_administration_of_a_comment_is_a_filter(app, client_as, clock):
    call, (first, _second) = a_selection("ab")
    organisation_id = db.session.get_one(Place, first.place_id).organisation_id

    html = client_as(a_coordinator()).get(f"{page_of(call)}?organisation={organisation_id}").get_data(as_text=True)

    assert re.findall(r'data-label="Nominated by">(Land .)', html) == ["Land A"]
    assert "data-others" in html


# --- the suggestion


def test_the_suggestion_is_applied_and_says_why(app, client_as, clock):
    call, candidates = a_selection("aab")
    client = client_as(a_coordinator())

    answer = client.post(f"/calls/{call.id}/suggest")

    assert client.location(answer) == f"{page_of(call)}?why=1"
    assert [saved(one) for one in candidates] == [S, R, S]
    text = client.text(client.location(answer))
    assert "Land A, number 1 on its list: round 1, place 1 of 2 of its quota." in text
    assert "How the rule suggests a selection" in text


def test_no_suggestion_before_the_deadline(app, client_as, clock):
    call, [only] = a_selection("a")
    clock(NOW)

    client_as(a_coordinator()).post(f"/calls/{call.id}/suggest", status=409)

    assert saved(only) is None


# --- every stage


def to_stage(stage: str, call: Call, clock: Any) -> None:
    if stage in {"draft", "open"}:
        clock(NOW)
    if stage in {"proposed", "over", "final"}:
        apply_suggestion(call.id, now=CLOSED)
        propose(call.id, UNTIL, now=CLOSED)
    if stage in {"over", "final"}:
        clock(AFTER)
    if stage == "final":
        finalise(call.id, now=AFTER)
    if stage == "cancelled":
        with transaction():
            course_session = db.session.get_one(Call, call.id).course_session
            course_session.status, course_session.cancelled_at = "cancelled", NOW


@pytest.mark.parametrize(
    ("stage", "wanted", "may_edit"),
    [
        ("draft", "The call has not been opened yet", False),
        ("open", "You can select after that", False),
        ("closed", "Suggest a selection", True),
        ("proposed", "may comment until 22 May 2026, 18:00 (Baku time, UTC+4)", True),
        ("over", "The time for comments ended on 22 May 2026", True),
        ("final", "The selection has been final since 23 May 2026", False),
        ("cancelled", "The session has been cancelled", False),
    ],
)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_pages_at_every_stage(app, client_as, clock, stage, wanted, may_edit, language):
    call, _candidates = a_selection("aab", opened=stage != "draft")
    to_stage(stage, call, clock)
    client = client_as(a_coordinator(language=language), language=language)

    html = client.get(page_of(call)).get_data(as_text=True)
    text = client.page.text
    client.get(f"/calls/{call.id}/propose")
    client.get(f"/calls/{call.id}/final")

    assert ('type="radio"' in html) is may_edit
    if language == "en":
        assert wanted in " ".join(text.split())


def test_a_final_selection_shows_what_became_of_each(app, client_as, clock):
    call, _candidates = a_selection("aab")
    to_stage("final", call, clock)

    text = client_as(a_coordinator()).text(page_of(call))

    assert "Has an offer" in text
    assert "Reserve 1" in text


def test_nothing_is_saved_on_a_final_selection(app, client_as, clock):
    call, (first, *_others) = a_selection("aab")
    to_stage("final", call, clock)
    client = client_as(a_coordinator())

    client.post(page_of(call), posted((first, "decline"), reasons={first.id: "No."}), status=422)

    assert "The selection is final." in client.page.text
    assert saved(first) is S


# --- shown, and final


def test_the_selection_is_shown_to_the_administrations(app, client_as, clock):
    call, candidates = a_selection("ab")
    organisation_id = db.session.get_one(Place, candidates[0].place_id).organisation_id
    a_contact_point(organisation_id=organisation_id)
    apply_suggestion(call.id, now=CLOSED)
    client = client_as(a_coordinator())

    text = client.text(f"/calls/{call.id}/propose")
    answer = client.post(f"/calls/{call.id}/propose", {"comments_until": "2026-05-22T18:00"})

    assert "1 contact point gets a letter. 2 administrations have nominated candidates" in text
    assert "nobody gets a letter: Land B." in text
    assert "On the clock of the venue: Baku." in text
    assert client.location(answer) == page_of(call)
    assert "may comment until 22 May 2026, 18:00 (Baku time, UTC+4)" in client.text(page_of(call))


def test_an_end_of_the_comments_in_the_past_is_refused_at_its_field(app, client_as, clock):
    call, _candidates = a_selection("ab")
    apply_suggestion(call.id, now=CLOSED)
    client = client_as(a_coordinator())

    client.post(f"/calls/{call.id}/propose", {"comments_until": "2026-05-01T18:00"}, status=422)
    assert "Please choose a time that is still to come." in client.page.text
    for nonsense in ("soon", "0001-01-01T00:00", "9999-12-31T23:59"):
        client.post(f"/calls/{call.id}/propose", {"comments_until": nonsense}, status=422)


def test_what_must_be_mended_first_is_named(app, client_as, clock):
    call, _candidates = a_selection("ab")
    client = client_as(a_coordinator())

    text = client.text(f"/calls/{call.id}/propose")

    assert "Correct this first" in text
    assert "2 candidates are undecided." in text
    client.post(f"/calls/{call.id}/propose", {"comments_until": "2026-05-22T18:00"}, status=422)


def test_comments_stand_above_the_table_by_administration(app, client_as, clock):
    call, candidates = a_selection("ab")
    to_stage("proposed", call, clock)
    comment(candidates[1].invitation_id, "Please take <both>.", now=CLOSED)

    text = client_as(a_coordinator()).text(page_of(call))

    assert "Comments of the administrations Land B Selected at present: 1 of 2." in text
    assert "Please take <both>." in text


def test_a_proposal_is_taken_back(app, client_as, clock):
    call, _candidates = a_selection("ab")
    to_stage("proposed", call, clock)
    client = client_as(a_coordinator())

    client.post(f"/calls/{call.id}/reopen")

    assert "You can change the selection again." in client.text(page_of(call))
    client.post(f"/calls/{call.id}/reopen", status=409)


def test_nothing_is_final_while_comments_may_come(app, client_as, clock):
    call, _candidates = a_selection("ab")
    to_stage("proposed", call, clock)
    client = client_as(a_coordinator())

    text = client.text(f"/calls/{call.id}/final")
    client.post(f"/calls/{call.id}/final", {}, status=422)

    assert "2 administrations may still comment, until 22 May 2026, 18:00 (Baku time, UTC+4)." in text


def test_the_confirmation_says_what_will_happen_in_numbers(app, client_as, clock):
    call, candidates = a_selection("aabb", capacity=4)
    apply_suggestion(call.id, now=CLOSED)
    with transaction():
        one = db.session.get_one(Nomination, candidates[3].id)
        one.proposal, one.reserve_rank = R, 1
    propose(call.id, UNTIL, now=CLOSED)
    clock(AFTER)
    client = client_as(a_coordinator())

    text = client.text(f"/calls/{call.id}/final")
    answer = client.post(f"/calls/{call.id}/final", {"seen": version_of(call)})

    assert "3 officers, to be answered within 7 days" in text
    assert "1 officer, each with a number" in text
    assert "4 officers and 0 contact points, each" in text
    assert "1 place in person is left over: the first on the reserve list" in text
    assert client.location(answer) == page_of(call)
    places = [db.session.get_one(Place, candidate.place_id, populate_existing=True) for candidate in candidates]
    assert {place.status for place in places} == {PlaceStatus.OFFERED}


def version_of(call: Call) -> str:
    return selection_of(db.session.get_one(Call, call.id), today=AFTER.date()).version


def test_a_page_that_is_out_of_date_is_not_made_final(app, client_as, clock):
    call, candidates = a_selection("ab")
    to_stage("over", call, clock)
    client = client_as(a_coordinator())
    seen = version_of(call)
    client.post(page_of(call), posted((candidates[0], "decline"), reasons={candidates[0].id: "Is ill."}))

    client.post(f"/calls/{call.id}/final", {"seen": seen}, status=422)

    assert "The selection has been changed meanwhile." in client.page.text


def test_who_has_commented_is_not_waited_for(app, client_as, clock):
    call, [only] = a_selection("a")
    to_stage("proposed", call, clock)
    comment(only.invitation_id, "Fine.", now=CLOSED)

    assert db.session.query(Comment).count() == 1
    assert "What happens now" in client_as(a_coordinator()).text(f"/calls/{call.id}/final")


# --- the cost


@pytest.mark.parametrize("path", ["selection", "selection?why=1", "propose", "final"])
def test_a_page_asks_the_same_however_many_candidates_there_are(app, client_as, clock, count_queries, path):
    coordinator = a_coordinator()
    asked = []
    for names in ("ab", "aaaabbbbcccc"):
        call, _candidates = a_selection(names)
        client = client_as(coordinator)
        url = f"/calls/{call.id}/{path}"
        db.session.remove()
        with count_queries() as statements:
            client.get(url)
        asked.append(len(statements))

    assert asked[0] == asked[1] <= 20


def test_a_large_table_can_be_saved(app, client_as, clock):
    call, [only] = a_selection("a")
    strangers = {f"reason-{number}": "Ж" * 100 for number in range(2000, 3000)}
    choices = {f"proposal-{number}": "decline" for number in range(2000, 3000)}
    now = CLOSED + timedelta(minutes=1)
    clock(now)

    client_as(a_coordinator()).post(page_of(call), posted((only, "select")) | strangers | choices)

    assert saved(only) is S


def test_finding_about_many_names_six_and_counts_the_others(app):
    links = [(number, f"N{number}") for number in range(8)]
    finding = SimpleNamespace(is_hard=False, text="Warning:", links=links, about=links)

    with app.test_request_context():
        macros = app.jinja_env.get_template("nomination/_selection.html").make_module()
        text = tidy(Outline(macros.findings([finding])).text)

    assert text == "Warning: N0, N1, N2, N3, N4, N5 and 2 more"
