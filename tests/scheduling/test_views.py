"""The pages of sessions, meetings, trainers, centres and rooms, as every role."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
import time_machine

from tests.builders import (
    NOW,
    a_centre,
    a_contact_point,
    a_coordinator,
    a_course,
    a_meeting,
    a_room,
    a_session,
    a_trainer,
    an_administrator,
    an_officer,
)
from trainingapp.catalogue.models import AccessClass, CourseKind, CourseStatus
from trainingapp.core.db import db
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.scheduling import services
from trainingapp.scheduling.models import CourseSession, Meeting, MeetingMode, Room, SessionStatus
from trainingapp.scheduling.queries.centres import rooms_of
from trainingapp.scheduling.queries.meetings import meetings_of
from trainingapp.scheduling.queries.sessions import codes_like, get_session

HUGE = "9" * 5000
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


def written(**values):
    """A session form as a coordinator fills it in."""
    defaults = {
        "code": "ccs-2026-01",
        "starts_on": "2026-06-01",
        "ends_on": "2026-06-02",
        "closes": "2026-05-25T18:00",
        "centre_id": "",
        "time_zone": "",
        "capacity_in_person": "0",
        "capacity_online": "20",
        "minimum": "5",
        "languages": ["en", "ru"],
        "interpretation": ["fr"],
        "joining_url": "https://meet.example.org/room?a=1",
        "sponsor_en": "The fund",
        "note_ru": "Возьмите каску.",
    }
    return {**defaults, **values}


def a_draft(**values) -> CourseSession:
    """A draft that only waits for being opened."""
    defaults = {"status": SessionStatus.DRAFT, "capacity_in_person": 0, "capacity_online": 10, "minimum": 0}
    course_session = a_session(**{**defaults, **values})
    a_meeting(course_session, mode=MeetingMode.ONLINE)
    return course_session


def status_of(course_session: CourseSession) -> SessionStatus:
    db.session.rollback()
    return get_session(course_session.id).status


# --- who sees what


ROLES = {
    "visitor": lambda centre: None,
    "officer": lambda centre: an_officer(),
    "contact point": lambda centre: a_contact_point(),
    "trainer of another session": lambda centre: a_trainer(),
    "administrator": lambda centre: an_administrator(),
    "coordinator of another centre": lambda centre: a_coordinator(centre=a_centre()),
    "coordinator of the centre": lambda centre: a_coordinator(centre=centre),
    "coordinator of the office": lambda centre: a_coordinator(),
}
SCHEDULES = {"coordinator of the centre", "coordinator of the office"}
COORDINATES = {*SCHEDULES, "coordinator of another centre"}


@pytest.mark.parametrize("role", ROLES)
def test_who_may_open_what(client_as, role):
    centre = a_centre()
    course = a_course(centre_id=centre.id)
    public = a_session(course, centre_id=centre.id)
    draft = a_session(course, centre_id=centre.id, status=SessionStatus.DRAFT)
    meeting, room = a_meeting(public), a_room(centre)
    client = client_as(ROLES[role](centre))
    refused = 302 if role == "visitor" else 403
    schedules = 200 if role in SCHEDULES else refused
    rooms = 200 if role in {*SCHEDULES, "administrator"} else refused

    for url in ("/sessions", f"/sessions/{public.id}", "/centres", f"/centres/{centre.id}"):
        client.get(url)
    client.get(f"/sessions/{draft.id}", status=200 if role in COORDINATES else refused)
    for url in (
        f"/courses/{course.id}/sessions/new",
        f"/sessions/{public.id}/edit",
        f"/sessions/{public.id}/cancel",
        f"/sessions/{public.id}/confirm",
        f"/sessions/{public.id}/trainers",
        f"/sessions/{public.id}/meetings/new",
        f"/sessions/{public.id}/meetings/daily",
        f"/meetings/{meeting.id}/edit",
    ):
        client.get(url, status=schedules)
    for url in (f"/centres/{centre.id}/rooms/new", f"/rooms/{room.id}/edit"):
        client.get(url, status=rooms)


@pytest.mark.parametrize("role", [role for role in ROLES if role not in SCHEDULES])
def test_who_may_change_nothing(client_as, role):
    centre = a_centre()
    course = a_course(centre_id=centre.id)
    draft = a_draft(course=course, centre_id=centre.id)
    client = client_as(ROLES[role](centre))
    refused = 302 if role == "visitor" else 403
    meeting_id = draft.meetings[0].id

    for url in (
        *(f"/sessions/{draft.id}/{step}" for step in ("open", "confirm", "start", "finish", "cancel", "edit")),
        f"/sessions/{draft.id}/trainers",
        f"/sessions/{draft.id}/trainers/remove",
        f"/meetings/{meeting_id}/remove",
        f"/courses/{course.id}/sessions/new",
    ):
        client.post(url, written(reason="Because."), status=refused)

    assert status_of(draft) is SessionStatus.DRAFT
    assert db.session.get(Meeting, meeting_id) is not None


def test_a_trainer_sees_the_own_draft(client_as):
    trainer = a_trainer()
    draft = a_session(status=SessionStatus.DRAFT, trainers=(trainer,))

    assert draft.code in client_as(trainer).text(f"/sessions/{draft.id}")


@pytest.mark.parametrize(
    "url", ["/sessions/999", f"/sessions/{HUGE[:30]}", "/centres/999", "/meetings/7/edit", "/rooms/7/edit"]
)
def test_what_is_not_there_is_not_found(client_as, url):
    client_as(a_coordinator()).get(url, status=404)


@pytest.mark.parametrize("step", ["open", "start", "finish", "trainers/remove"])
def test_nothing_changes_by_get(client_as, step):
    draft = a_draft()

    client_as(a_coordinator()).get(f"/sessions/{draft.id}/{step}", status=405)

    assert status_of(draft) is SessionStatus.DRAFT


# --- the public face


def test_the_page_says_when_where_and_until_when(client_as):
    centre = a_centre(name_en="Cargo Centre")
    course_session = a_session(
        centre_id=centre.id,
        languages=("en", "ru"),
        interpretation=("fr",),
        minimum=6,
        taken_in_person=4,
        joining_url="https://secret.example.org/",
        enrolment_closes_at=datetime(2026, 5, 25, 14, tzinfo=UTC),
        trainers=(a_trainer(given_name="Leyla", patronymic=None, family_name="Mammadova"),),
    )
    a_meeting(course_session, room=a_room(centre, name_en="Yard"))

    text = client_as(None).text(f"/sessions/{course_session.id}")

    for words in (
        "1 June 2026, 09:00–12:00 (Baku time, UTC+4)",
        "Cargo Centre",
        "Yard",
        "English, Russian",
        "French",
        "4 of 10 places taken",
        "at least 6 people",
        "25 May 2026, 18:00 (Baku time, UTC+4)",
        "Ask for a place",
    ):
        assert words in text
    assert "Mammadova" not in text
    assert "Leyla Mammadova" in client_as(an_officer()).text(f"/sessions/{course_session.id}")
    assert "https://secret.example.org/" not in client_as(None).get(f"/sessions/{course_session.id}").text


ONLINE_ONLY = {"capacity_in_person": 0, "capacity_online": 10}


@pytest.mark.parametrize("path", ["/", "/sessions", "/sessions/{session}", "/courses", "/courses/{course}"])
def test_pages_name_no_city_for_an_online_session_of_a_centre(client_as, path):
    centre = a_centre(name_en="Cargo Centre", city_en="Port City")
    course = a_course()
    course_session = a_session(course, centre_id=centre.id, **ONLINE_ONLY)

    text = client_as(None).text(path.format(session=course_session.id, course=course.id))
    main = text.removeprefix(text.split(str(course.title))[0])

    assert "nline" in main
    assert "Cargo Centre" not in main
    assert "Port City" not in main


def test_the_readers_own_time_stands_beside_the_venues(client_as):
    course_session = a_session(enrolment_closes_at=datetime(2026, 5, 25, 14, tzinfo=UTC))
    a_meeting(course_session)

    there = client_as(an_officer(time_zone="Europe/Lisbon")).text(f"/sessions/{course_session.id}")
    here = client_as(an_officer(time_zone="Asia/Baku")).text(f"/sessions/{course_session.id}")

    assert "your time: 06:00–09:00 (Lisbon time, UTC+1)" in there
    assert "your time: 15:00 (Lisbon time, UTC+1)" in there
    assert "your time" not in here


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"status": SessionStatus.CONFIRMED}, "Enrolment is open."),
        ({"status": SessionStatus.RUNNING}, "nobody can join any more"),
        ({"status": SessionStatus.FINISHED}, "The session is over. See other dates of this course"),
        (
            {"status": SessionStatus.RUNNING, "starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 2)},
            "The session is over. See other dates of this course",
        ),
        ({"enrolment_closes_at": datetime(2026, 5, 1, tzinfo=UTC)}, "Enrolment has ended."),
        ({"taken_in_person": 10}, "you can join the waiting list"),
        (
            {
                "status": SessionStatus.CANCELLED,
                "cancelled_at": NOW,
                "cancel_reason": "The trainer is ill.",
                "last_queue_no": 1,
            },
            "The trainer is ill.",
        ),
    ],
)
def test_the_page_says_why_one_can_or_cannot_join(client_as, values, words):
    course_session = a_session(**values)

    assert words in client_as(an_officer()).text(f"/sessions/{course_session.id}")


def test_who_may_have_no_place_is_not_told_how_to_get_one(client_as):
    page = f"/sessions/{a_session().id}"

    assert "You ask for a place" in client_as(None).text(page)
    assert "You ask for a place" not in client_as(an_administrator()).text(page)


def test_nobody_is_asked_in_once_the_session_has_begun(client_as):
    begun = a_session(
        starts_on=NOW.date(), ends_on=date(2026, 6, 30), enrolment_closes_at=datetime(2026, 6, 29, tzinfo=UTC)
    )

    assert "Enrolment has ended." in client_as(None).text(f"/sessions/{begun.id}")


def test_an_open_course_gives_the_place_at_once(client_as):
    course_session = a_session(a_course(access_class=AccessClass.OPEN))

    text = client_as(an_officer()).text(f"/sessions/{course_session.id}")

    assert "Take a place" in text
    assert "You get the place at once." in text


def test_a_distance_course_needs_no_times(client_as):
    course_session = a_session(
        a_course(kind=CourseKind.DISTANCE), capacity_in_person=0, capacity_online=9, centre_id=None
    )

    assert "in your own time" in client_as(None).text(f"/sessions/{course_session.id}")


@pytest.mark.parametrize("who", [a_trainer, a_coordinator])
def test_the_joining_link_is_for_those_inside(client_as, who):
    person = who()
    course_session = a_session(joining_url="https://meet.example.org/x", trainers=(person,))

    client = client_as(person)
    client.get(f"/sessions/{course_session.id}")

    assert "https://meet.example.org/x" in client.page.links


@pytest.mark.parametrize(
    "values",
    [
        {"status": SessionStatus.FINISHED},
        {"status": SessionStatus.RUNNING, "starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 2)},
        {"status": SessionStatus.CANCELLED, "cancelled_at": NOW, "cancel_reason": "Flood"},
    ],
)
def test_nobody_is_asked_to_join_what_has_ended(client_as, values):
    coordinator = a_coordinator()
    course_session = a_session(joining_url="https://meet.example.org/x", **values)

    assert "Join online" not in client_as(coordinator).text(f"/sessions/{course_session.id}")


def test_texts_of_people_are_only_texts(client_as):
    centre = a_centre(name_en=HOSTILE, name_ru=None)
    course_session = a_session(
        a_course(title_en=HOSTILE, title_ru=None),
        centre_id=centre.id,
        sponsor_en=HOSTILE,
        note_en=HOSTILE,
        code=HOSTILE,
    )
    a_meeting(course_session, room=a_room(centre, name_en=HOSTILE, name_ru=None), title_en=HOSTILE)
    client = client_as(a_coordinator())

    for url in ("/sessions", f"/sessions/{course_session.id}", f"/centres/{centre.id}", "/centres"):
        assert HOSTILE not in client.get(url).text
    refused = client.post(
        f"/sessions/{course_session.id}/meetings/new",
        {"day": "2026-06-01", "start": "09:30", "end": "10:00", "mode": "online", "room_id": ""},
        status=422,
    )
    assert "already meets" in refused.text
    assert HOSTILE not in refused.text


def test_a_clash_with_a_hostile_title_is_only_text(client_as):
    centre = a_centre()
    room = a_room(centre, name_en=HOSTILE)
    a_meeting(a_session(a_course(title_en=HOSTILE)), room=room)
    mine = a_session(centre_id=centre.id)

    refused = client_as(a_coordinator()).post(
        f"/sessions/{mine.id}/meetings/new",
        {"day": "2026-06-01", "start": "09:00", "end": "10:00", "mode": "in_person", "room_id": str(room.id)},
        status=422,
    )

    assert "is taken by" in refused.text
    assert HOSTILE not in refused.text


def test_a_refused_trainers_name_is_only_text(client_as, monkeypatch):
    course_session, trainer = a_session(), a_trainer(given_name=HOSTILE)
    refuse = DomainError(_l("%(name)s does not have the role of a trainer.", name=trainer.name.full), "person_id")
    monkeypatch.setattr(services, "assign_trainer", raising(refuse))

    refused = client_as(a_coordinator()).post(
        f"/sessions/{course_session.id}/trainers", {"person_id": str(trainer.id)}, status=422
    )

    assert "does not have the role" in refused.text
    assert HOSTILE not in refused.text


def raising(error):
    def refuse(*args, **options):
        raise error

    return refuse


# --- lists


def test_the_public_list_shows_what_one_can_still_attend(client_as):
    shown = a_session(a_course(title_en="Shown"))
    for values in (
        {"status": SessionStatus.DRAFT},
        {"status": SessionStatus.FINISHED},
        {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 4, 2)},
    ):
        a_session(a_course(title_en="Hidden"), **values)

    client = client_as(None)
    text = client.text("/sessions")

    assert "Shown" in text
    assert "Hidden" not in text
    assert f"/sessions/{shown.id}" in client.page.links


def test_a_coordinator_sees_drafts_and_filters_by_status(client_as):
    a_session(a_course(title_en="Draft one"), status=SessionStatus.DRAFT)
    a_session(a_course(title_en="Finished one"), status=SessionStatus.FINISHED)
    client = client_as(a_coordinator())

    assert "Draft one" in client.text("/sessions")
    assert "Finished one" not in client.text("/sessions")
    assert "Finished one" in client.text("/sessions?status=finished")
    assert "Draft one" not in client.text("/sessions?status=finished")
    assert "Finished one" in client.text("/sessions?status=all")


def test_a_trainer_may_see_the_own_sessions_only(client_as):
    trainer = a_trainer()
    a_session(a_course(title_en="Mine"), trainers=(trainer,), status=SessionStatus.FINISHED)
    a_session(a_course(title_en="Foreign"))

    text = client_as(trainer).text("/sessions?mine=1")

    assert "Mine" in text
    assert "Foreign" not in text


def test_the_list_is_narrowed_by_kind_centre_and_month(client_as):
    centre = a_centre()
    a_session(a_course(title_en="Wanted", kind=CourseKind.VR), centre_id=centre.id)
    a_session(a_course(title_en="Unwanted"), starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 2))
    client = client_as(None)

    for query in ("kind=vr", f"centre={centre.id}", "month=2026-06"):
        text = client.text(f"/sessions?{query}")
        assert "Wanted" in text
        assert "Unwanted" not in text


@pytest.mark.parametrize(
    "query",
    [
        "kind=nothing",
        "centre=x",
        f"centre={HUGE[:20]}",
        "month=2026-13",
        "month=0001-01",
        "month=9999-12",
        "status=draft",
        "status=%27",
        "mine=1",
        "page=-1",
        "page=x",
        f"page={HUGE[:30]}",
    ],
)
@pytest.mark.parametrize("who", [lambda: None, a_coordinator])
def test_bad_queries_are_left_out(client_as, query, who):
    title = a_session().course.title_en
    is_understood = query == "status=draft" and who is a_coordinator

    assert (title in client_as(who()).text(f"/sessions?{query}")) is not is_understood


def test_empty_lists_say_what_would_fill_them(client_as):
    assert "No session is open at the moment" in client_as(None).text("/sessions")
    assert "schedule one" in client_as(a_coordinator()).text("/sessions")
    assert "No centre is known" in client_as(None).text("/centres")


@pytest.mark.parametrize("who", [lambda: None, an_officer, a_coordinator])
def test_pages_ask_the_same_number_of_questions(client_as, count_queries, who):
    centre_id = a_centre().id
    client = client_as(who())
    session_id = a_session(centre_id=centre_id).id
    urls = ("/sessions", f"/sessions/{session_id}", "/centres", f"/centres/{centre_id}")
    a_meeting(get_session(session_id))
    counts = []
    for more in (0, 29):
        for number in range(more):
            a_session(centre_id=centre_id, trainers=(a_trainer(),))
            a_room(centre_id=centre_id)
            a_meeting(get_session(session_id), start=time(1), minutes=5 + number)
        for url in urls:
            db.session.remove()
            with count_queries() as statements:
                client.get(url)
            counts.append(len(statements))

    assert counts[:4] == counts[4:]
    assert max(counts) <= 14


# --- forms of sessions


def test_a_coordinator_schedules_a_session(client_as):
    course = a_course(code="CCS")
    client = client_as(a_coordinator())

    assert 'value="CCS-1"' in client.get(f"/courses/{course.id}/sessions/new").text
    answer = client.post(f"/courses/{course.id}/sessions/new", written())
    made = db.session.get(CourseSession, int(client.location(answer).rsplit("/", 1)[1]))

    assert (made.code, made.status, made.time_zone) == ("CCS-2026-01", SessionStatus.DRAFT, "Asia/Baku")
    assert made.enrolment_closes_at == datetime(2026, 5, 25, 14, tzinfo=UTC)
    assert (made.languages, made.interpretation, made.note_ru) == (("en", "ru"), ("fr",), "Возьмите каску.")
    assert "saved as a draft" in client.text(client.location(answer))


def test_the_centre_gives_its_time_zone(client_as):
    centre = a_centre(time_zone="Europe/Budapest", city_en="Budapest")
    client = client_as(a_coordinator())

    answer = client.post(f"/courses/{a_course().id}/sessions/new", written(centre_id=str(centre.id)))

    made = db.session.get(CourseSession, int(client.location(answer).rsplit("/", 1)[1]))
    assert made.time_zone == "Europe/Budapest"
    assert made.enrolment_closes_at == datetime(2026, 5, 25, 16, tzinfo=UTC)


def test_a_coordinator_of_one_centre_schedules_there_only(client_as):
    own, other = a_centre(), a_centre()
    client = client_as(a_coordinator(centre=own))
    office_course, foreign_course = a_course(), a_course(centre_id=other.id)

    client.get(f"/courses/{foreign_course.id}/sessions/new", status=403)
    for centre_id in (str(other.id), ""):
        client.post(f"/courses/{office_course.id}/sessions/new", written(centre_id=centre_id), status=422)
        assert "Please check what you entered. Nothing has been saved yet." in client.page.text
    client.post(f"/courses/{office_course.id}/sessions/new", written(centre_id=str(own.id)))


@pytest.mark.parametrize(
    "values",
    [
        {"code": ""},
        {"code": "   "},
        {"code": "x" * 41},
        {"starts_on": ""},
        {"starts_on": "tomorrow"},
        {"starts_on": "0001-01-01"},
        {"ends_on": "9999-12-31"},
        {"ends_on": "2026-05-31"},
        {"closes": "x"},
        {"closes": "0001-01-01T00:00"},
        {"closes": "2026-06-02T00:00"},
        {"centre_id": "999"},
        {"centre_id": HUGE},
        {"time_zone": "../../etc/passwd"},
        {"capacity_online": "-1"},
        {"capacity_online": HUGE},
        {"capacity_online": ""},
        {"capacity_online": "0", "minimum": "0"},
        {"capacity_in_person": "5"},
        {"minimum": "21"},
        {"languages": []},
        {"languages": ["xx"]},
        {"interpretation": ["<b>"]},
        {"joining_url": "javascript:alert(1)"},
        {"joining_url": "https://x.example/" + "y" * 500},
        {"sponsor_en": "x" * 201},
        {"note_en": "x" * 5001},
        {"time_zone": "Europe/Brussels", "closes": "2026-03-29T02:30"},
    ],
)
def test_a_bad_session_is_refused_with_the_input_kept(client_as, values):
    course = a_course()
    client = client_as(a_coordinator())

    answer = client.post(
        f"/courses/{course.id}/sessions/new", written(**{"sponsor_ru": "Спонсор", **values}), status=422
    )

    assert "Please check what you entered" in answer.text
    assert "Спонсор" in answer.text
    assert codes_like("") == []


def test_a_missing_form_is_refused(client_as):
    client = client_as(a_coordinator())

    client.post(f"/courses/{a_course().id}/sessions/new", {}, status=422)

    assert "First day: This field is required." in client.page.text


def test_edit_shows_and_saves_the_session(client_as):
    course_session = a_session(time_zone="Europe/Lisbon", enrolment_closes_at=datetime(2026, 5, 25, 17, tzinfo=UTC))
    client = client_as(a_coordinator())

    page = client.get(f"/sessions/{course_session.id}/edit").text
    client.post(
        f"/sessions/{course_session.id}/edit",
        written(centre_id=str(course_session.centre_id), time_zone="Europe/Lisbon", capacity_in_person="7"),
    )

    assert 'value="2026-05-25T18:00"' in page
    assert '<option selected value="Europe/Lisbon">' in page
    db.session.rollback()
    assert get_session(course_session.id).capacity_in_person == 7


def test_edit_refuses_fewer_places_than_are_taken(client_as):
    course_session = a_session(taken_in_person=5)
    values = written(centre_id=str(course_session.centre_id), capacity_in_person="4")

    answer = client_as(a_coordinator()).post(f"/sessions/{course_session.id}/edit", values, status=422)

    assert "5 people have a place in person" in answer.text


# --- steps


def test_a_draft_says_everything_that_it_lacks(client_as):
    draft = a_session(a_course(status=CourseStatus.DRAFT), status=SessionStatus.DRAFT)
    client = client_as(a_coordinator())

    text = client.text(f"/sessions/{draft.id}")
    answer = client.post(f"/sessions/{draft.id}/open", status=409)

    for words in ("Not possible yet: Open enrolment", "The course is not published", "There is no meeting yet"):
        assert words in text
    assert "There is no meeting yet" in answer.text


def test_a_ready_draft_is_opened_by_one_button(client_as):
    draft = a_draft()
    client = client_as(a_coordinator())

    client.get(f"/sessions/{draft.id}")
    assert f"/sessions/{draft.id}/open" in [form.get("action") for form in client.page.forms]
    client.post(f"/sessions/{draft.id}/open")

    assert status_of(draft) is SessionStatus.OPEN


def test_below_the_minimum_confirming_asks_for_a_reason(client_as):
    course_session = a_draft(status=SessionStatus.OPEN, minimum=5, taken_online=2, trainers=(a_trainer(),))
    client = client_as(a_coordinator())

    assert "2 of 5" in client.text(f"/sessions/{course_session.id}")
    client.get(f"/sessions/{course_session.id}/confirm")
    client.post(f"/sessions/{course_session.id}/confirm", {"reason": " "}, status=422)
    client.post(f"/sessions/{course_session.id}/confirm", {"reason": "x" * 2001}, status=422)
    client.post(f"/sessions/{course_session.id}/confirm", {"reason": "The sponsor insists."})

    assert status_of(course_session) is SessionStatus.CONFIRMED


def test_start_and_finish_wait_for_their_day(client_as):
    course_session, coordinator = a_draft(status=SessionStatus.CONFIRMED), a_coordinator()

    early = client_as(coordinator)
    early.post(f"/sessions/{course_session.id}/start", status=409)
    assert "It can be started on its first day, 1 June 2026." in early.page.text
    with time_machine.travel(datetime(2026, 6, 1, 9, tzinfo=UTC), tick=False):
        client = client_as(coordinator)
        client.post(f"/sessions/{course_session.id}/start")
        client.post(f"/sessions/{course_session.id}/finish")

    assert status_of(course_session) is SessionStatus.FINISHED


@pytest.mark.parametrize(
    ("venue", "words"),
    [
        ({}, "Its rooms and trainers"),
        ({"centre_id": None, "capacity_in_person": 0, "capacity_online": 20}, "Its trainers"),
    ],
)
def test_session_online_has_no_rooms_that_become_free(client_as, venue, words):
    client = client_as(a_coordinator())
    ended = {"status": SessionStatus.CANCELLED, "cancelled_at": NOW, "cancel_reason": "The trainer is ill."}

    assert f"{words} become free." in client.text(f"/sessions/{a_session(**venue).id}/cancel")
    assert f"{words} are free again." in client.text(f"/sessions/{a_session(**venue, **ended).id}")


def test_cancelling_says_how_many_will_be_told_and_needs_a_reason(client_as):
    course_session = a_session(taken_in_person=7)
    client = client_as(a_coordinator())

    assert "7 people have a place and will be told" in client.text(f"/sessions/{course_session.id}/cancel")
    client.post(f"/sessions/{course_session.id}/cancel", {"reason": ""}, status=422)
    client.post(f"/sessions/{course_session.id}/cancel", {"reason": "The trainer is ill."})
    assert "cannot be done now" in client.text(f"/sessions/{course_session.id}/cancel")
    client.post(f"/sessions/{course_session.id}/cancel", {"reason": "Again."}, status=422)

    assert status_of(course_session) is SessionStatus.CANCELLED


# --- meetings


def a_yard_session(**values):
    centre = a_centre()
    room = a_room(centre, name_en="Container yard", capacity=12)
    return a_session(centre_id=centre.id, **values), room


def in_yard(room: Room, **values):
    defaults = {"day": "2026-06-01", "start": "09:00", "end": "12:30", "mode": "in_person", "room_id": str(room.id)}
    return {**defaults, **values}


def test_a_meeting_is_added_changed_and_removed(client_as):
    course_session, room = a_yard_session()
    client = client_as(a_coordinator())

    assert "Container yard – for 12 people" in client.get(f"/sessions/{course_session.id}/meetings/new").text
    client.post(f"/sessions/{course_session.id}/meetings/new", in_yard(room, title_en="Doors"))
    [meeting] = meetings_of(course_session.id)
    assert 'value="09:00"' in client.get(f"/meetings/{meeting.id}/edit").text
    client.post(f"/meetings/{meeting.id}/edit", in_yard(room, start="10:00", title_en="Doors"))
    assert "1 June 2026, 10:00–12:30 (Baku time, UTC+4)" in client.text(f"/sessions/{course_session.id}")
    client.post(f"/meetings/{meeting.id}/remove")

    assert meetings_of(course_session.id) == []


@pytest.mark.parametrize(
    "values",
    [
        {"day": ""},
        {"day": "2026-06-31"},
        {"day": "0001-01-01"},
        {"day": "2026-06-03"},
        {"start": ""},
        {"start": "25:00"},
        {"start": "nine"},
        {"end": "09:00"},
        {"end": "08:00"},
        {"end": "12:30", "overnight": "y"},
        {"mode": "telepathy"},
        {"room_id": ""},
        {"room_id": "999"},
        {"room_id": HUGE},
        {"title_en": "x" * 201},
    ],
)
def test_a_bad_meeting_is_refused_with_the_input_kept(client_as, values):
    course_session, room = a_yard_session()

    answer = client_as(a_coordinator()).post(
        f"/sessions/{course_session.id}/meetings/new", in_yard(room, **{"title_ru": "Двери", **values}), status=422
    )

    assert "Двери" in answer.text
    assert meetings_of(course_session.id) == []


def test_a_difference_between_the_meetings_and_the_course_is_told_to_the_office(client_as):
    course_session = a_session(a_course(kind=CourseKind.PRACTICAL, duration_minutes=450))
    a_meeting(course_session, minutes=180)
    words = "The meetings take 3 h, but the course has 7 h 30 min. Certificates print the hours of the course;"

    assert words in client_as(a_coordinator()).text(f"/sessions/{course_session.id}")
    assert words not in client_as(None).text(f"/sessions/{course_session.id}")
    a_meeting(course_session, start=time(14), minutes=270)
    assert "but the course has" not in client_as(a_coordinator()).text(f"/sessions/{course_session.id}")


def test_a_time_that_the_clocks_skip_is_refused_at_its_field(client_as):
    day = date(2026, 3, 29)
    course_session = a_session(
        time_zone="Europe/Brussels", starts_on=day, ends_on=day, capacity_in_person=0, capacity_online=5
    )
    values = {"day": "2026-03-29", "start": "02:30", "end": "05:00", "mode": "online", "room_id": ""}

    answer = client_as(a_coordinator()).post(f"/sessions/{course_session.id}/meetings/new", values, status=422)

    assert "start-errors" in answer.text
    assert "the clocks go forward" in answer.text


def test_a_clash_is_named_at_the_room(client_as):
    course_session, room = a_yard_session()
    a_meeting(a_session(code="OTHER-1"), room=room)

    answer = client_as(a_coordinator()).post(f"/sessions/{course_session.id}/meetings/new", in_yard(room), status=422)

    assert "room_id-errors" in answer.text
    assert "is taken by OTHER-1" in answer.text


def test_a_night_meeting_ends_on_the_next_day(client_as):
    course_session, room = a_yard_session()

    client_as(a_coordinator()).post(
        f"/sessions/{course_session.id}/meetings/new", in_yard(room, start="22:00", end="02:00", overnight="y")
    )

    assert get_session(course_session.id).planned_minutes == 240


def test_the_same_meetings_are_added_on_every_day(client_as):
    course_session, room = a_yard_session()
    client = client_as(a_coordinator())
    client.get(f"/sessions/{course_session.id}/meetings/daily")
    values = in_yard(room, second="y", second_start="14:00", second_end="17:00")

    client.post(f"/sessions/{course_session.id}/meetings/daily", {**values, "second_end": ""}, status=422)
    client.post(f"/sessions/{course_session.id}/meetings/daily", values)
    answer = client.post(f"/sessions/{course_session.id}/meetings/daily", values, status=422)

    assert len(meetings_of(course_session.id)) == 4
    assert answer.text.count("already meets at that time") >= 4


# --- trainers, centres, rooms


@pytest.mark.parametrize(
    ("language", "names"),
    [("en", ["Cvetković", "Kasymov", "Zhukova"]), ("ru", ["Жукова", "Қасымов", "Цветковић"])],
)
@pytest.mark.parametrize("page", ["", "/trainers"])
def test_trainers_stand_in_the_order_of_the_readers_alphabet(client_as, language, names, page):
    serbian = a_trainer(family_name="Цветковић", family_name_latin="Cvetković")
    course_session = a_session(trainers=(a_trainer(family_name="Қасымов"), a_trainer(family_name="Жукова"), serbian))

    text = client_as(a_coordinator(language=language)).text(f"/sessions/{course_session.id}{page}")

    assert sorted(names, key=text.index) == names


def test_trainers_are_added_and_removed(client_as):
    course_session, trainer = a_session(), a_trainer()
    client = client_as(a_coordinator())

    client.post(f"/sessions/{course_session.id}/trainers", {"person_id": str(trainer.id)})
    assert trainer.name.full in client.text(f"/sessions/{course_session.id}/trainers")
    client.post(f"/sessions/{course_session.id}/trainers/remove", {"person_id": str(trainer.id)})
    client.post(f"/sessions/{course_session.id}/trainers/remove", {"person_id": HUGE[:40]})

    db.session.rollback()
    assert get_session(course_session.id).trainer_ids == frozenset()


@pytest.mark.parametrize("person_id", ["", "x", "999", HUGE])
def test_a_bad_trainer_is_refused(client_as, person_id):
    course_session = a_session()
    a_trainer()

    client = client_as(a_coordinator())
    client.post(f"/sessions/{course_session.id}/trainers", {"person_id": person_id}, status=422)

    assert "Trainer: " in client.page.text
    assert not course_session.trainers


def test_a_busy_trainer_is_refused_with_what_and_when(client_as):
    trainer = a_trainer()
    a_meeting(a_session(code="OTHER-1", trainers=(trainer,)))
    mine = a_session()
    a_meeting(mine)

    answer = client_as(a_coordinator()).post(
        f"/sessions/{mine.id}/trainers", {"person_id": str(trainer.id)}, status=422
    )

    assert "leads OTHER-1" in answer.text
    assert "1 June 2026, 09:00–12:00 (Baku time, UTC+4)" in answer.text


def test_rooms_are_kept_by_the_centre(client_as):
    centre = a_centre()
    client = client_as(a_coordinator(centre=centre))

    client.post(f"/centres/{centre.id}/rooms/new", {"name_en": "Yard", "name_ru": "Площадка", "capacity": "12"})
    [room] = rooms_of(centre.id)
    client.post(f"/rooms/{room.id}/edit", {"name_en": "Yard 2", "name_ru": "", "capacity": "15"})
    assert "Yard 2" in client.text(f"/centres/{centre.id}")
    client.post(f"/rooms/{room.id}/close")
    assert "not in use" in client.text(f"/centres/{centre.id}")
    assert "Yard 2" not in client_as(None).text(f"/centres/{centre.id}")
    client.post(f"/rooms/{room.id}/reopen")

    assert [row.capacity for row in rooms_of(centre.id)] == [15]


@pytest.mark.parametrize(
    "values",
    [
        {"name_en": ""},
        {"name_en": " "},
        {"name_en": "x" * 101},
        {"capacity": "0"},
        {"capacity": HUGE},
        {"capacity": ""},
    ],
)
def test_a_bad_room_is_refused(client_as, values):
    centre = a_centre()

    client_as(a_coordinator()).post(
        f"/centres/{centre.id}/rooms/new", {"name_en": "Yard", "capacity": "12", **values}, status=422
    )

    assert rooms_of(centre.id) == []


def test_a_room_in_which_sessions_meet_is_not_closed(client_as):
    course_session, room = a_yard_session(code="CCS-1")
    a_meeting(course_session, room=room)

    answer = client_as(a_coordinator()).post(f"/rooms/{room.id}/close", status=409)

    assert "CCS-1" in answer.text


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_page_speaks_both_languages(client_as, language):
    course_session, room = a_yard_session(taken_in_person=2, minimum=3)
    meeting = a_meeting(course_session, room=room)
    client = client_as(a_coordinator(language=language))

    for url in (
        "/sessions",
        f"/sessions/{course_session.id}",
        f"/sessions/{course_session.id}/edit",
        f"/sessions/{course_session.id}/cancel",
        f"/sessions/{course_session.id}/confirm",
        f"/sessions/{course_session.id}/trainers",
        f"/sessions/{course_session.id}/meetings/new",
        f"/sessions/{course_session.id}/meetings/daily",
        f"/meetings/{meeting.id}/edit",
        f"/courses/{course_session.course_id}/sessions/new",
        "/centres",
        f"/centres/{room.centre_id}",
        f"/centres/{room.centre_id}/rooms/new",
        f"/rooms/{room.id}/edit",
    ):
        client.get(url)
        assert client.page.language == language
