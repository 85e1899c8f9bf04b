"""The forms of accounts, people and organisations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, ValidationError

from trainingapp.accounts.models import Organisation, OrganisationKind, Person, Sex
from trainingapp.accounts.rules.organisations import LONGEST_NAME, LONGEST_NOTE, OrganisationDetails
from trainingapp.accounts.rules.passwords import LONGEST
from trainingapp.accounts.rules.people import LENGTHS, PersonDetails, person_problems, tidied
from trainingapp.core.clock import utc_now, zone_names
from trainingapp.core.db import Rows
from trainingapp.core.errors import Problem
from trainingapp.core.i18n import LANGUAGE_NAMES, LazyText, _, _l
from trainingapp.core.permissions import Role
from trainingapp.core.web import BaseForm, LineField, NumberField, OptionalSelection, Validator, choices_of, strip
from trainingapp.core.zones import zone_choices

OPTIONAL = ("patronymic", "family_name_ru", "given_name_ru", "patronymic_ru", "sex", "post")
LONGEST_FILE = 5 * 1024 * 1024


def one_of(organisations: list[tuple[int, str]]) -> list[SelectChoice]:
    """Choices of an organisation: chosen on purpose where there are several."""
    return choices_of(organisations if len(organisations) == 1 else [("", _("please choose")), *organisations])


class ZoneField(SelectField):
    """A time zone, chosen by its city; one that is not among the usual ones stays when it was there before."""

    def __init__(self, label: LazyText | None = None, validators: Iterable[Validator] = (), **options: object) -> None:
        super().__init__(label or _l("Time zone"), validators, choices=[], **options)
        self.type = "SelectField"  # the macros draw it as what it is

    def process(self, *args: object, **options: object) -> None:
        super().process(*args, **options)
        known = self.data if self.data in zone_names() else None
        self.choices = choices_of(zone_choices(utc_now(), known))


def language_field() -> RadioField:
    spoken = _l("Pages and letters come in this language.")
    return RadioField(_l("Language"), choices=choices_of(LANGUAGE_NAMES), description=spoken)


def password_field() -> PasswordField:
    return PasswordField(
        _l("New password"),
        [InputRequired(), Length(max=LONGEST)],
        description=_l("At least 12 characters. A few words in a row are easy to remember and hard to guess."),
    )


def again_field() -> PasswordField:
    return PasswordField(
        _l("New password, once more"),
        [InputRequired(), EqualTo("password", _l("The two passwords are not the same."))],
    )


class SignInForm(BaseForm):
    email = StringField(_l("E-mail address"), [DataRequired(), Length(max=254)])
    password = PasswordField(_l("Password"), [InputRequired(), Length(max=1000)])
    next = HiddenField()


class ForgottenForm(BaseForm):
    email = StringField(_l("E-mail address"), [DataRequired(), Length(max=254)])


class NewPasswordForm(BaseForm):
    """What the link of somebody who forgot the password opens."""

    password = password_field()
    again = again_field()


class InvitationForm(NewPasswordForm):
    """What an invitation opens: the password, and how the person wants to be spoken to."""

    language = language_field()
    time_zone = ZoneField(
        description=_l("Times are shown in the time of the venue, and in your own time if it is different.")
    )


class ChangePasswordForm(BaseForm):
    old_password = PasswordField(_l("Current password"), [InputRequired(), Length(max=1000)])
    password = password_field()
    again = again_field()


def post_field() -> LineField:
    return LineField(_l("Post"), [Length(max=LENGTHS["post"])])


class SettingsForm(BaseForm):
    """What people change about themselves."""

    language = language_field()
    time_zone = ZoneField(
        description=_l("Times are shown in the time of the venue, and in your own time if it is different.")
    )
    post = post_field()


def name_field(label: LazyText, field: str, *validators: Validator, **options: object) -> StringField:
    return StringField(label, [*validators, Length(max=LENGTHS[field])], filters=[strip], **options)


class PersonForm(BaseForm):
    family_name = name_field(_l("Family name"), "family_name", DataRequired())
    given_name = name_field(_l("Given name"), "given_name", DataRequired())
    patronymic = name_field(_l("Patronymic"), "patronymic")
    family_name_latin = name_field(_l("Family name in Latin letters"), "family_name_latin")
    given_name_latin = name_field(_l("Given name in Latin letters"), "given_name_latin")
    family_name_ru = name_field(_l("Family name in Russian"), "family_name_ru")
    given_name_ru = name_field(_l("Given name in Russian"), "given_name_ru")
    patronymic_ru = name_field(_l("Patronymic in Russian"), "patronymic_ru")
    sex = SelectField(_l("Sex"), coerce=OptionalSelection(Sex))
    email = name_field(_l("E-mail address"), "email", DataRequired(), description=_l("For signing in and for letters."))
    organisation_id = SelectField(_l("Organisation"), [InputRequired()], coerce=OptionalSelection(int))
    post = post_field()
    language = language_field()
    time_zone = ZoneField()

    def __init__(self, organisations: list[tuple[int, str]], person: Person | None = None) -> None:
        super().__init__(obj=person)
        self.organisation_id.choices = one_of(organisations)
        self.sex.choices = choices_of([("", _("not given")), *((sex.value, sex.label) for sex in Sex)])

    def details(self) -> PersonDetails:
        needed: dict[str, Any] = {
            name: self[name].data or "" for name in PersonDetails.__dataclass_fields__ if name not in OPTIONAL
        }
        return tidied(PersonDetails(**needed, **{name: self[name].data for name in OPTIONAL}))

    def problems(self) -> list[Problem]:
        return person_problems(self.details())


class RoleForm(BaseForm):
    """A role, and for whom or where it is held."""

    role = SelectField(_l("Role"), coerce=Role)
    organisation_id = SelectField(_l("Organisation"), coerce=OptionalSelection(int))
    centre_id = SelectField(_l("Centre"), coerce=OptionalSelection(int))

    def __init__(
        self, organisations: list[tuple[int, str]], centres: list[tuple[int, str]], organisation_id: int | None = None
    ) -> None:
        super().__init__(data={"role": Role.OFFICER, "organisation_id": organisation_id})
        self.role.choices = choices_of((role.value, role.label) for role in Role)
        self.organisation_id.choices = choices_of([("", "–"), *organisations])
        self.centre_id.choices = choices_of([("", _("the whole office")), *centres])


class HandOverForm(BaseForm):
    """Who takes over the role of the contact point, and from whom."""

    person_id = SelectField(_l("The new contact point"), coerce=OptionalSelection(int))
    email = StringField(
        _l("E-mail address"),
        [Length(max=254)],
        filters=[strip],
        description=_l("Of a colleague from the same organisation whom the office knows; instead of choosing above."),
    )
    predecessor_id = SelectField(_l("In place of"), coerce=OptionalSelection(int))
    keep = BooleanField(_l("I also stay a contact point"))

    def __init__(self, colleagues: Rows, present: Rows) -> None:
        """``present``: the contact points whom an administrator may relieve."""
        super().__init__()
        self.person_id.choices = choices_of([("", _("please choose")), *named(colleagues)])
        self.predecessor_id.choices = choices_of([*named(present), ("", _("nobody: one more contact point"))])

    def predecessor(self, own_id: int | None) -> int | None:
        """Whose role ends; None when nobody's does."""
        if own_id is not None:
            return None if self.keep.data else own_id
        return self.predecessor_id.data  # type: ignore[no-any-return]


def named(people: Rows) -> list[tuple[int, str]]:
    """Choices of people: family name first, and the address that tells namesakes apart."""
    return [(row.id, f"{row.name.listed} ({row.email})") for row in people]


class OrganisationForm(BaseForm):
    code = StringField(_l("Code"), [DataRequired(), Length(max=20)], filters=[strip])
    kind = SelectField(_l("Kind"), coerce=OrganisationKind)
    name_en = StringField(_l("English name"), [DataRequired(), Length(max=LONGEST_NAME)], filters=[strip])
    name_ru = StringField(_l("Russian name"), [Length(max=LONGEST_NAME)], filters=[strip])
    note_en = TextAreaField(_l("Footnote in English"), [Length(max=LONGEST_NOTE)], filters=[strip])
    note_ru = TextAreaField(_l("Footnote in Russian"), [Length(max=LONGEST_NOTE)], filters=[strip])

    def __init__(self, organisation: Organisation | None = None) -> None:
        super().__init__(obj=organisation)
        self.kind.choices = choices_of((kind.value, kind.label) for kind in OrganisationKind)

    def details(self) -> OrganisationDetails:
        return OrganisationDetails(**{name: self[name].data for name in OrganisationDetails.__dataclass_fields__})


class ImportForm(BaseForm):
    organisation_id = SelectField(_l("Organisation"), [InputRequired()], coerce=OptionalSelection(int))
    file = FileField(_l("List of officers (Excel or CSV)"), [FileRequired(_l("Please choose a file."))])
    language = language_field()
    time_zone = ZoneField()

    def __init__(self, organisations: list[tuple[int, str]], **defaults: object) -> None:
        super().__init__(data=defaults)
        self.organisation_id.choices = one_of(organisations)

    def validate_file(self, field: FileField) -> None:
        with field.data.stream as stream:
            self.content = stream.read(LONGEST_FILE + 1)
        if len(self.content) > LONGEST_FILE:
            raise ValidationError(_("The file is larger than %(size)s MB.", size=LONGEST_FILE // 1024**2))
        if not self.content.strip():
            raise ValidationError(_("The file is empty."))


class NamesakesForm(BaseForm):
    """Who somebody is who has a known officer's name: one choice for each row that waits. The rows travel along."""

    organisation_id = NumberField(_l("Organisation"), [InputRequired()])
    language = StringField(_l("Language"))
    time_zone = StringField(_l("Time zone"))
    rows = TextAreaField(_l("Rows of the list"), [DataRequired()])
