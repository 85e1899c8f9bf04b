"""The first start, as a newcomer sees it: the real server on an empty folder, every role, every link, every form.

What is built in one process and tried in one process says nothing about it: the server begins others.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pypdf
import pytest

import config
from tests.newcomer.server import Server, serving
from tests.newcomer.tour import Tour
from tests.newcomer.visitor import Answer, Visitor
from tests.papers import is_copied_as_shown, links_of
from trainingapp.app import UNDECLARED, create_app
from trainingapp.seed.demonstration import ACCOUNTS, PASSWORD

pytestmark = pytest.mark.server

PATIENCE = 10  # seconds for any answer
PDF, XLSX = "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ANSWERS = {200, 302, 303}
REFUSALS = {409, 422}  # what is wrong with a form, in a sentence
LINKED_BY_LETTER = {"accounts.open_link"}
NEEDS_A_STATE = {  # which the demonstration or the tour may not come to; their own tests send these
    "accounts.forgotten", "accounts.import_namesakes",
    "accounts.reactivate", "attendance.correct_result", "attendance.result", "attendance.scan", "attendance.withdraw",
    "catalogue.delete", "catalogue.delete_topic", "catalogue.publish", "desk.accept_clock",
    "enrolment.offer_by_hand", "enrolment.release",
    "nomination.comment", "nomination.finalise", "nomination.new_call", "nomination.open_call", "nomination.propose",
    "nomination.rank", "nomination.reopen", "mail.try_again", "mail.try_all_again",
    "scheduling.confirm", "scheduling.finish",
    "scheduling.open", "scheduling.reopen_room", "scheduling.start",
}  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("newcomer"), "demo") as server:
        yield server


@pytest.fixture(scope="module")
def tours(office: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tour]:
    """Where each role came by following links, two readers at a time."""
    addresses = create_app(config.Testing({"DATA_DIR": str(tmp_path_factory.mktemp("addresses"))})).url_map

    def tour(email: str) -> Tour:
        found = Tour(Visitor(office.url), addresses)
        if email:
            assert found.visitor.sign_in(email, PASSWORD).status == 303
        found.look_around(f"{office.url}/my" if email else f"{office.url}/")
        return found

    emails = ["", *(email for _role, email in ACCOUNTS)]
    with ThreadPoolExecutor(2) as readers:
        return dict(zip(emails, readers.map(tour, emails), strict=True))


@pytest.fixture(scope="module")
def links(tours: dict[str, Tour]) -> list[Answer]:
    """What answered to links, before any form was sent. A letter to somebody else may lead where one may not go."""
    found = [(tour, answer) for tour in tours.values() for answer in tour.visitor.answers]
    return [answer for tour, answer in found if answer.status != 403 or answer.url not in tour.told_of]


@pytest.fixture(scope="module")
def forms(tours: dict[str, Tour], links: list[Answer]) -> list[Answer]:
    """What answered to forms, each kind sent by each role that has it."""
    for tour in tours.values():
        tour.fill_in_forms()
    return [answer for tour in tours.values() for answer in tour.done]


def faults(answers: list[Answer], expected: set[int]) -> list[str]:
    slow_or_wrong = [one for one in answers if one.status not in expected or one.seconds > PATIENCE]
    return [f"{one.url}: {one.status} after {one.seconds:.1f} s {one.body[:80]!r}" for one in slow_or_wrong]


def test_every_link_is_answered_in_time(links: list[Answer]) -> None:
    assert len(links) > 300
    assert faults(links, ANSWERS) == []


def test_every_pdf_is_whole_and_leads_back_to_the_office(office: Server, links: list[Answer]) -> None:
    papers = [one for one in links if one.content_type == PDF]

    assert len(papers) > 10
    for paper in papers:
        assert len(pypdf.PdfReader(io.BytesIO(paper.body)).pages) > 0, paper.url
        assert all(f"{link}/".startswith(f"{office.url}/") for link in links_of(paper.body)), paper.url
        assert is_copied_as_shown(paper.body), paper.url


def test_every_workbook_is_whole(links: list[Answer]) -> None:
    workbooks = [one for one in links if one.content_type == XLSX]

    assert workbooks
    for workbook in workbooks:
        assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(workbook.body)).namelist(), workbook.url


def test_every_letter_leads_to_this_office(office: Server, links: list[Answer]) -> None:
    letters = [one for one in links if one.is_page and re.search(r"/letters/[0-9]+$", one.url)]

    assert letters
    assert [
        one.url for one in letters if office.url not in one.body.decode() or "127.0.0.1:8000" in one.body.decode()
    ] == []


def test_every_kind_of_page_is_linked(tours: dict[str, Tour]) -> None:
    linked = sum((tour.seen for tour in tours.values()), Counter())

    assert unreached(tours, "GET", linked) == set()


def test_every_form_is_answered_in_time(forms: list[Answer]) -> None:
    assert len(forms) > 100
    assert faults(forms, ANSWERS | REFUSALS) == []


def test_every_kind_of_form_was_sent(tours: dict[str, Tour], forms: list[Answer]) -> None:
    sent = sum((tour.sent for tour in tours.values()), Counter())

    assert unreached(tours, "POST", sent) == set()


def unreached(tours: dict[str, Tour], method: str, reached: Counter[str]) -> set[str]:
    rules = tours[""].addresses.map.iter_rules()
    there = {rule.endpoint for rule in rules if method in (rule.methods or ())}
    return there - UNDECLARED - LINKED_BY_LETTER - NEEDS_A_STATE - {*reached}
