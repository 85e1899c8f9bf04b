"""The catalogue as everyone reads it: the list, its filters, and the page of a course."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.builders import (
    NOW,
    a_centre,
    a_completion,
    a_contact_point,
    a_coordinator,
    a_course,
    a_meeting,
    a_session,
    a_topic,
    a_trainer,
    add,
    an_officer,
)
from trainingapp.catalogue.models import AccessClass, CourseKind, CourseStatus, Level, course_topic
from trainingapp.core.db import db, transaction
from trainingapp.core.text import search_key, sort_key
from trainingapp.enrolment.models import Place, PlaceMode, PlaceStatus, Way
from trainingapp.scheduling.models import SessionStatus

pytestmark = pytest.mark.usefixtures("time_stands")


@pytest.fixture
def visitor(client_as: Callable[..., Any]) -> Any:
    return client_as(None)


def titles(client: Any, address: str) -> list[str]:
    """The course titles that the list shows, in order."""
    html = client.get(address).get_data(as_text=True)
    links = [part.split("</a>")[0] for part in html.split('<h2 class="line-title">')[1:]]
    return [link.removesuffix("</span>").rsplit(">", 1)[-1] for link in links]


def carry(course: Any, topic: Any) -> None:
    with transaction():
        db.session.execute(sa.insert(course_topic).values(course_id=course.id, topic_id=topic.id))


def test_list_shows_published_courses_by_title(visitor: Any) -> None:
    a_course(title_en="Seals", sort_key_en="seals")
    a_course(title_en="Containers", sort_key_en="containers")
    a_course(title_en="Secret draft", status=CourseStatus.DRAFT)
    a_course(title_en="Old times", status=CourseStatus.RETIRED)

    assert titles(visitor, "/courses") == ["Containers", "Seals"]
    assert "2 courses" in visitor.page.text


@pytest.mark.both_engines
def test_list_is_sorted_by_the_title_that_the_reader_sees(client_as: Callable[..., Any]) -> None:
    for english, russian in (("C", "Ель"), ("B", "Ёж"), ("A", "Жук"), ("Zoo", None)):
        a_course(title_en=english, title_ru=russian)

    assert titles(client_as(None, language="en"), "/courses") == ["A", "B", "C", "Zoo"]
    assert titles(client_as(None, language="ru"), "/courses") == ["Zoo", "Ель", "Ёж", "Жук"]


def test_title_without_translation_says_its_language(client_as: Callable[..., Any]) -> None:
    a_course(title_en="Containers", title_ru=None)

    html = client_as(None, language="ru").get("/courses").get_data(as_text=True)

    assert ' lang="en">Containers</a>' in html


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Seals", "Parcels"}),
        ("?q=seal", {"Seals"}),
        ("?q=ЕМКОСТИ", {"Seals"}),
        ("?q=ёмкости+пломбы", {"Seals"}),
        ("?q=пломбы+посылки", set()),
        ("?q=%25", set()),
        ("?q=_", set()),
        ("?q=%5C", set()),
        ("?q=pcl-1", {"Parcels"}),
        ("?kind=vr", {"Seals"}),
        ("?kind=distance", {"Parcels"}),
        ("?language=ru", {"Seals"}),
        ("?language=fr", {"Parcels"}),
        ("?topic=seals", {"Seals"}),
        ("?centre=BAK", {"Seals"}),
        ("?centre=AST", {"Parcels"}),
        ("?month=2026-06", {"Seals"}),
        ("?month=2026-07", {"Seals"}),
        ("?month=2026-08", {"Parcels"}),
        ("?month=2026-09", set()),
        ("?free=1", {"Parcels"}),
        ("?free=1&kind=vr", set()),
        ("?month=2026-06&centre=AST", set()),
        ("?month=2026-06&language=fr", set()),
        ("?q=parcels&kind=distance&language=fr&centre=AST&month=2026-08&free=1", {"Parcels"}),
    ],
)
def test_filters_find_what_matches_all_of_them(visitor: Any, query: str, found: set[str]) -> None:
    baku, astana, topic = a_centre(code="BAK"), a_centre(code="AST"), a_topic(code="seals")
    seals = a_course(
        title_en="Seals",
        title_ru="Ёмкости и пломбы",
        kind=CourseKind.VR,
        centre_id=baku.id,
        search_key=search_key("SLS-1", "Seals", "Ёмкости и пломбы"),
    )
    parcels = a_course(
        title_en="Parcels",
        kind=CourseKind.DISTANCE,
        languages=("fr",),
        search_key=search_key("PCL-1", "Parcels", "Посылки"),
    )
    carry(seals, topic)
    full = {"capacity_in_person": 1, "taken_in_person": 1}
    a_session(seals, centre_id=baku.id, starts_on=date(2026, 6, 29), ends_on=date(2026, 7, 3), **full)
    a_session(parcels, centre_id=astana.id, starts_on=date(2026, 8, 3), ends_on=date(2026, 8, 4), languages=("fr",))

    assert set(titles(visitor, f"/courses{query}")) == found


@pytest.mark.both_engines
def test_free_places_are_those_that_can_still_be_taken(visitor: Any) -> None:
    a_session(a_course(), enrolment_closes_at=NOW - timedelta(days=1))
    a_session(a_course(), status=SessionStatus.DRAFT)
    a_session(a_course(), starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 2))

    assert titles(visitor, "/courses?free=1") == []


@pytest.mark.both_engines
def test_list_shows_the_next_session_and_its_places(visitor: Any) -> None:
    course = a_course()
    a_session(course, starts_on=date(2026, 9, 7), ends_on=date(2026, 9, 8))
    a_session(course, starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 2), taken_in_person=3)
    sooner = {"starts_on": date(2026, 5, 20), "ends_on": date(2026, 5, 21)}
    a_session(course, status=SessionStatus.CANCELLED, cancelled_at=NOW, **sooner)
    a_session(course, status=SessionStatus.DRAFT, **sooner)

    text = visitor.text("/courses")

    assert "1–2 June 2026" in text
    assert "7 of 10 places left" in text


def test_list_says_what_is_set_and_how_to_take_it_away(visitor: Any) -> None:
    a_topic(code="seals")

    html = visitor.get("/courses?q=foo&kind=vr&free=1").get_data(as_text=True)

    assert "“foo”" in visitor.page.text
    assert 'href="/courses?kind=vr&amp;free=1"' in html
    assert 'href="/courses?q=foo&amp;kind=vr"' in html
    assert "No course matches all of this" in visitor.page.text
    assert "0 courses" in visitor.page.text


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("?kind=spacewalk", "Kind"),
        ("?language=xx", "Language"),
        ("?topic=%27%3B+DROP+TABLE+course", "Topic"),
        ("?centre=4711", "Centre"),
        ("?month=soon", "Month"),
        ("?month=2026-13", "Month"),
        ("?month=0000-01", "Month"),
        ("?month=９９９９-01", "Month"),
        ("?free=maybe", "Free places only"),
        ("?status=draft", "Status"),
    ],
)
def test_value_that_is_none_is_left_out_and_named(visitor: Any, query: str, named: str) -> None:
    a_course()

    text = visitor.text(f"/courses{query}")

    assert f"was left out: {named}." in text
    assert "1 course" in text


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "query",
    [
        "?month=9999-12",
        "?month=0001-01",
        "?page=-1",
        "?page=x",
        "?page=99999999999999999999",
        "?q=" + "x" * 5000,
        "?q=" + "a+" * 500,
        "?q=%F0%9F%9A%A2",
        "?q=%FF%FE",
        "?q=<script>alert(1)</script>",
        "?kind=vr&kind=distance",
        "?unknown=1",
    ],
)
def test_hostile_address_gets_a_page(visitor: Any, query: str) -> None:
    a_course()

    visitor.get(f"/courses{query}")


def test_zero_byte_is_refused(visitor: Any) -> None:
    visitor.get("/courses?q=%00", status=400)


def test_coordinator_sees_drafts_and_retired_courses_on_demand(client_as: Callable[..., Any]) -> None:
    client = client_as(a_coordinator())
    a_course(title_en="Draft", status=CourseStatus.DRAFT)
    a_course(title_en="Published")
    a_course(title_en="Retired", status=CourseStatus.RETIRED)

    assert titles(client, "/courses") == ["Published"]
    assert titles(client, "/courses?status=draft") == ["Draft"]
    assert titles(client, "/courses?status=retired") == ["Retired"]
    assert titles(client, "/courses?status=all") == ["Draft", "Published", "Retired"]


@pytest.mark.parametrize("make", [None, an_officer, a_contact_point])
def test_draft_leaks_nowhere(client_as: Callable[..., Any], make: Callable[..., Any] | None) -> None:
    draft = a_course(title_en="Secret plan", title_ru="Тайный план", status=CourseStatus.DRAFT, published_at=None)
    course = a_course(prerequisites=(draft,))
    a_session(course, status=SessionStatus.DRAFT, note_en="Secret plan")
    carry(draft, a_topic(name_en="Secret plan"))
    client = client_as(make() if make else None)

    pages = [client.get(f"/courses/{draft.id}", status=403 if make else 302)]
    for address in ("/courses", "/courses?q=secret", "/courses?status=all", f"/courses/{course.id}"):
        pages.append(client.get(address))

    assert not any("Secret plan" in page.get_data(as_text=True) for page in pages)
    assert "There is no date yet" in client.page.text


def test_trainer_and_coordinator_preview_a_draft(client_as: Callable[..., Any]) -> None:
    draft = a_course(status=CourseStatus.DRAFT, published_at=None)

    for person in (a_trainer(), a_coordinator()):
        assert "only the office sees this page" in client_as(person).text(f"/courses/{draft.id}")


def test_coordinator_is_told_what_a_draft_still_needs(client_as: Callable[..., Any]) -> None:
    draft = a_course(status=CourseStatus.DRAFT, published_at=None, title_ru=None, audience_en="Officers")
    client = client_as(a_coordinator())

    text = client.text(f"/courses/{draft.id}")

    assert "it needs: Summary (English), About the course (English)." in text
    assert "In English only: Title, Who it is for." in text
    assert f"/courses/{draft.id}/publish" not in [form.get("action") for form in client.page.forms]
    assert f"/courses/{draft.id}/delete" in [form.get("action") for form in client.page.forms]


def test_coordinator_of_another_centre_reads_only(client_as: Callable[..., Any]) -> None:
    course = a_course(centre_id=a_centre().id)
    client = client_as(a_coordinator(centre=a_centre()))

    client.get(f"/courses/{course.id}")

    assert f"/courses/{course.id}/edit" not in client.page.links
    assert f"/courses/{course.id}/retire" not in [form.get("action") for form in client.page.forms]


def test_course_page_says_everything(visitor: Any) -> None:
    centre, topic = a_centre(name_en="Baku centre"), a_topic(name_en="Seals", code="seals")
    course = a_course(
        summary_en="In short.",
        description_en="**Bold** words and <script>alert(1)</script>",
        outcomes_en="- check a seal",
        audience_en="Officers at the border.",
        admission_en="A year of service.",
        assessment_en="A test.",
        competency_en="Container control",
        level=Level.ADVANCED,
        centre_id=centre.id,
        validity_months=24,
        result_required=True,
        pass_score=70,
        kind=CourseKind.DISTANCE,
        followed_at_url="https://e-training.example.org/1",
    )
    carry(course, topic)

    html = visitor.get(f"/courses/{course.id}").get_data(as_text=True)

    text = " ".join(visitor.page.text.split())
    for words in (
        "In short.",
        "check a seal",
        "Officers at the border.",
        "A year of service.",
        "A test.",
        "Container control",
        "Advanced",
        "Baku centre",
        "Seals",
        "attend at least 80% of the planned hours and pass the assessment with at least 70 out of 100.",
        "valid for 24 months",
        "No other course is required.",
    ):
        assert words in text
    assert "<strong>Bold</strong>" in html
    assert "<script>alert" not in html
    assert 'href="https://e-training.example.org/1" rel="noopener noreferrer"' in html


def test_visitor_is_asked_to_sign_in_to_see_whether_requirements_are_met(visitor: Any) -> None:
    course = a_course(prerequisites=(a_course(title_en="Theory"),))

    text = visitor.text(f"/courses/{course.id}")

    assert "Theory" in text
    assert "Sign in to see whether you meet this." in text


@pytest.mark.both_engines
def test_reader_sees_which_requirements_are_met(client_as: Callable[..., Any]) -> None:
    reader = an_officer()
    lasting, limited, expired, lacking, withdrawn = (a_course(title_en=f"Required {n}") for n in range(5))
    course = a_course(prerequisites=(lasting, limited, expired, lacking, withdrawn))
    a_completion(reader, lasting)
    a_completion(reader, limited, valid_until=date(2026, 12, 31))
    a_completion(reader, expired, valid_until=date(2026, 5, 3))
    a_completion(reader, withdrawn, withdrawn_at=NOW, withdrawal_reason="mistake")
    a_completion(an_officer(), lacking)

    text = client_as(reader).text(f"/courses/{course.id}")

    assert "met – valid until 31 December 2026" in text
    assert "expired on 3 May 2026" in text
    assert text.count("not yet") == 2
    assert "You do not meet 3 requirements yet." in text


def test_reader_who_meets_everything_is_sent_to_the_sessions(client_as: Callable[..., Any]) -> None:
    reader, required = an_officer(), a_course()
    course = a_course(prerequisites=(required,))
    a_completion(reader, required)
    client = client_as(reader)

    assert "As soon as there is a date" in client.text(f"/courses/{course.id}")
    a_session(course)
    assert "Choose a session to get a place." in client.text(f"/courses/{course.id}")


def test_reader_is_warned_of_what_expires_before_the_next_session(client_as: Callable[..., Any]) -> None:
    reader, required = an_officer(), a_course()
    course = a_course(prerequisites=(required,))
    a_completion(reader, required, valid_until=date(2026, 5, 31))
    a_session(course, starts_on=date(2026, 6, 1))

    client = client_as(reader)
    text = client.text(f"/courses/{course.id}")

    assert "but not on the day when the next session begins" in text
    assert "Complete what the course requires first" in text
    assert "Enrolment closes on" in text
    assert "You can" not in text
    assert not any(link.endswith("/enrol") for link in client.page.links)


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (None, "You have completed this course."),
        (date(2026, 12, 31), "You have completed this course; it is valid until 31 December 2026."),
        (date(2026, 5, 1), "it expired on 1 May 2026. Take it again to renew it."),
    ],
)
def test_reader_is_told_of_an_own_completion(client_as: Callable[..., Any], until: date | None, said: str) -> None:
    reader, course = an_officer(), a_course()
    a_completion(reader, course, valid_until=until)

    assert said in client_as(reader).text(f"/courses/{course.id}")


@pytest.mark.parametrize(
    ("access", "taken", "words"),
    [
        (AccessClass.OPEN, 3, "Take a place"),
        (AccessClass.OPEN, 10, "Join the waiting list"),
        (AccessClass.CUSTOMS, 3, "Ask for a place"),
    ],
)
def test_session_has_the_button_that_its_course_allows(
    client_as: Callable[..., Any], access: AccessClass, taken: int, words: str
) -> None:
    course = a_course(access_class=access)
    course_session = a_session(course, taken_in_person=taken)

    for person in (None, an_officer()):
        client = client_as(person)
        assert words in client.text(f"/courses/{course.id}")
        assert f"/sessions/{course_session.id}/enrol" in client.page.links


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"enrolment_closes_at": NOW}, "The deadline has passed."),
        ({"status": SessionStatus.RUNNING, "starts_on": date(2026, 5, 1)}, "nobody can join any more"),
    ],
)
def test_session_that_is_closed_says_so(visitor: Any, values: dict[str, Any], said: str) -> None:
    course = a_course(access_class=AccessClass.OPEN)
    course_session = a_session(course, **values)

    assert said in visitor.text(f"/courses/{course.id}")
    assert f"/sessions/{course_session.id}/enrol" not in visitor.page.links


def test_invitation_course_says_whom_to_ask(visitor: Any) -> None:
    course = a_course(access_class=AccessClass.INVITATION)
    a_session(course)

    assert "Places are given by invitation" in visitor.text(f"/courses/{course.id}")


def test_deadline_is_said_on_the_clock_of_the_venue(visitor: Any) -> None:
    course = a_course()
    a_session(course, enrolment_closes_at=datetime(2026, 5, 20, 14, 0, tzinfo=UTC))

    assert "You can ask for a place until 20 May 2026, 18:00 (Baku time, UTC+4)." in visitor.text(
        f"/courses/{course.id}"
    )


def test_own_place_stands_in_place_of_the_button(client_as: Callable[..., Any]) -> None:
    reader, course = an_officer(), a_course()
    course_session = a_session(course)
    add(
        Place(
            person_id=reader.id,
            organisation_id=reader.organisation_id,
            course_session_id=course_session.id,
            status=PlaceStatus.WAITING,
            mode=PlaceMode.IN_PERSON,
            way=Way.SELF,
            queue_no=1,
            asked_at=NOW,
            changed_at=NOW,
        )
    )
    client = client_as(reader)

    assert "On the waiting list" in client.text(f"/courses/{course.id}")
    assert f"/sessions/{course_session.id}/enrol" not in client.page.links


def test_retired_course_is_still_there(visitor: Any) -> None:
    course = a_course(status=CourseStatus.RETIRED)

    assert "This course is no longer offered." in visitor.text(f"/courses/{course.id}")


def test_course_that_does_not_exist_is_not_found(visitor: Any) -> None:
    visitor.get("/courses/4711", status=404)
    visitor.get("/courses/99999999999999999999", status=404)


def test_list_asks_twice_at_any_length(visitor: Any, count_queries: Callable[..., Any]) -> None:
    counts = []
    for more in (1, 29):
        for _number in range(more):
            a_session(a_course())
        with count_queries() as statements:
            visitor.get("/courses?free=1&q=con")
        counts.append(len(statements))

    assert counts == [2, 2]


@pytest.mark.both_engines
def test_list_has_pages(visitor: Any) -> None:
    for number in range(25):
        title = f"Course {number:02}"
        a_course(title_en=title, sort_key_en=sort_key(title))

    assert titles(visitor, "/courses?kind=practical") == [f"Course {number:02}" for number in range(20)]
    assert "/courses?kind=practical&page=2" in visitor.page.links
    assert titles(visitor, "/courses?kind=practical&page=2") == [f"Course {number:02}" for number in range(20, 25)]


def test_course_page_asks_as_often_for_thirty_sessions_as_for_one(
    client_as: Callable[..., Any], count_queries: Callable[..., Any]
) -> None:
    small = a_course(prerequisites=(a_course(),))
    large = a_course(prerequisites=tuple(a_course() for _number in range(30)))
    addresses = [f"/courses/{small.id}", f"/courses/{large.id}"]
    for course, sessions in ((small, 1), (large, 30)):
        for _number in range(sessions):
            a_meeting(a_session(course))
    client, counts = client_as(an_officer()), []
    for address in addresses:
        db.session.remove()
        with count_queries() as statements:
            client.get(address)
        counts.append(len(statements))

    assert counts[0] == counts[1]
