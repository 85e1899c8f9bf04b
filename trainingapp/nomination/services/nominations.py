"""What contact points, and the office on their behalf, do with candidates, the official letter and the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from trainingapp.accounts.models import Person
from trainingapp.accounts.rules.people import PersonDetails
from trainingapp.accounts.services.people import change_person
from trainingapp.core import files
from trainingapp.core.actor import acting
from trainingapp.core.bus import publish
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.core.text import tidy
from trainingapp.enrolment import services as places
from trainingapp.enrolment.models import PlaceMode, PlaceStatus
from trainingapp.nomination import events
from trainingapp.nomination.models import Invitation, Nomination
from trainingapp.nomination.queries import nominations as queries
from trainingapp.nomination.rules.nominations import (
    check_answer_nobody,
    check_may_change,
    check_may_rank,
    check_order,
)
from trainingapp.nomination.services.naming import lock_invitation, stage_and_side


def about(invitation: Invitation) -> dict[str, int]:
    """What every event about an invitation says."""
    return {
        "invitation_id": invitation.id,
        "organisation_id": invitation.organisation_id,
        "course_session_id": invitation.call.course_session_id,
    }


def lock_to_change(invitation_id: int, now: datetime) -> Invitation:
    """Lock the invitation. Raises WrongStage when nothing can be changed about its candidates any more."""
    invitation = lock_invitation(invitation_id)
    stage, by_office = stage_and_side(invitation, now)
    check_may_change(stage, by_office=by_office)
    return invitation


def rank(invitation_id: int, nomination_ids: Sequence[int], *, now: datetime) -> None:
    """Put the candidates into this order. Raises DomainError when they are not the candidates that there are now."""
    with transaction():
        invitation = lock_invitation(invitation_id)
        stage, by_office = stage_and_side(invitation, now)
        check_may_rank(stage, by_office=by_office)
        present = {nomination.id: nomination for nomination in queries.ranked(invitation_id)}
        check_order(present, nomination_ids)
        if list(present) == list(nomination_ids):
            return
        for number, nomination_id in enumerate(nomination_ids, start=1):
            present[nomination_id].rank = number
        publish(events.CandidatesRanked(**about(invitation)))


def withdraw_nomination(nomination_id: int, reason: str, *, now: datetime) -> None:
    """Take a candidate back before the places are given, with a reason; the ranks of the others close up."""
    with transaction():
        lock_to_change(queries.invitation_id_of(nomination_id), now)
        nomination = locked(Nomination, nomination_id)
        if nomination.place.status is not PlaceStatus.NOMINATED:
            raise DomainError(_l("This candidate has already been decided on. Reload the page to see the decision."))
        if not tidy(reason):
            raise DomainError(_l("Please give the reason: the candidate and the office will read it."), "reason")
        places.withdraw(nomination.place_id, reason, now=now)


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What may be corrected about a candidate. The address and the language are the person's own."""

    family_name: str
    given_name: str
    patronymic: str | None
    family_name_latin: str
    given_name_latin: str
    post: str | None
    mode: PlaceMode
    motivation: str | None

    def applied_to(self, person: Person) -> PersonDetails:
        """The details of the person with what is corrected."""
        known = PersonDetails(**{name: getattr(person, name) for name in PersonDetails.__dataclass_fields__})
        return replace(
            known,
            family_name=self.family_name,
            given_name=self.given_name,
            patronymic=self.patronymic,
            family_name_latin=self.family_name_latin,
            given_name_latin=self.given_name_latin,
            post=self.post,
        )


def correct(nomination_id: int, correction: Correction, *, now: datetime) -> None:
    """Correct the spelling of a candidate's name, the post, and how and why he or she is to take part.

    How and why stand once the places have been given. Raises DomainError with the field that is wrong.
    """
    with transaction():
        invitation = lock_to_change(queries.invitation_id_of(nomination_id), now)
        place = db.session.get_one(Nomination, nomination_id).place
        person = place.person
        if person.organisation_id != invitation.organisation_id:
            raise DomainError(_l("%(name)s does not belong to this administration.", name=person.name))
        if place.status is PlaceStatus.NOMINATED:
            places.correct_nominated(place.id, correction.mode, correction.motivation, now=now)
        change_person(person.id, correction.applied_to(person), person.organisation_id, now=now)


def attach_letter(invitation_id: int, data: bytes, name: str, *, now: datetime) -> None:
    """Keep the administration's official letter, in place of the one before. Raises DomainError (field ``file``)."""
    with transaction():
        invitation = lock_to_change(invitation_id, now)
        letter = files.keep(data, name, by=acting().person_id, now=now, field="file")
        invitation.letter_id = letter.id
        publish(events.OfficialLetterAttached(**about(invitation), file_name=letter.name))


def answer_nobody(invitation_id: int, *, now: datetime) -> None:
    """Take down that the administration names nobody this time. Naming somebody later takes it back."""
    with transaction():
        invitation = lock_to_change(invitation_id, now)
        check_answer_nobody(queries.count_live(invitation_id))
        if invitation.declined_at is None:
            invitation.declined_at = now
            publish(events.NobodyNominated(**about(invitation)))
