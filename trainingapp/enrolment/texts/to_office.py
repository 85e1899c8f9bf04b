"""What a coordinator reads differently from a contact point: what the office itself can do about a place."""

from __future__ import annotations

from collections.abc import Mapping

from trainingapp.core.i18n import LazyText, _l
from trainingapp.enrolment.rules.standing import Point

TO_OFFICE: Mapping[Point, LazyText] = {
    Point.NOMINATED: _l("Nominated, and not decided on yet: the selection is made on the pages of the call."),
    Point.REQUESTED: _l("Waits for your decision."),
    Point.QUOTA_USED_UP: _l(
        "Skipped for now: the administration has all the places of its quota (%(taken)s of %(accept)s). A "
        "larger quota on the call’s page would change it."
    ),
    Point.QUOTA_KEPT: _l(
        "Skipped for now: the last place of the administration’s quota was taken, or kept for a colleague before "
        "this officer on the list. A larger quota on the call’s page would change it."
    ),
    Point.CLAIM: _l(
        "The free place is kept for this officer until %(claim_until)s; then it is offered to the next person. "
        "One more place of the other kind would give the officer an offer at once."
    ),
    Point.STILL: _l("Since %(still_from)s there are no automatic offers: the office offers free places itself."),
    Point.STILL_AHEAD: _l(
        "Until %(still_from)s free places are offered automatically, after that by the office itself."
    ),
    Point.HELD_FOR_OWN: _l(
        "The next place is kept for the same administration (%(next_hold_for)s) until %(next_hold_until)s: "
        "this officer can be nominated for it."
    ),
    Point.OFFERED: _l("Must answer the offer by %(until)s; without an answer the offer ends."),
    Point.OVERDUE: _l("The offer was not answered by %(until)s: it ends within minutes."),
    Point.REPLACEABLE: _l("The administration can nominate a replacement until %(cut_off)s."),
    Point.TOO_LATE_TO_REPLACE: _l("Since %(cut_off)s only the office can nominate a replacement."),
    Point.PLACED_OVER: _l("The session is over. No completion is recorded."),
    Point.COMPLETED: _l("Completed the course."),
    Point.HELD: _l("Kept for a replacement from the same administration until %(held_until)s."),
    Point.HELD_AGAIN: _l("Kept for the administration until %(held_until)s; the same officer can be nominated again."),
}
