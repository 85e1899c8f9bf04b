"""Forms whose fields are the people of a list: a meeting's sheet, and the results of a group."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

from flask import request
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, Field, HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from trainingapp.attendance.models import Presence
from trainingapp.attendance.queries.sheets import CompletionLine, SheetLine
from trainingapp.attendance.rules import (
    ASK_FOR_MINUTES,
    WITH_MINUTES,
    Mark,
    possible_presences,
    tidy_mark,
    usual_presence,
)
from trainingapp.core.formats import hours
from trainingapp.core.i18n import _, _l
from trainingapp.core.reasons import OF_COMPLETIONS, OF_MARKS, OF_RESULTS
from trainingapp.core.web import BaseForm, CauseForm, NumberField, ReasonForm, remark_area, strip
from trainingapp.records.models import Outcome
from trainingapp.records.services import ResultDetails
from trainingapp.scheduling.models import Meeting

MARK = re.compile(r"mark-(\d{1,18})")
USUAL_MINUTES = (15, 30, 60)
OUTCOMES = [SelectChoice(outcome.value, outcome.label) for outcome in Outcome]
SCORE = NumberRange(0, 100, _l("A score is a whole number from 0 to 100."))
SHORT = Length(max=2000, message=_l("Please write at most 2000 characters."))


class SheetForm(CauseForm):
    """A meeting's sheet: ``mark-<place>`` per person, and what the page showed (``seen-…``).

    The minutes missed are chosen (``usual-…``) or entered (``missed-…``); the usual numbers are quicker to tap.
    """

    causes = OF_MARKS
    cause = SelectField(_l("Reason for the correction"), default="")
    reason = remark_area()
    place_ids: tuple[int, ...] = ()

    def validate(self, extra_validators: object = None) -> bool:
        """Also ask for the minutes missed, and refuse marks of people who are not on the sheet, or not any more."""
        known: bool = super().validate(extra_validators)
        if known:
            known = not [place_id for place_id in self.place_ids if not self._is_clear(place_id)]
        posted = {int(found[1]) for name in request.form if (found := MARK.fullmatch(name))}
        if posted <= set(self.place_ids):
            return known
        self.form_errors.append(_("Somebody is not on this sheet any more. Please look at the list and save again."))
        return False

    def _is_clear(self, place_id: int) -> bool:
        """Whether the minutes missed are neither left open nor two different numbers."""
        mark, seen, field = self.mark_of(place_id), self.seen()[place_id], self[f"missed-{place_id}"]
        unasked = {None, mark.missed_minutes, seen.missed_minutes}
        if mark.lacks_minutes and mark != seen:
            field.errors = [*field.errors, ASK_FOR_MINUTES]
        elif mark.presence in WITH_MINUTES and field.data not in unasked:
            field.errors = [*field.errors, _("There are two numbers of minutes here. Choose one of them.")]
        return not field.errors

    def mark_of(self, place_id: int) -> Mark:
        tapped, entered = self[f"usual-{place_id}"].data, self[f"missed-{place_id}"].data
        return tidy_mark(Mark(Presence(self[f"mark-{place_id}"].data), int(tapped) if tapped else entered))

    def seen(self) -> dict[int, Mark]:
        """What the page showed when it was opened."""
        return {place_id: as_mark(self[f"seen-{place_id}"].data) for place_id in self.place_ids}

    def changed_marks(self) -> dict[int, Mark]:
        """Only what the person at the form has changed: all else belongs to whoever recorded it."""
        seen = self.seen()
        return {id: self.mark_of(id) for id in self.place_ids if self.mark_of(id) != seen[id]}

    def fill_present(self, meeting: Meeting, lines: Iterable[SheetLine], oneself: int) -> None:
        """Mark everybody who is not marked yet as present."""
        for line in lines:
            field = self[f"mark-{line.participant.place_id}"]
            if field.data == Presence.NOT_RECORDED and line.participant.person_id != oneself:
                field.data = usual_presence(meeting.mode, line.participant.mode).value

    def catch_up(self, lines: Iterable[SheetLine]) -> None:
        """After a refusal: where somebody else was quicker, the next save is told to have seen it."""
        for line in lines:
            place_id = line.participant.place_id
            if place_id in self.place_ids and self[f"mark-{place_id}"].errors:
                self[f"seen-{place_id}"].data = as_text(line.mark)


def sheet_form(meeting: Meeting, lines: Iterable[SheetLine]) -> SheetForm:
    """The form of this meeting's sheet."""
    fields: dict[str, Field] = {}
    for line in lines:
        place_id, name = line.participant.place_id, line.participant.name
        fields[f"mark-{place_id}"] = RadioField(
            name, choices=mark_choices(meeting, line), default=line.mark.presence.value
        )
        fields[f"usual-{place_id}"], fields[f"missed-{place_id}"] = minutes_fields(meeting, line)
        fields[f"seen-{place_id}"] = HiddenField(default=as_text(line.mark))
    place_ids = tuple(line.participant.place_id for line in lines)
    return cast(SheetForm, type("SheetFormOfMeeting", (SheetForm,), {**fields, "place_ids": place_ids})())


def minutes_fields(meeting: Meeting, line: SheetLine) -> tuple[RadioField, NumberField]:
    """The usual numbers of minutes, as far as the meeting lasts longer, and the field for any other."""
    known, label = line.mark.missed_minutes, _l("%(name)s: minutes missed", name=line.participant.name)
    usual = [number for number in USUAL_MINUTES if number < meeting.minutes]
    choices = [*(SelectChoice(str(number), hours(number)) for number in usual), SelectChoice("", _l("other"))]
    return (
        RadioField(label, choices=choices, default=str(known) if known in usual else ""),
        NumberField(label, [Optional()], default=None if known in usual else known or None),
    )


def mark_choices(meeting: Meeting, line: SheetLine) -> list[SelectChoice]:
    """The marks that are possible, the usual one first; what is recorded already is always among them."""
    usual = usual_presence(meeting.mode, line.participant.mode)
    possible = possible_presences(meeting.mode)
    ordered = [usual, *(presence for presence in Presence if presence is not usual)]
    return [SelectChoice(item.value, item.label) for item in ordered if item in possible or item is line.mark.presence]


def as_text(mark: Mark) -> str:
    return f"{mark.presence.value}:{mark.missed_minutes or 0}"


def as_mark(text: str | None) -> Mark:
    """What :func:`as_text` made; "not recorded" for anything else."""
    presence, _colon, minutes = (text or "").partition(":")
    if presence not in set(Presence) or not re.fullmatch(r"\d{1,4}", minutes):
        return Mark()
    return tidy_mark(Mark(Presence(presence), int(minutes)))


class ScanForm(BaseForm):
    scan = FileField(
        _l("Scan of the signed sheet"),
        [FileRequired(_l("Please choose a file."))],
        description=_l("PDF, JPEG or PNG, at most 5 MB."),
    )


def number_of_attempt(default: int | None = None) -> NumberField:
    """Which attempt the page was opened for: so a double click records one."""
    return NumberField(default=default, validators=[Optional(), NumberRange(1, 1000)], widget=HiddenInput())


class GroupResultsForm(BaseForm):
    """Results of a group: ``outcome-``, ``score-``, ``remark-`` and ``attempt-<person>``; empty ones are left out."""

    person_ids: tuple[int, ...] = ()

    def validate(self, extra_validators: object = None) -> bool:
        """Also ask for the outcome wherever something else was entered."""
        valid: bool = super().validate(extra_validators)
        for person_id in self.person_ids:
            outcome = self[f"outcome-{person_id}"]
            entered = self[f"score-{person_id}"].data is not None or self[f"remark-{person_id}"].data
            if entered and not outcome.data:
                outcome.errors = [*outcome.errors, _("Please say how it went.")]
                valid = False
        return valid

    def entries(self) -> dict[int, ResultDetails]:
        """What was entered, by person."""
        return {
            person_id: ResultDetails(
                outcome=Outcome(self[f"outcome-{person_id}"].data),
                score=self[f"score-{person_id}"].data,
                remark=self[f"remark-{person_id}"].data,
                attempt=self[f"attempt-{person_id}"].data,
            )
            for person_id in self.person_ids
            if self[f"outcome-{person_id}"].data
        }


def results_form(lines: Iterable[CompletionLine]) -> GroupResultsForm:
    """The form for the next attempt of each of these people."""
    fields: dict[str, Field] = {}
    for line in lines:
        person_id, name = line.participant.person_id, line.participant.name
        choices = [*OUTCOMES, SelectChoice("", _l("nothing to record"))]
        fields[f"outcome-{person_id}"] = RadioField(name, choices=choices, default="")
        fields[f"score-{person_id}"] = NumberField(_l("%(name)s: score", name=name), [Optional(), SCORE])
        fields[f"remark-{person_id}"] = StringField(
            _l("%(name)s: remark", name=name), [Optional(), SHORT], filters=[strip]
        )
        fields[f"attempt-{person_id}"] = number_of_attempt(line.result.attempt + 1 if line.result else 1)
    person_ids = tuple(line.participant.person_id for line in lines)
    return cast(
        GroupResultsForm, type("ResultsFormOfGroup", (GroupResultsForm,), {**fields, "person_ids": person_ids})()
    )


class ResultForm(BaseForm):
    """One attempt of one person; for a distance course with the evidence."""

    attempt = number_of_attempt()
    outcome = RadioField(_l("Result"), [InputRequired(_l("Please say how it went."))], choices=OUTCOMES)
    score = NumberField(_l("Score"), [Optional(), SCORE], description=_l("A whole number from 0 to 100."))
    remark = TextAreaField(_l("Remark"), [Optional(), SHORT], filters=[strip])
    achieved_on = DateField(_l("Date of the result"), [InputRequired(_l("Please enter the date."))])
    evidence = FileField(
        _l("Evidence"), description=_l("The certificate or record of the course: PDF, JPEG or PNG, at most 5 MB.")
    )

    def details(self) -> ResultDetails:
        return ResultDetails(
            outcome=Outcome(self.outcome.data),
            score=self.score.data,
            remark=self.remark.data,
            achieved_on=self.achieved_on.data,
            attempt=self.attempt.data,
        )


class CorrectionForm(CauseForm, ResultForm):
    causes = OF_RESULTS
    needed = _l("Please give a reason: it is kept beside the old value.")
    cause = SelectField(_l("Reason for the correction"), default="")
    reason = remark_area(_l("Remark on the correction"))


class WithdrawalForm(ReasonForm):
    causes = OF_COMPLETIONS
    needed = _l("Please give a reason: the trainee and the office will read it.")
