"""Forms about certificates."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import RadioField, SelectChoice, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from trainingapp.certificates.models import Ground
from trainingapp.certificates.queries.recipients import Recipient
from trainingapp.certificates.rules.issuing import Signatory
from trainingapp.core.i18n import _l
from trainingapp.core.reasons import OF_CERTIFICATES
from trainingapp.core.text import tidy
from trainingapp.core.web import BaseForm, CauseForm, LineField, remark_area, strip

NAME, POST = Length(max=100), Length(max=200)


class SignedForm(BaseForm):
    """Whose name is printed under the line for the signature."""

    name_en = StringField(_l("Name in English"), [NAME], filters=[strip])
    name_ru = StringField(_l("Name in Russian"), [NAME], filters=[strip])
    post_en = LineField(_l("Post in English"), [POST])
    post_ru = LineField(_l("Post in Russian"), [POST])

    @property
    def signatory(self) -> Signatory:
        fields = ("name_en", "name_ru", "post_en", "post_ru")
        return Signatory(**{field: tidy(self[field].data) for field in fields})


class IssueForm(SignedForm):
    """Who is to get a certificate; everybody who can is chosen to begin with."""

    person_ids = SelectMultipleField(_l("Who gets a certificate"), coerce=int, validate_choice=False)

    def validate_person_ids(self, field: SelectMultipleField) -> None:
        if not field.data:
            raise ValidationError(_l("Choose at least one person."))

    def offer(self, recipients: Iterable[Recipient]) -> None:
        """Offer those against whom nothing speaks; those whose earlier certificate was revoked are not ticked."""
        possible = list(recipients)
        self.person_ids.choices = [SelectChoice(one.holder.person_id, one.holder.list_name) for one in possible]
        if not self.is_submitted():
            self.person_ids.data = [one.holder.person_id for one in possible if not one.revoked_serial]


class RevokeForm(BaseForm):
    ground = RadioField(
        _l("What the check page says"),
        [InputRequired()],
        choices=[SelectChoice(ground.value, ground.label) for ground in Ground],
    )
    reason = remark_area(_l("Remark for the holder"))


class ReplaceForm(CauseForm, SignedForm):
    causes = OF_CERTIFICATES
    needed = _l("Say why: the holder will read it, and it stays in the log.")
    cause = SelectField(_l("What is being corrected"), default="")
    reason = remark_area()


class CodeForm(BaseForm):
    """The code as somebody typed it. Sent by GET: a check changes nothing, and its address can be kept."""

    code = StringField(_l("Code on the certificate"), [DataRequired(), Length(max=200)])
