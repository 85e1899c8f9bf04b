"""The list of participants as it leaves the house: as PDF, as a workbook, and as a page to print."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import render_template, request
from werkzeug.wrappers import Response

from trainingapp.accounts.models import Organisation, OrganisationKind
from trainingapp.accounts.queries.organisations import footnotes_in
from trainingapp.core.clock import utc_now
from trainingapp.core.db import Row
from trainingapp.core.files import download
from trainingapp.core.i18n import Bilingual, _, current_language, speaking
from trainingapp.core.permissions import P, can, requires
from trainingapp.core.tables import XLSX
from trainingapp.core.web import note_after
from trainingapp.enrolment import events
from trainingapp.enrolment.models import SEATED, PlaceStatus
from trainingapp.enrolment.papers import participants as paper
from trainingapp.enrolment.papers.participants import PAPER_LANGUAGES, Participant, ParticipantsList, participants_pdf
from trainingapp.enrolment.papers.workbook import participants_workbook
from trainingapp.enrolment.queries.lists import people_and_standing, people_with_a_place
from trainingapp.enrolment.views.blueprint import bp, organisation_wanted
from trainingapp.scheduling.models import CourseSession
from trainingapp.scheduling.queries.sessions import find_session

NO_FILE_NAME = re.compile(r'[\\/:*?"<>|]+')


@bp.get("/sessions/<int:session_id>/participants.pdf")
@requires(P.ROSTER_VIEW, on=find_session)
def list_pdf(course_session: CourseSession) -> Response:
    organisation = organisation_wanted()
    note_taken_out(course_session.id, organisation, "PDF")
    asked = request.args.get("language", "")
    language = asked if asked in PAPER_LANGUAGES else current_language()
    with speaking("en" if language == "en" else "ru"):  # whose alphabet the list follows
        listed = list_of(course_session, organisation)
    printed = participants_pdf(listed, language)
    return download(printed, file_name(name_of(course_session.code, organisation), "pdf"), "application/pdf")


@bp.get("/sessions/<int:session_id>/participants.xlsx")
@requires(P.ROSTER_VIEW, on=find_session)
def list_xlsx(course_session: CourseSession) -> Response:
    """Besides those who have a seat, those who have been offered one."""
    organisation = organisation_wanted()
    note_taken_out(course_session.id, organisation, "XLSX")
    rows = people_and_standing(course_session.id, SEATED, organisation.id if organisation else None)
    name = name_of(course_session.code, organisation)
    whole = can(P.PLACES_DECIDE, course_session)
    book = participants_workbook(name, rows, footnotes_of(rows), utc_now(), whole=whole)
    return download(book, file_name(name, "xlsx"), XLSX)


def note_taken_out(course_session_id: int, organisation: Organisation | None, file_format: str) -> None:
    note_after(
        events.ParticipantsTakenOut(
            course_session_id=course_session_id,
            file_format=file_format,
            organisation_id=organisation.id if organisation else None,
        )
    )


@bp.get("/sessions/<int:session_id>/participants/print")
@requires(P.ROSTER_VIEW, on=find_session)
def list_print(course_session: CourseSession) -> str:
    organisation = organisation_wanted()
    note_taken_out(course_session.id, organisation, events.TO_PRINT)
    listed = list_of(course_session, organisation)
    return render_template(
        "enrolment/participants_print.html",
        course_session=course_session,
        listed=listed,
        heads=paper.heads(),
        facts_of_session=paper.facts_of(listed),
        totals=paper.totals_of(listed),
        closing=paper.closing_of(listed),
        nobody=paper.nobody(listed),
        chosen={"organisation": request.args["organisation"]} if listed.organisation else {},
    )


def list_of(course_session: CourseSession, organisation: Organisation | None) -> ParticipantsList:
    """Those who have a seat, and what is printed about their session."""
    rows = people_with_a_place(course_session.id, [PlaceStatus.PLACED], organisation.id if organisation else None)
    centre = course_session.venue
    counts_sexes = can(P.PLACES_DECIDE, course_session)
    return ParticipantsList(
        code=course_session.code,
        title=course_session.course.title,
        starts_on=course_session.starts_on,
        ends_on=course_session.ends_on,
        centre=centre.name if centre else paper.NONE,
        city=centre.city if centre else paper.NONE,
        is_online=course_session.capacity_online > 0,
        sponsor=course_session.sponsor,
        co_organiser=course_session.co_organiser,
        organisation=organisation.name if organisation else paper.NONE,
        trainers=tuple(trainer.name for trainer in course_session.trainers_by_name),
        people=tuple(participant(row, counts_sexes) for row in rows),
        notes=tuple(footnotes_of(rows, organisation)),
        printed_at=utc_now(),
        time_zone=course_session.time_zone,
    )


def participant(row: Row, counts_sexes: bool) -> Participant:
    return Participant(
        name=row.name,
        sex=row.sex if counts_sexes else None,
        organisation_id=row.organisation_id,
        organisation=row.organisation,
        of_administration=row.organisation_kind is OrganisationKind.ADMINISTRATION,
        post=row.post,
        mode=row.mode,
    )


def footnotes_of(rows: Iterable[Row], organisation: Organisation | None = None) -> list[Bilingual]:
    """What stands below a list of the rows, of which one organisation may be the only one."""
    names = [row.organisation.en for row in rows] + ([organisation.name_en] if organisation else [])
    return footnotes_in("\n".join(names))


def name_of(code: str, organisation: Organisation | None) -> str:
    """ "List of participants CCC-101-2 Georgia": in the reader's language."""
    return " ".join([_("List of participants"), code, *([str(organisation.name)] if organisation else [])])


def file_name(name: str, ending: str) -> str:
    """The name without what some system does not take."""
    return f"{NO_FILE_NAME.sub('-', name)}.{ending}"
