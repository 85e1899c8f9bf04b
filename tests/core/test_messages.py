"""Where a page tells what was just done."""

from __future__ import annotations

import pytest
from flask import Flask, flash, g, request, session

from trainingapp.core.web import messages_at, messages_left, see_other


def said(app: Flask, path: str, *anchors: str | None) -> list[list[str]]:
    """What each part of the page at the path tells after an action that leads to the list of sessions."""
    with app.test_request_context("/sessions", method="POST"):
        flash("Done.", "success")
        see_other("scheduling.sessions", "meetings")
        kept = dict(session)
    with app.test_request_context(path):
        vars(g).clear()
        session.update(kept)
        assert request.path == path
        parts = [[message for _category, message in messages_at(anchor)] for anchor in anchors]
        return [*parts, [message for _category, message in messages_left()]]


@pytest.mark.parametrize(
    ("path", "anchors", "told"),
    [
        ("/sessions", (None, "scans", "meetings", "meetings"), [[], [], ["Done."], [], []]),
        ("/sessions", (None, "scans"), [[], [], ["Done."]]),
        ("/courses", (None, "meetings"), [["Done."], [], []]),
    ],
)
def test_messages_are_told_once_at_their_place_and_never_lost(app: Flask, path: str, anchors, told) -> None:
    assert said(app, path, *anchors) == told


def test_message_without_a_place_stands_above_the_page(app: Flask) -> None:
    with app.test_request_context("/sessions"):
        vars(g).clear()
        flash("Done.", "success")

        assert messages_at("meetings") == []
        assert messages_at() == [("success", "Done.")]
        assert messages_left() == []
