"""How far registers, results and completions are, as sentences."""

from __future__ import annotations

from trainingapp.core.db import Row
from trainingapp.core.i18n import _, _n


def to_mark(session: Row) -> str:
    """What has been recorded of a session that is over, and what has not."""
    completed = _("Completion marked for %(part)s of %(all)s.", part=session.completed, all=session.seats)
    if not session.results_wanted:
        return completed
    return _("Results recorded for %(part)s of %(all)s.", part=session.results, all=session.seats) + " " + completed


def register(meeting: Row) -> str:
    """How far the register of a meeting is."""
    if not meeting.seats:
        return _("Nobody has a place in this session, so there is nobody to mark.")
    if meeting.marked >= meeting.seats:
        return _n("All marked: %(num)s person.", "All marked: %(num)s people.", meeting.seats)
    if not meeting.marked:
        return _n(
            "Nobody is marked yet: %(num)s person is expected.",
            "Nobody is marked yet: %(num)s people are expected.",
            meeting.seats,
        )
    return _("%(marked)s of %(all)s marked.", marked=meeting.marked, all=meeting.seats)
