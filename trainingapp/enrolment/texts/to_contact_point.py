"""What a contact point reads about the place of an own officer, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping

from trainingapp.core.i18n import LazyText, _l
from trainingapp.enrolment.rules.standing import Point

TO_CONTACT_POINT: Mapping[Point, LazyText] = {
    Point.NOMINATED: _l(
        "Nominated. The office selects among the candidates of all administrations; "
        "you and the officer are told by letter."
    ),
    Point.REQUESTED: _l("The coordinator decides; the officer is told by letter."),
    Point.IN_LINE: _l("Number %(position)s on the waiting list; moves up when somebody cancels a place."),
    Point.ON_RESERVE: _l("%(ordinal)s on the reserve list."),
    Point.PASSED_OVER: _l("Skipped for now because %(obstacle)s; the position is kept."),
    Point.TO_PUT_RIGHT: _l("Once that is solved, the next free place can be offered."),
    Point.QUOTA_USED_UP: _l(
        "Skipped for now: your administration has all the places that it may have (%(taken)s of %(accept)s). "
        "The position is kept. You can nominate this officer to replace one who cannot take part."
    ),
    Point.QUOTA_KEPT: _l(
        "Skipped for now: the last place that your administration may have was taken, or kept for a colleague before "
        "this officer on the list. The position is kept."
    ),
    Point.ONE_SEAT: _l(
        "Needs two places: one in person and one online. Only one of them was free, so the officer was skipped "
        "for now. The position is kept."
    ),
    Point.CLAIM: _l(
        "The free place is kept for this officer until %(claim_until)s. If the other one is free by then, "
        "the officer gets an offer; if not, the place goes to the next person."
    ),
    Point.STILL: _l(
        "Since %(still_from)s there are no automatic offers, because the start is close: only the "
        "coordinator can still offer a place."
    ),
    Point.STILL_AHEAD: _l(
        "Until %(still_from)s free places are offered automatically; after that only the coordinator offers them."
    ),
    Point.HELD_FOR_OWN: _l(
        "The next place is kept for your own administration until %(next_hold_until)s: you can nominate this "
        "officer for it."
    ),
    Point.HELD_FOR_OTHERS: _l("The next place is kept for %(next_hold_for)s until %(next_hold_until)s."),
    Point.OFFERED_TO_ANOTHER: _l(
        "The next place is offered to somebody until %(next_offer_until)s. If that person does not take it, "
        "it is offered to the next one."
    ),
    Point.ALL_TAKEN: _l(
        "All places are taken. A place that becomes free is first kept for a replacement from the same "
        "administration, then offered in the order of this list."
    ),
    Point.OFFERED: _l("Has an offer and must answer it by %(until)s; without an answer the offer ends."),
    Point.OVERDUE: _l(
        "The offer was not answered by %(until)s and ends. While the place is kept for your administration, "
        "you can nominate somebody for it."
    ),
    Point.TAKES_OVER: _l("Takes over the place of %(predecessor)s."),
    Point.REPLACEABLE: _l("If the officer cannot take part, nominate a replacement by %(cut_off)s."),
    Point.TOO_LATE_TO_REPLACE: _l(
        "The time to nominate a replacement ended on %(cut_off)s; write to the office if the officer cannot take part."
    ),
    Point.PLACED: _l("Has a place (%(mode)s). The session begins on %(day)s."),
    Point.PLACED_UNCONFIRMED: _l(
        "Has a place (%(mode)s). The session begins on %(day)s; the office has not yet confirmed that it "
        "will take place."
    ),
    Point.PLACED_RUNNING: _l("Has a place (%(mode)s). The session began on %(day)s."),
    Point.PLACED_OVER: _l("The session is over. No completion is recorded for this officer."),
    Point.COMPLETED: _l("Completed the course. Results and certificates are in the officer’s record."),
    Point.NOT_DECIDED: _l("The session began on %(day)s. This officer got no place before that."),
    Point.DECLINED: _l("The request was declined: %(reason)s"),
    Point.NOT_SELECTED: _l("Not selected: %(reason)s"),
    Point.REQUEST_WITHDRAWN: _l("The request was withdrawn."),
    Point.LIST_LEFT: _l("The officer is no longer on the list."),
    Point.ASK_AGAIN: _l("The officer can ask again until %(closes)s."),
    Point.CANDIDACY_ENDED: _l("No longer a candidate for this session."),
    Point.TURNED_DOWN: _l("The office declined the offer in the officer’s name."),
    Point.TURNED_DOWN_BY_HOLDER: _l("Declined the offer."),
    Point.OFFER_ENDED: _l("The offer is no longer open."),
    Point.GIVEN_BACK: _l("The place was cancelled."),
    Point.GIVEN_BACK_BY_HOLDER: _l("The officer cancelled the place."),
    Point.REPLACED: _l("Replaced by %(successor)s."),
    Point.OFFER_LAPSED: _l("The offer was not answered by %(until)s, so it ended."),
    Point.REASON: _l("Reason: %(reason)s"),
    Point.HELD: _l(
        "The place is kept for your administration until %(held_until)s: nominate a replacement by then. If "
        "there is none, release the place, and it goes to the reserve list at once."
    ),
    Point.HELD_AGAIN: _l(
        "The place is kept for your administration until %(held_until)s: nominate a replacement by then, or "
        "the same officer again."
    ),
    Point.GONE: _l("The place is not kept for a replacement."),
    Point.NEVER_FREE: _l("The session began before a place became free."),
    Point.CANCELLED: _l("The session was cancelled: %(reason)s"),
    Point.LEFT: _l("Left before the end: %(reason)s"),
}
