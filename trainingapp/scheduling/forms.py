"""Forms of sessions, meetings, trainers and rooms."""

from __future__ import annotations

from datetime import date, datetime, time

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    Field,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from trainingapp.accounts.rules.organisations import CentreDetails
from trainingapp.core.clock import utc_now
from trainingapp.core.errors import DomainError, Refusal
from trainingapp.core.i18n import DELIVERY_LANGUAGES, LazyText, StrOrLazy, _l, language_name
from trainingapp.core.reasons import OF_CANCELLING
from trainingapp.core.web import (
    BaseForm,
    NumberField,
    OptionalSelection,
    ReasonForm,
    capitals,
    choices_of,
    one_line,
    strip,
)
from trainingapp.core.zones import zone_choices
from trainingapp.scheduling.models import MeetingMode
from trainingapp.scheduling.rules.planning import MeetingDetails, SessionDetails
from trainingapp.scheduling.services.rooms import RoomDetails

MOST_PLACES = 100_000
FIRST_YEAR, LAST_YEAR = 2000, 2100


def in_our_time(_form: BaseForm, field: Field) -> None:
    """A validator: no date that only a typing mistake can mean."""
    if isinstance(field.data, date | datetime) and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(_l("Please check the year."))


def line(label: LazyText, limit: int = 200) -> StringField:
    return StringField(label, filters=[one_line], validators=[Optional(), Length(max=limit)])


def needed_line(label: LazyText, limit: int) -> StringField:
    return StringField(label, filters=[one_line], validators=[DataRequired(), Length(max=limit)])


def places(label: LazyText, description: StrOrLazy = "") -> NumberField:
    checks = [InputRequired(), NumberRange(min=0, max=MOST_PLACES)]
    return NumberField(label, default=0, validators=checks, description=description)


def moment_of_day(label: LazyText, default: time | None = None) -> TimeField:
    return TimeField(label, validators=[InputRequired()], default=default)


def language_choices() -> list[tuple[str, str]]:
    return [(code, language_name(code)) for code in DELIVERY_LANGUAGES]


CENTRE_KINDS = (
    ("ROCB", _l("regional office")),
    ("RTC", _l("Regional Training Centre")),
    ("DOG", _l("dog training centre")),
    ("LAB", _l("customs laboratory")),
)


class SessionForm(BaseForm):
    """Everything about a session but its course, its meetings and its trainers."""

    code = StringField(
        _l("Code"),
        filters=[one_line, capitals],
        validators=[DataRequired(), Length(max=40)],
        description=_l("Short and unique: the course and a running number."),
    )
    starts_on = DateField(_l("First day"), validators=[InputRequired(), in_our_time])
    ends_on = DateField(_l("Last day"), validators=[InputRequired(), in_our_time])
    closes = DateTimeLocalField(
        _l("Enrolment deadline"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        validators=[InputRequired(), in_our_time],
        description=_l("On the venue's clock."),
    )
    centre_id = SelectField(_l("Centre"), coerce=OptionalSelection(int))
    time_zone = SelectField(
        _l("Time zone"),
        coerce=OptionalSelection(str),
        description=_l("All times of the session are shown in it. Usually that of the centre."),
    )
    capacity_in_person = places(_l("Places in person"))
    capacity_online = places(_l("Places online"))
    minimum = places(_l("Minimum"), _l("With fewer people the session is confirmed only with a reason."))
    languages = SelectMultipleField(_l("Languages of the session"))
    interpretation = SelectMultipleField(_l("Interpretation into"))
    joining_url = StringField(
        _l("Link for joining online"),
        filters=[one_line],
        validators=[
            Optional(),
            Length(max=500),
            Regexp(r"https?://[^\s<>\"']+$", message=_l("Enter an address that begins with https://")),
        ],
        description=_l("Shown to participants, trainers and coordinators only."),
    )
    sponsor_en, sponsor_ru = line(_l("Sponsor, in English")), line(_l("Sponsor, in Russian"))
    co_organiser_en = line(_l("Co-organiser, in English"))
    co_organiser_ru = line(_l("Co-organiser, in Russian"))
    note_en = TextAreaField(_l("Note, in English"), filters=[strip], validators=[Optional(), Length(max=5000)])
    note_ru = TextAreaField(_l("Note, in Russian"), filters=[strip], validators=[Optional(), Length(max=5000)])

    def offer(self, centres: list[tuple[int | str, str]], zones_in_use: list[str | None]) -> None:
        """Give the choices; the first of a time zone is the centre's own."""
        self.centre_id.choices = choices_of(centres)
        self.time_zone.choices = choices_of([("", _l("As at the centre")), *zone_choices(utc_now(), *zones_in_use)])
        self.languages.choices = self.interpretation.choices = choices_of(language_choices())

    def details(self, time_zone: str) -> SessionDetails:
        """What was asked for, in the zone that the form or the centre names."""
        names = set(SessionDetails.__dataclass_fields__) - {"time_zone", "languages", "interpretation"}
        values = {name: self[name].data for name in names}
        spoken, interpreted = tuple(self.languages.data or ()), tuple(self.interpretation.data or ())
        return SessionDetails(time_zone=time_zone, languages=spoken, interpretation=interpreted, **values)


def mode_field() -> SelectField:
    return SelectField(
        _l("How people take part"),
        coerce=MeetingMode,
        choices=choices_of((mode.value, mode.label) for mode in MeetingMode),
    )


def room_field() -> SelectField:
    return SelectField(_l("Room"), coerce=OptionalSelection(int))


class MeetingForm(BaseForm):
    """One meeting, on the venue's clock."""

    day = DateField(_l("Date"), validators=[InputRequired(), in_our_time])
    start = moment_of_day(_l("Begins at"))
    end = moment_of_day(_l("Ends at"))
    overnight = BooleanField(_l("It ends on the next day"))
    mode = mode_field()
    room_id = room_field()
    title_en, title_ru = line(_l("Title, in English")), line(_l("Title, in Russian"))

    def details(self) -> MeetingDetails:
        return MeetingDetails(**{name: self[name].data for name in MeetingDetails.__dataclass_fields__})


class DailyForm(BaseForm):
    """The same meetings on every day of the session: one, or two with a break between them."""

    start = moment_of_day(_l("Begins at"), time(9))
    end = moment_of_day(_l("Ends at"), time(12, 30))
    second = BooleanField(_l("And a second meeting every day"), default=True)
    second_start = TimeField(_l("The second begins at"), validators=[Optional()], default=time(14))
    second_end = TimeField(_l("The second ends at"), validators=[Optional()], default=time(17))
    mode = mode_field()
    room_id = room_field()
    title_en, title_ru = line(_l("Title, in English")), line(_l("Title, in Russian"))
    weekends = BooleanField(_l("On Saturdays and Sundays too"))

    def blame(self, error: DomainError) -> None:
        """Which of the two times a clash belongs to is said by its sentence, so all stand together above the form."""
        if isinstance(error, Refusal):
            self.form_errors.extend(problem.sentence for problem in error.problems)
        else:
            super().blame(error)

    def validate_second(self, field: Field) -> None:
        if field.data and (self.second_start.data is None or self.second_end.data is None):
            raise ValidationError(_l("Enter when the second meeting begins and ends."))

    def parts(self, day: date) -> list[MeetingDetails]:
        """The meetings of one day; which day does not matter."""
        times = [(self.start.data, self.end.data)]
        if self.second.data:
            times.append((self.second_start.data, self.second_end.data))
        shared = {name: self[name].data for name in ("mode", "room_id", "title_en", "title_ru")}
        return [MeetingDetails(day=day, start=start, end=end, **shared) for start, end in times]


class CancelForm(ReasonForm):
    """Why the session is cancelled."""

    causes = OF_CANCELLING
    needed = _l("Say why the session is cancelled: everybody who is told reads it.")


class ConfirmForm(BaseForm):
    """The reason is needed below the minimum only."""

    reason = TextAreaField(_l("Reason"), filters=[strip], validators=[Length(max=2000)])


class TrainerForm(BaseForm):
    """Who is to lead the session as well."""

    person_id = SelectField(_l("Trainer"), coerce=OptionalSelection(int), validators=[InputRequired()])


class RoomForm(BaseForm):
    """A room of a centre."""

    name_en = needed_line(_l("Name of the room, in English"), 100)
    name_ru = line(_l("Name of the room, in Russian"), 100)
    capacity = NumberField(
        _l("How many people fit in"), validators=[InputRequired(), NumberRange(min=1, max=MOST_PLACES)]
    )

    def details(self) -> RoomDetails:
        return RoomDetails(name_en=self.name_en.data, name_ru=self.name_ru.data, capacity=self.capacity.data)


class CentreForm(BaseForm):
    """A centre of the network."""

    code = StringField(
        _l("Code"),
        filters=[one_line, capitals],
        validators=[DataRequired(), Length(max=20)],
        description=_l("Short and unique, for example RTC-BAK."),
    )
    kind = SelectField(_l("Kind"), choices=choices_of(CENTRE_KINDS))
    name_en = needed_line(_l("Name of the centre, in English"), 200)
    name_ru = line(_l("Name of the centre, in Russian"), 200)
    city_en = needed_line(_l("City, in English"), 100)
    city_ru = line(_l("City, in Russian"), 100)
    country_code = StringField(
        _l("Country"),
        filters=[one_line, capitals],
        validators=[DataRequired(), Length(max=2)],
        description=_l("The two letters of the country, for example AZ."),
    )
    time_zone = SelectField(_l("Time zone"), validators=[InputRequired()])

    def offer(self, zones_in_use: list[str | None]) -> None:
        self.time_zone.choices = choices_of(zone_choices(utc_now(), *zones_in_use))

    def details(self) -> CentreDetails:
        return CentreDetails(**{name: self[name].data for name in CentreDetails.__dataclass_fields__})
