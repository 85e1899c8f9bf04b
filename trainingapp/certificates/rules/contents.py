"""What a certificate of a person in a session would say if it were issued today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from trainingapp.certificates.models import CertificateKind
from trainingapp.certificates.rules.issuing import PrintedFields, Signatory
from trainingapp.core.db import Row
from trainingapp.core.office import Office
from trainingapp.core.text import tidy
from trainingapp.scheduling.models import CourseSession

PASSED = {"en": "Passed", "ru": "Зачтено"}
PERCENT = {"en": "%", "ru": "\u00a0%"}


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """By whom and when certificates are issued."""

    office: Office
    signatory: Signatory
    now: datetime
    issuer_id: int | None

    @property
    def today(self) -> date:
        """The date by the office's calendar, which is the one that is printed."""
        return self.office.today(self.now)


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Somebody who had a seat in a session: the names as they would be printed, and how it went. Times are minutes."""

    person_id: int
    list_name: str
    name: str
    latin_name: str
    organisation_en: str
    organisation_ru: str | None
    note_en: str | None
    note_ru: str | None
    online: bool
    left: bool
    attended_minutes: int
    completed: bool
    score: int | None
    valid_until: date | None

    @classmethod
    def of(cls, row: Row, attended_minutes: int) -> Self:
        """From a row of ``queries.holder_rows``."""
        return cls(
            person_id=row.person_id,
            list_name=row.name.listed,
            name=tidy((row.name.russian or row.name.own).full),
            latin_name=tidy(row.name.latin.full),
            organisation_en=row.organisation_en,
            organisation_ru=row.organisation_ru,
            note_en=row.note_en,
            note_ru=row.note_ru,
            online=row.online,
            left=row.left,
            attended_minutes=attended_minutes,
            completed=row.completion_id is not None,
            score=row.score,
            valid_until=row.valid_until,
        )


def draft(course_session: CourseSession, holder: Holder, kind: CertificateKind, occasion: Occasion) -> PrintedFields:
    """The printed fields, still without serial number and code."""
    course, office, signatory = course_session.course, occasion.office, occasion.signatory
    completion = kind is CertificateKind.COMPLETION
    return PrintedFields(
        kind=kind,
        serial="",
        code="",
        name_latin=holder.latin_name,
        name_native=holder.name if holder.name != holder.latin_name else None,
        organisation_en=holder.organisation_en,
        organisation_ru=holder.organisation_ru,
        title_en=course.title_en,
        title_ru=course.title_ru,
        session_code=course_session.code,
        hours=course.duration_minutes,
        starts_on=course_session.starts_on,
        ends_on=course_session.ends_on,
        place_en=venue(course_session, holder, "en"),
        place_ru=venue(course_session, holder, "ru"),
        result_en=result(holder, "en") if completion else None,
        result_ru=result(holder, "ru") if completion else None,
        issuer_en=office.name_en,
        issuer_ru=office.name_ru,
        signatory_name_en=signatory.name_en,
        signatory_name_ru=signatory.name_ru,
        signatory_post_en=signatory.post_en,
        signatory_post_ru=signatory.post_ru,
        issued_on=occasion.today,
        valid_until=holder.valid_until if completion else None,
        note_en=holder.note_en,
        note_ru=holder.note_ru,
    )


def venue(course_session: CourseSession, holder: Holder, language: str) -> str | None:
    """Centre and city; None for whoever took part online."""
    centre = course_session.venue
    if centre is None or holder.online:
        return None
    name, city = centre.name.within(language), centre.city.within(language)
    return name if city in name else f"{name}, {city}"


def result(holder: Holder, language: str) -> str:
    passed = PASSED[language]
    return passed if holder.score is None else f"{passed}, {holder.score}{PERCENT[language]}"
