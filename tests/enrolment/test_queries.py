"""Reads about places, on both engines."""

from __future__ import annotations

from datetime import date, time

import pytest
import sqlalchemy as sa

from tests.books import IN_PERSON, REASON, an_invited_session, an_offer
from tests.builders import NOW, a_course, a_meeting, a_session, an_officer
from trainingapp.catalogue.models import AccessClass
from trainingapp.core.actor import acting_as
from trainingapp.core.db import db
from trainingapp.enrolment import services
from trainingapp.enrolment.models import PlaceStatus, Step
from trainingapp.enrolment.queries.lists import place_row
from trainingapp.enrolment.queries.people import clashes_of

pytestmark = pytest.mark.usefixtures("time_stands")
S = PlaceStatus


def end_of(place_id: int) -> tuple[PlaceStatus | None, PlaceStatus, Step | None]:
    row = place_row(place_id)
    return row.left_from, row.status, row.ended_by


def test_a_lapsed_place_tells_an_unanswered_offer_from_a_list_that_never_moved(app):
    invited = an_invited_session((1, 1), capacity_in_person=1)
    offered, waiting = invited.nominee(0), invited.nominee(1)
    invited.select([offered], [waiting])

    services.lapse_waiting(invited.session_id, now=NOW)

    assert end_of(offered) == (S.OFFERED, S.LAPSED, Step.OFFER_LAPSED)
    assert end_of(waiting) == (S.WAITING, S.LAPSED, Step.LAPSED)


def test_a_withdrawn_place_tells_what_was_withdrawn(app):
    requesting = a_session(a_course(access_class=AccessClass.CUSTOMS))
    open_to_all = a_session(a_course(access_class=AccessClass.OPEN))
    request, place = (
        services.enrol(an_officer().id, session.id, IN_PERSON, now=NOW).id for session in (requesting, open_to_all)
    )
    candidacy, offer = an_invited_session().nominee(), an_offer(an_invited_session())

    for place_id in (request, place, candidacy, offer):
        assert place_row(place_id).left_from is None
        services.withdraw(place_id, REASON, now=NOW)

    ends = [end_of(place_id)[0] for place_id in (request, place, candidacy, offer)]
    assert ends == [S.REQUESTED, S.PLACED, S.NOMINATED, S.OFFERED]


@pytest.mark.both_engines
def test_a_place_given_back_tells_by_whom(app):
    session = a_session(a_course(access_class=AccessClass.OPEN))
    holder, colleague = an_officer(), an_officer()
    own, taken = (services.enrol(one.id, session.id, IN_PERSON, now=NOW).id for one in (holder, colleague))

    with acting_as(holder.id):
        for place_id in (own, taken):
            services.withdraw(place_id, REASON, now=NOW)

    rows = [place_row(place_id) for place_id in (own, taken)]
    assert [row.ended_by_id == row.person_id for row in rows] == [True, False]


def test_a_place_whose_hold_has_ended_still_tells_what_was_given_back(app):
    place_id = an_offer(an_invited_session())
    services.turn_down(place_id, now=NOW)

    services.release_seat(place_id, now=NOW)

    assert end_of(place_id) == (S.OFFERED, S.WITHDRAWN, Step.TURNED_DOWN)


def test_clashes_name_another_session_that_meets_at_the_same_time(app):
    officer, late = an_officer().id, {"day": date(2026, 6, 1), "start": time(12)}
    sessions = [a_session(a_course(access_class=AccessClass.OPEN), code=code) for code in ("MINE", "SAME", "NEXT")]
    a_meeting(sessions[0], **late, minutes=120)
    a_meeting(sessions[1], day=date(2026, 5, 31), start=time(14), minutes=23 * 60)  # until an hour into the other
    a_meeting(sessions[2], day=date(2026, 6, 1), start=time(14))
    for session in sessions[1:]:
        services.enrol(officer, session.id, IN_PERSON, now=NOW)

    assert clashes_of(sessions[0].id, [officer, an_officer().id]) == {officer: "SAME"}
    assert clashes_of(sessions[2].id, [officer]) == {}


def test_clashes_read_no_table_from_end_to_end(app, engine_name):
    """They are asked inside decisions, so they must not grow with everything that the office ever did."""
    if engine_name == "postgresql":
        pytest.skip("a small table is read whole there, whatever the indexes")
    session, other, officer = a_session(), a_session(), an_officer().id
    a_meeting(session), a_meeting(other)
    session_id = session.id
    asked: list[tuple[str, tuple[object, ...]]] = []
    sa.event.listen(db.engine, "before_cursor_execute", note := lambda *what: asked.append((what[2], what[3])))
    clashes_of(session_id, [officer])
    sa.event.remove(db.engine, "before_cursor_execute", note)

    questions = [(words, values) for words, values in asked if words.startswith("SELECT")]
    plans = [
        row.detail
        for words, values in questions
        for row in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)
    ]

    assert len(questions) == 3
    assert not [line for line in plans if line.startswith("SCAN")]
