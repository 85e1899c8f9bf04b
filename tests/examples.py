"""Rows of the demonstration office that fill the addresses of its pages, and whose they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from trainingapp.accounts.models import AccessLink, Centre, Organisation, Person, is_of_centres
from trainingapp.accounts.services.access import draw_token
from trainingapp.attendance.models import SheetScan
from trainingapp.catalogue.models import Course, Topic
from trainingapp.certificates.models import Certificate
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.core.permissions import Role
from trainingapp.enrolment.models import Place
from trainingapp.mail.models import Letter
from trainingapp.nomination.models import Call, Invitation, Nomination
from trainingapp.records.models import Completion, ComponentResult
from trainingapp.scheduling.models import CourseSession, Meeting, Room, SessionTrainer


@dataclass(frozen=True)
class Example:
    """Values for one address, and to whom what it shows belongs: a person, an organisation, a centre, trainers."""

    values: dict[str, Any]
    person_id: int | None = None
    organisation_id: int | None = None
    centre_id: int | None = None
    trainer_ids: frozenset[int] = frozenset()
    centre_ids: frozenset[int] = frozenset()

    def belongs_to(self, person: Person) -> bool:
        """Whether the person is closer to it than everybody of the same roles."""
        if self.person_id == person.id or (self.trainer_ids and person.id in self.trainer_ids):
            return True
        return any(
            (grant.role is Role.CONTACT_POINT and grant.organisation_id == self.organisation_id)
            or (grant.role is Role.COORDINATOR and grant.centre_id in {self.centre_id, *self.centre_ids} - {None})
            for grant in person.grants
        )


def ids(name: str, model: Any, **columns: Any) -> Iterator[Example]:
    """An example for each row of the table; the columns say whose it is."""
    statement = sa.select(model.id.label("id"), *(column.label(key) for key, column in columns.items()))
    if CourseSession in {column.class_ for column in columns.values()} and model is not CourseSession:
        statement = statement.join(CourseSession, CourseSession.id == model.course_session_id, isouter=True)
    for row in db.session.execute(statement.order_by(model.id)).mappings():
        yield Example({name: row["id"]}, **{key: row[key] for key in columns})


def led(examples: Iterable[Example], model: Any) -> Iterator[Example]:
    """The same, with the trainers of the session that the row belongs to."""
    session_id = model.id if model is CourseSession else model.course_session_id
    statement = sa.select(model.id, SessionTrainer.person_id).join(
        SessionTrainer, SessionTrainer.course_session_id == session_id
    )
    trainers: dict[int, set[int]] = {}
    for row_id, person_id in db.session.execute(statement):
        trainers.setdefault(row_id, set()).add(person_id)
    for example in examples:
        [row_id] = example.values.values()
        yield Example(
            example.values,
            example.person_id,
            example.organisation_id,
            example.centre_id,
            frozenset(trainers.get(row_id, ())),
        )


def sessions() -> Iterator[Example]:
    return led(ids("session_id", CourseSession, centre_id=CourseSession.centre_id), CourseSession)


def meetings() -> Iterator[Example]:
    return led(ids("meeting_id", Meeting, centre_id=CourseSession.centre_id), Meeting)


def people() -> Iterator[Example]:
    """Everybody, with the centres in whose sessions they have a place or that they lead."""
    centres = [id for (id,) in db.session.execute(sa.select(Centre.id))]
    known = {one: set(db.session.scalars(sa.select(Person.id).where(is_of_centres([one])))) for one in centres}
    for example in ids("person_id", Person, person_id=Person.id, organisation_id=Person.organisation_id):
        of = frozenset(one for one in centres if example.person_id in known[one])
        yield replace(example, centre_ids=of)


def of_a_person(name: str, model: Any) -> Iterator[Example]:
    return ids(name, model, person_id=model.person_id, centre_id=CourseSession.centre_id)


def invitations() -> Iterator[Example]:
    """Those of calls that were opened: before that nobody is invited."""
    statement = (
        sa.select(Invitation.id, Invitation.organisation_id, CourseSession.centre_id)
        .join(Call, Call.id == Invitation.call_id)
        .join(CourseSession, CourseSession.id == Call.course_session_id)
        .where(Call.opened_at.is_not(None))
        .order_by(Invitation.id)
    )
    for id, organisation_id, centre_id in db.session.execute(statement):
        yield Example({"invitation_id": id}, None, organisation_id, centre_id)


def nominations() -> Iterator[Example]:
    known = {example.values["invitation_id"]: example for example in invitations()}
    for id, invitation_id in db.session.execute(sa.select(Nomination.id, Nomination.invitation_id)):
        of = known[invitation_id]
        yield Example({"nomination_id": id}, None, of.organisation_id, of.centre_id)


def places() -> Iterator[Example]:
    """For the person, and for the administration that he or she takes part for."""
    owners = {"person_id": Place.person_id, "organisation_id": Place.organisation_id}
    return ids("place_id", Place, **owners, centre_id=CourseSession.centre_id)


def places_of_administrations() -> Iterator[Example]:
    return ids("place_id", Place, organisation_id=Place.organisation_id, centre_id=CourseSession.centre_id)


def scans() -> Iterator[Example]:
    known = {example.values["meeting_id"]: example for example in meetings()}
    for scan_id, meeting_id in db.session.execute(sa.select(SheetScan.id, SheetScan.meeting_id)):
        of = known[meeting_id]
        yield Example({"scan_id": scan_id}, centre_id=of.centre_id, trainer_ids=of.trainer_ids)


def results() -> Iterator[Example]:
    return led(of_a_person("result_id", ComponentResult), ComponentResult)


def completions() -> Iterator[Example]:
    return led(of_a_person("completion_id", Completion), Completion)


def trainees() -> Iterator[Example]:
    """People with a result in a session."""
    for example in results():
        result = db.session.get_one(ComponentResult, example.values["result_id"])
        values = {"session_id": result.course_session_id, "person_id": result.person_id}
        yield Example(values, None, None, example.centre_id, example.trainer_ids)


def downloads() -> Iterator[Example]:
    for example in of_a_person("certificate_id", Certificate):
        for language in ("both", "en", "ru"):
            yield Example({**example.values, "language": language}, example.person_id, None, example.centre_id)


def logged() -> Iterator[Example]:
    for example in ids("object_id", Course, centre_id=Course.centre_id):
        yield Example({"kind": "course", **example.values}, centre_id=example.centre_id)


def links() -> Iterator[Example]:
    unused = sa.select(AccessLink.id).where(AccessLink.used_at.is_(None))
    return (Example({"token": draw_token(link, now=utc_now())}) for link in db.session.scalars(unused).all())


def evidence() -> Iterator[Example]:
    """Results with a file that proves them: for the person, the person's administration and the trainers."""
    for example in results():
        result = db.session.get_one(ComponentResult, example.values["result_id"])
        if result.evidence_id:
            organisation_id = result.person.organisation_id
            yield Example(example.values, example.person_id, organisation_id, trainer_ids=example.trainer_ids)


def attachments() -> Iterator[Example]:
    """Letters with a file attached."""
    has_file = sa.or_(Letter.attachment_id.is_not(None), Letter.paper_name.is_not(None))
    attached = set(db.session.scalars(sa.select(Letter.id).where(has_file)))
    for example in EXAMPLES[frozenset({"letter_id"})]():
        if example.values["letter_id"] in attached:
            yield example


def official_letters() -> Iterator[Example]:
    """Invitations with the official letter of the administration."""
    answered = set(db.session.scalars(sa.select(Invitation.id).where(Invitation.letter_id.is_not(None))))
    return (example for example in invitations() if example.values["invitation_id"] in answered)


def codes() -> Iterator[Example]:
    return (Example({"code": code}) for code in db.session.scalars(sa.select(Certificate.code)))


EXAMPLES: dict[frozenset[str], Callable[[], Iterable[Example]]] = {
    frozenset(): lambda: [Example({})],
    frozenset({"call_id"}): lambda: ids("call_id", Call, centre_id=CourseSession.centre_id),
    frozenset({"centre_id"}): lambda: ids("centre_id", Centre, centre_id=Centre.id),
    frozenset({"certificate_id"}): lambda: of_a_person("certificate_id", Certificate),
    frozenset({"certificate_id", "language"}): downloads,
    frozenset({"code"}): codes,
    frozenset({"completion_id"}): completions,
    frozenset({"course_id"}): lambda: ids("course_id", Course, centre_id=Course.centre_id),
    frozenset({"invitation_id"}): invitations,
    frozenset({"kind", "object_id"}): logged,
    frozenset({"letter_id"}): lambda: ids(
        "letter_id", Letter, person_id=Letter.recipient_id, centre_id=CourseSession.centre_id
    ),
    frozenset({"meeting_id"}): meetings,
    frozenset({"nomination_id"}): nominations,
    frozenset({"organisation_id"}): lambda: ids("organisation_id", Organisation, organisation_id=Organisation.id),
    frozenset({"person_id"}): people,
    frozenset({"place_id"}): lambda: of_a_person("place_id", Place),
    frozenset({"result_id"}): results,
    frozenset({"room_id"}): lambda: ids("room_id", Room, centre_id=Room.centre_id),
    frozenset({"scan_id"}): scans,
    frozenset({"session_id"}): sessions,
    frozenset({"session_id", "person_id"}): trainees,
    frozenset({"token"}): links,
    frozenset({"topic_id"}): lambda: ids("topic_id", Topic),
}
ONLY_SOME = {
    "/invitations/<invitation_id>/letter": official_letters,
    "/letters/<letter_id>/attachment": attachments,
    "/places/<place_id>": places,
    "/places/<place_id>/release": places_of_administrations,
    "/places/<place_id>/replace": places_of_administrations,
    "/results/<result_id>/evidence": evidence,
}


def examples_for(address: str, arguments: Iterable[str]) -> list[Example]:
    """What can be opened at the address."""
    return list(ONLY_SOME.get(address, EXAMPLES[frozenset(arguments)])())
