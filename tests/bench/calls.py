"""A call with as many candidates as wanted, ranked by many administrations, after its deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.bench.office import begin, course, insert, officer, session
from tests.builders import a_centre, a_coordinator
from trainingapp.accounts.models import Organisation, Person, Sex
from trainingapp.catalogue.models import Course, Prerequisite
from trainingapp.core.clock import utc_now
from trainingapp.enrolment.models import Place, PlaceMode, PlaceStatus, Quota, Terms, Way
from trainingapp.nomination.models import Call, Invitation, Nomination, Proposal
from trainingapp.records.models import Completion
from trainingapp.scheduling.models import CourseSession, Meeting, MeetingMode, SessionStatus

ADMINISTRATIONS = 53
PLACES = 60
MODES = (PlaceMode.IN_PERSON, PlaceMode.IN_PERSON, PlaceMode.ONLINE, PlaceMode.IN_PERSON, PlaceMode.BOTH)
SEXES = (Sex.FEMALE, Sex.MALE, Sex.MALE, None)
CHOICES = (Proposal.SELECT, Proposal.RESERVE, Proposal.RESERVE, Proposal.DECLINE, None)


@dataclass(frozen=True)
class Called:
    """The call, and who selects."""

    call_id: int
    coordinator_id: int


def fill(candidates: int, administrations: int = ADMINISTRATIONS) -> Called:
    """Some candidates lack a course, some clash, and most have been trained before."""
    begin()
    now = utc_now()
    coordinator_id, centre_id = a_coordinator().id, a_centre().id
    organisations = insert(Organisation, (administration(number) for number in range(administrations)))
    people = insert(Person, ({**candidate(number, organisations, now)} for number in range(candidates)))
    required_id, wanted_id = insert(Course, (course(number, centre_id, now) for number in range(2)))
    insert(Prerequisite, [{"course_id": wanted_id, "required_course_id": required_id}])
    past_id, clashing_id, session_id = sessions(required_id, wanted_id, centre_id, candidates, now)
    meetings((clashing_id, session_id), now)
    earlier(past_id, required_id, people, organisations, coordinator_id, now)
    clashing = list(enumerate(people))[::17]
    insert(Place, (place(number, one, clashing_id, organisations, now, PlaceStatus.PLACED) for number, one in clashing))
    places = insert(Place, (place(number, one, session_id, organisations, now) for number, one in enumerate(people)))
    return Called(call(session_id, organisations, places, now), coordinator_id)


def administration(number: int) -> dict[str, Any]:
    names = {"name_en": f"Administration {number:02}", "name_ru": f"Администрация {number:02}"}
    return {"code": f"A{number}", "kind": "administration", **names}


def candidate(number: int, organisations: list[int], now: datetime) -> dict[str, Any]:
    own = {"sex": SEXES[number % len(SEXES)], "post": "Senior inspector, container control unit"}
    return {**officer(number, organisations[number % len(organisations)], now), **own}


def sessions(required_id: int, wanted_id: int, centre_id: int, size: int, now: datetime) -> list[int]:
    state: dict[str, Any] = {"taken_in_person": 0, "last_queue_no": size, "capacity_in_person": PLACES}
    full = {**state, "capacity_in_person": size, "taken_in_person": size}
    held = {**full, "status": SessionStatus.FINISHED}
    soon = now.date() + timedelta(days=40)
    return insert(
        CourseSession,
        [
            session(required_id, "PAST", centre_id, now.date() - timedelta(days=200), **held),
            session(required_id, "CLASH", centre_id, soon, **full),
            session(wanted_id, "CALL", centre_id, soon, **{**state, "capacity_online": PLACES // 3}),
        ],
    )


def meetings(session_ids: tuple[int, ...], now: datetime) -> None:
    hours = {"starts_at": now + timedelta(days=40), "ends_at": now + timedelta(days=40, hours=3)}
    insert(Meeting, ({"course_session_id": one, "mode": MeetingMode.ONLINE, **hours} for one in session_ids))


def earlier(
    session_id: int, course_id: int, people: list[int], organisations: list[int], coordinator_id: int, now: datetime
) -> None:
    """Nine in ten completed the required course in an earlier session."""
    trained = [(number, one) for number, one in enumerate(people) if number % 10]
    insert(Place, (place(number, one, session_id, organisations, now, PlaceStatus.PLACED) for number, one in trained))
    done = {
        "course_id": course_id,
        "course_session_id": session_id,
        "completed_on": now.date() - timedelta(days=198),
        "planned_minutes": 360,
        "attended_minutes": 360,
        "marked_by_id": coordinator_id,
        "marked_at": now,
    }
    insert(Completion, ({**done, "person_id": one} for _number, one in trained))


def place(
    number: int,
    person_id: int,
    session_id: int,
    organisations: list[int],
    now: datetime,
    status: PlaceStatus = PlaceStatus.NOMINATED,
) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "course_session_id": session_id,
        "organisation_id": organisations[number % len(organisations)],
        "status": status,
        "mode": MODES[number % len(MODES)] if status is PlaceStatus.NOMINATED else PlaceMode.IN_PERSON,
        "way": Way.NOMINATION,
        "queue_no": number + 1,
        "asked_at": now,
        "changed_at": now,
    }


def call(session_id: int, organisations: list[int], places: list[int], now: datetime) -> int:
    """The call, its terms, invitations, quotas and nominations; every kind of proposal among them."""
    terms = {
        "course_session_id": session_id,
        "offer_days": 7,
        "hold_days": 5,
        "claim_days": 5,
        "cut_off_days": 7,
        "still_days": 7,
    }
    insert(Terms, [terms])
    moments = {"closes_at": now - timedelta(days=1), "created_at": now, "opened_at": now - timedelta(days=30)}
    numbers = {"nominate_each": 50, "accept_each": 2, "remind_days": 7, "women_percent": 40}
    [call_id] = insert(Call, [{"course_session_id": session_id, "text_en": "Welcome.", **numbers, **moments}])
    invitations = insert(Invitation, ({"call_id": call_id, "organisation_id": one} for one in organisations))
    insert(Quota, ({"course_session_id": session_id, "organisation_id": one, "accept": 2} for one in organisations))
    insert(Nomination, (nomination(number, one, invitations, now) for number, one in enumerate(places)))
    return call_id


def nomination(number: int, place_id: int, invitations: list[int], now: datetime) -> dict[str, Any]:
    proposal = CHOICES[number % len(CHOICES)]
    return {
        "place_id": place_id,
        "invitation_id": invitations[number % len(invitations)],
        "rank": number // len(invitations) + 1,
        "nominated_at": now,
        "late_reason": "The head of training was ill." if number % 50 == 0 else None,
        "proposal": proposal,
        "reserve_rank": number if proposal is Proposal.RESERVE else None,
        "proposal_reason": "Has been trained in this already." if proposal is Proposal.DECLINE else None,
    }
