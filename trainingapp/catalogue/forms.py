"""The course form, English and Russian side by side, and the topic form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, fields

from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from trainingapp.catalogue.models import AccessClass, CourseKind, Level
from trainingapp.catalogue.rules import (
    FOLLOWED_AT_LABEL,
    LANGUAGES_LABEL,
    TEXTS,
    CourseDetails,
    course_problems,
    in_english,
    in_russian,
    parse_hours,
    show_hours,
)
from trainingapp.core.errors import DomainError, Problem
from trainingapp.core.i18n import DELIVERY_LANGUAGES, LazyText, _l, current_language, language_name
from trainingapp.core.web import BaseForm, NumberField, OptionalSelection, Validator, capitals, one_line, strip

LONGEST_TEXT = 20_000
LINE_LIMITS = {"title": 200, "summary": 500, "competency": 200}
Choices = list[tuple[int | str, str]]
NAMES = tuple(item.name for item in fields(CourseDetails))


def paragraphs(value: object) -> object:
    """A filter: text with the line ends that we keep, whatever the browser sends."""
    return strip(value.replace("\r\n", "\n").replace("\r", "\n")) if isinstance(value, str) else value


def line(label: LazyText, limit: int, *validators: Validator) -> StringField:
    return StringField(label, filters=[one_line], validators=[*validators, Length(max=limit)])


def short_text(label: LazyText, limit: int) -> TextAreaField:
    return TextAreaField(label, filters=[one_line], validators=[Length(max=limit)])


def text(label: LazyText) -> TextAreaField:
    return TextAreaField(label, filters=[paragraphs], validators=[Length(max=LONGEST_TEXT)])


def both(make: Callable[..., Field], name: str, *limit: int) -> tuple[Field, Field]:
    return make(in_english(TEXTS[name]), *limit), make(in_russian(TEXTS[name]), *limit)


class HoursField(StringField):
    """Minutes, typed as hours: 6, 6.5 or 6,5."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0]:
            self.data = None
            return
        try:
            self.data = parse_hours(valuelist[0])
        except DomainError as error:
            self.data = None
            raise ValueError(error.message) from error

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        shown = show_hours(self.data) if self.data else ""
        return shown.replace(".", ",") if current_language() == "ru" else shown


class CourseForm(BaseForm):
    """Everything about a course. ``version`` is the one that the writer has seen."""

    version = HiddenField()
    code = StringField(
        _l("Code"),
        filters=[one_line, capitals],
        validators=[DataRequired(), Length(max=30)],
        description=_l("Short and unique, for example CCC-101. It is printed on certificates."),
    )
    kind = RadioField(_l("Kind"), coerce=CourseKind, validators=[InputRequired()])
    access_class = RadioField(_l("Who may have a place"), coerce=AccessClass, validators=[InputRequired()])
    level = SelectField(_l("Level"), coerce=OptionalSelection(Level))
    centre_id = SelectField(_l("Responsible centre"), coerce=OptionalSelection(int))
    languages = SelectMultipleField(LANGUAGES_LABEL)
    duration_minutes = HoursField(
        _l("Duration in hours"), validators=[InputRequired()], description=_l("For example 6 or 6.5.")
    )
    title_en = line(in_english(TEXTS["title"]), LINE_LIMITS["title"], DataRequired())
    title_ru = line(in_russian(TEXTS["title"]), LINE_LIMITS["title"])
    summary_en, summary_ru = both(short_text, "summary", LINE_LIMITS["summary"])
    description_en, description_ru = both(text, "description")
    outcomes_en, outcomes_ru = both(text, "outcomes")
    audience_en, audience_ru = both(text, "audience")
    admission_en, admission_ru = both(text, "admission")
    assessment_en, assessment_ru = both(text, "assessment")
    competency_en, competency_ru = both(line, "competency", LINE_LIMITS["competency"])
    attendance_percent = NumberField(
        _l("Share of the planned hours, in per cent"),
        validators=[Optional()],
        description=_l("Leave empty if attendance does not count."),
    )
    result_required = BooleanField(_l("The assessment must be passed"))
    pass_score = NumberField(
        _l("Pass mark out of 100"),
        validators=[Optional()],
        description=_l("Leave empty if the assessor only says passed or failed."),
    )
    validity_months = NumberField(
        _l("Valid for how many months"), validators=[Optional()], description=_l("Leave empty if it does not expire.")
    )
    followed_at_url = StringField(
        FOLLOWED_AT_LABEL,
        filters=[strip],
        validators=[Optional(), Length(max=500)],
        description=_l("For distance learning: the page where participants follow it."),
    )
    topic_ids = SelectMultipleField(_l("Topics"), coerce=int)
    prerequisite_ids = SelectMultipleField(_l("Courses required before"), coerce=int)

    def offer(self, centres: Choices, topics: Choices, courses: Choices) -> None:
        """What can be chosen, in the reader's language."""
        self.kind.choices = choices(CourseKind)
        self.access_class.choices = choices(AccessClass)
        self.level.choices = [("", _l("No level")), *choices(Level)]
        self.languages.choices = [(code, language_name(code)) for code in DELIVERY_LANGUAGES]
        self.centre_id.choices = centres
        self.topic_ids.choices = topics
        self.prerequisite_ids.choices = courses

    def problems(self) -> Iterator[Problem]:
        return course_problems(self.details())

    def details(self) -> CourseDetails:
        """What was written, for the service."""
        data = {name: self[name].data for name in NAMES}
        for name in ("topic_ids", "prerequisite_ids"):
            data[name] = frozenset(data[name] or ())
        in_our_order = tuple(code for code in DELIVERY_LANGUAGES if code in (data["languages"] or ()))
        return CourseDetails(**{**data, "languages": in_our_order})

    @property
    def seen_version(self) -> int:
        """The version that the writer has seen; 0, which no course has, for anything else."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def choices(kind: type[CourseKind | AccessClass | Level]) -> list[tuple[str, LazyText]]:
    return [(member.value, member.label) for member in kind]


def filled(details: CourseDetails | None) -> dict[str, object]:
    """What a form shows at first: the course as it is, or the usual for a new one."""
    if details is None:
        return {"attendance_percent": 80, "languages": ["en", "ru"], "access_class": AccessClass.CUSTOMS}
    several = {"topic_ids": sorted(details.topic_ids), "prerequisite_ids": sorted(details.prerequisite_ids)}
    return {**asdict(details), **several}


class TopicForm(BaseForm):
    """A topic in both languages."""

    code = StringField(
        _l("Code"),
        filters=[strip],
        validators=[DataRequired(), Length(max=40)],
        description=_l("For addresses of pages: small Latin letters, digits and hyphens."),
    )
    name_en = line(_l("Name (English)"), 100, DataRequired())
    name_ru = line(_l("Name (Russian)"), 100)
