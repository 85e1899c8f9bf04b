"""One session of the demonstration office, lived through from its planning to the certificates."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from trainingapp.accounts.models import Centre, Person
from trainingapp.accounts.rules.people import PersonDetails
from trainingapp.accounts.services import people
from trainingapp.attendance import services as attendance
from trainingapp.attendance.models import Presence
from trainingapp.catalogue.models import AccessClass, Course, CourseKind
from trainingapp.certificates import services as certificates
from trainingapp.certificates.models import Certificate, CertificateKind, Ground
from trainingapp.certificates.rules.issuing import Signatory
from trainingapp.core.actor import acting_as
from trainingapp.core.clock import standing_at, today_in
from trainingapp.core.db import db, transaction
from trainingapp.core.office import the_office
from trainingapp.enrolment import services as enrolment
from trainingapp.enrolment.models import PlaceMode, PlaceStatus
from trainingapp.enrolment.queries.lists import people_with_a_place
from trainingapp.enrolment.queries.places import find_live_place, find_place
from trainingapp.records.models import Outcome
from trainingapp.records.services import ResultDetails, record_result
from trainingapp.scheduling import services as scheduling
from trainingapp.scheduling.models import CourseSession, Meeting, MeetingMode, Room
from trainingapp.scheduling.rules.planning import MeetingDetails, SessionDetails
from trainingapp.seed.paper import paper

SCHEDULED_BEFORE = timedelta(days=75)
ASKED_BEFORE = timedelta(days=40)
CONFIRMED_BEFORE = timedelta(days=14)
PROOF = "Confirmation", "Demonstration: this stands for the confirmation of completion that an officer sent."


SIGNATORY = Signatory(
    name_en="Lamiya Gulahmadova",
    name_ru="Ламия Гюлахмедова",
    post_en="Head of the Regional Office (fictional)",
    post_ru="Руководитель Регионального бюро (вымышленное лицо)",
)

Plan = dict[str, Any]  # what a file of the demonstration says of one thing


@dataclass(frozen=True)
class Cast:
    """The people by their keys, those who can sign in, and the coordinator who does the office's work."""

    people: dict[str, int]
    accounts: list[int]
    coordinator_id: int


@dataclass(frozen=True)
class Stage:
    """What the acts of one session share."""

    plan: Plan
    cast: Cast
    session_id: int
    starts_on: date
    now: datetime
    today: datetime

    def before_start(self, span: timedelta) -> datetime:
        """A moment that long before the first day, but not later than just now."""
        start = datetime.combine(self.starts_on, time(9), tzinfo=self.now.tzinfo)
        return min(start - span, self.now - timedelta(minutes=5))


def live_through(plan: Plan, cast: Cast, now: datetime, *, today: datetime) -> None:
    """Schedule the session, give its places, hold its meetings, record, and issue, as far as its state says."""
    starts_on = day_of(today) + timedelta(days=plan["start_offset_days"])
    moment = min(datetime.combine(starts_on, time(9), tzinfo=now.tzinfo) - SCHEDULED_BEFORE, now - timedelta(days=2))
    with standing_at(moment), acting_as(cast.coordinator_id), transaction():
        session_id = schedule(plan, cast, starts_on, day_of(today))
    stage = Stage(plan, cast, session_id, starts_on, now, today)
    if plan["status"] == "draft":
        return
    with acting_as(cast.coordinator_id):
        with standing_at(moment) as then:
            scheduling.open_enrolment(session_id, now=then)
        give_places(stage)
        go_on(stage)


def day_of(today: datetime) -> date:
    """The day from which all plans count, in whatever zone: else some would move against others around midnight."""
    return today_in(the_office().time_zone, today)


def schedule(plan: Plan, cast: Cast, starts_on: date, today: date) -> int:
    course_id = db.session.scalars(sa.select(Course.id).where(Course.code == plan["course"])).one()
    centre_id = centre_of(plan["centre"])
    names = [name for name in SessionDetails.__dataclass_fields__ if name in plan]
    closes = today + timedelta(days=plan["enrolment_closes_offset_days"])
    wanted = SessionDetails(
        **{
            **{name: plan[name] for name in names},
            "starts_on": starts_on,
            "ends_on": starts_on + timedelta(days=plan["length_days"] - 1),
            "closes": datetime.combine(closes, time(18)),
            "centre_id": centre_id,
            "languages": tuple(plan["languages"]),
            "interpretation": tuple(plan["interpretation"]),
        }
    )
    session_id = scheduling.schedule(course_id, wanted).id
    for trainer in plan["trainers"]:
        scheduling.assign_trainer(session_id, cast.people[trainer])
    for row in plan["meetings"]:
        scheduling.add_meeting(session_id, meeting_details(row, starts_on, centre_id))
    return session_id


def centre_of(code: str | None) -> int | None:
    return db.session.scalars(sa.select(Centre.id).where(Centre.code == code)).one() if code else None


def meeting_details(row: Plan, starts_on: date, centre_id: int | None) -> MeetingDetails:
    room = sa.select(Room.id).where(Room.centre_id == centre_id, Room.name_en == row["room"])
    return MeetingDetails(
        day=starts_on + timedelta(days=row["day"]),
        start=time.fromisoformat(row["starts"]),
        end=time.fromisoformat(row["ends"]),
        mode=MeetingMode(row["mode"]),
        room_id=db.session.scalars(room).one() if row["room"] else None,
        title_en=row["title_en"],
        title_ru=row["title_ru"],
    )


def give_places(stage: Stage) -> None:
    """Everybody asks in the order of the list; requests are decided as the list says."""
    access = db.session.get_one(CourseSession, stage.session_id).course.access_class
    moment = stage.before_start(ASKED_BEFORE)
    for number, row in enumerate(stage.plan["places"]):
        with standing_at(moment + timedelta(seconds=number)) as then:
            place_id = ask(stage, row, access, then)
            decide_request(stage, row, place_id, then)


def ask(stage: Stage, row: Plan, access: AccessClass, now: datetime) -> int:
    person_id, mode = stage.cast.people[row["person"]], PlaceMode(row["mode"])
    if access is AccessClass.INVITATION or not asks_oneself(stage, person_id, access):
        return enrolment.place_person(person_id, stage.session_id, mode, now=now).id
    with acting_as(person_id):
        place = enrolment.enrol(person_id, stage.session_id, mode, motivation=row.get("motivation"), now=now)
    return place.id


def asks_oneself(stage: Stage, person_id: int, access: AccessClass) -> bool:
    """Members of partner organisations are placed by the office on courses for customs officers."""
    person = db.session.get_one(Person, person_id)
    return access is AccessClass.OPEN or person.organisation.kind == "administration"


def decide_request(stage: Stage, row: Plan, place_id: int, now: datetime) -> None:
    place = find_place(place_id)
    asked = place is not None and place.status is PlaceStatus.REQUESTED
    match row["status"]:
        case "declined":
            enrolment.decline(place_id, row["reason"], now=now)
        case "requested":
            pass
        case _ if asked:
            enrolment.accept(place_id, now=now)
    if row["status"] == "withdrawn":
        with acting_as(stage.cast.people[row["person"]]):
            enrolment.withdraw(place_id, row.get("reason"), now=now)


def go_on(stage: Stage) -> None:
    """Confirm, hold and finish the session, or cancel it."""
    status = stage.plan["status"]
    if status == "cancelled":
        with standing_at(stage.now) as then:
            scheduling.cancel(stage.session_id, stage.plan["cancel_reason"], now=then)
        return
    if status in {"confirmed", "running", "finished"}:
        with standing_at(stage.before_start(CONFIRMED_BEFORE)) as then:
            scheduling.confirm(stage.session_id, "The host asked to hold it for a small group.", now=then)
    if status in {"running", "finished"}:
        hold(stage)
    if status == "finished":
        wind_up(stage)


def hold(stage: Stage) -> None:
    """Start, let those leave who left, and take the registers that were taken."""
    meetings = list(db.session.get_one(CourseSession, stage.session_id).meetings)
    first = meetings[0].starts_at
    with standing_at(min(first, stage.now)) as then:
        scheduling.start(stage.session_id, now=then)
    mark_registers(stage, meetings)
    for row in stage.plan["places"]:
        if row["status"] == "incomplete":
            person_id = stage.cast.people[row["person"]]
            live = find_live_place(person_id, stage.session_id)
            with standing_at(min(first + timedelta(hours=20), stage.now)) as then:
                enrolment.withdraw(live.id if live else 0, row["reason"], now=then)


def mark_registers(stage: Stage, meetings: list[Meeting]) -> None:
    taken = stage.plan["attendance"]["meetings"]
    exceptions: dict[int, dict[int, tuple[Presence, int]]] = defaultdict(dict)
    for row in stage.plan["attendance"]["exceptions"]:
        mark = (Presence(row["status"]), row.get("missed_minutes", 0))
        exceptions[row["meeting"]][stage.cast.people[row["person"]]] = mark
    trainer_id = stage.cast.people[stage.plan["trainers"][0]]
    for number, meeting_id in enumerate([meeting.id for meeting in meetings]):
        if taken is None or number in taken:
            with acting_as(trainer_id):
                mark_register(stage, meeting_id, exceptions[number])


def mark_register(stage: Stage, meeting_id: int, exceptions: dict[int, tuple[Presence, int]]) -> None:
    meeting = db.session.get_one(Meeting, meeting_id)
    marks = {
        row.place_id: exceptions.get(row.person_id, (presence_of(meeting, row.mode), 0))
        for row in people_with_a_place(stage.session_id, [PlaceStatus.PLACED])
    }
    with standing_at(min(meeting.ends_at, stage.today)) as then:
        attendance.mark_sheet(
            meeting_id, {place: mark for place, mark in marks.items() if mark[0] is not Presence.NOT_RECORDED}, now=then
        )


def presence_of(meeting: Meeting, mode: PlaceMode) -> Presence:
    """Present in the way that the place says, as far as the meeting has that way."""
    if meeting.mode is MeetingMode.HYBRID:
        return Presence.ONLINE if mode is PlaceMode.ONLINE else Presence.PRESENT
    return Presence.ONLINE if meeting.mode is MeetingMode.ONLINE else Presence.PRESENT


def wind_up(stage: Stage) -> None:
    """Finish, record the results, mark completion, issue, and let a few certificates meet their fate."""
    course_session = db.session.get_one(CourseSession, stage.session_id)
    over = min(course_session.meetings[-1].ends_at + timedelta(hours=1), stage.now)
    is_distance = course_session.course.kind is CourseKind.DISTANCE
    with standing_at(over) as then:
        scheduling.finish(stage.session_id, now=then)
        record_results(stage, is_distance, then)
    with standing_at(min(over + timedelta(days=1), stage.now)) as then:
        if stage.plan.get("completed"):
            everybody = [row.person_id for row in people_with_a_place(stage.session_id, [PlaceStatus.PLACED])]
            attendance.mark_completion(stage.session_id, everybody, now=then)
        if stage.plan.get("certificates"):
            issue(stage, CertificateKind(stage.plan["certificates"]), then)


def record_results(stage: Stage, is_distance: bool, now: datetime) -> None:
    actor = stage.cast.coordinator_id if is_distance else stage.cast.people[stage.plan["trainers"][0]]
    day = today_in(stage.plan["time_zone"], now)
    with acting_as(actor):
        for row in stage.plan.get("results", []):
            if is_distance and row["outcome"] != Outcome.PASSED:
                continue  # what somebody learns alone is recorded once it is passed
            details = ResultDetails(
                outcome=Outcome(row["outcome"]), score=row.get("score"), remark=row.get("remark_en")
            )
            evidence = (paper(*PROOF), "confirmation.pdf") if is_distance else None
            person_id = stage.cast.people[row["person"]]
            record_result(person_id, stage.session_id, replace(details, achieved_on=day), now=now, evidence=evidence)


def issue(stage: Stage, kind: CertificateKind, now: datetime) -> None:
    fates = stage.plan.get("certificate_events", [])
    misspelt = [fate for fate in fates if "issued_with" in fate]
    right = {fate["person"]: rename(stage, fate["person"], fate["issued_with"], now) for fate in misspelt}
    certificates.issue(stage.session_id, kind, now=now, signatory=SIGNATORY)
    for key, spelling in right.items():
        rename(stage, key, spelling, now)
    for fate in fates:
        meet_fate(stage, fate, now + timedelta(hours=3))


def rename(stage: Stage, key: str, values: dict[str, str], now: datetime) -> dict[str, str]:
    """Change how somebody's name is spelt; gives how it was spelt before."""
    person = db.session.get_one(Person, stage.cast.people[key])
    details = PersonDetails(**{name: getattr(person, name) for name in PersonDetails.__dataclass_fields__})
    before = {name: getattr(details, name) for name in values}
    people.change_person(person.id, replace(details, **values), person.organisation_id, now=now)  # type: ignore[arg-type]
    return before


def meet_fate(stage: Stage, fate: Plan, now: datetime) -> None:
    certificate_id = db.session.scalars(
        sa.select(Certificate.id).where(
            Certificate.person_id == stage.cast.people[fate["person"]],
            Certificate.course_session_id == stage.session_id,
        )
    ).one()
    with standing_at(min(now, stage.now)) as then:
        if fate["action"] == "revoke":
            certificates.revoke(certificate_id, fate["reason"], ground=Ground(fate["ground"]), now=then)
        else:
            certificates.replace(certificate_id, fate["reason"], now=then)
