"""Whom to ask is named in the sentence that tells people to ask, and the sentence is whole where no address is set."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from babel.messages.pofile import read_po
from flask import Flask

import manage
from tests import builders
from tests.builders import NOW
from tests.pages import PageClient
from trainingapp.catalogue.models import AccessClass
from trainingapp.core.i18n import speaking
from trainingapp.core.office import office_contact
from trainingapp.enrolment.rules.joining import EnrolmentClosed, SessionFacts, check_open
from trainingapp.nomination.papers import how_to_nominate
from trainingapp.nomination.rules.stages import STANDS, Stage
from trainingapp.scheduling.models import SessionStatus

Client = Callable[..., PageClient]
EMAIL, PHONE = "office@example.org", "+994 12 345-67-89"
LINKS = f'<a href="mailto:{EMAIL}">{EMAIL}</a>, <a href="tel:+994123456789">{PHONE}</a>'


@pytest.fixture(params=[(EMAIL, PHONE), (EMAIL, ""), ("", PHONE), ("", "")])
def brackets(app: Flask, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """Each way in which an office can be reached, as it follows the word for the office."""
    email, phone = request.param
    monkeypatch.setitem(app.config, "OFFICE_EMAIL", email)
    monkeypatch.setitem(app.config, "OFFICE_PHONE", phone)
    known = ", ".join(filter(None, request.param))
    return f" ({known})" if known else ""


@pytest.fixture
def reached(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "OFFICE_EMAIL", EMAIL)
    monkeypatch.setitem(app.config, "OFFICE_PHONE", PHONE)


def test_sentences_read_well_with_and_without_an_address(brackets: str) -> None:
    with speaking("en"):
        assert str(STANDS[Stage.CLOSED]).endswith(f"an exception: please write to the office{brackets}.")
        assert f"please write to the office{brackets}: a coordinator can" in how_to_nominate()
    with speaking("ru"):
        assert str(STANDS[Stage.CLOSED]).endswith(f"сделать исключение: напишите в бюро{brackets}.")
        assert f"напишите в бюро{brackets}: координатор сделает" in how_to_nominate()


def test_who_comes_too_late_is_told_whom_to_write_to(reached: None) -> None:
    session = SessionFacts(
        status=SessionStatus.OPEN, access=AccessClass.OPEN, starts_at=NOW + timedelta(days=1), closes_at=NOW, seats={}
    )

    with pytest.raises(EnrolmentClosed, match=re.escape(f"please write to the office ({EMAIL}, {PHONE}).")):
        check_open(session, NOW)


def test_address_is_a_link_and_what_is_set_never_markup(
    app: Flask, monkeypatch: pytest.MonkeyPatch, reached: None
) -> None:
    assert office_contact.__html__() == f" ({LINKS})"

    monkeypatch.setitem(app.config, "OFFICE_PHONE", "<b>12</b>")

    assert "<b>" not in office_contact.__html__()


@pytest.mark.parametrize(
    ("url", "status"), [("/sign-in", 200), ("/forgotten", 200), ("/access/none", 404), ("/administration", 403)]
)
@pytest.mark.parametrize(
    ("language", "words"), [("en", "Questions? Ask the office"), ("ru", "Есть вопросы? Обратитесь в бюро")]
)
def test_pages_that_leave_somebody_at_a_loss_name_the_office(
    client_as: Client, reached: None, url: str, status: int, language: str, words: str
) -> None:
    reader = builders.an_officer(language=language) if status == 403 else None

    page = client_as(reader, language=language).get(url, status=status).get_data(as_text=True)

    assert f"{words}: {LINKS}" in unescape(page)


def test_course_past_its_deadline_and_the_front_page_name_the_office(
    client_as: Client, reached: None, time_stands: None
) -> None:
    course = builders.a_course()
    builders.a_session(course, enrolment_closes_at=NOW)
    client = client_as(builders.an_officer())

    assert f"please write to the office ({EMAIL}, {PHONE})." in client.text(f"/courses/{course.id}")
    assert f"ask your National Contact Point or the office ({EMAIL}, {PHONE})." in client_as(None).text("/")


def test_no_text_sends_a_reader_to_somebody_whom_it_does_not_name() -> None:
    with manage.TEMPLATE.open("rb") as file:
        texts = [str(message.id) for message in read_po(file)]

    assert len(texts) > 1_000
    assert not [text for text in texts if "your coordinator" in text.lower()], "who is that? Write office%(contact)s"


def test_pages_of_an_office_without_address_are_silent(client_as: Client) -> None:
    page = client_as(None).get("/sign-in").get_data(as_text=True)

    assert "Ask the office" not in page
    assert "The office:" not in page
