"""The pages of attendance, results and completion: what they do, who may, and what hostile input gets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.attendance.group import AFTER, BEFORE, DURING, PDF, Group, a_group, a_place
from tests.builders import a_centre, a_contact_point, a_coordinator, a_trainer, an_administrator, an_officer
from tests.pages import PageClient
from trainingapp.attendance import services
from trainingapp.attendance.models import Presence
from trainingapp.attendance.queries import sheets
from trainingapp.attendance.rules import Mark
from trainingapp.catalogue.models import CourseKind
from trainingapp.core.actor import acting_as
from trainingapp.enrolment.models import PlaceMode
from trainingapp.records.models import Outcome
from trainingapp.records.queries import completions_of, results_of
from trainingapp.records.services import ResultDetails
from trainingapp.scheduling.models import MeetingMode

ClientAs = Callable[..., PageClient]
PRESENT = Mark(Presence.PRESENT)


@pytest.fixture(autouse=True)
def in_the_afternoon() -> Any:
    with time_machine.travel(AFTER, tick=False):
        yield


def marks_of(group: Group, meeting: int = 0) -> dict[int, Mark]:
    return {line.participant.place_id: line.mark for line in sheets.sheet_of(group.meetings[meeting])}


def sheet_url(group: Group) -> str:
    return f"/meetings/{group.meetings[0].id}/attendance"


def mark_all(group: Group, *meetings: int) -> None:
    with acting_as(group.trainer.id):
        for number in meetings:
            services.mark_sheet(group.meetings[number].id, dict.fromkeys(group.place_ids, PRESENT), now=AFTER)


def pass_all(group: Group) -> None:
    entries = {person_id: ResultDetails(outcome=Outcome.PASSED, score=80) for person_id in group.person_ids}
    with acting_as(group.trainer.id):
        services.record_results(group.session_id, entries, now=AFTER)


PAGES = (
    "/meetings/{meeting}/attendance",
    "/meetings/{meeting}/sign-in-sheet",
    "/sessions/{session}/attendance",
    "/sessions/{session}/results",
    "/sessions/{session}/results/{person}",
    "/sessions/{session}/completion",
)


def urls(group: Group) -> list[str]:
    values = {"meeting": group.meetings[0].id, "session": group.session_id, "person": group.person_ids[0]}
    return [path.format(**values) for path in PAGES]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_pages_open_for_those_who_lead_or_coordinate(app: Flask, client_as: ClientAs, language: str) -> None:
    centre = a_centre()
    leader = a_trainer(language=language)
    group = a_group(2, session={"centre_id": centre.id, "trainers": (leader,)})
    of_this_centre = a_coordinator(centre=centre, language=language)

    for reader in (leader, a_coordinator(language=language), of_this_centre):
        for url in urls(group):
            client_as(reader).get(url)


def test_pages_are_closed_to_everybody_else(app: Flask, client_as: ClientAs) -> None:
    group = a_group(1)
    strangers = (
        a_trainer(),
        an_administrator(),
        a_contact_point(),
        a_coordinator(centre=a_centre()),
        group.people[0],
    )

    for url in urls(group):
        for reader in strangers:
            client_as(reader).get(url, status=403)
        client_as(None).get(url, status=302)


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_nothing_are_not_found(app: Flask, client_as: ClientAs, path: str) -> None:
    for number in (987_654, 10**30):
        url = path.format(meeting=number, session=number, person=number)
        client_as(a_coordinator()).get(url, status=404)


def test_sheet_saves_marks_and_says_how_many(app: Flask, client_as: ClientAs) -> None:
    group = a_group(3)
    first, second, third = group.place_ids
    client = client_as(group.trainer)

    client.post(sheet_url(group), {f"mark-{first}": "present", f"mark-{second}": "late", f"missed-{second}": "15"})

    assert marks_of(group) == {first: PRESENT, second: Mark(Presence.LATE, 15), third: Mark()}
    assert "Saved: 2 marks." in client.text(sheet_url(group))
    assert "Marked: 2 of 3" in client.text(sheet_url(group))


@pytest.mark.parametrize("presence", ["late", "left_early"])
@pytest.mark.parametrize("minutes", ["", "0"])
def test_sheet_asks_for_the_minutes_at_the_field_and_keeps_the_input(
    app: Flask, client_as: ClientAs, presence: str, minutes: str
) -> None:
    group = a_group(2)
    first, second = group.place_ids
    client = client_as(group.trainer)
    data = {f"mark-{first}": presence, f"missed-{first}": minutes, f"usual-{first}": "", f"mark-{second}": "absent"}

    html = client.post(sheet_url(group), data, status=422).get_data(as_text=True)

    assert (
        f'<p class="errors" id="missed-{first}-errors">How many minutes were missed? Choose or enter a number.' in html
    )
    assert f'value="{presence}" checked' in html
    assert 'value="absent" checked' in html
    assert marks_of(group) == {first: Mark(), second: Mark()}


def test_sheet_offers_the_usual_minutes_and_takes_the_one_that_is_tapped(app: Flask, client_as: ClientAs) -> None:
    group = a_group(1)
    place_id = group.place_ids[0]
    client = client_as(group.trainer)

    html = client.get(sheet_url(group)).get_data(as_text=True)
    client.post(sheet_url(group), {f"mark-{place_id}": "late", f"usual-{place_id}": "30", f"missed-{place_id}": ""})

    for minutes in (15, 30, 60):
        assert f'<input type="radio" name="usual-{place_id}" value="{minutes}">' in html
    assert marks_of(group) == {place_id: Mark(Presence.LATE, 30)}
    html = client.get(sheet_url(group)).get_data(as_text=True)
    assert f'<input type="radio" name="usual-{place_id}" value="30" checked>' in html


def test_sheet_asks_which_of_two_numbers_is_meant(app: Flask, client_as: ClientAs) -> None:
    group = a_group(1)
    place_id = group.place_ids[0]
    data = {f"mark-{place_id}": "late", f"usual-{place_id}": "15", f"missed-{place_id}": "20"}

    html = client_as(group.trainer).post(sheet_url(group), data, status=422).get_data(as_text=True)

    assert f'id="missed-{place_id}-errors">There are two numbers of minutes here. Choose one of them.' in html
    assert marks_of(group) == {place_id: Mark()}


def test_sheet_without_scripts_takes_a_tapped_number_in_place_of_the_one_that_was_shown(
    app: Flask, client_as: ClientAs
) -> None:
    group = a_group(1)
    place_id = group.place_ids[0]
    client = client_as(group.trainer)
    client.post(sheet_url(group), {f"mark-{place_id}": "late", f"missed-{place_id}": "20"})
    data = {f"seen-{place_id}": "late:20", f"mark-{place_id}": "late", f"missed-{place_id}": "20"}

    client.post(sheet_url(group), {**data, f"usual-{place_id}": "60", "reason": "a typing error"})

    assert marks_of(group) == {place_id: Mark(Presence.LATE, 60)}


def test_sheet_without_scripts_marks_everybody_who_is_not_marked_yet(app: Flask, client_as: ClientAs) -> None:
    group = a_group(2, mode=MeetingMode.HYBRID, session={"capacity_online": 5})
    online = a_place(an_officer(), group.course_session, 7, mode=PlaceMode.ONLINE).id
    own = a_place(group.trainer, group.course_session, 8).id
    first, second = group.place_ids

    client_as(group.trainer).post(sheet_url(group), {f"mark-{first}": "absent", "all_present": "1"})

    assert marks_of(group) == {
        first: Mark(Presence.ABSENT),
        second: PRESENT,
        online: Mark(Presence.ONLINE),
        own: Mark(),
    }


def test_sheet_asks_for_the_reason_at_its_field_and_keeps_the_input(app: Flask, client_as: ClientAs) -> None:
    group = a_group(2)
    mark_all(group, 0)
    first = group.place_ids[0]
    client = client_as(group.trainer)
    seen = {f"seen-{place_id}": "present:0" for place_id in group.place_ids}
    data = {**seen, f"mark-{first}": "left_early", f"missed-{first}": "40", f"mark-{group.place_ids[1]}": "present"}

    html = client.post(sheet_url(group), data, status=422).get_data(as_text=True)

    assert 'href="#reason"' in html
    assert 'value="left_early" checked' in html
    assert 'value="40"' in html
    assert marks_of(group)[first] == PRESENT
    html = client.post(sheet_url(group), {**data, "cause": "whim", "reason": "до обеда"}, status=422).text
    assert "до обеда</textarea>" in html
    client.post(sheet_url(group), {**data, "cause": "signed_sheet", "reason": "до обеда"})
    assert marks_of(group)[first] == Mark(Presence.LEFT_EARLY, 40)
    text = client.text(sheet_url(group))
    assert "“present in person” became “left early (missed 40 min)”" in text
    assert 'The signed sheet shows it. <span lang="ru">до обеда</span>' in client.get(sheet_url(group)).text


def test_sheet_leaves_alone_what_this_trainer_did_not_touch(app: Flask, client_as: ClientAs) -> None:
    group = a_group(2)
    first, second = group.place_ids
    opened = {f"seen-{place_id}": "not_recorded:0" for place_id in group.place_ids}
    with acting_as(group.trainer.id):
        services.mark_sheet(group.meetings[0].id, {first: PRESENT}, now=AFTER)

    client_as(group.trainer).post(
        sheet_url(group), {**opened, f"mark-{first}": "not_recorded", f"mark-{second}": "present"}
    )

    assert marks_of(group) == {first: PRESENT, second: PRESENT}


def test_sheet_tells_when_somebody_else_was_quicker(app: Flask, client_as: ClientAs) -> None:
    group = a_group(1)
    place_id = group.place_ids[0]
    mark_all(group, 0)
    client = client_as(group.trainer)
    data = {f"seen-{place_id}": "not_recorded:0", f"mark-{place_id}": "absent"}

    html = client.post(sheet_url(group), data, status=422).get_data(as_text=True)

    assert "has recorded “present in person” here in the meantime" in html
    assert f'name="seen-{place_id}" type="hidden" value="present:0"' in html
    assert marks_of(group) == {place_id: PRESENT}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mark", "sleeping"),
        ("mark", "online"),
        ("missed", "180"),
        ("missed", "-5"),
        ("missed", "9" * 5000),
        ("missed", "ten"),
        ("missed", "1e3"),
    ],
)
def test_sheet_answers_wrong_values_at_the_field(app: Flask, client_as: ClientAs, field: str, value: str) -> None:
    group = a_group(1)
    place_id = group.place_ids[0]
    client = client_as(group.trainer)

    html = client.post(
        sheet_url(group), {f"mark-{place_id}": "late", f"{field}-{place_id}": value}, status=422
    ).get_data(as_text=True)

    assert f'href="#{field}-{place_id}"' in html
    assert marks_of(group) == {place_id: Mark()}


@pytest.mark.parametrize("stranger", ["999999", "9" * 18, "{other}"])
def test_sheet_refuses_people_of_other_sheets(app: Flask, client_as: ClientAs, stranger: str) -> None:
    group, other = a_group(1), a_group(1)
    place_id = stranger.format(other=other.place_ids[0])
    client = client_as(group.trainer)

    client.post(sheet_url(group), {f"mark-{group.place_ids[0]}": "present", f"mark-{place_id}": "present"}, status=422)

    assert "not on this sheet any more" in client.page.text
    assert marks_of(group) == {group.place_ids[0]: Mark()}


def test_sheet_takes_hostile_values_of_what_was_seen_for_nothing(app: Flask, client_as: ClientAs) -> None:
    group = a_group(1)
    place_id = group.place_ids[0]

    for seen in ("present", ":", "late:99999999999", "<script>:0", "absent:-1"):
        data = {f"mark-{place_id}": "present", f"seen-{place_id}": seen}
        client_as(group.trainer).post(sheet_url(group), data)

    assert marks_of(group) == {place_id: PRESENT}


def test_zero_bytes_are_refused_without_a_trace(app: Flask, client_as: ClientAs) -> None:
    group = a_group(1)

    client_as(group.trainer).post(
        sheet_url(group), {f"mark-{group.place_ids[0]}": "present", "reason": "a\x00b"}, status=400
    )

    assert marks_of(group) == {group.place_ids[0]: Mark()}


def test_sheet_before_the_meeting_says_when_it_opens(app: Flask, client_as: ClientAs) -> None:
    group = a_group(1)

    with time_machine.travel(BEFORE, tick=False):
        client = client_as(group.trainer)
        text = client.text(sheet_url(group))
        client.post(sheet_url(group), {f"mark-{group.place_ids[0]}": "present"}, status=422)

    assert "from 30 minutes before the meeting begins: 1 June 2026, 08:30 (Baku time, UTC+4)" in text
    assert marks_of(group) == {group.place_ids[0]: Mark()}


def test_own_line_cannot_be_marked(app: Flask, client_as: ClientAs) -> None:
    group = a_group(0)
    own = a_place(group.trainer, group.course_session, 3).id
    client = client_as(group.trainer)

    text = client.text(sheet_url(group))
    client.post(sheet_url(group), {f"mark-{own}": "present"}, status=422)

    assert "Your own attendance is recorded by another trainer" in text
    assert marks_of(group) == {own: Mark()}


def test_scan_is_attached_once_and_downloaded(app: Flask, client_as: ClientAs) -> None:
    group = a_group(1)
    client = client_as(group.trainer)
    url = f"/meetings/{group.meetings[0].id}/scans"

    for _ in range(2):
        client.post(url, {"scan": (BytesIO(PDF), "Лист регистрации.pdf")}, content_type="multipart/form-data")

    (scan,) = sheets.scans_of(group.meetings[0].id)
    assert client.get(f"/scans/{scan.id}").data == PDF
    client_as(a_trainer()).get(f"/scans/{scan.id}", status=403)


@pytest.mark.parametrize("data", [{}, {"scan": (BytesIO(b"<html>"), "sheet.pdf")}, {"scan": (BytesIO(b""), "a.pdf")}])
def test_scan_of_another_kind_is_refused_at_the_field(app: Flask, client_as: ClientAs, data: dict[str, Any]) -> None:
    group = a_group(1)
    client = client_as(group.trainer)

    html = client.post(
        f"/meetings/{group.meetings[0].id}/scans", data, content_type="multipart/form-data", status=422
    ).get_data(as_text=True)

    assert 'href="#scan"' in html
    assert sheets.scans_of(group.meetings[0].id) == []


def test_sign_in_sheet_speaks_both_languages_and_leaves_room(app: Flask, client_as: ClientAs) -> None:
    group = a_group(2)

    text = client_as(group.trainer).text(f"/meetings/{group.meetings[0].id}/sign-in-sheet")

    for words in ("Sign-in sheet", "Лист регистрации", "Signature", "Подпись"):
        assert words in text
    for trainee in group.people:
        assert f"{trainee.family_name_latin}, Anna" in text


def test_overview_counts_planned_hours_and_says_who_can_still_pass(app: Flask, client_as: ClientAs) -> None:
    group = a_group(1, meetings=10, session={"ends_on": AFTER.date().replace(day=5)})
    with acting_as(group.trainer.id):
        for meeting in group.meetings[:5]:
            services.mark_sheet(meeting.id, {group.place_ids[0]: PRESENT}, now=meeting.ends_at)

    text = client_as(group.trainer).text(f"/sessions/{group.session_id}/attendance")

    assert "50%" in text
    assert "Can still pass: needs 9 h more of the 15 h" in text
    assert "100%" not in text


def test_results_are_recorded_for_a_group_and_again_only_once(app: Flask, client_as: ClientAs) -> None:
    group = a_group(3, result_required=True)
    first, second, third = group.person_ids
    client = client_as(group.trainer)
    data = {
        f"outcome-{first}": "passed",
        f"score-{first}": "88",
        f"attempt-{first}": "1",
        f"outcome-{second}": "repeat",
        f"remark-{second}": " forgot the gloves ",
        f"attempt-{second}": "1",
        f"outcome-{third}": "",
    }

    for _ in range(2):
        client.post(f"/sessions/{group.session_id}/results", data)

    found = results_of(group.session_id)
    assert [(row.outcome, row.score, row.attempt) for row in found[first]] == [(Outcome.PASSED, 88, 1)]
    assert [(row.outcome, row.remark) for row in found[second]] == [(Outcome.REPEAT, "forgot the gloves")]
    assert third not in found
    assert "Attempt 2:" in client.text(f"/sessions/{group.session_id}/results")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"outcome": "passed", "score": "101"}, "score"),
        ({"outcome": "passed", "score": "60"}, "score"),
        ({"outcome": "passed"}, "score"),
        ({"outcome": "passed", "score": "9" * 5000}, "score"),
        ({"outcome": "brilliant", "score": "90"}, "outcome"),
        ({"outcome": "", "score": "90"}, "outcome"),
        ({"outcome": "", "remark": "nice"}, "outcome"),
        ({"outcome": "failed", "remark": "x" * 2001}, "remark"),
    ],
)
def test_results_answer_wrong_values_at_the_field(
    app: Flask, client_as: ClientAs, values: dict[str, str], field: str
) -> None:
    group = a_group(1, pass_score=70, result_required=True)
    person_id = group.person_ids[0]
    data = {f"{name}-{person_id}": value for name, value in values.items()}

    html = (
        client_as(group.trainer).post(f"/sessions/{group.session_id}/results", data, status=422).get_data(as_text=True)
    )

    assert f'href="#{field}-{person_id}"' in html
    assert results_of(group.session_id) == {}


def test_distance_completion_goes_by_its_evidence_on_a_page_of_its_own(app: Flask, client_as: ClientAs) -> None:
    values: dict[str, Any] = {"kind": CourseKind.DISTANCE, "attendance_percent": None, "result_required": True}
    group = a_group(1, meetings=0, **values)
    person_id = group.person_ids[0]
    client = client_as(a_coordinator())
    url = f"/sessions/{group.session_id}/results/{person_id}"
    data = {"outcome": "passed", "score": "77", "achieved_on": "2026-05-20", "attempt": "1"}
    multipart = {"content_type": "multipart/form-data"}

    html = client.post(url, data, status=422, **multipart).get_data(as_text=True)
    client.post(url, {**data, "evidence": (BytesIO(b"GIF89a"), "a.gif")}, status=422, **multipart)
    for _ in range(2):
        client.post(url, {**data, "evidence": (BytesIO(PDF), "CLiKC.pdf")}, **multipart)

    assert 'href="#evidence"' in html
    (result,) = results_of(group.session_id)[person_id]
    assert result.evidence_id is not None
    assert "Record with the evidence" not in client.text(f"/sessions/{group.session_id}/results")
    client.get(f"/results/{result.id}/evidence")


def test_result_is_corrected_with_a_reason_and_the_old_one_stays_in_sight(app: Flask, client_as: ClientAs) -> None:
    group = a_group(1)
    pass_all(group)
    person_id = group.person_ids[0]
    result_id = results_of(group.session_id)[person_id][0].id
    client = client_as(group.trainer)
    url, data = f"/results/{result_id}/correct", {"outcome": "failed", "achieved_on": "2026-06-02"}

    client.get(url)
    client.post(url, data, status=422)
    client.post(url, {**data, "cause": "other_person", "remark": "хорошо", "reason": "две Анны"})

    html = client.get(f"/sessions/{group.session_id}/results/{person_id}").text
    text = client.text(f"/sessions/{group.session_id}/results/{person_id}")
    assert 'Corrected: It was meant for another person. <span lang="ru">две Анны</span>' in html
    assert '<span lang="ru">хорошо</span>' in html
    assert "Replaced by a correction" in text
    assert [row.outcome for row in results_of(group.session_id)[person_id]] == [Outcome.FAILED]
    client_as(a_trainer()).get(url, status=403)


def test_completion_offers_those_who_meet_the_rule_and_says_what_others_lack(app: Flask, client_as: ClientAs) -> None:
    group = a_group(2, result_required=True, validity_months=12)
    late = a_place(an_officer(family_name="Яхина"), group.course_session, 9)
    mark_all(group, 0, 1)
    pass_all(group)
    client = client_as(group.trainer)
    url = f"/sessions/{group.session_id}/completion"

    html = client.get(url).get_data(as_text=True)
    client.post(url, {"person": [str(group.person_ids[0]), str(late.person_id), "999999999999999999999", "x"]})
    text = client.text(url)

    assert f'value="{group.person_ids[0]}" checked' in html
    assert f'value="{late.person_id}"' not in html
    assert list(completions_of(group.session_id)) == [group.person_ids[0]]
    assert "Completion is marked for 1 person." in text
    assert "For 2 people completion was not marked" in text
    assert "Can still pass: needs" in text
    assert "and a pass. It counts for" in text


def test_completion_of_a_session_to_come_blames_nobody(app: Flask, client_as: ClientAs) -> None:
    group = a_group(1)
    url = f"/sessions/{group.session_id}/completion"

    with time_machine.travel(BEFORE, tick=False):
        ahead = client_as(group.trainer).text(url)
    during = client_as(group.trainer).text(url)

    assert "The first day of the session is 1 June 2026." in ahead
    assert "Can still pass" not in ahead
    assert "Can still pass: needs" in during


def test_results_of_a_session_to_come_are_not_asked_for(app: Flask, client_as: ClientAs) -> None:
    group = a_group(1, result_required=True)
    pages = [f"/sessions/{group.session_id}/results", f"/sessions/{group.session_id}/results/{group.person_ids[0]}"]

    with time_machine.travel(BEFORE, tick=False):
        client = client_as(group.trainer)
        ahead = [(client.text(url), client.get(url).text) for url in pages]
    during = [client_as(group.trainer).get(url).text for url in pages]

    for text, html in ahead:
        assert "Results can be recorded from that day on." in text
        assert "Fill in the people" not in text
        assert 'value="passed"' not in html
    assert all('value="passed"' in html for html in during)


def test_results_typed_while_the_session_was_moved_are_refused_and_not_lost(app: Flask, client_as: ClientAs) -> None:
    group = a_group(1)
    typed = {f"outcome-{group.person_ids[0]}": "failed", f"remark-{group.person_ids[0]}": "too late"}

    with time_machine.travel(BEFORE, tick=False):
        client = client_as(group.trainer)
        answer = client.post(f"/sessions/{group.session_id}/results", typed, status=422)

    assert "The date of a result cannot be before the first day of the session." in answer.text
    assert 'value="too late"' in answer.text
    assert results_of(group.session_id) == {}


def test_results_are_asked_for_from_midnight_at_the_venue(app: Flask, client_as: ClientAs) -> None:
    group = a_group(1)
    url, midnight = f"/sessions/{group.session_id}/results", datetime(2026, 5, 31, 20, 0, tzinfo=UTC)  # in Baku

    with time_machine.travel(midnight - timedelta(seconds=1), tick=False):
        ahead = client_as(group.trainer).get(url).text
    with time_machine.travel(midnight, tick=False):
        begun = client_as(group.trainer).get(url).text

    assert ('value="passed"' in ahead, 'value="passed"' in begun) == (False, True)


def test_results_of_a_distance_course_are_taken_before_its_first_day(app: Flask, client_as: ClientAs) -> None:
    group = a_group(1, meetings=0, kind=CourseKind.DISTANCE, attendance_percent=None, result_required=True)
    url = f"/sessions/{group.session_id}/results/{group.person_ids[0]}"

    with time_machine.travel(BEFORE, tick=False):
        client = client_as(group.trainer)
        assert "Results can be recorded from that day on." not in client.text(url)
        client.post(url, {"outcome": "passed", "achieved_on": "2026-05-30", "evidence": (BytesIO(PDF), "a.pdf")})

    assert [one.achieved_on.day for one in results_of(group.session_id)[group.person_ids[0]]] == [30]


def test_completion_is_withdrawn_with_a_reason(app: Flask, client_as: ClientAs) -> None:
    group = a_group(1)
    mark_all(group, 0, 1)
    client = client_as(group.trainer)
    client.post(f"/sessions/{group.session_id}/completion", {"person": str(group.person_ids[0])})
    url = f"/completions/{completions_of(group.session_id)[group.person_ids[0]].id}/withdraw"

    client.get(url)
    client.post(url, {"reason": " "}, status=422)
    client.post(url, {"cause": "by_mistake", "reason": "лист другой группы"})

    assert completions_of(group.session_id) == {}
    assert f"Completion withdrawn: {group.people[0].name.full}." in client.text(
        f"/sessions/{group.session_id}/completion"
    )
    told = 'It was recorded by mistake. <span lang="ru">лист другой группы</span>'
    assert f"This completion was withdrawn already: {told}" in client.get(url).text
    coordinator = client_as(a_coordinator(language="ru"))
    record = coordinator.get(f"/people/{group.person_ids[0]}/record").text
    assert "Внесено по ошибке. лист другой группы" in record
    client_as(a_trainer()).get(url, status=403)


def test_completion_whose_ground_was_corrected_away_says_so(app: Flask, client_as: ClientAs) -> None:
    group = a_group(1)
    mark_all(group, 0, 1)
    client = client_as(group.trainer)
    client.post(f"/sessions/{group.session_id}/completion", {"person": str(group.person_ids[0])})
    with acting_as(group.trainer.id):
        absent = {group.place_ids[0]: Mark(Presence.ABSENT)}
        services.mark_sheet(group.meetings[0].id, absent, "wrong line", now=AFTER)

    assert "It no longer meets the rule: Attendance is not enough" in client.text(
        f"/sessions/{group.session_id}/completion"
    )


def test_trainee_is_not_assessed_by_oneself(app: Flask, client_as: ClientAs) -> None:
    group = a_group(0)
    a_place(group.trainer, group.course_session, 3)
    client = client_as(group.trainer)
    person_url = f"/sessions/{group.session_id}/results/{group.trainer.id}"

    assert "Your own result is recorded by another" in client.text(f"/sessions/{group.session_id}/results")
    assert "Your own result is recorded by another" in client.text(person_url)
    client.post(person_url, {"outcome": "passed", "achieved_on": "2026-06-01"}, status=422)
    client.post(f"/sessions/{group.session_id}/completion", {"person": str(group.trainer.id)})

    assert results_of(group.session_id) == {}
    assert completions_of(group.session_id) == {}


@pytest.mark.parametrize("path", PAGES)
def test_pages_ask_the_same_for_one_as_for_thirty(
    app: Flask, client_as: ClientAs, count_queries: Callable[[], Any], path: str
) -> None:
    counts = []
    for size in (1, 30):
        group = a_group(size, meetings=4, result_required=True)
        mark_all(group, 0, 1)
        pass_all(group)
        client = client_as(group.trainer)
        url = path.format(meeting=group.meetings[0].id, session=group.session_id, person=group.person_ids[0])
        with count_queries() as statements:
            client.get(url)
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_pages_of_an_empty_session_say_what_would_fill_them(app: Flask, client_as: ClientAs) -> None:
    group = a_group(0)
    without_meetings = a_group(0, meetings=0)

    for url in (
        sheet_url(group),
        f"/sessions/{group.session_id}/attendance",
        f"/sessions/{group.session_id}/results",
        f"/sessions/{group.session_id}/completion",
    ):
        assert "Nobody has a place in this session yet" in client_as(group.trainer).text(url)
    text = client_as(without_meetings.trainer).text(f"/sessions/{without_meetings.session_id}/attendance")
    assert "The session has no meetings yet" in text


def test_nothing_is_changed_by_get(app: Flask, client_as: ClientAs) -> None:
    group = a_group(1)
    client = client_as(group.trainer)

    client.get(f"{sheet_url(group)}?mark-{group.place_ids[0]}=present&all_present=1")
    client.get(f"/sessions/{group.session_id}/completion?person={group.person_ids[0]}")

    assert marks_of(group) == {group.place_ids[0]: Mark()}
    assert completions_of(group.session_id) == {}


def test_during_the_first_meeting_the_sheet_is_open(app: Flask, client_as: ClientAs) -> None:
    group = a_group(1)

    with time_machine.travel(DURING, tick=False):
        client_as(group.trainer).post(sheet_url(group), {f"mark-{group.place_ids[0]}": "present"})

    assert marks_of(group) == {group.place_ids[0]: PRESENT}
