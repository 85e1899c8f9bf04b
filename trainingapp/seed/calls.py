"""A call for candidates of the demonstration office, lived through as far as its data say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeVar

import sqlalchemy as sa

from trainingapp.accounts.models import Organisation, RoleGrant
from trainingapp.core.actor import acting_as
from trainingapp.core.clock import standing_at
from trainingapp.core.db import db
from trainingapp.core.permissions import Role
from trainingapp.enrolment import services as enrolment
from trainingapp.enrolment.models import Place, PlaceMode
from trainingapp.enrolment.queries.places import find_live_place
from trainingapp.nomination.models import Invitation, Nomination, Proposal
from trainingapp.nomination.rules.calls import CallDetails, Numbers
from trainingapp.nomination.rules.proposing import ProposalLine
from trainingapp.nomination.rules.texts import first_text, occasion_of
from trainingapp.nomination.services import calls, naming, nominations, selection
from trainingapp.scheduling.models import CourseSession
from trainingapp.seed.paper import paper
from trainingapp.seed.sessions import Cast, Plan, day_of

OFFICIAL_LETTER = "Official letter", "Demonstration: this stands for the official letter of an administration."


Made = TypeVar("Made")


@dataclass(frozen=True)
class Scene:
    """What the acts of one call share."""

    plan: Plan
    cast: Cast
    session_id: int
    call_id: int
    invitations: dict[str, int]
    now: datetime

    def day(self, offset: int) -> datetime:
        """That many days from today, but not later than just now."""
        return min(self.now + timedelta(days=offset), self.now - timedelta(minutes=1))

    def contact_point_of(self, code: str) -> int:
        """Who acts for the administration: its contact point, else a coordinator on its behalf."""
        statement = (
            sa.select(RoleGrant.person_id)
            .join(Organisation, Organisation.id == RoleGrant.organisation_id)
            .where(RoleGrant.role == Role.CONTACT_POINT, Organisation.code == code)
        )
        return db.session.scalars(statement.limit(1)).one_or_none() or self.cast.coordinator_id


def live_through_call(plan: Plan, cast: Cast, *, today: datetime) -> None:
    """Prepare and open the call, let the administrations answer, select, and let the officers answer."""
    scene = opened(plan, cast, today)
    answer(scene)
    if plan.get("suggest") is not None:
        act(scene, plan["suggest"], cast.coordinator_id, lambda now: selection.apply_suggestion(scene.call_id, now=now))
    if "selected" in plan:
        act(scene, plan["closes"] + 1, cast.coordinator_id, lambda now: save_selection(scene, now))
    if plan.get("proposed") is not None:
        propose(scene)
    if plan.get("final") is not None:
        act(scene, plan["final"], cast.coordinator_id, lambda now: selection.finalise(scene.call_id, now=now))
    for step in plan.get("answers", []):
        follow(scene, step)


def act(scene: Scene, day: int, person_id: int, deed: Callable[[datetime], Made]) -> Made:
    """Let somebody do something on that day."""
    with standing_at(scene.day(day)) as then, acting_as(person_id):
        return deed(then)


def opened(plan: Plan, cast: Cast, today: datetime) -> Scene:
    course_session = db.session.scalars(sa.select(CourseSession).where(CourseSession.code == plan["session"])).one()
    session_id = course_session.id
    closes = datetime.combine(day_of(today) + timedelta(days=plan["closes"]), time(18))
    with standing_at(today + timedelta(days=plan["opened"])) as then, acting_as(cast.coordinator_id):
        call = calls.prepare(session_id, call_details(plan, course_session, closes), now=then)
        codes = {row.id: row.code for row in db.session.execute(sa.select(Organisation.id, Organisation.code))}
        invited = {codes[row.organisation_id]: row.organisation_id for row in invitations_of(call.id)}
        call_id = call.id
        numbers = {code: Numbers(**own) for code, own in plan["own"].items()}
        wanted: dict[str, Numbers | None] = {**numbers, **dict.fromkeys(plan["left_out"])}
        calls.invite_administrations(
            call_id, {invited[code]: own for code, own in wanted.items() if code in invited}, now=then
        )
        calls.open_call(call_id, now=then)
    found = {codes[row.organisation_id]: row.id for row in invitations_of(call_id)}
    return Scene(plan, cast, session_id, call_id, found, today)


def invitations_of(call_id: int) -> list[Invitation]:
    return list(db.session.scalars(sa.select(Invitation).where(Invitation.call_id == call_id)))


def call_details(plan: Plan, course_session: CourseSession, closes: datetime) -> CallDetails:
    names = [name for name in CallDetails.__dataclass_fields__ if name in plan and name != "closes"]
    return CallDetails(
        **{name: plan[name] for name in names},
        closes=closes,
        text_en=first_text(occasion_of(course_session), "en"),
        text_ru=first_text(occasion_of(course_session), "ru"),
        signatory_en="Head of the Regional Office (fictional)",
        signatory_ru="Руководитель Регионального бюро (вымышленное лицо)",
    )


def answer(scene: Scene) -> None:
    """Each administration names its people, or says that it names nobody; in the order of the days."""
    rows = [*scene.plan["nominations"], *scene.plan["nobody"]]
    for row in sorted(rows, key=lambda row: row["day"]):
        late = row.get("late")
        actor = scene.cast.coordinator_id if late else scene.contact_point_of(row["by"])
        act(scene, row["day"], actor, lambda now, row=row: name_people(scene, row, now))  # type: ignore[misc]


def name_people(scene: Scene, row: Plan, now: datetime) -> None:
    invitation_id = scene.invitations[row["by"]]
    if "people" not in row:
        nominations.answer_nobody(invitation_id, now=now)
        return
    naming.nominate(
        invitation_id,
        [scene.cast.people[key] for key in row["people"]],
        PlaceMode(row.get("mode", "in_person")),
        motivation=row.get("motivation"),
        late_reason=row.get("late"),
        now=now,
    )
    if row.get("letter"):
        nominations.attach_letter(invitation_id, paper(*OFFICIAL_LETTER), "official-letter.pdf", now=now)


def save_selection(scene: Scene, now: datetime) -> None:
    by_person = {
        row.person_id: row.id
        for row in db.session.execute(
            sa.select(Nomination.id, Place.person_id)
            .join(Place, Place.id == Nomination.place_id)
            .where(Place.course_session_id == scene.session_id)
        )
    }
    ids = {key: by_person[scene.cast.people[key]] for key in named(scene.plan)}
    lines = {ids[key]: ProposalLine(proposal=Proposal.SELECT) for key in scene.plan["selected"]}
    for number, key in enumerate(scene.plan["reserve"], start=1):
        lines[ids[key]] = ProposalLine(proposal=Proposal.RESERVE, reserve_rank=number)
    for key, reason in scene.plan["declined"].items():
        lines[ids[key]] = ProposalLine(proposal=Proposal.DECLINE, reason=reason)
    selection.save_proposals(scene.call_id, lines, now=now)


def named(plan: Plan) -> list[str]:
    """Everybody who is named in the call, by key."""
    return [key for row in plan["nominations"] for key in row["people"]]


def propose(scene: Scene) -> None:
    plan = scene.plan
    until = datetime.combine(day_of(scene.now) + timedelta(days=plan["comments_until"]), time(18))
    act(
        scene, plan["proposed"], scene.cast.coordinator_id, lambda now: selection.propose(scene.call_id, until, now=now)
    )
    for row in plan.get("comments", []):
        invitation_id = scene.invitations[row["by"]]
        act(
            scene,
            row["day"],
            scene.contact_point_of(row["by"]),
            lambda now, row=row, invitation_id=invitation_id: selection.comment(invitation_id, row["text"], now=now),  # type: ignore[misc]
        )


def follow(scene: Scene, step: Plan) -> None:
    """What happens after the places were given: answers of officers, or what the clock does."""
    if step["answer"] == "sweep":
        act(scene, step["day"], scene.cast.coordinator_id, lambda now: enrolment.sweep(now=now))
        return
    person_id = scene.cast.people[step["person"]]
    live = find_live_place(person_id, scene.session_id)
    place_id = live.id if live else 0
    match step["answer"]:
        case "confirm":
            mode = PlaceMode(step["mode"]) if "mode" in step else None
            act(scene, step["day"], person_id, lambda now: enrolment.confirm(place_id, mode, now=now))
        case "turn_down":
            act(scene, step["day"], person_id, lambda now: enrolment.turn_down(place_id, step["reason"], now=now))
        case "withdraw":
            act(scene, step["day"], person_id, lambda now: enrolment.withdraw(place_id, step["reason"], now=now))
