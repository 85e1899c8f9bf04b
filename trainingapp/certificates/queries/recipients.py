"""Who could get a certificate of a session, what it would say, and the reason against it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from trainingapp.accounts.models import Organisation, Person
from trainingapp.attendance.models import AttendanceMark
from trainingapp.attendance.rules import Mark, MeetingFacts
from trainingapp.certificates.models import Certificate, CertificateKind
from trainingapp.certificates.rules.contents import Holder, Occasion, draft
from trainingapp.certificates.rules.issuing import Facts, PrintedFields, reason_against, unprintable_in
from trainingapp.core.db import Row, Select, db
from trainingapp.core.i18n import StrOrLazy
from trainingapp.enrolment.models import Place, PlaceMode, PlaceStatus
from trainingapp.records.models import Completion
from trainingapp.scheduling.models import CourseSession, Meeting

SEATED = (PlaceStatus.PLACED, PlaceStatus.INCOMPLETE)


@dataclass(frozen=True)
class Recipient:
    """Somebody who had a seat, what the certificate would say, and the reason against it (None: nothing is)."""

    holder: Holder
    printed: PrintedFields
    reason: StrOrLazy | None
    standing_serial: str | None = None
    revoked_serial: str | None = None


def recipients_of(
    course_session: CourseSession,
    kind: CertificateKind,
    occasion: Occasion,
    earlier: Iterable[Row],
    chosen: Collection[int] = (),
) -> list[Recipient]:
    """Everyone who had a seat, in the order of names.

    ``earlier`` are rows of the session's certificates; ``chosen`` are the people who are asked for one by one.
    """
    standing, revoked = earlier_serials(earlier, kind)
    recipients = []
    for holder in holders_of(course_session):
        printed = draft(course_session, holder, kind, occasion)
        serials = {
            "standing_serial": standing.get(holder.person_id),
            "revoked_serial": revoked.get(holder.person_id),
        }
        facts = facts_of(course_session, holder, printed, occasion, chosen=holder.person_id in chosen, **serials)
        recipients.append(Recipient(holder, printed, reason_against(facts), **serials))
    return recipients


def find_replacement_for(certificate: Certificate, occasion: Occasion) -> Recipient | None:
    """What a replacement of the certificate would say, or the reason against it; None without a seat."""
    course_session = certificate.course_session
    for holder in holders_of(course_session, certificate.person_id):
        printed = draft(course_session, holder, certificate.kind, occasion)
        facts = facts_of(
            course_session, holder, printed, occasion, chosen=True, standing_serial=None, revoked_serial=None
        )
        return Recipient(holder, printed, reason_against(facts))
    return None


def facts_of(
    course_session: CourseSession,
    holder: Holder,
    printed: PrintedFields,
    occasion: Occasion,
    *,
    chosen: bool,
    standing_serial: str | None,
    revoked_serial: str | None,
) -> Facts:
    meetings = course_session.meetings
    return Facts(
        kind=printed.kind,
        now=occasion.now,
        status=course_session.status,
        last_meeting_ends_at=meetings[-1].ends_at if meetings else None,
        oneself=holder.person_id == occasion.issuer_id,
        left=holder.left,
        attendance_percent=course_session.course.attendance_percent,
        planned_minutes=course_session.planned_minutes,
        attended_minutes=holder.attended_minutes,
        completed=holder.completed,
        unprintable=unprintable_in(printed),
        chosen=chosen,
        standing_serial=standing_serial,
        revoked_serial=revoked_serial,
    )


def earlier_serials(rows: Iterable[Row], kind: CertificateKind) -> tuple[dict[int, str], dict[int, str]]:
    """Serial numbers by person: of certificates that stand, and of the latest that was revoked."""
    of_kind = [row for row in rows if row.kind is kind and row.replaced_at is None]
    standing = {row.person_id: row.serial for row in of_kind if row.revoked_at is None}
    revoked = {row.person_id: row.serial for row in of_kind if row.revoked_at is not None}
    return standing, revoked


def holders_of(course_session: CourseSession, person_id: int | None = None) -> list[Holder]:
    """Those who had a seat, each once and in the order of names; only that person if one is named."""
    attended = attended_minutes(course_session.id)
    rows = db.session.execute(holder_rows(course_session.id, person_id))
    unique: dict[int, Holder] = {}
    for row in rows:
        holder = Holder.of(row, attended.get(row.place_id, 0))
        if row.person_id not in unique or not holder.left:
            unique[row.person_id] = holder
    return list(unique.values())


def holder_rows(course_session_id: int, person_id: int | None) -> Select:
    standing = sa.and_(
        Completion.person_id == Place.person_id,
        Completion.course_session_id == Place.course_session_id,
        Completion.withdrawn_at.is_(None),
    )
    statement = (
        sa.select(
            Place.id.label("place_id"),
            Place.person_id,
            (Place.status == PlaceStatus.INCOMPLETE).label("left"),
            (Place.mode == PlaceMode.ONLINE).label("online"),
            Person.name,
            Organisation.name_en.label("organisation_en"),
            Organisation.name_ru.label("organisation_ru"),
            Organisation.note_en,
            Organisation.note_ru,
            Completion.id.label("completion_id"),
            Completion.score,
            Completion.valid_until,
        )
        .join(Person, Person.id == Place.person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .outerjoin(Completion, standing)
        .where(Place.course_session_id == course_session_id, Place.status.in_(SEATED))
        .order_by(Person.sort_key, Person.id, Place.id)
    )
    return statement if person_id is None else statement.where(Place.person_id == person_id)


def attended_minutes(course_session_id: int) -> dict[int, int]:
    """Planned minutes that were attended, by place."""
    rows = db.session.execute(
        sa.select(
            AttendanceMark.place_id,
            AttendanceMark.presence,
            AttendanceMark.missed_minutes,
            Meeting.starts_at,
            Meeting.ends_at,
        )
        .join(Meeting, Meeting.id == AttendanceMark.meeting_id)
        .where(Meeting.course_session_id == course_session_id)
    )
    totals: dict[int, int] = {}
    for row in rows:
        minutes = round((row.ends_at - row.starts_at).total_seconds() / 60)
        counted = MeetingFacts(minutes, Mark(row.presence, row.missed_minutes)).attended
        totals[row.place_id] = totals.get(row.place_id, 0) + counted
    return totals
