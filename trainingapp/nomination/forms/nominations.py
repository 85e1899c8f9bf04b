"""Forms of contact points: naming, correcting and withdrawing candidates, the letter, the comment."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    Field,
    FileField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from trainingapp.accounts.forms import language_field, name_field, post_field
from trainingapp.accounts.models import Person, Sex
from trainingapp.accounts.rules.people import PersonDetails, person_problems, tidied
from trainingapp.core.errors import Problem
from trainingapp.core.i18n import _, _l
from trainingapp.core.reasons import OF_LEAVING, OF_NAMING_LATE
from trainingapp.core.web import (
    LARGEST_NUMBER,
    BaseForm,
    CauseForm,
    OptionalSelection,
    ReasonForm,
    choices_of,
    remark_area,
    strip,
)
from trainingapp.enrolment.models import PlaceMode
from trainingapp.nomination.services.nominations import Correction
from trainingapp.scheduling.models import CourseSession

REASON = Length(max=1000, message=_l("Please use at most 1,000 characters."))
LONGEST_LIST = 800_000
TOO_LONG = _l("This is too long for one list. Please send it in parts.")


def ways_of(course_session: CourseSession) -> list[PlaceMode]:
    """How one can take part in the session; both at once where it has both."""
    ways = [
        mode
        for mode, capacity in (
            (PlaceMode.IN_PERSON, course_session.capacity_in_person),
            (PlaceMode.ONLINE, course_session.capacity_online),
        )
        if capacity > 0
    ]
    return [*ways, PlaceMode.BOTH] if len(ways) > 1 else ways


class WayForm(BaseForm):
    """How somebody is to take part: a choice only where the session has several ways."""

    mode = RadioField(_l("How to take part"), [InputRequired(_l("Please choose how to take part."))])

    def offer(self, course_session: CourseSession) -> None:
        ways = ways_of(course_session)
        self.mode.choices = [(way.value, way.label) for way in ways]
        if not self.mode.data and not self.mode.raw_data:
            self.mode.data = ways[0].value

    @property
    def way(self) -> PlaceMode:
        return PlaceMode(self.mode.data)

    @property
    def has_choice(self) -> bool:
        return len(self.mode.choices) > 1


class NamingForm(CauseForm, WayForm):
    """What every way of naming candidates asks; the reason only after the deadline."""

    causes = OF_NAMING_LATE
    remark_in = "late_reason"
    cause = SelectField(_l("Reason for nominating after the deadline"), default="")
    late_reason = remark_area()

    def offer_late(self, course_session: CourseSession, *, late: bool) -> None:
        self.offer(course_session)
        if not late:
            del self.cause, self.late_reason


def row_id(value: str) -> int:
    """The number of a row. Raises ValueError for what no table can hold."""
    number = int(value)
    if not 0 < number <= LARGEST_NUMBER:
        raise ValueError(value)
    return number


class ChooseForm(NamingForm):
    """Officers whom the office knows."""

    people = SelectMultipleField(_l("Officers"), coerce=row_id, validate_choice=False)


class NewOfficerForm(NamingForm):
    """An officer whom the office does not know yet."""

    family_name = name_field(_l("Family name"), "family_name", DataRequired())
    given_name = name_field(_l("Given name"), "given_name", DataRequired())
    patronymic = name_field(_l("Patronymic"), "patronymic")
    family_name_latin = name_field(_l("Family name in Latin letters"), "family_name_latin")
    given_name_latin = name_field(_l("Given name in Latin letters"), "given_name_latin")
    sex = SelectField(_l("Sex"), coerce=OptionalSelection(Sex))
    post = post_field()
    email = name_field(_l("E-mail address"), "email", DataRequired(), description=_l("For signing in and for letters."))
    language = language_field()
    motivation = TextAreaField(
        _l("Why this officer? How will the course help in their work?"), [Optional(), REASON], filters=[strip]
    )

    is_another = BooleanField(_l("This is another person with the same name"))

    def __init__(self, language: str, time_zone: str) -> None:
        super().__init__(data={"language": language})
        self.time_zone = time_zone
        self.sex.choices = choices_of([("", _("not given")), *((sex.value, sex.label) for sex in Sex)])

    def details(self) -> PersonDetails:
        return tidied(
            PersonDetails(
                email=self.email.data or "",
                family_name=self.family_name.data or "",
                given_name=self.given_name.data or "",
                patronymic=self.patronymic.data,
                family_name_latin=self.family_name_latin.data or "",
                given_name_latin=self.given_name_latin.data or "",
                sex=self.sex.data,
                post=self.post.data,
                language=self.language.data or "",
                time_zone=self.time_zone,
            )
        )

    def problems(self) -> list[Problem]:
        return person_problems(self.details())


class ListForm(NamingForm):
    """A list of candidates: a file, or text copied from a spreadsheet. ``seen`` marks the list that was checked."""

    rows = TextAreaField(
        _l("Rows copied from a spreadsheet"),
        [Length(max=LONGEST_LIST, message=TOO_LONG)],
    )
    file = FileField(_l("Or a file (Excel or CSV)"))
    language = language_field()
    seen = HiddenField()

    def __init__(self, language: str) -> None:
        super().__init__(data={"language": language})

    def validate_rows(self, field: Field) -> None:
        has_file = bool(self.file.data and getattr(self.file.data, "filename", ""))
        if not has_file and not (field.data or "").strip():
            raise ValidationError(_("Please paste the rows here, or choose a file."))


class CorrectionForm(WayForm):
    """What may be corrected about a candidate."""

    family_name = name_field(_l("Family name"), "family_name", DataRequired())
    given_name = name_field(_l("Given name"), "given_name", DataRequired())
    patronymic = name_field(_l("Patronymic"), "patronymic")
    family_name_latin = name_field(_l("Family name in Latin letters"), "family_name_latin")
    given_name_latin = name_field(_l("Given name in Latin letters"), "given_name_latin")
    post = post_field()
    motivation = TextAreaField(
        _l("Why this officer? How will the course help in their work?"), [Optional(), REASON], filters=[strip]
    )

    def __init__(self, person: Person, mode: PlaceMode, motivation: str | None) -> None:
        super().__init__(obj=person, data={"mode": mode.value, "motivation": motivation})

    @property
    def correction(self) -> Correction:
        return Correction(
            family_name=self.family_name.data or "",
            given_name=self.given_name.data or "",
            patronymic=self.patronymic.data,
            family_name_latin=self.family_name_latin.data or "",
            given_name_latin=self.given_name_latin.data or "",
            post=self.post.data,
            mode=self.way,
            motivation=self.motivation.data,
        )


class WithdrawNominationForm(ReasonForm):
    causes = OF_LEAVING
    needed = _l("Please give the reason: the candidate and the office will read it.")


class OrderForm(BaseForm):
    """The order of the candidates, as the ids of their nominations with commas."""

    order = StringField()

    @property
    def ids(self) -> list[int]:
        """The ids; empty when it is no such text."""
        parts = (self.order.data or "").split(",")
        return [int(part) for part in parts] if all(part.isdecimal() and len(part) < 10 for part in parts) else []


class CommentForm(BaseForm):
    text = TextAreaField(
        _l("Comment"), [DataRequired(_l("Please write the comment.")), Length(max=4000)], filters=[strip]
    )


class OfficialLetterForm(BaseForm):
    file = FileField(_l("Official letter (PDF, JPEG or PNG)"))
