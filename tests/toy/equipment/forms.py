"""The form of a loan."""

from __future__ import annotations

from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from trainingapp.core.i18n import _l
from trainingapp.core.web import BaseForm, one_line


class LoanForm(BaseForm):
    person_id = IntegerField(_l("Number of the person"), [InputRequired()])
    thing = StringField(_l("Thing"), [DataRequired(), Length(max=100)], filters=[one_line])
