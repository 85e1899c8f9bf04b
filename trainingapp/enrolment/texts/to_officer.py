"""What the officer reads about the own place. Of other administrations it names only for whom a seat is held."""

from __future__ import annotations

from collections.abc import Mapping

from trainingapp.core.i18n import LazyText, _l
from trainingapp.enrolment.rules.standing import Point

TO_OFFICER: Mapping[Point, LazyText] = {
    Point.NOMINATED: _l(
        "Your administration has nominated you. The office selects among the candidates of all administrations; "
        "you are told by letter, whatever the decision."
    ),
    Point.REQUESTED: _l("Your request waits for the coordinator's decision. You will be told by letter."),
    Point.IN_LINE: _l(
        "You are number %(position)s on the waiting list. "
        "A free place goes to the first person who meets what the course requires."
    ),
    Point.ON_RESERVE: _l("You are %(ordinal)s on the reserve list."),
    Point.PASSED_OVER: _l("You were skipped for now because %(obstacle)s. You keep your position."),
    Point.TO_PUT_RIGHT: _l("Once that is solved, the next free place can be offered to you."),
    Point.QUOTA_USED_UP: _l(
        "Your administration has all the places that it may have (%(taken)s of %(accept)s), so you were "
        "skipped for now. You keep your position: when one of these places becomes free, it can be offered "
        "to you."
    ),
    Point.QUOTA_KEPT: _l(
        "You were skipped for now. The last place that your administration may have was taken, or kept for a colleague "
        "before you on the list. You keep your position."
    ),
    Point.ONE_SEAT: _l(
        "You need two places: one in person and one online. Only one of them was free, so you were skipped for now. "
        "You keep your position."
    ),
    Point.CLAIM: _l(
        "The free place is kept for you until %(claim_until)s. If the other one is free by then, you get an offer; "
        "if not, the place goes to the next person."
    ),
    Point.STILL: _l(
        "Since %(still_from)s there are no automatic offers, because the start is close: only the "
        "coordinator can still offer a place."
    ),
    Point.STILL_AHEAD: _l(
        "Until %(still_from)s free places are offered automatically; after that only the coordinator offers them."
    ),
    Point.HELD_FOR_OWN: _l(
        "The next place is kept for your own administration until %(next_hold_until)s: your National Contact "
        "Point can nominate you for it."
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
    Point.OFFERED: _l(
        "You have an offer: confirm it by %(until)s. If you do not answer, you lose the offer and the place goes "
        "to somebody else."
    ),
    Point.OVERDUE: _l(
        "The time to answer your offer ended on %(until)s. Write to your National Contact Point: while the "
        "place is kept for your administration, you can be nominated for it again."
    ),
    Point.TAKES_OVER: _l("You take over the place of a colleague from your administration."),
    Point.REPLACEABLE: _l(
        "If you cannot take part, say so early: until %(cut_off)s your administration can send a colleague."
    ),
    Point.PLACED: _l("You have a place (%(mode)s). The session begins on %(day)s."),
    Point.PLACED_UNCONFIRMED: _l(
        "You have a place (%(mode)s). The session begins on %(day)s; the office has not yet confirmed that "
        "it will take place."
    ),
    Point.PLACED_RUNNING: _l("You have a place (%(mode)s). The session began on %(day)s."),
    Point.PLACED_OVER: _l("The session is over. No completion is recorded for you."),
    Point.COMPLETED: _l("You completed the course. Results and certificates are in your record."),
    Point.NOT_DECIDED: _l("The session began on %(day)s. You got no place before that."),
    Point.DECLINED: _l("Your request was declined: %(reason)s"),
    Point.NOT_SELECTED: _l(
        "You were not selected this time: %(reason)s Your administration can nominate you for another session."
    ),
    Point.REQUEST_WITHDRAWN: _l("Your request was withdrawn."),
    Point.LIST_LEFT: _l("You are no longer on the list."),
    Point.ASK_AGAIN: _l("You can ask again until %(closes)s."),
    Point.CANDIDACY_ENDED: _l(
        "You are no longer a candidate for this session. Your National Contact Point can tell you more."
    ),
    Point.TURNED_DOWN: _l("The office declined the offer in your name."),
    Point.TURNED_DOWN_BY_HOLDER: _l("You declined the offer."),
    Point.OFFER_ENDED: _l("Your offer is no longer open."),
    Point.GIVEN_BACK: _l("Your place was cancelled."),
    Point.GIVEN_BACK_BY_HOLDER: _l("You cancelled your place."),
    Point.REPLACED: _l("A colleague from your administration has taken over the place."),
    Point.OFFER_LAPSED: _l("You did not answer the offer by %(until)s, so it ended."),
    Point.REASON: _l("Reason: %(reason)s"),
    Point.HELD: _l("The place is kept for a replacement from your administration until %(held_until)s."),
    Point.HELD_AGAIN: _l(
        "The place is kept for your administration until %(held_until)s. If you still want it, ask your "
        "National Contact Point today to nominate you again."
    ),
    Point.GONE: _l("The place is not kept for your administration. It can nominate you for another session."),
    Point.NEVER_FREE: _l("The session began before a place became free. The course page shows other dates."),
    Point.CANCELLED: _l("The session was cancelled: %(reason)s The course page shows other dates."),
    Point.LEFT: _l("Recorded as incomplete: %(reason)s"),
}
