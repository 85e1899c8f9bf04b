"""After an action its message stands beside what changed, in sight, with the focus; on a phone pages are long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.attendance.group import a_place
from tests.browser.conftest import Office
from tests.browser.screen import Screen
from tests.builders import a_centre, a_coordinator, a_meeting, a_room, a_session, a_trainer, an_officer
from trainingapp.accounts.models import Person
from trainingapp.core.clock import today_in, utc_now
from trainingapp.core.db import db
from trainingapp.scheduling.models import SessionStatus

pytestmark = pytest.mark.browser

ONE_LINE = 64
FOCUS = "() => document.activeElement.matches('.flash')"
PDF = {"name": "sheet.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 a signed sheet"}


def test_what_was_done_is_told_where_it_was_done_and_has_the_focus(office: Office, reader: Callable[..., Page]) -> None:
    with office.app.app_context():
        centre, trainer = a_centre(), a_trainer()
        room, today = a_room(centre), today_in("Asia/Baku", utc_now())
        first = today - timedelta(days=1)  # whatever the hour, its meeting has begun
        days = {"starts_on": first, "ends_on": today + timedelta(days=20)}
        course_session = a_session(centre_id=centre.id, trainers=(trainer,), status=SessionStatus.RUNNING, **days)
        meetings = [a_meeting(course_session, first + timedelta(days=day), room=room) for day in range(12)]
        for number in range(10):
            a_place(an_officer(), course_session, number)
        page = reader("ru", phone=True)
        screen = Screen(office, page, "ru")

        open_as(screen, a_coordinator(), f"/sessions/{course_session.id}/meetings/new")
        page.fill("[name=day]", (today + timedelta(days=15)).isoformat())
        page.fill("[name=start]", "09:00")
        page.fill("[name=end]", "12:00")
        page.select_option("[name=room_id]", str(room.id))
        submit(page, "form:has([name=day])")
        is_told_in(page, "#meetings")

        open_as(screen, trainer, f"/meetings/{meetings[0].id}/attendance")
        page.set_input_files("[name=scan]", PDF)  # type: ignore[arg-type]
        submit(page, "form:has([name=scan])")
        is_told_in(page, "#scans")

        assert page.locator(".save-bar").bounding_box()["height"] <= ONE_LINE  # type: ignore[index]
        submit(page, "form[data-sheet]", "button[name=all_present]")
        is_told_in(page, "main")
        db.session.remove()


def open_as(screen: Screen, person: Person, path: str) -> None:
    screen.sit_down(person)
    assert screen.is_shown(path), path


def submit(page: Page, form: str, button: str = "button[type=submit]") -> None:
    """Press the button, which leads to another page."""
    with page.expect_navigation():
        page.locator(f"{form} {button}").last.evaluate("each => each.form.requestSubmit(each)")


def is_told_in(page: Page, part: str) -> None:
    page.wait_for_function(FOCUS)
    expect(page.locator(f"{part} .flash")).to_be_in_viewport(ratio=1)
    expect(page.locator(".flash")).to_have_count(1)
