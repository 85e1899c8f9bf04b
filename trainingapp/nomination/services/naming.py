"""Naming candidates: known officers, one new officer, and a whole list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from trainingapp.accounts.models import Person
from trainingapp.accounts.queries.people import officers_by_name
from trainingapp.accounts.rules.people import PersonDetails, normal_email
from trainingapp.accounts.rules.roster import Answer, Roster, RosterRow, namesakes_of, read_roster
from trainingapp.accounts.services.people import add_person, grant_role
from trainingapp.accounts.services.roster import ADDED_MEANWHILE, add_officers, move_address
from trainingapp.core.actor import acting
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import DomainError, refusing
from trainingapp.core.i18n import _l
from trainingapp.core.permissions import P, Role, can
from trainingapp.core.tables import as_text
from trainingapp.core.text import half_hidden
from trainingapp.enrolment import services as places
from trainingapp.enrolment.models import PlaceMode
from trainingapp.nomination.models import Invitation, Nomination, Stage
from trainingapp.nomination.queries import nominations as queries
from trainingapp.nomination.queries.loading import stage_at
from trainingapp.nomination.rules import lists
from trainingapp.nomination.rules.nominations import check_may_change, check_naming, check_number, left_to_name
from trainingapp.scheduling.models import CourseSession


def lock_invitation(invitation_id: int) -> Invitation:
    """Lock the session, then the invitation. Raises NoResultFound when there is none."""
    locked(CourseSession, queries.session_id_of(invitation_id))
    return locked(Invitation, invitation_id)


def acts_for_office(invitation: Invitation) -> bool:
    """Whether whoever acts is a coordinator of it, or the system itself, and not only a contact point."""
    person_id = acting().person_id
    return person_id is None or can(P.CALL_PREPARE, invitation, db.session.get_one(Person, person_id))


def stage_and_side(invitation: Invitation, now: datetime) -> tuple[Stage, bool]:
    """Where the call stands, and whether the office acts."""
    return stage_at(invitation.call, now), acts_for_office(invitation)


@dataclass(frozen=True)
class Naming:
    """An invitation that is locked to name people for it. ``late_reason``: why this is done after the deadline."""

    invitation: Invitation
    stage: Stage
    late_reason: str | None
    now: datetime

    @classmethod
    def begin(cls, invitation_id: int, late_reason: str | None, now: datetime) -> Naming:
        """Lock it. Raises WrongStage, or DomainError (field ``late_reason``) when the office gives no reason."""
        invitation = lock_invitation(invitation_id)
        stage, by_office = stage_and_side(invitation, now)
        return cls(invitation, stage, check_naming(stage, late_reason, by_office=by_office), now)

    def check_number(self, wanted: int) -> None:
        """Raise DomainError (field ``people``) when more are chosen than may still be named."""
        check_number(self.invitation.nominate, queries.count_live(self.invitation.id), wanted)

    def name(self, person_ids: Sequence[int], mode: PlaceMode, motivation: str | None) -> list[Nomination]:
        """Name these people of the administration, ranked after those named before."""
        session_id = self.invitation.call.course_session_id
        made = places.nominate_all(person_ids, session_id, mode, motivation=motivation, now=self.now)
        nominations = queries.of_places([place.id for place in made])
        for nomination in nominations:
            nomination.late_reason = self.late_reason
        self.invitation.declined_at = None
        if self.stage is not Stage.FINAL:
            close_up(self.invitation.id)
        return nominations


def nominate(
    invitation_id: int,
    person_ids: Sequence[int],
    mode: PlaceMode,
    *,
    motivation: str | None = None,
    late_reason: str | None = None,
    now: datetime,
) -> list[Nomination]:
    """Name these people for the administration, ranked after those named before: all of them, or none.

    After the deadline only the office can, as an exception with a reason; after the places have been given, those named
    join the end of the reserve list. Raises WrongStage or DomainError (field ``people`` or ``late_reason``).
    """
    with transaction():
        naming = Naming.begin(invitation_id, late_reason, now)
        wanted = list(dict.fromkeys(person_ids))
        naming.check_number(len(wanted))
        check_own_people(wanted, naming.invitation.organisation_id)
        return naming.name(wanted, mode, motivation)


def check_own_people(person_ids: Sequence[int], organisation_id: int) -> None:
    """Raise DomainError (field ``people``) for strangers, whom it does not name: whoever asks may not know of them."""
    if queries.count_own(person_ids, organisation_id) < len(person_ids):
        raise DomainError(
            _l("Somebody who was chosen does not belong to this administration. Please choose from its list."), "people"
        )


def close_up(invitation_id: int) -> None:
    """Number the candidates of an administration from 1 without gaps; those whose places have ended come last."""
    live = [nomination.id for nomination in queries.ranked(invitation_id)]
    everybody = queries.all_of(invitation_id)
    everybody.sort(key=lambda nomination: nomination.id not in live)
    for rank, nomination in enumerate(everybody, start=1):
        nomination.rank = rank
    db.session.flush()


def nominate_new(
    invitation_id: int,
    details: PersonDetails,
    mode: PlaceMode,
    *,
    motivation: str | None = None,
    late_reason: str | None = None,
    is_another: bool = False,
    now: datetime,
) -> Nomination:
    """Add an officer whom the office does not know yet, and name him or her.

    The officer has no account: the invitation link comes with the offer. ``is_another``: who has the name of a known
    officer is somebody else. Raises WrongStage or DomainError with the field that is wrong.
    """
    with transaction():
        naming = Naming.begin(invitation_id, late_reason, now)
        naming.check_number(1)
        organisation_id = naming.invitation.organisation_id
        check_unknown(details.email, naming.invitation)
        if not is_another:
            check_no_namesake(details, organisation_id)
        person = add_person(details, organisation_id, now=now)
        grant_role(person.id, Role.OFFICER, organisation_id=organisation_id, now=now)
        return naming.name([person.id], mode, motivation)[0]


def check_unknown(email: str, invitation: Invitation) -> None:
    """Raise DomainError (field ``email``) with the way out when the organisation's list has the address already."""
    known = queries.known_by_address([normal_email(email)], invitation)
    for person in known.values():
        if person.organisation_id == invitation.organisation_id:
            raise DomainError(
                _l("This is the address of %(name)s, who is among the known officers. Choose there.", name=person.name),
                "email",
            )


def check_no_namesake(details: PersonDetails, organisation_id: int) -> None:
    """Raise DomainError (field ``is_another``) when a known officer of the organisation has this name."""
    for known in namesakes_of(details, officers_by_name(organisation_id)):
        raise DomainError(
            _l(
                "%(name)s (%(email)s) is among the known officers. If it is the same person, choose there; "
                "otherwise tick this box.",
                name=known.name,
                email=half_hidden(known.email),
            ),
            "is_another",
        )


@dataclass(frozen=True, kw_only=True)
class ListReport:
    """What a list of candidates comes to. ``text`` is the list itself, for a form that brings it back."""

    lines: Sequence[lists.ListedCandidate]
    left: int
    text: str
    unknown_columns: Sequence[str] = ()
    is_guessed: bool = False

    @property
    def questions(self) -> list[lists.ListedCandidate]:
        """The rows with the name of a known officer and another address, answered or not."""
        return [line for line in self.lines if line.namesake]

    def of(self, *outcomes: lists.RowOutcome) -> list[lists.ListedCandidate]:
        return [line for line in self.lines if line.outcome in outcomes]

    @property
    def to_name(self) -> list[lists.ListedCandidate]:
        """Those who can be named, in the order of the list."""
        return [line for line in self.lines if line.can_be_named]

    @property
    def within(self) -> list[lists.ListedCandidate]:
        """Those of them for whom the administration's number has room: the first ones."""
        return self.to_name[: self.left]

    @property
    def beyond(self) -> list[lists.ListedCandidate]:
        """Those for whom it has none."""
        return self.to_name[self.left :]


def nominate_list(
    invitation_id: int,
    data: bytes,
    mode: PlaceMode,
    *,
    language: str = "en",
    time_zone: str = "UTC",
    motivation: str | None = None,
    late_reason: str | None = None,
    answers: Mapping[str, Answer] | None = None,
    only_first: bool = False,
    dry_run: bool = False,
    now: datetime,
) -> ListReport:
    """Name the people of a list in its order: an Excel workbook, a CSV file, or pasted text in UTF-8.

    People are known by their addresses; those who are new become officers of the administration. ``answers`` say by
    address who somebody is who has a known officer's name and another address; while one of them is lacking, nobody is
    named. Rows that are wrong are reported and left out. ``only_first``: name no more than the number allows, instead
    of nobody. With ``dry_run`` nothing is changed. Raises WrongStage or DomainError (field ``file``, ``people`` or
    ``late_reason``).
    """
    roster = read_roster(data, language=language, time_zone=time_zone, headings_needed=False)
    if dry_run:
        invitation = db.session.get_one(Invitation, invitation_id)
        stage, by_office = stage_and_side(invitation, now)
        check_may_change(stage, by_office=by_office)
        return report_of(roster, invitation, answers or {})
    with refusing(ADDED_MEANWHILE), transaction():
        naming = Naming.begin(invitation_id, late_reason, now)
        report = report_of(roster, naming.invitation, answers or {})
        check_answered(report)
        chosen = report.within if only_first else report.to_name
        naming.check_number(len(chosen))
        naming.name(people_of(chosen, naming.invitation.organisation_id, now), mode, motivation)
    return report


def check_answered(report: ListReport) -> None:
    """Raise DomainError (field ``people``) while it is not known who somebody of the list is."""
    if report.of(lists.RowOutcome.ASKED):
        raise DomainError(_l("Please say first who the people are who have the name of a known officer."), "people")


def report_of(roster: Roster, invitation: Invitation, answers: Mapping[str, Answer]) -> ListReport:
    """What the list comes to as things stand."""
    people = [entry.details for entry in roster.entries]
    officers = officers_by_name(invitation.organisation_id)
    namesakes = (row.email for details in people for row in namesakes_of(details, officers))
    office = lists.OfficeKnowledge(
        organisation_id=invitation.organisation_id,
        known=queries.known_by_address({*(details.email for details in people), *namesakes}, invitation),
        officers=officers,
        answers=answers,
        required=queries.titles_required(invitation.call.course_session),
    )
    return ListReport(
        lines=lists.lines_of(roster.entries, roster.refusals, office),
        left=left_to_name(invitation.nominate, queries.count_live(invitation.id)),
        text=as_text(roster.cells),
        unknown_columns=roster.unknown_columns,
        is_guessed=roster.guessed,
    )


def people_of(lines: Sequence[lists.ListedCandidate], organisation_id: int, now: datetime) -> list[int]:
    """The ids of the people in these rows, in their order; new people are added, and new addresses taken over.

    Two rows may be about one person, who was given another address in one of them.
    """
    new = [RosterRow(line.number, line.details) for line in lines if line.details is not None]
    add_officers(new, organisation_id, now)
    for line in lines:
        if line.answer is Answer.MOVED and line.person_id:
            move_address(line.person_id, line.email, now)
    added = queries.ids_by_address([entry.details.email for entry in new])
    return list(dict.fromkeys(line.person_id or added[line.email] for line in lines))
